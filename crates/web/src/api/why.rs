//! The explanation why something is missing, as JSON; the same for the API and the command line (`A21`).

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

/// Why something is missing: the reason, if any, and every check that led to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Why {
    /// The subject of the question.
    subject: Subject,
    /// The customer the subject belongs to; `null` if it belongs to none.
    #[schema(required)]
    customer: Option<CustomerRef>,
    /// The reason; `null` if nothing is missing.
    #[schema(required)]
    reason: Option<Reason>,
    /// Every check, in order from the sign-in to the device.
    checks: Vec<Check>,
}

/// The subject of the question.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhySubject)]
struct Subject {
    /// `customer`, `requester`, `contact`, `device` or `identity`.
    #[schema(example = "requester")]
    kind: &'static str,
    /// An unambiguous id of the subject, to use in further requests.
    #[schema(example = "freshservice:requester:1001")]
    id: String,
    /// The subject described for people.
    #[schema(example = "requester 1001, Ada Example")]
    label: String,
}

/// A reason, worded for staff and for the customer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyReason)]
struct Reason {
    /// The reason's code, the same on every interface.
    #[schema(example = "nothing_assigned")]
    code: &'static str,
    /// Heading, for staff.
    title: &'static str,
    /// Explanation, for staff.
    explanation: &'static str,
    /// What staff can do next.
    next_step: &'static str,
    /// Code of the next step.
    #[schema(example = "assign_asset")]
    action: &'static str,
    /// The reason as the customer reads it.
    customer: Words,
}

/// A reason as the customer reads it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyWords)]
struct Words {
    /// Heading.
    title: String,
    /// Explanation.
    explanation: String,
    /// What the customer can do next.
    next_step: String,
}

/// The result of one check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WhyCheck)]
struct Check {
    /// The rule's name.
    #[schema(example = "assets_assigned")]
    rule: &'static str,
    /// `pass`, `fail`, `unknown` if the hub's data is too old or an earlier check failed, or `note` for a step that did
    /// not have to take place.
    #[schema(example = "fail")]
    outcome: &'static str,
    /// What the check found.
    detail: String,
    /// How to fix it; `null` if nothing has to be done.
    #[schema(required)]
    fix: Option<String>,
    /// Code of the fix.
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

/// The subject of the question.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyQuery {
    /// A customer's id, an e-mail address, a serial number or asset tag, a requester's or contact's id,
    /// `system:kind:id`, or an identity: issuer and subject separated by a space, or the subject alone.
    #[param(example = "ada@example.com")]
    subject: String,
}

/// Explain why something is missing
///
/// Uses only the hub's own data. If the subject is ambiguous, the problem `ambiguous_subject` lists the possible
/// meanings.
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
