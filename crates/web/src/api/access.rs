//! Explanation of a person's portal access as JSON, the same for the API and the command line (`P13`).

use axum::extract::State;
use serde::{Deserialize, Serialize};
use tessera_core::access::{AccessCheck, Portal};
use tessera_hub::AccessAnswer;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::persons::ById;
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::explain::{access_fix, access_sentence};
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::{App, Problem};

/// Whether a person may use a portal, with the result of every access rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonAccess)]
pub struct Access {
    /// Whether access is allowed.
    allowed: bool,
    /// The portal.
    #[schema(example = "customer")]
    portal: &'static str,
    /// The person; `null` if the id or address in the request matches no person who signs in.
    #[schema(required)]
    person: Option<AccessPerson>,
    /// Every rule, in the order in which to fix them.
    checks: Vec<Check>,
}

/// The person the result is about.
#[derive(Debug, Serialize, ToSchema)]
struct AccessPerson {
    /// The hub's own id.
    id: Uuid,
    /// The person id: the name used to sign in.
    #[schema(example = "ada.example")]
    person_id: String,
    /// The person's name.
    name: String,
}

/// The result of one rule.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccessCheck)]
struct Check {
    /// The rule's name.
    #[schema(example = "default_place")]
    rule: &'static str,
    /// `pass` or `fail`; `note` for something worth knowing that decides nothing.
    #[schema(example = "fail")]
    outcome: &'static str,
    /// What the rule found.
    detail: String,
    /// How to fix it; `null` if the rule passes.
    #[schema(required)]
    fix: Option<String>,
}

impl From<AccessAnswer> for Access {
    fn from(answer: AccessAnswer) -> Self {
        let person = answer.person.map(|person| AccessPerson {
            id: person.id.0,
            person_id: person.person_id,
            name: person.name,
        });
        let checks = answer.access.checks.into_iter().map(|AccessCheck { rule, outcome, finding, fix }| Check {
            rule,
            outcome: outcome.as_str(),
            detail: access_sentence(&finding),
            fix: fix.as_ref().map(access_fix),
        });
        Self { allowed: answer.access.allowed, portal: answer.portal.as_str(), person, checks: checks.collect() }
    }
}

/// The portal in the query.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct At {
    /// `customer`, `tech`, `warehouse`, `dealer`, `repair`, `mobile`, `smart_client` or `studio`.
    #[param(example = "customer", pattern = "^(customer|tech|warehouse|dealer|repair|mobile|smart_client|studio)$")]
    portal: String,
}

/// Explain a person's access to a portal
///
/// Finds the person by person id, by the hub's own id or by e-mail address, or through their contact by its id or
/// address.
#[utoipa::path(
    get, path = "/persons/{id}/access", operation_id = "explainAccess", tag = "Admin", security(("apiKey" = [])),
    params(ById, At),
    responses(
        (status = 200, description = "The result, with every rule", body = Access),
        (status = 409, description = "Several people have that address; `detail` lists them", body = Problem,
            content_type = "application/problem+json"),
        problems::Any, problems::NotFound,
    ),
)]
pub(in crate::api) async fn explain(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(At { portal }): Query<At>,
) -> Result<Json<Access>, Problem> {
    let portal = Portal::parse(&portal).ok_or_else(|| {
        let known: Vec<&str> = Portal::ALL.into_iter().map(Portal::as_str).collect();
        bad_parameter(format!("`portal` must be one of {}", known.join(", ")))
    })?;
    Ok(Json(app.hub.explain_access(&id, portal).await?.into()))
}
