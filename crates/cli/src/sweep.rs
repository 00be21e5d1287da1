//! `tessera sweep`: runs sweeps with a progress bar, as a dry run or not, and applies or discards planned changes.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use crate::CLI;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;
use serde_json::json;
use tessera_core::kernel::ids::SweepId;
use tessera_core::kernel::printed::OneLine;
use tessera_core::sync::jobs::SweepOf;
use tessera_core::sync::sweep::{SweepMode, SweepState};
use tessera_hub::queries::sweeps::Sweep;
use tessera_hub::{Chosen, Hub, SweepOrder};

use crate::admin;

/// Interval between reads of the progress.
const GLANCE: Duration = Duration::from_millis(250);
/// Planned changes per read.
const AT_ONCE: usize = 200;
/// The width of the progress bar, in characters.
const BAR: i64 = 30;

/// Arguments of `tessera sweep`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Kinds to read: requesters, contacts, assets. Default: all.
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind)]
    only: Vec<SweepOf>,
    /// Read only changes since the last sweep, where the system can list them.
    #[arg(long)]
    changes: bool,
    /// Dry run: show the planned changes, before and after, and keep them to be applied or discarded.
    #[arg(long)]
    dry_run: bool,
    /// Apply the changes that a dry run planned, or that the brake held.
    #[arg(long, value_name = "ID", conflicts_with_all = ["only", "changes", "dry_run", "discard"])]
    apply: Option<SweepId>,
    /// Discard the changes that a dry run planned, or that the brake held.
    #[arg(long, value_name = "ID", conflicts_with_all = ["only", "changes", "dry_run"])]
    discard: Option<SweepId>,
    /// Print JSON: one line for each sweep and each planned change.
    #[arg(long)]
    json: bool,
}

fn kind(text: &str) -> Result<SweepOf, String> {
    SweepOf::parse(text).ok_or_else(|| "expected requesters, contacts or assets".to_owned())
}

/// Runs the command. Fails if a sweep stopped, or if the brake holds changes.
pub async fn run(config: &Path, arguments: Arguments) -> anyhow::Result<ExitCode> {
    admin::with_hub(config, async |hub| carry_out(hub, arguments).await).await
}

