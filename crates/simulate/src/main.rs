//! `just simulate`: plays many stories, or one again.

#![expect(clippy::print_stdout, reason = "a command prints")]

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use simulate::{Template, play, run_many};

/// Simulate the hub and its outside systems in virtual time, with faults and deaths, and check the promises.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many seeds to play.
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1, value_name = "N")]
    from: u64,
    /// Stop after so many seconds.
    #[arg(long, value_name = "SECONDS")]
    time: Option<u64>,
    /// Play this seed only, and print everything that happened.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// With `--seed`: also what the hub logs.
    #[arg(long)]
    traces: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.seed {
        Some(seed) => one(seed, arguments.traces),
        None => many(&arguments),
    }
}

fn one(seed: u64, traces: bool) -> ExitCode {
    if traces {
        tracing_subscriber::fmt().with_env_filter("info,tessera=debug").without_time().init();
    }
    let outcome = play(seed, &Template::make());
    print!("{}", outcome.journal);
    println!("{:#?}", outcome.findings);
    println!("{} acknowledged; quiet after {:.0} s", outcome.acknowledged, outcome.quiet_after.as_secs_f64());
    code(outcome.is_good())
}

fn many(arguments: &Arguments) -> ExitCode {
    let seeds = arguments.from..arguments.from.saturating_add(arguments.seeds);
    let totals = run_many(seeds, arguments.time.map(Duration::from_secs));
    for (seed, findings) in &totals.failed {
        println!("failed: just simulate --seed {seed}");
        for finding in findings {
            println!("    {finding}");
        }
    }
    println!("{}", totals.figures());
    code(totals.failed.is_empty())
}

fn code(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
