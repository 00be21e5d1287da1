//! The timeline: a customer's events in order, hash-chained (`H05`).
//!
//! An entry's digest covers its content; its hash covers the previous hash, its position and the digest. Changing,
//! moving or removing an entry within the chain therefore invalidates every later hash. A plan has digests only:
//! position and hash are assigned at commit, so that two plans about one customer do not conflict. The head of the
//! chain is stored on the customer's row.

pub mod change;
mod event;
mod page;
pub(crate) mod personal;
mod recorded;
mod rewrites;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

pub use event::{Event, FeatureEvent};
pub use page::TimelinePage;
pub use personal::Personal;
pub use recorded::{Recorded, VERSION, Written};
pub(crate) use rewrites::Rewrites;
pub use rewrites::Rewritten;

use crate::kernel::ids::CustomerId;

/// A SHA-256 hash. The first entry of a chain follows [`GENESIS`].
pub type Hash = [u8; 32];

/// The hash before the first entry of a chain.
pub const GENESIS: Hash = [0; 32];

/// Format prefix of every digest.
const FORMAT: &str = "tessera timeline 1";

/// The part of an event that can be erased: names, addresses and free text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalPart {
    /// The values by their JSON pointers into the event's detail, as JSON, exactly as stored.
    pub document: String,
    /// Prevents the commitment from confirming a guessed value.
    pub salt: [u8; 16],
}

impl PersonalPart {
    /// Commitment in the chain; remains after erasure.
    pub fn commitment(&self) -> Hash {
        Sha256::new().chain_update(self.salt).chain_update(&self.document).finalize().into()
    }
}

/// An entry in a plan. Its position in the chain is assigned at commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The customer.
    pub customer_id: CustomerId,
    /// Time of the entry.
    pub at: Timestamp,
    /// Actor: `staff:jo`, `identity:…`, `system:freshservice`.
    pub actor: String,
    /// Channel: `activation`, `console`, `api`…
    pub channel: String,
    /// The event as JSON, exactly as stored, without personal data.
    pub event: String,
    /// Its personal data.
    pub personal: Option<PersonalPart>,
}

impl NewEntry {
    /// Digest of everything but the position.
    pub fn digest(&self) -> Hash {
        let commitment = self.personal.as_ref().map(PersonalPart::commitment);
        digest(self.customer_id, self.at, &self.actor, &self.channel, &self.event, commitment.as_ref())
    }

    /// Builds an entry. Personal data is split off and committed to with `salt`.
    pub fn new(
        customer_id: CustomerId,
        at: Timestamp,
        (actor, channel): (&str, &str),
        event: &Event,
        salt: impl FnOnce() -> [u8; 16],
    ) -> Self {
        let (event, personal) = recorded::write(event);
        let personal = personal.map(|document| PersonalPart { document, salt: salt() });
        Self { customer_id, at, actor: actor.to_owned(), channel: channel.to_owned(), event, personal }
    }

    /// The event, if this version can decode it.
    pub fn event(&self) -> Option<Event> {
        known(self.written().recorded())
    }

    /// The event as it will be written.
    pub fn written(&self) -> Written {
        Written::read(&self.event, self.personal.as_ref())
    }

    /// The entry in its place after `head`.
    pub fn following(self, head: Head) -> Entry {
        let seq = head.length + 1;
        let hash = link(&head.hash, seq, &self.digest());
        let commitment = self.personal.as_ref().map(PersonalPart::commitment);
        let Self { customer_id, at, actor, channel, event, personal } = self;
        Entry { customer_id, seq, at, actor, channel, event, personal, commitment, original: None, hash }
    }
}

/// One entry of a customer's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The customer.
    pub customer_id: CustomerId,
    /// Position in the chain, from 1.
    pub seq: i64,
    /// Time of the entry.
    pub at: Timestamp,
    /// Actor: `staff:jo`, `identity:…`, `system:freshservice`.
    pub actor: String,
    /// Channel: `activation`, `console`, `api`…
    pub channel: String,
    /// The event as JSON, exactly as stored, without personal data. The digest covers these bytes.
    pub event: String,
    /// Its personal data, until erased.
    pub personal: Option<PersonalPart>,
    /// The commitment to the personal part, if there was one.
    pub commitment: Option<Hash>,
    /// The digest that the entry was written with, if identifiers were erased from it since ([`Rewritten`]).
    pub original: Option<Hash>,
    /// The hash of this entry.
    pub hash: Hash,
}

