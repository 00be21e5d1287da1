//! Delete, and reversing it (`M15`, `M20`). The record of a deleted account is kept as a tombstone: its history
//! remains, access ends.

use super::provision;
use crate::invitations::Revocation;
use crate::kernel::customer::change::{CustomerChange, LinkChange};
use crate::kernel::customer::{Customer, EndReason, Link};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Kind, Observation, RecordKey};
use crate::kernel::timeline::Event;

/// Ends an account's link. If the customer has no other records (`alone`), its people are deactivated. Otherwise they
/// keep their access.
pub fn delete(link: &Link, customer: Customer, alone: bool, stamp: Stamp<'_>) -> Plan {
    let customer_id = customer.id;
    let record = link.record.clone();
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(&Event::AccountDeleted { record: record.clone(), access_ended: alone });
    draft.end_link(link, EndReason::AccountDeleted);
    let revocation = provision::revocation(&record, Revocation::AccountDeleted, stamp);
    draft.push(revocation, "nobody activates what was deleted");
    if alone {
        draft.push(CustomerChange::EndAccess { customer_id, at: stamp.now }, "nothing else makes this a customer");
    }
    draft.push(RecordChange::Bury { key: record, at: stamp.reading }, "the marketplace deleted it");
    draft.finish()
}

/// Reverses a deletion: the customer keeps its id, external id and people. `account` is the record before the deletion.
pub fn restore(link: &Link, customer: Customer, account: Observation, why: &str, stamp: Stamp<'_>) -> Plan {
    let customer_id = customer.id;
    let mut draft = CustomerEdit::of(customer, stamp);
    draft.note(&Event::AccountRestored { record: link.record.clone(), why: why.into() });
    let again =
        Link { id: stamp.id(), actor: stamp.actor.to_string(), created_at: stamp.now, ended: None, ..link.clone() };
    draft.push(LinkChange::Create(Box::new(again)), "staff undo the deletion");
    draft.push(CustomerChange::GiveAccessBack { customer_id }, "people who could sign in before can sign in again");
    draft.push(RecordChange::Put(Box::new(account)), "the account is there again");
    draft.finish()
}

/// Whether the customer's active links are only this account and sign-ins.
pub fn is_alone(links: &[Link], account: &RecordKey) -> bool {
    let active = links.iter().filter(|link| link.ended.is_none());
    active.map(|link| &link.record).all(|record| record == account || record.kind == Kind::User)
}
