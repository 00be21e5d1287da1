//! The store: reads, and `apply(plan)`, on SQLite and PostgreSQL behind one interface.
//!
//! Every meaningful change goes through [`Store::apply`], which writes a whole plan in one transaction and returns when
//! it is durable. Sessions, leases, progress and the like are [`technical`] writes. Correctness rests on unique
//! constraints and guarded statements, never on an isolation level.

pub(crate) mod access;
mod activation;
pub(crate) mod credentials;
pub(crate) mod devices;
mod engine;
mod forum;
mod invitations;
mod invoices;
pub(crate) mod kernel;
mod lifecycle;
mod marketplace;
mod marketplace_platform;
mod messages;
mod metrics;
mod news;
mod overview;
pub(crate) mod persons;
pub mod restore;
mod returns;
pub(crate) mod search;
mod service_requests;
#[cfg(test)]
mod sources;
mod staff;
mod storefront;
pub(crate) mod sync;
pub mod technical;
pub mod transfer;
mod work_orders;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use prometheus_client::metrics::histogram::Histogram;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::persons::change::PersonChange;
use tokio::sync::Notify;

pub use access::Seat;
pub use credentials::{Ceremony, PendingMfa, SessionRow, SignInPending, UnlinkedSignIn};
pub use devices::{FoundDevice, Holding, InventoryFilter, InventoryItem, LoadLineState, MyDevices};
pub use engine::{ApplyError, Cause, Connections, DatabaseKind, Load, StoreError, Undecodable, Undecoded, Value};
#[cfg(feature = "simulation")]
pub use engine::{Call, Decision, Faults};
pub use forum::{ListedBoard, VisiblePost, VisibleReport, VisibleTopic};
pub use invoices::{FeedState, InvoiceFilter, sorted};
pub use kernel::attachments::{Attached, AttachedFile};
pub use kernel::conflict::Conflict;
pub use kernel::disk_space::Space;
pub use kernel::jobs::{JobCounts, JobRow, JobState, PausedSystem, PoolCounts, Worker};
pub use kernel::records::StoredRecord;
pub use kernel::timeline::ReadHead;
#[doc(hidden)]
pub use kernel::timeline::teach_chain_hash;
pub use marketplace::StoredOptions;
pub use marketplace_platform::AccountValue;
pub use news::News;
pub use overview::{ConsoleLimits, ConsoleState, Funnel, Work, WorkKind};
pub use persons::{AccessSubject, Fate, PersonalData};
pub use returns::ReturnFilter;
pub use search::{ListedCustomer, PortalHit, PortalHits, PortalQuery, SearchHit};
pub use service_requests::{RequestFilter, TicketPosition, TicketReading};
pub use sync::holds::{Binding, Held, Moved};
pub use sync::hooks::HookDeliveries;
pub use sync::reviews::WaitingForStaff;
pub use sync::sweeps::{Alarm, KnownRecord, Sweep};
pub use technical::form_posts::FormPost;
pub use work_orders::{PartStock, WorkOrderFilter};

use engine::{Engine, Row, Snapshot, Sql, Statement, statements};
use technical::Technical;

statements! {
    PING = "SELECT 1";
}

/// The read interface of an open store. Cheap to clone; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Reads {
    engine: Engine,
    /// The snapshot, if all reads must see the same state.
    snapshot: Option<Arc<Snapshot>>,
    effort: Arc<Counters>,
}

/// An open store: reads, and the two ways to write. Cheap to clone; all clones share the connections.
#[derive(Debug, Clone)]
pub struct Store {
    reads: Reads,
    /// Notified when a plan has enqueued a job.
    work: Arc<Notify>,
}

/// Counters of the database's work.
#[derive(Debug)]
struct Counters {
    statements: AtomicU64,
    rows: AtomicU64,
    commits: AtomicU64,
    commit_seconds: Histogram,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            statements: AtomicU64::default(),
            rows: AtomicU64::default(),
            commits: AtomicU64::default(),
            commit_seconds: Histogram::new(metrics::COMMIT_SECONDS),
        }
    }
}

/// The database's work: statements, rows and commits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// Number of statements run.
    pub statements: u64,
    /// Number of rows read.
    pub rows: u64,
    /// Number of durable write transactions.
    pub commits: u64,
}

impl std::ops::Sub for Effort {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            statements: self.statements - before.statements,
            rows: self.rows - before.rows,
            commits: self.commits - before.commits,
        }
    }
}

impl std::ops::Deref for Store {
    type Target = Reads;

    fn deref(&self) -> &Reads {
        &self.reads
    }
}

