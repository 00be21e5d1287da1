//! Loading many devices or assignments from a table: the trial run, and carrying it out (`A07`, `A08`, `A09`).

use axum::extract::{FromRequest as _, Multipart, OriginalUri, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::devices::device_writes::WriteState;
use tessera_core::devices::load::{DeviceLoad, LinePlan, LoadKind, LoadState};
use tessera_core::kernel::ids::DeviceLoadId;
use tessera_hub::HubError;
use tessera_hub::queries::devices::{DeviceLoadPage, LoadLineState};

use super::{PAGE_SIZE, back, chrome, devices, id, presenter, write_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::extract::form::{Fields, bounded};
use crate::extract::limits::MAX_BODY;
use crate::pages::Tone;
use crate::pages::console::{Badge, DeviceLoads, LoadCard, LoadPage, LoadRow};
use crate::pages::returns::Choice;
use crate::respond::page::{Answer, PageError, page, page_with};
use crate::timeline::staff;

const URL: &str = "/console/device-loads";

/// Paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    before: Option<String>,
}

/// A submitted table.
#[derive(Debug, Default)]
pub(super) struct Table {
    kind: String,
    /// The content: of the file, or else the pasted text.
    pub(super) text: Vec<u8>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(ListQuery { before }): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let before = before.as_deref().map(id::<DeviceLoadId>).transpose()?;
    form(&app, &staff, (&uri, &headers), before, &Table::default(), None).await
}

async fn form(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    before: Option<DeviceLoadId>,
    typed: &Table,
    problem: Option<String>,
) -> Answer {
    let mut found = app.hub.queries().device_loads(before, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let kind = typed.kind.parse().unwrap_or(LoadKind::Assignments);
    let kinds = [LoadKind::Assignments, LoadKind::Devices];
    let status = if problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let content = DeviceLoads {
        more_url: found.last().filter(|_| more).map(|last| format!("{URL}?before={}", last.id)),
        loads: found.iter().map(|load| card(app, load)).collect(),
        kinds: kinds.map(|it| Choice::new(it.as_ref(), what(it), it == kind)).into(),
        table: String::from_utf8_lossy(&typed.text).into_owned(),
        problem,
    };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, status)
}

const fn what(kind: LoadKind) -> &'static str {
    match kind {
        LoadKind::Assignments => "Assignments",
        LoadKind::Devices => "New devices",
    }
}

fn card(app: &App, load: &DeviceLoad) -> LoadCard {
    LoadCard {
        url: url(load.id),
        what: what(load.kind).to_owned(),
        state: state(load.state),
        changes: load.changes,
        wrong: load.wrong,
        asked: presenter::done(app, load.created_at, &load.asked_by.to_string()),
    }
}

fn state(state: LoadState) -> Badge {
    match state {
        LoadState::Planned => Badge::new("Trial run", Tone::Warn),
        LoadState::Running => Badge::new("Running", Tone::Warn),
        LoadState::Finished => Badge::new("Finished", Tone::Good),
        LoadState::Stopped => Badge::new("Stopped", Tone::Warn),
        LoadState::Discarded => Badge::new("Discarded", Tone::Plain),
    }
}

fn url(id: DeviceLoadId) -> String {
    format!("{URL}/{id}")
}

/// Makes the trial run of a submitted table.
pub(super) async fn plan(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let table = table_in(&app, request).await?;
    let kind = table.kind.parse::<LoadKind>().map_err(|_| PageError(StatusCode::BAD_REQUEST))?;
    match app.hub.plan_device_load(kind, &table.text, &staff.ctx()).await {
        Ok(load) => Ok(Redirect::to(&url(load.id)).into_response()),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            let problem = Some(presenter::sentence(&error.to_string()));
            form(&app, &staff, (&uri, &headers), None, &table, problem).await
        }
    }
}

/// The table in a form, in the encoding for files or in the usual one.
pub(super) async fn table_in(app: &App, request: Request) -> Result<Table, PageError> {
    let sent_as = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if sent_as.is_some_and(|sent_as| sent_as.starts_with("multipart/form-data")) {
        let form = Multipart::from_request(request, app).await.map_err(|error| PageError(error.status()))?;
        return read(form).await;
    }
    let fields = Fields::from_request(request, app).await.map_err(|response| PageError(response.status()))?;
    Ok(Table { kind: fields.get("kind").to_owned(), text: fields.get("table").as_bytes().to_vec() })
}

