//! Decides a review about an account's owner (`H03`, `M16`).

use super::account::Account;
use super::provision::{self, Terms};
use crate::kernel::customer::{Customer, Evidence, Origin};
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::RecordKey;
use crate::kernel::timeline::Personal;
use crate::sync::change::ReviewChange;
use crate::sync::event::Ruling;
use crate::sync::event::SyncEvent;
use crate::sync::review::{Decision, Review};

/// Plans the result of the review: the account is linked to the chosen customer, or to a new one if none of the
/// candidates is chosen. The next Synchronize then succeeds.
pub fn decide(
    review: &Review,
    (record, account): (&RecordKey, &Account),
    chosen: Option<Customer>,
    decision: &Decision,
    note: Option<&str>,
    terms: Terms,
    stamp: Stamp<'_>,
) -> Plan {
    let is_new = chosen.is_none();
    let mut draft = match chosen {
        Some(customer) => CustomerEdit::of(customer, stamp),
        None => CustomerEdit::new(&account.name, account.address_for_mail(), stamp),
    };
    let account_record = record.clone();
    let ruling = match decision {
        Decision::Link { record: candidate } => {
            Ruling::AccountOf { account: account_record, candidate: candidate.clone() }
        }
        Decision::NoneOfThese => Ruling::NewCustomer { account: account_record },
    };
    draft.note(SyncEvent::ReviewDecided { review_id: review.id, ruling, note: note.map(Personal::from) });
    draft.link(record.clone(), Origin::Staff, Evidence::Decision { review_id: review.id });
    if let Some(licence) = terms.licence.filter(|_| is_new) {
        provision::license(&mut draft, account, licence, stamp);
    }
    let (by, decision) = (stamp.actor.to_string(), decision.clone());
    draft.push(
        ReviewChange::Decide { id: review.id, at: stamp.now, by, decision, note: note.map(ToOwned::to_owned) },
        "the question is answered",
    );
    draft.finish()
}
