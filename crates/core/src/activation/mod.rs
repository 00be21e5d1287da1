//! Activation: from a sign-in through an invitation to one linked record (`A10`–`A14`).

pub mod change;
pub mod event;
pub mod jobs;
pub mod requester_id_link;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::licence::LicenceType;
use crate::activation::change::ActivationChange;
use crate::activation::event::ActivationEvent;
use crate::activation::jobs::{LinkByRequesterId, MailActivated, RunActivation};
use crate::credentials::change::IdentityChange;
use crate::credentials::identity;
use crate::devices::Device;
use crate::devices::event::Leaving;
use crate::invitations::change::InvitationChange;
use crate::invitations::{ActivationError, Admission, Claim, Entitlement, Invitation, Revocation};
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{Customer, EndReason, Evidence, Identity, Link, Origin, SignIn};
use crate::kernel::ids::{ActivationId, CustomerId, InvitationId};
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::{Attributes, Observation};
use crate::kernel::timeline::Personal;
use crate::sync::event::Ruling;
use crate::sync::event::SyncEvent;
use crate::sync::jobs::ConfirmAbsence;
use crate::sync::reconcile::{self, Facts};

/// Maximum delay of the service desk's lists behind its objects. Its documentation says "a few minutes".
const INDEX_LAG: SignedDuration = SignedDuration::from_mins(6);

/// Delay of the next check when no devices were found, although some are likely to exist.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// A sign-in through an invitation, and its processing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// The activation's id.
    pub id: ActivationId,
    /// The invitation.
    pub invitation_id: InvitationId,
    /// The sign-in.
    pub sign_in: SignIn,
    /// Current state.
    pub state: ActivationState,
    /// Progress of the background steps.
    pub progress: Progress,
    /// The customer, once created or found.
    pub customer_id: Option<CustomerId>,
    /// Time of the sign-in.
    pub created_at: Timestamp,
    /// Time of completion or rejection.
    pub finished_at: Option<Timestamp>,
}

/// The state of an activation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationState {
    /// The background steps are due, or will be retried.
    Pending,
    /// The record is written.
    Done,
    /// The activation was rejected.
    Refused(ActivationError),
}

/// The background steps of `A13` and their states.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Fetch the requester.
    pub requester: StepState,
    /// Find the CRM contact by the requester's primary e-mail.
    pub contact: StepState,
    /// List the requester's assets.
    pub devices: StepState,
    /// Write the unified record.
    pub record: StepState,
}

/// The state of a background step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StepState {
    /// Not started.
    #[default]
    Waiting,
    /// In progress.
    Running,
    /// Completed.
    Done,
    /// The outside system is unavailable or busy; the step is retried automatically.
    Delayed {
        /// The system's configured name.
        system: String,
        /// Time of the next attempt.
        retry_at: Timestamp,
    },
}

/// A sign-in through an invitation, with the hub's data about both.
#[derive(Debug)]
pub struct ClaimAttempt<'a> {
    /// The invitation.
    pub invitation: &'a Invitation,
    /// The sign-in.
    pub sign_in: SignIn,
    /// The customer who owns the identity, if any.
    pub identity_of: Option<Owner>,
    /// The customer linked to the requester, if any, and whether that customer has an identity.
    pub requester_of: Option<(CustomerId, bool)>,
}

/// The customer an identity belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The customer's id.
    pub customer_id: CustomerId,
    /// Whether the customer has a requester. A customer without one loses nothing: staff ended the link, and a new
    /// invitation can restore it.
    pub has_requester: bool,
}

/// Outcome of a claim attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// Apply this plan. It starts the activation, or completes it if the record was activated before.
    Begin(Plan, Box<Activation>),
    /// The same person returned: show the state of their activation.
    AlreadyClaimed,
}

