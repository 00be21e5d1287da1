//! Pages of a timeline (`H05`).
//!
//! Only the entries shown are verified: against the hash of the entry before them and, on the first page, against the
//! head. The cost does not depend on the length of the timeline. `tessera audit verify` verifies the whole chain.

use super::{Broken, Entry, Head, verify_part};

/// A page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelinePage {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// Whether there are older entries.
    pub more: bool,
    /// The head of the whole timeline.
    pub head: Head,
    /// Result of verifying the entries of this page.
    pub checked: Result<(), Broken>,
}

impl TimelinePage {
    /// Position of the newest entry on the page before the entry `before`; without `before`, on the first page.
    pub fn end(head: Head, before: Option<i64>) -> i64 {
        before.map_or(head.length, |before| before.saturating_sub(1)).clamp(0, head.length)
    }

    /// Creates the page that ends with the entry at position `end`. `entries` are the entries up to it, newest first:
    /// at most `size`, plus one if there are older ones.
    pub fn new(head: Head, end: i64, mut entries: Vec<Entry>, size: usize) -> Self {
        let start = if entries.len() > size { entries.pop() } else { None };
        let found = verify_part(entries.iter().rev(), start.as_ref().map_or_else(Head::default, Entry::head));
        let checked = found.and_then(|found| ends_well(found, end, head));
        Self { entries, more: start.is_some(), head, checked }
    }
}

/// Checks that the page is complete up to `end`, and matches the head if it is the first page.
fn ends_well(found: Head, end: i64, head: Head) -> Result<(), Broken> {
    if found.length < end {
        return Err(Broken::Cut { expected: end, found: found.length });
    }
    if end == head.length && found != head { Err(Broken::HeadDiffers { seq: end }) } else { Ok(()) }
}
