//! The result of a run, in one line, and what is wrong below it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::Mode;
use crate::check::Findings;
use crate::disrupt::Tally;
use crate::hubs::Client;
use crate::load::Ledger;

/// How many findings of a kind are shown.
const SHOWN: usize = 20;

/// The result of a run.
#[derive(Debug)]
pub struct Report {
    mode: Mode,
    seed: u64,
    tally: Tally,
    counts: BTreeMap<&'static str, u64>,
    p90: Duration,
    longest: Duration,
    requests: u64,
    failed: BTreeMap<String, u64>,
    faults: BTreeMap<String, u64>,
    findings: Findings,
    took: Duration,
}

impl Report {
    pub(crate) fn new(
        (mode, seed): (Mode, u64),
        tally: Tally,
        ledger: &Ledger,
        client: &Client,
        findings: Findings,
        took: Duration,
    ) -> Self {
        let (counts, mut waits) = ledger.note(|entries| (entries.counts.clone(), entries.waits.clone()));
        waits.sort_unstable();
        let p90 = waits.get((waits.len() * 9 / 10).min(waits.len().saturating_sub(1))).copied();
        Self {
            mode,
            seed,
            tally,
            counts,
            p90: p90.unwrap_or_default(),
            longest: waits.last().copied().unwrap_or_default(),
            requests: client.requests(),
            failed: client.failed(),
            faults: client.faults(),
            findings,
            took,
        }
    }

    /// Whether something was lost or doubled, the hub answered 500, or a request failed in a mode in which none may.
    pub fn is_bad(&self) -> bool {
        let Findings { lost, doubled, .. } = &self.findings;
        let is_wrong = !lost.is_empty() || !doubled.is_empty() || !self.faults.is_empty();
        is_wrong || (self.mode == Mode::Rolling && !self.failed.is_empty())
    }

    /// How many operations were acknowledged.
    pub fn acknowledged(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How many times something was killed or stopped.
    pub const fn kills(&self) -> u64 {
        self.tally.kills
    }

    /// How many times it was the process of a vendor.
    pub const fn vendor_kills(&self) -> u64 {
        self.tally.vendors
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Findings { lost, doubled, waiting, in_doubt } = &self.findings;
        let verb = if self.mode == Mode::Rolling { "stops" } else { "kills" };
        let counts: Vec<_> = self.counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        write!(
            formatter,
            "{:8} {} {verb} ({} at named points, {} of a vendor's process), {} acknowledged ({}), {} lost, {} doubled, {} waiting, {in_doubt} mails in doubt, \
             activation p90 {:.1} s, longest {:.1} s, ready again within {:.1} s, {} requests, {} attempts failed, {} answers 500, seed {}, {:.0} s",
            format!("{:?}", self.mode).to_lowercase(),
            self.tally.kills,
            self.tally.named,
            self.tally.vendors,
            self.acknowledged(),
            counts.join(", "),
            lost.len(),
            doubled.len(),
            waiting.len(),
            self.p90.as_secs_f64(),
            self.longest.as_secs_f64(),
            self.tally.longest.as_secs_f64(),
            self.requests,
            self.failed.values().sum::<u64>(),
            self.faults.values().sum::<u64>(),
            self.seed,
            self.took.as_secs_f64(),
        )?;
        for (kind, found) in [("lost", lost), ("doubled", doubled), ("waiting", waiting)] {
            for what in found.iter().take(SHOWN) {
                write!(formatter, "\n  {kind}: {what}")?;
            }
        }
        for (what, count) in self.faults.iter().take(SHOWN) {
            write!(formatter, "\n  {count} faults: {what}")?;
        }
        // A connection that breaks is what a kill looks like. Other answers are worth a look.
        for (what, count) in &self.failed {
            if self.mode == Mode::Rolling || what.starts_with(|c: char| c.is_ascii_digit()) {
                write!(formatter, "\n  {count} attempts failed: {what}")?;
            }
        }
        Ok(())
    }
}
