//! `tessera audit`: verifies timelines, and makes checkpoints of them.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use tessera_core::audit::Checked;
use tessera_core::kernel::clock::{Clock as _, SystemClock};
use tessera_core::kernel::printed::OneLine;
use tessera_hub::SecretKey;
use tessera_hub::audit::{Against, Checkpoints, Made, verify};
use tessera_store::Store;

use crate::admin::with_store;
use crate::assemble;
use crate::config::Config;

/// Comparison of the timelines with a checkpoint.
#[derive(Debug, clap::Args)]
pub struct Compared {
    /// Compare with this checkpoint instead of the newest one in the directory.
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Compare with the checkpoint of this signed header, as received by the webhook or the syslog server.
    #[arg(long, value_name = "JSON", conflicts_with = "checkpoint")]
    header: Option<String>,
    /// Do not fail if there is no checkpoint, even if the configuration has `[audit]`.
    #[arg(long, conflicts_with_all = ["checkpoint", "header"])]
    no_checkpoint: bool,
}

/// `tessera audit verify`.
pub async fn check(path: &Path, compared: &Compared) -> anyhow::Result<ExitCode> {
    let config = Config::read(path)?;
    let against = against(&config, compared)?;
    let mut broken = 0_u64;
    let tell = |finding| {
        broken += 1;
        println!("{}", OneLine(finding));
    };
    let checked = with_store(&config, async |store| Ok(verify(store, against.as_ref(), tell).await?)).await?;
    let Checked { timelines, entries } = checked;
    println!("{}", compared_with(against.as_ref()));
    println!(
        "{} checked, {}, {broken} broken",
        counted(timelines, "timeline", "timelines"),
        counted(entries, "entry", "entries")
    );
    let lacking = config.audit.is_some() && against.is_none() && !compared.no_checkpoint;
    if lacking {
        eprintln!(
            "tessera: the directory of [audit] holds no checkpoint, so nothing shows whether the timelines were rewritten as a whole; name \
             one with --checkpoint or --header, or say --no-checkpoint before the first one is made"
        );
    }
    Ok(if broken == 0 && !lacking { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `tessera audit checkpoint`.
pub async fn checkpoint(path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::read(path)?;
    let checkpoints =
        checkpoints(&config)?.context("there is no [audit] in the configuration: it names the directory")?;
    let made = with_store(&config, async |store| Ok(checkpoints.make(store.reads(), SystemClock.now()).await?)).await?;
    let Some(Made { header, failures }) = made else {
        println!("another process has just made this checkpoint");
        return Ok(ExitCode::SUCCESS);
    };
    let (customers, entries) = (header.customers, header.entries);
    println!(
        "checkpoint {} made: {}, {}",
        header.number,
        counted(customers, "timeline", "timelines"),
        counted(entries, "entry", "entries")
    );
    for error in &failures {
        eprintln!("tessera: {error}");
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The number of the newest checkpoint, if it counted more than this.
pub fn newer_checkpoint(config: &Config, timelines: u64, entries: u64) -> anyhow::Result<Option<u64>> {
    let newest = checkpoints(config)?.map(|checkpoints| checkpoints.newest()).transpose()?.flatten();
    let newer = newest.filter(|newest| newest.header().customers > timelines || newest.header().entries > entries);
    Ok(newer.map(|newest| newest.header().number))
}

fn key(config: &Config) -> anyhow::Result<SecretKey> {
    assemble::secret_key(config)
}

fn checkpoints(config: &Config) -> anyhow::Result<Option<Checkpoints>> {
    let Some(section) = &config.audit else { return Ok(None) };
    let host = config.server.public_url.host_str().unwrap_or("localhost").to_owned();
    Ok(Some(Checkpoints::new(section.settings()?, key(config)?, host)))
}

fn against(config: &Config, compared: &Compared) -> anyhow::Result<Option<Against>> {
    if let Some(file) = &compared.checkpoint {
        return Ok(Some(Against::file(file, key(config)?)?));
    }
    let checkpoints = checkpoints(config)?;
    if let Some(header) = &compared.header {
        let directory = checkpoints.as_ref().map(Checkpoints::directory);
        return Ok(Some(Against::read(header, key(config)?, directory.as_ref())?));
    }
    Ok(checkpoints.map(|checkpoints| checkpoints.newest()).transpose()?.flatten())
}

fn compared_with(against: Option<&Against>) -> String {
    let Some(against) = against else {
        return "compared with no checkpoint: who can write to the whole database could have rewritten all".to_owned();
    };
    let header = against.header();
    let what = match against {
        Against::Checkpoint(..) => "compared with",
        Against::Counts(_) => "compared with the counts alone of",
    };
    let (customers, entries) = (header.customers, header.entries);
    let (customers, entries) = (counted(customers, "timeline", "timelines"), counted(entries, "entry", "entries"));
    format!("{what} checkpoint {} of {}: {customers}, {entries}", header.number, header.at)
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Verifies every timeline of an opened database, prints what is broken, and closes the database. Returns the number of
/// findings.
pub async fn verify_and_close(store: &Store) -> anyhow::Result<(u64, Checked)> {
    let mut broken = 0_u64;
    let checked = verify(store, None, |finding| {
        broken += 1;
        println!("{}", OneLine(finding));
    });
    let checked = checked.await;
    store.close().await;
    Ok((broken, checked?))
}
