//! Whether the database takes a write.

use jiff::Timestamp;

use super::Technical;
use crate::engine::statements;
use crate::{StoreError, values};

statements! {
    WRITE_PROBE = "INSERT INTO write_probe (id, probed_at) VALUES (1, $1)
        ON CONFLICT (id) DO UPDATE SET probed_at = excluded.probed_at RETURNING id";
}

impl Technical<'_> {
    /// Writes a row, durably, to find out whether writing works: reading works on a full disk and on a read-only file, too.
    pub async fn probe_write(&self, now: Timestamp) -> Result<(), StoreError> {
        self.returning(WRITE_PROBE, values![now]).await.map(drop)
    }
}
