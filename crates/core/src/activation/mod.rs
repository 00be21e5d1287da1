//! Activation: from a sign-in through an invitation to one linked record (`A10`–`A14`).

pub mod change;
pub mod jobs;
pub mod requester_id_link;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::access::licence::LicenceType;
use crate::activation::change::ActivationChange;
use crate::activation::jobs::{LinkByRequesterId, MailActivated, RunActivation};
use crate::credentials::change::IdentityChange;
use crate::credentials::identity;
use crate::devices::Device;
use crate::invitations::change::InvitationChange;
use crate::invitations::{ActivationError, Admission, Claim, Entitlement, Invitation, Revocation};
use crate::kernel::customer::{Customer, EndReason, Evidence, Identity, Link, Origin, SignIn};
use crate::kernel::ids::{ActivationId, CustomerId, InvitationId};
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::{Attributes, Observation};
use crate::kernel::timeline::{Event, Leaving, Personal, Ruling};
use crate::sync::jobs::ConfirmAbsence;
use crate::sync::reconcile::{self, Facts};

/// How long the service desk's lists may lag behind its objects ("a few minutes", says its documentation).
const INDEX_LAG: SignedDuration = SignedDuration::from_mins(6);

/// When to look again at somebody for whom nothing was found, who probably has something.
const SOON: SignedDuration = SignedDuration::from_mins(1);

/// One sign-in through an invitation, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// Through which invitation.
    pub invitation_id: InvitationId,
    /// Who signed in.
    pub sign_in: SignIn,
    /// How it stands.
    pub state: ActivationState,
    /// How far the background steps are.
    pub progress: Progress,
    /// The customer, once there is one.
    pub customer_id: Option<CustomerId>,
    /// When the sign-in came.
    pub created_at: Timestamp,
    /// When it ended, well or not.
    pub finished_at: Option<Timestamp>,
}

/// How an activation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivationState {
    /// The background steps are to be run, or to be run again.
    Pending,
    /// The record is written.
    Done,
    /// It cannot be.
    Refused(ActivationError),
}

/// The background steps of `A13`, each with its state.
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

/// How one background step stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    #[default]
    Waiting,
    /// Under way.
    Running,
    /// Done.
    Done,
    /// The outside system does not answer, or is busy; it is tried again by itself.
    Delayed {
        /// Which system.
        system: String,
        /// When it will be tried again.
        retry_at: Timestamp,
    },
}

/// A sign-in through an invitation, and what the hub knows about the two.
#[derive(Debug)]
pub struct ClaimAttempt<'a> {
    /// The invitation.
    pub invitation: &'a Invitation,
    /// The sign-in.
    pub sign_in: SignIn,
    /// Whose the identity is already.
    pub identity_of: Option<Owner>,
    /// Whose the requester is already, and whether anybody signs in for them.
    pub requester_of: Option<(CustomerId, bool)>,
}

/// The customer an identity belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Which.
    pub customer_id: CustomerId,
    /// Whether that customer has a requester. Without one there is nothing to lose: staff undid the link, and a new invitation may make
    /// it again.
    pub has_requester: bool,
}

/// What comes of it.
#[derive(Debug, PartialEq, Eq)]
pub enum ClaimOutcome {
    /// Apply this plan: the activation begins, or ends at once when there is nothing left to do.
    Begin(Plan, Box<Activation>),
    /// The same person came back: show how their activation stands.
    AlreadyClaimed,
}

/// Decides about a sign-in through an invitation. The invitation is claimed here, so that of any number of racing sign-ins one wins; it
/// is consumed with the record.
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

/// Everything the last step needs to know.
#[derive(Debug)]
pub struct FetchedRecords<'a> {
    /// The pending activation.
    pub activation: Activation,
    /// Its invitation.
    pub invitation: &'a Invitation,
    /// The customer who will have the record, if there is one already: the requester's, else the identity's when it has no requester.
    pub home: Option<Home>,
    /// Whose the identity is already.
    pub identity_of: Option<CustomerId>,
    /// What was read from the outside systems; no requester: it is gone.
    pub facts: Option<Facts<'a>>,
    /// What somebody new may use (`P05`).
    pub licence: Option<LicenceType>,
}

/// An existing customer whom an activation completes.
#[derive(Debug)]
pub struct Home {
    /// The customer.
    pub customer: Customer,
    /// Who signs in for them.
    pub identities: Vec<Identity>,
    /// Since when they have the requester, if they do.
    pub requester_since: Option<Timestamp>,
}

/// The last step of `A13`: one plan that links everything, consumes the invitation and says so.
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
    // Who had the requester when they were invited has it on their timeline since then.
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
    draft.note(&Event::Activated {
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

/// Ends an activation that cannot be: the invitation is free again, or taken back when its requester is gone.
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
        let job = stamp.job(LinkByRequesterId { sign_in, requester_id });
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

/// Ends one link of a customer, and with a sign-in link its identity. The record keeps what is known; it can be linked again.
///
/// With a requester's link go the devices it holds: `devices` are those.
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
    draft.note(&Event::Unlinked { record: link.record.clone(), why: why.clone() });
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

/// On what evidence the record may be this sign-in's, judged by the requester as it is now.
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
        Entitlement::Token => draft.note(&invitation.event()),
        Entitlement::VerifiedEmail => {}
        Entitlement::Decision { review_id, decided_by, note } => draft.note(&Event::ReviewDecided {
            review_id: *review_id,
            ruling: Ruling::SignInOf { requester_id: invitation.external_id.clone(), decided_by: decided_by.clone() },
            note: note.as_ref().map(Personal::from),
        }),
    }
}
