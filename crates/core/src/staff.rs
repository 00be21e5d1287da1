//! Staff accounts of the console, and API keys.

use jiff::Timestamp;

use crate::kernel::actor::Actor;
use crate::kernel::ids::{ApiKeyId, StaffId};
use crate::kernel::plan::{CustomerEdit, FeatureChange, Plan, Stamp};
use crate::kernel::rejection::Rejection;
use crate::kernel::timeline::Event;

/// Reason why a staff account cannot be created or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    /// The login is empty or the password too short.
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

/// A staff account of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffAccount {
    /// The account's id.
    pub id: StaffId,
    /// Login name.
    pub login: String,
    /// The staff member's name.
    pub name: String,
    /// Argon2id, in PHC string format.
    pub password_hash: String,
}

/// A change of staff accounts and API keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StaffChange {
    /// Insert a new account. Its login must be unique.
    Create {
        /// The account.
        account: StaffAccount,
        /// Time of creation.
        at: Timestamp,
    },
    /// Set name and password of the account with this login, which must exist, and end its sessions.
    SetPassword(StaffAccount),
    /// Insert an API key. An older key of the same name stops working.
    PutApiKey {
        /// The key's id.
        id: ApiKeyId,
        /// The client's name.
        name: String,
        /// SHA-256 of the key.
        hash: [u8; 32],
        /// Time of issue.
        at: Timestamp,
    },
}

impl FeatureChange for StaffChange {}

/// Creates an account, or sets the password of the existing account with this login (`exists`).
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

/// Issues an API key. `hash` is its SHA-256.
pub fn put_api_key(name: &str, hash: [u8; 32], mut operator: CustomerEdit<'_>, stamp: Stamp<'_>) -> Plan {
    operator.note(&Event::ApiKeyIssued { name: name.to_owned() });
    let change = StaffChange::PutApiKey { id: stamp.id(), name: name.to_owned(), hash, at: stamp.now };
    operator.push(change, "a machine has a key");
    operator.finish()
}

/// The owner key of an account's sessions.
pub fn session_owner(login: &str) -> String {
    Actor::staff(login.to_owned()).to_string()
}
