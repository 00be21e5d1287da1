//! Importing accounts from a table: the trial run, and carrying it out.

use axum::extract::{OriginalUri, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::kernel::ids::AccountImportId;
use tessera_core::marketplace_platform::import::COLUMNS;
use tessera_core::marketplace_platform::{AccountImport, ImportLine, ImportPlan, ImportState};
use tessera_hub::HubError;
use tessera_hub::queries::marketplace_console::AccountImportPage;

use super::super::{PAGE_SIZE, chrome, id};
use super::presenter::back;
use super::{ACCOUNTS, account_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::devices::loads::Table;
use crate::pages::Tone;
use crate::pages::console::Badge;
use crate::pages::console::marketplace_platform::imports::{AccountImports, ImportCard, ImportPage, ImportRow};
use crate::pages::returns::Choice;
use crate::respond::page::{Answer, PageError, page, page_with};

/// Paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    before: Option<String>,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(ListQuery { before }): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let before = before.as_deref().map(id::<AccountImportId>).transpose()?;
    form(&app, &staff, (&uri, &headers), before, String::new(), None).await
}

async fn form(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    before: Option<AccountImportId>,
    table: String,
    problem: Option<String>,
) -> Answer {
    let mut found = app.hub.queries().account_imports(before, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let status = if problem.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let content = AccountImports {
        more_url: found.last().filter(|_| more).map(|last| format!("{ACCOUNTS}/import?before={}", last.id)),
        imports: found.iter().map(|import| card(app, import)).collect(),
        columns: COLUMNS.map(ToOwned::to_owned).into(),
        table,
        problem,
    };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, status)
}

fn card(app: &App, it: &AccountImport) -> ImportCard {
    ImportCard {
        url: url(it.id),
        state: state(it.state),
        added: it.added,
        changed: it.changed,
        refused: it.refused,
        asked: presenter::done(app, it.created_at, &it.asked_by.to_string()),
    }
}

fn state(state: ImportState) -> Badge {
    match state {
        ImportState::Planned => Badge::new("Trial run", Tone::Warn),
        ImportState::Running => Badge::new("Running", Tone::Warn),
        ImportState::Finished => Badge::new("Finished", Tone::Good),
        ImportState::Stopped => Badge::new("Stopped", Tone::Warn),
        ImportState::Discarded => Badge::new("Discarded", Tone::Plain),
    }
}

fn url(id: AccountImportId) -> String {
    format!("{ACCOUNTS}/import/{id}")
}

/// Makes the trial run of a submitted table.
pub(super) async fn plan(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    request: Request,
) -> Answer {
    let table = Table::in_form(&app, request).await?.text;
    match app.hub.plan_account_import(&table, &staff.ctx()).await {
        Ok(import) => Ok(Redirect::to(&url(import.id)).into_response()),
        Err(error @ HubError::Rejected(_)) => {
            let (table, problem) = (String::from_utf8_lossy(&table).into_owned(), error.to_string());
            form(&app, &staff, (&uri, &headers), None, table, Some(presenter::sentence(&problem))).await
        }
        Err(error) => Err(error.into()),
    }
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
    Path(import): Path<String>,
    Query(query): Query<LinesQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let id: AccountImportId = id(&import)?;
    let shown = [
        ("", "All lines"),
        ("add", "New accounts"),
        ("change", "Changes"),
        ("unchanged", "No change"),
        ("refused", "Refused"),
    ];
    let plan = shown.iter().find(|(value, _)| *value == query.plan).map_or("", |(value, _)| *value);
    let found = app.hub.queries().account_import_page(id, (query.after, plan), PAGE_SIZE + 1).await?;
    let AccountImportPage { import, progress, mut lines } = found.ok_or(PageError::NOT_FOUND)?;
    let more = lines.len() > PAGE_SIZE;
    lines.truncate(PAGE_SIZE);
    let here = url(id);
    let ends = matches!(import.state, ImportState::Planned | ImportState::Running);
    let decided = import.decided_at.zip(import.decided_by.as_ref());
    let startable = import.state == ImportState::Planned && import.changes() > 0;
    let content = ImportPage {
        lines: import.lines,
        changes: import.changes(),
        done: progress.done,
        left_out: progress.left_out,
        ended: progress.done + progress.left_out,
        decided: decided.map(|(at, by)| presenter::done(&app, at, &by.to_string())),
        finished_at: import.finished_at,
        under_way: import.state == ImportState::Running,
        shown: shown.map(|(value, label)| Choice::new(value, label, value == plan)).into(),
        more_url: lines.last().filter(|_| more).map(|last| format!("{here}?plan={plan}&after={}", last.line)),
        rows: lines.into_iter().map(|line| row(line, import.state)).collect(),
        start_action: startable.then(|| format!("{here}/start")),
        end_action: ends.then(|| format!("{here}/end")),
        url: here,
        import: card(&app, &import),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn row(line: ImportLine, import: ImportState) -> ImportRow {
    let ends = matches!(import, ImportState::Finished | ImportState::Stopped | ImportState::Discarded);
    let planned = |text: &str| {
        if ends { Badge::new("Not imported", Tone::Plain) } else { Badge::new(text, Tone::Plain) }
    };
    let state = match (&line.plan, line.account, &line.left_out) {
        (ImportPlan::Refused(_), ..) => Badge::new("Refused", Tone::Bad),
        (ImportPlan::Unchanged(_), ..) => Badge::new("No change", Tone::Plain),
        (_, Some(_), _) => Badge::new("Done", Tone::Good),
        (_, None, Some(_)) => Badge::new("Left out", Tone::Bad),
        (ImportPlan::Add, ..) => planned("New"),
        (ImportPlan::Change(_), ..) => planned("Change"),
    };
    let account = match &line.plan {
        ImportPlan::Change(id) | ImportPlan::Unchanged(id) => Some(*id),
        _ => line.account,
    };
    let refused = match &line.plan {
        ImportPlan::Refused(why) => Some(why),
        _ => line.left_out.as_ref(),
    };
    ImportRow {
        line: line.line,
        name: line.name().to_owned(),
        email: line.cells.get("email").cloned().unwrap_or_default(),
        state,
        why: refused.map(|why| presenter::sentence(why)),
        account_url: account.map(account_url),
    }
}

/// Starts a planned import.
pub(super) async fn start(State(app): State<App>, staff: Staff, Path(import): Path<String>) -> Answer {
    let id: AccountImportId = id(&import)?;
    let outcome = app.hub.start_account_import(id, &staff.ctx()).await;
    back(&app, &url(id), outcome.map(|_| "Started. This page shows the progress.".to_owned()))
}

/// Discards a planned import, or stops a running one.
pub(super) async fn end(State(app): State<App>, staff: Staff, Path(import): Path<String>) -> Answer {
    let id: AccountImportId = id(&import)?;
    let outcome = app.hub.end_account_import(id, &staff.ctx()).await;
    let told = |import: AccountImport| match import.state {
        ImportState::Discarded => "Discarded. Nothing was changed.".to_owned(),
        _ => "Stopped. Accounts that were imported before stay.".to_owned(),
    };
    back(&app, &url(id), outcome.map(told))
}
