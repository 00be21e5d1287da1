//! What is read of workers, and of what they may claim.

use jiff::Timestamp;
use tessera_core::kernel::ids::WorkerId;
use tessera_core::kernel::job::{Due, Lane, Pool, Room, Upstream};

use super::claims;
use super::rows::{JobRow, job_row};
use crate::engine::Row;
use crate::kernel::reads::read_all;
use crate::{DatabaseKind, Reads, StoreError, Undecodable, Value, values};

/// A process that runs jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Its id, another one after each start.
    pub id: WorkerId,
    /// Its name, the same after each start.
    pub name: String,
    /// Which process it is, for people.
    pub process: String,
    /// It is counted up as long as the process lives.
    pub beat: i64,
    /// Since when it runs jobs.
    pub started_at: Timestamp,
}

impl Reads {
    /// The processes that run jobs, and those that died a few seconds ago.
    pub async fn workers(&self) -> Result<Vec<Worker>, StoreError> {
        read_all(self.query(claims::WORKERS, values![]).await?, |row| {
            Ok(Worker {
                id: row.id("id")?,
                name: row.get("name")?,
                process: row.get("process")?,
                beat: row.get("beat")?,
                started_at: row.get("started_at")?,
            })
        })
    }

    /// The jobs that are due, the most urgent first, as many of each lane and pool, and of each share, as there is room for.
    pub async fn due_jobs(&self, now: Timestamp, room: &Room) -> Result<Vec<Due>, StoreError> {
        let pools = Pool::ALL.into_iter().filter(|pool| *pool != Pool::Vendors);
        let limits = Lane::ALL.into_iter().flat_map(|lane| pools.clone().map(move |pool| room.of(lane, pool)));
        let limits = limits.chain([room.of_a_share()]);
        let limits = limits.map(|limit| Value::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
        let values = [Value::from(now)].into_iter().chain(limits).collect();
        let statement = match self.kind() {
            DatabaseKind::Postgres => claims::JOBS_DUE_POSTGRES,
            DatabaseKind::Sqlite => claims::JOBS_DUE_SQLITE,
        };
        read_all(self.query(statement, values).await?, due)
    }
}

/// An outside system whose jobs wait because staff paused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PausedSystem {
    /// Which.
    pub system: Upstream,
    /// Since when.
    pub since: Timestamp,
    /// Who paused it.
    pub by: String,
}

/// How many jobs of a pool are due, and how many were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolCounts {
    /// The pool.
    pub pool: Pool,
    /// Jobs that could run now.
    pub due: i64,
    /// Jobs that were given up.
    pub failed: i64,
}

impl Reads {
    /// The outside systems that are paused.
    pub async fn paused_systems(&self) -> Result<Vec<PausedSystem>, StoreError> {
        read_all(self.query(claims::SYSTEMS_PAUSED, values![]).await?, |row| {
            Ok(PausedSystem {
                system: row.text("system", Upstream::parse)?,
                since: row.get("since")?,
                by: row.get("paused_by")?,
            })
        })
    }

    /// How many jobs of each pool are due at a time, and how many were given up since another.
    pub async fn jobs_by_pool(&self, due: Timestamp, failed_since: Timestamp) -> Result<Vec<PoolCounts>, StoreError> {
        read_all(self.query(claims::JOBS_BY_POOL, values![due, failed_since]).await?, |row| {
            Ok(PoolCounts {
                pool: row.number("pool", Pool::numbered)?,
                due: row.get("due")?,
                failed: row.get("failed")?,
            })
        })
    }

    /// The jobs that were given up and can be tried again, the latest first. Of equal ones it is one.
    pub async fn revivable_jobs(&self, limit: usize) -> Result<Vec<JobRow>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(claims::JOBS_REVIVABLE, values![limit]).await?, job_row)
    }
}

fn due(row: &Row) -> Result<Due, Undecodable> {
    Ok(Due {
        id: row.id("id")?,
        lane: row.number("lane", Lane::numbered)?,
        pool: row.number("pool", Pool::numbered)?,
        share: row.get("share")?,
    })
}
