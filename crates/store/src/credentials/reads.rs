//! Reads of identities, credentials and sessions.

use jiff::Timestamp;
use tessera_core::credentials::{Credentials, OneTimeLink, SecondFactor};
use tessera_core::kernel::customer::{Identity, IdentityKey};
use tessera_core::kernel::ids::{CustomerId, OneTimeLinkId, PersonId};
use tessera_core::persons;
use uuid::Uuid;

use super::rows::{PendingMfa, half_sign_in, identity, one_time_link};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Maximum number of wrong codes in a pending sign-in.
pub(crate) const TRIES: i64 = 5;

impl Reads {
    /// The person with this person id, however it is typed, and the hash of their password. One query, whether or not
    /// the person exists.
    pub async fn password_of(&self, person_id: &str) -> Result<Option<(PersonId, Option<String>)>, StoreError> {
        let key = persons::key(person_id);
        let spelled = persons::spelled_key(person_id).unwrap_or_else(|| key.clone());
        let row = self.one(sql::PASSWORD_BY_KEY, values![key, spelled]).await?;
        read_one(row, |row| Ok((row.id("id")?, row.get("password_hash")?)))
    }

    /// A person's password, second factor, recovery codes and passkeys.
    pub async fn credentials(&self, person: PersonId) -> Result<Credentials, StoreError> {
        let found = read_one(self.one(sql::CREDENTIALS, values![person]).await?, |row| {
            let (password_hash, password_set_at) = (row.get("password_hash")?, row.get("password_set_at")?);
            let (key_id, since, last_step): (Option<Uuid>, Option<Timestamp>, Option<i64>) =
                (row.get("factor_key")?, row.get("factor_since")?, row.get("factor_step")?);
            let sealed = row.get("factor_sealed")?;
            let second_factor = key_id.zip(since).map(|(key_id, since)| {
                let last_step = last_step.unwrap_or_default();
                SecondFactor { key_id, sealed, since, last_step }
            });
            let (codes_left, passkeys) = (row.get("codes_left")?, row.get("passkeys")?);
            Ok(Credentials { password_hash, password_set_at, second_factor, codes_left, passkeys })
        });
        Ok(found?.unwrap_or_default())
    }

    /// The sign-ins of a person, oldest first.
    pub async fn identities_of_person(&self, person: PersonId) -> Result<Vec<Identity>, StoreError> {
        read_all(self.query(sql::IDENTITIES_OF_PERSON, values![person]).await?, identity)
    }

    /// The link with this token hash.
    pub async fn one_time_link_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<OneTimeLink>, StoreError> {
        read_one(self.one(sql::ONE_TIME_LINK_BY_TOKEN, values![token_hash]).await?, one_time_link)
    }

    /// One link.
    pub async fn one_time_link(&self, id: OneTimeLinkId) -> Result<Option<OneTimeLink>, StoreError> {
        read_one(self.one(sql::ONE_TIME_LINK, values![id]).await?, one_time_link)
    }

    /// One-time links by id, in any order.
    pub async fn one_time_links_listed(&self, ids: &[OneTimeLinkId]) -> Result<Vec<OneTimeLink>, StoreError> {
        read_all(self.rows_of(sql::ONE_TIME_LINKS_LISTED, ids).await?, one_time_link)
    }

    /// A person's one-time links, newest first.
    pub async fn one_time_links(&self, person: PersonId) -> Result<Vec<OneTimeLink>, StoreError> {
        read_all(self.query(sql::ONE_TIME_LINKS, values![person]).await?, one_time_link)
    }

    /// Time of the last failed sign-in with the login that has this HMAC.
    pub async fn failed_login(&self, login_mark: &[u8; 32]) -> Result<Option<Timestamp>, StoreError> {
        read_one(self.one(sql::FAILED_LOGIN, values![login_mark]).await?, |row| row.get("at"))
    }

    /// Time of a person's last sign-in.
    pub async fn last_sign_in(&self, person: PersonId) -> Result<Option<Timestamp>, StoreError> {
        read_one(self.one(sql::LAST_SIGN_IN, values![person]).await?, |row| {
            row.get::<Option<Timestamp>>("last_used_at")
        })
        .map(Option::flatten)
    }

    /// A pending sign-in whose password was correct.
    pub async fn pending_mfa(&self, token_hash: &[u8; 32], now: Timestamp) -> Result<Option<PendingMfa>, StoreError> {
        read_one(self.one(sql::HALF_SIGN_IN, values![token_hash, now, TRIES]).await?, half_sign_in)
    }

    /// The linked identity with this key.
    pub async fn identity(&self, key: &IdentityKey) -> Result<Option<Identity>, StoreError> {
        read_one(self.one(sql::IDENTITY, values![&key.issuer, &key.subject]).await?, identity)
    }

    /// The identities of a customer.
    pub async fn identities(&self, of: CustomerId) -> Result<Vec<Identity>, StoreError> {
        read_all(self.query(sql::IDENTITIES, values![of]).await?, identity)
    }
}
