//! Returns (`P09`), for the systems of a repair centre: list and read returns, record steps, and open a return for a
//! customer.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId, ReturnId};
use tessera_core::kernel::money::Money as Exact;
use tessera_core::kernel::normalise;
use tessera_core::returns::{self, Line as CoreLine, Return as CoreReturn, ReturnAction, UnitRole};
use tessera_hub::queries::returns::{ReturnFilter, ReturnSearch};
use tessera_hub::{OrderedLine, ReturnOrder, Sight};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "returns";

/// A return.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Return {
    /// The return's id.
    id: Uuid,
    /// The return's number, for people.
    #[schema(example = "R-7K3M-9QXD")]
    number: String,
    /// Version number, incremented by every change. Send it with a step to prevent conflicting changes.
    version: i64,
    /// `new`, `in_progress`, `on_hold`, `closed` or `cancelled`.
    #[schema(example = "in_progress")]
    status: &'static str,
    /// The customer.
    customer_id: Uuid,
    /// The place.
    place_id: Uuid,
    /// The returned items.
    lines: Vec<Line>,
    /// When the return was opened.
    created_at: Timestamp,
    /// When the return last changed.
    updated_at: Timestamp,
}

/// A line of a return: units of one model.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnLine)]
struct Line {
    /// The line's number, from 1.
    number: u32,
    /// The model.
    #[schema(example = "PACE 5 kW")]
    model: String,
    /// The device's id, if it is a device of the hub.
    #[schema(required, example = "1042")]
    device_id: Option<String>,
    /// Number of units.
    quantity: u32,
    /// `new`, `in_progress`, `on_hold`, `closed` or `cancelled`.
    status: &'static str,
    /// The code of the return reason.
    #[schema(example = "repair")]
    reason: String,
    /// The steps of the return reason, in order, with their progress.
    steps: Vec<Progress>,
    /// The problem, as described by the customer.
    problem: String,
    /// The known serial numbers of the customer's units.
    serials: Vec<String>,
    /// The serial numbers of the replacement units.
    replacement_serials: Vec<String>,
    /// What the line is waiting for.
    #[schema(required)]
    hold: Option<Hold>,
}

/// The progress of a step.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnStep)]
struct Progress {
    /// `receive`, `repair` or `ship`.
    #[schema(example = "receive")]
    step: &'static str,
    /// Number of units for which the step is done.
    done: u32,
    /// Number of units for which the step can be done now.
    ready: u32,
}

/// What a line is waiting for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReturnHold)]
struct Hold {
    /// `parts`, `approval` or `declined`.
    kind: &'static str,
    /// Explanation, as shown to the customer.
    note: String,
    /// The amount the customer was asked to approve.
    #[schema(required)]
    amount: Option<Money>,
}

/// An amount of money, exact.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Money {
    /// A decimal number with a point.
    #[schema(example = "184.50")]
    amount: String,
    /// The currency's code.
    #[schema(example = "EUR")]
    currency: String,
}

impl From<Exact> for Money {
    fn from(money: Exact) -> Self {
        Self { amount: money.number(), currency: money.currency.code().to_owned() }
    }
}

/// A page of returns.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Returns {
    /// The returns, newest first.
    items: Vec<Return>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Filter and paging of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    /// `all`, `open`, `asking` (waiting for the customer's answer) or `ended`; `open` by default.
    #[param(pattern = "^(all|open|asking|ended)$")]
    show: Option<String>,
    /// Only returns whose number, serial number or model starts with this text; not paged.
    #[param(min_length = 1)]
    q: Option<String>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
}

/// The return in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The return's id.
    id: Uuid,
}

/// The return and the line in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ByLine {
    /// The return's id.
    id: Uuid,
    /// The line's number, from 1.
    line: u32,
}

/// A step to record for a line.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StepDone {
    /// `receive`, `repair` or `ship`: the step was done. `identify`: serial numbers became known. `hold`: the line
    /// waits for parts. `ask`: the customer is asked to approve an amount. `resume`: the hold ends. `cancel`: the line
    /// is cancelled.
    step: StepToRecord,
    /// Number of units. Defaults to the number of serial numbers, or else to all units that are ready.
    #[serde(default)]
    quantity: Option<u32>,
    /// The serial numbers of these units.
    #[serde(default)]
    serials: Vec<String>,
    /// The carrier of the parcel.
    #[serde(default)]
    carrier: Option<String>,
    /// The parcel's tracking number.
    #[serde(default)]
    tracking_number: Option<String>,
    /// For `hold`, `ask` and `cancel`: an explanation, which the customer reads.
    #[serde(default)]
    note: Option<String>,
    /// For `ask`: the amount to approve.
    #[serde(default)]
    amount: Option<Money>,
    /// The `version` of the return on which the step is based. If the return has changed since, nothing is recorded.
    #[serde(default)]
    version: Option<i64>,
}

