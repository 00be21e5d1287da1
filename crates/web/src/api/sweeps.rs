//! Sweeps: comparing the lists of the outside systems with the hub's records, and deciding about held removals (`H04`,
//! `H06`).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::kernel::record::Kind;
use tessera_core::sync::hold::{HeldChange, HeldFilter};
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::SweepMode;
use tessera_hub::queries::sweeps::{ChangesQuery, Sweep as Kept};
use tessera_hub::{Chosen, HubError, SweepOrder};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, OptionalJson, Path, Query};
use crate::extract::cursor;
use crate::respond::csv;
use crate::{App, Problem};

/// Name of the list of changes in its cursors.
const CHANGES: &str = "sweep_changes";

/// A comparison of an outside system's list with the hub's records.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sweep {
    /// The sweep's id.
    id: Uuid,
    /// The outside system.
    #[schema(example = "freshservice")]
    system: String,
    /// `requesters`, `contacts` or `assets`; `single` for single changes that were held together.
    #[schema(example = "assets")]
    kind: String,
    /// `full` or `incremental`.
    #[schema(example = "full")]
    mode: &'static str,
    /// Whether the sweep is a dry run, which only plans.
    dry_run: bool,
    /// `waiting`, `running`, `paused`, `finished`, `failed`, `held`, `planned`, `applying`, `applied` or `discarded`.
    #[schema(example = "running")]
    state: &'static str,
    /// Who requested the sweep.
    #[schema(example = "hub")]
    asked_by: String,
    /// When the sweep started; before that, when it was requested.
    started_at: Timestamp,
    /// When the sweep ended or was last decided; `null` while it is in progress.
    #[schema(required)]
    finished_at: Option<Timestamp>,
    /// Number of pages read.
    page: i64,
    /// Estimated number of objects to read; `null` if unknown.
    #[schema(required)]
    expected: Option<i64>,
    /// Number of objects read.
    seen: i64,
    /// Number of objects that were new or changed.
    changed: i64,
    /// Number of devices and links that the sweep removes, or has removed, from customers.
    takes_away: i64,
    /// Number of known objects missing from a complete list.
    missing: i64,
    /// The first forecast of when the sweep ends.
    #[schema(required)]
    first_forecast_at: Option<Timestamp>,
    /// The current forecast of when the sweep ends; while it is paused, when it resumes.
    #[schema(required)]
    forecast_at: Option<Timestamp>,
    /// For an incremental sweep, the earliest time of change that it reads.
    #[schema(required)]
    since: Option<Timestamp>,
    /// What stopped the sweep or needs attention.
    #[schema(required)]
    error: Option<String>,
    /// Who applied or discarded the changes that were planned or held.
    #[schema(required)]
    decided_by: Option<String>,
}

impl From<Kept> for Sweep {
    fn from(kept: Kept) -> Self {
        Self {
            id: kept.id.0,
            system: kept.system,
            kind: kept.kind,
            mode: kept.mode.as_str(),
            dry_run: kept.dry,
            state: kept.state.as_str(),
            asked_by: kept.asked_by,
            started_at: kept.started_at,
            finished_at: kept.finished_at,
            page: kept.page,
            expected: kept.expected,
            seen: kept.seen,
            changed: kept.changed,
            takes_away: kept.takes_away,
            missing: kept.missing,
            first_forecast_at: kept.first_forecast_at,
            forecast_at: kept.forecast_at,
            since: kept.since,
            error: kept.error,
            decided_by: kept.decided_by,
        }
    }
}

/// A list of sweeps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sweeps {
    /// The sweeps, newest first.
    items: Vec<Sweep>,
}

/// A change that waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
struct Change {
    /// The change's id.
    id: Uuid,
    /// The record, as `system:kind:id`.
    #[schema(example = "freshservice:asset:42")]
    record: String,
    /// The record's title.
    #[schema(example = "PACE 5 kW")]
    title: String,
    /// The current values.
    #[schema(example = "used by: Ada Example (requester 1001)")]
    before: String,
    /// The values after the change.
    #[schema(example = "used by: nobody, in stock")]
    after: String,
    /// Number of devices or links that the change removes from customers.
    takes_away: i64,
    /// When the outside system was read.
    read_at: Timestamp,
    /// When the change was held.
    held_at: Timestamp,
}

/// A page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    /// The changes, in the order in which they are applied.
    items: Vec<Change>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl From<HeldChange> for Change {
    fn from(held: HeldChange) -> Self {
        Self {
            id: held.id.0,
            record: held.seen.key().to_string(),
            read_at: held.seen.read_at(),
            title: held.title,
            before: held.before,
            after: held.after,
            takes_away: held.takes,
            held_at: held.held_at,
        }
    }
}

