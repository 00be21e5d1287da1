//! Many stories on all cores, and what came of them together.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Outcome, Template, play};

/// What came of many stories.
#[derive(Debug, Default)]
pub struct Totals {
    /// How many.
    pub seeds: u64,
    /// How long they took.
    pub took: Duration,
    /// What the hub acknowledged.
    pub acknowledged: u64,
    /// What of it was lost.
    pub lost: u64,
    /// What happened more than once.
    pub doubled: u64,
    /// E-mails in doubt, as the hub lists them.
    pub in_doubt: u64,
    /// How often the hub died.
    pub deaths: u64,
    /// The longest time from a sign-in until the devices were there.
    pub longest_wait: Duration,
    /// The longest time until the hub was quiet, after the faults.
    pub longest_unrest: Duration,
    /// The stories in which a promise was broken, with what was found.
    pub failed: BTreeMap<u64, Vec<String>>,
}

impl Totals {
    fn add(&mut self, outcome: Outcome) {
        self.seeds += 1;
        self.acknowledged += outcome.acknowledged;
        self.lost += outcome.findings.lost.len() as u64;
        self.doubled += outcome.findings.doubled.len() as u64;
        self.in_doubt += outcome.findings.in_doubt as u64;
        self.deaths += u64::from(outcome.deaths);
        self.longest_wait = self.longest_wait.max(outcome.longest_wait);
        self.longest_unrest = self.longest_unrest.max(outcome.quiet_after);
        if !outcome.is_good() {
            let findings = outcome.findings;
            let all = [("lost", findings.lost), ("doubled", findings.doubled), ("wrong", findings.wrong)];
            let lines =
                all.into_iter().flat_map(|(what, found)| found.into_iter().map(move |it| format!("{what}: {it}")));
            self.failed.insert(outcome.seed, lines.collect());
        }
    }

    /// The figures, for people.
    pub fn figures(&self) -> String {
        let rate = u128::from(self.seeds) * 60_000 / self.took.as_millis().max(1);
        format!(
            "{} seeds in {:.1} s ({rate} a minute), {} deaths of the hub\n\
             {} acknowledged, {} lost, {} doubled, {} e-mails in doubt\n\
             longest wait for an activation {:.1} s, longest time until quiet {:.0} s (virtual)\n\
             {} seeds failed",
            self.seeds,
            self.took.as_secs_f64(),
            self.deaths,
            self.acknowledged,
            self.lost,
            self.doubled,
            self.in_doubt,
            self.longest_wait.as_secs_f64(),
            self.longest_unrest.as_secs_f64(),
            self.failed.len(),
        )
    }
}

/// Plays the stories of these seeds, as many at once as there are cores, until they are all told or the time is over.
///
/// # Panics
/// When a thread cannot be started.
pub fn run_many(seeds: std::ops::Range<u64>, time: Option<Duration>) -> Totals {
    let (began, next) = (Instant::now(), AtomicU64::new(seeds.start));
    let (totals, template) = (Mutex::new(Totals::default()), Template::make());
    let threads = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while time.is_none_or(|time| began.elapsed() < time) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let outcome = play(seed, &template);
                    totals.lock().expect("no story panics here").add(outcome);
                }
            });
        }
    });
    let mut totals = totals.into_inner().expect("no story panics here");
    totals.took = began.elapsed();
    totals
}
