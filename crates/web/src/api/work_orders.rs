//! Work orders, for the systems of the office: list, read and make them, and record their steps.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{CustomerId, PlaceId, ReturnId, ServiceRequestId, WorkOrderId};
use tessera_core::work_orders::{Action, Window, WorkOrder as CoreWorkOrder};
use tessera_hub::queries::work_orders::{ListedWorkOrder, WorkOrderFilter};
use tessera_hub::{NewWorkOrder, WorkAction, WorkSight};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "work-orders";

/// A work order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkOrder {
    /// The work order's id.
    id: Uuid,
    /// The work order's number, for people.
    #[schema(example = "W-7K3M-9QXD")]
    number: String,
    /// Version number, incremented by every change. Send it with a step to prevent conflicting changes.
    version: i64,
    /// The code of the kind of work.
    #[schema(example = "installation")]
    kind: String,
    /// `open`, `accepted`, `on_the_way`, `working`, `done`, `refused` or `cancelled`.
    #[schema(example = "accepted")]
    state: &'static str,
    /// Why it was refused or cancelled.
    #[schema(required)]
    reason: Option<String>,
    /// The customer.
    customer_id: Uuid,
    /// The customer's place.
    place_id: Uuid,
    /// The service request that it is for.
    #[schema(required)]
    request_id: Option<Uuid>,
    /// The return that it is for.
    #[schema(required)]
    return_id: Option<Uuid>,
    /// The device concerned, or installed.
    #[schema(required, example = "1042")]
    device_id: Option<String>,
    /// The model, if no device is concerned.
    #[schema(required)]
    model: Option<String>,
    /// The subject.
    subject: String,
    /// What is to be done.
    description: String,
    /// Beginning of the appointment.
    #[schema(required)]
    starts_at: Option<Timestamp>,
    /// End of the appointment.
    #[schema(required)]
    ends_at: Option<Timestamp>,
    /// The hub's id of the person who does it.
    #[schema(required)]
    assignee_id: Option<Uuid>,
    /// Their name.
    #[schema(required)]
    assignee: Option<String>,
    /// The check list.
    checks: Vec<WorkCheck>,
    /// The parts used.
    parts: Vec<WorkPart>,
    /// When the work order was made.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

/// An item of a work order's check list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkCheck {
    /// What is to be checked.
    item: String,
    /// Whether it was.
    done: bool,
}

/// A part that was used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkPart {
    /// The part's code.
    #[schema(example = "cable")]
    part: String,
    /// The van that it came from.
    place_id: Uuid,
    /// Number of units.
    quantity: u32,
}

impl From<CoreWorkOrder> for WorkOrder {
    fn from(order: CoreWorkOrder) -> Self {
        let device = order.device_record().map(|record| record.external_id);
        Self {
            id: order.id.0,
            number: order.number,
            version: order.version,
            kind: order.kind.code,
            state: order.state.as_str(),
            reason: order.reason,
            customer_id: order.customer_id.0,
            place_id: order.place_id.0,
            request_id: order.request_id.map(|id| id.0),
            return_id: order.return_id.map(|id| id.0),
            device_id: device,
            model: order.model,
            subject: order.subject,
            description: order.description,
            starts_at: order.window.map(|window| window.from),
            ends_at: order.window.map(|window| window.to),
            assignee_id: order.assignee.as_ref().map(|assignee| assignee.person.0),
            assignee: order.assignee.map(|assignee| assignee.name),
            checks: order.checks.into_iter().map(|it| WorkCheck { item: it.item, done: it.done }).collect(),
            parts: order
                .parts
                .into_iter()
                .map(|used| WorkPart { part: used.part, place_id: used.place.0, quantity: used.quantity })
                .collect(),
            created_at: order.created_at,
            updated_at: order.updated_at,
        }
    }
}

/// A page of work orders.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkOrders {
    /// The work orders, newest first.
    items: Vec<WorkOrder>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Filter and paging of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// `open` (not finished), `to_assign` (open or given back), `under_way`, `done`, `cancelled` or `all`; `open` by
    /// default.
    #[param(pattern = "^(open|to_assign|under_way|done|cancelled|all)$")]
    show: Option<String>,
    /// Only work orders with this text in number, subject, description, device or model.
    q: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
}

