//! Whether the wall clock goes as it should: compared with the monotonic clock, a change by hand or by NTP shows as a
//! jump.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// A smaller difference is the usual slewing.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(5);
/// How long a jump is shown.
const SHOWN_FOR: Duration = Duration::from_hours(1);

/// A jump of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump {
    /// By how much; back: negative.
    pub by: SignedDuration,
    /// What the wall clock showed after it.
    pub at: Timestamp,
}

/// Compares the wall clock with the monotonic clock.
#[derive(Debug, Default)]
pub struct ClockWatch {
    last: Option<(Timestamp, Duration)>,
    jumped: Option<(Jump, Duration)>,
}

impl ClockWatch {
    /// Takes a look at both clocks. Gives the jump since the last look, if there was one.
    pub fn look(&mut self, wall: Timestamp, monotonic: Duration) -> Option<Jump> {
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

    /// The last jump, as long as it is shown.
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
    fn h04_a_jump_of_the_wall_clock_is_noticed_in_both_directions() {
        let mut watch = ClockWatch::default();
        assert_eq!(watch.look(wall(10_000), Duration::from_secs(5)), None);
        assert_eq!(watch.look(wall(10_061), Duration::from_secs(65)), None, "slewing is no jump");
        let back = watch.look(wall(7_666), Duration::from_secs(70)).unwrap();
        assert_eq!(back.by, SignedDuration::from_secs(-2_400));
        assert_eq!(watch.look(wall(7_671), Duration::from_secs(75)), None, "it is noticed once");
        let forward = watch.look(wall(10_076), Duration::from_secs(80)).unwrap();
        assert_eq!(forward.by, SignedDuration::from_secs(2_400));
        assert_eq!(watch.last_jump(Duration::from_secs(80)), Some(forward));
        assert_eq!(watch.last_jump(Duration::from_hours(2)), None);
    }
}
