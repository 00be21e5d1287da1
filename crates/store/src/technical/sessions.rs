//! Sessions of signed-in browsers, and pending sign-ins at an identity provider.

use jiff::Timestamp;
use tessera_core::credentials::session::NewSession;
use tessera_core::kernel::ids::{ApiKeyId, StaffId};

use super::Technical;
use crate::credentials::SignInPending;
use crate::credentials::rows::sign_in_begun;
use crate::credentials::write::open_session;
use crate::engine::Statement;
use crate::kernel::reads::read_one;
use crate::{ApplyError, Conflict, StoreError, access, credentials, staff, values};

impl Technical<'_> {
    /// Begins a session.
    ///
    /// # Errors
    /// [`Conflict::Credentials`] if the proof that it is based on is no longer valid.
    pub async fn open_session(&self, session: &NewSession) -> Result<(), ApplyError> {
        let mut statements = Vec::new();
        open_session(session, &mut statements);
        self.batch(statements).await
    }

    /// Records the use of a session.
    pub async fn session_used(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(credentials::sql::SESSION_USED, values![now, token_hash])).await
    }

    /// Continues a session under a new token, with the proof of `proved_at`, and under another session at the provider, if there
    /// is one. `false` if it has ended meanwhile.
    pub async fn renew_session(
        &self,
        before: &[u8; 32],
        after: &[u8; 32],
        proved_at: Timestamp,
        now: Timestamp,
        provider_session: Option<[u8; 32]>,
    ) -> Result<bool, StoreError> {
        let values = values![after, proved_at, now, before, provider_session];
        let renewed = Statement::one(credentials::sql::SESSION_RENEW, values, Conflict::Exists);
        // The seat moves with the session, so that reauthentication never loses it.
        let seat = Statement::any(access::sql::SEAT_MOVE, values![after, before]);
        match self.batch(vec![renewed, seat]).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Records the sign-in of a member of staff.
    pub async fn staff_signed_in(&self, id: StaffId, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(staff::sql::STAFF_SIGNED_IN, values![now, id])).await
    }

    /// Records the use of an API key.
    pub async fn api_key_used(&self, id: ApiKeyId, now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(staff::sql::API_KEY_USED, values![now, id])).await
    }

    /// Ends a session.
    pub async fn end_session(&self, token_hash: &[u8; 32]) -> Result<(), ApplyError> {
        self.write(Statement::any(credentials::sql::SESSION_END, values![token_hash])).await
    }

    /// Ends all sessions of an owner.
    pub async fn end_sessions(&self, owner: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(credentials::sql::SESSIONS_END, values![owner])).await
    }

    /// Ends the sessions that began with a session at a provider.
    pub async fn end_provider_session(&self, provider_session: &[u8; 32]) -> Result<(), ApplyError> {
        self.write(Statement::any(credentials::sql::SESSIONS_END_OF_PROVIDER, values![provider_session])).await
    }

    /// Ends the sessions of an owner of which the provider named no session of its own.
    pub async fn end_unnamed_sessions(&self, owner: &str) -> Result<(), ApplyError> {
        self.write(Statement::any(credentials::sql::SESSIONS_END_UNNAMED, values![owner])).await
    }

    /// Stores a sign-in that begins. Beyond `most`, the oldest are dropped.
    pub async fn begin_sign_in(
        &self,
        state_hash: &[u8; 32],
        pending: &SignInPending,
        most: u32,
    ) -> Result<(), ApplyError> {
        let values = values![
            state_hash,
            pending.browser_hash,
            &pending.provider,
            &pending.nonce,
            &pending.verifier,
            &pending.purpose,
            pending.expires_at,
        ];
        let begin = Statement::one(credentials::sql::SIGN_IN_BEGIN, values, Conflict::Exists);
        let trim = Statement::any(credentials::sql::SIGN_INS_TRIM, values![i64::from(most)]);
        self.batch(vec![begin, trim]).await
    }

    /// Takes the sign-in that belongs to a state, if it was begun in this browser, at this provider. Works once, until
    /// it expires. Any other attempt leaves it as it is.
    pub async fn take_sign_in(
        &self,
        state_hash: &[u8; 32],
        browser_hash: &[u8; 32],
        provider: &str,
        now: Timestamp,
    ) -> Result<Option<SignInPending>, StoreError> {
        let values = values![state_hash, browser_hash, provider, now];
        let row = self.returning(credentials::sql::SIGN_IN_TAKE, values).await?.into_iter().next();
        read_one(row, sign_in_begun)
    }
}
