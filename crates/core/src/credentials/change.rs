//! Changes of identities, credentials and sessions.

use jiff::Timestamp;
use uuid::Uuid;

use crate::credentials::session::NewSession;
use crate::credentials::{OneTimeLink, Passkey};
use crate::kernel::customer::Identity;
use crate::kernel::ids::{IdentityId, OneTimeLinkId, PersonId};
use crate::kernel::plan::FeatureChange;

/// A change of an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityChange {
    /// Write a new identity; issuer and subject must be free.
    Create(Box<Identity>),
    /// Take an identity away: it is free to be linked again, and its sessions end.
    Remove(IdentityId),
    /// Take an identity away as its customer wishes: another one of theirs must remain (`A23`).
    RemoveSpare(IdentityId),
}

impl FeatureChange for IdentityChange {
    fn belongs_to_customer(&self) -> bool {
        true
    }
}

/// A change of what a person signs in with, and of their sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialChange {
    /// Begin a session. It comes after everything that makes a person of its identity.
    OpenSession(Box<NewSession>),
    /// End the sessions of a person, but this one.
    EndSessions {
        /// Whose.
        person: PersonId,
        /// SHA-256 of the token of the session that stays.
        except: Option<[u8; 32]>,
    },
    /// Write a new link to set a password.
    CreateOneTimeLink(Box<OneTimeLink>),
    /// Every open link of a person works no longer.
    RevokeOneTimeLinks {
        /// Whose.
        person: PersonId,
        /// When.
        at: Timestamp,
    },
    /// Use a link up; it must be open, and its person active and unchanged since it was sent.
    UseOneTimeLink {
        /// Which.
        id: OneTimeLinkId,
        /// When.
        at: Timestamp,
    },
    /// Set a password, the first or another.
    PutPassword {
        /// Whose.
        person: PersonId,
        /// Argon2id, in PHC string format.
        hash: String,
        /// When.
        at: Timestamp,
    },
    /// Take password and second factor of a person away.
    Forget(PersonId),
    /// Add a second factor, in the place of one that is there; the person has a password.
    PutSecondFactor {
        /// Whose.
        person: PersonId,
        /// Names the secret.
        key_id: Uuid,
        /// The time step of the code that was shown.
        step: i64,
        /// When.
        at: Timestamp,
    },
    /// Take the app of a second factor away, and the recovery codes unless passkeys need them.
    ForgetSecondFactor(PersonId),
    /// Put recovery codes in the place of all others.
    PutRecoveryCodes {
        /// Whose.
        person: PersonId,
        /// Their keyed hashes.
        codes: Vec<[u8; 32]>,
    },
    /// Use a recovery code up; it must be there.
    UseRecoveryCode {
        /// Whose.
        person: PersonId,
        /// Its keyed hash.
        code_hash: [u8; 32],
    },
    /// Keep a new passkey; nobody may have one that its device names alike (`P03`). Its identity is written in the same plan.
    CreatePasskey(Box<Passkey>),
}

impl FeatureChange for CredentialChange {
    fn belongs_to_customer(&self) -> bool {
        matches!(
            self,
            Self::CreateOneTimeLink(_)
                | Self::PutPassword { .. }
                | Self::Forget(_)
                | Self::PutSecondFactor { .. }
                | Self::ForgetSecondFactor(_)
                | Self::PutRecoveryCodes { .. }
                | Self::CreatePasskey(_)
        )
    }
}
