//! Passkeys, and what their devices were asked to sign.

use jiff::Timestamp;
use tessera_core::credentials::Passkey;
use tessera_core::kernel::ids::{IdentityId, PersonId};

use crate::engine::{Row, Statement};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, Undecodable, values};

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

pub(crate) fn create(passkey: &Passkey) -> Statement {
    let values = values![passkey.id, passkey.person, &passkey.credential_id, &passkey.key, passkey.counter];
    Statement::one(sql::PASSKEY_CREATE, values, Conflict::Identity)
}

/// Whatever identity goes: if it is a passkey, its key goes with it, and the recovery codes that nothing asks for any more.
pub(crate) fn remove(id: IdentityId, to: &mut Vec<Statement>) {
    to.push(Statement::any(sql::RECOVERY_CODES_LEAVE_PASSKEY, values![id]));
    to.push(Statement::any(sql::PASSKEY_REMOVE, values![id]));
}

fn passkey(row: &Row) -> Result<Passkey, Undecodable> {
    Ok(Passkey {
        id: row.id("identity_id")?,
        person: row.id("person_id")?,
        credential_id: row.get("credential_id")?,
        key: row.get("passkey")?,
        counter: row.get("counter")?,
    })
}
