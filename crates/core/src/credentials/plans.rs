//! Sending one-time links; setting, changing and removing a password.

use jiff::Timestamp;

use super::{Notice, OneTimeLink, identity_of, sign_in_of};
use crate::credentials::change::{CredentialChange, IdentityChange};
use crate::credentials::event::CredentialEvent;
use crate::credentials::jobs::{MailOneTimeLink, MailSecurityNotice};
use crate::kernel::customer::{Customer, Identity};
use crate::kernel::ids::OneTimeLinkId;
use crate::kernel::job::change::JobChange;
use crate::kernel::mask;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::persons::change::PersonChange;
use crate::persons::{Person, short_id};

/// A person with their customer and identities.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The customer.
    pub customer: Customer,
    /// The person.
    pub person: &'a Person,
    /// The person's identities, oldest first.
    pub identities: &'a [Identity],
    /// SHA-256 of the token of the requesting session, which is kept; `None` if no session of the person makes the
    /// request.
    pub session: Option<[u8; 32]>,
}

impl Subject<'_> {
    /// Address for notices and links: the person's own, otherwise the customer's.
    pub fn known_address(&self) -> Option<&str> {
        let own = self.person.email.as_deref().or(self.customer.email.as_deref());
        own.filter(|address| normalise::deliverable(address).is_some())
    }
}

/// Authorisation to set a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Possession of a one-time link sent to the known address.
    Link(OneTimeLinkId),
    /// A recent re-authentication in the session.
    Session,
}

/// Reason why credentials cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The person is inactive, so a link would not work.
    #[error("this person is inactive; make the person active first")]
    Inactive,
    /// There is no address to send a link to.
    #[error("there is no e-mail address to send the link to; give the person one first")]
    NoAddress,
    /// It is the person's last sign-in.
    #[error("this is your only sign-in method; add another one before you remove it")]
    Last,
    /// The maximum number of passkeys is reached.
    #[error("there are {max} passkeys already; remove one that is not used any more first", max = super::MAX_PASSKEYS)]
    TooMany,
    /// A second factor needs a password.
    #[error("set a password first: the second factor follows it")]
    NoPassword,
    /// The credential does not exist.
    #[error("there is none to remove")]
    Nothing,
}

impl Rejection for CredentialError {
    fn code(&self) -> &'static str {
        match self {
            Self::Inactive => "person_inactive",
            Self::NoAddress => "no_address",
            Self::Last => "last_identity",
            Self::TooMany => "too_many_passkeys",
            Self::NoPassword => "no_password",
            Self::Nothing => "not_found",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Nothing => RejectionKind::NotFound,
            _ => RejectionKind::Conflict,
        }
    }
}

/// Sends a link to set a password to the known address. It revokes older links.
pub fn send_link(
    subject: Subject<'_>,
    id: OneTimeLinkId,
    token_hash: [u8; 32],
    expires_at: Timestamp,
    stamp: Stamp<'_>,
) -> Result<Plan, CredentialError> {
    let person = subject.person;
    if person.inactive.is_some() {
        return Err(CredentialError::Inactive);
    }
    let email = subject.known_address().ok_or(CredentialError::NoAddress)?.to_owned();
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    let (named, version) = named(&mut draft, person);
    let person = &named;
    let (person_id, sent_to) = (person.person_id.clone(), mask::email(&email).into());
    draft.note(CredentialEvent::PasswordLinkSent { person_id, sent_to });
    draft.push(
        CredentialChange::RevokeOneTimeLinks { person: person.id, at: stamp.now },
        "a newer link takes its place",
    );
    let link = OneTimeLink {
        id,
        person: person.id,
        person_version: version,
        email,
        token_hash,
        created_at: stamp.now,
        created_by: stamp.actor.to_string(),
        expires_at,
        used_at: None,
        revoked_at: None,
    };
    draft.push(CredentialChange::CreateOneTimeLink(Box::new(link)), "the link sets a password once");
    draft.push(JobChange::Enqueue(stamp.job(MailOneTimeLink { link_id: id })), "the link goes to the known address");
    Ok(draft.finish())
}

