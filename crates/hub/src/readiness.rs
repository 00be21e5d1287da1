//! Whether the hub can do its work: whether its database takes a write.

use std::time::Duration;

use tessera_store::{Cause, StoreError};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::Hub;

/// How long an answer holds. Frequent requests cause no more writes than this.
const KEPT: Duration = Duration::from_secs(3);
/// How long a write may take.
const LIMIT: Duration = Duration::from_secs(2);

/// The last answer, with its time.
#[derive(Debug, Default)]
pub(crate) struct LastProbe(Mutex<Option<(Instant, Result<(), StoreError>)>>);

impl Hub {
    /// Whether the database takes writes, as of a few seconds ago at the most.
    ///
    /// # Errors
    /// When it does not, or takes longer than two seconds.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        let mut last = self.last_probe().0.lock().await;
        if let Some((at, outcome)) = &*last
            && at.elapsed() < KEPT
        {
            return outcome.clone();
        }
        let outcome = timeout(LIMIT, self.technical().probe_write(self.env.now())).await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable(Cause::new(format!("a write took longer than {} seconds", LIMIT.as_secs()))))
        });
        *last = Some((Instant::now(), outcome.clone()));
        outcome
    }

    /// Ends the connections to the database, after what was asked of it before. Nothing can be asked of it afterwards.
    pub async fn close(&self) {
        self.store().close().await;
    }
}
