//! Queries on sweeps for staff, API and command line (`H04`, `H06`).

use tessera_core::kernel::ids::{HeldId, SweepId};
use tessera_core::sync::hold::{HeldChange, HeldFilter};
use tessera_store::StoreError;

use super::Queries;
use crate::HubError;
use crate::sync::sweep::{alarms, found_changes, sweep_shown, waiting_changes};

pub use tessera_store::{Alarm, Sweep};

/// Rows per read.
const AT_ONCE: usize = 500;

/// Query for the changes held by a sweep.
#[derive(Debug)]
pub struct ChangesQuery<'a> {
    /// The sweep.
    pub sweep: SweepId,
    /// The filter.
    pub filter: &'a HeldFilter,
    /// Cursor: the last change of the previous page.
    pub after: Option<HeldId>,
    /// Page size.
    pub size: usize,
}

/// A sweep with a page of the changes that wait for a decision.
#[derive(Debug)]
pub struct SweepPage {
    /// The sweep.
    pub sweep: Sweep,
    /// The changes of this page, in order.
    pub changes: Vec<HeldChange>,
    /// Number of changes that wait for a decision.
    pub waiting: u64,
    /// Number of those that match the filter.
    pub found: u64,
}

impl Queries<'_> {
    /// The alarms, oldest first.
    pub async fn alarms(&self) -> Result<Vec<Alarm>, StoreError> {
        alarms(&self.snapshot().await?).await
    }

    /// The newest sweeps.
    pub async fn newest_sweeps(&self, size: usize) -> Result<Vec<Sweep>, StoreError> {
        self.reads().newest_sweeps(size).await
    }

    /// The newest sweeps, and the alarms.
    pub async fn sweeps_and_alarms(&self, size: usize) -> Result<(Vec<Sweep>, Vec<Alarm>), StoreError> {
        let store = self.snapshot().await?;
        Ok((store.newest_sweeps(size).await?, alarms(&store).await?))
    }

    /// One sweep.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such sweep.
    pub async fn sweep(&self, id: SweepId) -> Result<Sweep, HubError> {
        sweep_shown(self.reads(), id).await
    }

    /// A sweep with a page of the changes that wait for a decision.
    ///
    /// # Errors
    /// As for [`Queries::sweep`].
    pub async fn sweep_page(&self, asked: ChangesQuery<'_>) -> Result<SweepPage, HubError> {
        let store = self.snapshot().await?;
        let ChangesQuery { sweep: id, filter, after, size } = asked;
        let sweep = sweep_shown(&store, id).await?;
        let changes = waiting_changes(&store, id, filter, after, size).await?;
        let waiting = store.held_count(id).await?.0.unsigned_abs();
        let found = if filter.is_open() {
            waiting
        } else {
            u64::try_from(found_changes(&store, id, filter).await?.len()).unwrap_or(u64::MAX)
        };
        Ok(SweepPage { sweep, changes, waiting, found })
    }

    /// A page of the changes of a sweep that wait for a decision.
    ///
    /// # Errors
    /// As for [`Queries::sweep`].
    pub async fn sweep_changes(&self, asked: ChangesQuery<'_>) -> Result<Vec<HeldChange>, HubError> {
        let store = self.snapshot().await?;
        sweep_shown(&store, asked.sweep).await?;
        Ok(waiting_changes(&store, asked.sweep, asked.filter, asked.after, asked.size).await?)
    }

    /// All changes of a sweep that wait for a decision and match the filter, without a limit.
    ///
    /// # Errors
    /// As for [`Queries::sweep`].
    pub async fn all_sweep_changes(&self, sweep: SweepId, filter: &HeldFilter) -> Result<Vec<HeldChange>, HubError> {
        let store = self.snapshot().await?;
        sweep_shown(&store, sweep).await?;
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let some = waiting_changes(&store, sweep, filter, after, AT_ONCE).await?;
            let Some(last) = some.last() else { return Ok(all) };
            after = Some(last.id);
            all.extend(some);
        }
    }

    /// A page of all changes held by a sweep, including those already chosen to be applied.
    pub async fn planned_changes(
        &self,
        sweep: SweepId,
        after: Option<HeldId>,
        size: usize,
    ) -> Result<Vec<HeldChange>, StoreError> {
        self.reads().held_changes(sweep, after, size).await
    }
}
