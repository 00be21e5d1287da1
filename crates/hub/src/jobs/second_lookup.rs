//! The second lookup of a job that did not find its object. A single answer is not believed: the system may be broken.

use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Leased, Task};

use super::JobOutcome;
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Ends a job. `again`, which holds the time of this lookup, runs when its lookup can confirm the absence.
    pub(crate) async fn look_again_later(&self, job: &Leased, again: impl Into<Task>) -> Result<JobOutcome, HubError> {
        let again = again.into();
        commit!(self, &Ctx::background().ending(job), |tx| {
            let mut again = tx.stamp.job(again.clone());
            again.run_at = tx.stamp.now + self.config.grace.confirm_after;
            tx.push(JobChange::Enqueue(again), "a single answer that the requester is absent is not believed");
            Ok(())
        })?;
        Ok(JobOutcome::Already)
    }
}
