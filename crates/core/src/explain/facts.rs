//! What has to be known to decide.

use jiff::Timestamp;

use crate::activation::{Activation, ActivationState, StepState};
use crate::invitations::{ActivationError, InvitationState, Revocation};
use crate::kernel::customer::EndReason;
use crate::kernel::ids::{CustomerId, ReviewId};
use crate::kernel::record::RecordKey;
use crate::sync::review::Question;

/// Everything that is known about what was asked.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The present time.
    pub now: Timestamp,
    /// The device the question is about, if it is about one.
    pub device: Option<Device>,
    /// The sign-in the question is about, if it is about one.
    pub sign_in: Option<SignIn>,
    /// The customer the sign-in, the requester or the device's holder belongs to.
    pub customer: Option<Customer>,
    /// The requester on the way: the customer's; without a customer, the one that is asked about or has the sign-in's address.
    pub requester: Option<Requester>,
}

/// What an address of a sign-in proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailProof {
    /// The provider told none.
    None,
    /// The provider did not verify it.
    Unverified,
    /// The provider verified it.
    Verified,
}

/// A sign-in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// As staff see it.
    pub shown_as: String,
    /// What its address proves.
    pub email: EmailProof,
    /// Whether it belongs to the customer of these facts.
    pub linked: bool,
    /// When it was unlinked, if it once belonged to a customer.
    pub unlinked: Option<Unlinked>,
    /// Its newest activation.
    pub activation: Option<Attempt>,
    /// A question about it that waits for a decision.
    pub review: Option<ReviewId>,
}

/// A link that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unlinked {
    /// When.
    pub at: Timestamp,
    /// The record that was linked.
    pub record: RecordKey,
    /// Why.
    pub why: EndReason,
}

/// How a customer's account at a marketplace stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStanding {
    /// It is there.
    Open,
    /// The marketplace deleted it, and there is no other.
    Closed,
}

/// A customer.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Which.
    pub id: CustomerId,
    /// The name.
    pub name: String,
    /// How many identities sign in for them.
    pub identities: usize,
    /// The last sign-in that was unlinked, if none is left.
    pub unlinked: Option<Unlinked>,
    /// Why the link to the requester ended, if there is none.
    pub requester_unlinked: Option<Unlinked>,
    /// How the account stands that a marketplace had them made for, if one did.
    pub account: Option<AccountStanding>,
    /// Since when the requester they had is gone, if it is.
    pub requester_gone: Option<Timestamp>,
    /// How many devices they see.
    pub devices: usize,
    /// How many assets of other types are assigned to them.
    pub other_assets: usize,
    /// Devices that were theirs and are in the trash, or gone.
    pub lost: Vec<LostDevice>,
    /// Requesters that seem to be the same person, are not linked, and hold devices.
    pub duplicates: Vec<RecordKey>,
    /// When the list of their assets was last read.
    pub assets_read_at: Option<Timestamp>,
    /// Their CRM contact.
    pub contact: Contact,
    /// How many changes about them are held back.
    pub held: usize,
    /// How many changes are held back that would give them an asset.
    pub coming: usize,
    /// Open questions about them.
    pub reviews: Vec<(ReviewId, Question)>,
    /// Work about them that does not succeed.
    pub troubles: Vec<RefreshTrouble>,
}

/// A device that was theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostDevice {
    /// The asset.
    pub key: RecordKey,
    /// Its name.
    pub name: String,
    /// In the trash; otherwise gone for ever.
    pub trashed: bool,
}

/// How the CRM contact stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Contact {
    /// It is linked.
    Linked(RecordKey),
    /// It is linked, and the CRM no longer has it.
    Gone(RecordKey),
    /// There is none.
    None,
}

/// Work that does not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshTrouble {
    /// The kind of the job.
    pub kind: &'static str,
    /// What went wrong last.
    pub error: String,
    /// When it is tried again; none: it was given up.
    pub retry_at: Option<Timestamp>,
}

/// A requester.
#[derive(Debug, Clone)]
pub struct Requester {
    /// Which.
    pub key: RecordKey,
    /// The name.
    pub name: String,
    /// Whether anybody could be invited: it has an e-mail address.
    pub has_email: bool,
    /// `false`: deactivated.
    pub active: bool,
    /// Into which it was merged.
    pub merged_into: Option<String>,
    /// Since when it does not answer by its id.
    pub missing_since: Option<Timestamp>,
    /// Since when it is gone for good.
    pub gone_at: Option<Timestamp>,
    /// When it was last read.
    pub read_at: Timestamp,
    /// Its newest invitation.
    pub invitation: Option<Invitation>,
}

impl Requester {
    /// Whether it stands in the service desk as it should.
    pub(crate) fn stands(&self) -> bool {
        self.active && self.merged_into.is_none() && self.missing_since.is_none() && self.gone_at.is_none()
    }
}

/// An invitation.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Where it stands.
    pub state: InvitationState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends or ended.
    pub expires_at: Timestamp,
    /// Why it was taken back, if it was.
    pub revoked: Option<Revocation>,
    /// Its newest activation.
    pub activation: Option<Attempt>,
    /// The job that sends its mail, if that does not succeed.
    pub mail: Option<RefreshTrouble>,
}

/// An activation, as far as it matters here.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// When the sign-in came.
    pub at: Timestamp,
    /// How it stands.
    pub standing: Standing,
}

/// How an activation stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Its steps are running.
    Running,
    /// Its steps wait for this system.
    Delayed(String),
    /// It was refused.
    Refused(ActivationError),
    /// It is done.
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

/// A device that is asked about.
#[derive(Debug, Clone)]
pub struct Device {
    /// The asset.
    pub key: RecordKey,
    /// Its name.
    pub name: String,
    /// The asset type's name.
    pub asset_type: String,
    /// Whether that type makes a device.
    pub is_device: bool,
    /// In the trash.
    pub trashed: bool,
    /// Since when it is gone.
    pub gone_at: Option<Timestamp>,
    /// Since when it does not answer by its id.
    pub missing_since: Option<Timestamp>,
    /// The requester it is assigned to.
    pub holder: Option<String>,
    /// The customer of whom its holder seems to be a second requester.
    pub duplicate_of: Option<(CustomerId, String)>,
    /// When it was last read.
    pub read_at: Timestamp,
}
