//! Reads of staff accounts and API keys.

use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{ApiKeyId, PersonId, StaffId};
use tessera_core::staff::{ApiKey, StaffAccount};

use super::rows::{account, api_key};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Maximum number of accounts or keys in a list. An installation has a few dozen.
const MANY: i64 = 1000;

impl Reads {
    /// The staff account with this login.
    pub async fn staff(&self, login: &str) -> Result<Option<StaffAccount>, StoreError> {
        read_one(self.one(sql::STAFF_BY_LOGIN, values![login]).await?, account)
    }

    /// A staff account.
    pub async fn staff_account(&self, id: StaffId) -> Result<Option<StaffAccount>, StoreError> {
        read_one(self.one(sql::STAFF_BY_ID, values![id]).await?, account)
    }

    /// The staff account of a person.
    pub async fn staff_of_person(&self, person: PersonId) -> Result<Option<StaffAccount>, StoreError> {
        read_one(self.one(sql::STAFF_BY_PERSON, values![person]).await?, account)
    }

    /// The staff account of a sign-in at the company's identity provider.
    pub async fn staff_of_identity(&self, identity: &IdentityKey) -> Result<Option<StaffAccount>, StoreError> {
        let IdentityKey { issuer, subject } = identity;
        read_one(self.one(sql::STAFF_BY_IDENTITY, values![issuer, subject]).await?, account)
    }

    /// All staff accounts, by login.
    pub async fn staff_accounts(&self) -> Result<Vec<StaffAccount>, StoreError> {
        read_all(self.query(sql::STAFF, values![MANY]).await?, account)
    }

    /// The API key with this hash.
    pub async fn api_key(&self, key_hash: &[u8; 32]) -> Result<Option<ApiKey>, StoreError> {
        read_one(self.one(sql::API_KEY_BY_HASH, values![key_hash]).await?, api_key)
    }

    /// An API key.
    pub async fn api_key_by_id(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        read_one(self.one(sql::API_KEY, values![id]).await?, api_key)
    }

    /// All API keys, in the order of their issue.
    pub async fn api_keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        read_all(self.query(sql::API_KEYS, values![MANY]).await?, api_key)
    }
}