/// The work order in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The work order's id.
    id: Uuid,
}

/// A work order to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkOrderToMake {
    /// The code of a kind of work.
    #[schema(example = "installation")]
    kind: String,
    /// The customer. Not needed with a requester, a request or a return.
    #[serde(default)]
    customer_id: Option<Uuid>,
    /// The requester in the service desk. One who is no customer yet becomes one, and is invited when an installation is
    /// finished.
    #[serde(default)]
    #[schema(example = "1001")]
    requester_id: Option<String>,
    /// The service request that it is for.
    #[serde(default)]
    request_id: Option<Uuid>,
    /// The return that it is for.
    #[serde(default)]
    return_id: Option<Uuid>,
    /// The customer's place. Defaults to that of the request or the return, of the device, or the home place.
    #[serde(default)]
    place_id: Option<Uuid>,
    /// One of the customer's devices.
    #[serde(default)]
    #[schema(example = "1042")]
    device_id: Option<String>,
    /// The model, if no device is concerned.
    #[serde(default)]
    model: Option<String>,
    /// The subject. Defaults to that of the request, or the label of the kind.
    #[serde(default)]
    subject: Option<String>,
    /// What is to be done.
    #[serde(default)]
    description: Option<String>,
    /// Beginning of the appointment.
    #[serde(default)]
    starts_at: Option<Timestamp>,
    /// End of the appointment.
    #[serde(default)]
    ends_at: Option<Timestamp>,
    /// Person id of who does it.
    #[serde(default)]
    #[schema(example = "sam.tech")]
    assignee: Option<String>,
}

/// A step to record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WorkStep {
    /// `accept`, `depart`, `begin`, `finish`, `refuse`: what the technician does. `assign`, `schedule`, `cancel`: what the
    /// office decides. `check`: an item of the check list is done, or not.
    step: StepToRecord,
    /// For `finish` of an installation: the serial number of the device, in any spelling.
    #[serde(default)]
    serial: Option<String>,
    /// For `refuse` and `cancel`: the reason.
    #[serde(default)]
    reason: Option<String>,
    /// For `assign`: the person id of who does it. Without it, the work order is nobody's.
    #[serde(default)]
    assignee: Option<String>,
    /// For `schedule`: the beginning of the appointment. Without it, there is none.
    #[serde(default)]
    starts_at: Option<Timestamp>,
    /// For `schedule`: the end of the appointment.
    #[serde(default)]
    ends_at: Option<Timestamp>,
    /// For `check`: the item's position, from 0.
    #[serde(default)]
    item: Option<u32>,
    /// For `check`: whether it is done. Defaults to true.
    #[serde(default)]
    done: Option<bool>,
    /// The `version` of the work order on which the step is based. If it has changed since, nothing is recorded.
    #[serde(default)]
    version: Option<i64>,
}

/// A step of a work order that can be recorded.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkOrderStep)]
enum StepToRecord {
    Accept,
    Depart,
    Begin,
    Finish,
    Refuse,
    Assign,
    Schedule,
    Cancel,
    Check,
}

impl WorkStep {
    fn action(self) -> Result<WorkAction, Problem> {
        let reason = self.reason.unwrap_or_default();
        Ok(WorkAction::Plain(match self.step {
            StepToRecord::Accept => Action::Accept,
            StepToRecord::Depart => Action::Depart,
            StepToRecord::Begin => Action::Begin,
            StepToRecord::Finish => return Ok(WorkAction::Finish { serial: self.serial.unwrap_or_default() }),
            StepToRecord::Refuse => Action::Refuse { reason },
            StepToRecord::Assign => return Ok(WorkAction::Assign { person: self.assignee }),
            StepToRecord::Schedule => Action::Schedule(window(self.starts_at, self.ends_at)?),
            StepToRecord::Cancel => Action::Cancel { reason },
            StepToRecord::Check => {
                let item = self.item.ok_or_else(|| invalid("`check` needs an `item`"))?;
                let item = usize::try_from(item).map_err(|_| invalid("`item` is too large"))?;
                Action::Check { item, done: self.done.unwrap_or(true) }
            }
        }))
    }
}

