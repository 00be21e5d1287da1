//! Input of an explanation.

use jiff::Timestamp;

use crate::activation::{Activation, ActivationState, StepState};
use crate::invitations::{ActivationError, InvitationState, Revocation};
use crate::kernel::customer::EndReason;
use crate::kernel::ids::{CustomerId, ReviewId};
use crate::kernel::record::RecordKey;
use crate::sync::review::Question;

/// All data about the subject of the question.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Current time.
    pub now: Timestamp,
    /// The device, if the question is about one.
    pub device: Option<Device>,
    /// The sign-in, if the question is about one.
    pub sign_in: Option<SignIn>,
    /// The customer of the sign-in, requester or device holder.
    pub customer: Option<Customer>,
    /// The customer's requester; without a customer, the requester asked about or found by the sign-in's address.
    pub requester: Option<Requester>,
}

/// Evidential value of a sign-in's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailProof {
    /// The provider supplied no address.
    None,
    /// The provider did not verify it.
    Unverified,
    /// The provider verified it.
    Verified,
}

/// A sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Label for staff.
    pub shown_as: String,
    /// Evidential value of its address.
    pub email: EmailProof,
    /// Whether it belongs to the customer of these facts.
    pub linked: bool,
    /// The end of its link, if it was unlinked from a customer.
    pub unlinked: Option<Unlinked>,
    /// Its latest activation.
    pub activation: Option<Attempt>,
    /// Whether it was linked by an activation. Staff can also give a person a way to sign in.
    pub activated: bool,
    /// A pending review about it.
    pub review: Option<ReviewId>,
}

/// An ended link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlinked {
    /// Time of the end.
    pub at: Timestamp,
    /// The record that was linked.
    pub record: RecordKey,
    /// Reason.
    pub why: EndReason,
}

/// State of a customer's marketplace account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStanding {
    /// The account exists.
    Open,
    /// The marketplace deleted it, and there is no other account.
    Closed,
}

/// Whom the operating company's record stands for. It holds its own people, and everyone whom staff gave access without
/// naming a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorPerson {
    /// An employee of the company: with a licence for other portals than the customer portal.
    Colleague,
    /// A person with a licence for the customer portal only, or without one.
    Guest,
}

/// A customer.
#[derive(Debug, Clone)]
pub struct Customer {
    /// The customer's id.
    pub id: CustomerId,
    /// The customer's name.
    pub name: String,
    /// Number of identities.
    pub identities: usize,
    /// Whether one of them was linked by an activation.
    pub activated: bool,
    /// Set if this is the record of the operating company.
    pub operator: Option<OperatorPerson>,
    /// The last identity that was unlinked, if there are none left.
    pub unlinked: Option<Unlinked>,
    /// The end of the link to the requester, if there is no active one.
    pub requester_unlinked: Option<Unlinked>,
    /// State of the marketplace account, if the customer came from a marketplace.
    pub account: Option<AccountStanding>,
    /// Time when the linked requester was found deleted, if it was.
    pub requester_gone: Option<Timestamp>,
    /// Number of visible devices.
    pub devices: usize,
    /// Number of assigned assets of other types.
    pub other_assets: usize,
    /// Former devices that were trashed or deleted.
    pub lost: Vec<LostDevice>,
    /// Unlinked requesters that hold devices and appear to be the same person.
    pub duplicates: Vec<RecordKey>,
    /// Time of the last read of the customer's assets.
    pub assets_read_at: Option<Timestamp>,
    /// The CRM contact.
    pub contact: Contact,
    /// Number of held changes about the customer.
    pub held: usize,
    /// Number of held changes that would assign an asset to the customer.
    pub coming: usize,
    /// Pending reviews about the customer.
    pub reviews: Vec<(ReviewId, Question)>,
    /// Unsuccessful jobs about the customer.
    pub troubles: Vec<RefreshTrouble>,
}

