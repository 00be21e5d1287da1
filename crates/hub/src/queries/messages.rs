//! Messages, as shown to their sender and to staff.

use tessera_core::kernel::ids::PersonId;
use tessera_core::messages::{Message, MessageCredential};
use tessera_store::{Reads, StoreError};

use super::Queries;
use crate::messages::CREDENTIALS;

/// Number of messages on a person's page.
const MESSAGES: i64 = 20;

/// A person's message keys and newest messages, as shown to staff.
#[derive(Debug, Clone, Default)]
pub struct SentMessages {
    /// The keys, newest first.
    pub credentials: Vec<MessageCredential>,
    /// The newest messages, newest first.
    pub messages: Vec<Message>,
}

impl SentMessages {
    pub(super) async fn of(store: &Reads, person: PersonId) -> Result<Self, StoreError> {
        Ok(Self {
            credentials: store.message_credentials(person, CREDENTIALS).await?,
            messages: store.messages_of_person(person, MESSAGES).await?,
        })
    }
}

impl Queries<'_> {
    /// The message of a person with the id that the sender gave it.
    pub async fn message(&self, by: PersonId, external_id: &str) -> Result<Option<Message>, StoreError> {
        self.reads().message_of_person(by, external_id).await
    }
}
