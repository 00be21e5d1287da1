//! Dates and times as text in the reader's language and time zone: relative if near, absolute otherwise, and always with
//! the exact time in the markup. The catalogues say how each language writes them.

use jiff::Timestamp;
use jiff::civil::{self, Date};

use crate::locale::{self, Arg, text};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Number of seconds beyond which a date is more useful than a number of days.
const NEAR: i64 = 7 * DAY;

/// `21 Nov 2026, 14:05 UTC`
pub(crate) fn moment(at: Timestamp) -> String {
    written("date-moment", at)
}

/// `21 Nov 2026`
pub(crate) fn day(at: Timestamp) -> String {
    written("date-day", at)
}

/// `21 Nov`
pub(crate) fn day_and_month(at: Timestamp) -> String {
    written("date-day-and-month", at)
}

/// A day of the calendar, the same in every time zone: `21 Nov 2026`.
pub(crate) fn civil(day: Date) -> String {
    locale::message("date-day", &date_args(day.day().into(), day.month().into(), day.year().into()))
}

/// An appointment, in the time zone of its place: `Mon 30 Nov 2026, 09:00–12:00`.
pub(crate) fn appointment(from: civil::DateTime, to: civil::DateTime) -> String {
    let written = |key: &str, at: civil::DateTime, end: &str| {
        let date = date_args(at.day().into(), at.month().into(), at.year().into());
        let more = [
            ("weekday", Arg::from(i64::from(at.weekday().to_monday_one_offset()))),
            ("time", Arg::from(at.strftime("%H:%M").to_string())),
            ("end", Arg::from(end.to_owned())),
        ];
        locale::message(key, &date.into_iter().chain(more).collect::<Vec<_>>())
    };
    if from.date() == to.date() {
        return written("date-appointment", from, &to.strftime("%H:%M").to_string());
    }
    format!("{} – {}", written("date-appointment-point", from, ""), written("date-appointment-point", to, ""))
}

fn date_args<'a>(day: i64, month: i64, year: i64) -> [(&'static str, Arg<'a>); 5] {
    [
        ("day", Arg::from(day.to_string())),
        ("dd", Arg::from(format!("{day:02}"))),
        ("month", Arg::from(month)),
        ("mm", Arg::from(format!("{month:02}"))),
        // As text, because a year has no thousands separator.
        ("year", Arg::from(year.to_string())),
    ]
}

fn written(key: &str, at: Timestamp) -> String {
    let at = at.to_zoned(locale::current().zone);
    let date = date_args(at.day().into(), at.month().into(), at.year().into());
    let time =
        [("time", Arg::from(at.strftime("%H:%M").to_string())), ("zone", Arg::from(at.strftime("%Z").to_string()))];
    locale::message(key, &date.into_iter().chain(time).collect::<Vec<_>>())
}

/// `3 minutes ago`, `in 6 days`, or the date if it is more than a week away.
pub(crate) fn near(at: Timestamp, now: Timestamp) -> String {
    let seconds = at.as_second() - now.as_second();
    let away = seconds.abs();
    match (away, seconds > 0) {
        (NEAR.., _) => day(at),
        (0..MINUTE, true) => text!("date-in-a-moment"),
        (..MINUTE, _) => text!("date-just-now"),
        (MINUTE..HOUR, true) => text!("date-in-minutes", count = away / MINUTE),
        (MINUTE..HOUR, false) => text!("date-minutes-ago", count = away / MINUTE),
        (HOUR..DAY, true) => text!("date-in-hours", count = away / HOUR),
        (HOUR..DAY, false) => text!("date-hours-ago", count = away / HOUR),
        (DAY..NEAR, true) => text!("date-in-days", count = away / DAY),
        (DAY..NEAR, false) => text!("date-days-ago", count = away / DAY),
    }
}

#[cfg(test)]
mod tests {
    use tessera_core::kernel::language::{self, Language};

    use super::*;
    use crate::locale::{Locale, within};

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

    #[test]
    fn dates_are_written_as_the_language_does_in_the_readers_zone() {
        let zone = language::zone("Europe/Berlin").unwrap();
        let at: Timestamp = "2026-03-04T23:30:00Z".parse().unwrap();
        within(Locale { language: Language::German, zone: zone.clone() }, || {
            assert_eq!(moment(at), "05.03.2026, 00:30 Uhr (CET)");
            assert_eq!(day(at), "05.03.2026", "the next day has begun there");
            assert_eq!(day_and_month(at), "05.03.");
            assert_eq!(near(at, at + jiff::SignedDuration::from_mins(1)), "vor 1 Minute");
            assert_eq!(near(at, at - jiff::SignedDuration::from_hours(48)), "in 2 Tagen");
        });
        within(Locale { language: Language::English, zone }, || {
            assert_eq!(moment(at), "5 Mar 2026, 00:30 CET");
        });
    }
}
