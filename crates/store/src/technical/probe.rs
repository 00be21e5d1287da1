//! Checks that the database accepts writes.

use jiff::Timestamp;

use super::Technical;
use crate::engine::statements;
use crate::{StoreError, values};

statements! {
    WRITE_PROBE = "INSERT INTO write_probe (id, probed_at) VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET probed_at = excluded.probed_at RETURNING id";
}

impl Technical<'_> {
    /// Writes a row, durably, to check that writing works. Reading would also work on a full disk and on a read-only
    /// file.
    pub async fn probe_write(&self, now: Timestamp) -> Result<(), StoreError> {
        self.returning(WRITE_PROBE, values![now]).await.map(drop)
    }
}
