//! Detection of clock jumps: the wall clock is compared with the monotonic clock, so a change by hand or by NTP shows as
//! a jump.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// Maximum difference that counts as slewing, not as a jump.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(5);
/// How long a jump is reported.
const SHOWN_FOR: Duration = Duration::from_hours(1);

/// A jump of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// Size of the jump; negative if the clock was set back.
    pub by: SignedDuration,
    /// Wall-clock time after the jump.
    pub at: Timestamp,
}

/// Compares the wall clock with the monotonic clock at each sample.
#[derive(Debug, Default)]
pub struct ClockWatch {
    last: Option<(Timestamp, Duration)>,
    jumped: Option<(Jump, Duration)>,
}

impl ClockWatch {
    /// Records a sample of both clocks, and returns the jump since the previous sample, if any.
    pub fn sample(&mut self, wall: Timestamp, monotonic: Duration) -> Option<Jump> {
        let (before, then) = self.last.replace((wall, monotonic))?;
        let passed = SignedDuration::try_from(monotonic.saturating_sub(then)).unwrap_or(SignedDuration::MAX);
        let by = wall.duration_since(before).saturating_sub(passed);
        let jump = Jump { by, at: wall };
        if by.abs() < TOLERANCE {
            return None;
        }
        self.jumped = Some((jump, monotonic));
        Some(jump)
    }

    /// The last jump, while it is still reported.
    pub fn last_jump(&self, monotonic: Duration) -> Option<Jump> {
        self.jumped.filter(|(_, then)| monotonic.saturating_sub(*then) < SHOWN_FOR).map(|(jump, _)| jump)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn h04_clock_jumps_are_detected_in_both_directions() {
        let mut watch = ClockWatch::default();
        assert_eq!(watch.sample(wall(10_000), Duration::from_secs(5)), None);
        assert_eq!(watch.sample(wall(10_061), Duration::from_secs(65)), None, "slewing is no jump");
        let back = watch.sample(wall(7_666), Duration::from_secs(70)).unwrap();
        assert_eq!(back.by, SignedDuration::from_secs(-2_400));
        assert_eq!(watch.sample(wall(7_671), Duration::from_secs(75)), None, "a jump is reported once");
        let forward = watch.sample(wall(10_076), Duration::from_secs(80)).unwrap();
        assert_eq!(forward.by, SignedDuration::from_secs(2_400));
        assert_eq!(watch.last_jump(Duration::from_secs(80)), Some(forward));
        assert_eq!(watch.last_jump(Duration::from_hours(2)), None);
    }
}
