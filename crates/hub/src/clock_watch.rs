//! Alarm about this machine's clock: it jumped, or it is behind the reading clock.

use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::clock_watch::{Jump, TOLERANCE};
use tokio::sync::watch;

use crate::{Hub, HubError};

/// Code of the alarm about the wall clock.
pub(crate) const CLOCK: &str = "clock";
/// System named by alarms about this machine.
const SYSTEM: &str = "hub";
/// Sampling interval.
const EVERY: Duration = Duration::from_secs(5);

impl Hub {
    /// Samples the clock periodically until the process stops.
    pub(crate) async fn keep_time(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            self.log_outcome("check the clock", self.watch_clock().await);
            tokio::select! {
                biased;
                () = tokio::time::sleep(EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Compares the wall clock with the monotonic clock and with the reading clock, and raises or clears the alarm.
    pub async fn watch_clock(&self) -> Result<(), HubError> {
        self.observe_readings().await?;
        let (now, monotonic) = (self.env.now(), self.env.monotonic());
        let last = {
            let mut watch = self.clock_watch().lock().await;
            if let Some(Jump { by, at }) = watch.sample(now, monotonic) {
                tracing::error!(seconds = by.as_secs(), %at, "the wall clock of this machine jumped");
            }
            watch.last_jump(monotonic)
        };
        let known = self.reads().alarms().await?;
        let is_raised = known.iter().any(|alarm| alarm.system == SYSTEM && alarm.code == CLOCK);
        match self.clock_trouble(last) {
            Some(detail) if !is_raised => self.raise(SYSTEM, CLOCK, "", detail).await,
            None if is_raised => Ok(self.technical().clear_alarm(SYSTEM, CLOCK, "").await?),
            Some(_) | None => Ok(()),
        }
    }

    /// Description of the problem with the clock, if there is one.
    pub(crate) fn clock_trouble(&self, jump: Option<Jump>) -> Option<String> {
        let (ahead, remedy) = (self.env.readings().ahead(), "Synchronize it with NTP, and find out what changed it.");
        if ahead >= TOLERANCE {
            return Some(format!(
                "The clock of this machine is {} behind the latest reading: it was set back, or another process’s clock is ahead. \
                 Changes are still applied in the right order; displayed times and delays may be wrong. {remedy}",
                length(ahead),
            ));
        }
        let Jump { by, at } = jump?;
        let direction = if by.is_negative() { "back" } else { "forward" };
        Some(format!(
            "The clock of this machine jumped {direction} by {} at {at:.0}. Changes are still applied in the right order; \
             displayed times and delays may be wrong. {remedy}",
            length(by),
        ))
    }
}

/// The absolute length of a period, for people.
fn length(time: SignedDuration) -> String {
    match time.abs().as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7_200 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3_600),
    }
}
