//! Two objects of one kind became one in their system: the id of one is retired, the other one stays (`A17`).

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
use crate::kernel::timeline::Event;
use crate::sync::jobs::{FetchRecord, Hint, Refresh};

/// The record that an absent one was merged into, told by its address; `None` when nobody carries it, or several do.
///
/// A secondary address is where a merge leaves it. Who has it as primary address has it by merge only if they were there while the
/// absent one still was: somebody entered anew is another person until a person says otherwise.
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

/// A record that was merged into another one.
#[derive(Debug)]
pub struct Merged<'a> {
    /// What is known of the one whose id is retired.
    pub missing: Missing<'a>,
    /// The one that stayed, as just read.
    pub merge_target: &'a Observation,
    /// When the stored record of that one was read.
    pub merge_target_known: Option<Timestamp>,
    /// Who has that one.
    pub merge_target_of: Option<&'a Customer>,
    /// The address that tells them to be one, as entered.
    pub address: &'a str,
    /// The questions put about the customer, with whether they were answered.
    pub asked: &'a [Review],
}

/// What follows from a merge: the link moves along, the retired id stands for the other. When that one is another customer's, a person
/// decides.
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
        draft.note(&Event::RecordMerged { from: from.clone(), into: into.clone() });
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
        // The link has moved, the devices still name the retired requester: each is asked whose it is now.
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

/// The link stays where it is, and so does the record, until the question is answered; after that the usual rule holds.
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
        draft.note(&Event::MergeDisputed { from: from.clone(), into, review_id: review.id });
        draft.push(ReviewChange::Create(Box::new(review)), "two customers share one record: a person decides");
        plan.extend(draft.finish());
    }
    if from.kind == Kind::Requester {
        absence::revoke(&mut plan, &from, stamp);
    }
    plan.extend(absence::waits(&missing, missing.read_at + grace.believe_after, stamp));
    plan
}
