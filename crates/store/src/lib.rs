//! The store: reads, and `apply(plan)`, on SQLite and PostgreSQL behind one interface.
//!
//! There is one way to change anything: [`Store::apply`] writes a whole plan in one transaction and returns when it is durable. Correctness
//! rests on unique constraints and guarded statements, never on an isolation level.

mod asset_writes;
mod attachments;
mod audience;
mod blog;
mod credentials;
mod error;
mod forum;
mod found;
mod hooks;
mod invoices;
mod lower;
mod marketplace;
mod migrate;
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
mod timeline;
mod unlinked;
mod value;
mod work;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tessera_core::plan::{Change, Plan};
use tokio::sync::Notify;

pub use attachments::{Attached, AttachedFile};
pub use blog::News;
pub use credentials::HalfSignIn;
pub use error::{ApplyError, StoreError};
pub use forum::{ListedBoard, ReadPost, ReadReport, ReadTopic};
pub use found::{ListedCustomer, SearchHit};
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
pub use sessions::{SessionRow, SignInPending, Staff};
pub use space::Space;
pub use statement::{Conflict, Expect, Statement};
pub use sweeps::{Alarm, HeldChange, KnownRecord, Sweep};
#[doc(hidden)]
pub use timeline::teach_chain_hash;
pub use unlinked::UnlinkedSignIn;
pub use value::{Undecodable, Value};
pub use work::{JobCounts, JobRow, JobState};

use value::Row;

/// An open store. Cloning it is cheap; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    database: Database,
    /// Rings when a plan enqueued a job.
    work: Arc<Notify>,
    effort: Arc<Counters>,
}

/// What the database was asked so far.
#[derive(Debug, Default)]
struct Counters {
    statements: AtomicU64,
    rows: AtomicU64,
}

/// What the database was asked, and answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Statements that were run.
    pub statements: u64,
    /// Rows that were read.
    pub rows: u64,
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
        Ok(Self { database, work: Arc::default(), effort: Arc::default() })
    }

    /// Applies a plan: all of it, durably, or nothing.
    pub async fn apply(&self, plan: &Plan) -> Result<(), ApplyError> {
        if plan.is_empty() {
            return Ok(());
        }
        self.batch(lower::lower(plan)).await?;
        if plan.changes().any(|change| matches!(change, Change::Enqueue(_))) {
            self.work.notify_one();
        }
        Ok(())
    }

    /// Waits until a plan applied by this process has enqueued a job.
    pub async fn work_arrived(&self) {
        self.work.notified().await;
    }

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

    /// Runs statements as one transaction, for benches that compare the store with the bare database.
    #[doc(hidden)]
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        self.count(statements.len(), 0);
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.batch(statements).await,
            Database::Postgres(postgres) => postgres.batch(statements).await,
        }
    }

    /// The statements a plan becomes, for benches.
    #[doc(hidden)]
    pub fn lower(plan: &Plan) -> Vec<Statement> {
        lower::lower(plan)
    }

    async fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = match &self.database {
            Database::Sqlite(sqlite) => sqlite.query(sql, values).await,
            Database::Postgres(postgres) => postgres.query(sql, values).await,
        }?;
        self.count(1, rows.len());
        Ok(rows)
    }

    fn count(&self, statements: usize, rows: usize) {
        self.effort.statements.fetch_add(statements as u64, Ordering::Relaxed);
        self.effort.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// What this store and its clones asked the database so far, for tests and benches of what something costs.
    #[doc(hidden)]
    pub fn effort(&self) -> Effort {
        let Counters { statements, rows } = &*self.effort;
        Effort { statements: statements.load(Ordering::Relaxed), rows: rows.load(Ordering::Relaxed) }
    }

    async fn one(&self, sql: &'static str, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }

    /// A statement that writes and answers rows, outside any plan.
    async fn returning(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        match &self.database {
            Database::Sqlite(sqlite) => sqlite.returning(sql, values).await,
            Database::Postgres(postgres) => postgres.query(sql, values).await,
        }
    }

    /// One statement as a batch of its own.
    async fn write(&self, statement: Statement) -> Result<(), ApplyError> {
        self.batch(vec![statement]).await
    }
}
