//! `just bench`: measures the speed and size of the hub, and compares them with the limits of the machine and the
//! database.
//!
//! It prints and judges. It never fails because something is slow. docs/performance.md explains each row.

mod applies;
mod bare;
mod crowd;
mod hub;
mod load;
mod marketplace;
mod outside;
mod people;
mod postgres;
mod refresh;
mod report;
mod sign_in;
mod sizes;
mod stats;
mod storms;
mod sweep;
mod vendors;

use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;

/// Measure the hub and compare it with the machine's limits.
#[derive(Debug, Parser)]
struct Arguments {
    /// Take longer: up to a million customers with three million devices (about 10 GB of disk), and more repeats.
    #[arg(long)]
    full: bool,
    /// Numbers of customers in the database, in ascending order.
    #[arg(long, value_delimiter = ',', value_name = "N")]
    customers: Vec<u64>,
    /// Number of people who sign in at once.
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    people: u64,
    /// Run only these parts.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Directory for the temporary databases. Choose the disk that you want to measure.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// URL of a PostgreSQL server to measure, too. Its user must be allowed to create schemas.
    #[arg(long, env = "TESSERA_TEST_POSTGRES", value_name = "URL")]
    postgres: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// The running program: requests, memory, start, jobs, growth with the number of customers.
    Hub,
    /// Concurrent sign-ins with person id and password.
    SignIn,
    /// Activations beside hooks, a silent mail server, a service desk that answers 429, and a sweep.
    Crowd,
    /// Synchronize calls of a marketplace.
    Marketplace,
    /// Operations of the operator's own marketplace that wait for a vendor.
    Vendors,
    /// What strangers and hostile customers can send at once, and other pages meanwhile.
    Storms,
    /// Sweeps over all assets.
    Sweep,
    /// A refresh, with a short and a long history.
    Refresh,
    /// Durable applies on SQLite.
    Sqlite,
    /// Durable applies on PostgreSQL.
    Postgres,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let data = match &arguments.data {
        Some(parent) => tempfile::tempdir_in(parent)?,
        None => tempfile::tempdir()?,
    };
    report::machine(data.path())?;
    let selected = |part| arguments.only.is_empty() || arguments.only.contains(&part);
    let repeats = if arguments.full { 5 } else { 3 };
    if selected(Part::Hub) {
        let usual: &[u64] = if arguments.full { &[10_000, 100_000, 1_000_000] } else { &[10_000, 100_000] };
        let sizes = if arguments.customers.is_empty() { usual } else { &arguments.customers };
        let effort = sizes::Effort { repeats, time: Duration::from_secs(if arguments.full { 5 } else { 3 }) };
        sizes::run(data.path(), sizes, effort).await?;
    }
    if selected(Part::SignIn) {
        sign_in::run(data.path(), arguments.people).await?;
    }
    if selected(Part::Crowd) {
        crowd::run(data.path()).await?;
    }
    if selected(Part::Marketplace) {
        marketplace::run(data.path(), repeats).await?;
    }
    if selected(Part::Vendors) {
        vendors::run(data.path()).await?;
    }
    if selected(Part::Storms) {
        storms::run(data.path()).await?;
    }
    if selected(Part::Sweep) {
        let usual: &[u64] = if arguments.full { &[10_000, 100_000, 1_000_000] } else { &[10_000, 100_000] };
        let sizes = if arguments.customers.is_empty() { usual } else { &arguments.customers };
        sweep::run(data.path(), sizes).await?;
    }
    if selected(Part::Refresh) {
        refresh::run(data.path()).await?;
    }
    if selected(Part::Sqlite) {
        applies::run(data.path(), repeats).await?;
    }
    if selected(Part::Postgres) {
        match &arguments.postgres {
            Some(url) => postgres::run(url, repeats).await?,
            None => report::section(
                "PostgreSQL is measured when TESSERA_TEST_POSTGRES names a server (`just bench-postgres`)",
            ),
        }
    }
    Ok(())
}
