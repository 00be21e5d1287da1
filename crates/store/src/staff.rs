//! Staff accounts of the console, and API keys of machines.

use tessera_core::staff::{StaffAccount, StaffChange, session_owner};

use crate::engine::Statement;
use crate::kernel::reads::read_one;
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, values};

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

    /// The name of the machine whose key has this hash.
    pub async fn api_key(&self, key_hash: &[u8; 32]) -> Result<Option<String>, StoreError> {
        read_one(self.one(sql::API_KEY, values![key_hash]).await?, |row| row.get("name"))
    }
}

pub(crate) fn lower(change: &StaffChange, to: &mut Vec<Statement>) {
    match change {
        StaffChange::Create { account: it, at } => {
            let values = values![it.id, &it.login, &it.name, &it.password_hash, *at];
            to.push(Statement::one(sql::STAFF_CREATE, values, Conflict::Name));
        }
        StaffChange::SetPassword(it) => {
            let values = values![&it.password_hash, &it.name, &it.login];
            to.push(Statement::one(sql::STAFF_PASSWORD, values, Conflict::Name));
            to.push(Statement::any(sql::SESSIONS_END, values![session_owner(&it.login)]));
        }
        StaffChange::PutApiKey { id, name, hash, at } => {
            to.push(Statement::any(sql::API_KEY_REPLACE, values![name]));
            let values = values![*id, name, hash, *at];
            to.push(Statement::one(sql::API_KEY_CREATE, values, Conflict::Exists));
        }
    }
}
