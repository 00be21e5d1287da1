//! Wording of the timeline events of message keys.

use tessera_core::messages::event::MessageEvent;

use super::Wording;

impl Wording for MessageEvent {
    fn staff(&self) -> String {
        match self {
            Self::MessageKeyIssued { person_id, name } => format!("Message key {name} issued for {person_id}"),
            Self::MessageKeyRevoked { person_id, name } => format!("Message key {name} of {person_id} revoked"),
        }
    }

    fn customer(&self) -> Option<String> {
        None
    }
}
