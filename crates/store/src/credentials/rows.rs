//! Rows of identities, credentials and sessions.

use jiff::Timestamp;
use tessera_core::credentials::{OneTimeLink, Passkey};
use tessera_core::kernel::customer::{Identity, SignIn};
use tessera_core::kernel::ids::PersonId;

use super::sessions::SignInPending;
use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table: `columns!(identities)`, or `columns!(identities "x.")` with a table alias.
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

/// A pending sign-in: the password was correct and the second factor is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMfa {
    /// The person.
    pub person: PersonId,
    /// The path to go to afterwards.
    pub return_to: String,
}

/// A sign-in that was not linked when it was last used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedSignIn {
    /// The sign-in.
    pub sign_in: SignIn,
    /// Last use.
    pub seen_at: Timestamp,
}

pub(crate) fn half_sign_in(row: &Row) -> Result<PendingMfa, Undecodable> {
    Ok(PendingMfa { person: row.id("person_id")?, return_to: row.get("return_to")? })
}

pub(crate) fn sign_in_begun(row: &Row) -> Result<SignInPending, Undecodable> {
    Ok(SignInPending {
        browser_hash: row.get("browser_hash")?,
        provider: row.get("provider")?,
        nonce: row.get("nonce")?,
        verifier: row.get("verifier")?,
        purpose: row.get("purpose")?,
        expires_at: row.get("expires_at")?,
        used_at: row.get("used_at")?,
    })
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
