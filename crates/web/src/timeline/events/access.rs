//! Wording of the timeline events of licences and seats.

use tessera_core::access::event::AccessEvent;

use super::Wording;

impl Wording for AccessEvent {
    fn staff(&self) -> String {
        match self {
            Self::Licensed { name, licence } => format!("{name} may sign in with licence {}", licence.as_str()),
            Self::SeatFreed { person_id, licence } => {
                format!("A seat of {} was freed; it was {person_id}'s", licence.as_str())
            }
        }
    }

    fn customer(&self) -> Option<String> {
        None
    }
}
