//! Loads: many devices or assignments from a table (`A07`, `A08`, `A09`), with a trial run first.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::devices::load::{DeviceLoad as Kept, LinePlan, LoadKind, Progress as KeptProgress};
use tessera_core::kernel::ids::DeviceLoadId;
use tessera_hub::queries::devices::{DeviceLoadPage, LoadLineState};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{BASE, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "device-loads";
const LINES: &str = "device-load-lines";

/// A table to load.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewLoad {
    /// `assignments`: columns `device` (serial number, tag or id), `requester` (number, e-mail address, or `stock`) and,
    /// for an assigned device, `from` (the number of the present holder). `devices`: columns `name`, `requester`
    /// if any, and one for each field of `GET /device-form`, by key or label.
    #[schema(example = "assignments", pattern = "^(assignments|devices)$")]
    kind: String,
    /// The table as CSV, with the names of its columns in the first line; at most 1,000 lines.
    #[schema(example = "device,requester\nHIB26W1400017,21000418006\n")]
    table: String,
}

/// A load: the plan of a table, and its progress.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceLoad {
    /// The load's id.
    id: Uuid,
    /// `assignments` or `devices`.
    #[schema(example = "assignments")]
    kind: String,
    /// `planned`, `running`, `finished`, `stopped` or `discarded`. Nothing changes before it is started.
    #[schema(example = "planned")]
    state: String,
    /// The number of lines.
    lines: i64,
    /// The number of planned changes.
    changes: i64,
    /// The number of lines with a problem. They are left out.
    wrong: i64,
    /// Who made the trial run.
    #[schema(example = "api_key:installer")]
    asked_by: String,
    /// When the trial run was made.
    created_at: Timestamp,
    /// Who started, stopped or discarded it.
    #[schema(required)]
    decided_by: Option<String>,
    /// When that was decided.
    #[schema(required)]
    decided_at: Option<Timestamp>,
    /// When it ended.
    #[schema(required)]
    finished_at: Option<Timestamp>,
}

/// The progress of a load.
#[derive(Debug, Serialize, ToSchema)]
struct Progress {
    /// Planned changes that are not requested yet.
    left: i64,
    /// Changes requested from the service desk.
    waiting: i64,
    /// Changes carried out.
    done: i64,
    /// Changes that failed, or were not requested because the state had changed.
    failed: i64,
}

/// A load with its progress.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceLoadDetail {
    /// The load.
    load: DeviceLoad,
    /// The progress.
    progress: Progress,
}

/// A page of loads.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceLoads {
    /// The loads, newest first.
    items: Vec<DeviceLoad>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A line of a load.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceLoadLine {
    /// The line's number in the table.
    #[schema(example = 2)]
    line: i64,
    /// The device, as entered.
    #[schema(example = "HIB26W1400017")]
    device: String,
    /// `change`, `unchanged` or `wrong`.
    #[schema(example = "change")]
    plan: &'static str,
    /// The planned change, or the problem, in a sentence.
    #[schema(example = "assign PACE 5 kW (asset 1042) to requester 21000418006")]
    what: String,
    /// The device write that was requested.
    #[schema(required)]
    write_id: Option<Uuid>,
    /// The state of that write: `waiting`, `done`, `failed`, `superseded` or `cancelled`.
    #[schema(required)]
    write_state: Option<&'static str>,
    /// Why no write was requested for a planned change, or why the write failed.
    #[schema(required)]
    detail: Option<String>,
}

/// A page of lines.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceLoadLines {
    /// The lines, in order.
    items: Vec<DeviceLoadLine>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<Kept> for DeviceLoad {
    fn from(load: Kept) -> Self {
        Self {
            id: load.id.0,
            kind: load.kind.as_ref().to_owned(),
            state: load.state.as_ref().to_owned(),
            lines: load.lines,
            changes: load.changes,
            wrong: load.wrong,
            asked_by: load.asked_by.to_string(),
            created_at: load.created_at,
            decided_by: load.decided_by.map(|by| by.to_string()),
            decided_at: load.decided_at,
            finished_at: load.finished_at,
        }
    }
}

impl From<LoadLineState> for DeviceLoadLine {
    fn from(LoadLineState { line, write }: LoadLineState) -> Self {
        let failed = write.as_ref().filter(|write| write.as_str() == "failed").and_then(|write| write.note());
        Self {
            detail: line.refused.clone().or_else(|| failed.map(ToOwned::to_owned)),
            line: line.line,
            device: line.typed,
            plan: line.plan.as_str(),
            what: match line.plan {
                LinePlan::Change(change) => change.sentence(),
                LinePlan::Unchanged(why) | LinePlan::Wrong(why) => why,
            },
            write_id: line.write_id.map(|id| id.0),
            write_state: write.map(|write| write.as_str()),
        }
    }
}

/// The load in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The load's id.
    id: Uuid,
}

