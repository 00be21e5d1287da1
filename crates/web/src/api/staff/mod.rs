//! Staff accounts with their roles, and API keys with their scopes.

pub(super) mod accounts;
pub(super) mod keys;
