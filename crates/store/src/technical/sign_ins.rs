//! Steps of a sign-in that is not complete, failed tries, and sign-ins that are nobody's.

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

impl Technical<'_> {
    /// Notes that somebody signed in who belongs to no customer.
    pub async fn record_unlinked_sign_in(&self, sign_in: &SignIn, now: Timestamp) -> Result<(), ApplyError> {
        let IdentityKey { issuer, subject } = &sign_in.identity;
        let email = sign_in.email.as_deref().and_then(normalise::email);
        self.write(Statement::any(sql::UNLINKED_SEEN, values![issuer, subject, email, json(sign_in), now])).await
    }

    /// Notes a sign-in in vain; `login_mark` is the keyed hash of what was typed.
    pub async fn note_failed_login(&self, login_mark: &[u8; 32], now: Timestamp) -> Result<(), ApplyError> {
        self.write(Statement::any(sql::LOGIN_FAILED, values![login_mark, now])).await
    }

    /// Keeps a sign-in whose password was right.
    ///
    /// # Errors
    /// [`Conflict::Credentials`] when the password was changed meanwhile.
    pub async fn begin_half_sign_in(
        &self,
        token_hash: &[u8; 32],
        half: &PendingMfa,
        password: &Proof,
        expires_at: Timestamp,
    ) -> Result<(), ApplyError> {
        let values = values![token_hash, half.person, &half.return_to, expires_at];
        let begins = Statement::one(sql::HALF_SIGN_IN_BEGIN, values, Conflict::Exists);
        self.batch(vec![stands(password), begins]).await
    }

    /// The same for one try; each counts, and after a few it is over.
    pub async fn try_half_sign_in(
        &self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<PendingMfa>, StoreError> {
        let rows = self.returning(sql::HALF_SIGN_IN_TRY, values![token_hash, now, TRIES]).await?;
        read_one(rows.into_iter().next(), half_sign_in)
    }

    /// Takes the code of a time step, which no code of it or of an earlier one may be after that. `false`: one was.
    pub async fn take_step(&self, person: PersonId, key: Uuid, step: i64) -> Result<bool, StoreError> {
        let taken = Statement::one(sql::FACTOR_STEP, values![step, person, key], Conflict::Exists);
        match self.write(taken).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Notes that a passkey has signed. `false`: it has counted as far before, or is gone.
    pub async fn passkey_used(&self, id: IdentityId, key: &str, counter: i64) -> Result<bool, StoreError> {
        let used = Statement::one(sql::PASSKEY_USED, values![key, counter, id], Conflict::Identity);
        match self.write(used).await {
            Ok(()) => Ok(true),
            Err(ApplyError::Conflict(_)) => Ok(false),
            Err(ApplyError::Store(error)) => Err(error),
        }
    }

    /// Keeps a ceremony that begins.
    pub async fn begin_ceremony(&self, token_hash: &[u8; 32], ceremony: &Ceremony) -> Result<(), ApplyError> {
        let values = values![token_hash, &ceremony.purpose, ceremony.bound_to, &ceremony.state, ceremony.expires_at];
        self.write(Statement::one(sql::CEREMONY_BEGIN, values, Conflict::Exists)).await
    }

    /// Takes the ceremony that a token belongs to. It works once.
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