impl Store {
    /// Opens the database at `url`: `postgres://…`, `sqlite:PATH`, or a path. Creates a missing SQLite file, and
    /// migrates the schema.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Ok(Self::on(Engine::open(url, &kernel::schema::MIGRATIONS).await?))
    }

    /// Checks the form of a database URL. Opens nothing.
    pub fn check_url(url: &str) -> Result<(), StoreError> {
        Engine::check_url(url)
    }

    /// Brings a database to an earlier version of the schema, for tests of what an upgrade makes of its rows.
    #[cfg(feature = "upgrades")]
    pub async fn migrate_to(url: &str, version: usize) -> Result<(), StoreError> {
        Engine::open(url, &kernel::schema::MIGRATIONS[..version]).await.map(drop)
    }

    /// Applies a plan atomically and durably.
    pub async fn apply(&self, plan: &Plan) -> Result<(), ApplyError> {
        if plan.is_empty() {
            return Ok(());
        }
        self.batch(kernel::lower::lower(plan)).await?;
        if plan.changes().any(|change| matches!(change, Change::Person(PersonChange::Erase(_)))) {
            self.engine.fold_log().await;
        }
        let work = |change: &Change| matches!(change, Change::Job(JobChange::Enqueue(_) | JobChange::Revive { .. }));
        if plan.changes().any(work) {
            self.work.notify_one();
        }
        Ok(())
    }

    /// The technical writes, which need no plan.
    pub const fn technical(&self) -> Technical<'_> {
        Technical(self)
    }

    /// The read interface, for callers that must not write.
    pub const fn reads(&self) -> &Reads {
        &self.reads
    }

    /// Waits until a plan applied by this process has enqueued a job.
    pub async fn work_arrived(&self) {
        self.work.notified().await;
    }

    fn on(engine: Engine) -> Self {
        Self { reads: Reads { engine, snapshot: None, effort: Arc::default() }, work: Arc::default() }
    }

    /// Runs statements in one transaction.
    async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        self.count(statements.len(), 0);
        let began = Instant::now();
        self.engine.batch(statements).await?;
        self.effort.commit_seconds.observe(began.elapsed().as_secs_f64());
        self.effort.commits.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Runs a statement that writes and returns rows, outside any plan.
    async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = self.engine.returning(sql, values).await?;
        self.count(1, rows.len());
        self.effort.commits.fetch_add(u64::from(!rows.is_empty()), Ordering::Relaxed);
        Ok(rows)
    }
}

impl Reads {
    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.query(PING, Vec::new()).await.map(drop)
    }

    /// A read interface on one snapshot of the database, for pages that combine several reads: they see a concurrent
    /// change all or not at all. Held only as long as the answer is being built.
    pub async fn snapshot(&self) -> Result<Self, StoreError> {
        let snapshot = self.engine.snapshot().await?;
        Ok(Self { snapshot: Some(Arc::new(snapshot)), ..self.clone() })
    }

    /// The database in use.
    pub fn kind(&self) -> DatabaseKind {
        self.engine.kind()
    }

    /// Copies an SQLite database to a new file while it is in use. For PostgreSQL, use `pg_dump`.
    pub async fn backup(&self, to: PathBuf) -> Result<(), StoreError> {
        self.engine.backup(to).await
    }

    async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let rows = match &self.snapshot {
            Some(snapshot) => snapshot.query(sql, values).await?,
            None => self.engine.query(sql, values).await?,
        };
        self.count(1, rows.len());
        Ok(rows)
    }

    fn count(&self, statements: usize, rows: usize) {
        self.effort.statements.fetch_add(statements as u64, Ordering::Relaxed);
        self.effort.rows.fetch_add(rows as u64, Ordering::Relaxed);
    }

    /// The work that this store and its clones have caused so far.
    pub fn effort(&self) -> Effort {
        let Counters { statements, rows, commits, .. } = &*self.effort;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Effort { statements: read(statements), rows: read(rows), commits: read(commits) }
    }

    async fn one(&self, sql: Sql, values: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.query(sql, values).await?.into_iter().next())
    }
}

/// The statements of plans, for benches that compare the store with the bare database.
#[cfg(feature = "bench")]
pub mod bench {
    use tessera_core::kernel::plan::Plan;

    pub use crate::engine::{Expect, Statement};
    use crate::kernel::lower;
    use crate::{ApplyError, Store};

    /// Runs statements in one transaction.
    pub async fn batch(store: &Store, statements: Vec<Statement>) -> Result<(), ApplyError> {
        store.batch(statements).await
    }

    /// The statements of a plan.
    pub fn lower(plan: &Plan) -> Vec<Statement> {
        lower::lower(plan)
    }
}
