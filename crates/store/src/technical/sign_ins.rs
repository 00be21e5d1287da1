//! Steps of incomplete sign-ins, failed attempts, and sign-ins without a customer.

use jiff::Timestamp;
use tessera_core::credentials::session::Proof;
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::{IdentityId, PersonId};
use tessera_core::kernel::normalise;
use uuid::Uuid;

use super::Technical;
use crate::credentials::reads::TRIES;
use crate::credentials::rows::half_sign_in;
use crate::credentials::write::stands;
use crate::credentials::{Ceremony, PendingMfa, sql};
use crate::engine::Statement;
use crate::kernel::lower::json;
use crate::kernel::reads::read_one;
use crate::{ApplyError, Conflict, StoreError, values};

/// Maximum number of sign-ins of a person that wait for their second factor. The oldest give way.
const MAX_HALF_SIGN_INS: i64 = 20;

impl Technical<'_> {
    /// Records a sign-in that belongs to no customer.
    pub async fn record_unlinked_sign_in(&self, sign_in: &SignIn, now: Timestamp) -> Result<(), ApplyError> {
        let IdentityKey { issuer, subject } = &sign_in.identity;
        let email = sign_in.email.as_deref().and_then(normalise::email);
        self.write(Statement::any(sql::UNLINKED_SEEN, values![issuer, subject, email, json(sign_in), now])).await
    }

    /// Records a failed sign-in. `login_mark` is the keyed hash of the entered identifier. `true`: it is the `many`th one, and
    /// there was no other such one since `since`.
    pub async fn note_failed_login(
        &self,
        login_mark: &[u8; 32],
        now: Timestamp,
        since: Timestamp,
        many: i64,
    ) -> Result<bool, StoreError> {
        let rows = self.returning(sql::LOGIN_FAILED, values![login_mark, now, since, many]).await?;
        let tries: Option<i64> = read_one(rows.into_iter().next(), |row| row.get("tries"))?;
        Ok(tries == Some(many))
    }

    /// Stores a sign-in that waits for its second factor, after a correct password. The oldest of the person give way if there
    /// are many.
    ///
    /// # Errors
    /// [`Conflict::Credentials`] if the password was changed meanwhile.
    pub async fn begin_half_sign_in(
        &self,
        token_hash: &[u8; 32],
        half: &PendingMfa,
        password: &Proof,
        expires_at: Timestamp,
    ) -> Result<(), ApplyError> {
        let values = values![token_hash, half.person, &half.return_to, expires_at];
        let begins = Statement::one(sql::HALF_SIGN_IN_BEGIN, values, Conflict::Exists);
        let trimmed = Statement::any(sql::HALF_SIGN_INS_TRIM, values![half.person, MAX_HALF_SIGN_INS]);
        self.batch(vec![stands(password), begins, trimmed]).await
    }

    /// Returns the pending sign-in for one attempt at the second factor. Each attempt counts, and after a few the
    /// sign-in is void.
    pub async fn try_half_sign_in(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<PendingMfa>, StoreError> {
        let rows = self.returning(sql::HALF_SIGN_IN_TRY, values![token_hash, now, TRIES]).await?;
        read_one(rows.into_iter().next(), half_sign_in)
    }

    /// Uses up a time step: no code of this step or an earlier one is accepted afterwards. `false` if it was used
    /// already.
    pub async fn take_step(&self, person: PersonId, key: Uuid, step: i64) -> Result<bool, StoreError> {
        let taken = Statement::one(sql::FACTOR_STEP, values![step, person, key], Conflict::Exists);
        match self.write(taken).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Records a passkey's signature counter. `false` if the counter did not increase, or the passkey is gone.
    pub async fn passkey_used(&self, id: IdentityId, key: &str, counter: i64) -> Result<bool, StoreError> {
        let used = Statement::one(sql::PASSKEY_USED, values![key, counter, id], Conflict::Identity);
        match self.write(used).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Stores a passkey ceremony that has begun.
    pub async fn begin_ceremony(&self, token_hash: &[u8; 32], ceremony: &Ceremony) -> Result<(), ApplyError> {
        let values = values![token_hash, &ceremony.purpose, ceremony.bound_to, &ceremony.state, ceremony.expires_at];
        self.write(Statement::one(sql::CEREMONY_BEGIN, values, Conflict::Exists)).await
    }

    /// Takes the ceremony that belongs to a token. Works once.
    pub async fn take_ceremony(&self, token_hash: &[u8; 32]) -> Result<Option<Ceremony>, StoreError> {
        let row = self.returning(sql::CEREMONY_TAKE, values![token_hash]).await?.into_iter().next();
        read_one(row, |row| {
            Ok(Ceremony {
                purpose: row.get("purpose")?,
                bound_to: row.get("bound_to")?,
                state: row.get("state")?,
                expires_at: row.get("expires_at")?,
            })
        })
    }
}
