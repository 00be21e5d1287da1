//! Visibility of timeline events. The timeline covers the whole organisation, and an event can name objects that a
//! person may not see (`P08`).

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::timeline::Event;
use crate::persons::event::PersonEvent;

/// An object named by an event, whose visibility decides the event's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// A return, an invoice or a place.
    Thing(Uuid),
    /// A contact, visible only to people who edit contacts.
    Contact(Uuid),
    /// A device.
    Device(RecordKey),
}

impl Named {
    /// The object named by an event; `None` if the event is visible to the whole organisation.
    pub fn by(event: &Event) -> Option<Self> {
        match event {
            Event::Return(event) => Some(Self::Thing(event.return_id.0)),
            Event::Invoice(event) => Some(Self::Thing(event.invoice_id.0)),
            Event::Person(PersonEvent::PlaceAdded { place_id, .. }) => Some(Self::Thing(place_id.0)),
            Event::Person(PersonEvent::ContactAdded { contact_id, .. }) => Some(Self::Contact(contact_id.0)),
            _ => event.device().map(|(system, id)| Self::Device(RecordKey::new(system, Kind::Asset, id))),
        }
    }
}

/// The objects named in a section of a timeline that a person can see.
#[derive(Debug, Clone, Default)]
pub struct TimelineSight {
    /// Ids of the visible returns, invoices, places and contacts.
    pub seen: BTreeSet<Uuid>,
    /// Devices at places that the person does not have.
    pub elsewhere: BTreeSet<RecordKey>,
    /// Whether the person may edit the organisation's contacts.
    pub keeps_contacts: bool,
}

impl TimelineSight {
    /// Whether an event is visible.
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
    use crate::devices::event::DeviceEvent;
    use crate::kernel::ids::{ContactId, PlaceId};

    #[test]
    fn p08_event_is_visible_if_the_object_it_names_is() {
        let (id, mut sight) = (Uuid::from_u128(7), TimelineSight::default());
        let place = Event::Person(PersonEvent::PlaceAdded { place_id: PlaceId(id), name: "Barn".into() });
        let contact = Event::Person(PersonEvent::ContactAdded { contact_id: ContactId(id), name: "Ada".into() });
        let record = RecordKey::new("desk", Kind::Asset, "4");
        let device = Event::Device(DeviceEvent::DevicePlaced { record: record.clone(), place: "Barn".into() });
        assert!(!sight.shows(&place) && !sight.shows(&contact) && sight.shows(&device));
        sight.seen.insert(id);
        assert!(sight.shows(&place) && !sight.shows(&contact));
        sight.keeps_contacts = true;
        assert!(sight.shows(&contact));
        sight.elsewhere.insert(record);
        assert!(!sight.shows(&device));
    }
}
