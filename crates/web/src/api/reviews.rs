//! Reviews: questions that only a person may decide (`H03`).

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_core::kernel::ids::ReviewId;
use tessera_core::kernel::record::RecordKey;
use tessera_core::sync::review::{Decision as Kept, Question, Review as KeptReview};
use tessera_hub::ReviewView;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::me::CustomerRef;
use super::problems;
use super::records::Record;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

/// A question, in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReviewSummary {
    /// Its id.
    id: Uuid,
    /// Whose record waits for the answer; `null`: a sign-in that is nobody's yet.
    #[schema(required)]
    customer_id: Option<Uuid>,
    /// What is asked, for programs: `which_contact`, `contact_taken` or `whose_sign_in`.
    #[schema(example = "which_contact")]
    question: &'static str,
    /// What is asked, in words.
    sentence: String,
    /// Since when.
    created_at: Timestamp,
}

/// The open questions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reviews {
    /// Oldest first.
    items: Vec<ReviewSummary>,
}

/// A question with what is needed to answer it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Review {
    /// Its id.
    id: Uuid,
    /// Whose record waits for the answer; `null`: a sign-in that is nobody's yet.
    #[schema(required)]
    customer: Option<CustomerRef>,
    /// The sign-in in question; `null` when the question is about a customer's record.
    #[schema(required)]
    sign_in: Option<SignIn>,
    /// What is asked, for programs: `which_contact`, `contact_taken`, `whose_sign_in` or `whose_account`.
    #[schema(example = "which_contact")]
    question: &'static str,
    /// What is asked, in words.
    sentence: String,
    /// Since when.
    created_at: Timestamp,
    /// The records to choose from, with whose they are already.
    candidates: Vec<Record>,
    /// The answer; `null` while the question is open.
    #[schema(required)]
    decided: Option<Decided>,
}

/// A sign-in that a question is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionedSignIn)]
struct SignIn {
    /// The issuer, exactly as in the token.
    #[schema(example = "https://login.example.com/v2.0/")]
    issuer: String,
    /// The subject, unique at the issuer.
    subject: String,
    /// The address told.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// Whether the provider verified it.
    email_verified: bool,
    /// The name told.
    #[schema(required)]
    name: Option<String>,
}

/// An answer that was given.
#[derive(Debug, Serialize, ToSchema)]
struct Decided {
    /// When.
    at: Timestamp,
    /// By whom.
    #[schema(example = "staff:sam")]
    by: String,
    /// What: `link` or `none_of_these`.
    #[schema(example = "link")]
    decision: &'static str,
    /// The record chosen, as system:kind:id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "freshsales:contact:31016358306")]
    record: Option<String>,
}

/// An answer to a question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Decision {
    /// This record is the customer's.
    Link {
        /// One of the candidates, as system:kind:id.
        #[schema(value_type = String, example = "freshsales:contact:31016358306")]
        #[serde(deserialize_with = "record_key")]
        record: RecordKey,
    },
    /// None of the candidates is.
    NoneOfThese,
}

impl Review {
    fn of(view: ReviewView) -> Self {
        let KeptReview { id, question, created_at, decided, .. } = view.review;
        Self {
            id: id.0,
            customer: view.customer.map(|customer| CustomerRef { id: customer.id.0, name: customer.name }),
            sign_in: match &question {
                Question::WhoseSignIn { sign_in, .. } => Some(SignIn {
                    issuer: sign_in.identity.issuer.clone(),
                    subject: sign_in.identity.subject.clone(),
                    email: sign_in.email.clone(),
                    email_verified: sign_in.email_verified,
                    name: sign_in.name.clone(),
                }),
                _ => None,
            },
            question: name(&question),
            sentence: question.sentence(),
            created_at,
            candidates: view.candidates.into_iter().map(|(record, customer)| Record::of(record, customer)).collect(),
            decided: decided.map(|(at, by, decision)| {
                let (decision, record) = match decision {
                    Kept::Link { record } => ("link", Some(record.to_string())),
                    Kept::NoneOfThese => ("none_of_these", None),
                };
                Decided { at, by, decision, record }
            }),
        }
    }
}

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    /// The most items, 1 to 200; usually 50.
    limit: Option<u16>,
}

/// The open reviews
///
/// Questions that wait for a person, oldest first.
#[utoipa::path(
    get, path = "/reviews", operation_id = "listReviews", tag = "Admin", security(("apiKey" = [])),
    params(Size),
    responses((status = 200, description = "The questions", body = Reviews), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Size { limit }): Query<Size>,
) -> Result<Json<Reviews>, Problem> {
    let open = app.hub.queries().open_reviews(cursor::page_size(limit)?).await?;
    let items = open.into_iter().map(|review| ReviewSummary {
        id: review.id.0,
        customer_id: review.customer_id.map(|id| id.0),
        question: name(&review.question),
        sentence: review.question.sentence(),
        created_at: review.created_at,
    });
    Ok(Json(Reviews { items: items.collect() }))
}

/// Names one review.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The review's id.
    id: Uuid,
}

/// One review
///
/// With the candidates side by side.
#[utoipa::path(
    get, path = "/reviews/{id}", operation_id = "getReview", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The question", body = Review), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Review>, Problem> {
    Ok(Json(Review::of(app.hub.queries().review(ReviewId(id)).await?)))
}

/// Decide a review
///
/// Once; the answer is on the customer's timeline.
#[utoipa::path(
    post, path = "/reviews/{id}/decision", operation_id = "decideReview", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = Decision,
    responses(
        (status = 200, description = "The question with its answer", body = Review),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn decide(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(decision): Json<Decision>,
) -> Result<Json<Review>, Problem> {
    let decision = match decision {
        Decision::Link { record } => Kept::Link { record },
        Decision::NoneOfThese => Kept::NoneOfThese,
    };
    app.hub.decide_review(ReviewId(id), decision, None, &machine.ctx()).await?;
    Ok(Json(Review::of(app.hub.queries().review(ReviewId(id)).await?)))
}

const fn name(question: &Question) -> &'static str {
    match question {
        Question::WhichContact { .. } => "which_contact",
        Question::ContactTaken { .. } => "contact_taken",
        Question::WhoseSignIn { .. } => "whose_sign_in",
        Question::OtherContact { .. } => "other_contact",
        Question::MergedIntoTaken { .. } => "merged_into_taken",
        Question::WhoseAccount { .. } => "whose_account",
    }
}

fn record_key<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<RecordKey, D::Error> {
    let text = Value::deserialize(deserializer)?;
    let text = text.as_str().ok_or_else(|| serde::de::Error::custom("`record` must be text, as system:kind:id"))?;
    text.parse().map_err(|error| serde::de::Error::custom(format!("`record`: {error}")))
}