/// The sweeps to start.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SweepOrder)]
pub(super) struct Order {
    /// `requesters`, `contacts` or `assets`. Defaults to all of them.
    #[schema(value_type = Option<Vec<String>>, example = json!(["assets"]))]
    kinds: Option<Vec<SweepOf>>,
    /// `full` (the default) or `incremental`, which reads what changed since the last sweep. Requesters are always read
    /// in full.
    #[schema(value_type = String, example = "full")]
    mode: SweepMode,
    /// Whether to plan only. The planned changes are kept for review, and can be applied or discarded.
    dry_run: bool,
}

/// A selection of the changes that wait for a decision.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ChangeChoice)]
pub(super) struct Choice {
    /// The changes with these ids; not together with `text` or `kind`.
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1)]
    changes: Option<Vec<Uuid>>,
    /// The changes that contain all these words in the title, id, before or after. Letter case is ignored.
    #[schema(example = "Ben Example")]
    text: Option<String>,
    /// The changes of this kind of record.
    #[schema(value_type = Option<RecordKind>, example = "asset")]
    kind: Option<RecordKind>,
}

/// A kind of record that sweeps read.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SweptKind)]
pub(super) enum RecordKind {
    /// A requester.
    Requester,
    /// A contact.
    Contact,
    /// An asset.
    Asset,
}

impl From<RecordKind> for Kind {
    fn from(kind: RecordKind) -> Self {
        match kind {
            RecordKind::Requester => Self::Requester,
            RecordKind::Contact => Self::Contact,
            RecordKind::Asset => Self::Asset,
        }
    }
}

/// Maximum number of changes selected by id, and maximum number of characters of a search.
pub(super) const MAX_NAMED: usize = 10_000;
pub(super) const MAX_SEARCH_LENGTH: usize = 200;

impl Choice {
    /// The selection. Without a body, everything is selected.
    fn read(self) -> Result<Chosen, Problem> {
        let invalid = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail.to_owned());
        let Self { changes, text, kind } = self;
        let filter = filter(text, kind);
        match changes {
            None if filter.is_open() => Ok(Chosen::All),
            None => Ok(Chosen::Found(filter)),
            Some(_) if !filter.is_open() => {
                Err(invalid("name `changes`, or filter by `text` and `kind`, but not both"))
            }
            Some(ids) if ids.is_empty() => Err(invalid("`changes` names none; leave it out to mean all of them")),
            Some(ids) => Ok(Chosen::These(ids.into_iter().map(HeldId).collect())),
        }
    }
}

fn filter(text: Option<String>, kind: Option<RecordKind>) -> HeldFilter {
    HeldFilter { text: text.unwrap_or_default(), kind: kind.map(Kind::from) }
}

/// Maximum length of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    /// Maximum number of items, 1 to 200; 50 by default.
    limit: Option<u16>,
}

/// The sweep in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The sweep's id.
    id: Uuid,
}

/// Filter and paging of the list of changes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
    /// Only changes that contain all these words in the title, id, before or after.
    text: Option<String>,
    /// Only changes of this kind of record.
    #[param(inline)]
    kind: Option<RecordKind>,
}

/// Filter of the list of changes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SweepsQuery {
    /// Only changes that contain all these words in the title, id, before or after.
    text: Option<String>,
    /// Only changes of this kind of record.
    #[param(inline)]
    kind: Option<RecordKind>,
}

/// List sweeps
///
/// Includes the progress of each sweep and the forecast of its end.
#[utoipa::path(
    get, path = "/sweeps", operation_id = "listSweeps", tag = "Admin", security(("apiKey" = [])),
    params(Size),
    responses((status = 200, description = "Newest first", body = Sweeps), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Size { limit }): Query<Size>,
) -> Result<Json<Sweeps>, Problem> {
    let newest = app.hub.queries().newest_sweeps(cursor::page_size(limit)?).await?;
    Ok(Json(Sweeps { items: newest.into_iter().map(Sweep::from).collect() }))
}

/// Start sweeps
///
/// The sweeps run in the background, within the systems' rate limits. If a sweep of the same kind has not ended yet,
/// the response contains that one. Without a body, everything is read.
#[utoipa::path(
    post, path = "/sweeps", operation_id = "startSweeps", tag = "Admin", security(("apiKey" = [])),
    request_body = Option<Order>,
    responses((status = 202, description = "The sweeps are scheduled", body = Sweeps), problems::Any, problems::Refused),
)]
pub(super) async fn start(
    State(app): State<App>,
    machine: Machine,
    OptionalJson(order): OptionalJson<Order>,
) -> Result<(StatusCode, Json<Sweeps>), Problem> {
    let mut items = Vec::new();
    for what in order.kinds.unwrap_or_else(|| SweepOf::ALL.to_vec()) {
        let order = SweepOrder { what, mode: order.mode, dry: order.dry_run };
        items.push(app.hub.request_sweep(order, &machine.ctx()).await?.into());
    }
    Ok((StatusCode::ACCEPTED, Json(Sweeps { items })))
}

