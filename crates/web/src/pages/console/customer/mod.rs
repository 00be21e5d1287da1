//! One customer: the record, the systems around it, and everything that happened (H01, H05).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done, PersonRow, SystemName, WhyPanel};
use crate::pages::graph::Graph;
use crate::pages::{Fact, Page, Stale};

/// The customer page.
#[derive(Debug, Clone, Serialize)]
pub struct Customer {
    /// The hub's id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Primary e-mail, if known.
    pub email: Option<String>,
    /// Other facts for the header: phones, more addresses.
    pub facts: Vec<Fact>,
    /// Since when the record is linked.
    pub since: Timestamp,
    /// The linked records, identity first.
    pub links: Vec<LinkRow>,
    /// The customer's devices.
    pub devices: Vec<CustomerDevice>,
    /// Why there is no device, from the reason shared by all faces; only when `devices` is empty.
    pub no_devices: Option<String>,
    /// Who signs in for the customer.
    pub people: Vec<PersonRow>,
    /// Why something is missing, and every check.
    pub why: WhyPanel,
    /// Invitations, newest first.
    pub invitations: Vec<InvitationRow>,
    /// Open review items about this customer.
    pub reviews: Vec<ReviewLine>,
    /// What happened, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The result of recomputing the hash chain.
    pub verification: Verification,
    /// An older part of the timeline.
    pub older_url: Option<String>,
    /// POST here assigns a device from stock; field `device`. None: no requester is linked.
    pub assign_action: Option<String>,
    /// The form of a new device for this customer.
    pub new_device_url: Option<String>,
    /// POST here invites again; none when there is nobody to invite.
    pub invite_action: Option<String>,
    /// POST here re-reads the customer's records from their systems.
    pub reread_action: String,
    /// A system that does not answer, if any.
    pub stale: Option<Stale>,
}

impl Page for Customer {
    const TEMPLATE: &'static str = "console/customers/one.html";

    fn context(&self) -> minijinja::Value {
        let graph = minijinja::value::Serde(Graph::of(&self.name, &self.links));
        minijinja::context! { graph => minijinja::Value::from(graph), ..minijinja::Value::from(minijinja::value::Serde(self)) }
    }
}

/// A linked record with its provenance (H01).
#[derive(Debug, Clone, Serialize)]
pub struct LinkRow {
    /// The link's id.
    pub id: String,
    /// The record's system.
    pub system: SystemName,
    /// `user`, `requester` or `contact`.
    pub kind: String,
    /// The record's id there; the subject for `user`.
    pub external_id: String,
    /// What people call the record: a name or an e-mail address.
    pub title: String,
    /// The issuer for `user`; otherwise none.
    pub issuer: Option<String>,
    /// The record in its own system.
    pub url: Option<String>,
    /// How the link came about: "Activation", "E-mail", "Staff".
    pub origin: String,
    /// When and by whom.
    pub linked: Done,
    /// On what evidence.
    pub evidence: Vec<Fact>,
    /// When the record was last read from its system.
    pub seen_at: Timestamp,
    /// Whether the record still exists there.
    pub state: Badge,
    /// The way to undo it; none when it is the last sign-in.
    pub unlink: Option<Unlink>,
}

/// The form that undoes a link: a POST with field `reason`.
#[derive(Debug, Clone, Serialize)]
pub struct Unlink {
    /// Where it posts to.
    pub action: String,
    /// What will follow, in one sentence.
    pub effect: String,
}

/// A device as staff see it.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerDevice {
    /// Display name.
    pub name: String,
    /// Product.
    pub product: Option<String>,
    /// Hardware serial.
    pub serial: Option<String>,
    /// Inverter serial.
    pub inverter_serial: Option<String>,
    /// Both are known and differ (A06).
    pub serials_differ: bool,
    /// State.
    pub state: Badge,
    /// Since when it is theirs.
    pub since: Option<Timestamp>,
    /// The asset in the service desk.
    pub url: Option<String>,
}

/// One invitation.
#[derive(Debug, Clone, Serialize)]
pub struct InvitationRow {
    /// The address it went to.
    pub email: String,
    /// Where it stands.
    pub state: InvitationState,
    /// When and by whom it was made.
    pub issued: Done,
    /// When it ends or ended.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// POST here withdraws it; only while open.
    pub revoke_action: Option<String>,
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Sent, waiting to be used.
    Open,
    /// Signed in, waiting for a system.
    Pending,
    /// Used.
    Used,
    /// Its time is over.
    Expired,
    /// Replaced by a newer one.
    Superseded,
    /// Withdrawn.
    Revoked,
}

/// An open review item about this customer.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewLine {
    /// Its page.
    pub url: String,
    /// The question, as in "Two contacts have this e-mail".
    pub title: String,
    /// Since when it is open.
    pub opened_at: Timestamp,
}

/// Something that happened.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineEntry {
    /// When.
    pub at: Timestamp,
    /// What, in plain language.
    pub title: String,
    /// By whom.
    pub actor: String,
    /// Through which channel: "Activation", "Console", "Webhook", "Sweep".
    pub channel: String,
    /// The entry's number in the chain, from 1.
    pub sequence: u64,
    /// What changed.
    pub facts: Vec<Fact>,
}

/// The result of recomputing a customer's hash chain.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verification {
    /// Every entry fits its hash.
    Verified {
        /// How many entries.
        entries: u64,
        /// The head's hash in hex, shortened.
        head: String,
    },
    /// An entry does not fit.
    Broken {
        /// The first entry that does not fit.
        sequence: u64,
    },
}
