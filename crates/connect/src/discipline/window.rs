//! Counts the credits spent within the last minute or hour.
//!
//! This is a sliding window, not a token bucket: the systems count per fixed window whose start is unknown. A client
//! satisfies every such window only if it never exceeds the amount within *any* stretch of that length.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

/// Number of entries per window. Spending within one such part of the window is merged into one entry.
const GRAINS: i32 = 60;

#[derive(Debug, Clone, Copy)]
struct Entry {
    first: Timestamp,
    last: Timestamp,
    credits: u64,
}

/// The credits spent within the last `per`.
#[derive(Debug, Clone)]
pub(super) struct Window {
    per: SignedDuration,
    entries: VecDeque<Entry>,
    used: u64,
}

impl Window {
    pub(super) fn new(per: SignedDuration) -> Self {
        Self { per, entries: VecDeque::new(), used: 0 }
    }

    /// Credits spent within the last `per`.
    pub(super) fn used(&mut self, now: Timestamp) -> u64 {
        while let Some(oldest) = self.entries.front().copied().filter(|entry| self.expiry(entry) <= now) {
            self.used -= oldest.credits;
            self.entries.pop_front();
        }
        self.used
    }

    /// Records spent credits.
    pub(super) fn spend(&mut self, now: Timestamp, credits: u64) {
        self.used += credits;
        match self.entries.back_mut() {
            Some(latest) if now.duration_since(latest.first) < self.per / GRAINS => {
                latest.last = latest.last.max(now);
                latest.credits += credits;
            }
            _ => self.entries.push_back(Entry { first: now, last: now, credits }),
        }
    }

    /// Takes back the latest spending.
    pub(super) fn give_back(&mut self, credits: u64) {
        if let Some(latest) = self.entries.back_mut() {
            let credits = credits.min(latest.credits);
            latest.credits -= credits;
            self.used -= credits;
        }
    }

    /// The earliest time at which `credits` can be spent without exceeding `allowed` within any `per`.
    pub(super) fn when(&mut self, now: Timestamp, allowed: u64, credits: u64) -> Timestamp {
        let mut used = self.used(now);
        // A call that costs more than the whole limit still has to pass: alone.
        let allowed = allowed.max(credits);
        let mut at = now;
        for entry in &self.entries {
            if used + credits <= allowed {
                break;
            }
            used -= entry.credits;
            at = at.max(self.expiry(entry));
        }
        at
    }

    /// The time of the last of `calls` calls of `credits` each, each made as early as possible.
    pub(super) fn forecast(&mut self, now: Timestamp, allowed: u64, credits: u64, calls: u64) -> Timestamp {
        let Some(total) = calls.checked_mul(credits).filter(|total| *total > 0) else { return now };
        let at_once = (allowed / credits).max(1) * credits;
        // Credits spent at one moment are available again exactly one `per` later, so only the first round needs a
        // detailed calculation.
        let rounds = (total - 1) / at_once;
        let rest = total - rounds * at_once;
        let first = self.when(now, at_once, rest);
        let later = self.per.as_secs().saturating_mul(i64::try_from(rounds).unwrap_or(i64::MAX));
        first.saturating_add(SignedDuration::from_secs(later)).unwrap_or(Timestamp::MAX)
    }

    fn expiry(&self, entry: &Entry) -> Timestamp {
        entry.last.saturating_add(self.per).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_was_spent_comes_back_one_period_later() {
        let mut window = Window::new(SignedDuration::from_secs(60));
        window.spend(at(0), 30);
        window.spend(at(10), 10);
        assert_eq!(window.used(at(59)), 40);
        assert_eq!(window.when(at(11), 40, 5), at(60));
        assert_eq!(window.when(at(11), 40, 35), at(70));
        assert_eq!(window.used(at(60)), 10);
        assert_eq!(window.used(at(70)), 0);
    }

    #[test]
    fn a_forecast_counts_whole_rounds() {
        let mut window = Window::new(SignedDuration::from_secs(60));
        assert_eq!(window.forecast(at(0), 10, 1, 10), at(0));
        assert_eq!(window.forecast(at(0), 10, 1, 11), at(60));
        assert_eq!(window.forecast(at(0), 10, 3, 9), at(120), "three calls of three credits fit into ten");
        window.spend(at(0), 10);
        assert_eq!(window.forecast(at(5), 10, 1, 20), at(120));
        assert_eq!(window.forecast(at(5), 10, 1, 0), at(5));
    }
}
