//! Signed-in browsers, sign-ins under way, staff, API keys, and answers kept for repeated requests.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use tessera_core::credentials::session::{NewSession, Proof};
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::PersonId;

use crate::engine::Statement;
use crate::kernel::lower::json;
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, values};

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

/// Begins a session, ends the one it replaces, and notes that its identity is used.
pub(crate) fn open(session: &NewSession, to: &mut Vec<Statement>) {
    to.extend(session.proof.as_ref().map(stands));
    if let Some(before) = &session.replaces {
        to.push(Statement::any(sql::SESSION_END, values![before]));
    }
    let identity = session.identity.as_ref();
    to.push(Statement::one(
        sql::SESSION_CREATE,
        values![
            session.token_hash,
            json(&session.who),
            &session.owner,
            session.created_at,
            session.expires_at,
            session.device.as_deref(),
            session.address.as_deref(),
            identity.map(|identity| identity.issuer.as_str()),
            identity.map(|identity| identity.subject.as_str()),
        ],
        Conflict::Exists,
    ));
    if let Some(identity) = identity {
        let values = values![session.created_at, &identity.issuer, &identity.subject];
        to.push(Statement::any(sql::IDENTITY_USED, values));
    }
}

/// Guards that a proof still stands.
pub(crate) fn stands(proof: &Proof) -> Statement {
    let (sql, values) = match proof {
        Proof::Password { person, hash } => (sql::PASSWORD_STANDS, values![*person, hash]),
        Proof::StaffPassword { login, hash } => (sql::STAFF_PASSWORD_STANDS, values![login, hash]),
        Proof::SecondStep(token_hash) => (sql::HALF_SIGN_IN_END, values![token_hash]),
    };
    Statement::one(sql, values, Conflict::Credentials)
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

    /// The answer kept for a request: the request's hash, the status and the body.
    pub async fn kept_answer(&self, key: &str) -> Result<Option<([u8; 32], u16, String)>, StoreError> {
        read_one(self.one(sql::IDEMPOTENCY, values![key]).await?, |row| {
            let status = u16::try_from(row.get::<i64>("status")?).unwrap_or(500);
            Ok((row.get("request_hash")?, status, row.get("answer")?))
        })
    }
}