impl Entry {
    /// The event, decoded if this version can.
    pub fn recorded(&self) -> Recorded {
        self.written().recorded()
    }

    /// The event, if this version can decode it. Interfaces that show entries use [`Entry::recorded`].
    pub fn event(&self) -> Option<Event> {
        known(self.recorded())
    }

    /// The event in its stored form, with personal data unless erased.
    pub fn written(&self) -> Written {
        Written::read(&self.event, self.personal.as_ref())
    }

    /// The chain's head at this entry.
    pub const fn head(&self) -> Head {
        Head { length: self.seq, hash: self.hash }
    }

    fn digest(&self) -> Hash {
        digest(self.customer_id, self.at, &self.actor, &self.channel, &self.event, self.commitment.as_ref())
    }

    /// Whether the entry directly follows `head`. An erased personal part is valid; a different one is not.
    fn is_next(&self, head: Head) -> bool {
        let committed = self.personal.as_ref().is_none_or(|part| Some(part.commitment()) == self.commitment);
        let digest = self.original.unwrap_or_else(|| self.digest());
        committed && self.hash == link(&head.hash, self.seq, &digest)
    }
}

/// The head of a chain, stored on the customer's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub length: i64,
    /// Hash of the last entry.
    pub hash: Hash,
}

impl Default for Head {
    fn default() -> Self {
        Self { length: 0, hash: GENESIS }
    }
}

fn known(recorded: Recorded) -> Option<Event> {
    match recorded {
        Recorded::Event(event) => Some(*event),
        Recorded::Newer(_) => None,
    }
}

fn digest(
    customer_id: CustomerId,
    at: Timestamp,
    actor: &str,
    channel: &str,
    event: &str,
    commitment: Option<&Hash>,
) -> Hash {
    let mut digest = Sha256::new();
    let fields: [&[u8]; 7] = [
        FORMAT.as_bytes(),
        customer_id.0.as_bytes(),
        &at.as_microsecond().to_be_bytes(),
        actor.as_bytes(),
        channel.as_bytes(),
        event.as_bytes(),
        commitment.map_or(&[], Hash::as_slice),
    ];
    for field in fields {
        // The length prefix prevents two fields from being read as two others with a shifted boundary.
        digest.update((field.len() as u64).to_be_bytes());
        digest.update(field);
    }
    digest.finalize().into()
}

fn link(before: &[u8], seq: i64, digest: &[u8]) -> Hash {
    Sha256::new().chain_update(before).chain_update(seq.to_be_bytes()).chain_update(digest).finalize().into()
}

/// Extends a chain that ended with `before` by these digests, 32 bytes each, the first at position `seq`. Available in
/// both databases as `chain_hash`.
pub fn chain_hash(before: &[u8], seq: i64, digests: &[u8]) -> Vec<u8> {
    let places = (seq..).zip(digests.chunks_exact(32));
    places.fold(before.to_vec(), |before, (seq, digest)| link(&before, seq, digest).to_vec())
}

/// Defects of a chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry is missing or at the wrong position.
    #[error("entry {expected} is missing: entry {found} stands in its place")]
    Gap {
        /// Expected position.
        expected: i64,
        /// Position found.
        found: i64,
    },
    /// An entry's hash does not match its content.
    #[error("entry {seq} was changed after it was written")]
    Changed {
        /// The entry.
        seq: i64,
    },
    /// The chain ends before its head.
    #[error("entry {} is missing: the chain has {found} entries, its head says {expected}", .found + 1)]
    Cut {
        /// Number of entries according to the head.
        expected: i64,
        /// Number of entries found.
        found: i64,
    },
    /// There is an entry beyond the head.
    #[error("entry {seq} stands beyond the head, which says {head}: the head was moved back, or the entry was added")]
    Beyond {
        /// The first such entry.
        seq: i64,
        /// Number of entries according to the head.
        head: i64,
    },
    /// The head's count is correct, but its hash differs from the last entry's.
    #[error("entry {seq} is the last one, but the head does not have its hash: one of the two was replaced")]
    HeadDiffers {
        /// The last entry.
        seq: i64,
    },
    /// The head cannot be read.
    #[error("the head of the timeline cannot be read: {why}")]
    HeadUnreadable {
        /// Cause.
        why: String,
    },
    /// The chain ends before a checkpoint.
    #[error("entry {} is missing: checkpoint {checkpoint} recorded {recorded} entries, there are {found}", .found + 1)]
    Shortened {
        /// The checkpoint.
        checkpoint: u64,
        /// Number of entries it recorded.
        recorded: i64,
        /// Number of entries found.
        found: i64,
    },
    /// The chain differs from what a checkpoint recorded.
    #[error(
        "entry {seq} is not the one that checkpoint {checkpoint} recorded: the chain was rewritten there or before"
    )]
    Rewritten {
        /// The entry that the checkpoint recorded.
        seq: i64,
        /// The checkpoint.
        checkpoint: u64,
    },
    /// An entry cannot be read.
    #[error("entry {seq} or one soon after it cannot be read: {why}")]
    Unreadable {
        /// The entry that should follow.
        seq: i64,
        /// Cause.
        why: String,
    },
}

