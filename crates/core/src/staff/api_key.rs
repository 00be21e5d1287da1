//! API keys of other systems of the company.

use jiff::Timestamp;

use super::{Permissions, StaffChange, StaffError};
use crate::kernel::ids::ApiKeyId;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::staff::event::StaffEvent;

/// Maximum length of a key's name, in characters.
pub const MAX_NAME_LENGTH: usize = 100;

/// An API key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// Name of the machine that uses it.
    pub name: String,
    /// Its scopes.
    pub scopes: Permissions,
    /// Time of issue.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When a newer key of the same name was issued. The key works until it expires.
    pub replaced_at: Option<Timestamp>,
    /// Time of the last use, accurate to an hour.
    pub last_used_at: Option<Timestamp>,
}

/// A request for an API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKeyDraft {
    /// Name of the machine that uses it.
    pub name: String,
    /// Its scopes.
    pub scopes: Permissions,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// Until when older keys of the same name work. `None`: they stop at once.
    pub older_until: Option<Timestamp>,
}

/// An API key to insert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// The key.
    pub key: ApiKey,
    /// SHA-256 of the key itself.
    pub hash: [u8; 32],
    /// Until when older keys of the same name work. `None`: they stop at once.
    pub older_until: Option<Timestamp>,
}

/// Issues an API key. `hash` is its SHA-256.
///
/// # Errors
/// [`StaffError`] if its name does not fit, or if it would permit nothing.
pub fn issue_api_key(
    draft: ApiKeyDraft,
    hash: [u8; 32],
    mut operator: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(ApiKey, Plan), StaffError> {
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_LENGTH || name.chars().any(char::is_control) {
        return Err(StaffError::KeyName);
    }
    if draft.scopes.is_empty() {
        return Err(StaffError::NoScope);
    }
    if draft.expires_at.is_some_and(|at| at <= stamp.now) {
        return Err(StaffError::Expired);
    }
    let key = ApiKey {
        id: stamp.id(),
        name: name.to_owned(),
        scopes: draft.scopes,
        created_at: stamp.now,
        expires_at: draft.expires_at,
        replaced_at: None,
        last_used_at: None,
    };
    let older_until = draft.older_until.filter(|until| *until > stamp.now);
    operator.note(StaffEvent::ApiKeyIssued {
        name: key.name.clone(),
        scopes: key.scopes.iter().map(|scope| scope.to_string()).collect(),
    });
    let change = StaffChange::PutApiKey(NewApiKey { key: key.clone(), hash, older_until });
    operator.push(change, "a machine has a key");
    Ok((key, operator.finish()))
}

/// Revokes an API key.
pub fn revoke_api_key(key: &ApiKey, mut operator: CustomerEdit<'_>) -> Plan {
    operator.note(StaffEvent::ApiKeyRevoked { name: key.name.clone() });
    operator.push(StaffChange::RevokeApiKey(key.id), "the key no longer works");
    operator.finish()
}
