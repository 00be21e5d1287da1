//! Passkeys, and what their devices were asked to sign.

use jiff::Timestamp;
use tessera_core::credentials::Passkey;
use tessera_core::kernel::ids::PersonId;

use super::rows::passkey;
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// A ceremony under way: somebody's device was asked to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// What for.
    pub purpose: String,
    /// Hash of what the browser holds that asked: its session, its sign-in half done, or its own secret.
    pub bound_to: [u8; 32],
    /// The challenge and what goes with it, as the `WebAuthn` library writes it.
    pub state: String,
    /// Until when it may come back.
    pub expires_at: Timestamp,
}

impl Reads {
    /// The passkeys of a person, oldest first.
    pub async fn passkeys(&self, person: PersonId) -> Result<Vec<Passkey>, StoreError> {
        read_all(self.query(sql::PASSKEYS, values![person]).await?, passkey)
    }

    /// The passkey that its device names so.
    pub async fn passkey_by_credential(&self, credential_id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        read_one(self.one(sql::PASSKEY_BY_CREDENTIAL, values![credential_id.to_vec()]).await?, passkey)
    }
}