impl Broken {
    /// Position of the first bad or missing entry; 0 for the head.
    pub const fn seq(&self) -> i64 {
        match *self {
            Self::Gap { expected, .. } => expected,
            Self::Cut { found, .. } | Self::Shortened { found, .. } => found + 1,
            Self::Changed { seq }
            | Self::Beyond { seq, .. }
            | Self::HeadDiffers { seq }
            | Self::Rewritten { seq, .. }
            | Self::Unreadable { seq, .. } => seq,
            Self::HeadUnreadable { .. } => 0,
        }
    }
}

/// Verifies a whole chain against its head and reports the first bad entry.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a Entry>, head: Head) -> Result<(), Broken> {
    let (mut entries, mut rewrites) = (entries.into_iter().peekable(), Rewrites::default());
    let within = std::iter::from_fn(|| entries.next_if(|entry| entry.seq <= head.length));
    let end = verify_part(within.inspect(|entry| rewrites.follow(entry)), Head::default())?;
    ends(end, head, entries.next().map(|entry| entry.seq))?;
    rewrites.end()
}

/// Checks that a chain verified up to `end` ends at its head. `beyond`: the first entry after the head, if any.
pub(crate) fn ends(end: Head, head: Head, beyond: Option<i64>) -> Result<(), Broken> {
    if end.length < head.length {
        return Err(Broken::Cut { expected: head.length, found: end.length });
    }
    if let Some(seq) = beyond {
        return Err(Broken::Beyond { seq, head: head.length });
    }
    if end == head { Ok(()) } else { Err(Broken::HeadDiffers { seq: end.length }) }
}

