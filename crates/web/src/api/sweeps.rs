//! Sweeps: comparing what the outside systems list with what the hub knows, and deciding about what would be taken away (`H04`, `H06`).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
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
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::extract::cursor;
use crate::respond::csv;
use crate::{App, Problem};

/// The list that cursors of changes belong to.
const CHANGES: &str = "sweep_changes";

/// One comparison of what an outside system lists with what the hub knows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sweep {
    /// Its id.
    id: Uuid,
    /// The system.
    #[schema(example = "freshservice")]
    system: String,
    /// `requesters`, `contacts` or `assets`; `single` for changes that came one by one and were held together.
    #[schema(example = "assets")]
    kind: String,
    /// `full` or `incremental`.
    #[schema(example = "full")]
    mode: &'static str,
    /// Whether it only plans.
    dry_run: bool,
    /// `waiting`, `running`, `paused`, `finished`, `failed`, `held`, `planned`, `applying`, `applied` or `discarded`.
    #[schema(example = "running")]
    state: &'static str,
    /// Who asked for it.
    #[schema(example = "hub")]
    asked_by: String,
    /// When it began; before that, when it was asked for.
    started_at: Timestamp,
    /// When it ended, or was last decided about; `null` while it is under way.
    #[schema(required)]
    finished_at: Option<Timestamp>,
    /// How many pages were read.
    page: i64,
    /// How many objects it will see, as far as that can be told.
    #[schema(required)]
    expected: Option<i64>,
    /// How many objects it saw.
    seen: i64,
    /// How many of them were new or had changed.
    changed: i64,
    /// How many devices and links it takes, or took, from customers.
    takes_away: i64,
    /// How many known objects a complete list did not show.
    missing: i64,
    /// When it was to end by its first forecast.
    #[schema(required)]
    first_forecast_at: Option<Timestamp>,
    /// When it will end by the present forecast; when it goes on, while it is paused.
    #[schema(required)]
    forecast_at: Option<Timestamp>,
    /// Where an incremental sweep stops.
    #[schema(required)]
    since: Option<Timestamp>,
    /// What stopped it, or has to be looked at.
    #[schema(required)]
    error: Option<String>,
    /// Who applied or discarded what it planned or held.
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

/// Sweeps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sweeps {
    /// Newest first.
    items: Vec<Sweep>,
}

/// A change that waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
struct Change {
    /// Its id.
    id: Uuid,
    /// The record, as system:kind:id.
    #[schema(example = "freshservice:asset:42")]
    record: String,
    /// What it is called.
    #[schema(example = "PACE 5 kW")]
    title: String,
    /// What it says now.
    #[schema(example = "used by: Ada Example (requester 1001)")]
    before: String,
    /// What it would say.
    #[schema(example = "used by: nobody, in stock")]
    after: String,
    /// How many devices or links it takes from customers.
    takes_away: i64,
    /// When the outside system was asked.
    read_at: Timestamp,
    /// Since when it waits.
    held_at: Timestamp,
}

/// A page of changes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Changes {
    /// In the order in which they are applied.
    items: Vec<Change>,
    /// Where the next page begins; `null` on the last one.
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

/// What to sweep.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SweepOrder)]
pub(super) struct Order {
    /// `requesters`, `contacts`, `assets`; all of them when left out.
    #[schema(value_type = Option<Vec<String>>, example = json!(["assets"]))]
    kinds: Option<Vec<SweepOf>>,
    /// `full` (usually) or `incremental`: what changed since the last sweep. Requesters are always read in full.
    #[schema(value_type = String, example = "full")]
    mode: SweepMode,
    /// Plan only: what would change is kept to be looked at, applied or discarded.
    dry_run: bool,
}

/// Which of the changes that wait.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ChangeChoice)]
pub(super) struct Choice {
    /// These, by their ids; not together with `text` or `kind`.
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1, max_items = 10000)]
    changes: Option<Vec<Uuid>>,
    /// Those in whose title, id, before or after all these words are found. Upper and lower case are the same.
    #[schema(example = "Ben Example", max_length = 200)]
    text: Option<String>,
    /// Those of this kind of record.
    #[schema(value_type = Option<RecordKind>, example = "asset")]
    kind: Option<RecordKind>,
}

/// A kind of record that is swept.
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

/// The most changes that are named one by one, and the most characters that are searched for.
const MAX_NAMED: usize = 10_000;
const MAX_SEARCH_LENGTH: usize = 200;

impl Choice {
    /// What an optional body chooses: without one, everything.
    fn read(body: &[u8]) -> Result<Chosen, Problem> {
        let invalid = |detail: &str| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail.to_owned());
        let Self { changes, text, kind } = if body.is_empty() { Self::default() } else { read(body)? };
        let filter = filter(text, kind).map_err(|detail| invalid(&detail))?;
        match changes {
            None if filter.is_open() => Ok(Chosen::All),
            None => Ok(Chosen::Found(filter)),
            Some(_) if !filter.is_open() => {
                Err(invalid("name `changes`, or filter by `text` and `kind`, but not both"))
            }
            Some(ids) if ids.is_empty() => Err(invalid("`changes` names none; leave it out to mean all of them")),
            Some(ids) if ids.len() > MAX_NAMED => Err(invalid("`changes` names more than 10000; filter them instead")),
            Some(ids) => Ok(Chosen::These(ids.into_iter().map(HeldId).collect())),
        }
    }
}

