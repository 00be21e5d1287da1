//! Sessions of signed-in browsers.

use jiff::Timestamp;

use crate::kernel::customer::IdentityKey;
use crate::kernel::ids::PersonId;

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of the session token.
    pub token_hash: [u8; 32],
    /// Session data about the user, read by later requests.
    pub who: serde_json::Value,
    /// Owner key. Sessions with the same key end together.
    pub owner: String,
    /// The identity signed in with; `None` for staff. The session belongs to the identity's person, if it has one.
    pub identity: Option<IdentityKey>,
    /// Browser and operating system, if known.
    pub device: Option<String>,
    /// IP address, if known.
    pub address: Option<String>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// When the user proved who they are; `None`: at the creation.
    pub proved_at: Option<Timestamp>,
    /// Expiry.
    pub expires_at: Timestamp,
    /// Hash of issuer and session at the identity provider, if it names one. When that session ends, so does this one.
    pub provider_session: Option<[u8; 32]>,
    /// SHA-256 of the token of this browser's previous session, which ends.
    pub replaces: Option<[u8; 32]>,
    /// Precondition for opening the session; `None` if an identity provider or a passkey authenticated the user.
    pub proof: Option<Proof>,
}

/// The credential used to sign in. Checking a password takes time: if it changes meanwhile, all sessions end, and the
/// old password must not open a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A person's password.
    Password {
        /// The person.
        person: PersonId,
        /// The hash that was checked: Argon2id, in PHC string format.
        hash: String,
    },
    /// A staff password.
    StaffPassword {
        /// The staff account's login.
        login: String,
        /// The hash that was checked: Argon2id, in PHC string format.
        hash: String,
    },
    /// A second step after the password: SHA-256 of the token of the pending sign-in, which ends.
    SecondStep([u8; 32]),
}