/// Get a sweep
#[utoipa::path(
    get, path = "/sweeps/{id}", operation_id = "getSweep", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The sweep", body = Sweep), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Sweep>, Problem> {
    Ok(Json(app.hub.queries().sweep(SweepId(id)).await?.into()))
}

/// List the changes that wait for a decision
///
/// The changes that a dry run planned or the brake holds, each with its values before and after.
#[utoipa::path(
    get, path = "/sweeps/{id}/changes", operation_id = "listSweepChanges", tag = "Admin", security(("apiKey" = [])),
    params(ById, Paging),
    responses((status = 200, description = "The changes", body = Changes), problems::Any, problems::NotFound),
)]
pub(super) async fn changes(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(Paging { limit, cursor, text, kind }): Query<Paging>,
) -> Result<Json<Changes>, Problem> {
    let filter = filter(text, kind);
    let size = cursor::page_size(limit)?;
    let after = cursor::read(CHANGES, cursor.as_deref())?;
    let asked = ChangesQuery { sweep: SweepId(id), filter: &filter, after, size: size + 1 };
    let items = app.hub.queries().sweep_changes(asked).await?;
    let (items, next_cursor) = cursor::page(CHANGES, items, size, |last| last.id.to_string());
    Ok(Json(Changes { items: items.into_iter().map(Change::from).collect(), next_cursor }))
}

/// Export the changes that wait for a decision
///
/// The same list as comma-separated values in UTF-8, for a spreadsheet.
#[utoipa::path(
    get, path = "/sweeps/{id}/changes.csv", operation_id = "exportSweepChanges", tag = "Admin", security(("apiKey" = [])),
    params(ById, SweepsQuery),
    responses(
        (status = 200, description = "One line per change", body = String, content_type = "text/csv"),
        problems::Any, problems::NotFound,
    ),
)]
pub(super) async fn export(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(SweepsQuery { text, kind }): Query<SweepsQuery>,
) -> Result<Response, Problem> {
    let filter = filter(text, kind);
    Ok(table(&app, SweepId(id), &filter).await?)
}

/// The CSV of a sweep's changes that wait for a decision.
pub(crate) async fn table(app: &App, id: SweepId, filter: &HeldFilter) -> Result<Response, HubError> {
    let columns = ["id", "record", "title", "before", "after", "takes_away", "read_at", "held_at"];
    let mut table = csv::line(columns);
    for change in app.hub.queries().all_sweep_changes(id, filter).await? {
        let Change { id, record, title, before, after, takes_away, read_at, held_at } = change.into();
        let (id, takes_away) = (id.to_string(), takes_away.to_string());
        let (read_at, held_at) = (read_at.to_string(), held_at.to_string());
        table += &csv::line([&*id, &record, &title, &before, &after, &takes_away, &read_at, &held_at]);
    }
    Ok(csv::download(&format!("sweep-{id}.csv"), table))
}

/// Apply the changes that wait for a decision
///
/// Applies exactly what a dry run planned or the brake holds: all of it, or the selection in the body. The rest keeps
/// waiting. If any of the records has changed since, the whole request is rejected with `world_moved`. Changes selected
/// by id are found even if a later sweep has taken over the hold.
#[utoipa::path(
    post, path = "/sweeps/{id}/apply", operation_id = "applySweep", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = Option<Choice>,
    responses(
        (status = 202, description = "The held changes are being applied", body = Sweep),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn apply(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    OptionalJson(choice): OptionalJson<Choice>,
) -> Result<(StatusCode, Json<Sweep>), Problem> {
    let chosen = choice.read()?;
    let sweep = app.hub.ask_apply_sweep(SweepId(id), &chosen, &machine.ctx()).await?;
    Ok((StatusCode::ACCEPTED, Json(sweep.into())))
}

/// Discard the changes that wait for a decision
///
/// Discards all of them, or the selection in the body. The rest keeps waiting. The next full sweep reads the discarded
/// objects again.
#[utoipa::path(
    post, path = "/sweeps/{id}/discard", operation_id = "discardSweep", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = Option<Choice>,
    responses(
        (status = 200, description = "The held changes are discarded", body = Sweep),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn discard(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    OptionalJson(choice): OptionalJson<Choice>,
) -> Result<Json<Sweep>, Problem> {
    let chosen = choice.read()?;
    Ok(Json(app.hub.discard_sweep(SweepId(id), &chosen, &machine.ctx()).await?.into()))
}
