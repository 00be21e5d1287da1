//! Changes of messages, their credentials, and readings of devices.

use jiff::Timestamp;

use super::{DeviceReading, Message, MessageCredential, Outcome};
use crate::kernel::ids::{MessageCredentialId, MessageId};
use crate::kernel::plan::FeatureChange;

/// A change of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageChange {
    /// Insert a credential.
    PutCredential {
        /// The credential.
        credential: Box<MessageCredential>,
        /// SHA-256 of its key.
        hash: [u8; 32],
    },
    /// Revoke a credential that is in use.
    RevokeCredential {
        /// The credential.
        id: MessageCredentialId,
        /// Time.
        at: Timestamp,
        /// Actor.
        by: String,
    },
    /// Insert a message. Its id must be new for the person, and its credential in use.
    Receive(Box<Message>),
    /// Store the outcome of a message that has none yet.
    Settle {
        /// The message.
        id: MessageId,
        /// Time.
        at: Timestamp,
        /// The outcome.
        outcome: Outcome,
    },
    /// Store a reading. A reading of the same measure and time is replaced.
    KeepReading(Box<DeviceReading>),
}

impl FeatureChange for MessageChange {}
