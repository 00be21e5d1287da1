//! Rate limits that all processes on one database share. A process that has its database to itself counts in memory.

use jiff::{SignedDuration, Timestamp};
use tessera_hub::Hub;
use tokio::runtime::Handle;

use super::rate_limit::RateLimit;

/// What fails while this process counts alone.
const COUNT_TOGETHER: &str = "count attempts together with other processes";

/// Counts attempts by key, as [`RateLimit`] does.
#[derive(Debug)]
pub struct SharedRateLimit {
    window: SignedDuration,
    local: RateLimit,
    shared: Option<Hub>,
}

impl SharedRateLimit {
    /// Counts within a window of this length.
    pub fn within(window: SignedDuration, hub: &Hub) -> Self {
        let shared = hub.shares_database().then(|| hub.clone());
        Self { window, local: RateLimit::within(window), shared }
    }

    /// Whether `limit` attempts were counted within the window.
    pub async fn is_blocked(&self, key: &str, limit: u32, now: Timestamp) -> bool {
        if self.local.is_blocked(key, limit, now) {
            return true;
        }
        let Some(hub) = &self.shared else { return false };
        match hub.attempts(&self.shared_key(key), self.window).await {
            Ok(attempts) => attempts >= i64::from(limit),
            Err(error) => {
                hub.log_failure(COUNT_TOGETHER, &error);
                false
            }
        }
    }

    /// Counts an attempt. Returns the number of attempts within the window, including this one.
    pub async fn failed(&self, key: &str, now: Timestamp) -> u32 {
        let local = self.local.failed(key, now);
        let Some(hub) = &self.shared else { return local };
        match hub.count_attempt(&self.shared_key(key), self.window).await {
            Ok(attempts) => local.max(u32::try_from(attempts).unwrap_or(u32::MAX)),
            Err(error) => {
                hub.log_failure(COUNT_TOGETHER, &error);
                local
            }
        }
    }

    /// Counts an attempt, unless the limit is reached. The attempt is taken back if it is dropped before
    /// [`CountedAttempt::counts`].
    pub(crate) async fn begin(&self, key: String, limit: u32, now: Timestamp) -> Option<CountedAttempt<'_>> {
        if !self.local.take(&key, limit, now) {
            return None;
        }
        let mut attempt = CountedAttempt { limit: self, key, is_shared: false, counts: false };
        let Some(hub) = &self.shared else { return Some(attempt) };
        match hub.take_attempt(&self.shared_key(&attempt.key), limit, self.window).await {
            Ok(true) => attempt.is_shared = true,
            Ok(false) => return None,
            Err(error) => hub.log_failure(COUNT_TOGETHER, &error),
        }
        Some(attempt)
    }

    fn shared_key(&self, key: &str) -> String {
        format!("{} {key}", self.window.as_secs())
    }
}

/// An attempt that counts only if the hub carried it out, or rejected its content. It does not count if the hub failed or
/// the client closed the connection.
#[derive(Debug)]
pub(crate) struct CountedAttempt<'a> {
    limit: &'a SharedRateLimit,
    key: String,
    is_shared: bool,
    counts: bool,
}

impl CountedAttempt<'_> {
    /// The attempt was carried out, or its content was rejected.
    pub(crate) fn counts(mut self) {
        self.counts = true;
    }
}

impl Drop for CountedAttempt<'_> {
    fn drop(&mut self) {
        if self.counts {
            return;
        }
        self.limit.local.forgive(&self.key);
        let shared = self.limit.shared.clone().filter(|_| self.is_shared);
        if let (Some(hub), Ok(runtime)) = (shared, Handle::try_current()) {
            let (key, window) = (self.limit.shared_key(&self.key), self.limit.window);
            runtime.spawn(async move {
                hub.log_outcome("take back the count of an attempt", hub.return_attempt(&key, window).await);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_attempt_that_the_hub_could_not_carry_out_does_not_count() {
        let window = SignedDuration::from_mins(1);
        let (limit, now) =
            (SharedRateLimit { window, local: RateLimit::within(window), shared: None }, Timestamp::UNIX_EPOCH);
        let begin = async || limit.begin("a".to_owned(), 2, now).await;
        for _ in 0..10 {
            drop(begin().await.unwrap());
        }
        begin().await.unwrap().counts();
        begin().await.unwrap().counts();
        assert!(begin().await.is_none());
    }
}
