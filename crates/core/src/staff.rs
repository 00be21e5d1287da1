//! Staff accounts of the console, and API keys of machines.

use jiff::Timestamp;

use crate::kernel::actor::Actor;
use crate::kernel::ids::{ApiKeyId, StaffId};
use crate::kernel::plan::{CustomerEdit, FeatureChange, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::Event;

/// Why a staff account is not made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    /// Nobody could sign in, or anybody.
    #[error("a staff account needs a login and a password of at least 12 characters")]
    WeakPassword,
    /// A key says which machine calls.
    #[error("another machine has this key; each needs a key of its own")]
    KeyTaken,
}

impl Rejection for StaffError {
    fn code(&self) -> &'static str {
        match self {
            Self::WeakPassword => "weak_password",
            Self::KeyTaken => "key_taken",
        }
    }
}

/// An account of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAccount {
    /// Its id.
    pub id: StaffId,
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// Argon2id, in PHC string format.
    pub password_hash: String,
}

/// A change of the accounts and keys that open the console and the admin API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffChange {
    /// Write a new account; its login must be free.
    Create {
        /// The account.
        account: StaffAccount,
        /// When.
        at: Timestamp,
    },
    /// Set name and password of the account with this login, which must exist, and end its sessions.
    SetPassword(StaffAccount),
    /// Write an API key; an older one of the same name stops working.
    PutApiKey {
        /// Its id.
        id: ApiKeyId,
        /// The machine's name.
        name: String,
        /// SHA-256 of the key.
        hash: [u8; 32],
        /// When.
        at: Timestamp,
    },
}

impl FeatureChange for StaffChange {}

/// Makes an account, or sets the password of the one that has the login (`exists`).
pub fn put_account(account: StaffAccount, exists: bool, mut operator: CustomerEdit<'_>, stamp: Stamp<'_>) -> Plan {
    let login = account.login.clone();
    if exists {
        operator.note(&Event::StaffPasswordSet { login });
        operator.push(StaffChange::SetPassword(account), "the account has a new password");
    } else {
        operator.note(&Event::StaffAdded { login });
        operator.push(StaffChange::Create { account, at: stamp.now }, "somebody works in the console");
    }
    operator.finish()
}

/// Gives a machine a key; `hash` is the key's SHA-256.
pub fn put_api_key(name: &str, hash: [u8; 32], mut operator: CustomerEdit<'_>, stamp: Stamp<'_>) -> Plan {
    operator.note(&Event::ApiKeyIssued { name: name.to_owned() });
    let change = StaffChange::PutApiKey { id: stamp.id(), name: name.to_owned(), hash, at: stamp.now };
    operator.push(change, "a machine has a key");
    operator.finish()
}

/// By whom the sessions of an account are owned.
pub fn session_owner(login: &str) -> String {
    Actor::staff(login.to_owned()).to_string()
}