fn filter(text: Option<String>, kind: Option<RecordKind>) -> Result<HeldFilter, String> {
    let text = text.unwrap_or_default();
    if text.chars().count() > MAX_SEARCH_LENGTH {
        return Err(format!("`text` has more than {MAX_SEARCH_LENGTH} characters"));
    }
    Ok(HeldFilter { text, kind: kind.map(Kind::from) })
}

/// How many.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Size {
    /// The most items, 1 to 200; usually 50.
    limit: Option<u16>,
}

/// Names one sweep.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The sweep's id.
    id: Uuid,
}

/// Which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    /// The most items, 1 to 200; usually 50.
    limit: Option<u16>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only those in whose title, id, before or after all these words are found.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Only those of this kind of record.
    #[param(inline)]
    kind: Option<RecordKind>,
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SweepsQuery {
    /// Only those in whose title, id, before or after all these words are found.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Only those of this kind of record.
    #[param(inline)]
    kind: Option<RecordKind>,
}

/// Sweeps
///
/// With how far each is, and when it will end.
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
/// In the background and within the systems' limits. Where one of the kind has not ended yet, that one is told. Without a body, everything
/// is read.
#[utoipa::path(
    post, path = "/sweeps", operation_id = "startSweeps", tag = "Admin", security(("apiKey" = [])),
    request_body = Option<Order>,
    responses((status = 202, description = "They will be done", body = Sweeps), problems::Any, problems::Refused),
)]
pub(super) async fn start(
    State(app): State<App>,
    machine: Machine,
    body: Bytes,
) -> Result<(StatusCode, Json<Sweeps>), Problem> {
    let order = if body.is_empty() { Order::default() } else { read(&body)? };
    let mut items = Vec::new();
    for what in order.kinds.unwrap_or_else(|| SweepOf::ALL.to_vec()) {
        let order = SweepOrder { what, mode: order.mode, dry: order.dry_run };
        items.push(app.hub.request_sweep(order, &machine.ctx()).await?.into());
    }
    Ok((StatusCode::ACCEPTED, Json(Sweeps { items })))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let problem = |error: &serde_json::Error| {
        if error.is_data() {
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", error.to_string())
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_json", error.to_string())
        }
    };
    // A list would be read by position: only an object says what it means.
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(body).map_err(|error| problem(&error))?;
    serde_json::from_value(object.into()).map_err(|error| problem(&error))
}

/// One sweep
#[utoipa::path(
    get, path = "/sweeps/{id}", operation_id = "getSweep", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "How it stands", body = Sweep), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Sweep>, Problem> {
    Ok(Json(app.hub.queries().sweep(SweepId(id)).await?.into()))
}

/// What waits for a decision
///
/// What a dry run planned, or what the brake holds: each change before and after.
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
    let filter = filter(text, kind).map_err(bad_parameter)?;
    let size = cursor::page_size(limit)?;
    let after = cursor::read(CHANGES, cursor.as_deref())?;
    let asked = ChangesQuery { sweep: SweepId(id), filter: &filter, after, size: size + 1 };
    let items = app.hub.queries().sweep_changes(asked).await?;
    let (items, next_cursor) = cursor::page(CHANGES, items, size, |last| last.id.to_string());
    Ok(Json(Changes { items: items.into_iter().map(Change::from).collect(), next_cursor }))
}

/// What waits for a decision, as a table
///
/// The same as comma-separated values, in UTF-8, for a spreadsheet.
#[utoipa::path(
    get, path = "/sweeps/{id}/changes.csv", operation_id = "exportSweepChanges", tag = "Admin", security(("apiKey" = [])),
    params(ById, SweepsQuery),
    responses(
        (status = 200, description = "A line for each change", body = String, content_type = "text/csv"),
        problems::Any, problems::NotFound,
    ),
)]
pub(super) async fn export(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(SweepsQuery { text, kind }): Query<SweepsQuery>,
) -> Result<Response, Problem> {
    let filter = filter(text, kind).map_err(bad_parameter)?;
    Ok(table(&app, SweepId(id), &filter).await?)
}

/// What waits of a sweep, as a table.
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

/// Apply what waits
///
/// Exactly what a dry run planned, or what the brake holds: all of it, or what the body chooses; the rest waits on. Refused whole, with
/// `world_moved`, when any of the records it is about changed meanwhile. Changes that are named by their ids are found also when a later
/// sweep has taken over the hold.
#[utoipa::path(
    post, path = "/sweeps/{id}/apply", operation_id = "applySweep", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = Option<Choice>,
    responses(
        (status = 202, description = "It is being applied", body = Sweep),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn apply(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    body: Bytes,
) -> Result<(StatusCode, Json<Sweep>), Problem> {
    let chosen = Choice::read(&body)?;
    let sweep = app.hub.ask_apply_sweep(SweepId(id), &chosen, &machine.ctx()).await?;
    Ok((StatusCode::ACCEPTED, Json(sweep.into())))
}

/// Discard what waits
///
/// All of it, or what the body chooses; the rest waits on. The next full sweep reads it again.
#[utoipa::path(
    post, path = "/sweeps/{id}/discard", operation_id = "discardSweep", tag = "Admin", security(("apiKey" = [])),
    params(ById), request_body = Option<Choice>,
    responses(
        (status = 200, description = "It is thrown away", body = Sweep),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn discard(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
    body: Bytes,
) -> Result<Json<Sweep>, Problem> {
    let chosen = Choice::read(&body)?;
    Ok(Json(app.hub.discard_sweep(SweepId(id), &chosen, &machine.ctx()).await?.into()))
}
