//! Credentials with which a person's own machine sends messages.

use jiff::Timestamp;

use super::CredentialsError;
use super::change::MessageChange;
use crate::access::PersonFacts;
use crate::kernel::ids::{MessageCredentialId, PersonId};
use crate::kernel::input;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::messages::event::MessageEvent;
use crate::persons::Person;

/// Maximum number of credentials of a person that are in use at the same time.
pub const MAX_CREDENTIALS: usize = 5;

/// Maximum length of a credential's name.
const MAX_NAME_LENGTH: usize = 100;

/// A credential, without its key, of which only the hash is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageCredential {
    /// Its id.
    pub id: MessageCredentialId,
    /// The person.
    pub person: PersonId,
    /// Its name, for staff.
    pub name: String,
    /// Time of issue.
    pub created_at: Timestamp,
    /// Who issued it.
    pub created_by: String,
    /// Time of the last message that was accepted.
    pub last_used_at: Option<Timestamp>,
    /// When and by whom it was revoked.
    pub revoked: Option<(Timestamp, String)>,
}

/// The person behind a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The credential.
    pub credential: MessageCredentialId,
    /// The person.
    pub person: PersonId,
    /// The facts of the access rules.
    pub facts: PersonFacts,
}

/// Issues a credential for a person. `hash` is the SHA-256 of its key.
///
/// # Errors
/// If the name does not fit, or the person has too many credentials.
pub fn issue(
    person: &Person,
    known: &[MessageCredential],
    name: &str,
    hash: [u8; 32],
    mut customer: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<(MessageCredential, Plan), CredentialsError> {
    let name = input::line(name, MAX_NAME_LENGTH).map_err(|_| CredentialsError::Name)?;
    if known.iter().filter(|known| known.revoked.is_none()).count() >= MAX_CREDENTIALS {
        return Err(CredentialsError::TooMany);
    }
    let credential = MessageCredential {
        id: stamp.id(),
        person: person.id,
        name: name.clone(),
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        last_used_at: None,
        revoked: None,
    };
    customer.rest_on_customer();
    customer.note(MessageEvent::MessageKeyIssued { person_id: person.person_id.clone(), name });
    let change = MessageChange::PutCredential { credential: Box::new(credential.clone()), hash };
    customer.push(change, "the person's machine sends messages");
    Ok((credential, customer.finish()))
}

/// Revokes a credential.
///
/// # Errors
/// If it is revoked already.
pub fn revoke(
    person: &Person,
    credential: &MessageCredential,
    mut customer: CustomerEdit<'_>,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialsError> {
    if credential.revoked.is_some() {
        return Err(CredentialsError::Revoked);
    }
    customer
        .note(MessageEvent::MessageKeyRevoked { person_id: person.person_id.clone(), name: credential.name.clone() });
    let change = MessageChange::RevokeCredential { id: credential.id, at: stamp.now, by: stamp.actor.to_string() };
    customer.push(change, "the machine sends no more messages");
    Ok(customer.finish())
}
