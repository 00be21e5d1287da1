//! The store: reads, and `apply(plan)`, on SQLite and PostgreSQL behind one interface.
//!
//! There is one way to change anything that has a meaning: [`Store::apply`] writes a whole plan in one transaction and returns when it is
//! durable. Sessions, leases, progress and the like are [`technical`] writes. Correctness rests on unique constraints and guarded statements,
//! never on an isolation level.

mod asset_writes;
mod attachments;
mod audience;
mod blog;
mod credentials;
mod error;
mod forum;
mod found;
mod holds;
mod hooks;
mod invoices;
mod lower;
mod marketplace;
mod migrate;
mod operator;
mod passkeys;
mod people;
#[cfg(test)]
mod plans;
mod portal_search;
mod postgres;
mod profiles;
mod reads;
mod records;
mod registrations;
mod requests;
mod returns;
mod seats;
mod sessions;
mod space;
mod sql;
mod sqlite;
mod statement;
mod sweeps;
pub mod technical;
mod unlinked;
mod value;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tessera_core::plan::{Change, Plan};
use tokio::sync::Notify;

pub use attachments::{Attached, AttachedFile};
pub use blog::News;
pub use credentials::HalfSignIn;
pub use error::{ApplyError, StoreError};
pub use forum::{ListedBoard, ReadPost, ReadReport, ReadTopic};
pub use found::{ListedCustomer, SearchHit};
pub use holds::{Binding, Held, Moved};
pub use hooks::HookDeliveries;
pub use invoices::{FeedState, InvoiceFilter, sorted};
pub use marketplace::KeptOptions;
pub use passkeys::Ceremony;
pub use people::AtDoor;
pub use portal_search::PortalHit;
pub use reads::MyDevices;
pub use records::StoredRecord;
pub use requests::{RequestFilter, TicketReading};
pub use returns::ReturnFilter;
pub use seats::Seat;
pub use sessions::{SessionRow, SignInPending};
pub use space::Space;
pub use statement::Conflict;
pub use sweeps::{Alarm, KnownRecord, Sweep};
pub use unlinked::UnlinkedSignIn;
pub use value::{Undecodable, Value};
pub use work::{JobCounts, JobRow, JobState};

use statement::Statement;
use technical::Technical;
use value::Row;

/// What can be read of an open store. Cloning it is cheap; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Reads {
    database: Database,
}

/// An open store: reads, and the two ways to write. Cloning it is cheap; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    reads: Reads,
    /// Rings when a plan enqueued a job.
    work: Arc<Notify>,
}

impl std::ops::Deref for Store {
    type Target = Reads;

    fn deref(&self) -> &Reads {
        &self.reads
    }
}

#[derive(Debug, Clone)]
enum Database {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Store {
    /// Opens the database that `url` names: `postgres://…`, or `sqlite:PATH`, or a path. A missing SQLite file is created; the schema is
    /// brought up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let database = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Database::Postgres(postgres::Postgres::open(url).await?)
        } else {
            let path = url.strip_prefix("sqlite:").unwrap_or(url);
            Database::Sqlite(sqlite::Sqlite::open(Path::new(path))?)
        };
        Ok(Self { reads: Reads { database }, work: Arc::default() })
    }

    /// Applies a plan: all of it, durably, or nothing.
    pub async fn apply(&self, plan: &Plan) -> Result<(), ApplyError> {
        if plan.is_empty() {
            return Ok(());
        }
        self.batch(lower::lower(plan)).await?;
        let work = |change: &Change| matches!(change, Change::Enqueue(_) | Change::ReviveJob { .. });
        if plan.changes().any(work) {
            self.work.notify_one();
        }
        Ok(())
    }

    /// The writes that are no plan.
    pub const fn technical(&self) -> Technical<'_> {
        Technical(self)
    }

    /// The reads alone, for whoever must not write.
    pub const fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Waits until a plan applied by this process has enqueued a job.
    pub async fn work_arrived(&self) {
        self.work.notified().await;
    }

    /// Runs statements as one transaction.
    async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.batch(statements).await,
            Database::Postgres(postgres) => postgres.batch(statements).await,
        }
    }

    /// A statement that writes and answers rows, outside any plan.
    async fn returning(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.returning(sql, values).await,
            Database::Postgres(postgres) => postgres.query(sql, values).await,
        }
    }
}

impl Reads {
    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.query(sql::PING, Vec::new()).await.map(drop)
    }

    /// The name of the database in use.
    pub const fn kind(&self) -> &'static str {
        match self.database {
            Database::Sqlite(_) => "sqlite",
            Database::Postgres(_) => "postgres",
        }
    }

    /// Copies an SQLite database to a new file while it is in use. PostgreSQL has `pg_dump` for that.
    pub async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.backup(to).await,
            Database::Postgres(_) => Err(StoreError::Version(
                "a PostgreSQL database is backed up with pg_dump, or by its own archiving".to_owned(),
            )),
        }
    }

    async fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.query(sql, values).await,
            Database::Postgres(postgres) => postgres.query(sql, values).await,
        }
    }

    async fn one(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }
}

/// The statements of plans, for benches that compare the store with the bare database.
#[cfg(feature = "bench")]
pub mod bench {
    use tessera_core::plan::Plan;

    pub use crate::statement::{Expect, Statement};
    use crate::{ApplyError, Store, lower};

    /// Runs statements as one transaction.
    pub async fn batch(store: &Store, statements: Vec<Statement>) -> Result<(), ApplyError> {
        store.batch(statements).await
    }

    /// The statements a plan becomes.
    pub fn lower(plan: &Plan) -> Vec<Statement> {
        lower::lower(plan)
    }
}
