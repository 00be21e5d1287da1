//! Changes of messages.

use tessera_core::messages::Outcome;
use tessera_core::messages::change::MessageChange;

use super::Describe;

impl Describe for MessageChange {
    fn describe(&self) -> String {
        match self {
            Self::PutCredential { credential, .. } => format!("issue message key {}", credential.name),
            Self::RevokeCredential { id, .. } => format!("revoke message key {id}"),
            Self::Receive(it) => format!("accept message {} ({})", it.external_id, it.kind),
            Self::Settle { outcome: Outcome::CarriedOut(made), .. } => {
                format!("message carried out: {} {}", made.kind.as_str(), made.id)
            }
            Self::Settle { outcome: Outcome::Rejected { code, .. }, .. } => format!("message rejected: {code}"),
            Self::KeepReading(it) => format!("reading of {}: {} {}", it.external_id, it.measure, it.value),
        }
    }
}
