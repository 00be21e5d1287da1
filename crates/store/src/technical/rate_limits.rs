//! Rate limits that all processes on one database share, such as failed sign-ins of a login. On PostgreSQL the table is unlogged.

use jiff::Timestamp;

use super::Technical;
use crate::engine::{Statement, statements};
use crate::kernel::reads::read_one;
use crate::{ApplyError, Conflict, StoreError, values};

/// Counts an attempt ($1: key, $2: now). Starts a new window if the previous one has expired ($3).
macro_rules! count_attempt {
    ($then:literal) => {
        concat!(
            "INSERT INTO rate_limits (key, since, count)
        VALUES ($1, $2, 1)
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN rate_limits.since <= $3 THEN 1 ELSE rate_limits.count + 1 END,
            since = CASE WHEN rate_limits.since <= $3 THEN excluded.since ELSE rate_limits.since END
        ",
            $then
        )
    };
}

statements! {
    ATTEMPT_COUNT = count_attempt!("RETURNING count");
    /// Not if the limit has been reached within the window.
    ATTEMPT_TAKE = count_attempt!("WHERE rate_limits.since <= $3 OR rate_limits.count < $4");
    ATTEMPT_RETURN = "UPDATE rate_limits SET count = count - 1 WHERE key = $1 AND since > $2 AND count > 0";
    ATTEMPTS = "SELECT count FROM rate_limits WHERE key = $1 AND since > $2";
}

impl Technical<'_> {
    /// Counts an attempt, and returns the number of attempts within the window. A window that began at `expired` or before
    /// has ended.
    pub async fn count_attempt(&self, key: &[u8; 32], now: Timestamp, expired: Timestamp) -> Result<i64, StoreError> {
        let rows = self.returning(ATTEMPT_COUNT, values![key, now, expired]).await?;
        Ok(read_one(rows.into_iter().next(), |row| row.get("count"))?.unwrap_or_default())
    }

    /// Counts an attempt, unless `limit` attempts were counted within the window. `false`: the limit is reached.
    pub async fn take_attempt(
        &self,
        key: &[u8; 32],
        limit: u32,
        now: Timestamp,
        expired: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![key, now, expired, i64::from(limit)];
        match self.write(Statement::one(ATTEMPT_TAKE, values, Conflict::Limit)).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Takes back an attempt that was counted within the window.
    pub async fn return_attempt(&self, key: &[u8; 32], expired: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(ATTEMPT_RETURN, values![key, expired])).await
    }

    /// Number of attempts within the window.
    pub async fn attempts(&self, key: &[u8; 32], expired: Timestamp) -> Result<i64, StoreError> {
        let row = self.0.one(ATTEMPTS, values![key, expired]).await?;
        Ok(read_one(row, |row| row.get("count"))?.unwrap_or_default())
    }
}
