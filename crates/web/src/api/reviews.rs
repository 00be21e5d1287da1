//! Reviews: questions that only a person can decide (`H03`).

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

/// A review, as listed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReviewSummary {
    /// The review's id.
    id: Uuid,
    /// The customer whose record waits for the decision; `null` for a sign-in that belongs to no customer yet.
    #[schema(required)]
    customer_id: Option<Uuid>,
    /// The type of question: `which_contact`, `contact_taken` or `whose_sign_in`.
    #[schema(example = "which_contact")]
    question: &'static str,
    /// The question as a sentence.
    sentence: String,
    /// When the review was created.
    created_at: Timestamp,
}

/// The open reviews.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reviews {
    /// The reviews, oldest first.
    items: Vec<ReviewSummary>,
}

/// A review with everything needed to decide it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Review {
    /// The review's id.
    id: Uuid,
    /// The customer whose record waits for the decision; `null` for a sign-in that belongs to no customer yet.
    #[schema(required)]
    customer: Option<CustomerRef>,
    /// The sign-in in question; `null` if the question is about a customer's record.
    #[schema(required)]
    sign_in: Option<SignIn>,
    /// The type of question: `which_contact`, `contact_taken`, `whose_sign_in`, `whose_account` or
    /// `whose_vendor_customer`.
    #[schema(example = "which_contact")]
    question: &'static str,
    /// The question as a sentence.
    sentence: String,
    /// When the review was created.
    created_at: Timestamp,
    /// The records to choose from, with the customer each already belongs to.
    candidates: Vec<Record>,
    /// The decision; `null` while the review is open.
    #[schema(required)]
    decided: Option<Decided>,
}

/// The sign-in that a review is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuestionedSignIn)]
struct SignIn {
    /// The issuer, exactly as in the token.
    #[schema(example = "https://login.example.com/v2.0/")]
    issuer: String,
    /// The subject, unique at the issuer.
    subject: String,
    /// The e-mail address according to the identity provider.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// Whether the provider has verified the address.
    email_verified: bool,
    /// The name according to the identity provider.
    #[schema(required)]
    name: Option<String>,
}

/// A decision that was made.
#[derive(Debug, Serialize, ToSchema)]
struct Decided {
    /// When it was made.
    at: Timestamp,
    /// Who made it.
    #[schema(example = "staff:sam")]
    by: String,
    /// The decision: `link` or `none_of_these`.
    #[schema(example = "link")]
    decision: &'static str,
    /// The chosen record, as `system:kind:id`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "freshsales:contact:31016358306")]
    record: Option<String>,
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "decision", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Decision {
    /// The record belongs to the customer.
    Link {
        /// One of the candidates, as `system:kind:id`.
        #[schema(value_type = String, example = "freshsales:contact:31016358306")]
        #[serde(deserialize_with = "record_key")]
        record: RecordKey,
    },
    /// None of the candidates belongs to the customer.
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

/// Maximum length of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<u16>,
}

/// List open reviews
///
/// Questions that wait for a person's decision, oldest first.
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

/// The review in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The review's id.
    id: Uuid,
}

/// Get a review
///
/// Includes the candidates, for comparison.
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
/// A review can be decided only once. The decision is recorded on the customer's timeline.
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
        Question::WhoseVendorCustomer { .. } => "whose_vendor_customer",
    }
}

fn record_key<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<RecordKey, D::Error> {
    let text = Value::deserialize(deserializer)?;
    let text = text.as_str().ok_or_else(|| serde::de::Error::custom("`record` must be text, as system:kind:id"))?;
    text.parse().map_err(|error| serde::de::Error::custom(format!("`record`: {error}")))
}
