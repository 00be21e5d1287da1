//! Sign-in through an activation link from a marketplace (`M13`). No outside system must be read, so claim and record
//! are one plan.

use crate::access::licence::LicenceType;
use crate::activation::change::ActivationChange;
use crate::activation::event::ActivationEvent;
use crate::activation::jobs::MailActivated;
use crate::activation::{Activation, ActivationState, Progress, StepState};
use crate::credentials::change::IdentityChange;
use crate::credentials::identity;
use crate::invitations::change::InvitationChange;
use crate::invitations::{ActivationError, Admission, Claim, Invitation};
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{Customer, EndReason, Identity, Link, Origin, SignIn};
use crate::kernel::job::change::JobChange;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::timeline::Personal;
use crate::persons::Person;

/// A sign-in through an account's invitation, with the hub's data about both.
#[derive(Debug)]
pub struct ClaimAttempt<'a> {
    /// The invitation.
    pub invitation: &'a Invitation,
    /// The sign-in.
    pub sign_in: SignIn,
    /// The account's customer.
    pub customer: Option<Customer>,
    /// The customer's identities.
    pub identities: &'a [Identity],
    /// The customer's people.
    pub people: &'a [Person],
    /// The current owner of the identity.
    pub identity_of: Option<Held>,
    /// Licence of a new person (`P05`).
    pub licence: Option<LicenceType>,
}

/// An identity that already has an owner.
#[derive(Debug, Clone)]
pub struct Held {
    /// The identity.
    pub identity: Identity,
    /// The customer who owns it.
    pub customer: Customer,
    /// The link of the identity's user record.
    pub link: Option<Link>,
    /// Whether that customer is defunct: everything except sign-ins was deleted.
    pub is_over: bool,
}

/// Decides about a sign-in through an account's invitation. `None` if the same person returned.
pub fn claim_invitation(attempt: ClaimAttempt<'_>, stamp: Stamp<'_>) -> Result<Option<Plan>, ActivationError> {
    let ClaimAttempt { invitation, sign_in, customer, identities, people, identity_of, licence } = attempt;
    match invitation.admit(&sign_in.identity, stamp.now)? {
        Admission::Resume | Admission::Complete => return Ok(None),
        Admission::Claim => {}
    }
    let customer = customer.ok_or(ActivationError::Revoked)?;
    let is_theirs = identity_of.as_ref().is_some_and(|held| held.customer.id == customer.id);
    if !is_theirs && identity_of.as_ref().is_some_and(|held| !held.is_over) {
        return Err(ActivationError::OtherAccountLinked);
    }
    if !is_theirs && !identities.is_empty() {
        return Err(ActivationError::AlreadyActivatedByOther);
    }

    let mut plan = Plan::default();
    let claim = Claim { identity: sign_in.identity.clone(), shown_as: sign_in.masked(), at: stamp.now };
    plan.push(InvitationChange::Claim { id: invitation.id, claim }, "the first sign-in through an invitation has it");
    if let Some(held) = identity_of.filter(|_| !is_theirs) {
        plan.extend(set_free(held, stamp));
    }
    let customer_id = customer.id;
    let mut draft = CustomerEdit::of(customer, stamp);
    let (provider, email) = (sign_in.provider.clone(), sign_in.email.as_ref().map(Personal::from));
    draft.note(ActivationEvent::Activated { invitation_id: invitation.id, provider, email });
    if !is_theirs {
        let waiting = people.iter().find(|person| identities.iter().all(|identity| identity.person_id != person.id));
        let person = if let Some(person) = waiting {
            person.id
        } else {
            let name = sign_in.name.as_deref().unwrap_or(&invitation.name);
            identity::new_person(&mut draft, name, licence, stamp)
        };
        identity::introduce(&mut draft, &sign_in, person, Origin::Activation, stamp);
    }
    plan.extend(draft.finish());
    plan.push(InvitationChange::Consume { id: invitation.id, at: stamp.now }, "an invitation is used once");

    let done = || StepState::Done;
    let activation = Activation {
        id: stamp.id(),
        invitation_id: invitation.id,
        sign_in,
        state: ActivationState::Done,
        progress: Progress { requester: done(), contact: done(), devices: done(), record: done() },
        customer_id: Some(customer_id),
        created_at: stamp.now,
        finished_at: Some(stamp.now),
    };
    let notice = stamp.job(MailActivated { activation_id: activation.id });
    plan.push(ActivationChange::Create(Box::new(activation)), "a sign-in through an invitation activates it");
    plan.push(JobChange::Enqueue(notice), "the known address hears of every activation");
    Ok(Some(plan))
}

/// Removes an identity from a defunct customer, so that the same person can start again.
fn set_free(held: Held, stamp: Stamp<'_>) -> Plan {
    let mut draft = CustomerEdit::of(held.customer, stamp);
    if let Some(link) = held.link {
        draft.note(CustomerEvent::Unlinked { record: link.record.clone(), why: EndReason::NewerAccount });
        draft.end_link(&link, EndReason::NewerAccount);
    }
    draft.push(IdentityChange::Remove(held.identity.id), "a sign-in belongs to one customer");
    draft.finish()
}
