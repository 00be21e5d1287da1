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

    /// Notes a guess at a secret under every key, before the secret is checked. `None`: a limit is reached, and the guess
    /// must not be checked, right or wrong. However many are sent at once, no more are checked than the limits allow.
    pub(crate) async fn guess(&self, limits: Vec<(String, u32)>, now: Timestamp) -> Option<Guess<'_>> {
        let mut noted = Vec::with_capacity(limits.len());
        for (key, limit) in limits {
            // If one is refused, those before are dropped, and so taken back.
            noted.push(self.begin(key, limit, now).await?);
        }
        Some(Guess(noted))
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

    /// The attempt does not count. Unlike a drop, this waits until other processes know.
    async fn take_back(mut self) {
        self.counts = true;
        self.limit.local.forgive(&self.key);
        if self.is_shared
            && let Some(hub) = &self.limit.shared
        {
            return_attempt(hub, &self.limit.shared_key(&self.key), self.limit.window).await;
        }
    }
}

async fn return_attempt(hub: &Hub, key: &str, window: SignedDuration) {
    hub.log_outcome("take back the count of an attempt", hub.return_attempt(key, window).await);
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
            runtime.spawn(async move { return_attempt(&hub, &key, window).await });
        }
    }
}

/// A guess at a secret that was noted before it is checked. It counts unless it turns out to be right, also if the client
/// closes the connection meanwhile.
#[derive(Debug)]
pub(crate) struct Guess<'a>(Vec<CountedAttempt<'a>>);

impl Guess<'_> {
    /// Takes the guess back if it was right, or if the hub could not check it.
    pub(crate) async fn settle<T, E>(
        mut self,
        checked: Result<T, E>,
        is_right: impl FnOnce(&T) -> bool,
    ) -> Result<T, E> {
        if checked.as_ref().map_or(true, is_right) {
            for attempt in std::mem::take(&mut self.0) {
                attempt.take_back().await;
            }
        }
        checked
    }
}

impl Drop for Guess<'_> {
    fn drop(&mut self) {
        self.0.drain(..).for_each(CountedAttempt::counts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone() -> SharedRateLimit {
        let window = SignedDuration::from_mins(1);
        SharedRateLimit { window, local: RateLimit::within(window), shared: None }
    }

    #[tokio::test]
    async fn p03_a_guess_counts_before_it_is_checked_and_only_a_right_one_is_taken_back() {
        let (limit, now) = (alone(), Timestamp::UNIX_EPOCH);
        let guess = async |own: &str| limit.guess(vec![("all".to_owned(), 2), (own.to_owned(), 1)], now).await;
        let (one, two) = (guess("a").await.unwrap(), guess("b").await.unwrap());
        assert!(guess("c").await.is_none(), "two are being checked, so a third has to wait");
        assert_eq!(one.settle(Ok::<_, ()>(true), |right| *right).await, Ok(true));
        let three = guess("a").await.expect("a right guess does not count");
        assert_eq!(three.settle(Err::<bool, _>(()), |right| *right).await, Err(()));
        assert!(guess("b").await.is_none(), "its own limit is reached");
        let four = guess("a").await.expect("neither the unchecked nor the refused guess counts");
        // The client has gone: what it would have learnt is not known.
        drop((two, four));
        assert!(guess("c").await.is_none());
    }

    #[tokio::test]
    async fn an_attempt_that_the_hub_could_not_carry_out_does_not_count() {
        let (limit, now) = (alone(), Timestamp::UNIX_EPOCH);
        let begin = async || limit.begin("a".to_owned(), 2, now).await;
        for _ in 0..10 {
            drop(begin().await.unwrap());
        }
        begin().await.unwrap().counts();
        begin().await.unwrap().counts();
        assert!(begin().await.is_none());
    }
}
