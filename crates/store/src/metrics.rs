//! What the metrics say about the database and about the work that waits in it.

use jiff::Timestamp;
use prometheus_client::metrics::histogram::Histogram;

use crate::engine::{Load, statements};
use crate::kernel::reads::read_one;
use crate::{Reads, StoreError, values};

/// Upper bounds of the buckets of commit times, in seconds.
pub(crate) const COMMIT_SECONDS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];

statements! {
    JOBS_OLDEST_DUE = "SELECT min(run_at) AS run_at FROM jobs WHERE state = 'waiting' AND run_at <= $1";
    /// Invitations with a link that someone can still use, counted up to a maximum.
    INVITATIONS_OPEN =
        "SELECT count(*) AS count FROM (
            SELECT 1 FROM invitations
            WHERE expires_at > $1 AND claimed_at IS NULL AND revoked_at IS NULL AND consumed_at IS NULL
              AND ground IS NULL
            LIMIT $2
        ) open_ones";
}

impl Reads {
    /// Since when the job is due that has been due longest. `None`: no job is due.
    pub async fn oldest_due_job(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        Ok(read_one(self.one(JOBS_OLDEST_DUE, values![now]).await?, |row| row.get::<Option<Timestamp>>("run_at"))?
            .flatten())
    }

    /// Number of invitations that someone can still use, counted up to `most`.
    pub async fn open_invitation_count(&self, now: Timestamp, most: usize) -> Result<i64, StoreError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.number(INVITATIONS_OPEN, values![now, most]).await
    }

    /// How long commits took, from the request until they were durable. Waiting for the writer is part of it.
    pub fn commit_seconds(&self) -> Histogram {
        self.effort.commit_seconds.clone()
    }

    /// What waits for the database at this moment.
    pub fn load(&self) -> Load {
        self.engine.load()
    }
}
