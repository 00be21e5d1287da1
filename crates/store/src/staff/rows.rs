//! Rows of staff accounts and API keys.

use std::str::FromStr;

use tessera_core::kernel::customer::IdentityKey;
use tessera_core::staff::{ApiKey, Permission, Permissions, Role, StaffAccount};

use crate::Undecodable;
use crate::engine::Row;

pub(super) fn account(row: &Row) -> Result<StaffAccount, Undecodable> {
    Ok(StaffAccount {
        id: row.id("id")?,
        login: row.get("login")?,
        name: row.get("name")?,
        password_hash: row.get("password_hash")?,
        roles: known(&row.get::<String>("roles")?),
        created_at: row.get("created_at")?,
        last_sign_in_at: row.get("last_sign_in_at")?,
        person: row.optional_id("person_id")?,
        identity: identity(row)?,
    })
}

fn identity(row: &Row) -> Result<Option<IdentityKey>, Undecodable> {
    let (issuer, subject): (Option<String>, Option<String>) = (row.get("issuer")?, row.get("subject")?);
    Ok(issuer.zip(subject).map(|(issuer, subject)| IdentityKey { issuer, subject }))
}

pub(super) fn api_key(row: &Row) -> Result<ApiKey, Undecodable> {
    Ok(ApiKey {
        id: row.id("id")?,
        name: row.get("name")?,
        scopes: known::<Permission>(&row.get::<String>("scopes")?).into_iter().collect(),
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        replaced_at: row.get("replaced_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// The names in a text that this version knows. A name of a newer version permits nothing.
fn known<T: FromStr>(names: &str) -> Vec<T> {
    names.split_whitespace().filter_map(|name| name.parse().ok()).collect()
}

pub(super) fn role_names(roles: &[Role]) -> String {
    roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" ")
}

pub(super) fn scope_names(scopes: &Permissions) -> String {
    scopes.iter().map(|scope| scope.to_string()).collect::<Vec<_>>().join(" ")
}
