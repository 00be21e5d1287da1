//! The day, and the moment, that a date or time of an outside system means.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};

/// The day of a date or time in the form of ISO 8601. A moment with an offset is on a day of the time zone:
/// `2026-05-31T22:00:00Z` is on 1 June in Berlin. Any other date or time is already a day there. `None` if the text is
/// neither, or has anything behind it.
pub fn iso_day(text: &str, zone: &TimeZone) -> Option<Date> {
    let (text, is_end_of_day) = iso(text);
    // Midnight at the end of a day is the one at the beginning of the next.
    let more = i64::from(is_end_of_day).days();
    match text.parse::<Timestamp>() {
        Ok(at) => {
            let at = at.to_zoned(TimeZone::UTC).checked_add(more).ok()?;
            Some(at.timestamp().to_zoned(zone.clone()).date())
        }
        // A time without an offset. The parser of civil times would overlook the name of a time zone.
        Err(_) if text.contains(['[', '+']) => None,
        Err(_) => text.parse::<DateTime>().ok()?.date().checked_add(more).ok(),
    }
}

/// The moment of a date or time in the form of ISO 8601. Without an offset, and without a zone in brackets, it is one of the
/// time zone. `None` if the text is neither, or has anything behind it.
pub fn iso_moment(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let (text, is_end_of_day) = iso(text);
    let more = i64::from(is_end_of_day).days();
    let zoned = match text.parse::<Timestamp>() {
        Ok(at) => at.to_zoned(TimeZone::UTC),
        Err(_) if text.contains(['[', '+']) => text.parse::<Zoned>().ok()?,
        Err(_) => text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok()?,
    };
    Some(zoned.checked_add(more).ok()?.timestamp())
}

/// A date or time in the form of ISO 8601, and whether it was midnight at the end of the day, `24:00`, which the parser
/// does not know. An offset may stand apart, and `UTC` or `GMT` may stand for it.
fn iso(text: &str) -> (String, bool) {
    let text = match text.rsplit_once(' ') {
        Some((time, "UTC" | "GMT" | "Z")) if time.contains(':') => format!("{}Z", time.trim_end()),
        Some((time, offset)) if time.contains(':') && offset.starts_with(['+', '-']) => {
            format!("{}{offset}", time.trim_end())
        }
        _ => text.to_owned(),
    };
    let Some((day, time)) = text.split_once(['T', 't', ' ']).filter(|(_, time)| time.starts_with("24:00")) else {
        return (text, false);
    };
    let beyond = time["24:00".len()..].trim_start_matches([':', '.', '0']);
    let is_midnight = beyond.is_empty() || beyond.starts_with(['Z', 'z', '+', '-']);
    if is_midnight { (format!("{day}T00:00{}", &time["24:00".len()..]), true) } else { (text, false) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a04_a_moment_is_read_with_every_offset_and_in_every_zone() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let read = |text: &str| iso_moment(text, &berlin).map(|at| at.to_string()).unwrap_or_default();
        for (text, expected) in [
            ("2026-05-31T22:00:00Z", "2026-05-31T22:00:00Z"),
            ("2026-05-31T22:00:00+0530", "2026-05-31T16:30:00Z"),
            ("2026-05-31 22:00:00 +02:00", "2026-05-31T20:00:00Z"),
            ("2026-05-31 22:00:00 UTC", "2026-05-31T22:00:00Z"),
            ("2026-05-31 22:00:00", "2026-05-31T20:00:00Z"),
            ("2026-05-31T24:00", "2026-05-31T22:00:00Z"),
            ("2026-05-31", "2026-05-30T22:00:00Z"),
            // Not the zone of the installation.
            ("2026-05-31T22:00:00[America/New_York]", "2026-06-01T02:00:00Z"),
            ("2026-05-31T22:00:00-04:00[America/New_York]", "2026-06-01T02:00:00Z"),
            // The hour that is left out in spring, and the one that comes twice in autumn.
            ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            ("2026-05-31T22:00:00[Mars/Olympus]", ""),
            ("2026-05-31 and more", ""),
            ("31.05.2026", ""),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
