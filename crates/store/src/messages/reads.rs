//! Reads of messages.

use tessera_core::kernel::ids::{MessageCredentialId, MessageId, PersonId};
use tessera_core::messages::{DeviceReading, Message, MessageCredential};

use super::rows::{credential, message, reading};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// The credential with this hash that is in use, and its person.
    pub async fn message_credential_by_hash(
        &self,
        key_hash: &[u8; 32],
    ) -> Result<Option<(MessageCredentialId, PersonId)>, StoreError> {
        let row = self.one(sql::MESSAGE_CREDENTIAL_BY_HASH, values![key_hash]).await?;
        read_one(row, |row| Ok((row.id("id")?, row.id("person_id")?)))
    }

    /// One credential, in use or revoked.
    pub async fn message_credential(&self, id: MessageCredentialId) -> Result<Option<MessageCredential>, StoreError> {
        read_one(self.one(sql::MESSAGE_CREDENTIAL, values![id]).await?, credential)
    }

    /// The newest credentials of a person, including revoked ones.
    pub async fn message_credentials(&self, of: PersonId, limit: i64) -> Result<Vec<MessageCredential>, StoreError> {
        read_all(self.query(sql::MESSAGE_CREDENTIALS, values![of, limit]).await?, credential)
    }

    /// One message.
    pub async fn message(&self, id: MessageId) -> Result<Option<Message>, StoreError> {
        read_one(self.one(sql::MESSAGE, values![id]).await?, message)
    }

    /// The message of a person with the id that the sender gave it.
    pub async fn message_of_person(&self, by: PersonId, external_id: &str) -> Result<Option<Message>, StoreError> {
        read_one(self.one(sql::MESSAGE_OF_PERSON, values![by, external_id]).await?, message)
    }

    /// The newest messages of a person, newest first.
    pub async fn messages_of_person(&self, by: PersonId, limit: i64) -> Result<Vec<Message>, StoreError> {
        read_all(self.query(sql::MESSAGES_OF_PERSON, values![by, limit]).await?, message)
    }

    /// The latest readings of a device, latest first.
    pub async fn readings_of_device(
        &self,
        system: &str,
        external_id: &str,
        limit: i64,
    ) -> Result<Vec<DeviceReading>, StoreError> {
        read_all(self.query(sql::READINGS_OF_DEVICE, values![system, external_id, limit]).await?, reading)
    }
}
