//! What the operator decided about a marketplace.

use secrecy::SecretString;
use tessera_core::access::licence::LicenceType;
use tessera_core::marketplace::{MatchRule, SyncOption};

/// One service manager of one marketplace. Several may stand side by side, each with its own options, keys and customers.
#[derive(Debug, Clone)]
pub struct MarketplaceConfig {
    /// Its name: part of the keys of its accounts' records.
    pub name: String,
    /// Its name for people.
    pub display_name: String,
    /// What precedes `/API/Accounts/…`; empty, or a path that begins with a slash.
    pub prefix: String,
    /// Which installations of the platform may call.
    pub applications: Vec<Application>,
    /// Values that every call must carry beside.
    pub settings: Vec<Setting>,
    /// What is asked beside names and addresses, as configured; the console may have changed it.
    pub options: Vec<SyncOption>,
    /// By what a customer is found that is here already (`M16`).
    pub matching: Vec<MatchRule>,
    /// The licence of the person who is made with a new customer.
    pub licence: Option<LicenceType>,
    /// Answer an activation link (`M13`).
    pub invite: bool,
}

/// An installation of the platform that may call.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its id, compared without regard to case.
    pub id: String,
    /// Its key.
    pub key: SecretString,
}

/// A setting field of the service manager, and what may stand in it.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The field's id.
    pub id: String,
    /// The values that are accepted; what several are sent of must all be among them.
    pub values: Vec<SecretString>,
}
