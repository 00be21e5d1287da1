//! Staff accounts with their roles, and API keys with their scopes.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use super::Badge;
use crate::pages::Page;

/// The list of staff accounts, and the form for a new one. Fields: `login`, `name`, `role` (repeated).
#[derive(Debug, Clone, Serialize)]
pub struct StaffAccounts {
    /// The accounts, by login.
    pub accounts: Vec<StaffRow>,
    /// Every role with its purpose.
    pub roles: Vec<RoleLine>,
    /// POST action for giving a person an account. Fields: `person_id`, `role` (repeated).
    pub employ_action: String,
    /// The person id that was typed.
    pub person_id: String,
    /// The form for a new local account.
    pub new: NewStaff,
    /// Why the last form was not carried out.
    pub problem: Option<String>,
    /// The link that was just made, shown once.
    pub link: Option<StaffLink>,
}

impl Page for StaffAccounts {
    const TEMPLATE: &'static str = "console/staff/accounts.html";
}

/// A staff account.
#[derive(Debug, Clone, Serialize)]
pub struct StaffRow {
    /// Login name.
    pub login: String,
    /// The name.
    pub name: String,
    /// Whether it is the reader's own account.
    pub is_you: bool,
    /// Titles of its roles.
    pub titles: Vec<String>,
    /// The roles to choose from.
    pub roles: Vec<RoleChoice>,
    /// URL of the person whose account it is; `None` for a local account.
    pub person_url: Option<String>,
    /// Whether its owner has not chosen a password yet.
    pub waits_for_password: bool,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// POST action for its roles. Field: `role` (repeated).
    pub roles_action: String,
    /// POST action for a link with which the owner of a local account chooses a password.
    pub link_action: Option<String>,
    /// POST action for removing it.
    pub remove_action: String,
}

/// A role to choose.
#[derive(Debug, Clone, Serialize)]
pub struct RoleChoice {
    /// Its name in forms.
    pub value: String,
    /// Its title.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A role with its purpose.
#[derive(Debug, Clone, Serialize)]
pub struct RoleLine {
    /// Its title.
    pub title: String,
    /// What it is for.
    pub purpose: String,
}

impl RoleLine {
    /// A role with its purpose.
    pub fn new(title: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self { title: title.into(), purpose: purpose.into() }
    }
}

/// The form for a new account, with what was typed.
#[derive(Debug, Clone, Serialize)]
pub struct NewStaff {
    /// The form's action.
    pub action: String,
    /// Login name.
    pub login: String,
    /// The name.
    pub name: String,
    /// The roles to choose from.
    pub roles: Vec<RoleChoice>,
}

/// A link with which a member of staff chooses a password.
#[derive(Debug, Clone, Serialize)]
pub struct StaffLink {
    /// Whose link it is.
    pub name: String,
    /// The link.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// The page on which a member of staff chooses a password. Fields: `password`, `again`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffWelcome {
    /// The form's action; `None` if the link does not work.
    pub action: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Login name.
    pub login: Option<String>,
    /// Minimum length of a password.
    pub min_length: usize,
    /// Why the password was not set.
    pub problem: Option<String>,
}

impl Page for StaffWelcome {
    const TEMPLATE: &'static str = "console/staff/welcome.html";
}

/// The list of API keys, and the form for a new one. Fields: `name`, `scope-<area>`, `days`, `overlap_days`.
#[derive(Debug, Clone, Serialize)]
pub struct ApiKeys {
    /// The keys, newest first.
    pub keys: Vec<ApiKeyRow>,
    /// The form for a new key.
    pub new: NewApiKey,
    /// Why the last form was not carried out.
    pub problem: Option<String>,
    /// Name of the key that was just issued.
    pub issued_name: Option<String>,
    /// The key that was just issued, shown once.
    pub issued_key: Option<String>,
}

impl Page for ApiKeys {
    const TEMPLATE: &'static str = "console/staff/api_keys.html";
}

/// An API key.
#[derive(Debug, Clone, Serialize)]
pub struct ApiKeyRow {
    /// Name of the machine that uses it.
    pub name: String,
    /// Whether it works.
    pub state: Badge,
    /// Its scopes.
    pub scopes: Vec<String>,
    /// Time of issue.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// Time of the last use.
    pub last_used_at: Option<Timestamp>,
    /// POST action for revoking it.
    pub revoke_action: String,
}

/// The form for a new key, with what was typed.
#[derive(Debug, Clone, Serialize)]
pub struct NewApiKey {
    /// The form's action.
    pub action: String,
    /// Name of the machine.
    pub name: String,
    /// A choice per area.
    pub scopes: Vec<ScopeChoice>,
    /// Number of days for which it works.
    pub days: String,
    /// Number of days for which older keys of the same name go on working.
    pub overlap_days: String,
}

/// What a key may do in an area.
#[derive(Debug, Clone, Serialize)]
pub struct ScopeChoice {
    /// Name of the field.
    pub name: String,
    /// The area.
    pub label: String,
    /// What is chosen: nothing (empty), `read`, or `change`.
    pub level: String,
}
