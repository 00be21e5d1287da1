//! Checks of the hub's pending work about a customer, and of the CRM contact.

use super::Reason;
use super::check::{Check, Target};
use super::facts::{Contact, Customer, Facts, RefreshTrouble};
use crate::kernel::record::RecordKey;
use crate::sync::review::Question;

/// Findings about pending work and the CRM contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PendingWorkFinding {
    /// No change is held.
    NothingHeld,
    /// Number of held changes.
    Held(usize),
    /// No other review is pending.
    NothingAsked,
    /// A review with this question is pending.
    Asked(Question),
    /// No job failed.
    NoJobFailed,
    /// A job failed.
    JobFailed(RefreshTrouble),
    /// A contact is linked.
    ContactLinked(RecordKey),
    /// The linked contact no longer exists in the CRM.
    ContactGone(RecordKey),
    /// No contact is linked.
    NoContact,
}

/// All checks, in order.
pub(crate) fn checks(facts: &Facts) -> Vec<Check> {
    let Some(customer) = &facts.customer else { return Vec::new() };
    let mut checks = vec![nothing_held(customer), no_open_review(customer), no_failed_job(customer)];
    // The CRM contact is irrelevant for a question about one device.
    if facts.device.is_none() {
        checks.push(contact_linked(customer));
    }
    checks
}

fn nothing_held(customer: &Customer) -> Check {
    const RULE: &str = "nothing_held";
    match customer.held + customer.coming {
        0 => Check::pass(RULE, PendingWorkFinding::NothingHeld),
        held => Check::decides(RULE, Reason::ChangesHeld, PendingWorkFinding::Held(held), None),
    }
}

/// Whether the question belongs to the check of the contact.
const fn is_about_contact(question: &Question) -> bool {
    matches!(question, Question::WhichContact { .. } | Question::ContactTaken { .. } | Question::OtherContact { .. })
}

fn no_open_review(customer: &Customer) -> Check {
    const RULE: &str = "no_open_review";
    // Reviews about a merge belong to the check of the requester.
    let is_other =
        |question: &Question| !is_about_contact(question) && !matches!(question, Question::MergedIntoTaken { .. });
    match customer.reviews.iter().find(|(_, question)| is_other(question)) {
        Some((id, question)) => {
            let asked = PendingWorkFinding::Asked(question.clone());
            Check::decides(RULE, Reason::ReviewPending, asked, Some(Target::Review(*id)))
        }
        None => Check::pass(RULE, PendingWorkFinding::NothingAsked),
    }
}

fn no_failed_job(customer: &Customer) -> Check {
    const RULE: &str = "no_failed_job";
    if let Some(trouble) = customer.troubles.iter().find(|trouble| trouble.retry_at.is_none()) {
        let failed = PendingWorkFinding::JobFailed(trouble.clone());
        return Check::decides(RULE, Reason::JobFailed, failed, Some(Target::Jobs));
    }
    match customer.troubles.first() {
        Some(trouble) => Check::unknown(RULE, PendingWorkFinding::JobFailed(trouble.clone())),
        None => Check::pass(RULE, PendingWorkFinding::NoJobFailed),
    }
}

fn contact_linked(customer: &Customer) -> Check {
    const RULE: &str = "contact_linked";
    let question = customer.reviews.iter().find(|(_, question)| is_about_contact(question));
    let this_customer = Some(Target::Customer(customer.id));
    match (&customer.contact, question) {
        (Contact::Linked(key), None) => Check::pass(RULE, PendingWorkFinding::ContactLinked(key.clone())),
        (_, Some((id, question))) => {
            let taken = matches!(question, Question::ContactTaken { .. });
            let reason = if taken { Reason::ContactTaken } else { Reason::ContactAmbiguous };
            Check::decides(RULE, reason, PendingWorkFinding::Asked(question.clone()), Some(Target::Review(*id)))
        }
        (Contact::Gone(key), None) => {
            let gone = PendingWorkFinding::ContactGone(key.clone());
            Check::decides(RULE, Reason::ContactMissing, gone, this_customer)
        }
        (Contact::None, None) => {
            Check::decides(RULE, Reason::ContactMissing, PendingWorkFinding::NoContact, this_customer)
        }
    }
}
