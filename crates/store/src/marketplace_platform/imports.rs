//! Imports of accounts: tables, with the plan of each line and what became of it.

use tessera_core::kernel::ids::AccountImportId;
use tessera_core::marketplace_platform::import::ImportChange;
use tessera_core::marketplace_platform::{AccountImport, ImportLine, ImportPlan, ImportProgress};
use uuid::Uuid;

use crate::engine::{Row, Statement, statements};
use crate::kernel::lower::{Lower, json};
use crate::kernel::reads::{read_all, read_one};
use crate::{Conflict, Reads, StoreError, Undecodable, values};

/// Column list of a table.
macro_rules! columns {
    (account_imports) => {
        "id, state, line_count, added, changed, refused, asked_by, created_at, decided_by, decided_at, finished_at"
    };
    (account_import_lines) => {
        "line, cells, plan, note, account_id, done, left_out"
    };
}

statements! {
    IMPORT_CREATE =
        "INSERT INTO account_imports (id, state, line_count, added, changed, refused, asked_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    IMPORT_LINE_CREATE =
        "INSERT INTO account_import_lines (import_id, line, cells, plan, note, account_id, done)
        VALUES ($1, $2, $3, $4, $5, $6, 0)";
    IMPORT_MOVE =
        "UPDATE account_imports
        SET state = $1, decided_by = COALESCE($2, decided_by),
            decided_at = CASE WHEN $2 IS NULL THEN decided_at ELSE $3 END,
            finished_at = CASE WHEN $1 = 'running' THEN NULL ELSE $3 END
        WHERE id = $4 AND state = $5";
    /// Guard: an import that was stopped changes nothing more.
    IMPORT_RUNS = "UPDATE account_imports SET state = state WHERE id = $1 AND state = 'running'";
    IMPORT_LINE_DONE =
        "UPDATE account_import_lines SET account_id = $1, done = 1
        WHERE import_id = $2 AND line = $3 AND plan IN ('add', 'change') AND done = 0 AND left_out IS NULL";
    IMPORT_LINE_LEAVE_OUT =
        "UPDATE account_import_lines SET left_out = $1
        WHERE import_id = $2 AND line = $3 AND plan IN ('add', 'change') AND done = 0 AND left_out IS NULL";
    IMPORT = concat!("SELECT ", columns!(account_imports), " FROM account_imports WHERE id = $1");
    IMPORTS_NEWEST = concat!(
        "SELECT ", columns!(account_imports), " FROM account_imports WHERE id < $1 ORDER BY id DESC LIMIT $2"
    );
    IMPORT_LINES = concat!(
        "SELECT ", columns!(account_import_lines), " FROM account_import_lines
        WHERE import_id = $1 AND line > $2 AND ($3 = '' OR plan = $3) ORDER BY line LIMIT $4"
    );
    IMPORT_LINES_WAITING = concat!(
        "SELECT ", columns!(account_import_lines), " FROM account_import_lines
        WHERE import_id = $1 AND plan IN ('add', 'change') AND done = 0 AND left_out IS NULL ORDER BY line LIMIT $2"
    );
    IMPORT_PROGRESS =
        "SELECT
            CAST(COALESCE(sum(done), 0) AS BIGINT) AS done,
            CAST(COALESCE(sum(CASE WHEN left_out IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS left_out,
            CAST(COALESCE(sum(CASE WHEN done = 0 AND left_out IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting
        FROM account_import_lines
        WHERE import_id = $1 AND plan IN ('add', 'change')";
}

impl Reads {
    /// One import.
    pub async fn account_import(&self, id: AccountImportId) -> Result<Option<AccountImport>, StoreError> {
        read_one(self.one(IMPORT, values![id]).await?, import)
    }

    /// The newest imports, before a cursor: the last one of the previous page.
    pub async fn account_imports(
        &self,
        before: Option<AccountImportId>,
        limit: usize,
    ) -> Result<Vec<AccountImport>, StoreError> {
        let values = values![before.map_or(Uuid::max(), |id| id.0), number(limit)];
        read_all(self.query(IMPORTS_NEWEST, values).await?, import)
    }

    /// The lines of an import after a line, all or those with one kind of plan (see [`ImportPlan::as_str`]).
    pub async fn account_import_lines(
        &self,
        id: AccountImportId,
        after: i64,
        plan: &str,
        limit: usize,
    ) -> Result<Vec<ImportLine>, StoreError> {
        read_all(self.query(IMPORT_LINES, values![id, after, plan, number(limit)]).await?, line)
    }

    /// The next lines to be carried out.
    pub async fn account_import_lines_waiting(
        &self,
        id: AccountImportId,
        limit: usize,
    ) -> Result<Vec<ImportLine>, StoreError> {
        read_all(self.query(IMPORT_LINES_WAITING, values![id, number(limit)]).await?, line)
    }

    /// What became of the lines with a planned change.
    pub async fn account_import_progress(&self, id: AccountImportId) -> Result<ImportProgress, StoreError> {
        let read = |row: &Row| {
            Ok(ImportProgress { done: row.get("done")?, left_out: row.get("left_out")?, waiting: row.get("waiting")? })
        };
        Ok(read_one(self.one(IMPORT_PROGRESS, values![id]).await?, read)?.unwrap_or_default())
    }
}

fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn import(row: &Row) -> Result<AccountImport, Undecodable> {
    let decided_by: Option<String> = row.get("decided_by")?;
    Ok(AccountImport {
        id: row.id("id")?,
        state: row.text("state", |text| text.parse().ok())?,
        lines: row.get("line_count")?,
        added: row.get("added")?,
        changed: row.get("changed")?,
        refused: row.get("refused")?,
        asked_by: row.text("asked_by", |text| text.parse().ok())?,
        created_at: row.get("created_at")?,
        decided_by: decided_by.and_then(|by| by.parse().ok()),
        decided_at: row.get("decided_at")?,
        finished_at: row.get("finished_at")?,
    })
}

fn line(row: &Row) -> Result<ImportLine, Undecodable> {
    let (note, account): (Option<String>, _) = (row.get("note")?, row.optional_id("account_id")?);
    let is_done: bool = row.get("done")?;
    let plan = row.text("plan", |plan| match plan {
        "add" => Some(ImportPlan::Add),
        "change" => account.map(ImportPlan::Change),
        "unchanged" => account.map(ImportPlan::Unchanged),
        "refused" => Some(ImportPlan::Refused(note.clone().unwrap_or_default())),
        _ => None,
    })?;
    Ok(ImportLine {
        line: row.get("line")?,
        cells: row.json("cells")?,
        plan,
        account: account.filter(|_| is_done),
        left_out: row.get("left_out")?,
    })
}

fn create_line(import: AccountImportId, it: &ImportLine) -> Statement {
    let (note, account) = match &it.plan {
        ImportPlan::Refused(why) => (Some(why.as_str()), None),
        ImportPlan::Change(id) | ImportPlan::Unchanged(id) => (None, Some(*id)),
        ImportPlan::Add => (None, None),
    };
    let values = values![import, it.line, json(&it.cells), it.plan.as_str(), note, account];
    Statement::any(IMPORT_LINE_CREATE, values)
}

impl Lower for ImportChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        let runs = |id: AccountImportId| Statement::one(IMPORT_RUNS, values![id], Conflict::MarketplaceAccount);
        match self {
            Self::Create(it, lines) => {
                let values = values![
                    it.id,
                    it.state.as_ref(),
                    it.lines,
                    it.added,
                    it.changed,
                    it.refused,
                    it.asked_by.to_string(),
                    it.created_at,
                ];
                to.push(Statement::any(IMPORT_CREATE, values));
                to.extend(lines.iter().map(|line| create_line(it.id, line)));
            }
            Self::Move { id, from, to: state, by, at } => {
                let by = by.as_ref().map(ToString::to_string);
                let values = values![state.as_ref(), by, *at, *id, from.as_ref()];
                to.push(Statement::one(IMPORT_MOVE, values, Conflict::MarketplaceAccount));
            }
            Self::Done { id, line, account } => {
                to.push(runs(*id));
                let values = values![*account, *id, *line];
                to.push(Statement::one(IMPORT_LINE_DONE, values, Conflict::MarketplaceAccount));
            }
            Self::LeaveOut { id, line, why } => {
                to.push(runs(*id));
                let values = values![why.as_str(), *id, *line];
                to.push(Statement::one(IMPORT_LINE_LEAVE_OUT, values, Conflict::MarketplaceAccount));
            }
        }
    }
}