/// The page of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// Filter and page of the lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct LinesPage {
    /// Only lines with this plan: `change`, `unchanged` or `wrong`.
    #[param(example = "wrong", pattern = "^(change|unchanged|wrong)$")]
    plan: Option<String>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// Make a trial run of a table
///
/// Plans each line by what the hub knows, and stores the plan. Nothing changes before the load is started.
#[utoipa::path(
    post, path = "/device-loads", operation_id = "planDeviceLoad", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = NewLoad,
    responses(
        (status = 201, description = "The trial run is stored", body = DeviceLoad, headers(("location" = String, description = "The load"))),
        problems::Any, problems::Refused, problems::Upstream,
    ),
)]
pub(super) async fn plan(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(NewLoad { kind, table }): Json<NewLoad>,
) -> Result<Response, Problem> {
    let kind: LoadKind = kind.parse().map_err(|_| bad_parameter("`kind` is `assignments` or `devices`"))?;
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let load = app.hub.plan_device_load(kind, table.as_bytes(), &ctx).await?;
    let location = format!("{BASE}/device-loads/{}", load.id);
    let mut response = (StatusCode::CREATED, Json(DeviceLoad::from(load))).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// List loads
///
/// Newest first.
#[utoipa::path(
    get, path = "/device-loads", operation_id = "listDeviceLoads", tag = "Admin", security(("apiKey" = [])),
    params(Page),
    responses((status = 200, description = "A page of loads", body = DeviceLoads), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Page { limit, cursor }): Query<Page>,
) -> Result<Json<DeviceLoads>, Problem> {
    let size = cursor::page_size(limit)?;
    let before: Option<DeviceLoadId> = cursor::read(LIST, cursor.as_deref())?;
    let found = app.hub.queries().device_loads(before, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(DeviceLoads { items: found.into_iter().map(DeviceLoad::from).collect(), next_cursor }))
}

/// Get a load
#[utoipa::path(
    get, path = "/device-loads/{id}", operation_id = "getDeviceLoad", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The load", body = DeviceLoadDetail), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<DeviceLoadDetail>, Problem> {
    let found = app.hub.queries().device_load_page(DeviceLoadId(id), (0, ""), 1).await?;
    let DeviceLoadPage { load, progress, .. } = found.ok_or_else(|| none(id))?;
    let KeptProgress { waiting, done, failed, left } = progress;
    Ok(Json(DeviceLoadDetail { load: load.into(), progress: Progress { left, waiting, done, failed } }))
}

/// List the lines of a load
#[utoipa::path(
    get, path = "/device-loads/{id}/lines", operation_id = "listDeviceLoadLines", tag = "Admin",
    security(("apiKey" = [])), params(ById, LinesPage),
    responses((status = 200, description = "A page of lines", body = DeviceLoadLines), problems::Any, problems::NotFound),
)]
pub(super) async fn lines(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(LinesPage { plan, limit, cursor }): Query<LinesPage>,
) -> Result<Json<DeviceLoadLines>, Problem> {
    let size = cursor::page_size(limit)?;
    let after: i64 = cursor::read(LINES, cursor.as_deref())?.unwrap_or(0);
    if plan.as_deref().is_some_and(|plan| !["change", "unchanged", "wrong"].contains(&plan)) {
        return Err(bad_parameter("`plan` is `change`, `unchanged` or `wrong`"));
    }
    let found = app
        .hub
        .queries()
        .device_load_page(DeviceLoadId(id), (after, plan.as_deref().unwrap_or_default()), size + 1)
        .await?;
    let found = found.ok_or_else(|| none(id))?;
    let (lines, next_cursor) = cursor::page(LINES, found.lines, size, |last| last.line.line.to_string());
    Ok(Json(DeviceLoadLines { items: lines.into_iter().map(DeviceLoadLine::from).collect(), next_cursor }))
}

/// Start a load
///
/// The planned changes are requested from the service desk in the background, a few at a time. Lines with a problem are
/// left out.
#[utoipa::path(
    post, path = "/device-loads/{id}/start", operation_id = "startDeviceLoad", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 202, description = "The load is running", body = DeviceLoad),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn start(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<(StatusCode, Json<DeviceLoad>), Problem> {
    let load = app.hub.start_device_load(DeviceLoadId(id), &machine.ctx()).await?;
    Ok((StatusCode::ACCEPTED, Json(load.into())))
}

/// Stop or discard a load
///
/// A planned load is discarded; of a running one, no further changes are requested.
#[utoipa::path(
    delete, path = "/device-loads/{id}", operation_id = "endDeviceLoad", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses(
        (status = 200, description = "The load has ended", body = DeviceLoad),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn end(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<DeviceLoad>, Problem> {
    Ok(Json(app.hub.end_device_load(DeviceLoadId(id), &machine.ctx()).await?.into()))
}

/// The problem for an unknown id.
fn none(id: Uuid) -> Problem {
    Problem::not_found(format!("there is no load {id}"))
}
