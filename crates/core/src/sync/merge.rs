//! Merges in outside systems: two objects of one kind became one. One id is retired and the other remains (`A17`).

use jiff::Timestamp;

use super::absence::{self, Grace, Missing};
use super::change::ReviewChange;
use super::review::{Question, Review};
use crate::kernel::customer::{Customer, EndReason, Evidence, Origin};
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Attributes, Kind, Observation, RecordKey};
use crate::sync::event::SyncEvent;
use crate::sync::jobs::{FetchRecord, Hint, Refresh};

/// The record that an absent one was merged into, found by its address. `None` if no record, or several, have it.
///
/// A secondary address is evidence of a merge, because a merge puts it there. A primary address is evidence only if its
/// record already existed while the absent one did: a record created later is another person until a person decides
/// otherwise.
pub fn merge_target<'a>(
    absent: &RecordKey,
    address: &str,
    last_there: Timestamp,
    candidates: &'a [Observation],
) -> Option<&'a Observation> {
    let address = normalise::email(address)?;
    let is = |entered: &String| normalise::email(entered).as_ref() == Some(&address);
    let mut fitting = candidates.iter().filter(|candidate| {
        let (primary, others) = match &candidate.attributes {
            Attributes::Requester(it) => (&it.primary_email, &it.secondary_emails),
            Attributes::Contact(it) => (&it.primary_email, &it.other_emails),
            Attributes::Asset(_) | Attributes::User(_) | Attributes::Account(_) => return false,
        };
        let created = candidate.raw.get("created_at").and_then(serde_json::Value::as_str);
        let was_there = created.and_then(|at| at.parse::<Timestamp>().ok()).is_none_or(|at| at <= last_there);
        candidate.key != *absent && (others.iter().any(is) || (primary.as_ref().is_some_and(is) && was_there))
    });
    let one = fitting.next()?;
    fitting.all(|other| other.key == one.key).then_some(one)
}

/// A record that was merged into another one, with its context.
#[derive(Debug)]
pub struct Merged<'a> {
    /// The stored state of the record whose id is retired.
    pub missing: Missing<'a>,
    /// The remaining record, as just read.
    pub merge_target: &'a Observation,
    /// Time of its stored reading.
    pub merge_target_known: Option<Timestamp>,
    /// The customer of the remaining record.
    pub merge_target_of: Option<&'a Customer>,
    /// The common address that proves the merge, as entered.
    pub address: &'a str,
    /// The questions asked about the customer, answered or not.
    pub asked: &'a [Review],
}

/// Plans the changes after a merge: the link moves to the remaining record, and the retired id becomes an alias of it.
/// If that record belongs to another customer, a person decides.
pub fn merged(merged: Merged<'_>, grace: &Grace, stamp: Stamp<'_>) -> Plan {
    let owner = merged.missing.owner.as_ref().map(|(customer, _)| customer.id);
    match (owner, merged.merge_target_of) {
        (Some(mine), Some(other)) if other.id != mine => disputed(merged, other, grace, stamp),
        _ => moves(merged, stamp),
    }
}

fn moves(merged: Merged<'_>, stamp: Stamp<'_>) -> Plan {
    let Merged { missing, merge_target, merge_target_known, merge_target_of, address, .. } = merged;
    let (from, into) = (missing.key, &merge_target.key);
    let mut plan = Plan::default();
    if let Some((customer, link)) = missing.owner {
        let customer_id = customer.id;
        let mut draft = CustomerEdit::of(customer, stamp);
        draft.note(SyncEvent::RecordMerged { from: from.clone(), into: into.clone() });
        draft.end_link(&link, EndReason::Merged { into: into.clone() });
        if merge_target_of.is_none() {
            let email = normalise::email(address).unwrap_or_default();
            draft.link(into.clone(), Origin::Merge, Evidence::Merged { from: from.clone(), email });
        }
        plan.extend(draft.finish());
        let job = stamp.job(Refresh { customer_id });
        plan.push(JobChange::Enqueue(job), "what belongs to the one that stayed is read at once");
    }
    plan.expect(from, Some(missing.known));
    let (key, at) = (from.clone(), missing.read_at);
    plan.push(
        RecordChange::Merge { key, into: into.external_id.clone(), at },
        "its address is found at another one: the two were merged",
    );
    plan.expect(into, merge_target_known);
    plan.push(RecordChange::Put(Box::new(merge_target.clone())), "as its system sent it");
    if from.kind == Kind::Requester {
        absence::revoke(&mut plan, from, stamp);
        // The link has moved, but the devices still name the retired requester. Each is read again for its present
        // holder.
        for device in missing.devices {
            let hint = Hint::Asset { display_id: device.external_id.clone() };
            plan.push(
                JobChange::Enqueue(stamp.job(FetchRecord { hint, tries: 0 })),
                "a merge moves assets, or frees them",
            );
        }
    }
    plan
}

/// Leaves the link and the record unchanged until the question is answered. Then the usual rule for missing records
/// applies.
fn disputed(merged: Merged<'_>, other: &Customer, grace: &Grace, stamp: Stamp<'_>) -> Plan {
    let Merged { missing, merge_target, asked, .. } = merged;
    let (from, into) = (missing.key.clone(), merge_target.key.clone());
    let question = Question::MergedIntoTaken { from: from.clone(), into: into.clone(), other: other.id };
    let before = asked.iter().find(|review| review.question.asks_the_same(&question));
    if before.is_some_and(|review| review.decided.is_some()) {
        return absence::missing(missing, grace, stamp);
    }
    let mut plan = Plan::default();
    if let (None, Some((customer, _))) = (before, &missing.owner) {
        let review = Review {
            id: stamp.id(),
            customer_id: Some(customer.id),
            question,
            created_at: stamp.now,
            decided: None,
            note: None,
        };
        let mut draft = CustomerEdit::of(customer.clone(), stamp);
        draft.note(SyncEvent::MergeDisputed { from: from.clone(), into, review_id: review.id });
        draft.push(ReviewChange::Create(Box::new(review)), "two customers share one record: a person decides");
        plan.extend(draft.finish());
    }
    if from.kind == Kind::Requester {
        absence::revoke(&mut plan, &from, stamp);
    }
    plan.extend(absence::waits(&missing, missing.read_at + grace.believe_after, stamp));
    plan
}
