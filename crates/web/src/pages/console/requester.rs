//! A record of an outside system that belongs to no customer yet.

use jiff::Timestamp;
use serde::Serialize;

use super::super::{Fact, Page, Stale};
use super::{Badge, InvitationRow, SystemName};

/// A requester (or contact) that is not linked.
#[derive(Debug, Clone, Serialize)]
pub struct Requester {
    /// Its system.
    pub system: SystemName,
    /// `requester` or `contact`.
    pub kind: String,
    /// Its id there.
    pub external_id: String,
    /// Name.
    pub name: String,
    /// Whether it is active there.
    pub state: Badge,
    /// The record in its own system.
    pub url: Option<String>,
    /// Its attributes, in reading order.
    pub facts: Vec<Fact>,
    /// Its assets.
    pub assets: Vec<RequesterAsset>,
    /// Invitations, newest first.
    pub invitations: Vec<InvitationRow>,
    /// The form that invites; none for a contact.
    pub invite: Option<InviteForm>,
    /// The link just made. It is shown this once and can't be shown again: only its hash is stored.
    pub fresh_link: Option<FreshLink>,
    /// When the record was last read from its system.
    pub seen_at: Timestamp,
    /// The system does not answer.
    pub stale: Option<Stale>,
    /// POST here re-reads it.
    pub reread_action: String,
}

impl Page for Requester {
    const TEMPLATE: &'static str = "console/customers/requester.html";
}

/// An asset of a requester.
#[derive(Debug, Clone, Serialize)]
pub struct RequesterAsset {
    /// Display name.
    pub name: String,
    /// Asset type.
    pub asset_type: String,
    /// Hardware serial.
    pub serial: Option<String>,
    /// State.
    pub state: Badge,
    /// Whether the type makes it a device (A05).
    pub is_device: bool,
}

/// The invitation form: a POST without fields.
#[derive(Debug, Clone, Serialize)]
pub struct InviteForm {
    /// Where it posts to.
    pub action: String,
    /// The address it will go to; none when the requester has none.
    pub email: Option<String>,
    /// Why nobody can be invited, as in "This requester has no e-mail address."
    pub blocked: Option<String>,
    /// An open invitation exists and will be replaced.
    pub replaces_open: bool,
    /// For how many days the new link will work.
    pub valid_days: u32,
}

/// A link just made.
#[derive(Debug, Clone, Serialize)]
pub struct FreshLink {
    /// The full link.
    pub url: String,
    /// Where it is mailed to.
    pub sent_to: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}