/// Sets or replaces a password. All other sessions of the person end.
pub fn put_password(subject: Subject<'_>, hash: String, proof: Proof, stamp: Stamp<'_>) -> Plan {
    let (person, session) = (subject.person, subject.session);
    let is_first = !subject.identities.iter().any(|identity| identity.sign_in.identity == identity_of(person.id));
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    let customer_id = draft.customer.id;
    if let Proof::Link(id) = proof {
        draft.push(CredentialChange::UseOneTimeLink { id, at: stamp.now }, "a link works once");
    }
    draft.push(CredentialChange::RevokeOneTimeLinks { person: person.id, at: stamp.now }, "no other link is needed");
    let (named, _) = named(&mut draft, person);
    let person = &named;
    draft.push(CredentialChange::PutPassword { person: person.id, hash, at: stamp.now }, "the person chose it");
    if is_first {
        let identity = Identity {
            id: stamp.id(),
            person_id: person.id,
            customer_id,
            sign_in: sign_in_of(person),
            created_at: stamp.now,
            last_used_at: None,
        };
        draft.push(IdentityChange::Create(Box::new(identity)), "the person signs in with person ID and password");
    }
    tell(&mut draft, person, Notice::PasswordSet, session, stamp);
    draft.finish()
}

/// Gives a person without a person id one, with their first password. Returns the person with a person id, and their
/// version after the change.
fn named(draft: &mut CustomerEdit<'_>, person: &Person) -> (Person, i64) {
    if person.person_id != person.id.to_string() {
        return (person.clone(), person.version);
    }
    let named = Person { person_id: short_id(person.id.0), ..person.clone() };
    draft.push(PersonChange::Update(Box::new(named.clone())), "there is something to sign in with");
    (named, person.version + 1)
}

/// Removes the password and the second factor, which belongs to it. Rejected if it is the person's last sign-in.
pub fn forget_password(subject: Subject<'_>, stamp: Stamp<'_>) -> Result<Plan, CredentialError> {
    let (person, session) = (subject.person, subject.session);
    let local = identity_of(person.id);
    let identity = subject.identities.iter().find(|identity| identity.sign_in.identity == local);
    let identity = identity.ok_or(CredentialError::Nothing)?.id;
    if subject.identities.len() < 2 {
        return Err(CredentialError::Last);
    }
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    draft.push(CredentialChange::Forget(person.id), "the person wishes so");
    tell(&mut draft, person, Notice::PasswordRemoved, session, stamp);
    draft.push(IdentityChange::Remove(identity), "nobody signs in with it any more");
    Ok(draft.finish())
}

/// Ends all sessions of a person, or all except the requesting one, and notes it on the timeline.
pub fn sign_out(subject: Subject<'_>, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    draft.note(CredentialEvent::SessionsEnded { person_id: subject.person.person_id.clone() });
    let ended = CredentialChange::EndSessions { person: subject.person.id, except: subject.session };
    draft.push(ended, "whoever is signed in has to sign in anew");
    draft.finish()
}

/// Side effects of every credential change: a timeline entry, a notice to the known address, and the end of all other
/// sessions.
pub(crate) fn tell(
    draft: &mut CustomerEdit<'_>,
    person: &Person,
    notice: Notice,
    session: Option<[u8; 32]>,
    stamp: Stamp<'_>,
) {
    draft.note(CredentialEvent::SignInSecured { person_id: person.person_id.clone(), what: notice });
    let ended = CredentialChange::EndSessions { person: person.id, except: session };
    draft.push(ended, "whoever else is signed in has to sign in anew");
    let notice = stamp.job(MailSecurityNotice { person_id: person.id, notice, at: stamp.now });
    draft.push(JobChange::Enqueue(notice), "the known address hears of every change of the ways in");
}
