//! Lowers changes of staff accounts and API keys to statements.

use tessera_core::staff::{NewApiKey, StaffChange, session_owner};

use super::rows::{role_names, scope_names};
use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, credentials, values};

impl Lower for StaffChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Create(it) => {
                let values = values![
                    it.id,
                    &it.login,
                    &it.name,
                    &it.password_hash,
                    role_names(&it.roles),
                    it.created_at,
                    it.person,
                    it.identity.as_ref().map(|identity| identity.issuer.as_str()),
                    it.identity.as_ref().map(|identity| identity.subject.as_str()),
                ];
                to.push(Statement::one(sql::STAFF_CREATE, values, Conflict::Name));
            }
            Self::SetPassword(it) => {
                let values = values![&it.password_hash, &it.name, &it.login];
                to.push(Statement::one(sql::STAFF_PASSWORD, values, Conflict::Name));
                to.push(Statement::any(credentials::sql::SESSIONS_END, values![session_owner(&it.login)]));
            }
            Self::ChoosePassword { account: it, before } => {
                let values = values![&it.password_hash, it.id, before];
                to.push(Statement::one(sql::STAFF_CHOOSE_PASSWORD, values, Conflict::Credentials));
                to.push(Statement::any(credentials::sql::SESSIONS_END, values![session_owner(&it.login)]));
            }
            Self::SetRoles { id, roles } => {
                to.push(Statement::one(sql::STAFF_ROLES, values![role_names(roles), *id], Conflict::Name));
            }
            Self::Remove { id, login } => {
                to.push(Statement::one(sql::STAFF_REMOVE, values![*id], Conflict::Name));
                to.push(Statement::any(credentials::sql::SESSIONS_END, values![session_owner(login)]));
            }
            Self::PutApiKey(new) => put_api_key(new, to),
            Self::RevokeApiKey(id) => {
                to.push(Statement::one(sql::API_KEY_REVOKE, values![*id], Conflict::Exists));
            }
        }
    }
}

fn put_api_key(NewApiKey { key, hash, older_until }: &NewApiKey, to: &mut Vec<Statement>) {
    to.push(match older_until {
        None => Statement::any(sql::API_KEY_REPLACE, values![&key.name]),
        Some(until) => Statement::any(sql::API_KEY_REPLACE_LATER, values![key.created_at, *until, &key.name]),
    });
    let values = values![key.id, &key.name, hash, scope_names(&key.scopes), key.created_at, key.expires_at];
    to.push(Statement::one(sql::API_KEY_CREATE, values, Conflict::Exists));
}
