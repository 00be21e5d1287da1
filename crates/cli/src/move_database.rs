//! `tessera move`: moves the hub to another database.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;

use anyhow::{Context, bail};
use tessera_store::{Store, transfer};

use crate::config::{Config, masking};
use crate::{audit, logging};

/// Arguments of `tessera move`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The new database: `postgres://…` of an empty database, or `sqlite:PATH` of a file that does not exist.
    #[arg(long, value_name = "URL", env = "TESSERA_MOVE_TO", hide_env_values = true)]
    to: String,
}

/// Copies everything from the configured database to the new one, verifies all timelines there, and says what to do next.
pub async fn run(config: &Path, Arguments { to }: &Arguments) -> anyhow::Result<()> {
    let config = Config::read(config)?;
    logging::start(config.log.format, "warn");
    let (mut tables, mut rows) = (0_usize, 0_u64);
    let copied = transfer::copy(&config.database.url, to, |table| {
        if table.rows > 0 {
            println!("{}: {} rows", table.name, table.rows);
        }
        tables += 1;
        rows += table.rows;
    });
    copied.await?;
    let store = Store::open(to).await.context("the new database cannot be opened")?;
    let (broken, _) = audit::verify_and_close(&store).await?;
    if broken > 0 {
        bail!(
            "everything was copied, but {broken} timelines are broken in the new database; if `tessera audit verify` names them in the \
             old one too, they were broken before"
        );
    }
    println!("{tables} tables with {rows} rows are the same in both databases, and every timeline is intact");
    println!("write it in the configuration, and start the hub: [database] url = {:?}", masking::without_secrets(to));
    Ok(())
}
