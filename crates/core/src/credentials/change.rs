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
    /// Insert a new identity. Issuer and subject must be unique.
    Create(Box<Identity>),
    /// Remove an identity and end its sessions. It can be linked again.
    Remove(IdentityId),
    /// Remove an identity at the customer's request. The customer must have another one (`A23`).
    RemoveSpare(IdentityId),
}

impl FeatureChange for IdentityChange {
    fn belongs_to_customer(&self) -> bool {
        true
    }
}

/// A change of a person's credentials or sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialChange {
    /// Open a session. Changes that create the person or identity must precede it in the plan.
    OpenSession(Box<NewSession>),
    /// End all sessions of a person except one.
    EndSessions {
        /// The person.
        person: PersonId,
        /// SHA-256 of the token of the session to keep.
        except: Option<[u8; 32]>,
    },
    /// Insert a new link to set a password.
    CreateOneTimeLink(Box<OneTimeLink>),
    /// Revoke all open links of a person.
    RevokeOneTimeLinks {
        /// The person.
        person: PersonId,
        /// Time of revocation.
        at: Timestamp,
    },
    /// Consume a link. It must be open, and its person active and unchanged since it was sent.
    UseOneTimeLink {
        /// The link.
        id: OneTimeLinkId,
        /// Time of use.
        at: Timestamp,
    },
    /// Set or replace a password.
    PutPassword {
        /// The person.
        person: PersonId,
        /// Argon2id, in PHC string format.
        hash: String,
        /// Time of the change.
        at: Timestamp,
    },
    /// Remove a person's password and second factor.
    Forget(PersonId),
    /// Set or replace the authenticator app of a person with a password.
    PutSecondFactor {
        /// The person.
        person: PersonId,
        /// Key id.
        key_id: Uuid,
        /// The app's secret, encrypted.
        sealed: String,
        /// Time step of the code with which the app was confirmed.
        step: i64,
        /// Time of the change.
        at: Timestamp,
    },
    /// Remove the authenticator app, and the recovery codes unless passkeys need them.
    ForgetSecondFactor(PersonId),
    /// Replace all recovery codes.
    PutRecoveryCodes {
        /// The person.
        person: PersonId,
        /// Keyed hashes of the new codes.
        codes: Vec<[u8; 32]>,
    },
    /// Consume a recovery code. It must exist.
    UseRecoveryCode {
        /// The person.
        person: PersonId,
        /// Keyed hash of the code.
        code_hash: [u8; 32],
    },
    /// Insert a new passkey. Its credential id must be unique (`P03`). Its identity is created in the same plan.
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
