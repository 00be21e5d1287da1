//! The job runner: claims due jobs, runs them within their time limits, and retries those that failed because an
//! outside system was not available.

mod given_up;
mod one_off;
mod perform;
mod progress;
mod retry;
mod run;
mod runner;
mod second_lookup;
mod staff;
mod worker;

use std::time::Duration;

use tessera_store::technical::SearchKeyPosition;
use tokio::sync::watch;

use crate::Hub;

pub use given_up::GivenUpJob;
pub(crate) use given_up::GivenUpJobs;
pub(crate) use one_off::OneOff;
pub(crate) use progress::progressed;
pub(crate) use retry::OnUpstreamError;
pub(crate) use run::{JobOutcome, Run};
pub use staff::JobGroup;
pub use worker::WorkerIdentity;

impl Hub {
    /// Periodic maintenance, until `stop`. Checkpoints run beside the rest, because with many customers they take long.
    pub async fn clean_up(&self, stop: watch::Receiver<bool>) {
        tokio::join!(self.tidy_up(stop.clone()), self.keep_time(stop.clone()), self.keep_checkpoints(stop));
    }

    /// Recovers jobs of dead workers, deletes expired rows, and requests due sweeps and readings.
    async fn tidy_up(&self, mut stop: watch::Receiver<bool>) {
        let mut search_keys = Some(SearchKeyPosition::default());
        while !*stop.borrow() {
            let now = self.env.now();
            let corrected = self.technical().correct_waiting_jobs(now).await;
            self.log_outcome("correct the times of waiting jobs", corrected);
            self.log_outcome("take back jobs of dead workers", self.technical().bury_workers(&[], now).await);
            self.log_outcome("delete old calls of marketplaces", self.trim_calls().await);
            let expired = self.technical().forget_expired(now, &self.config.retention).await;
            self.log_outcome("delete what has expired", expired);
            if let Some(position) = &search_keys {
                let rewritten = self.technical().rewrite_search_keys(position).await;
                if let Some(next) = self.log_outcome("rewrite search keys", rewritten) {
                    search_keys = next;
                }
            }
            self.log_outcome("request readings of invoices", self.request_due_invoice_readings().await);
            self.log_outcome("request readings of tickets", self.request_due_ticket_readings().await);
            self.log_outcome("request sweeps", self.request_due_sweeps().await);
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_secs(15)) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