/// Decides about a sign-in through an invitation. It claims the invitation, so that exactly one of several racing
/// sign-ins succeeds. The invitation is consumed later, together with writing the record.
pub fn claim_invitation(attempt: ClaimAttempt<'_>, stamp: Stamp<'_>) -> Result<ClaimOutcome, ActivationError> {
    let ClaimAttempt { invitation, sign_in, identity_of, requester_of } = attempt;
    match invitation.admit(&sign_in.identity, stamp.now)? {
        Admission::Resume | Admission::Complete => return Ok(ClaimOutcome::AlreadyClaimed),
        Admission::Claim => {}
    }
    let activated_before = match (identity_of, requester_of) {
        (Some(owner), Some((customer_id, _))) if owner.customer_id == customer_id => Some(customer_id),
        (Some(_), Some(_)) | (Some(Owner { has_requester: true, .. }), None) => {
            return Err(ActivationError::OtherAccountLinked);
        }
        (None, Some((_, true))) => return Err(ActivationError::AlreadyActivatedByOther),
        (Some(_) | None, None) | (None, Some((_, false))) => None,
    };

    let claim = Claim { identity: sign_in.identity.clone(), shown_as: sign_in.masked(), at: stamp.now };
    let mut activation = Activation {
        id: stamp.id(),
        invitation_id: invitation.id,
        sign_in,
        state: ActivationState::Pending,
        progress: Progress { requester: StepState::Running, ..Progress::default() },
        customer_id: activated_before,
        created_at: stamp.now,
        finished_at: None,
    };
    let mut plan = Plan::default();
    plan.push(InvitationChange::Claim { id: invitation.id, claim }, "the first sign-in through an invitation has it");
    if activated_before.is_some() {
        activation.state = ActivationState::Done;
        activation.finished_at = Some(stamp.now);
        plan.push(
            InvitationChange::Consume { id: invitation.id, at: stamp.now },
            "this sign-in had activated the record before",
        );
    }
    plan.push(ActivationChange::Create(Box::new(activation.clone())), "a sign-in through an invitation activates it");
    if activated_before.is_none() {
        let job = stamp.job(RunActivation { activation_id: activation.id, missing_since: None });
        plan.push(JobChange::Enqueue(job), "the background steps run by themselves");
    }
    Ok(ClaimOutcome::Begin(plan, Box::new(activation)))
}

/// Input of the last step of an activation.
#[derive(Debug)]
pub struct FetchedRecords<'a> {
    /// The pending activation.
    pub activation: Activation,
    /// The invitation it came through.
    pub invitation: &'a Invitation,
    /// The existing customer who gets the record, if any: the requester's, or the identity's if that customer has no
    /// requester.
    pub home: Option<Home>,
    /// The customer who owns the identity, if any.
    pub identity_of: Option<CustomerId>,
    /// Records read from the outside systems; `None` if the requester no longer exists.
    pub facts: Option<Facts<'a>>,
    /// Licence of a new person (`P05`).
    pub licence: Option<LicenceType>,
}

/// An existing customer, to whom an activation adds the record.
#[derive(Debug)]
pub struct Home {
    /// The customer.
    pub customer: Customer,
    /// The customer's identities.
    pub identities: Vec<Identity>,
    /// Time when the requester was linked, if it is.
    pub requester_since: Option<Timestamp>,
}

/// The last step of `A13`: one plan that links all records, consumes the invitation and sends the notice.
pub fn complete(gathered: FetchedRecords<'_>, stamp: Stamp<'_>) -> Result<Plan, ActivationError> {
    let FetchedRecords { mut activation, invitation, home, identity_of, facts, licence } = gathered;
    let facts = facts.filter(|facts| is_active(&facts.requester)).ok_or(ActivationError::RequesterGone)?;
    let evidence = entitled(&activation.sign_in, invitation, &facts.requester).ok_or(ActivationError::Revoked)?;
    let is_home = identity_of.is_some() && identity_of == home.as_ref().map(|home| home.customer.id);
    if identity_of.is_some() && !is_home {
        return Err(ActivationError::OtherAccountLinked);
    }
    if !is_home && home.as_ref().is_some_and(|home| !home.identities.is_empty()) {
        return Err(ActivationError::AlreadyActivatedByOther);
    }

    let nothing_found = facts.assets.is_empty();
    let name = facts.requester.attributes.title().to_owned();
    // A customer linked to the requester before the invitation already has the invitation on the timeline.
    let is_noted =
        home.as_ref().and_then(|home| home.requester_since).is_some_and(|since| since <= invitation.created_at);
    let linked_before = home.as_ref().is_some_and(|home| home.requester_since.is_some());
    let mut draft = match home {
        Some(home) => CustomerEdit::of(home.customer, stamp),
        None => CustomerEdit::for_requester(&facts.requester, stamp),
    };
    let customer_id = draft.customer.id;
    let sign_in = activation.sign_in.clone();

    if invitation.ground != Entitlement::Token || !is_noted {
        note_entitlement(&mut draft, invitation);
    }
    draft.note(ActivationEvent::Activated {
        invitation_id: invitation.id,
        provider: sign_in.provider.clone(),
        email: sign_in.email.as_ref().map(Personal::from),
    });
    if !linked_before {
        draft.link(facts.requester.key.clone(), Origin::Activation, evidence);
    }
    if !is_home {
        let person = identity::new_person(&mut draft, sign_in.name.as_deref().unwrap_or(&name), licence, stamp);
        identity::introduce(&mut draft, &sign_in, person, Origin::Activation, stamp);
    }
    reconcile::reconcile(&mut draft, facts, reconcile::Why::Activation, stamp);

    activation.state = ActivationState::Done;
    activation.customer_id = Some(customer_id);
    activation.finished_at = Some(stamp.now);
    activation.progress = Progress {
        requester: StepState::Done,
        contact: StepState::Done,
        devices: StepState::Done,
        record: StepState::Done,
    };
    let notice = stamp.job(MailActivated { activation_id: activation.id });

    draft.push(InvitationChange::Consume { id: invitation.id, at: stamp.now }, "an invitation is used once");
    draft.push(ActivationChange::Update(Box::new(activation)), "the activation is complete");
    draft.push(JobChange::Enqueue(notice), "the known address hears of every activation");
    let mut confirm_absence = stamp.job(ConfirmAbsence { customer_id });
    confirm_absence.run_at = stamp.now + if nothing_found { SOON } else { INDEX_LAG };
    draft.push(
        JobChange::Enqueue(confirm_absence),
        "an asset assigned a moment ago is not in the service desk's lists yet",
    );
    Ok(draft.finish())
}

