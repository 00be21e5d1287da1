//! Failed attempts that all processes on one database count together: sign-ins, codes. Kept without a write-ahead log
//! on PostgreSQL.

use jiff::Timestamp;

use super::Technical;
use crate::engine::{Statement, statements};
use crate::kernel::reads::read_one;
use crate::{ApplyError, StoreError, values};

statements! {
    ATTEMPT_FAILED =
        "INSERT INTO failed_attempts (key, since, count)
        VALUES ($1, $2, 1)
        ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN failed_attempts.since <= $3 THEN 1 ELSE failed_attempts.count + 1 END,
            since = CASE WHEN failed_attempts.since <= $3 THEN excluded.since ELSE failed_attempts.since END";
    ATTEMPTS_FAILED = "SELECT count FROM failed_attempts WHERE key = $1 AND since > $2";
}

impl Technical<'_> {
    /// Counts a failed attempt. The count begins anew if it began at `expired` or before.
    pub async fn count_failed_attempt(
        &self,
        key: &[u8; 32],
        now: Timestamp,
        expired: Timestamp,
    ) -> Result<(), ApplyError> {
        self.write(Statement::any(ATTEMPT_FAILED, values![key, now, expired])).await
    }

    /// How many attempts failed, in a count that began after `expired`.
    pub async fn failed_attempts(&self, key: &[u8; 32], expired: Timestamp) -> Result<i64, StoreError> {
        let row = self.0.one(ATTEMPTS_FAILED, values![key, expired]).await?;
        Ok(read_one(row, |row| row.get("count"))?.unwrap_or_default())
    }
}
