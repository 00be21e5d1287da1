//! Importing accounts from a table: the trial run, and the job that creates and changes the accounts.
//!
//! Each line is one transaction, in which it is marked, so that an import that was interrupted goes on where it stopped.

mod resolve;

use std::collections::BTreeSet;

use tessera_core::devices::load::{Meant, Row};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::{AccountImportId, MarketplaceAccountId};
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::event::PlatformEvent;
use tessera_core::marketplace_platform::import::{
    self, AccountImport, COLUMNS, ImportChange, ImportLine, ImportPlan, ImportState, MAX_LINES, account_named,
};
use tessera_core::marketplace_platform::jobs::RunAccountImport;
use tessera_core::marketplace_platform::{AccountProfile, AccountState, MarketplaceAccount, PlatformError};

use crate::commit::{Tx, commit, commit_once};
use crate::jobs::{JobOutcome, Run, progressed};
use crate::{Ctx, Hub, HubError, tables};

/// Purpose of the idempotency keys of imports.
const PURPOSE: &str = "account_import";
/// Number of lines in one run of the job, so that other jobs get their turn.
const AT_ONCE: usize = 50;

impl Run for RunAccountImport {
    async fn run(&self, hub: &Hub, _job: &Leased) -> Result<JobOutcome, HubError> {
        hub.run_account_import(self.import_id).await
    }
}

impl Hub {
    /// Trial run of a table: plans each line and stores the plan. Nothing changes before the import is started.
    ///
    /// # Errors
    /// [`PlatformError::Table`] if the table cannot be read.
    pub async fn plan_account_import(&self, table: &[u8], ctx: &Ctx) -> Result<AccountImport, HubError> {
        let rows = tables::read(table, MAX_LINES, check_columns).map_err(PlatformError::Table)?;
        let lines = self.plan_import_lines(&rows).await?;
        let request = String::from_utf8_lossy(table).into_owned();
        let planned: Result<(AccountImportId, bool), HubError> =
            commit_once!(self, ctx, (PURPOSE, request.as_str()), |tx| {
                let import = planned(&lines, tx.stamp);
                let id = import.id;
                let create = ImportChange::Create(Box::new(import), lines.clone());
                tx.push(PlatformChange::Import(create), "a trial run is kept until it is carried out or discarded");
                Ok(id)
            });
        self.account_import(planned?.0).await
    }

    async fn plan_import_lines(&self, rows: &[Row]) -> Result<Vec<ImportLine>, HubError> {
        let named = rows.iter().filter_map(account_named).chain(rows.iter().map(|row| row.cell("reseller")));
        let meant = self.accounts_meant(named).await?;
        let of = |typed: &str| meant.get(typed).unwrap_or(&Meant::Nothing);
        let mut above: BTreeSet<String> = BTreeSet::new();
        let mut lines = Vec::new();
        for row in rows {
            let account = account_named(row).map_or(&Meant::Nothing, of);
            let seller = row.cell("reseller");
            let is_above = normalise::email(seller).is_some_and(|email| above.contains(&email));
            let plan = import::plan_line(row, account, of(seller), is_above);
            if plan == ImportPlan::Add {
                above.extend(normalise::email(row.cell("email")));
            }
            lines.push(ImportLine { line: row.line, cells: row.cells.clone(), plan, account: None, left_out: None });
        }
        import::refuse_repeated(&mut lines);
        Ok(lines)
    }

    /// One import.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is none with this id.
    pub async fn account_import(&self, id: AccountImportId) -> Result<AccountImport, HubError> {
        let import = self.reads().account_import(id).await?;
        import.ok_or_else(|| HubError::NotFound(format!("there is no import {id}")))
    }

