//! Operations: what is carried out for an account at its vendors (`M14`, `M15`).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};
use tessera_core::marketplace_platform::AccountOperation;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{ById, made, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

const LIST: &str = "operations";

/// A synchronization to request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct SynchronizeAccount {
    /// The vendor.
    service_manager_id: Uuid,
    /// Values of the vendor's custom fields, by id. They are kept for later synchronizations; a blank one is removed.
    #[serde(default)]
    sync_options: BTreeMap<String, String>,
    /// Whether nobody waits for it, as in an import: it gives way to operations that a person is waiting for.
    #[serde(default)]
    bulk: bool,
}

/// An operation of an account at its vendors.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Operation {
    /// Its id.
    id: Uuid,
    /// `synchronize` or `delete`.
    #[schema(example = "synchronize")]
    kind: &'static str,
    /// The account.
    account_id: Uuid,
    /// The vendor. `null`: every vendor that has the account.
    #[schema(required)]
    service_manager_id: Option<Uuid>,
    /// `waiting`, `running`, `done` or `failed`. A cancelled operation has failed; see `cancelled`.
    #[schema(example = "done")]
    state: &'static str,
    /// Whether it was cancelled: by `cancelOperation`, with its order, or because its account is deleted.
    cancelled: bool,
    /// The customer's id at the vendor, when it is done.
    #[schema(required)]
    external_id: Option<String>,
    /// Code of the vendor's answer, if it failed by one.
    #[schema(required)]
    code: Option<i64>,
    /// What went wrong last, for staff.
    #[schema(required)]
    message: Option<String>,
    /// What went wrong, for the customer.
    #[schema(required)]
    customer_message: Option<String>,
    /// Number of attempts that were begun.
    attempts: i64,
    /// Who asked for it.
    #[schema(example = "api_key:shop")]
    requested_by: String,
    /// When it was asked for.
    created_at: Timestamp,
    /// When it ended.
    #[schema(required)]
    finished_at: Option<Timestamp>,
}

impl From<AccountOperation> for Operation {
    fn from(it: AccountOperation) -> Self {
        Self {
            id: it.id.0,
            kind: it.kind.into(),
            account_id: it.account.0,
            service_manager_id: it.service_manager.map(|id| id.0),
            state: it.state.into(),
            cancelled: it.cancelled,
            external_id: it.external_id,
            code: it.code,
            message: it.message,
            customer_message: it.customer_message,
            attempts: it.attempts,
            requested_by: it.requested_by,
            created_at: it.created_at,
            finished_at: it.finished_at,
        }
    }
}

/// Synchronize an account with a vendor
///
/// The vendor is asked whether it has the customer; if not, the customer is created there. A customer that is linked
/// already is updated. A reseller is synchronized before its first customer.
#[utoipa::path(
    post, path = "/marketplace-accounts/{id}/synchronize", operation_id = "synchronizeMarketplaceAccount", tag = "Admin",
    security(("apiKey" = [])),
    params(ById, ("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = SynchronizeAccount,
    responses(
        (status = 202, description = "The operation", body = Operation, headers(("location" = String, description = "The operation"))),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn synchronize(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    headers: HeaderMap,
    Json(SynchronizeAccount { service_manager_id, sync_options, bulk }): Json<SynchronizeAccount>,
) -> Result<Response, Problem> {
    let (id, vendor) = (MarketplaceAccountId(id), ServiceManagerId(service_manager_id));
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::ACCEPTED);
    let operation = if bulk {
        app.hub.synchronize_account_in_bulk(id, vendor, &sync_options, &ctx).await?
    } else {
        app.hub.synchronize_account(id, vendor, &sync_options, &ctx).await?
    };
    accepted(&app, operation).await
}

/// Get an operation
#[utoipa::path(
    get, path = "/operations/{id}", operation_id = "getOperation", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The operation", body = Operation), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Operation>, Problem> {
    Ok(Json(operation(&app, AccountOperationId(id)).await?))
}

/// Try a failed operation again
#[utoipa::path(
    post, path = "/operations/{id}/retry", operation_id = "retryOperation", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses(
        (status = 202, description = "The operation", body = Operation),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn retry(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<(StatusCode, Json<Operation>), Problem> {
    let operation = app.hub.retry_account_operation(AccountOperationId(id), &machine.ctx()).await?;
    Ok((StatusCode::ACCEPTED, Json(operation.into())))
}

/// Cancel an operation
///
/// No further attempt is made. What a vendor has done already stays.
#[utoipa::path(
    post, path = "/operations/{id}/cancel", operation_id = "cancelOperation", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses(
        (status = 200, description = "The operation, which is cancelled: its state is `failed`", body = Operation),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn cancel(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Operation>, Problem> {
    Ok(Json(app.hub.cancel_account_operation(AccountOperationId(id), &machine.ctx()).await?.into()))
}

/// The response about an operation that was requested.
pub(super) async fn accepted(app: &App, id: AccountOperationId) -> Result<Response, Problem> {
    Ok(made(StatusCode::ACCEPTED, LIST, id.0, operation(app, id).await?))
}

async fn operation(app: &App, id: AccountOperationId) -> Result<Operation, Problem> {
    let found = app.hub.queries().account_operation(id).await?;
    found.map(Operation::from).ok_or_else(|| Problem::not_found(format!("there is no operation {id}")))
}
