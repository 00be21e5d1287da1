//! The calls of a service manager, for staff who look for a fault.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use tessera_core::kernel::ids::{ServiceManagerCallId, ServiceManagerId};
use tessera_core::marketplace_platform::ServiceManagerCall as Kept;
use utoipa::ToSchema;
use uuid::Uuid;

use super::service_managers::none;
use super::{ById, Page, problems};
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "service-manager-calls";

/// A call of a vendor, with its answer. Secrets are hidden, and long bodies cut.
#[derive(Debug, Serialize, ToSchema)]
struct ServiceManagerCall {
    /// Its id.
    id: Uuid,
    /// What was called.
    #[schema(example = "Synchronize")]
    operation: &'static str,
    /// The account.
    #[schema(required)]
    account_id: Option<Uuid>,
    /// The operation of which it was a part.
    #[schema(required)]
    operation_id: Option<Uuid>,
    /// The `X-CloudPlatform-TrackId` that was sent.
    track_id: String,
    /// When it was sent.
    at: Timestamp,
    /// Duration in milliseconds.
    milliseconds: i64,
    /// `answered`; `unusable`: not an answer of the contract; `not_sent`: the vendor could not be reached; `lost`: no answer
    /// came.
    #[schema(example = "answered")]
    outcome: &'static str,
    /// HTTP status of the answer.
    #[schema(required)]
    status: Option<i64>,
    /// Code in the answer.
    #[schema(required)]
    code: Option<i64>,
    /// Request body.
    request: String,
    /// The answer's body, or why there is none.
    answer: String,
}

/// A page of calls.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ServiceManagerCalls {
    /// The calls, newest first.
    items: Vec<ServiceManagerCall>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<Kept> for ServiceManagerCall {
    fn from(it: Kept) -> Self {
        Self {
            id: it.id.0,
            operation: it.operation.as_str(),
            account_id: it.account.map(|id| id.0),
            operation_id: it.operation_id.map(|id| id.0),
            track_id: it.track_id,
            at: it.at,
            milliseconds: it.micros / 1000,
            outcome: it.outcome.into(),
            status: it.status,
            code: it.code,
            request: it.request,
            answer: it.answer,
        }
    }
}

/// List the calls of a service manager
///
/// Newest first. They are kept for the configured period (`retention.marketplace_calls_days`).
#[utoipa::path(
    get, path = "/service-managers/{id}/calls", operation_id = "listServiceManagerCalls", tag = "Admin",
    security(("apiKey" = [])), params(ById, Page),
    responses(
        (status = 200, description = "A page of calls", body = ServiceManagerCalls),
        problems::Any, problems::NotFound,
    ),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(Page { limit, cursor }): Query<Page>,
) -> Result<Json<ServiceManagerCalls>, Problem> {
    let size = cursor::page_size(limit)?;
    let before: Option<ServiceManagerCallId> = cursor::read(LIST, cursor.as_deref())?;
    let found = app.hub.queries().service_manager_calls(ServiceManagerId(id), before, size + 1).await?;
    let found = found.ok_or_else(|| none(id))?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(ServiceManagerCalls { items: found.into_iter().map(ServiceManagerCall::from).collect(), next_cursor }))
}