fn window(from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Option<Window>, Problem> {
    match (from, to) {
        (None, None) => Ok(None),
        (Some(from), Some(to)) => Ok(Some(Window { from, to })),
        _ => Err(invalid("an appointment needs both `starts_at` and `ends_at`")),
    }
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail)
}

/// List work orders
///
/// Newest first.
#[utoipa::path(
    get, path = "/work-orders", operation_id = "listWorkOrders", tag = "Admin", security(("apiKey" = [])),
    params(Filter),
    responses((status = 200, description = "A page of work orders", body = WorkOrders), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(filter): Query<Filter>,
) -> Result<Json<WorkOrders>, Problem> {
    let limit = cursor::page_size(filter.limit)?;
    let show = match filter.show.as_deref() {
        None => WorkOrderFilter::Open,
        Some(show) => WorkOrderFilter::parse(show).ok_or_else(|| {
            bad_parameter("`show` is one of `open`, `to_assign`, `under_way`, `done`, `cancelled`, `all`")
        })?,
    };
    let search = filter.q.as_deref().unwrap_or_default();
    let before: Option<WorkOrderId> = cursor::read(LIST, filter.cursor.as_deref())?;
    let found = app.hub.queries().work_orders((show, search), before, limit + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, limit, |last: &ListedWorkOrder| last.order.id.to_string());
    Ok(Json(WorkOrders { items: found.into_iter().map(|listed| listed.order.into()).collect(), next_cursor }))
}

/// Make a work order
///
/// For a customer, a service request or a return. If it has an appointment, the customer is told by e-mail.
#[utoipa::path(
    post, path = "/work-orders", operation_id = "makeWorkOrder", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A fresh text for every new request, at most 255 characters")),
    request_body = WorkOrderToMake,
    responses(
        (status = 201, description = "The work order is made", body = WorkOrder),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn make(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(wanted): Json<WorkOrderToMake>,
) -> Result<Response, Problem> {
    let ctx = &machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let new = NewWorkOrder {
        kind: wanted.kind,
        customer: wanted.customer_id.map(CustomerId),
        requester: wanted.requester_id,
        request: wanted.request_id.map(ServiceRequestId),
        return_id: wanted.return_id.map(ReturnId),
        place: wanted.place_id.map(PlaceId),
        device: wanted.device_id,
        model: wanted.model,
        subject: wanted.subject.unwrap_or_default(),
        description: wanted.description.unwrap_or_default(),
        window: window(wanted.starts_at, wanted.ends_at)?,
        assignee: wanted.assignee,
    };
    let made = app.hub.create_work_order(&new, &machine.0, ctx).await?;
    let location = HeaderValue::from_str(&format!("/api/v1/work-orders/{}", made.id));
    let mut response = (StatusCode::CREATED, Json(WorkOrder::from(made))).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Get a work order
#[utoipa::path(
    get, path = "/work-orders/{id}", operation_id = "getWorkOrder", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The work order", body = WorkOrder), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<WorkOrder>, Problem> {
    Ok(Json(app.hub.work_order(WorkOrderId(id), WorkSight::Office(&machine.0)).await?.into()))
}

/// Record a step of a work order
///
/// A step that is not possible in its state is rejected with 409, and nothing is changed. Finishing an installation
/// assigns the device to the customer, and invites them if they have not activated yet.
#[utoipa::path(
    post, path = "/work-orders/{id}/steps", operation_id = "doWorkOrderStep", tag = "Admin", security(("apiKey" = [])),
    params(ById, ("idempotency-key" = Option<String>, Header, description = "A fresh text for every new request, at most 255 characters")),
    request_body = WorkStep,
    responses(
        (status = 200, description = "The work order after the step", body = WorkOrder),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn step(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    headers: HeaderMap,
    Json(wanted): Json<WorkStep>,
) -> Result<Json<WorkOrder>, Problem> {
    let ctx = &machine.ctx_with(idempotency_key(&headers)?, StatusCode::OK);
    let version = wanted.version;
    let action = wanted.action()?;
    let sight = WorkSight::Office(&machine.0);
    Ok(Json(app.hub.act_on_work_order(WorkOrderId(id), &action, version, sight, ctx).await?.into()))
}