async fn read(mut form: Multipart) -> Result<Table, PageError> {
    let (mut table, mut pasted) = (Table::default(), Vec::new());
    while let Some(field) = form.next_field().await.map_err(|error| PageError(error.status()))? {
        match field.name() {
            Some("kind") => table.kind = String::from_utf8_lossy(&bounded(field, 64).await?).into_owned(),
            Some("table") => pasted = bounded(field, MAX_BODY).await?,
            Some("file") => table.text = bounded(field, MAX_BODY).await?,
            _ => {}
        }
    }
    // Browsers send an empty file if none is chosen.
    if table.text.is_empty() {
        table.text = pasted;
    }
    Ok(table)
}

/// Filter and paging of the lines.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LinesQuery {
    plan: String,
    after: i64,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(load): Path<String>,
    Query(query): Query<LinesQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let shown = [("", "All lines"), ("change", "Changes"), ("unchanged", "No change"), ("wrong", "Wrong")];
    let plan = shown.iter().find(|(value, _)| *value == query.plan).map_or("", |(value, _)| *value);
    let found = app.hub.queries().device_load_page(id, (query.after, plan), PAGE_SIZE + 1).await?;
    let DeviceLoadPage { load, progress, mut lines } = found.ok_or(PageError::NOT_FOUND)?;
    let more = lines.len() > PAGE_SIZE;
    lines.truncate(PAGE_SIZE);
    let here = url(id);
    let ends = matches!(load.state, LoadState::Planned | LoadState::Running);
    let decided = load.decided_at.zip(load.decided_by.as_ref());
    let content = LoadPage {
        lines: load.lines,
        ended: progress.done + progress.failed,
        done: progress.done,
        failed: progress.failed,
        decided: decided.map(|(at, by)| presenter::done(&app, at, &by.to_string())),
        finished_at: load.finished_at,
        under_way: load.state == LoadState::Running,
        shown: shown.map(|(value, label)| Choice::new(value, label, value == plan)).into(),
        more_url: lines.last().filter(|_| more).map(|last| format!("{here}?plan={plan}&after={}", last.line.line)),
        rows: lines.into_iter().map(|line| row(line, load.state)).collect(),
        start_action: (load.state == LoadState::Planned && load.changes > 0).then(|| format!("{here}/start")),
        end_action: ends.then(|| format!("{here}/end")),
        url: here,
        load: card(&app, &load),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn row(LoadLineState { line, write }: LoadLineState, load: LoadState) -> LoadRow {
    let planned = match load {
        LoadState::Planned | LoadState::Running => "Planned",
        LoadState::Finished | LoadState::Stopped | LoadState::Discarded => "Not carried out",
    };
    let state = match (&line.plan, &write, &line.refused) {
        (LinePlan::Wrong(_), ..) => Badge::new("Wrong", Tone::Bad),
        (LinePlan::Unchanged(_), ..) => Badge::new("No change", Tone::Plain),
        (LinePlan::Change(_), Some(write), _) => devices::badge(write),
        (LinePlan::Change(_), None, Some(_)) => Badge::new("Left out", Tone::Bad),
        (LinePlan::Change(_), None, None) if line.write_id.is_some() => Badge::new("Requested", Tone::Plain),
        (LinePlan::Change(_), None, None) => Badge::new(planned, Tone::Plain),
    };
    let failed = match &write {
        Some(WriteState::Failed { why }) => Some(presenter::sentence(why)),
        Some(WriteState::Superseded { holder }) => Some(presenter::sentence(&staff::superseded(holder.as_deref()))),
        _ => None,
    };
    LoadRow {
        line: line.line,
        typed: line.typed,
        what: match &line.plan {
            LinePlan::Change(change) => presenter::sentence(&change.sentence()),
            LinePlan::Unchanged(why) | LinePlan::Wrong(why) => presenter::sentence(why),
        },
        state,
        write_url: write.and(line.write_id).map(write_url),
        detail: line.refused.map(|why| presenter::sentence(&why)).or(failed),
    }
}

/// Starts a planned load.
pub(super) async fn start(State(app): State<App>, staff: Staff, Path(load): Path<String>) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let outcome = app.hub.start_device_load(id, &staff.ctx()).await;
    back(&app, &url(id), outcome.map(|_| "Started. This page shows the progress.".to_owned()))
}

/// Discards a planned load, or stops a running one.
pub(super) async fn end(State(app): State<App>, staff: Staff, Path(load): Path<String>) -> Answer {
    let id: DeviceLoadId = id(&load)?;
    let outcome = app.hub.end_device_load(id, &staff.ctx()).await;
    let done = |load: DeviceLoad| match load.state {
        LoadState::Discarded => "Discarded. Nothing was changed.".to_owned(),
        _ => "Stopped. Changes that were requested before are still carried out.".to_owned(),
    };
    back(&app, &url(id), outcome.map(done))
}
