//! Jobs of messages.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::MessageId;
use crate::kernel::job::{JobKind, Lane, Pool};

/// Carry out a message (`P17`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarryOutMessage {
    /// The message.
    pub message_id: MessageId,
}

impl JobKind for CarryOutMessage {
    const KIND: &'static str = "carry_out_message";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.message_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}
