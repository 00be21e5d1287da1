//! Staff accounts with their roles, and API keys with their scopes.

pub(super) mod accounts;
pub(super) mod api_keys;
pub(super) mod welcome;
