//! What a person sees of their organisation's timeline: it is the whole organisation's, and what it names need not be theirs (`P08`).

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::timeline::Event;

/// What an event names, on which it depends who sees the event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A return, an invoice or a place.
    Thing(Uuid),
    /// A contact, whom only those see who keep the contacts.
    Contact(Uuid),
    /// A device.
    Device(RecordKey),
}

impl Named {
    /// What an event names; none: nothing of its own, so everybody of the organisation sees it.
    pub fn by(event: &Event) -> Option<Self> {
        match event {
            Event::Return(event) => Some(Self::Thing(event.return_id.0)),
            Event::Invoice(event) => Some(Self::Thing(event.invoice_id.0)),
            Event::PlaceAdded { place_id, .. } => Some(Self::Thing(place_id.0)),
            Event::ContactAdded { contact_id, .. } => Some(Self::Contact(contact_id.0)),
            _ => event.device().map(|(system, id)| Self::Device(RecordKey::new(system, Kind::Asset, id))),
        }
    }
}

/// What somebody may see of what a part of a timeline names.
#[derive(Debug, Clone, Default)]
pub struct TimelineSight {
    /// The returns, invoices, places and contacts that they see.
    pub seen: BTreeSet<Uuid>,
    /// The devices that were put at places which are not theirs.
    pub elsewhere: BTreeSet<RecordKey>,
    /// Whether they keep the contacts of their organisation.
    pub keeps_contacts: bool,
}

impl TimelineSight {
    /// Whether they see an event.
    pub fn shows(&self, event: &Event) -> bool {
        match Named::by(event) {
            None => true,
            Some(Named::Thing(id)) => self.seen.contains(&id),
            Some(Named::Contact(id)) => self.keeps_contacts && self.seen.contains(&id),
            Some(Named::Device(device)) => !self.elsewhere.contains(&device),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ids::{ContactId, PlaceId};

    #[test]
    fn p08_an_event_is_seen_by_whoever_sees_what_it_names() {
        let (id, mut sight) = (Uuid::from_u128(7), TimelineSight::default());
        let place = Event::PlaceAdded { place_id: PlaceId(id), name: "Barn".into() };
        let contact = Event::ContactAdded { contact_id: ContactId(id), name: "Ada".into() };
        let record = RecordKey::new("desk", Kind::Asset, "4");
        let device = Event::DevicePlaced { record: record.clone(), place: "Barn".into() };
        assert!(!sight.shows(&place) && !sight.shows(&contact) && sight.shows(&device));
        sight.seen.insert(id);
        assert!(sight.shows(&place) && !sight.shows(&contact));
        sight.keeps_contacts = true;
        assert!(sight.shows(&contact));
        sight.elsewhere.insert(record);
        assert!(!sight.shows(&device));
    }
}
