//! `tessera restore`: replaces an SQLite database with a backup.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tessera_core::audit::Checked;
use tessera_core::kernel::clock::{Clock as _, SystemClock};
use tessera_store::{Store, restore};

use crate::config::Config;
use crate::{audit, logging};

/// Arguments of `tessera restore`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// File written by `tessera backup`, or another copy of the database.
    file: PathBuf,
    /// Restore even if timelines in the backup are broken or were tampered with.
    #[arg(long)]
    broken_timelines: bool,
}

/// Checks a copy of the backup, and replaces the database with it. Until the last step the database is unchanged.
pub async fn run(config: &Path, Arguments { file, broken_timelines }: &Arguments) -> anyhow::Result<()> {
    let config = Config::read(config)?;
    logging::start(config.log.format, "warn");
    let restoring = restore::begin(&config.database.url, file)?;
    let Checked { timelines, entries } = check_timelines(&restoring.url(), *broken_timelines).await?;
    let database = restoring.database().display().to_string();
    let label = SystemClock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let aside = restoring.finish(&label)?;
    println!("{database} is now {}: {timelines} timelines with {entries} entries", file.display());
    if let Some(aside) = aside {
        println!("the database before is {}", aside.display());
    }
    // `tessera audit verify` reports a checkpoint that cannot be read here.
    if let Ok(Some(number)) = audit::newer_checkpoint(&config, timelines, entries) {
        eprintln!(
            "tessera: checkpoint {number} is newer than this backup, so `tessera audit verify` will report changes; move the directory of \
             [audit] away, and the next checkpoint starts afresh"
        );
    }
    Ok(())
}

/// Updates the copy's schema, and verifies every timeline in it.
async fn check_timelines(url: &str, broken_timelines: bool) -> anyhow::Result<Checked> {
    let store = Store::open(url).await.context("the copy of the backup cannot be opened")?;
    let (broken, checked) = audit::verify_and_close(&store).await?;
    if broken > 0 && !broken_timelines {
        bail!(
            "{broken} timelines of the backup are broken, so it was not restored; --broken-timelines restores it nevertheless"
        );
    }
    Ok(checked)
}
