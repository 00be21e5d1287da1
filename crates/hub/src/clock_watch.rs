//! The clock of this machine: a jump, or a clock that is behind what was stamped before, is an alarm.

use std::time::Duration;

use jiff::SignedDuration;
use tessera_core::kernel::clock_watch::{Jump, TOLERANCE};
use tokio::sync::watch;

use crate::{Hub, HubError};

/// Alarm: the wall clock jumped, or is behind.
pub(crate) const CLOCK: &str = "clock";
/// The system that alarms about this machine name.
const SYSTEM: &str = "hub";
/// How often the clock is looked at.
const EVERY: Duration = Duration::from_secs(5);

impl Hub {
    /// Looks at the clock now and then, and at what other processes stamped.
    pub(crate) async fn keep_time(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.watch_clock().await {
                tracing::error!(%error, "could not look at the clock");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Compares the wall clock with the monotonic clock and with the order of readings, and raises or clears the alarm.
    pub async fn watch_clock(&self) -> Result<(), HubError> {
        self.learn_readings().await?;
        let (now, monotonic) = (self.env.now(), self.env.monotonic());
        let last = {
            let mut watch = self.clock_watch().lock().await;
            if let Some(Jump { by, at }) = watch.look(now, monotonic) {
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

    /// What is wrong with the clock, in words.
    pub(crate) fn clock_trouble(&self, jump: Option<Jump>) -> Option<String> {
        let (ahead, remedy) = (self.env.readings().ahead(), "Set it with NTP, and look at what changed it.");
        if ahead >= TOLERANCE {
            return Some(format!(
                "The clock of this machine is {} behind the latest reading: it was set back, or another process’s clock is ahead. \
                 Changes are still applied in the right order; times shown and waits may be wrong. {remedy}",
                length(ahead),
            ));
        }
        let Jump { by, at } = jump?;
        let direction = if by.is_negative() { "back" } else { "forward" };
        Some(format!(
            "The clock of this machine jumped {direction} by {} at {at:.0}. Changes are still applied in the right order; times \
             shown and waits may be wrong. {remedy}",
            length(by),
        ))
    }
}

/// A length of time in words, however it is signed.
fn length(time: SignedDuration) -> String {
    match time.abs().as_secs() {
        seconds @ 0..120 => format!("{seconds} seconds"),
        seconds @ 120..7_200 => format!("{} minutes", seconds / 60),
        seconds => format!("{} hours", seconds / 3_600),
    }
}
