//! Passkeys (`WebAuthn`): a key in somebody's device, which signs only for this site and only when its owner unlocked it.
//!
//! Each is an identity of its own, so it is listed, ends and is taken away like any other sign-in, and counts when the last one is asked for.

use super::plans::{CredentialError, Subject, tell};
use super::{Credentials, Notice, PASSKEY_ISSUER, PASSKEY_PROVIDER};
use crate::credentials::change::{CredentialChange, IdentityChange};
use crate::kernel::customer::{Identity, IdentityKey, SignIn};
use crate::kernel::ids::{IdentityId, PersonId};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::persons::Person;

/// The most passkeys of one person.
pub const MAX_PASSKEYS: usize = 20;
/// The longest name of one.
const MAX_NAME_LENGTH: usize = 60;

/// A passkey as it is kept: nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The identity it is.
    pub id: IdentityId,
    /// Whose.
    pub person: PersonId,
    /// By what the device names it.
    pub credential_id: Vec<u8>,
    /// The public key and what came with it, as the `WebAuthn` library writes it.
    pub key: String,
    /// How often its device had signed when it last signed in here; 0: not yet, or the device does not count.
    pub counter: i64,
}

/// A passkey about to be added: the device has signed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// By what the device names it.
    pub credential_id: Vec<u8>,
    /// The public key and what came with it.
    pub key: String,
    /// What its owner calls it.
    pub name: String,
    /// Keyed hashes of recovery codes, for when none are left to go with it.
    pub codes: Vec<[u8; 32]>,
}

/// The passkey that an identity is; none: it is another kind of sign-in.
pub fn passkey_of(identity: &IdentityKey) -> Option<IdentityId> {
    (identity.issuer == PASSKEY_ISSUER).then(|| identity.subject.parse().ok()).flatten()
}

/// What a passkey is called; a name of blanks is none.
pub fn passkey_name(typed: &str) -> String {
    let typed: String = typed.chars().filter(|c| !c.is_control()).take(MAX_NAME_LENGTH).collect();
    let typed = typed.trim();
    if typed.is_empty() { "Passkey".to_owned() } else { typed.to_owned() }
}

/// Adds a passkey. Where it becomes the first second step after a password, recovery codes come with it: the device may be lost.
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

/// Takes a passkey away. Its owner keeps another way in; staff who were told that it is lost take the last one too, and send a link to set a
/// password.
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

/// A passkey signed rightly and counted less than before: there are two of it. Whoever has either is signed out, and the mailbox hears of it.
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
    fn p03_a_passkey_is_called_something() {
        assert_eq!(passkey_name("  My phone\u{0} "), "My phone");
        assert_eq!(passkey_name(" \n "), "Passkey");
        assert_eq!(passkey_name(&"x".repeat(100)).len(), MAX_NAME_LENGTH);
    }

    #[test]
    fn p03_recovery_codes_come_with_the_first_second_step() {
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
