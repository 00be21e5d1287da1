//! The job runner: claims due jobs, runs them within their time limits, and retries those that failed because an
//! outside system was not available.

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

use tokio::sync::watch;

use crate::Hub;

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
        while !*stop.borrow() {
            let now = self.env.now();
            if let Err(error) = self.technical().correct_waiting_jobs(now).await {
                tracing::error!(%error, "could not correct the times of waiting jobs");
            }
            if let Err(error) = self.technical().bury_workers(&[], now).await {
                tracing::error!(%error, "could not take back jobs that are nobody's");
            }
            if let Err(error) = self.trim_calls().await {
                tracing::error!(%error, "could not forget what marketplaces called long ago");
            }
            if let Err(error) = self.technical().forget_expired(now, &self.config.retention).await {
                tracing::error!(%error, "could not forget what has expired");
            }
            if let Err(error) = self.request_due_invoice_readings().await {
                tracing::error!(%error, "could not ask for invoices");
            }
            if let Err(error) = self.request_due_ticket_readings().await {
                tracing::error!(%error, "could not look after service requests");
            }
            if let Err(error) = self.request_due_sweeps().await {
                tracing::error!(%error, "could not ask for sweeps");
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_secs(15)) => {}
                _ = stop.changed() => {}
            }
        }
    }
}
