//! Loading many devices or assignments from a table: the pages, and the table in a form (`A07`, `A08`, `A09`).

use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::header;
use serde::Deserialize;
use tessera_core::devices::device_writes::WriteState;
use tessera_core::devices::load::{DeviceLoad, LinePlan, LoadKind, LoadState};
use tessera_core::kernel::ids::DeviceLoadId;
use tessera_hub::queries::devices::{DeviceLoadPage, LoadLineState};

use crate::App;
use crate::console::{done, sentence};
use crate::devices::{Urls, writes};
use crate::extract::form::{Fields, bounded};
use crate::extract::limits::MAX_BODY;
use crate::extract::multipart;
use crate::pages::Tone;
use crate::pages::console::{Badge, DeviceLoads, LoadCard, LoadPage, LoadRow};
use crate::pages::returns::Choice;
use crate::respond::page::PageError;
use crate::timeline::events;

/// Loads and lines on a page.
const PAGE_SIZE: usize = 50;

/// Paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LoadsQuery {
    before: Option<String>,
}

impl LoadsQuery {
    /// The cursor.
    pub(crate) fn before(&self) -> Result<Option<DeviceLoadId>, PageError> {
        self.before.as_deref().map(|id| id.parse().map_err(|_| PageError::NOT_FOUND)).transpose()
    }
}

/// Filter and paging of the lines.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LinesQuery {
    plan: String,
    after: i64,
}

/// A submitted table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    kind: String,
    /// The content: of the file, or else the pasted text.
    pub(crate) text: Vec<u8>,
}

impl Table {
    /// What the table contains; `None` if the form names nothing that is known.
    pub(crate) fn kind(&self) -> Option<LoadKind> {
        self.kind.parse().ok()
    }

    /// The table in a form, in the encoding for files or in the usual one.
    pub(crate) async fn in_form(app: &App, request: Request) -> Result<Self, PageError> {
        let sent_as = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if sent_as.is_some_and(|sent_as| sent_as.starts_with("multipart/form-data")) {
            let form = multipart::parts(request).await.map_err(|error| PageError(error.status()))?;
            return read(form).await;
        }
        let fields = Fields::from_request(request, app).await.map_err(|response| PageError(response.status()))?;
        Ok(Self { kind: fields.get("kind").to_owned(), text: fields.get("table").as_bytes().to_vec() })
    }
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

/// The list of loads, with the form of a new one.
pub(crate) async fn list(
    app: &App,
    urls: Urls,
    before: Option<DeviceLoadId>,
    typed: &Table,
    problem: Option<String>,
) -> Result<DeviceLoads, PageError> {
    let mut found = app.hub.queries().device_loads(before, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let kind = typed.kind().unwrap_or(LoadKind::Assignments);
    let kinds = [LoadKind::Assignments, LoadKind::Devices];
    Ok(DeviceLoads {
        more_url: found.last().filter(|_| more).map(|last| format!("{}?before={}", urls.loads, last.id)),
        loads: found.iter().map(|load| card(app, urls, load)).collect(),
        kinds: kinds.map(|it| Choice::new(it.as_ref(), what(it), it == kind)).into(),
        table: String::from_utf8_lossy(&typed.text).into_owned(),
        problem,
    })
}

const fn what(kind: LoadKind) -> &'static str {
    match kind {
        LoadKind::Assignments => "Assignments",
        LoadKind::Devices => "New devices",
    }
}

fn card(app: &App, urls: Urls, load: &DeviceLoad) -> LoadCard {
    LoadCard {
        url: urls.load(load.id),
        what: what(load.kind).to_owned(),
        state: state(load.state),
        changes: load.changes,
        wrong: load.wrong,
        asked: done(app, load.created_at, &load.asked_by.to_string()),
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

/// The page of a load.
pub(crate) async fn page(app: &App, urls: Urls, id: DeviceLoadId, query: &LinesQuery) -> Result<LoadPage, PageError> {
    let shown = [("", "All lines"), ("change", "Changes"), ("unchanged", "No change"), ("wrong", "Wrong")];
    let plan = shown.iter().find(|(value, _)| *value == query.plan).map_or("", |(value, _)| *value);
    let found = app.hub.queries().device_load_page(id, (query.after, plan), PAGE_SIZE + 1).await?;
    let DeviceLoadPage { load, progress, mut lines } = found.ok_or(PageError::NOT_FOUND)?;
    let more = lines.len() > PAGE_SIZE;
    lines.truncate(PAGE_SIZE);
    let here = urls.load(id);
    let ends = matches!(load.state, LoadState::Planned | LoadState::Running);
    let decided = load.decided_at.zip(load.decided_by.as_ref());
    Ok(LoadPage {
        lines: load.lines,
        ended: progress.done + progress.failed,
        done: progress.done,
        failed: progress.failed,
        decided: decided.map(|(at, by)| done(app, at, &by.to_string())),
        finished_at: load.finished_at,
        under_way: load.state == LoadState::Running,
        shown: shown.map(|(value, label)| Choice::new(value, label, value == plan)).into(),
        more_url: lines.last().filter(|_| more).map(|last| format!("{here}?plan={plan}&after={}", last.line.line)),
        rows: lines.into_iter().map(|line| row(urls, line, load.state)).collect(),
        start_action: (load.state == LoadState::Planned && load.changes > 0).then(|| format!("{here}/start")),
        end_action: ends.then(|| format!("{here}/end")),
        url: here,
        load: card(app, urls, &load),
    })
}

fn row(urls: Urls, LoadLineState { line, write }: LoadLineState, load: LoadState) -> LoadRow {
    let planned = match load {
        LoadState::Planned | LoadState::Running => "Planned",
        LoadState::Finished | LoadState::Stopped | LoadState::Discarded => "Not carried out",
    };
    let state = match (&line.plan, &write, &line.refused) {
        (LinePlan::Wrong(_), ..) => Badge::new("Wrong", Tone::Bad),
        (LinePlan::Unchanged(_), ..) => Badge::new("No change", Tone::Plain),
        (LinePlan::Change(_), Some(write), _) => writes::badge(write),
        (LinePlan::Change(_), None, Some(_)) => Badge::new("Left out", Tone::Bad),
        (LinePlan::Change(_), None, None) if line.write_id.is_some() => Badge::new("Requested", Tone::Plain),
        (LinePlan::Change(_), None, None) => Badge::new(planned, Tone::Plain),
    };
    let failed = match &write {
        Some(WriteState::Failed { why }) => Some(sentence(why)),
        Some(WriteState::Superseded { holder }) => Some(sentence(&events::superseded(holder.as_deref()))),
        _ => None,
    };
    LoadRow {
        line: line.line,
        typed: line.typed,
        what: match &line.plan {
            LinePlan::Change(change) => sentence(&change.sentence()),
            LinePlan::Unchanged(why) | LinePlan::Wrong(why) => sentence(why),
        },
        state,
        write_url: write.and(line.write_id).map(|id| urls.write(id)),
        detail: line.refused.map(|why| sentence(&why)).or(failed),
    }
}

/// What became of a load that was ended.
pub(crate) fn ended(load: &DeviceLoad) -> String {
    match load.state {
        LoadState::Discarded => "Discarded. Nothing was changed.".to_owned(),
        _ => "Stopped. Changes that were requested before are still carried out.".to_owned(),
    }
}
