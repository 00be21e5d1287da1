//! Configuration of a marketplace.

use secrecy::SecretString;
use tessera_core::access::licence::LicenceType;
use tessera_core::marketplace::{MatchRule, SyncOption};

use crate::Secret;

/// A service manager of a marketplace. There may be several, each with its own options, keys and customers.
#[derive(Debug, Clone)]
pub struct MarketplaceConfig {
    /// Internal name, part of the record keys of its accounts.
    pub name: String,
    /// Display name.
    pub display_name: String,
    /// Path before `/API/Accounts/…`. Empty, or begins with a slash.
    pub prefix: String,
    /// The platform installations that may call.
    pub applications: Vec<Application>,
    /// Setting fields that every call must contain.
    pub settings: Vec<Setting>,
    /// The synchronization options of the configuration. Staff may have changed them in the console.
    pub options: Vec<SyncOption>,
    /// The rules that match an existing customer (`M16`).
    pub matching: Vec<MatchRule>,
    /// The licence of the person created with a new customer.
    pub licence: Option<LicenceType>,
    /// Whether answers contain an activation link (`M13`).
    pub invite: bool,
    /// Whether the platform that calls is this hub's own, so that its accounts are the same accounts. Anyone who has the keys
    /// gets access to the customers of these accounts.
    pub own_platform: bool,
}

/// A platform installation that may call.
#[derive(Debug, Clone)]
pub struct Application {
    /// The application id, compared case-insensitively.
    pub id: String,
    /// The application key.
    pub key: Secret,
}

/// A setting field of the service manager, with its accepted values.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The field's id.
    pub id: String,
    /// The accepted values. If a call sends several values, all of them must be accepted.
    pub values: Vec<SecretString>,
}