/// Verifies a section of a chain, oldest entry first, starting from the head `before`. Returns the head after it. What
/// rewritten entries say now is confirmed only by the whole chain.
pub fn verify_part<'a>(entries: impl IntoIterator<Item = &'a Entry>, before: Head) -> Result<Head, Broken> {
    entries.into_iter().try_fold(before, |head, entry| {
        let expected = head.length + 1;
        if entry.seq != expected {
            return Err(Broken::Gap { expected, found: entry.seq });
        }
        if !entry.is_next(head) {
            return Err(Broken::Changed { seq: entry.seq });
        }
        Ok(entry.head())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::customer::event::CustomerEvent;
    use crate::service_requests::event::ServiceRequestEvent;
    use crate::sync::event::SyncEvent;

    fn new_entry(n: u8) -> NewEntry {
        let event = Event::Customer(CustomerEvent::CustomerCreated { name: format!("name {n}").into() });
        entry_of(&event, [n; 16])
    }

    fn entry_of(event: &Event, salt: [u8; 16]) -> NewEntry {
        let customer = CustomerId(uuid::Uuid::from_u128(7));
        NewEntry::new(customer, Timestamp::UNIX_EPOCH, ("staff:jo", "console"), event, || salt)
    }

    fn chain(length: u8) -> (Vec<Entry>, Head) {
        let mut head = Head::default();
        let entries = (0..length)
            .map(|n| {
                let entry = new_entry(n).following(head);
                head = entry.head();
                entry
            })
            .collect();
        (entries, head)
    }

    #[test]
    fn h05_unmodified_chain_is_valid() {
        let (entries, head) = chain(5);
        assert_eq!(verify(&entries, head), Ok(()));
        assert_eq!(verify(&[], Head::default()), Ok(()));
        assert_eq!(verify_part(&entries[2..], entries[1].head()), Ok(head), "a part verifies from the entry before it");
    }

    #[test]
    fn h05_editing_removing_moving_and_truncating_entries_is_detected() {
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
        assert_eq!(verify(&entries, Head::default()), Err(Broken::Beyond { seq: 1, head: 0 }));
        assert_eq!(verify(&entries, entries[2].head()), Err(Broken::Beyond { seq: 4, head: 3 }));
        assert_eq!(verify(&entries, Head { hash: GENESIS, ..head }), Err(Broken::HeadDiffers { seq: 5 }));
    }

    #[test]
    fn h05_a_personal_part_can_be_erased_but_not_replaced() {
        let (mut entries, head) = chain(3);
        entries[1].personal = None;
        assert_eq!(verify(&entries, head), Ok(()), "erased");

        let mut replaced = entries.clone();
        replaced[2].personal = Some(PersonalPart { document: "{}".into(), salt: [0; 16] });
        assert_eq!(verify(&replaced, head), Err(Broken::Changed { seq: 3 }));

        let mut forgotten = entries.clone();
        forgotten[2].commitment = None;
        assert_eq!(verify(&forgotten, head), Err(Broken::Changed { seq: 3 }));
    }

    #[test]
    fn h05_chain_hash_of_several_digests_equals_hashing_one_by_one() {
        let (entries, head) = chain(4);
        let digests: Vec<u8> = (0..4).flat_map(|n| new_entry(n).digest()).collect();
        assert_eq!(chain_hash(&GENESIS, 1, &digests), head.hash);
        assert_eq!(chain_hash(&entries[1].hash, 3, &digests[64..]), head.hash);
        assert_eq!(chain_hash(&GENESIS, 1, &[]), GENESIS);
    }

    #[test]
    fn h05_event_round_trips_with_personal_data_stored_separately() {
        let event = Event::Sync(SyncEvent::ContactAmbiguous {
            email: "ada@example.com".into(),
            candidates: 2,
            review_id: uuid::Uuid::nil().into(),
        });
        let entry = entry_of(&event, [7; 16]).following(Head::default());
        assert_eq!(entry.event(), Some(event));
        assert!(entry.event.starts_with(r#"{"event":"contact_ambiguous","v":1,"detail":{"#), "{}", entry.event);
        assert!(!entry.event.contains("ada"), "{}", entry.event);
        assert_eq!(entry.personal.as_ref().unwrap().document, r#"{"/email":"ada@example.com"}"#);
        assert_eq!(entry.written().plain().detail["email"], "ada@example.com");

        let erased = Entry { personal: None, ..entry };
        let Some(Event::Sync(SyncEvent::ContactAmbiguous { email, candidates, .. })) = erased.event() else {
            panic!("it is known")
        };
        assert_eq!((email.to_string().as_str(), candidates), ("(erased)", 2));
        assert_eq!(erased.written().plain().detail["email"], serde_json::json!({ "erased": true }));
    }

    #[test]
    fn h05_personal_values_in_lists_and_of_any_type_round_trip() {
        let step = crate::service_requests::workflow::Step::RequireField { label: "a/b ~ $personal".into() };
        let event = Event::ServiceRequest(ServiceRequestEvent::WorkflowChanged {
            kind: "repair".into(),
            steps: vec![step.clone().into(), Personal::Erased, step.into()],
        });
        assert_eq!(entry_of(&event, [7; 16]).event(), Some(event));
        let event = Event::Customer(CustomerEvent::ContactDiffers {
            contact: "crm:contact:1".parse().unwrap(),
            theirs: None,
            email: "ada@example.com".into(),
        });
        assert_eq!(entry_of(&event, [7; 16]).event(), Some(event));
    }

    #[test]
    fn h05_event_of_a_newer_version_is_kept_undecoded() {
        let mut entry = new_entry(1).following(Head::default());
        for written in [
            r#"{"event":"device_teleported","v":1,"detail":{"to":{"$personal":null}}}"#,
            r#"{"event":"customer_created","v":2,"detail":{"names":["a"]}}"#,
            r#"{"event":"customer_created","v":1,"detail":{"title":"a"}}"#,
        ] {
            written.clone_into(&mut entry.event);
            entry.personal = Some(PersonalPart { document: r#"{"/to":"Mars"}"#.into(), salt: [0; 16] });
            let Recorded::Newer(newer) = entry.recorded() else { panic!("{written} is not known") };
            assert!(written.contains(&newer.event));
            assert_eq!(entry.event(), None);
        }
        r#"{"event":"device_teleported","v":1,"detail":{"to":{"$personal":null}}}"#.clone_into(&mut entry.event);
        assert_eq!(entry.written().plain().detail["to"], "Mars");
    }
}
