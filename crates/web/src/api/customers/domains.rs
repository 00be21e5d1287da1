//! Domains by which a customer is known to marketplaces (`M16`).

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::domain::CustomerDomain;
use tessera_core::kernel::ids::CustomerId;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ById;
use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// A domain by which the customer is known.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Domain {
    /// The domain in lower case, in ASCII, without `www.`.
    #[schema(example = "acme.example")]
    domain: String,
    /// Where it comes from: `staff` (entered), `requester_company`, `account_website` or `account_email`.
    #[schema(example = "staff")]
    source: &'static str,
    /// The record it comes from, as `system:kind:id`; `null` if it was entered.
    #[schema(required, example = "freshservice:requester:21000418006")]
    record: Option<String>,
    /// Who entered it; `null` if it comes from a record.
    #[schema(required, example = "staff:jo")]
    entered_by: Option<String>,
    /// When it was entered; `null` if it comes from a record.
    #[schema(required)]
    entered_at: Option<Timestamp>,
}

impl From<CustomerDomain> for Domain {
    fn from(known: CustomerDomain) -> Self {
        let (entered_by, entered_at) = known.entered.unzip();
        Self {
            domain: known.domain.into(),
            source: known.source.as_str(),
            record: known.record.map(|record| record.to_string()),
            entered_by,
            entered_at,
        }
    }
}

/// A domain to enter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewDomain {
    /// A domain or a web address. Domains of public mail providers are rejected.
    #[schema(example = "acme.example", min_length = 3)]
    domain: String,
}

/// The customer and the domain in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ByDomain {
    /// The customer's id.
    id: Uuid,
    /// The domain.
    domain: String,
}

/// Enter a domain of a customer
///
/// Marketplace accounts that have the domain are then linked to this customer. Domains do not grant access.
#[utoipa::path(
    post, path = "/customers/{id}/domains", operation_id = "addDomain", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = NewDomain,
    responses((status = 201, description = "The domain", body = Domain), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn add(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    Json(NewDomain { domain }): Json<NewDomain>,
) -> Result<(StatusCode, Json<Domain>), Problem> {
    let added = app.hub.add_domain(CustomerId(id), &domain, &machine.ctx()).await?;
    Ok((StatusCode::CREATED, Json(added.into())))
}

/// Remove a domain that was entered
///
/// Accounts that are linked stay linked. A domain of a record is changed in the record's own system.
#[utoipa::path(
    delete, path = "/customers/{id}/domains/{domain}", operation_id = "removeDomain", tag = "Admin",
    security(("apiKey" = [])), params(ByDomain),
    responses((status = 204, description = "The domain is removed"), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn remove(
    State(app): State<App>,
    machine: Machine,
    Path(ByDomain { id, domain }): Path<ByDomain>,
) -> Result<StatusCode, Problem> {
    app.hub.remove_domain(CustomerId(id), &domain, &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}
