//! Sessions of signed-in browsers.

use jiff::Timestamp;

use crate::kernel::customer::IdentityKey;
use crate::kernel::ids::PersonId;

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// What later requests read about the person who signed in.
    pub who: serde_json::Value,
    /// Names everybody whose sessions end together.
    pub owner: String,
    /// The identity that signed in; none: a member of staff. The session belongs to the person that has the identity, if anybody has.
    pub identity: Option<IdentityKey>,
    /// Browser and system, if known.
    pub device: Option<String>,
    /// The address it comes from, if known.
    pub address: Option<String>,
    /// When it begins.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// SHA-256 of the token of the session that this browser had until now, which ends.
    pub replaces: Option<[u8; 32]>,
    /// What must still stand when it begins; none: an identity provider or a passkey vouches.
    pub proof: Option<Proof>,
}

/// What a person has shown to sign in. Checking a password takes a while; when it is changed meanwhile, all sessions end, and none may begin
/// by the password from before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The password of a person.
    Password {
        /// Whose.
        person: PersonId,
        /// As it was when it was checked: Argon2id, in PHC string format.
        hash: String,
    },
    /// The password of a member of staff.
    StaffPassword {
        /// Whose.
        login: String,
        /// As it was when it was checked: Argon2id, in PHC string format.
        hash: String,
    },
    /// A second step after the password: SHA-256 of the token of the sign-in so far, which ends with it.
    SecondStep([u8; 32]),
}
