//! The log of what is retried: while it keeps failing, one line a minute at most, and one when it works again. An outage of the
//! database is one outage, whatever fails because of it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tessera_core::kernel::outage::{Outage, OutageLine};

use crate::{Hub, HubError};

/// What is named by lines about the database.
const DATABASE: &str = "use the database";

pub(crate) const BEGIN_TO_RUN_JOBS: &str = "begin to run jobs";
pub(crate) const WRITE_THE_HEARTBEAT: &str = "write the worker's heartbeat";
/// What always writes to the database, so that its success ends an outage of it.
const WRITES: [&str; 2] = [BEGIN_TO_RUN_JOBS, WRITE_THE_HEARTBEAT];

/// The outages, by what fails.
#[derive(Debug, Default)]
pub(crate) struct OutageLog(Mutex<BTreeMap<&'static str, Outage>>);

impl OutageLog {
    fn update<T>(&self, does: &'static str, update: impl FnOnce(&mut Outage) -> T) -> T {
        update(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(does).or_default())
    }
}

impl Hub {
    /// Logs the outcome of what the hub does again and again. `does` says what it does. Returns what it gave.
    pub fn log_outcome<T, E: Into<HubError>>(&self, does: &'static str, outcome: Result<T, E>) -> Option<T> {
        match outcome {
            Ok(done) => {
                self.log_success(does);
                Some(done)
            }
            Err(error) => {
                self.log_failure(does, &error.into());
                None
            }
        }
    }

    /// Logs that something failed that is retried.
    pub fn log_failure(&self, does: &'static str, error: &HubError) {
        let of = if error.is_database_outage() { DATABASE } else { does };
        if let Some(OutageLine { is_first, failures, lasted }) = self.note_failure(of) {
            let (does, seconds) = (of, lasted.as_secs());
            if is_first {
                tracing::error!(%error, does, "failed; it is retried, and this is logged once a minute at most");
            } else {
                tracing::error!(%error, does, failures, seconds, "still fails; it is retried");
            }
        }
    }

    /// Logs that a request failed. One that failed because of an outage of the database gets no line of its own.
    pub(crate) fn log_failed_request(&self, what: &'static str, error: &HubError) {
        if error.is_database_outage() {
            self.log_failure(what, error);
        } else {
            tracing::error!(%error, "{what}");
        }
    }

    /// Records a failure. A line is to be logged if it returns one.
    pub fn note_failure(&self, does: &'static str) -> Option<OutageLine> {
        let now = self.env.monotonic();
        self.outage_log().update(does, |outage| outage.failed(now))
    }

    /// Logs that something works that is retried, if it did not.
    pub fn log_success(&self, does: &'static str) {
        let now = self.env.monotonic();
        for does in [Some(does), WRITES.contains(&does).then_some(DATABASE)].into_iter().flatten() {
            if let Some(OutageLine { failures, lasted, .. }) =
                self.outage_log().update(does, |outage| outage.worked(now))
            {
                tracing::info!(does, failures, seconds = lasted.as_secs(), "works again");
            }
        }
    }
}
