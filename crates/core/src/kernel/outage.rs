//! What is logged while something that is retried keeps failing: its first failure, summaries at growing distance, and its
//! end.

use std::time::Duration;

/// Shortest time between two lines.
const MIN_DISTANCE: Duration = Duration::from_mins(1);
/// Longest time between two summaries.
const MAX_DISTANCE: Duration = Duration::from_hours(1);

/// The failures of one thing that is retried. Times are of a monotonic clock.
#[derive(Debug, Clone, Default)]
pub struct Outage {
    began: Option<Duration>,
    failures: u64,
    /// Time of the last line.
    said_at: Option<Duration>,
    /// Number of lines about the current outage.
    lines: u32,
}

/// A line that is to be logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutageLine {
    /// Whether it is the first line about the outage.
    pub is_first: bool,
    /// Number of failures so far.
    pub failures: u64,
    /// Time since the first of them.
    pub lasted: Duration,
}

impl Outage {
    /// Records a failure. Returns the line to log, if it is time for one.
    pub fn failed(&mut self, now: Duration) -> Option<OutageLine> {
        let began = *self.began.get_or_insert(now);
        self.failures += 1;
        let doublings = self.lines.saturating_sub(1).min(10);
        let distance = (MIN_DISTANCE * 2_u32.pow(doublings)).min(MAX_DISTANCE);
        if self.said_at.is_some_and(|at| now.saturating_sub(at) < distance) {
            return None;
        }
        self.said_at = Some(now);
        self.lines += 1;
        Some(OutageLine { is_first: self.lines == 1, failures: self.failures, lasted: now.saturating_sub(began) })
    }

    /// Records a success. Returns the line to log if it ends an outage that was logged.
    pub fn worked(&mut self, now: Duration) -> Option<OutageLine> {
        let began = self.began.take()?;
        let (failures, lines) = (std::mem::take(&mut self.failures), std::mem::take(&mut self.lines));
        (lines > 0).then(|| {
            self.said_at = Some(now);
            OutageLine { is_first: false, failures, lasted: now.saturating_sub(began) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn h04_an_outage_is_logged_at_its_beginning_then_at_growing_distance_and_at_its_end() {
        let mut outage = Outage::default();
        let failed: Vec<_> = (0..7200).filter_map(|second| outage.failed(SECOND * second)).collect();
        let minutes: Vec<_> = failed.iter().map(|line| line.lasted.as_secs() / 60).collect();
        assert_eq!(minutes, [0, 1, 3, 7, 15, 31, 63]);
        assert_eq!(failed.iter().filter(|line| line.is_first).count(), 1);
        assert_eq!(failed[1].failures, 61);
        let ended = outage.worked(SECOND * 7200).unwrap();
        assert_eq!((ended.failures, ended.lasted), (7200, SECOND * 7200));
        assert_eq!(outage.worked(SECOND * 7201), None);
    }

    #[test]
    fn h04_what_fails_and_works_in_turn_is_logged_twice_a_minute_at_most() {
        let mut outage = Outage::default();
        let lines = (0..3600).filter(|second| {
            let now = SECOND * *second;
            if second % 2 == 0 { outage.failed(now).is_some() } else { outage.worked(now).is_some() }
        });
        assert!(lines.count() <= 2 * 60 + 1);
    }
}
