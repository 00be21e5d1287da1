//! Sessions of signed-in browsers, and sign-ins under way at an identity provider.

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::customer::IdentityKey;
use tessera_core::id::PersonId;

use super::Technical;
use crate::engine::Statement;
use crate::lower::json;
use crate::reads::read_one;
use crate::sessions::SignInPending;
use crate::{ApplyError, Conflict, StoreError, sql, values};

impl Technical<'_> {
    /// Keeps a new session. `owner` names everybody whose sessions end together; `person` is whose it is, when it is a person's.
    pub async fn create_session(
        &self,
        token_hash: &[u8; 32],
        who: &(impl Serialize + Sync),
        person: Option<PersonId>,
        owner: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), ApplyError> {
        let values = values![token_hash, json(who), owner, now, expires_at, person];
        self.write(Statement::one(sql::SESSION_CREATE, values, Conflict::Exists)).await
    }

    /// Notes from where a session is used.
    pub async fn session_seen(&self, token_hash: &[u8; 32], device: &str, place: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSION_SEEN, values![device, place, token_hash])).await
    }

    /// Notes that a session is used.
    pub async fn session_used(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSION_USED, values![now, token_hash])).await
    }

    /// Lets a session go on under a fresh token, proved at `now`. `false`: it ended meanwhile.
    pub async fn renew_session(&self, before: &[u8; 32], after: &[u8; 32], now: Timestamp) -> Result<bool, StoreError> {
        let renewed = Statement::one(sql::SESSION_RENEW, values![after, now, before], Conflict::Exists);
        // Its seat goes along: nobody loses theirs by proving who they are.
        let seat = Statement::any(sql::SEAT_MOVE, values![after, before]);
        match self.batch(vec![renewed, seat]).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Notes that an identity has signed in to the portal; one that is nobody's is not noted.
    pub async fn identity_used(&self, key: &IdentityKey, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::IDENTITY_USED, values![now, &key.issuer, &key.subject])).await
    }

    /// Ends a session.
    pub async fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSION_END, values![token_hash])).await
    }

    /// Ends all sessions of an owner.
    pub async fn end_sessions(&self, owner: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::SESSIONS_END, values![owner])).await
    }

    /// Keeps a sign-in that begins.
    pub async fn begin_sign_in(&self, state_hash: &[u8; 32], pending: &SignInPending) -> Result<(), ApplyError> {
        let values = values![
            state_hash,
            pending.browser_hash,
            &pending.provider,
            &pending.nonce,
            &pending.verifier,
            &pending.purpose,
            pending.expires_at,
        ];
        self.write(Statement::one(sql::SIGN_IN_BEGIN, values, Conflict::Exists)).await
    }

    /// Takes the sign-in that a state belongs to. It works once.
    pub async fn take_sign_in(&self, state_hash: &[u8; 32]) -> Result<Option<SignInPending>, StoreError> {
        let row = self.returning(sql::SIGN_IN_TAKE, values![state_hash]).await?.into_iter().next();
        read_one(row, |row| {
            Ok(SignInPending {
                browser_hash: row.get("browser_hash")?,
                provider: row.get("provider")?,
                nonce: row.get("nonce")?,
                verifier: row.get("verifier")?,
                purpose: row.get("purpose")?,
                expires_at: row.get("expires_at")?,
            })
        })
    }
}
