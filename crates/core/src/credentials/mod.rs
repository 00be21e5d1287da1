//! How a person proves who they are here: with the person id and a password (`P03`), and with a second factor.
//!
//! To everything else in the hub this is one more identity, of which the hub itself is the issuer. So a local sign-in is listed, ends and is
//! taken away like any other.

pub mod change;
mod error;
pub mod identity;
pub mod jobs;
mod link;
mod passkey;
pub mod password;
mod plans;
mod second_factor;
pub mod session;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::customer::{IdentityKey, SignIn};
use crate::kernel::ids::PersonId;
use crate::persons::Person;

pub use error::{PasskeyError, SecondFactorError};
pub use link::{OneTimeLink, OneTimeLinkError, OneTimeLinkState};
pub use passkey::{
    MAX_PASSKEYS, NewPasskey, Passkey, add_passkey, note_passkey_rejected, passkey_name, passkey_of, remove_passkey,
};
pub use plans::{CredentialError, Proof, Subject, forget_password, put_password, send_link, sign_out};
pub use second_factor::{
    CODES, Enrolment, SecondFactor, add_second_factor, normal_code, remove_second_factor, renew_codes,
};

/// The issuer of local sign-ins. No identity provider can have it: theirs are addresses.
pub const ISSUER: &str = "urn:tessera:person";
/// The name under which local sign-ins are kept where others have their provider's.
pub const PROVIDER: &str = "person-id";
/// The issuer of sign-ins with a passkey; the subject is the passkey's id.
pub const PASSKEY_ISSUER: &str = "urn:tessera:passkey";
/// The name under which sign-ins with a passkey are kept where others have their provider's.
pub const PASSKEY_PROVIDER: &str = "passkey";

/// The identity of a person's local sign-in.
pub fn identity_of(person: PersonId) -> IdentityKey {
    IdentityKey { issuer: ISSUER.to_owned(), subject: person.to_string() }
}

/// Whose local sign-in an identity is; none: it is a provider's.
pub fn person_of(identity: &IdentityKey) -> Option<PersonId> {
    (identity.issuer == ISSUER).then(|| identity.subject.parse().ok()).flatten()
}

/// A person's local sign-in, told like one at a provider.
pub fn sign_in_of(person: &Person) -> SignIn {
    SignIn {
        identity: identity_of(person.id),
        provider: PROVIDER.to_owned(),
        email: None,
        email_verified: false,
        name: Some(person.name.clone()),
    }
}

/// What the hub keeps to recognise somebody by. Without the installation's secret key it opens nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Argon2id, in PHC string format; none: no password was set.
    pub password_hash: Option<String>,
    /// When it was set.
    pub password_set_at: Option<Timestamp>,
    /// The app that shows codes, if one was added.
    pub second_factor: Option<SecondFactor>,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// How many passkeys there are.
    pub passkeys: i64,
}

impl Credentials {
    /// Whether a password alone does not sign in: an app or a passkey is asked for after it.
    pub const fn has_second_step(&self) -> bool {
        self.second_factor.is_some() || self.passkeys > 0
    }

    /// Whether a code of this app, or a later one, was taken before.
    pub fn has_taken(&self, key_id: Uuid, step: i64) -> bool {
        self.second_factor.as_ref().is_some_and(|factor| factor.key_id == key_id && step <= factor.last_step)
    }

    /// Whether recovery codes have to come with a passkey: it follows a password from now on, and none are left.
    pub const fn needs_codes(&self) -> bool {
        self.password_hash.is_some() && self.codes_left == 0
    }
}

/// What a person's known address is told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A password was set or changed.
    PasswordSet,
    /// The password was taken away.
    PasswordRemoved,
    /// A second factor was added.
    SecondFactorAdded,
    /// The second factor was taken away.
    SecondFactorRemoved,
    /// Fresh recovery codes were made; the old ones work no longer.
    CodesRenewed,
    /// A recovery code was used in the place of the second factor.
    CodeUsed,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// A passkey counted less than before, as a copy of it would; it was not let in.
    PasskeyRefused,
}

impl Notice {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PasswordSet => "password_set",
            Self::PasswordRemoved => "password_removed",
            Self::SecondFactorAdded => "second_factor_added",
            Self::SecondFactorRemoved => "second_factor_removed",
            Self::CodesRenewed => "codes_renewed",
            Self::CodeUsed => "code_used",
            Self::PasskeyAdded => "passkey_added",
            Self::PasskeyRemoved => "passkey_removed",
            Self::PasskeyRefused => "passkey_refused",
        }
    }
}
