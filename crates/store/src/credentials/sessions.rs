//! Signed-in browsers, sign-ins under way, staff, API keys, and answers kept for repeated requests.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::PersonId;

use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// A sign-in under way at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPending {
    /// Hash of the secret in the browser that began it.
    pub browser_hash: [u8; 32],
    /// The provider's configured name.
    pub provider: String,
    /// The nonce sent along.
    pub nonce: String,
    /// The PKCE verifier (RFC 7636).
    pub verifier: String,
    /// What it is for, as whoever began it wrote it down.
    pub purpose: String,
    /// Until when it may come back.
    pub expires_at: Timestamp,
}

/// A session of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// SHA-256 of its token.
    pub hash: [u8; 32],
    /// How they signed in.
    pub sign_in: SignIn,
    /// Since when.
    pub since: Timestamp,
    /// When it was last noted to be used.
    pub last_used_at: Option<Timestamp>,
    /// Browser and system.
    pub device: Option<String>,
    /// The address it came from.
    pub place: Option<String>,
}

impl Reads {
    /// Whose a session is, unless it has expired.
    pub async fn session<W: DeserializeOwned>(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<W>, StoreError> {
        Ok(self.session_since(token_hash, now).await?.map(|(who, _)| who))
    }

    /// Whose a session is, since when, when they last proved who they are, and when it was last noted to be used; unless it has expired.
    pub async fn session_since<W: DeserializeOwned>(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<(W, [Timestamp; 3])>, StoreError> {
        let row = self.one(sql::SESSION, values![token_hash, now]).await?;
        read_one(row, |row| {
            Ok((row.json("who")?, [row.get("created_at")?, row.get("proved_at")?, row.get("last_used_at")?]))
        })
    }

    /// The sessions of a person that have not expired.
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
