//! The page of a customer: the record, its links to outside systems, and the timeline (H01, H05).

mod dealings;
mod samples;

use jiff::Timestamp;
use serde::Serialize;

pub use dealings::{CrmContact, DealRow, DealingRow, Dealings, TicketRow, TicketsPage};

use crate::pages::console::{Badge, Done, PersonRow, SystemName, WhyPanel};
use crate::pages::graph::Graph;
use crate::pages::{Fact, Page, Stale};

/// The customer page.
#[derive(Debug, Clone, Serialize)]
pub struct Customer {
    /// The hub's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The primary e-mail, if known.
    pub email: Option<String>,
    /// Further facts for the header, such as telephone numbers and other addresses.
    pub facts: Vec<Fact>,
    /// The CRM's contact with its deals; `None` if none is linked, or it has not been read.
    pub contact: Option<CrmContact>,
    /// The newest requests, returns and invoices.
    pub dealings: Dealings,
    /// When the record was linked.
    pub since: Timestamp,
    /// The linked records, identity first.
    pub links: Vec<LinkRow>,
    /// The customer's devices.
    pub devices: Vec<CustomerDevice>,
    /// The domains by which marketplaces find the customer.
    pub domains: Vec<DomainRow>,
    /// POST action for entering a domain; field `domain`.
    pub domain_action: String,
    /// Why there are no devices, with the reason of all interfaces; only if `devices` is empty.
    pub no_devices: Option<String>,
    /// The customer's persons.
    pub people: Vec<PersonRow>,
    /// Why something is missing, with every check.
    pub why: WhyPanel,
    /// Invitations, newest first.
    pub invitations: Vec<InvitationRow>,
    /// The open reviews about this customer.
    pub reviews: Vec<ReviewLine>,
    /// The timeline, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// The result of recomputing the hash chain.
    pub verification: Verification,
    /// URL of older entries of the timeline.
    pub older_url: Option<String>,
    /// POST action for assigning a device from stock; field `device`. `None` if no requester is linked.
    pub assign_action: Option<String>,
    /// URL of the stock, to choose a device for this customer.
    pub stock_url: Option<String>,
    /// URL of the form for a new device for this customer.
    pub new_device_url: Option<String>,
    /// POST action for inviting the customer again; `None` if no one can be invited.
    pub invite_action: Option<String>,
    /// POST action for reading the customer's records in their systems again.
    pub reread_action: String,
    /// A system that does not respond, if any.
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
    /// The record's id in that system; the subject for `user`.
    pub external_id: String,
    /// The record's title: a name or an e-mail address.
    pub title: String,
    /// The issuer; only for `user`.
    pub issuer: Option<String>,
    /// URL of the record in its own system.
    pub url: Option<String>,
    /// How the link was created: "Activation", "E-mail", "Staff".
    pub origin: String,
    /// When and by whom it was created.
    pub linked: Done,
    /// The evidence for it.
    pub evidence: Vec<Fact>,
    /// When the record was last read from its system.
    pub seen_at: Timestamp,
    /// Whether the record still exists in its system.
    pub state: Badge,
    /// The form for ending the link; `None` for the last sign-in.
    pub unlink: Option<Unlink>,
}

/// The form for ending a link: a POST with field `reason`.
#[derive(Debug, Clone, Serialize)]
pub struct Unlink {
    /// The form's action.
    pub action: String,
    /// The effect, in one sentence.
    pub effect: String,
}

/// A domain of the customer and where it comes from (M16).
#[derive(Debug, Clone, Serialize)]
pub struct DomainRow {
    /// The domain.
    pub domain: String,
    /// Where it comes from, in words.
    pub source: String,
    /// The system of the record it comes from; `None` if it was entered.
    pub system: Option<String>,
    /// When and by whom it was entered.
    pub entered: Option<Done>,
    /// POST action for removing it; `None` if it comes from a record.
    pub remove_action: Option<String>,
}

/// A device as staff see it.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerDevice {
    /// The display name.
    pub name: String,
    /// The product.
    pub product: Option<String>,
    /// The hardware serial number.
    pub serial: Option<String>,
    /// The inverter serial number.
    pub inverter_serial: Option<String>,
    /// Whether both serial numbers are known and differ (A06).
    pub serials_differ: bool,
    /// The state.
    pub state: Badge,
    /// When it was assigned to the customer.
    pub since: Option<Timestamp>,
    /// URL of the asset in the service desk.
    pub url: Option<String>,
}

/// An invitation.
#[derive(Debug, Clone, Serialize)]
pub struct InvitationRow {
    /// The recipient's address.
    pub email: String,
    /// The state.
    pub state: InvitationState,
    /// When and by whom it was issued.
    pub issued: Done,
    /// When it expires or expired.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// POST action for withdrawing it; only while it is open.
    pub revoke_action: Option<String>,
}

/// The state of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InvitationState {
    /// Sent, and not used yet.
    Open,
    /// Signed in, and waiting for an outside system.
    Pending,
    /// Used.
    Used,
    /// Expired.
    Expired,
    /// Replaced by a newer one.
    Superseded,
    /// Withdrawn.
    Revoked,
}

/// An open review about this customer.
#[derive(Debug, Clone, Serialize)]
pub struct ReviewLine {
    /// URL of the review.
    pub url: String,
    /// The question, as in "Two contacts have this e-mail".
    pub title: String,
    /// When the review was created.
    pub opened_at: Timestamp,
}

/// An entry of the timeline.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineEntry {
    /// When it happened.
    pub at: Timestamp,
    /// The event, in plain language.
    pub title: String,
    /// Who caused it.
    pub actor: String,
    /// The channel: "Activation", "Console", "Webhook", "Sweep".
    pub channel: String,
    /// The entry's position in the chain, from 1.
    pub sequence: u64,
    /// What changed.
    pub facts: Vec<Fact>,
}

/// The result of recomputing a customer's hash chain.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verification {
    /// Every entry matches its hash.
    Verified {
        /// Number of entries.
        entries: u64,
        /// The hash of the head in hexadecimal, shortened.
        head: String,
    },
    /// An entry does not match its hash.
    Broken {
        /// The position of the first such entry.
        sequence: u64,
    },
}
