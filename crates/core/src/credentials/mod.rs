//! Credentials of local sign-in: person id and password (`P03`), passkeys, and the second factor.
//!
//! For the rest of the hub, a local sign-in is one more identity, with the hub as its issuer. It is listed, ended and
//! removed like any other.

pub mod change;
mod error;
pub mod event;
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

/// Issuer of local sign-ins. It cannot clash with an identity provider, whose issuer is a URL.
pub const ISSUER: &str = "urn:tessera:person";
/// Provider name stored with local sign-ins.
pub const PROVIDER: &str = "person-id";
/// Issuer of passkey sign-ins; the subject is the passkey's id.
pub const PASSKEY_ISSUER: &str = "urn:tessera:passkey";
/// Provider name stored with passkey sign-ins.
pub const PASSKEY_PROVIDER: &str = "passkey";

/// The identity of a person's local sign-in.
pub fn identity_of(person: PersonId) -> IdentityKey {
    IdentityKey { issuer: ISSUER.to_owned(), subject: person.to_string() }
}

/// The person of a local identity; `None` for an identity at a provider.
pub fn person_of(identity: &IdentityKey) -> Option<PersonId> {
    (identity.issuer == ISSUER).then(|| identity.subject.parse().ok()).flatten()
}

/// A person's local sign-in, in the form of a provider's.
pub fn sign_in_of(person: &Person) -> SignIn {
    SignIn {
        identity: identity_of(person.id),
        provider: PROVIDER.to_owned(),
        email: None,
        email_verified: false,
        name: Some(person.name.clone()),
    }
}

/// A person's stored credentials. They cannot be verified without the installation's secret key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Argon2id, in PHC string format; `None` if no password is set.
    pub password_hash: Option<String>,
    /// Time when the password was set.
    pub password_set_at: Option<Timestamp>,
    /// The authenticator app, if set up.
    pub second_factor: Option<SecondFactor>,
    /// Number of unused recovery codes.
    pub codes_left: i64,
    /// Number of passkeys.
    pub passkeys: i64,
}

impl Credentials {
    /// Whether a second step (app or passkey) is required after the password.
    pub const fn has_second_step(&self) -> bool {
        self.second_factor.is_some() || self.passkeys > 0
    }

    /// Whether a code of this app for this time step, or for a later one, was used before.
    pub fn has_taken(&self, key_id: Uuid, step: i64) -> bool {
        self.second_factor.as_ref().is_some_and(|factor| factor.key_id == key_id && step <= factor.last_step)
    }

    /// Whether recovery codes must be created with a new passkey: it becomes the second step after a password, and no
    /// codes are left.
    pub const fn needs_codes(&self) -> bool {
        self.password_hash.is_some() && self.codes_left == 0
    }
}

/// Kinds of security notice sent to a person's known address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A password was set or changed.
    PasswordSet,
    /// The password was removed.
    PasswordRemoved,
    /// A second factor was added.
    SecondFactorAdded,
    /// The second factor was removed.
    SecondFactorRemoved,
    /// New recovery codes replaced the old ones.
    CodesRenewed,
    /// A recovery code was used instead of the second factor.
    CodeUsed,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// A passkey was rejected because its signature counter decreased, which indicates a copy.
    PasskeyRefused,
    /// Several wrong codes or passkeys followed the right password.
    SecondStepFailed,
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
            Self::SecondStepFailed => "second_step_failed",
        }
    }
}
