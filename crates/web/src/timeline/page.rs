//! A page of a timeline, as the console and the API show it (`H05`).
//!
//! Only what is shown is checked, against the hash of the entry before it and, on the first page, against the head: showing a page costs the
//! same however long the timeline is. The whole chain is the business of `tessera audit verify`.

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::{Broken, Entry, Head, verify_part};
use tessera_store::{Reads, StoreError};

/// A page of a timeline.
pub(crate) struct TimelinePage {
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
    /// Reads the newest entries before `before`.
    pub async fn read(store: &Reads, of: CustomerId, before: Option<i64>, size: usize) -> Result<Self, StoreError> {
        // The head is read first: what is written since is not part of the chain that it ends.
        let head = store.timeline_head(of).await?.unwrap_or_default();
        let end = before.map_or(head.length, |before| before.saturating_sub(1)).clamp(0, head.length);
        let mut entries = store.timeline(of, Some(end + 1), size + 1).await?;
        let start = if entries.len() > size { entries.pop() } else { None };
        let found = verify_part(entries.iter().rev(), start.as_ref().map_or_else(Head::default, Entry::head));
        let checked = found.and_then(|found| ends_well(found, end, head));
        Ok(Self { entries, more: start.is_some(), head, checked })
    }
}

/// Whether a page that ends here ends where it has to: before the page before it, or at the head.
fn ends_well(found: Head, end: i64, head: Head) -> Result<(), Broken> {
    if found.length < end {
        return Err(Broken::Cut { expected: end, found: found.length });
    }
    if end == head.length && found != head { Err(Broken::HeadDiffers { seq: end }) } else { Ok(()) }
}
