//! Wording of timelines for staff (`H05`).

use tessera_core::kernel::timeline::{Entry, Event, Recorded};

use super::events;

/// The wording of a timeline entry.
pub fn entry(entry: &Entry) -> String {
    recorded(entry.recorded())
}

/// The wording of a recorded event. An event of a newer version of the program is described by its name.
pub(super) fn recorded(recorded: Recorded) -> String {
    match recorded {
        Recorded::Event(event) => sentence(&event),
        Recorded::Newer(newer) => format!("An event recorded by a newer version: {}", newer.event),
    }
}

/// The wording of an event.
pub fn sentence(event: &Event) -> String {
    events::staff(event)
}
