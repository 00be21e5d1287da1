//! Statistics of measurements.

use std::time::Duration;

/// Latencies of single requests.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<Duration>);

impl Latencies {
    /// Creates it from these times.
    pub fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The latency, in milliseconds, of this percentile.
    pub fn within(&self, percent: usize) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let at = (self.0.len() * percent / 100).min(last);
        self.0.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    }

    /// Median and 99th percentile, as text.
    pub fn sentence(&self) -> String {
        format!("p50 {:.2} ms, p99 {:.2} ms", self.within(50), self.within(99))
    }
}

/// Repeated measurements of the same thing.
#[derive(Debug, Clone, Default)]
pub struct Repeats(Vec<f64>);

impl Repeats {
    /// Adds a measurement.
    pub fn add(&mut self, value: f64) {
        let at = self.0.partition_point(|known| *known < value);
        self.0.insert(at, value);
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(0.0)
    }

    /// Median and range, with this many decimals, as text.
    pub fn sentence(&self, decimals: usize) -> String {
        let (least, most) = (self.0.first().copied().unwrap_or(0.0), self.0.last().copied().unwrap_or(0.0));
        format!("{:.decimals$} ({least:.decimals$}–{most:.decimals$})", self.median())
    }
}

/// The rate per second.
pub fn rate(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_medians_are_of_what_was_measured() {
        let times = Latencies::new((1..=100).rev().map(Duration::from_millis).collect());
        assert_eq!(times.sentence(), "p50 51.00 ms, p99 100.00 ms");
        assert_eq!(Latencies::default().sentence(), "p50 0.00 ms, p99 0.00 ms");
        let mut repeats = Repeats::default();
        for value in [3.0, 1.0, 2.0] {
            repeats.add(value);
        }
        assert_eq!(repeats.sentence(1), "2.0 (1.0–3.0)");
    }
}
