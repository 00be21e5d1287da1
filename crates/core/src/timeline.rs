//! The timeline: everything that happened to a customer, in order, hash-chained (`H05`).
//!
//! Each entry's hash covers the hash before it, so an entry cannot be changed, removed from the middle or moved without every later hash
//! being wrong. The head of the chain is kept on the customer's row.

mod event;
mod words;

use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use event::{Event, ForumAct, Leaving, SerialField};

use crate::id::CustomerId;

/// The hash of an entry. The first entry of a chain follows [`GENESIS`].
pub type Hash = [u8; 32];

/// What the first entry of every chain follows.
pub const GENESIS: Hash = [0; 32];

/// One entry of a customer's timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Whose timeline.
    pub customer_id: CustomerId,
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: Timestamp,
    /// Who caused it: `staff:jo`, `identity:…`, `system:freshservice`.
    pub actor: String,
    /// Through which door it came: `activation`, `console`, `api`…
    pub channel: String,
    /// What happened, as JSON, exactly as stored: the hash covers these bytes.
    pub event: String,
    /// The hash of this entry.
    pub hash: Hash,
}

impl Entry {
    /// The entry that follows `head`.
    pub fn following(
        head: Head,
        customer_id: CustomerId,
        at: Timestamp,
        actor: &str,
        channel: &str,
        event: &Event,
    ) -> Self {
        let event = serde_json::to_string(event).unwrap_or_default();
        let seq = head.length + 1;
        let hash = link(&head.hash, customer_id, seq, at, actor, channel, &event);
        Self { customer_id, seq, at, actor: actor.to_owned(), channel: channel.to_owned(), event, hash }
    }

    /// What happened. `None` when an older or newer version wrote an event this one does not know.
    pub fn event(&self) -> Option<Event> {
        serde_json::from_str(&self.event).ok()
    }
}

/// The end of a chain, kept on the customer's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub length: i64,
    /// The hash of the last one.
    pub hash: Hash,
}

impl Default for Head {
    fn default() -> Self {
        Self { length: 0, hash: GENESIS }
    }
}

fn link(
    before: &Hash,
    customer_id: CustomerId,
    seq: i64,
    at: Timestamp,
    actor: &str,
    channel: &str,
    event: &str,
) -> Hash {
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(customer_id.0.as_bytes());
    digest.update(seq.to_be_bytes());
    digest.update(at.as_microsecond().to_be_bytes());
    for text in [actor, channel, event] {
        // The length in front keeps two texts from passing for two others with the border moved.
        digest.update((text.len() as u64).to_be_bytes());
        digest.update(text.as_bytes());
    }
    digest.finalize().into()
}

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing or in the wrong place.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Gap {
        /// The number that should follow.
        expected: i64,
        /// The number found.
        found: i64,
    },
    /// An entry does not have the hash its content gives.
    #[error("entry {seq} was changed after it was written")]
    Changed {
        /// Which.
        seq: i64,
    },
    /// The chain ends before, or elsewhere than, the head says.
    #[error("the chain has {found} entries, its head says {expected}: the end was cut or replaced")]
    Cut {
        /// How many the head counts.
        expected: i64,
        /// How many there are.
        found: i64,
    },
}

/// Checks a whole chain against its head, and names the first bad entry.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>, head: Head) -> Result<(), Broken> {
    let mut so_far = Head::default();
    for entry in entries {
        let expected = so_far.length + 1;
        if entry.seq != expected {
            return Err(Broken::Gap { expected, found: entry.seq });
        }
        let hash =
            link(&so_far.hash, entry.customer_id, entry.seq, entry.at, &entry.actor, &entry.channel, &entry.event);
        if hash != entry.hash {
            return Err(Broken::Changed { seq: entry.seq });
        }
        so_far = Head { length: entry.seq, hash };
    }
    if so_far == head { Ok(()) } else { Err(Broken::Cut { expected: head.length, found: so_far.length }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: usize) -> (Vec<Entry>, Head) {
        let customer = CustomerId(uuid::Uuid::from_u128(7));
        let mut head = Head::default();
        let entries = (0..length)
            .map(|n| {
                let event = Event::CustomerCreated { name: format!("name {n}") };
                let entry = Entry::following(head, customer, Timestamp::UNIX_EPOCH, "staff:jo", "console", &event);
                head = Head { length: entry.seq, hash: entry.hash };
                entry
            })
            .collect();
        (entries, head)
    }

    #[test]
    fn h05_an_untouched_chain_is_whole() {
        let (entries, head) = chain(5);
        assert_eq!(verify(&entries, head), Ok(()));
        assert_eq!(verify(&[], Head::default()), Ok(()));
    }

    #[test]
    fn h05_editing_removing_moving_and_cutting_all_show() {
        let (entries, head) = chain(5);

        let mut edited = entries.clone();
        edited[2].actor = "staff:sam".into();
        assert_eq!(verify(&edited, head), Err(Broken::Changed { seq: 3 }));

        let mut removed = entries.clone();
        removed.remove(1);
        assert_eq!(verify(&removed, head), Err(Broken::Gap { expected: 2, found: 3 }));

        let mut swapped = entries.clone();
        swapped.swap(0, 1);
        assert_eq!(verify(&swapped, head), Err(Broken::Gap { expected: 1, found: 2 }));

        assert_eq!(verify(&entries[..4], head), Err(Broken::Cut { expected: 5, found: 4 }));
    }

    #[test]
    fn every_event_reads_back_under_its_name() {
        let event = Event::ContactMissing { email: "a@example.com".into() };
        let json = serde_json::to_value(&event).unwrap();
        assert_eq!(json["event"], event.name());
        assert_eq!(serde_json::from_value::<Event>(json).unwrap(), event);
    }
}