/// A step that can be recorded for a line.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReturnDeed)]
enum StepToRecord {
    Receive,
    Repair,
    Ship,
    Identify,
    Hold,
    Ask,
    Resume,
    Cancel,
}

impl StepDone {
    fn act(self) -> Result<ReturnAction, Problem> {
        let note = self.note.unwrap_or_default();
        let step = match self.step {
            StepToRecord::Receive => returns::Step::Receive,
            StepToRecord::Repair => returns::Step::Repair,
            StepToRecord::Ship => returns::Step::Ship,
            StepToRecord::Identify => return Ok(ReturnAction::Identify { serials: self.serials }),
            StepToRecord::Hold => return Ok(ReturnAction::Hold { note }),
            StepToRecord::Ask => {
                let told = self.amount.ok_or_else(|| invalid("`ask` needs an `amount`"))?;
                let currency = tessera_core::kernel::money::Currency::try_from(told.currency).map_err(invalid)?;
                let amount = Exact::parse(&told.amount, '.', currency).map_err(|wrong| invalid(wrong.to_string()))?;
                return Ok(ReturnAction::Ask { amount, note });
            }
            StepToRecord::Resume => return Ok(ReturnAction::Resume),
            StepToRecord::Cancel => return Ok(ReturnAction::Cancel { why: note }),
        };
        let tracking = self.tracking_number.map(|number| returns::Tracking { carrier: self.carrier, number });
        Ok(ReturnAction::Done { step, quantity: self.quantity, serials: self.serials, tracking })
    }
}

fn invalid(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail)
}

impl From<CoreReturn> for Return {
    fn from(customer_return: CoreReturn) -> Self {
        Self {
            id: customer_return.id.0,
            status: customer_return.status().as_str(),
            lines: customer_return.lines.iter().map(Line::from).collect(),
            number: customer_return.number,
            version: customer_return.version,
            customer_id: customer_return.customer_id.0,
            place_id: customer_return.place_id.0,
            created_at: customer_return.created_at,
            updated_at: customer_return.updated_at,
        }
    }
}

impl From<&CoreLine> for Line {
    fn from(line: &CoreLine) -> Self {
        let serials = |role| line.serials(role).map(ToOwned::to_owned).collect();
        let next = line.next_steps();
        let ready = |step| next.iter().find(|(other, _)| *other == step).map_or(0, |(_, ready)| *ready);
        let steps = line.reason.steps.iter();
        Self {
            number: line.number,
            model: line.model.clone(),
            device_id: line.device.as_ref().map(|device| device.external_id.clone()),
            quantity: line.quantity,
            status: line.status().as_str(),
            reason: line.reason.code.clone(),
            steps: steps
                .map(|step| Progress { step: step.as_str(), done: line.done(*step), ready: ready(*step) })
                .collect(),
            problem: line.problem.clone(),
            serials: serials(UnitRole::Returned),
            replacement_serials: serials(UnitRole::Replacement),
            hold: line.hold.as_ref().filter(|_| line.status() == returns::LineStatus::OnHold).map(|hold| Hold {
                kind: match hold.kind {
                    returns::HoldKind::Parts => "parts",
                    returns::HoldKind::Approval => "approval",
                    returns::HoldKind::Declined => "declined",
                },
                note: hold.note.clone(),
                amount: line.asked().map(|asked| asked.amount.into()),
            }),
        }
    }
}

/// List returns
///
/// Newest first.
#[utoipa::path(
    get, path = "/returns", operation_id = "listReturns", tag = "Admin", security(("apiKey" = [])),
    params(Filter),
    responses((status = 200, description = "A page of returns", body = Returns), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(filter): Query<Filter>,
) -> Result<Json<Returns>, Problem> {
    let limit = cursor::page_size(filter.limit)?;
    if let Some(q) = &filter.q {
        let word = normalise::serial(&returns::meant(q))
            .ok_or_else(|| bad_parameter("`q` holds at least a letter or a digit"))?;
        let found = app.hub.queries().returns(ReturnSearch::Word(&word), limit).await?;
        return Ok(Json(Returns { items: found.into_iter().map(Return::from).collect(), next_cursor: None }));
    }
    let show = match filter.show.as_deref() {
        None => ReturnFilter::Open,
        Some(show) => ReturnFilter::parse(show)
            .ok_or_else(|| bad_parameter("`show` is one of `all`, `open`, `asking`, `ended`"))?,
    };
    let before: Option<ReturnId> = cursor::read(LIST, filter.cursor.as_deref())?;
    let found = app.hub.queries().returns(ReturnSearch::Page(show, before), limit + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, limit, |last| last.id.to_string());
    Ok(Json(Returns { items: found.into_iter().map(Return::from).collect(), next_cursor }))
}

