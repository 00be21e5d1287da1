//! What a customer's timeline says stands now. Whatever is planned for a customer is compared with this, so that an event which a race kept
//! from the timeline is told by the next reading.

use std::collections::BTreeSet;

use crate::record::RecordKey;
use crate::timeline::Event;

/// The timeline, told to its end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The devices it says the customer has.
    pub devices: BTreeSet<RecordKey>,
    /// What it last said of the customer's contact, as long as no contact was linked since.
    contact: Option<Event>,
}

impl Told {
    /// Tells a timeline from its beginning.
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let mut told = Self::default();
        for event in events {
            told.hear(&event);
        }
        told
    }

    /// Tells one event more.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::DeviceAssigned { record, .. } => {
                self.devices.insert(record.clone());
            }
            Event::DeviceUnassigned { record, .. } => {
                self.devices.remove(record);
            }
            Event::ContactMissing { .. } | Event::ContactDiffers { .. } => self.contact = Some(event.clone()),
            Event::Linked { .. } | Event::RecordMerged { .. } | Event::Unlinked { .. } => self.contact = None,
            _ => {}
        }
    }

    /// Whether this is what it last said of the contact: said once is enough.
    pub fn said(&self, event: &Event) -> bool {
        self.contact.as_ref() == Some(event)
    }
}
