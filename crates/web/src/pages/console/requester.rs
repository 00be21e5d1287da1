//! The page of a record of an outside system that belongs to no customer.

use jiff::Timestamp;
use serde::Serialize;

use super::super::{Fact, Page, Stale};
use super::{Badge, CrmContact, InvitationRow, SystemName};

/// A requester or contact that is not linked.
#[derive(Debug, Clone, Serialize)]
pub struct Requester {
    /// The record's system.
    pub system: SystemName,
    /// `requester` or `contact`.
    pub kind: String,
    /// The record's id in that system.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// Whether the record is active in that system.
    pub state: Badge,
    /// URL of the record in its own system.
    pub url: Option<String>,
    /// The record's attributes.
    pub facts: Vec<Fact>,
    /// A contact's lifecycle stage and deals; `None` for a requester.
    pub contact: Option<CrmContact>,
    /// URL of a requester's tickets; `None` for a contact.
    pub tickets_url: Option<String>,
    /// The record's assets.
    pub assets: Vec<RequesterAsset>,
    /// Invitations, newest first.
    pub invitations: Vec<InvitationRow>,
    /// The form for inviting the requester; `None` for a contact.
    pub invite: Option<InviteForm>,
    /// The link of an invitation that was just issued. It is shown only once, because only its hash is stored.
    pub fresh_link: Option<FreshLink>,
    /// When the record was last read from its system.
    pub seen_at: Timestamp,
    /// Set if the system does not respond.
    pub stale: Option<Stale>,
    /// POST action for reading it again.
    pub reread_action: String,
}

impl Page for Requester {
    const TEMPLATE: &'static str = "console/customers/requester.html";
}

/// An asset of a requester.
#[derive(Debug, Clone, Serialize)]
pub struct RequesterAsset {
    /// The display name.
    pub name: String,
    /// The asset type.
    pub asset_type: String,
    /// The hardware serial number.
    pub serial: Option<String>,
    /// The state.
    pub state: Badge,
    /// Whether the asset type makes it a device (A05).
    pub is_device: bool,
}

/// The invitation form: a POST without fields.
#[derive(Debug, Clone, Serialize)]
pub struct InviteForm {
    /// The form's action.
    pub action: String,
    /// The recipient's address; `None` if the requester has none.
    pub email: Option<String>,
    /// Why the requester cannot be invited, as in "This requester has no e-mail address."
    pub blocked: Option<String>,
    /// Whether there is an open invitation, which will be replaced.
    pub replaces_open: bool,
    /// Number of days for which the new link is valid.
    pub valid_days: u32,
}

/// The link of an invitation that was just issued.
#[derive(Debug, Clone, Serialize)]
pub struct FreshLink {
    /// The full URL.
    pub url: String,
    /// The recipient of the e-mail.
    pub sent_to: String,
    /// When the link expires.
    pub expires_at: Timestamp,
}
