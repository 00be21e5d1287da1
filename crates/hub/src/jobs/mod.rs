//! The job runner: takes what is due, runs it within its time limit, and has it tried again when an outside system was not ready.

mod one_off;
mod perform;
mod progress;
mod retry;
mod run;
mod runner;
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
    /// What happens now and then. Checkpoints take their time when there are many customers; nothing else waits for them.
    pub async fn clean_up(&self, stop: watch::Receiver<bool>) {
        tokio::join!(self.tidy_up(stop.clone()), self.keep_checkpoints(stop));
    }

    /// Taking over from workers that died, forgetting what has expired, sweeps whose time has come.
    async fn tidy_up(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let now = self.env.now();
            if let Err(error) = self.technical().correct_waiting_jobs(now).await {
                tracing::error!(%error, "could not correct the times of waiting jobs");
            }
            if let Err(error) = self.technical().bury_workers(&[], now).await {
                tracing::error!(%error, "could not take back jobs that are nobody's");
            }
            if let Err(error) = self.forget_calls(now).await {
                tracing::error!(%error, "could not forget what marketplaces called long ago");
            }
            if let Err(error) = self.technical().forget_expired(now).await {
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
