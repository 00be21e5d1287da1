//! One attempt of an operation: begun, carried out, and its outcome written down.

use std::time::Duration;

use jiff::Timestamp;
use tessera_core::kernel::job::{Leased, Retries};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::jobs::RunAccountOperation;
use tessera_core::marketplace_platform::operation::{GivenUp, MAX_UNREACHABLE, MAX_UNUSABLE};
use tessera_core::marketplace_platform::{
    AccountOperation, OperationKind, OperationState, Outcome, PlatformError, Unreadable,
};

use super::asked;
use super::operations::ended;
use super::vendor::VendorFailure;
use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// Why an attempt does not end with success.
#[derive(Debug)]
pub(super) enum Stop {
    /// The operation fails.
    Failed(Outcome),
    /// It is tried again, up to this number of attempts.
    Again { reason: String, most: i64 },
    /// It is tried again at this time. This is no failed attempt.
    Later { reason: String, at: Timestamp },
    /// The operation has ended meanwhile.
    Over,
    /// The hub's own failure.
    Hub(HubError),
}

impl Stop {
    /// What was read of the account's customer at the vendor is not so any more. The next attempt reads it again.
    pub(super) fn moved() -> Self {
        let reason = "something else was done for this account at the vendor meanwhile".to_owned();
        Self::Again { reason, most: MAX_UNREACHABLE }
    }

    /// It fails with a message for staff.
    pub(super) fn failed(message: &str) -> Self {
        Self::Failed(Outcome::failure(None, message))
    }
}

impl From<HubError> for Stop {
    fn from(error: HubError) -> Self {
        match error {
            // The account, its values or the vendor do not allow it. A person has to act.
            HubError::Rejected(_) | HubError::NotFound(_) => Self::failed(&error.problems().join("; ")),
            error => Self::Hub(error),
        }
    }
}

impl From<PlatformError> for Stop {
    fn from(error: PlatformError) -> Self {
        HubError::from(error).into()
    }
}

impl From<tessera_store::StoreError> for Stop {
    fn from(error: tessera_store::StoreError) -> Self {
        Self::Hub(error.into())
    }
}

impl From<Unreadable> for Stop {
    fn from(error: Unreadable) -> Self {
        Self::Again { reason: error.to_string(), most: MAX_UNUSABLE }
    }
}

impl From<VendorFailure> for Stop {
    fn from(failure: VendorFailure) -> Self {
        match failure {
            VendorFailure::Later { reason, at } => Self::Later { reason, at },
            VendorFailure::Unusable(reason) => Self::Again { reason, most: MAX_UNUSABLE },
            VendorFailure::NotSent(reason) => {
                Self::Again { reason: format!("the vendor cannot be reached: {reason}"), most: MAX_UNREACHABLE }
            }
            VendorFailure::Lost(reason) | VendorFailure::Broken(reason) => {
                Self::Again { reason, most: MAX_UNREACHABLE }
            }
            VendorFailure::Hub(error) => Self::Hub(error),
        }
    }
}

impl Run for RunAccountOperation {
    /// A call may wait for another one that is not answered, and then not be answered itself.
    const TIME_LIMIT: Duration = Duration::from_mins(2);
    /// The operation has limits of its own, so that it never waits for a job that was given up.
    const RETRIES: Retries = Retries::FOR_EVER;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        let Some(operation) = hub.open_operation(self, job).await? else { return Ok(JobOutcome::Already) };
        // Attempts that failed for another reason than the vendor never come to the end of this function.
        if job.failures >= MAX_UNREACHABLE {
            let last = operation.message.as_deref().unwrap_or("an attempt did not come to an end");
            return hub.fail_operation(&operation, &GivenUp::Hub(job.failures).outcome(last), job).await;
        }
        hub.begin_operation_attempt(&operation).await?;
        let ended = match operation.kind {
            OperationKind::Synchronize => Box::pin(hub.run_synchronize(&operation, job)).await,
            OperationKind::Delete => Box::pin(hub.run_delete(&operation, job)).await,
        };
        match ended {
            Ok(()) => Ok(JobOutcome::Already),
            Err(Stop::Hub(error)) => Err(error),
            Err(Stop::Over) => Ok(JobOutcome::Done),
            Err(Stop::Failed(outcome)) => hub.fail_operation(&operation, &outcome, job).await,
            Err(Stop::Again { reason, most }) if job.failures + 1 >= most => {
                let why = if most < MAX_UNREACHABLE { GivenUp::Unusable(most) } else { GivenUp::Unreachable(most) };
                hub.fail_operation(&operation, &why.outcome(&reason), job).await
            }
            Err(Stop::Again { reason, .. }) => {
                hub.await_retry(&operation, &reason).await?;
                Ok(JobOutcome::failed(reason))
            }
            Err(Stop::Later { reason, .. }) if self.has_waited_long(hub.env.now()) => {
                hub.fail_operation(&operation, &GivenUp::LeftAlone.outcome(&reason), job).await
            }
            Err(Stop::Later { reason, at }) => {
                hub.await_retry(&operation, &reason).await?;
                Ok(JobOutcome::Wait(at, reason))
            }
        }
    }
}

impl Hub {
    /// The operation of a job. If it has ended, its job ends, too.
    async fn open_operation(
        &self,
        task: &RunAccountOperation,
        job: &Leased,
    ) -> Result<Option<AccountOperation>, HubError> {
        let operation = self.reads().account_operation(task.operation_id).await?.filter(|it| !it.has_ended());
        if operation.is_none() {
            self.technical().finish_job(job, self.env.now()).await?;
        }
        Ok(operation)
    }

    async fn begin_operation_attempt(&self, operation: &AccountOperation) -> Result<(), HubError> {
        commit!(self, &asked(operation), |tx| {
            if !self.account_operation(operation.id).await?.has_ended() {
                tx.push(PlatformChange::BeginAttempt(operation.id), "the vendor is called");
            }
            Ok(())
        })
    }

    async fn fail_operation(
        &self,
        operation: &AccountOperation,
        outcome: &Outcome,
        job: &Leased,
    ) -> Result<JobOutcome, HubError> {
        commit!(self, &asked(operation).ending(job), |tx| {
            if !self.account_operation(operation.id).await?.has_ended() {
                tx.push(ended(operation, OperationState::Failed, outcome.clone(), tx.stamp), "it cannot be done");
            }
            Ok(())
        })?;
        Ok(JobOutcome::Already)
    }

    /// Notes what went wrong, so that staff see it while the operation waits.
    async fn await_retry(&self, operation: &AccountOperation, reason: &str) -> Result<(), HubError> {
        commit!(self, &asked(operation), |tx| {
            if !self.account_operation(operation.id).await?.has_ended() {
                let Outcome { code, message, .. } = Outcome::failure(None, reason);
                let outcome = Box::new(Outcome { code, message, ..Outcome::default() });
                tx.push(PlatformChange::AwaitRetry { id: operation.id, outcome }, "it is tried again");
            }
            Ok(())
        })
    }
}
