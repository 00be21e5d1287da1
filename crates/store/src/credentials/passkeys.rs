//! Passkeys and pending `WebAuthn` ceremonies.

use jiff::Timestamp;
use tessera_core::credentials::Passkey;
use tessera_core::kernel::ids::PersonId;

use super::rows::passkey;
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// A pending `WebAuthn` ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// Its purpose.
    pub purpose: String,
    /// SHA-256 of the secret that binds it to a browser: of its session, its pending sign-in, or its own secret.
    pub bound_to: [u8; 32],
    /// The challenge and its state, as serialised by the `WebAuthn` library.
    pub state: String,
    /// End of validity.
    pub expires_at: Timestamp,
}

impl Reads {
    /// The passkeys of a person, oldest first.
    pub async fn passkeys(&self, person: PersonId) -> Result<Vec<Passkey>, StoreError> {
        read_all(self.query(sql::PASSKEYS, values![person]).await?, passkey)
    }

    /// The passkey with this credential id.
    pub async fn passkey_by_credential(&self, credential_id: &[u8]) -> Result<Option<Passkey>, StoreError> {
        read_one(self.one(sql::PASSKEY_BY_CREDENTIAL, values![credential_id.to_vec()]).await?, passkey)
    }
}
