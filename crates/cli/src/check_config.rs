//! `tessera config check`: every problem of a configuration with its key and line. Asks nothing outside of this machine.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use tessera_core::kernel::printed::OneLine;
use tessera_store::Store;

use crate::assemble;
use crate::config::{Config, Problem, Problems, Variables, line_of, read_leniently};

/// `tessera config check`.
pub fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration {}", path.display()))?;
    let (config, mut found) = read_leniently(&text);
    let is_complete = config.is_some();
    if let Some(mut config) = config {
        let environment = |name: &str| std::env::var(name).ok();
        let variables = Variables::of(&environment);
        config.overlay(|name| variables.get(name));
        variables.check()?;
        found.extend(config.problems());
        found.extend(unusable(config));
    }
    found.dedup_by(|one, other| one.message == other.message);
    for problem in &found {
        println!("{}", OneLine(located(path, &text, problem)));
    }
    if !is_complete {
        println!("The rest is checked once this is mended.");
    }
    println!("{}", if found.len() == 1 { "1 problem".to_owned() } else { format!("{} problems", found.len()) });
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn located(path: &Path, text: &str, problem: &Problem) -> String {
    match problem.line.or_else(|| line_of(text, &problem.key)) {
        Some(line) => format!("{}:{line}: {problem}", path.display()),
        None => format!("{}: {problem}", path.display()),
    }
}

/// What could not be put to use at a start.
fn unusable(config: Config) -> Vec<Problem> {
    let mut found = Problems::default();
    found.check("database.url", Store::check_url(&config.database.url).map_err(Into::into));
    assemble::check(config, &mut found);
    found.0
}
