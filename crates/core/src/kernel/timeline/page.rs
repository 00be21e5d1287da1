//! A page of a timeline (`H05`).
//!
//! Only what is shown is checked, against the hash of the entry before it and, on the first page, against the head: showing a page costs the
//! same however long the timeline is. The whole chain is the business of `tessera audit verify`.

use super::{Broken, Entry, Head, verify_part};

/// A page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelinePage {
    /// The entries, newest first.
    pub entries: Vec<Entry>,
    /// Whether there are older ones.
    pub more: bool,
    /// The end of the whole timeline.
    pub head: Head,
    /// Whether the entries of this page are as they were written, and each in its place.
    pub checked: Result<(), Broken>,
}

impl TimelinePage {
    /// The number of the newest entry on the page that comes before the entry `before`; none: on the first page.
    pub fn end(head: Head, before: Option<i64>) -> i64 {
        before.map_or(head.length, |before| before.saturating_sub(1)).clamp(0, head.length)
    }

    /// The page that ends with entry `end`. `entries` are those up to it, newest first: as many as the page holds, and one more if there are
    /// older ones.
    pub fn new(head: Head, end: i64, mut entries: Vec<Entry>, size: usize) -> Self {
        let start = if entries.len() > size { entries.pop() } else { None };
        let found = verify_part(entries.iter().rev(), start.as_ref().map_or_else(Head::default, Entry::head));
        let checked = found.and_then(|found| ends_well(found, end, head));
        Self { entries, more: start.is_some(), head, checked }
    }
}

/// Whether a page that ends here ends where it has to: before the page before it, or at the head.
fn ends_well(found: Head, end: i64, head: Head) -> Result<(), Broken> {
    if found.length < end {
        return Err(Broken::Cut { expected: end, found: found.length });
    }
    if end == head.length && found != head { Err(Broken::HeadDiffers { seq: end }) } else { Ok(()) }
}
