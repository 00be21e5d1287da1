//! Check for leftover jobs: a job that is due or has failed at the end of a story is an undetected error.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use tessera_core::kernel::clock::{Clock as _, ManualClock};
use tessera_store::{JobRow, JobState, Store};

const LIMIT: usize = 1000;

/// The job queue of a test's hub, and the story's expectations.
pub(super) struct OpenJobs {
    pub store: Store,
    pub clock: Arc<ManualClock>,
    pub expected: Mutex<Expected>,
}

#[derive(Default)]
pub(super) struct Expected {
    pub due: bool,
    pub failed: BTreeSet<String>,
}

impl OpenJobs {
    /// Fails the test if jobs have failed, are in doubt or are due that the story did not declare.
    pub async fn check(self: Arc<Self>) {
        let expected = std::mem::take(&mut *self.expected.lock().unwrap());
        let mut failed = self.in_state(JobState::Failed).await;
        failed.extend(self.in_state(JobState::InDoubt).await);
        let kinds: BTreeSet<_> = failed.iter().map(|job| job.task.kind().to_owned()).collect();
        assert!(
            kinds == expected.failed,
            "jobs were given up; `expect_failed_jobs` says {:?}:\n{}",
            expected.failed,
            list(&failed)
        );
        if !expected.due {
            let now = self.clock.now();
            let mut due = self.in_state(JobState::Waiting).await;
            due.retain(|job| job.run_at <= now);
            due.extend(self.in_state(JobState::Running).await);
            assert!(due.is_empty(), "jobs are due; run them, or say `leave_jobs`:\n{}", list(&due));
        }
    }

    async fn in_state(&self, state: JobState) -> Vec<JobRow> {
        self.store.jobs(state, LIMIT).await.expect("the jobs can be read")
    }
}

fn list(jobs: &[JobRow]) -> String {
    let line = |job: &JobRow| {
        let error = job.error.as_deref().unwrap_or("has not run");
        format!("  {}, attempt {}: {error}", job.task.kind(), job.attempt)
    };
    jobs.iter().map(line).collect::<Vec<_>>().join("\n")
}
