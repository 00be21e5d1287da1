//! Rows of identities, credentials and sessions.

use jiff::Timestamp;
use tessera_core::credentials::{OneTimeLink, Passkey};
use tessera_core::kernel::customer::{Identity, SignIn};
use tessera_core::kernel::ids::PersonId;

use crate::Undecodable;
use crate::engine::Row;

/// The columns of a table that are read from it: `columns!(identities)`, or `columns!(identities "x.")` where the table has an alias.
macro_rules! columns {
    (identities $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "person_id", "customer_id", "sign_in", "created_at", "last_used_at")
    };
    (one_time_links $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "id", "person_id", "person_version", "email", "token_hash", "created_at", "created_by",
            "expires_at", "used_at", "revoked_at")
    };
    (passkeys $($alias:literal)?) => {
        $crate::engine::listed!($($alias)?;
            "identity_id", "person_id", "credential_id", "passkey", "counter")
    };
}
pub(super) use columns;

/// A sign-in whose password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMfa {
    /// Who.
    pub person: PersonId,
    /// Where to go afterwards.
    pub return_to: String,
}

/// A sign-in that belonged to no customer when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedSignIn {
    /// Who.
    pub sign_in: SignIn,
    /// When they were last here.
    pub seen_at: Timestamp,
}

pub(crate) fn half_sign_in(row: &Row) -> Result<PendingMfa, Undecodable> {
    Ok(PendingMfa { person: row.id("person_id")?, return_to: row.get("return_to")? })
}

pub(super) fn one_time_link(row: &Row) -> Result<OneTimeLink, Undecodable> {
    Ok(OneTimeLink {
        id: row.id("id")?,
        person: row.id("person_id")?,
        person_version: row.get("person_version")?,
        email: row.get("email")?,
        token_hash: row.get("token_hash")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        expires_at: row.get("expires_at")?,
        used_at: row.get("used_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

pub(super) fn passkey(row: &Row) -> Result<Passkey, Undecodable> {
    Ok(Passkey {
        id: row.id("identity_id")?,
        person: row.id("person_id")?,
        credential_id: row.get("credential_id")?,
        key: row.get("passkey")?,
        counter: row.get("counter")?,
    })
}

pub(super) fn unlinked(row: &Row) -> Result<UnlinkedSignIn, Undecodable> {
    Ok(UnlinkedSignIn { sign_in: row.json("sign_in")?, seen_at: row.get("seen_at")? })
}

pub(super) fn identity(row: &Row) -> Result<Identity, Undecodable> {
    Ok(Identity {
        id: row.id("id")?,
        person_id: row.id("person_id")?,
        customer_id: row.id("customer_id")?,
        sign_in: row.json::<SignIn>("sign_in")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
