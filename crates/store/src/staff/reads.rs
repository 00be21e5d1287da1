//! Reads of staff accounts and API keys.

use tessera_core::staff::StaffAccount;

use super::sql;
use crate::kernel::reads::read_one;
use crate::{Reads, StoreError, values};

impl Reads {
    /// The staff account with this login.
    pub async fn staff(&self, login: &str) -> Result<Option<StaffAccount>, StoreError> {
        read_one(self.one(sql::STAFF_BY_LOGIN, values![login]).await?, |row| {
            Ok(StaffAccount {
                id: row.id("id")?,
                login: row.get("login")?,
                name: row.get("name")?,
                password_hash: row.get("password_hash")?,
            })
        })
    }

    /// The name of the API key with this hash.
    pub async fn api_key(&self, key_hash: &[u8; 32]) -> Result<Option<String>, StoreError> {
        read_one(self.one(sql::API_KEY, values![key_hash]).await?, |row| row.get("name"))
    }
}