async fn carry_out(hub: &Hub, arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(id) = arguments.apply {
        let sweep = hub.apply_sweep_now(id, &Chosen::All, &CLI).await?;
        print_sweep(&sweep, arguments.json);
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(id) = arguments.discard {
        let sweep = hub.discard_sweep(id, &Chosen::All, &CLI).await?;
        print_sweep(&sweep, arguments.json);
        return Ok(ExitCode::SUCCESS);
    }
    let kinds = if arguments.only.is_empty() { SweepOf::ALL.to_vec() } else { arguments.only };
    let mode = if arguments.changes { SweepMode::Incremental } else { SweepMode::Full };
    let mut code = ExitCode::SUCCESS;
    for what in kinds {
        let order = SweepOrder { what, mode, dry: arguments.dry_run };
        let sweep = one(hub, order).await.with_context(|| format!("reading {} stopped", what.as_str()))?;
        if arguments.dry_run {
            print_changes(hub, &sweep, arguments.json).await?;
        }
        print_sweep(&sweep, arguments.json);
        if matches!(sweep.state, SweepState::Held | SweepState::Failed) {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

/// Runs one sweep in this process and shows its progress. Resumes a sweep that the running hub has begun.
async fn one(hub: &Hub, order: SweepOrder) -> anyhow::Result<Sweep> {
    let sweep = hub.begin_sweep(order, &CLI).await?;
    let (id, what) = (sweep.id, order.what);
    let runner = hub.clone();
    let mut running = tokio::spawn(async move { runner.run_begun(what, id).await });
    let mut progress = Progress::default();
    let outcome = loop {
        tokio::select! {
            outcome = &mut running => break outcome,
            () = tokio::time::sleep(GLANCE) => {
                let sweep = hub.queries().sweep(id).await?;
                progress.show(&sweep, Timestamp::from_microsecond(hub.env.now().as_microsecond())?)?;
            }
        }
    };
    progress.end()?;
    outcome??;
    Ok(hub.queries().sweep(id).await?)
}

/// A progress bar on a terminal; otherwise occasional lines.
#[derive(Debug, Default)]
struct Progress {
    last_page: i64,
    drawn: bool,
}

impl Progress {
    fn show(&mut self, sweep: &Sweep, now: Timestamp) -> std::io::Result<()> {
        let terminal = std::io::stderr().is_terminal();
        if !terminal && sweep.page < self.last_page + 50 {
            return Ok(());
        }
        self.last_page = sweep.page;
        let mut out = std::io::stderr().lock();
        if terminal {
            self.drawn = true;
            write!(out, "\r\x1b[K{}", line(sweep, now))?;
            out.flush()
        } else {
            writeln!(out, "{}", line(sweep, now))
        }
    }

    fn end(&self) -> std::io::Result<()> {
        if self.drawn { writeln!(std::io::stderr()) } else { Ok(()) }
    }
}

fn line(sweep: &Sweep, now: Timestamp) -> String {
    let Sweep { kind, seen, changed, .. } = sweep;
    let Some(expected) = sweep.expected.filter(|expected| *expected > 0) else {
        return format!("{kind}: {seen} read, {changed} new or changed");
    };
    let full = (BAR * *seen / expected).clamp(0, BAR);
    let bar: String = (0..BAR).map(|at| if at < full { '#' } else { '.' }).collect();
    let rest =
        sweep.forecast_at.map_or_else(String::new, |at| format!(", {} left", span(at.as_second() - now.as_second())));
    format!("{kind} [{bar}] {seen} of {expected}, {changed} new or changed{rest}")
}

/// `45 s`, `12 min`, `3 h 05 min`
fn span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..90 => format!("{seconds} s"),
        seconds @ 90..5400 => format!("{} min", (seconds + 30) / 60),
        seconds => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

async fn print_changes(hub: &Hub, sweep: &Sweep, as_json: bool) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let some = hub.queries().planned_changes(sweep.id, after, AT_ONCE).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = Some(last.id);
        for change in some {
            let record = change.seen.key().to_string();
            if as_json {
                let json = json!({
                    "record": record, "title": change.title, "before": change.before, "after": change.after,
                    "takes_away": change.takes,
                });
                println!("{json}");
            } else {
                let mark = if change.takes > 0 { "!" } else { " " };
                let (title, before, after) = (OneLine(change.title), OneLine(change.before), OneLine(change.after));
                println!("{mark} {title} ({})\n    {before}\n  → {after}", OneLine(record));
            }
        }
    }
}

fn print_sweep(sweep: &Sweep, as_json: bool) {
    let Sweep { id, kind, seen, changed, takes_away, missing, .. } = sweep;
    let state = sweep.state.as_str();
    if as_json {
        let json = json!({
            "id": id, "system": sweep.system, "kind": kind, "mode": sweep.mode.as_str(), "dry_run": sweep.dry, "state": state,
            "seen": seen, "changed": changed, "takes_away": takes_away, "missing": missing, "error": sweep.error,
        });
        println!("{json}");
        return;
    }
    println!(
        "{kind}: {state}; {seen} read, {changed} new or changed, {takes_away} taken from customers, {missing} not listed"
    );
    if let Some(error) = &sweep.error {
        println!("{}", OneLine(error));
    }
    if sweep.state.can_be_decided() && *changed > 0 {
        println!("Apply exactly this: tessera sweep --apply {id}\nThrow it away:      tessera sweep --discard {id}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h06_the_time_left_is_told_in_words() {
        assert_eq!([span(-3), span(45), span(700), span(11_130)], ["0 s", "45 s", "12 min", "3 h 05 min"]);
    }
}
