//! Sending a one-time link, and setting, changing and taking away a password.

use jiff::Timestamp;

use super::{Notice, OneTimeLink, identity_of, sign_in_of};
use crate::credentials::change::{CredentialChange, IdentityChange};
use crate::credentials::jobs::{MailOneTimeLink, MailSecurityNotice};
use crate::kernel::customer::{Customer, Identity};
use crate::kernel::ids::OneTimeLinkId;
use crate::kernel::job::change::JobChange;
use crate::kernel::mask;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::rejection::{Rejection, RejectionKind};
use crate::kernel::timeline::Event;
use crate::persons::change::PersonChange;
use crate::persons::{Person, short_id};

/// A person, the customer they sign in for, and how they sign in.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The customer.
    pub customer: Customer,
    /// The person.
    pub person: &'a Person,
    /// The person's sign-ins, oldest first.
    pub identities: &'a [Identity],
    /// SHA-256 of the token of the session that asks, which stays; none: no session asks.
    pub session: Option<[u8; 32]>,
}

impl Subject<'_> {
    /// Where notices and links go: the person's own address, else the customer's.
    pub fn known_address(&self) -> Option<&str> {
        let own = self.person.email.as_deref().or(self.customer.email.as_deref());
        own.filter(|address| normalise::deliverable(address).is_some())
    }
}

/// What entitles somebody to set a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// They hold a one-time link that was sent to the known address.
    Link(OneTimeLinkId),
    /// They proved a short while ago, in their session, who they are.
    Session,
}

/// Why a person's ways in stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// A link would open nothing.
    #[error("this person is inactive; make the person active first")]
    Inactive,
    /// A link could not arrive.
    #[error("there is no e-mail address to send the link to; give the person one first")]
    NoAddress,
    /// Nobody could sign in as this person any more.
    #[error("this is your only sign-in method; add another one before you remove it")]
    Last,
    /// Nobody has so many, but somebody's script.
    #[error("there are {max} passkeys already; remove one that is not used any more first", max = super::MAX_PASSKEYS)]
    TooMany,
    /// A second factor follows a password.
    #[error("set a password first: the second factor follows it")]
    NoPassword,
    /// There is nothing to take away.
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

/// Sends a link to set a password to the known address. Older ones work no longer.
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
    draft.note(&Event::PasswordLinkSent { person_id, sent_to });
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

/// Sets a password, the first or another. Everybody else who is signed in as the person has to sign in anew.
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
        draft.push(IdentityChange::Create(Box::new(identity)), "the person signs in with person id and password");
    }
    tell(&mut draft, person, Notice::PasswordSet, session, stamp);
    draft.finish()
}

/// People from before there were person ids are given one with their first password. The person with a person id, and their version then.
fn named(draft: &mut CustomerEdit<'_>, person: &Person) -> (Person, i64) {
    if person.person_id != person.id.to_string() {
        return (person.clone(), person.version);
    }
    let named = Person { person_id: short_id(person.id.0), ..person.clone() };
    draft.push(PersonChange::Update(Box::new(named.clone())), "there is something to sign in with");
    (named, person.version + 1)
}

/// Takes the password away, unless nobody could sign in as the person any more. The second factor goes with it: it belongs to the password.
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

/// Ends sessions of a person: all but the one that asks, or all. Staff who do it are on the timeline.
pub fn sign_out(subject: Subject<'_>, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(subject.customer, stamp);
    draft.note(&Event::SessionsEnded { person_id: subject.person.person_id.clone() });
    let ended = CredentialChange::EndSessions { person: subject.person.id, except: subject.session };
    draft.push(ended, "whoever is signed in has to sign in anew");
    draft.finish()
}

/// What every change of the ways in brings with it: an entry, a notice to the known address, and the end of all other sessions.
pub(crate) fn tell(
    draft: &mut CustomerEdit<'_>,
    person: &Person,
    notice: Notice,
    session: Option<[u8; 32]>,
    stamp: Stamp<'_>,
) {
    draft.note(&Event::SignInSecured { person_id: person.person_id.clone(), what: notice });
    let ended = CredentialChange::EndSessions { person: person.id, except: session };
    draft.push(ended, "whoever else is signed in has to sign in anew");
    let notice = stamp.job(MailSecurityNotice { person_id: person.id, notice, at: stamp.now });
    draft.push(JobChange::Enqueue(notice), "the known address hears of every change of the ways in");
}
