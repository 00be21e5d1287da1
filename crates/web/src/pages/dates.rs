//! Dates and times as text: relative if near, absolute otherwise, and always with the exact time in the markup.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Number of seconds beyond which a date is more useful than a number of days.
const NEAR: i64 = 7 * DAY;

/// `21 Nov 2026, 14:05 UTC`
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// `21 Nov 2026`
pub(crate) fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
}

/// `21 Nov`
pub(crate) fn day_and_month(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b").to_string()
}

/// `3 minutes ago`, `in 6 days`, or the date if it is more than a week away.
pub(crate) fn near(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    let away = seconds.abs();
    if away >= NEAR {
        return day(at);
    }
    let (count, unit) = match away {
        0..MINUTE => return if seconds > 0 { "in a moment".to_owned() } else { "just now".to_owned() },
        MINUTE..HOUR => (away / MINUTE, "minute"),
        HOUR..DAY => (away / HOUR, "hour"),
        _ => (away / DAY, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    if seconds > 0 { format!("in {count} {unit}{plural}") } else { format!("{count} {unit}{plural} ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_times_are_counted_and_far_ones_dated() {
        let now: Timestamp = "2026-11-21T14:05:00Z".parse().unwrap();
        let read = |text: &str| near(text.parse().unwrap(), now);
        assert_eq!(read("2026-11-21T14:04:30Z"), "just now");
        assert_eq!(read("2026-11-21T14:05:30Z"), "in a moment");
        assert_eq!(read("2026-11-21T14:04:00Z"), "1 minute ago");
        assert_eq!(read("2026-11-21T11:00:00Z"), "3 hours ago");
        assert_eq!(read("2026-11-23T15:05:00Z"), "in 2 days");
        assert_eq!(read("2026-11-01T09:00:00Z"), "1 Nov 2026");
        assert_eq!(moment(now), "21 Nov 2026, 14:05 UTC");
        assert_eq!(day_and_month(now), "21 Nov");
    }
}
