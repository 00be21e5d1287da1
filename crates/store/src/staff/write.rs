//! Lowers changes of staff accounts and API keys to statements.

use tessera_core::staff::{StaffChange, session_owner};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, credentials, values};

impl Lower for StaffChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create { account: it, at } => {
                let values = values![it.id, &it.login, &it.name, &it.password_hash, *at];
                to.push(Statement::one(sql::STAFF_CREATE, values, Conflict::Name));
            }
            Self::SetPassword(it) => {
                let values = values![&it.password_hash, &it.name, &it.login];
                to.push(Statement::one(sql::STAFF_PASSWORD, values, Conflict::Name));
                to.push(Statement::any(credentials::sql::SESSIONS_END, values![session_owner(&it.login)]));
            }
            Self::PutApiKey { id, name, hash, at } => {
                to.push(Statement::any(sql::API_KEY_REPLACE, values![name]));
                let values = values![*id, name, hash, *at];
                to.push(Statement::one(sql::API_KEY_CREATE, values, Conflict::Exists));
            }
        }
    }
}