    /// Starts a planned import: a job creates and changes its accounts.
    ///
    /// # Errors
    /// [`PlatformError`] if it was started or discarded before, or changes nothing.
    pub async fn start_account_import(&self, id: AccountImportId, ctx: &Ctx) -> Result<AccountImport, HubError> {
        commit!(self, ctx, |tx| {
            let import = self.account_import(id).await?;
            match import.state {
                ImportState::Planned if import.changes() > 0 => {}
                ImportState::Planned => return Err(PlatformError::NothingToImport.into()),
                state => return Err(PlatformError::ImportState(state).into()),
            }
            tx.extend(self.decide_import(&import, ImportState::Running, tx.stamp).await?);
            tx.enqueue(RunAccountImport { import_id: id }, "accounts are imported in the background");
            Ok(())
        })?;
        self.account_import(id).await
    }

    /// Discards a planned import, or stops a running one. What was imported stays.
    ///
    /// # Errors
    /// [`PlatformError::ImportState`] if it has ended.
    pub async fn end_account_import(&self, id: AccountImportId, ctx: &Ctx) -> Result<AccountImport, HubError> {
        commit!(self, ctx, |tx| {
            let import = self.account_import(id).await?;
            let to = match import.state {
                ImportState::Planned => ImportState::Discarded,
                ImportState::Running => ImportState::Stopped,
                state => return Err(PlatformError::ImportState(state).into()),
            };
            tx.extend(self.decide_import(&import, to, tx.stamp).await?);
            Ok(())
        })?;
        self.account_import(id).await
    }

    /// A decision about an import, with its entry on the operating company's timeline.
    async fn decide_import(&self, import: &AccountImport, to: ImportState, stamp: Stamp<'_>) -> Result<Plan, HubError> {
        let mut operator = self.draft_of(self.customer_or_operator(None).await?, stamp);
        operator.note(PlatformEvent::AccountImportDecided {
            import: import.id,
            decision: to.as_ref().to_owned(),
            changes: import.changes(),
        });
        let mut plan = operator.finish();
        let by = Some(stamp.actor.clone());
        let moved = ImportChange::Move { id: import.id, from: import.state, to, by, at: stamp.now };
        plan.push(PlatformChange::Import(moved), "a person decides about an import");
        Ok(plan)
    }

    /// Carries out the next lines of a running import, and finishes it when none is left.
    async fn run_account_import(&self, id: AccountImportId) -> Result<JobOutcome, HubError> {
        let running = self.reads().account_import(id).await?.filter(|it| it.state == ImportState::Running);
        let Some(import) = running else { return Ok(JobOutcome::Done) };
        let ctx = Ctx::new(import.decided_by.clone().unwrap_or_else(|| import.asked_by.clone()), Channel::Job);
        for line in self.reads().account_import_lines_waiting(id, AT_ONCE).await? {
            Box::pin(self.import_line(id, &line, &ctx)).await?;
            progressed();
        }
        let progress = self.reads().account_import_progress(id).await?;
        if progress.waiting > 0 {
            let ended = progress.done + progress.left_out;
            return Ok(JobOutcome::Wait(self.env.now(), format!("{ended} of {} lines have ended", import.changes())));
        }
        commit!(self, &ctx, |tx| {
            let running = self.reads().account_import(id).await?.filter(|it| it.state == ImportState::Running);
            if running.is_some() {
                let (from, to) = (ImportState::Running, ImportState::Finished);
                let moved = ImportChange::Move { id, from, to, by: None, at: tx.stamp.now };
                tx.push(PlatformChange::Import(moved), "every line has ended");
            }
            Ok(())
        })?;
        Ok(JobOutcome::Done)
    }

    /// Carries out a line, together with the note that it was. What a rule does not allow is left out.
    async fn import_line(&self, id: AccountImportId, line: &ImportLine, ctx: &Ctx) -> Result<(), HubError> {
        let done: Result<(), HubError> = commit!(self, ctx, |tx| {
            if self.is_next_import_line(id, line.line).await? {
                let account = self.plan_import_line(line, tx).await?;
                let done = ImportChange::Done { id, line: line.line, account };
                tx.push(PlatformChange::Import(done), "each line is carried out once");
            }
            Ok(())
        });
        let why = match done {
            Err(error @ (HubError::Rejected(_) | HubError::NotFound(_))) => error.problems().join("; "),
            other => return other,
        };
        commit!(self, ctx, |tx| {
            if self.is_next_import_line(id, line.line).await? {
                let left_out = ImportChange::LeaveOut { id, line: line.line, why: why.clone() };
                tx.push(PlatformChange::Import(left_out), "the accounts have changed since the trial run");
            }
            Ok(())
        })
    }

