//! Wording of timelines for the customer (`H05`).

use tessera_core::kernel::timeline::Event;

use super::events;

/// The event's wording; `None` if the customer does not see it.
pub fn sentence(event: &Event) -> Option<String> {
    events::customer(event)
}