/// A return to open for a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReturnToOpen {
    /// The customer.
    customer_id: Uuid,
    /// The customer's place. Defaults to the place of the first device, or else the home place.
    #[serde(default)]
    place_id: Option<Uuid>,
    /// The customer's person to notify by e-mail, who must have access to the place. Defaults to the customer's own
    /// address.
    #[serde(default)]
    notify_person_id: Option<Uuid>,
    /// The returned items, at least one line.
    lines: Vec<LineToOpen>,
}

/// A line of a return to open.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReturnLineToOpen)]
struct LineToOpen {
    /// One of the customer's devices. Its name and serial number are filled in automatically.
    #[serde(default)]
    #[schema(example = "1042")]
    device_id: Option<String>,
    /// The model, if the item is not a device of the hub.
    #[serde(default)]
    model: Option<String>,
    /// Number of units. Defaults to one.
    #[serde(default)]
    quantity: Option<u32>,
    /// The known serial numbers.
    #[serde(default)]
    serials: Vec<String>,
    /// The code of a return reason.
    #[schema(example = "repair")]
    reason: String,
    /// Description of the problem, which the customer reads.
    #[serde(default)]
    problem: Option<String>,
}

impl From<LineToOpen> for OrderedLine {
    fn from(line: LineToOpen) -> Self {
        Self {
            device: line.device_id,
            model: line.model.unwrap_or_default(),
            quantity: line.quantity.unwrap_or(1),
            serials: line.serials,
            reason: line.reason,
            problem: line.problem.unwrap_or_default(),
        }
    }
}

/// Open a return for a customer
///
/// Creates the same return as the customer would: persons with access to the place see it. If one of the units is on
/// another open return, the response is 409.
#[utoipa::path(
    post, path = "/returns", operation_id = "openReturn", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A fresh text for every new request, at most 255 characters")),
    request_body = ReturnToOpen,
    responses(
        (status = 201, description = "The return is created", body = Return),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn open(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(wanted): Json<ReturnToOpen>,
) -> Result<Response, Problem> {
    let ctx = &machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let order = ReturnOrder {
        customer: CustomerId(wanted.customer_id),
        place: wanted.place_id.map(PlaceId),
        told: wanted.notify_person_id.map(PersonId),
        lines: wanted.lines.into_iter().map(OrderedLine::from).collect(),
    };
    let opened = app.hub.order_return(order, ctx).await?;
    let location = HeaderValue::from_str(&format!("/api/v1/returns/{}", opened.id));
    let mut response = (StatusCode::CREATED, Json(Return::from(opened))).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Get a return
#[utoipa::path(
    get, path = "/returns/{id}", operation_id = "getReturn", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The return", body = Return), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Return>, Problem> {
    Ok(Json(app.hub.return_visible_to(ReturnId(id), Sight::All).await?.into()))
}

/// Record a step
///
/// Records what was done to a line. A step that does not follow the order set by the return reason is rejected with
/// 409, and nothing is changed.
#[utoipa::path(
    post, path = "/returns/{id}/lines/{line}/steps", operation_id = "doReturnStep", tag = "Admin", security(("apiKey" = [])),
    params(ByLine, ("idempotency-key" = Option<String>, Header, description = "A fresh text for every new request, at most 255 characters")),
    request_body = StepDone,
    responses(
        (status = 200, description = "The return after the step", body = Return),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn step(
    State(app): State<App>,
    machine: Machine,
    Path(ByLine { id, line }): Path<ByLine>,
    headers: HeaderMap,
    Json(done): Json<StepDone>,
) -> Result<Json<Return>, Problem> {
    let ctx = &machine.ctx_with(idempotency_key(&headers)?, StatusCode::OK);
    let version = done.version;
    let act = done.act()?;
    let outcome = app.hub.act_on_return(ReturnId(id), &[(line, act)], version, Sight::All, ctx).await;
    Ok(Json(outcome?.into()))
}