    async fn is_next_import_line(&self, id: AccountImportId, line: i64) -> Result<bool, HubError> {
        let runs = self.reads().account_import(id).await?.is_some_and(|it| it.state == ImportState::Running);
        let next = self.reads().account_import_lines_waiting(id, 1).await?.pop();
        Ok(runs && next.is_some_and(|next| next.line == line))
    }

    /// Plans the account of a line, by what is known now.
    async fn plan_import_line(&self, line: &ImportLine, tx: &mut Tx<'_>) -> Result<MarketplaceAccountId, HubError> {
        let cell = |column: &str| line.cells.get(column).map(String::as_str).unwrap_or_default();
        let seller = match cell("reseller") {
            "" => None,
            typed => Some(
                self.account_meant(typed)
                    .await?
                    .ok_or_else(|| rejected(format!("there is no account {typed} that could be the reseller")))?,
            ),
        };
        let profile = |before: AccountProfile| import::applied(&line.cells, before).map_err(rejected);
        match line.plan {
            ImportPlan::Add => {
                if self.account_meant(cell("email")).await?.is_some() {
                    return Err(rejected("another account has got this address since the trial run".to_owned()));
                }
                let profile = profile(AccountProfile::default())?;
                self.plan_new_account(&profile, seller.map(|seller| seller.id), tx).await
            }
            ImportPlan::Change(id) => {
                let account = self.marketplace_account(id).await?;
                let profile = profile(account.profile.clone())?;
                let reseller = seller.map(|seller| seller.id).or(account.reseller);
                self.plan_account_change(&account, &profile, reseller, tx).await?;
                Ok(id)
            }
            ImportPlan::Unchanged(_) | ImportPlan::Refused(_) => Err(rejected("nothing was planned".to_owned())),
        }
    }

    /// The one account in use with an id or an e-mail address.
    async fn account_meant(&self, typed: &str) -> Result<Option<MarketplaceAccount>, HubError> {
        match self.accounts_meant(std::iter::once(typed)).await?.remove(typed) {
            Some(Meant::One(account)) => Ok(Some(account).filter(|account| account.state == AccountState::Active)),
            Some(Meant::Several(_)) => Err(rejected(format!("several accounts have the address {typed}"))),
            Some(Meant::Nothing) | None => Ok(None),
        }
    }
}

fn rejected(problem: String) -> HubError {
    PlatformError::Invalid(vec![FieldProblem::general(problem)]).into()
}

fn check_columns(columns: &[String]) -> Result<(), String> {
    if !columns.iter().any(|column| column == "name") {
        return Err("its first line names no column “name”".to_owned());
    }
    match columns.iter().find(|column| !COLUMNS.contains(&column.as_str())) {
        Some(unknown) => {
            Err(format!("its first line names the column “{unknown}”; the columns are {}", COLUMNS.join(", ")))
        }
        None => Ok(()),
    }
}

fn planned(lines: &[ImportLine], stamp: Stamp<'_>) -> AccountImport {
    let count = |of: fn(&ImportPlan) -> bool| {
        i64::try_from(lines.iter().filter(|line| of(&line.plan)).count()).unwrap_or(i64::MAX)
    };
    AccountImport {
        id: stamp.id(),
        state: ImportState::Planned,
        lines: count(|_| true),
        added: count(|plan| matches!(plan, ImportPlan::Add)),
        changed: count(|plan| matches!(plan, ImportPlan::Change(_))),
        refused: count(|plan| matches!(plan, ImportPlan::Refused(_))),
        asked_by: stamp.actor.clone(),
        created_at: stamp.now,
        decided_by: None,
        decided_at: None,
        finished_at: None,
    }
}
