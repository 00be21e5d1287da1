//! Erasure of identifiers that the hash of an entry covers: the actor, and person ids within the event (`H10`).
//!
//! The personal part of an entry can simply be emptied. An identifier outside it cannot, because the entry's digest covers
//! it. A rewritten entry therefore keeps the digest that it was written with, from which the chain goes on, and a later
//! entry of the same chain names the digest of what the entry says now. So anyone who changes the rewritten entry again is
//! found, as long as they cannot add to the chain.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::TimelineChange;
use super::{Broken, Entry, Event, Hash};
use crate::audit::Hex;
use crate::persons::event::PersonEvent;

/// A rewritten entry, as a later entry of its chain confirms it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rewritten {
    /// The entry's position.
    pub seq: i64,
    /// Digest of what the entry says now.
    pub digest: Hex,
}

impl Entry {
    /// The change that replaces the actor and the event, without the personal part, and its confirmation.
    pub fn rewritten(&self, actor: String, event: String) -> (TimelineChange, Rewritten) {
        let original = self.original.unwrap_or_else(|| self.digest());
        let after = Self { actor, event, personal: None, ..self.clone() };
        let confirmed = Rewritten { seq: self.seq, digest: Hex(after.digest()) };
        let change = TimelineChange::Rewrite {
            customer_id: self.customer_id,
            seq: self.seq,
            before: (self.actor.clone(), self.event.clone()),
            after: (after.actor, after.event),
            original,
        };
        (change, confirmed)
    }
}

/// The rewritten entries of a chain that no later entry has confirmed yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rewrites(BTreeMap<i64, Hash>);

impl Rewrites {
    /// Takes note of the next entry of the chain.
    pub(crate) fn follow(&mut self, entry: &Entry) {
        if entry.original.is_some() {
            self.0.insert(entry.seq, entry.digest());
        }
        // Decoding every entry would make an audit slow.
        if self.0.is_empty() || !entry.event.contains("person_erased") {
            return;
        }
        if let Some(Event::Person(PersonEvent::PersonErased { rewritten, .. })) = entry.event() {
            for confirmed in rewritten {
                if self.0.get(&confirmed.seq) == Some(&confirmed.digest.0) {
                    self.0.remove(&confirmed.seq);
                }
            }
        }
    }

    /// Checks at the end of the chain that every rewritten entry was confirmed.
    pub(crate) fn end(&self) -> Result<(), Broken> {
        self.0.first_key_value().map_or(Ok(()), |(seq, _)| Err(Broken::Changed { seq: *seq }))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::customer::event::CustomerEvent;
    use crate::kernel::ids::CustomerId;
    use crate::kernel::timeline::{Head, NewEntry, verify};
    use crate::persons::event::PersonEvent;

    fn append(chain: &mut Vec<Entry>, actor: &str, event: &Event) {
        let head = chain.last().map_or_else(Head::default, Entry::head);
        let customer = CustomerId(Uuid::from_u128(7));
        let entry = NewEntry::new(customer, Timestamp::UNIX_EPOCH, (actor, "portal"), event, || [1; 16]);
        chain.push(entry.following(head));
    }

    /// What the store makes of the change.
    fn apply(chain: &mut [Entry], change: TimelineChange) {
        let TimelineChange::Rewrite { seq, after: (actor, event), original, .. } = change else { panic!("{change:?}") };
        let entry = chain.iter_mut().find(|entry| entry.seq == seq).unwrap();
        *entry = Entry { actor, event, personal: None, original: Some(original), ..entry.clone() };
    }

    fn added() -> Event {
        Event::Person(PersonEvent::PersonAdded { person_id: "ada.example".into(), name: "Ada".into(), licence: None })
    }

    fn erased(rewritten: Vec<Rewritten>) -> Event {
        Event::Person(PersonEvent::PersonErased { person_id: "P-1".into(), facts: 1, rewritten })
    }

    fn verified(chain: &[Entry]) -> Result<(), Broken> {
        verify(chain, chain.last().unwrap().head())
    }

    #[test]
    fn h10_a_chain_verifies_after_an_identifier_was_erased_from_it() {
        let mut chain = Vec::new();
        append(&mut chain, "person:ada.example", &added());
        append(&mut chain, "staff:jo", &Event::Customer(CustomerEvent::CustomerCreated { name: "Ada".into() }));
        let event = chain[0].event.replace("ada.example", "P-1");
        let (change, confirmed) = chain[0].rewritten("person:P-1".into(), event);
        append(&mut chain, "staff:jo", &erased(vec![confirmed]));
        apply(&mut chain, change);

        assert_eq!(verified(&chain), Ok(()));
        assert!(!format!("{:?}", chain[0]).contains("ada"), "{:?}", chain[0]);
        assert_eq!(
            chain[0].event(),
            Some(Event::Person(PersonEvent::PersonAdded {
                person_id: "P-1".into(),
                name: crate::kernel::timeline::Personal::Erased,
                licence: None,
            }))
        );
    }

    #[test]
    fn h10_an_entry_that_is_rewritten_twice_is_confirmed_by_the_last_erasure() {
        let mut chain = Vec::new();
        append(&mut chain, "person:ada.example", &added());
        for (actor, name) in [("person:P-1", "ada.example"), ("person:P-2", "ada.example")] {
            let event = chain[0].event.replace(name, actor);
            let (change, confirmed) = chain[0].rewritten(actor.into(), event);
            append(&mut chain, "staff:jo", &erased(vec![confirmed]));
            apply(&mut chain, change);
            assert_eq!(verified(&chain), Ok(()), "{actor}");
        }
    }

    #[test]
    fn h10_a_rewritten_entry_cannot_be_changed_again_or_be_made_up() {
        let mut chain = Vec::new();
        append(&mut chain, "person:ada.example", &added());
        let (change, confirmed) = chain[0].rewritten("person:P-1".into(), chain[0].event.replace("ada.example", "P-1"));
        append(&mut chain, "staff:jo", &erased(vec![confirmed]));
        apply(&mut chain, change);

        let mut changed = chain.clone();
        changed[0].actor = "person:P-2".into();
        assert_eq!(verified(&changed), Err(Broken::Changed { seq: 1 }));

        let mut unconfirmed = Vec::new();
        append(&mut unconfirmed, "person:ada.example", &added());
        let (change, confirmed) = unconfirmed[0].rewritten("person:P-1".into(), unconfirmed[0].event.clone());
        apply(&mut unconfirmed, change);
        assert_eq!(verified(&unconfirmed), Err(Broken::Changed { seq: 1 }), "nothing in the chain says so");
        let other = Rewritten { digest: Hex([0; 32]), ..confirmed };
        append(&mut unconfirmed, "staff:jo", &erased(vec![other]));
        assert_eq!(verified(&unconfirmed), Err(Broken::Changed { seq: 1 }), "another digest was confirmed");
    }
}
