//! Failed attempts that all processes on one database count together. A process that is alone counts in memory.

use jiff::{SignedDuration, Timestamp};
use tessera_hub::Hub;

use super::rate_limit::RateLimit;

/// Counts failed attempts per place, as [`RateLimit`] does.
#[derive(Debug)]
pub struct SharedRateLimit {
    window: SignedDuration,
    here: RateLimit,
    everywhere: Option<Hub>,
}

impl SharedRateLimit {
    /// Counts within so long a while.
    pub fn within(window: SignedDuration, hub: &Hub) -> Self {
        let everywhere = hub.may_have_neighbours().then(|| hub.clone());
        Self { window, here: RateLimit::within(window), everywhere }
    }

    /// Whether this place has failed `limit` times within the last while, in this process or in all of them.
    pub async fn is_blocked(&self, place: &str, limit: u32, now: Timestamp) -> bool {
        if self.here.is_blocked(place, limit, now) {
            return true;
        }
        let Some(hub) = &self.everywhere else { return false };
        match hub.failed_attempts(&self.key(place), self.window).await {
            Ok(failed) => failed >= i64::from(limit),
            Err(error) => {
                tracing::warn!(%error, "failed attempts of other processes are not counted");
                false
            }
        }
    }

    /// Notes that this place failed.
    pub async fn failed(&self, place: &str, now: Timestamp) {
        self.here.failed(place, now);
        let Some(hub) = &self.everywhere else { return };
        if let Err(error) = hub.count_failed_attempt(&self.key(place), self.window).await {
            tracing::warn!(%error, "a failed attempt is not counted for other processes");
        }
    }

    fn key(&self, place: &str) -> String {
        format!("{} {place}", self.window.as_secs())
    }
}
