//! Lowers a plan to statements. The plan's assumptions become guards, so that an outdated plan is rejected as a whole.

use std::collections::BTreeMap;

use serde::Serialize;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::{Change, Plan};
use tessera_core::kernel::timeline::NewEntry;
use tessera_core::kernel::timeline::change::TimelineChange;

use crate::engine::Statement;
use crate::kernel::timeline::write::append;

/// A change that lowers to statements.
pub(crate) trait Lower {
    /// Appends the statements of the change, in order.
    fn lower(&self, to: &mut Vec<Statement>);
}

impl Lower for Change {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Access(change) => change.lower(to),
            Self::Activation(change) => change.lower(to),
            Self::Answer(change) => change.lower(to),
            Self::Attachment(change) => change.lower(to),
            Self::Contact(change) => change.lower(to),
            Self::Credential(change) => change.lower(to),
            Self::Customer(change) => change.lower(to),
            Self::Device(change) => change.lower(to),
            Self::DeviceWrite(change) => change.lower(to),
            Self::Forum(change) => change.lower(to),
            Self::Hold(change) => change.lower(to),
            Self::Hook(change) => change.lower(to),
            Self::Identity(change) => change.lower(to),
            Self::Invitation(change) => change.lower(to),
            Self::Invoice(change) => change.lower(to),
            Self::Job(change) => change.lower(to),
            Self::Link(change) => change.lower(to),
            Self::Marketplace(change) => change.lower(to),
            Self::MarketplacePlatform(change) => change.lower(to),
            Self::Message(change) => change.lower(to),
            Self::News(change) => change.lower(to),
            Self::Person(change) => change.lower(to),
            Self::Place(change) => change.lower(to),
            Self::Profile(change) => change.lower(to),
            Self::Record(change) => change.lower(to),
            Self::Registration(change) => change.lower(to),
            Self::Return(change) => change.lower(to),
            Self::Review(change) => change.lower(to),
            Self::Search(change) => change.lower(to),
            Self::ServiceRequest(change) => change.lower(to),
            Self::WorkOrder(change) => change.lower(to),
            Self::Staff(change) => change.lower(to),
            Self::Storefront(change) => change.lower(to),
            Self::Timeline(change) => change.lower(to),
        }
    }
}

/// The statements that apply a plan, in order.
pub fn lower(plan: &Plan) -> Vec<Statement> {
    let mut statements = Vec::with_capacity(plan.steps.len() * 2);
    let mut appended: BTreeMap<CustomerId, Vec<&NewEntry>> = BTreeMap::new();
    for change in plan.changes() {
        match change {
            Change::Timeline(TimelineChange::Append(entry)) => {
                appended.entry(entry.customer_id).or_default().push(entry);
            }
            change => change.lower(&mut statements),
        }
    }
    // Timeline entries come last: the heads, for which other plans wait, are locked for the shortest time, and in the
    // same order by every plan.
    for (customer, entries) in appended {
        append(customer, &entries, &mut statements);
    }
    statements
}

pub(crate) fn json(value: &impl Serialize) -> String {
    // The types written here are plain data: serialising them cannot fail.
    serde_json::to_string(value).unwrap_or_default()
}