/// Rejects an activation. The invitation becomes available again, or is revoked if its requester no longer exists.
pub fn refuse(mut activation: Activation, invitation: &Invitation, why: ActivationError, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    plan.push(InvitationChange::Release { id: invitation.id }, "a refused activation does not use the invitation up");
    let revocation = match why {
        ActivationError::RequesterGone => Some(Revocation::RequesterGone),
        ActivationError::Revoked => Some(Revocation::EmailChanged),
        _ => None,
    };
    if invitation.ground == Entitlement::VerifiedEmail && why == ActivationError::Revoked {
        let (sign_in, requester_id) = (Box::new(activation.sign_in.clone()), invitation.external_id.clone());
        let job = stamp.job(LinkByRequesterId { sign_in, requester_id, missing_since: None });
        plan.push(JobChange::Enqueue(job), "the address is the requester's no longer: a person decides");
    }
    if let Some(why) = revocation.filter(|_| invitation.ground == Entitlement::Token) {
        let (system, external_id) = (invitation.system.clone(), invitation.external_id.clone());
        let change = InvitationChange::Revoke { system, external_id, at: stamp.now, why };
        plan.push(change, "an invitation is bound to the requester and the address it was sent to");
    }
    activation.state = ActivationState::Refused(why);
    activation.finished_at = Some(stamp.now);
    plan.push(ActivationChange::Update(Box::new(activation)), "the activation cannot be");
    plan
}

/// Ends one link of a customer. With a sign-in's link, its identity is removed too. The record keeps its data and can
/// be linked again.
///
/// `devices` are the devices held by a requester's link. They are unassigned.
pub fn unlink(
    customer: Customer,
    link: &Link,
    identity: Option<&Identity>,
    devices: &[Device],
    why: &str,
    stamp: Stamp<'_>,
) -> Plan {
    let mut draft = CustomerEdit::of(customer, stamp);
    let why = EndReason::Requested { note: why.into() };
    draft.note(CustomerEvent::Unlinked { record: link.record.clone(), why: why.clone() });
    for device in devices {
        draft.unassign_device(device, Leaving::Unlinked);
    }
    draft.end_link(link, why);
    if let Some(identity) = identity {
        draft.push(IdentityChange::Remove(identity.id), "the sign-in no longer belongs to the customer");
    }
    draft.finish()
}

fn is_active(requester: &Observation) -> bool {
    matches!(&requester.attributes, Attributes::Requester(requester) if requester.active)
}

/// Evidence that the record belongs to this sign-in, based on the current requester.
fn entitled(sign_in: &SignIn, invitation: &Invitation, requester: &Observation) -> Option<Evidence> {
    match &invitation.ground {
        Entitlement::Token => {
            let primary = requester.attributes.primary_email().and_then(normalise::email);
            let sent_to = invitation.email.clone();
            (primary == normalise::email(&sent_to))
                .then_some(Evidence::InvitationToken { invitation_id: invitation.id, sent_to })
        }
        Entitlement::VerifiedEmail => requester_id_link::shared_address(sign_in, &requester.attributes)
            .map(|email| Evidence::VerifiedEmail { issuer: sign_in.identity.issuer.clone(), email }),
        Entitlement::Decision { review_id, .. } => Some(Evidence::Decision { review_id: *review_id }),
    }
}

fn note_entitlement(draft: &mut CustomerEdit<'_>, invitation: &Invitation) {
    match &invitation.ground {
        Entitlement::Token => draft.note(invitation.event()),
        Entitlement::VerifiedEmail => {}
        Entitlement::Decision { review_id, decided_by, note } => draft.note(SyncEvent::ReviewDecided {
            review_id: *review_id,
            ruling: Ruling::SignInOf { requester_id: invitation.external_id.clone(), decided_by: decided_by.clone() },
            note: note.as_ref().map(Personal::from),
        }),
    }
}
