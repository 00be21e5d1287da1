//! Numbers as people read them, and lengths that stand for them.

use std::fmt;

/// `1,000,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `9,999`, `12.3k`, `4M`: short enough for an axis.
pub(super) fn compact(number: u64) -> String {
    const UNITS: [(u64, &str); 6] = [
        (1_000_000_000_000_000_000, "E"),
        (1_000_000_000_000_000, "P"),
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1000, "k"),
    ];
    let unit = UNITS.into_iter().find(|(unit, _)| number >= 10_000 && number >= *unit);
    let Some((unit, suffix)) = unit else { return grouped(number) };
    match (number / unit, number % unit * 10 / unit) {
        (whole, 0) => format!("{whole}{suffix}"),
        (whole, tenth) => format!("{whole}.{tenth}{suffix}"),
    }
}

/// The end of an axis that has room for a number: 1, 2 or 5, and zeros.
pub(super) fn ceiling(number: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for factor in [1, 2, 5] {
            match step.checked_mul(factor) {
                Some(end) if end >= number => return end,
                Some(_) => {}
                None => return u64::MAX,
            }
        }
        step = match step.checked_mul(10) {
            Some(step) => step,
            None => return u64::MAX,
        };
    }
}

/// A coordinate or length, in tenths of a unit of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tenths(pub(super) u64);

impl fmt::Display for Tenths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenth) => write!(f, "{whole}.{tenth}"),
        }
    }
}

/// The part of a length, in whole units, that stands for `value` of `all`. What there is can be seen, however little it is.
pub(super) fn part(value: u64, all: u64, length: u64) -> Tenths {
    const LEAST: u64 = 15;
    if value == 0 {
        return Tenths(0);
    }
    let whole = u128::from(length) * 10;
    let part = (u128::from(value) * whole / u128::from(all.max(1))).min(whole);
    Tenths(u64::try_from(part).unwrap_or(u64::MAX).max(LEAST))
}
