//! Passkeys (`WebAuthn`): a key in the person's device, which signs for this site only, after the person has unlocked
//! it.
//!
//! Each passkey is an identity of its own. It is listed, ended and removed like any other sign-in, and counts as one
//! when the last sign-in is protected.

use super::plans::{CredentialError, Subject, tell};
use super::{Credentials, Notice, PASSKEY_ISSUER, PASSKEY_PROVIDER};
use crate::credentials::change::{CredentialChange, IdentityChange};
use crate::kernel::customer::{Identity, IdentityKey, SignIn};
use crate::kernel::ids::{IdentityId, PersonId};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::persons::Person;

/// Maximum number of passkeys per person.
pub const MAX_PASSKEYS: usize = 20;
/// Maximum length of a passkey's name, in characters.
const MAX_NAME_LENGTH: usize = 60;

/// A stored passkey. It contains no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Id of the passkey and of its identity.
    pub id: IdentityId,
    /// The person.
    pub person: PersonId,
    /// Credential id, assigned by the device.
    pub credential_id: Vec<u8>,
    /// Public key and related data, as serialised by the `WebAuthn` library.
    pub key: String,
    /// Signature counter at the last sign-in; 0 before the first, or if the device does not count.
    pub counter: i64,
}

/// A passkey to be added, after the device has signed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// Credential id, assigned by the device.
    pub credential_id: Vec<u8>,
    /// Public key and related data.
    pub key: String,
    /// Name chosen by the person.
    pub name: String,
    /// Keyed hashes of new recovery codes, stored if none are left.
    pub codes: Vec<[u8; 32]>,
}

/// The passkey id of an identity; `None` for other kinds of sign-in.
pub fn passkey_of(identity: &IdentityKey) -> Option<IdentityId> {
    (identity.issuer == PASSKEY_ISSUER).then(|| identity.subject.parse().ok()).flatten()
}

/// A passkey's name, with a default if the input is blank.
pub fn passkey_name(typed: &str) -> String {
    let typed: String = typed.chars().filter(|c| !c.is_control()).take(MAX_NAME_LENGTH).collect();
    let typed = typed.trim();
    if typed.is_empty() { "Passkey".to_owned() } else { typed.to_owned() }
}

/// Adds a passkey. If it becomes the first second step after a password, recovery codes are stored with it, because the
/// device may be lost.
pub fn add_passkey(
    subject: Subject<'_>,
    credentials: &Credentials,
    new: NewPasskey,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialError> {
    let (person, session) = (subject.person, subject.session);
    let have = subject.identities.iter().filter(|identity| passkey_of(&identity.sign_in.identity).is_some()).count();
    if have >= MAX_PASSKEYS {
        return Err(CredentialError::TooMany);
    }
    let needs_codes = credentials.needs_codes();
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    let id: IdentityId = stamp.id();
    let NewPasskey { credential_id, key, name, codes } = new;
    let identity = Identity {
        id,
        person_id: person.id,
        customer_id: draft.customer.id,
        sign_in: SignIn {
            identity: IdentityKey { issuer: PASSKEY_ISSUER.to_owned(), subject: id.to_string() },
            provider: PASSKEY_PROVIDER.to_owned(),
            email: None,
            email_verified: false,
            name: Some(name),
        },
        created_at: stamp.now,
        last_used_at: None,
    };
    draft.push(IdentityChange::Create(Box::new(identity)), "the person signs in with a passkey");
    let passkey = Passkey { id, person: person.id, credential_id, key, counter: 0 };
    draft.push(CredentialChange::CreatePasskey(Box::new(passkey)), "the device signed with it");
    if needs_codes {
        draft.push(CredentialChange::PutRecoveryCodes { person: person.id, codes }, "the device may be lost");
    }
    tell(&mut draft, person, Notice::PasskeyAdded, session, stamp);
    Ok(draft.finish())
}

/// Removes a passkey. Its owner must keep another sign-in. Staff can also remove the last one of a person who lost it,
/// and then send a link to set a password.
pub fn remove_passkey(
    subject: Subject<'_>,
    id: IdentityId,
    by_owner: bool,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialError> {
    let (person, session) = (subject.person, subject.session);
    let identity = subject.identities.iter().find(|identity| identity.id == id);
    let identity = identity.filter(|identity| passkey_of(&identity.sign_in.identity).is_some());
    identity.ok_or(CredentialError::Nothing)?;
    if by_owner && subject.identities.len() < 2 {
        return Err(CredentialError::Last);
    }
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    tell(&mut draft, person, Notice::PasskeyRemoved, session, stamp);
    let removed = if by_owner { IdentityChange::RemoveSpare(id) } else { IdentityChange::Remove(id) };
    draft.push(removed, "nobody signs in with it any more");
    Ok(draft.finish())
}

/// Reacts to a valid signature with a decreased counter, which indicates a copied passkey: ends all sessions of the
/// person and sends a notice.
pub fn note_passkey_rejected(subject: Subject<'_>, stamp: Stamp<'_>) -> Plan {
    let person: &Person = subject.person;
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    tell(&mut draft, person, Notice::PasskeyRefused, None, stamp);
    draft.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p03_passkey_names_have_a_default_and_a_maximum_length() {
        assert_eq!(passkey_name("  My phone\u{0} "), "My phone");
        assert_eq!(passkey_name(" \n "), "Passkey");
        assert_eq!(passkey_name(&"x".repeat(100)).len(), MAX_NAME_LENGTH);
    }

    #[test]
    fn p03_first_second_step_requires_recovery_codes() {
        let password = Credentials { password_hash: Some("$argon2id$".to_owned()), ..Credentials::default() };
        assert!(password.needs_codes());
        assert!(!Credentials { codes_left: 4, ..password }.needs_codes(), "those that are left still work");
        assert!(!Credentials::default().needs_codes(), "without a password there is no second step");
        assert!(Credentials { passkeys: 1, ..Credentials::default() }.has_second_step());
    }

    #[test]
    fn a23_an_identity_is_a_passkey_by_its_issuer() {
        let id = IdentityId(uuid::Uuid::from_u128(7));
        let key = |issuer: &str| IdentityKey { issuer: issuer.to_owned(), subject: id.to_string() };
        assert_eq!(passkey_of(&key(PASSKEY_ISSUER)), Some(id));
        assert_eq!(passkey_of(&key(super::super::ISSUER)), None);
    }
}
