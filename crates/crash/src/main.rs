//! `just crash`: kills the hub and its database, again and again, and checks that nothing acknowledged is lost or doubled.
#![expect(clippy::print_stdout, reason = "the result of a command goes to standard output")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use rand::RngExt;
use tessera_crash::{Mode, Options};
use tokio::signal::unix::{SignalKind, signal};

/// Kill the hub and its database under load, and check from outside that nothing acknowledged is lost or doubled.
#[derive(Debug, Parser)]
struct Arguments {
    /// The modes; all of them if none is named.
    #[arg(long, value_enum, value_delimiter = ',')]
    mode: Vec<Mode>,
    /// How many times something is killed in each mode.
    #[arg(long, default_value_t = 200, value_name = "N")]
    kills: u64,
    /// The longest time that a mode kills for.
    #[arg(long, default_value_t = 60, value_name = "N")]
    minutes: u64,
    /// Repeat the operations and kills of an earlier run.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Do not wait for effects that are unclear for minutes, and bring none about.
    #[arg(long)]
    brief: bool,
    /// A PostgreSQL server to create databases on; otherwise one is started.
    #[arg(long, env = "TESSERA_TEST_POSTGRES", value_name = "URL")]
    postgres: Option<String>,
    /// The program to kill; otherwise the one that was built beside this one.
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
    /// Keep the hub's logs here.
    #[arg(long, value_name = "DIR")]
    logs: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    // What was started ends with the run, also with one that is interrupted.
    tokio::select! {
        code = run(Arguments::parse()) => code,
        code = interrupted() => code,
    }
}

async fn interrupted() -> anyhow::Result<ExitCode> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(ExitCode::from(130))
}

async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let beside = std::env::current_exe()?.with_file_name("tessera");
    let options = Options {
        program: arguments.program.unwrap_or(beside),
        seed: arguments.seed.unwrap_or_else(|| rand::rng().random_range(0..1_000_000)),
        kills: arguments.kills,
        limit: Duration::from_mins(arguments.minutes),
        patient: !arguments.brief,
        postgres: arguments.postgres,
        logs: arguments.logs,
    };
    println!("seed {}", options.seed);
    let modes = if arguments.mode.is_empty() { Mode::ALL.to_vec() } else { arguments.mode };
    let mut is_bad = false;
    for mode in modes {
        let report = tessera_crash::run(mode, &options).await?;
        is_bad |= report.is_bad();
        println!("{report}");
    }
    Ok(if is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
