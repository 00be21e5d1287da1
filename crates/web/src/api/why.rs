//! Why something is missing, as JSON: the same for the API and the command line (`A21`).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tessera_core::explain;
use tessera_hub::WhyAnswer;
use utoipa::{IntoParams, ToSchema};

use super::me::CustomerRef;
use super::problems;
use crate::auth::caller::Machine;
use crate::explain::{for_customer, for_staff, next_step, sentence};
use crate::extract::api::{Json, Query};
use crate::{App, Problem};

/// Why something is missing: one reason, or none, and every check on the way.
#[derive(Debug, Serialize, ToSchema)]
pub struct Why {
    /// What was asked about.
    subject: Subject,
    /// The customer it belongs to; `null` when it belongs to none.
    #[schema(required)]
    customer: Option<CustomerRef>,
    /// The one reason; `null` when nothing is missing.
    #[schema(required)]
    reason: Option<Reason>,
    /// Every check, in the order of the way from a sign-in to a device.
    checks: Vec<Check>,
}

/// What was asked about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhySubject)]
struct Subject {
    /// `customer`, `requester`, `contact`, `device` or `identity`.
    #[schema(example = "requester")]
    kind: &'static str,
    /// What names it alone, to ask again.
    #[schema(example = "freshservice:requester:1001")]
    id: String,
    /// For people.
    #[schema(example = "requester 1001, Ada Example")]
    label: String,
}

/// A reason in the words for staff and in those the customer reads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyReason)]
struct Reason {
    /// For programs, the same on every face.
    #[schema(example = "nothing_assigned")]
    code: &'static str,
    /// What is the matter, for staff.
    title: &'static str,
    /// What it means, for staff.
    explanation: &'static str,
    /// What staff do next.
    next_step: &'static str,
    /// The same for programs.
    #[schema(example = "assign_asset")]
    action: &'static str,
    /// What the customer reads about it.
    customer: Words,
}

/// What the customer reads.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyWords)]
struct Words {
    /// What is the matter, as a heading.
    title: &'static str,
    /// What it means.
    explanation: &'static str,
    /// What to do next.
    next_step: &'static str,
}

/// One check on the way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyCheck)]
struct Check {
    /// The rule's name.
    #[schema(example = "assets_assigned")]
    rule: &'static str,
    /// `pass`, `fail`, or `unknown`: what the hub knows is too old, or an earlier check does not hold.
    #[schema(example = "fail")]
    outcome: &'static str,
    /// What was found.
    detail: String,
    /// What to do; `null` when there is nothing to do here.
    #[schema(required)]
    fix: Option<String>,
    /// The same for programs.
    #[schema(required, example = "assign_asset")]
    action: Option<&'static str>,
}

impl From<WhyAnswer> for Why {
    fn from(answer: WhyAnswer) -> Self {
        let checks = answer.why.checks.into_iter().map(|check| Check {
            rule: check.rule,
            outcome: check.outcome.as_str(),
            action: check.fix.as_ref().map(|fix| fix.action.as_str()),
            fix: next_step(&check).map(ToOwned::to_owned),
            detail: sentence(&check.finding),
        });
        Self {
            subject: Subject { kind: answer.subject.kind, id: answer.subject.ask, label: answer.subject.label },
            customer: answer.customer.map(|(id, name)| CustomerRef { id: id.0, name }),
            reason: answer.why.reason.map(Reason::from),
            checks: checks.collect(),
        }
    }
}

impl From<explain::Reason> for Reason {
    fn from(reason: explain::Reason) -> Self {
        let (staff, customer) = (for_staff(reason), for_customer(reason));
        Self {
            code: reason.code(),
            title: staff.title,
            explanation: staff.explanation,
            next_step: staff.next_step,
            action: reason.action().as_str(),
            customer: Words { title: customer.title, explanation: customer.explanation, next_step: customer.next_step },
        }
    }
}

/// What is asked about.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyQuery {
    /// A customer's id, an e-mail address, a serial number or asset tag, a requester's or contact's id, `system:kind:id`, or an identity:
    /// the issuer and the subject with a space between, or the subject alone.
    #[param(example = "ada@example.com")]
    subject: String,
}

/// Why is something missing?
///
/// From the hub's own data alone. When the subject may mean several things, the problem `ambiguous_subject` lists them.
#[utoipa::path(
    get, path = "/why", operation_id = "explain", tag = "Admin", security(("apiKey" = [])), params(WhyQuery),
    responses(
        (status = 200, description = "The reason, and every check", body = Why),
        (status = 409, description = "The subject may mean several things; `detail` lists them", body = Problem,
            content_type = "application/problem+json"),
        problems::Any, problems::NotFound,
    ),
)]
pub(super) async fn explain(
    State(app): State<App>,
    _machine: Machine,
    Query(WhyQuery { subject }): Query<WhyQuery>,
) -> Result<Json<Why>, Problem> {
    Ok(Json(app.hub.why(&subject).await?.into()))
}