/// A former device of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostDevice {
    /// The asset.
    pub key: RecordKey,
    /// Its name.
    pub name: String,
    /// Whether it is in the trash; otherwise it was deleted permanently.
    pub trashed: bool,
}

/// State of the CRM contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// Linked.
    Linked(RecordKey),
    /// Linked, but no longer in the CRM.
    Gone(RecordKey),
    /// Not linked.
    None,
}

/// An unsuccessful job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshTrouble {
    /// Kind of job.
    pub kind: &'static str,
    /// Last error.
    pub error: String,
    /// Time of the next attempt; `None` if it failed permanently.
    pub retry_at: Option<Timestamp>,
}

/// A requester.
#[derive(Debug, Clone)]
pub struct Requester {
    /// Key of the requester's record.
    pub key: RecordKey,
    /// The requester's name.
    pub name: String,
    /// Whether it has an e-mail address to send an invitation to.
    pub has_email: bool,
    /// `false` if deactivated.
    pub active: bool,
    /// Id of the requester it was merged into.
    pub merged_into: Option<String>,
    /// Time since it is not found by its id.
    pub missing_since: Option<Timestamp>,
    /// Time of the permanent deletion.
    pub gone_at: Option<Timestamp>,
    /// Time of the last read.
    pub read_at: Timestamp,
    /// Its latest invitation.
    pub invitation: Option<Invitation>,
}

impl Requester {
    /// Whether it is active and available in the service desk.
    pub(crate) fn stands(&self) -> bool {
        self.active && self.merged_into.is_none() && self.missing_since.is_none() && self.gone_at.is_none()
    }
}

/// An invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Current state.
    pub state: InvitationState,
    /// Time of issue.
    pub created_at: Timestamp,
    /// Expiry.
    pub expires_at: Timestamp,
    /// Reason for revocation, if revoked.
    pub revoked: Option<Revocation>,
    /// Its latest activation.
    pub activation: Option<Attempt>,
    /// The job that sends its e-mail, if unsuccessful.
    pub mail: Option<RefreshTrouble>,
}

/// Data of an activation for explanations.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Time of the sign-in.
    pub at: Timestamp,
    /// Current state.
    pub standing: Standing,
}

/// State of an activation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// In progress.
    Running,
    /// Waiting for this system.
    Delayed(String),
    /// Rejected.
    Refused(ActivationError),
    /// Completed.
    Done,
}

impl From<&Activation> for Attempt {
    fn from(activation: &Activation) -> Self {
        let progress = &activation.progress;
        let steps = [&progress.requester, &progress.contact, &progress.devices, &progress.record];
        let delayed = steps.into_iter().find_map(|step| match step {
            StepState::Delayed { system, .. } => Some(system.clone()),
            _ => None,
        });
        let standing = match (activation.state, delayed) {
            (ActivationState::Pending, Some(system)) => Standing::Delayed(system),
            (ActivationState::Pending, None) => Standing::Running,
            (ActivationState::Refused(refusal), _) => Standing::Refused(refusal),
            (ActivationState::Done, _) => Standing::Done,
        };
        Self { at: activation.created_at, standing }
    }
}

/// A device that the question is about.
#[derive(Debug, Clone)]
pub struct Device {
    /// The asset.
    pub key: RecordKey,
    /// Its name.
    pub name: String,
    /// The asset type's name.
    pub asset_type: String,
    /// Whether it is of the device type.
    pub is_device: bool,
    /// Whether it is in the trash.
    pub trashed: bool,
    /// Time of the permanent deletion.
    pub gone_at: Option<Timestamp>,
    /// Time since it is not found by its id.
    pub missing_since: Option<Timestamp>,
    /// The requester it is assigned to.
    pub holder: Option<String>,
    /// The customer of whom its holder appears to be a duplicate requester.
    pub duplicate_of: Option<(CustomerId, String)>,
    /// Time of the last read.
    pub read_at: Timestamp,
}
