//! Imports of accounts from a table, with a trial run first.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::AccountImportId;
use tessera_core::marketplace_platform::{
    AccountImport as Kept, ImportLine as KeptLine, ImportPlan, ImportProgress as KeptProgress,
};
use tessera_hub::queries::marketplace_console::AccountImportPage;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{ById, Page, made, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query, bad_parameter};
use crate::extract::cursor;
use crate::{App, Problem};

const LIST: &str = "marketplace-accounts/imports";
const LINES: &str = "account-import-lines";

/// A table of accounts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewAccountImport {
    /// The table as CSV, with the names of its columns in the first line; at most 5,000 lines. The column `name` is needed;
    /// each line needs an `email` or an `id`.
    #[schema(example = "name,email,city\nAcme Ltd,office@acme.example,Ulm\n")]
    table: String,
}

/// An import: the plan of a table.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AccountImport {
    /// The import's id.
    id: Uuid,
    /// `planned`, `running`, `finished`, `stopped` or `discarded`. Nothing changes before it is started.
    #[schema(example = "planned")]
    state: String,
    /// The number of lines.
    lines: i64,
    /// The number of lines with a new account.
    added: i64,
    /// The number of lines that change an account.
    changed: i64,
    /// The number of lines with a problem. They are left out.
    refused: i64,
    /// Who made the trial run.
    #[schema(example = "api_key:shop")]
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

/// The progress of an import.
#[derive(Debug, Serialize, ToSchema)]
struct AccountImportProgress {
    /// Lines carried out.
    done: i64,
    /// Lines left out, because the accounts had changed.
    left_out: i64,
    /// Lines that are not begun.
    waiting: i64,
}

/// An import with its progress.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AccountImportDetail {
    /// The import.
    import: AccountImport,
    /// The progress.
    progress: AccountImportProgress,
}

/// A page of imports.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AccountImports {
    /// The imports, newest first.
    items: Vec<AccountImport>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// A line of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AccountImportLine {
    /// The line's number in the table.
    #[schema(example = 2)]
    line: i64,
    /// The account's name, as entered.
    name: String,
    /// `add`, `change`, `unchanged` or `refused`.
    #[schema(example = "add")]
    plan: &'static str,
    /// Why the line is refused, or was left out.
    #[schema(required)]
    detail: Option<String>,
    /// The account that was created or changed.
    #[schema(required)]
    account_id: Option<Uuid>,
}

/// A page of lines.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AccountImportLines {
    /// The lines, in order.
    items: Vec<AccountImportLine>,
    /// Cursor of the next page; `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// Filter and page of the lines.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct LinesPage {
    /// Only lines with this plan: `add`, `change`, `unchanged` or `refused`.
    #[param(example = "refused")]
    plan: Option<String>,
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

impl From<Kept> for AccountImport {
    fn from(it: Kept) -> Self {
        Self {
            id: it.id.0,
            state: it.state.as_ref().to_owned(),
            lines: it.lines,
            added: it.added,
            changed: it.changed,
            refused: it.refused,
            asked_by: it.asked_by.to_string(),
            created_at: it.created_at,
            decided_by: it.decided_by.map(|by| by.to_string()),
            decided_at: it.decided_at,
            finished_at: it.finished_at,
        }
    }
}

impl From<KeptLine> for AccountImportLine {
    fn from(it: KeptLine) -> Self {
        let (plan, name) = (it.plan.as_str(), it.name().to_owned());
        let refused = match it.plan {
            ImportPlan::Refused(why) => Some(why),
            _ => it.left_out,
        };
        Self { line: it.line, name, plan, detail: refused, account_id: it.account.map(|id| id.0) }
    }
}

/// Make a trial run of a table of accounts
///
/// Plans each line by what is known now, and stores the plan. Nothing changes before the import is started.
#[utoipa::path(
    post, path = "/marketplace-accounts/imports", operation_id = "planAccountImport", tag = "Admin",
    security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A new value for each request, at most 255 characters; a repeated request gets the first answer")),
    request_body = NewAccountImport,
    responses(
        (status = 201, description = "The trial run is stored", body = AccountImport, headers(("location" = String, description = "The import"))),
        problems::Any, problems::Refused,
    ),
)]
pub(in crate::api) async fn plan(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(NewAccountImport { table }): Json<NewAccountImport>,
) -> Result<Response, Problem> {
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let import = app.hub.plan_account_import(table.as_bytes(), &ctx).await?;
    Ok(made(StatusCode::CREATED, LIST, import.id.0, AccountImport::from(import)))
}

