//! Sessions and pending sign-ins at identity providers.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::PersonId;
use tessera_core::kernel::language::Preferences;

use super::rows::sign_in_begun;
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::persons::rows::preferences;
use crate::{Reads, StoreError, values};

/// A sign-in that was begun at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPending {
    /// SHA-256 of the secret in the browser that began it.
    pub browser_hash: [u8; 32],
    /// The provider's configured name.
    pub provider: String,
    /// The nonce of the request.
    pub nonce: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// The purpose, as serialised by the caller.
    pub purpose: String,
    /// End of validity.
    pub expires_at: Timestamp,
    /// Time of its use.
    pub used_at: Option<Timestamp>,
}

/// A session of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// The sign-in.
    pub sign_in: SignIn,
    /// Time of the sign-in.
    pub since: Timestamp,
    /// Last recorded use.
    pub last_used_at: Option<Timestamp>,
    /// Browser and operating system.
    pub device: Option<String>,
    /// Client address.
    pub place: Option<String>,
}

impl Reads {
    /// The sign-in that belongs to a state, used or not, until it is forgotten.
    pub async fn sign_in_begun(&self, state_hash: &[u8; 32]) -> Result<Option<SignInPending>, StoreError> {
        read_one(self.one(sql::SIGN_IN_BEGUN, values![state_hash]).await?, sign_in_begun)
    }

    /// The owner of a session that has not expired.
    pub async fn session<W: DeserializeOwned>(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<W>, StoreError> {
        Ok(self.session_since(token_hash, now).await?.map(|(who, _, _)| who))
    }

    /// The owner of a session that has not expired, with the times of the sign-in, of the last authentication, and of
    /// the last recorded use, and with what the person chose for what they read.
    pub async fn session_since<W: DeserializeOwned>(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(W, [Timestamp; 3], Preferences)>, StoreError> {
        let row = self.one(sql::SESSION, values![token_hash, now]).await?;
        read_one(row, |row| {
            let times = [row.get("created_at")?, row.get("proved_at")?, row.get("last_used_at")?];
            Ok((row.json("who")?, times, preferences(row)?))
        })
    }

    /// A person's sessions that have not expired.
    pub async fn sessions_of_person(&self, person: PersonId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
        read_all(self.query(sql::SESSIONS_OF_PERSON, values![person, now]).await?, |row| {
            Ok(SessionRow {
                hash: row.get("token_hash")?,
                sign_in: row.json("who")?,
                since: row.get("created_at")?,
                last_used_at: row.get("last_used_at")?,
                device: row.get("device")?,
                place: row.get("place")?,
            })
        })
    }
}
