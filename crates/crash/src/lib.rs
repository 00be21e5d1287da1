//! The crash harness: it kills the hub, its database, or stops one of two processes, under mixed load through the public interfaces, and then
//! checks from outside that nothing acknowledged was lost and nothing was done twice.

mod check;
mod disrupt;
mod hubs;
mod load;
mod outside;
mod postgres;
mod report;
mod schedule;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::sync::watch;

use disrupt::Disruptor;
pub use hubs::{Answer, Client, Visitor};
use hubs::{Hubs, free_urls};
use load::Load;
use outside::Outside;
pub use outside::PASSWORD;
use postgres::Database;
pub use report::Report;
use schedule::Schedule;

/// What is killed, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// The hub, on SQLite.
    Sqlite,
    /// The hub, on PostgreSQL.
    Postgres,
    /// One of two hub processes on one PostgreSQL.
    Two,
    /// PostgreSQL itself.
    Database,
    /// The hub, while the service desk and the CRM are slow, busy, and lose answers.
    Slow,
    /// The hub, on SQLite, at each call of the vendor of its own marketplace in turn; and the process of another vendor, which is a
    /// hub itself.
    Vendor,
    /// Nothing: the two processes are stopped and started in turn (`SIGTERM`), and no request may fail.
    Rolling,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 7] =
        [Self::Sqlite, Self::Postgres, Self::Two, Self::Database, Self::Slow, Self::Vendor, Self::Rolling];

    const fn processes(self) -> usize {
        match self {
            Self::Two | Self::Rolling => 2,
            _ => 1,
        }
    }

    const fn has_vendor_hub(self) -> bool {
        matches!(self, Self::Vendor)
    }

    const fn is_slow(self) -> bool {
        matches!(self, Self::Slow)
    }

    const fn tolerates_failures(self) -> bool {
        !matches!(self, Self::Rolling)
    }

    const fn is_on_sqlite(self) -> bool {
        matches!(self, Self::Sqlite | Self::Slow | Self::Vendor)
    }
}

/// A run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The program `tessera`.
    pub program: PathBuf,
    /// The seed of the schedule.
    pub seed: u64,
    /// How many times something is killed, or stopped.
    pub kills: u64,
    /// After this time the run ends anyway.
    pub limit: Duration,
    /// Whether to wait for effects that are unclear for minutes. Otherwise none is brought about on purpose, and what still waits is not lost.
    pub patient: bool,
    /// A PostgreSQL server to create databases on. `None`: one is started.
    pub postgres: Option<String>,
    /// A folder to keep the hub's logs in.
    pub logs: Option<PathBuf>,
}

/// Runs a mode.
///
/// # Errors
/// The run could not be completed. What was lost or doubled is no error, but part of the report.
pub async fn run(mode: Mode, options: &Options) -> anyhow::Result<Report> {
    let began = Instant::now();
    let schedule = Schedule { seed: options.seed, mode, patient: options.patient };
    let folder = tempfile::Builder::new().prefix("tessera-crash.").tempdir()?;
    let database = Database::make(mode, options, folder.path()).await?;
    let people = 60 + 5 * options.kills;
    let mut urls = free_urls(mode.processes() + usize::from(mode.has_vendor_hub()))?;
    let vendor_hub_at = if mode.has_vendor_hub() { urls.pop() } else { None };
    let outside = Arc::new(Outside::start(schedule, people, &urls[0], vendor_hub_at).await?);
    let place = (folder.path(), database.url.as_str());
    let mut hubs = Hubs::start((schedule, options), place, &outside, urls).await?;
    let client = hubs.client.clone();

    let looking = tokio::spawn(client.clone().look());
    let (stop, stopped) = watch::channel(false);
    let load = Load::new(schedule, client.clone(), outside.clone(), people, stopped);
    let running = tokio::spawn({
        let load = load.clone();
        async move { load.run().await }
    });
    let mut disruptor = Disruptor::new(schedule, options, &mut hubs, &outside, &database);
    let disrupted = disruptor.run().await;
    let tally = disruptor.tally();
    let _ = stop.send(true);
    running.await?;
    let checked = match disrupted {
        Ok(()) => check::everything(&hubs, &outside, load.ledger(), options).await,
        Err(error) => Err(error),
    };
    looking.abort();
    let checked = match checked {
        Ok(findings) => check::stopped(&mut hubs, findings).await,
        Err(error) => Err(error),
    };
    if let Some(logs) = &options.logs {
        std::fs::create_dir_all(logs)?;
        for process in hubs.all() {
            let name = process.log.file_name().context("a log has a name")?.to_string_lossy().into_owned();
            std::fs::copy(&process.log, logs.join(format!("{mode:?}-{}-{name}", options.seed)))?;
        }
    }
    drop(hubs);
    database.end().await;
    Ok(Report::new((mode, options.seed), tally, load.ledger(), &client, checked?, began.elapsed()))
}
