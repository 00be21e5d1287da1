//! The disruptions of a run, one after the other.

use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::time::{sleep, timeout};

use crate::hubs::Hubs;
use crate::outside::Outside;
use crate::outside::point::{Point, When};
use crate::postgres::Database;
use crate::schedule::{Disruption, Schedule, Victim};
use crate::{Mode, Options};

/// How long a named point is waited for. Then the kill happens at once.
const TIMEOUT: Duration = Duration::from_secs(2);
/// After how many disruptions the progress is reported.
const SAY_EVERY: u64 = 20;
/// How long the load runs before the first disruption, and after the last one.
const CALM: Duration = Duration::from_millis(500);

/// What was disrupted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// How often.
    pub kills: u64,
    /// How often at a named point.
    pub named: u64,
    /// How often it was the process of a vendor.
    pub vendors: u64,
    /// The longest time from a kill until the process, or the database, was ready again.
    pub longest: Duration,
}

/// Kills and starts again.
pub struct Disruptor<'a> {
    schedule: Schedule,
    options: &'a Options,
    hubs: &'a mut Hubs,
    outside: &'a Outside,
    database: &'a Database,
    tally: Tally,
}

impl<'a> Disruptor<'a> {
    /// Prepares the disruptions.
    pub fn new(
        schedule: Schedule,
        options: &'a Options,
        hubs: &'a mut Hubs,
        outside: &'a Outside,
        database: &'a Database,
    ) -> Self {
        Self { schedule, options, hubs, outside, database, tally: Tally::default() }
    }

    /// What was disrupted so far.
    pub const fn tally(&self) -> Tally {
        self.tally
    }

    /// Kills or stops until the requested number is reached or the time is over.
    pub async fn run(&mut self) -> anyhow::Result<()> {
        let began = Instant::now();
        sleep(CALM).await;
        while self.tally.kills < self.options.kills && began.elapsed() < self.options.limit {
            let disruption = self.schedule.disruption(self.tally.kills);
            sleep(disruption.after).await;
            self.disrupt(disruption).await?;
            self.tally.kills += 1;
            if self.tally.kills.is_multiple_of(SAY_EVERY) {
                eprintln!(
                    "{:?}: {} of {}, {:.0?}",
                    self.schedule.mode,
                    self.tally.kills,
                    self.options.kills,
                    began.elapsed()
                );
            }
        }
        sleep(CALM).await;
        Ok(())
    }

    async fn disrupt(&mut self, disruption: Disruption) -> anyhow::Result<()> {
        let Disruption { process, at, down, victim, works, .. } = disruption;
        if let Some(point) = at {
            let springs = self.outside.traps[process].arm(point);
            if matches!(timeout(TIMEOUT, springs).await, Ok(Ok(()))) {
                self.tally.named += 1;
            }
        }
        match victim {
            Victim::Hub => {}
            Victim::Vendor => {
                // It is there again at once, and knows what it had done.
                self.outside.traps[process].release(false);
                return Ok(());
            }
            Victim::VendorHub => return self.kill_vendor(process, at, works, down).await,
        }
        let began = Instant::now();
        match self.schedule.mode {
            Mode::Rolling => self.hubs.processes[process].stop().await?,
            Mode::Database => self.database.kill().await?,
            _ => self.hubs.processes[process].kill().await?,
        }
        // What was held for a hub that was killed is never answered.
        self.outside.traps[process].release(self.schedule.mode == Mode::Database);
        sleep(down).await;
        match self.schedule.mode {
            Mode::Database => self.database.start_again().await?,
            _ => self.hubs.start_one(process).await?,
        }
        self.tally.longest = self.tally.longest.max(began.elapsed());
        Ok(())
    }

    /// Kills the process of the vendor: while it works on the call that is held, or when it has done what was asked.
    async fn kill_vendor(
        &mut self,
        process: usize,
        at: Option<Point>,
        works: Duration,
        down: Duration,
    ) -> anyhow::Result<()> {
        let (began, trap) = (Instant::now(), &self.outside.traps[process]);
        let vendor = self.hubs.vendor.as_mut().context("no vendor is a process of its own")?;
        if at.is_some_and(|point| point.when == When::Before) {
            trap.release(true);
            sleep(works).await;
        }
        vendor.process.kill().await?;
        // The answer that is held never arrives.
        trap.release(false);
        sleep(down).await;
        vendor.process.start(self.hubs.client.http()).await?;
        self.tally.vendors += 1;
        self.tally.longest = self.tally.longest.max(began.elapsed());
        Ok(())
    }
}