/// List imports of accounts
///
/// Newest first.
#[utoipa::path(
    get, path = "/marketplace-accounts/imports", operation_id = "listAccountImports", tag = "Admin",
    security(("apiKey" = [])), params(Page),
    responses((status = 200, description = "A page of imports", body = AccountImports), problems::Any),
)]
pub(in crate::api) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(Page { limit, cursor }): Query<Page>,
) -> Result<Json<AccountImports>, Problem> {
    let size = cursor::page_size(limit)?;
    let before: Option<AccountImportId> = cursor::read(LIST, cursor.as_deref())?;
    let found = app.hub.queries().account_imports(before, size + 1).await?;
    let (found, next_cursor) = cursor::page(LIST, found, size, |last| last.id.to_string());
    Ok(Json(AccountImports { items: found.into_iter().map(AccountImport::from).collect(), next_cursor }))
}

/// Get an import of accounts
#[utoipa::path(
    get, path = "/marketplace-accounts/imports/{id}", operation_id = "getAccountImport", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses((status = 200, description = "The import", body = AccountImportDetail), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<AccountImportDetail>, Problem> {
    let found = app.hub.queries().account_import_page(AccountImportId(id), (0, ""), 1).await?;
    let AccountImportPage { import, progress, .. } = found.ok_or_else(|| none(id))?;
    let KeptProgress { done, left_out, waiting } = progress;
    let progress = AccountImportProgress { done, left_out, waiting };
    Ok(Json(AccountImportDetail { import: import.into(), progress }))
}

/// List the lines of an import of accounts
#[utoipa::path(
    get, path = "/marketplace-accounts/imports/{id}/lines", operation_id = "listAccountImportLines", tag = "Admin",
    security(("apiKey" = [])), params(ById, LinesPage),
    responses((status = 200, description = "A page of lines", body = AccountImportLines), problems::Any, problems::NotFound),
)]
pub(in crate::api) async fn lines(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
    Query(LinesPage { plan, limit, cursor }): Query<LinesPage>,
) -> Result<Json<AccountImportLines>, Problem> {
    let size = cursor::page_size(limit)?;
    let after: i64 = cursor::read(LINES, cursor.as_deref())?.unwrap_or(0);
    let plan = plan.unwrap_or_default();
    if !["", "add", "change", "unchanged", "refused"].contains(&plan.as_str()) {
        return Err(bad_parameter("`plan` is `add`, `change`, `unchanged` or `refused`"));
    }
    let found = app.hub.queries().account_import_page(AccountImportId(id), (after, &plan), size + 1).await?;
    let found = found.ok_or_else(|| none(id))?;
    let (lines, next_cursor) = cursor::page(LINES, found.lines, size, |last| last.line.to_string());
    Ok(Json(AccountImportLines { items: lines.into_iter().map(AccountImportLine::from).collect(), next_cursor }))
}

/// Start an import of accounts
///
/// The accounts are created and changed in the background, one line after the other. Lines with a problem are left out.
#[utoipa::path(
    post, path = "/marketplace-accounts/imports/{id}/start", operation_id = "startAccountImport", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 202, description = "The import is running", body = AccountImport),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn start(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<(StatusCode, Json<AccountImport>), Problem> {
    let import = app.hub.start_account_import(AccountImportId(id), &machine.ctx()).await?;
    Ok((StatusCode::ACCEPTED, Json(import.into())))
}

/// Stop or discard an import of accounts
///
/// A planned import is discarded; of a running one, no further lines are carried out.
#[utoipa::path(
    delete, path = "/marketplace-accounts/imports/{id}", operation_id = "endAccountImport", tag = "Admin",
    security(("apiKey" = [])), params(ById),
    responses(
        (status = 200, description = "The import has ended", body = AccountImport),
        problems::Any, problems::NotFound, problems::Refused,
    ),
)]
pub(in crate::api) async fn end(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<AccountImport>, Problem> {
    Ok(Json(app.hub.end_account_import(AccountImportId(id), &machine.ctx()).await?.into()))
}

/// The problem for an unknown id.
fn none(id: Uuid) -> Problem {
    Problem::not_found(format!("there is no import {id}"))
}
