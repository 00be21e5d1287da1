//! What the hub itself still has to do, or waits for, about a customer; and the CRM's part.

use super::Reason;
use super::check::{Check, Target, moment};
use super::facts::{Contact, Customer, Facts};
use crate::sync::review::Question;

/// Every check, in the order of the way.
pub(crate) fn checks(facts: &Facts) -> Vec<Check> {
    let Some(customer) = &facts.customer else { return Vec::new() };
    let mut checks = vec![nothing_held(customer), no_open_review(customer), no_failed_job(customer)];
    // The question about one device is answered without the CRM.
    if facts.device.is_none() {
        checks.push(contact_linked(customer));
    }
    checks
}

fn nothing_held(customer: &Customer) -> Check {
    const RULE: &str = "nothing_held";
    match customer.held + customer.coming {
        0 => Check::pass(RULE, "No change is held back."),
        held => {
            let changes =
                if held == 1 { "change about this customer waits" } else { "changes about this customer wait" };
            Check::decides(RULE, Reason::ChangesHeld, format!("{held} {changes} for release."), None)
        }
    }
}

/// Questions about the contact are a matter of the contact.
const fn is_about_contact(question: &Question) -> bool {
    matches!(question, Question::WhichContact { .. } | Question::ContactTaken { .. } | Question::OtherContact { .. })
}

fn no_open_review(customer: &Customer) -> Check {
    const RULE: &str = "no_open_review";
    // A merge is a matter of the requester.
    let is_other =
        |question: &Question| !is_about_contact(question) && !matches!(question, Question::MergedIntoTaken { .. });
    match customer.reviews.iter().find(|(_, question)| is_other(question)) {
        Some((id, question)) => {
            Check::decides(RULE, Reason::ReviewPending, question.sentence(), Some(Target::Review(*id)))
        }
        None => Check::pass(RULE, "No other question is open."),
    }
}

fn no_failed_job(customer: &Customer) -> Check {
    const RULE: &str = "no_failed_job";
    if let Some(trouble) = customer.troubles.iter().find(|trouble| trouble.retry_at.is_none()) {
        let detail = format!("The job {} was given up: {}", trouble.kind, trouble.error);
        return Check::decides(RULE, Reason::JobFailed, detail, Some(Target::Jobs));
    }
    match customer.troubles.iter().find_map(|trouble| trouble.retry_at.map(|at| (trouble, at))) {
        Some((trouble, at)) => Check::unknown(
            RULE,
            format!("The job {} failed and is tried again on {}: {}", trouble.kind, moment(at), trouble.error),
        ),
        None => Check::pass(RULE, "No job about this customer failed."),
    }
}

fn contact_linked(customer: &Customer) -> Check {
    const RULE: &str = "contact_linked";
    let question = customer.reviews.iter().find(|(_, question)| is_about_contact(question));
    match (&customer.contact, question) {
        (Contact::Linked(key), None) => Check::pass(RULE, format!("CRM contact {} is linked.", key.external_id)),
        (_, Some((id, question))) => {
            let taken = matches!(question, Question::ContactTaken { .. });
            let reason = if taken { Reason::ContactTaken } else { Reason::ContactAmbiguous };
            Check::decides(RULE, reason, question.sentence(), Some(Target::Review(*id)))
        }
        (Contact::Gone(key), None) => Check::decides(
            RULE,
            Reason::ContactMissing,
            format!("The CRM no longer has the linked contact {}.", key.external_id),
            Some(Target::Customer(customer.id)),
        ),
        (Contact::None, None) => Check::decides(
            RULE,
            Reason::ContactMissing,
            "No CRM contact with the requester’s primary e-mail is linked.",
            Some(Target::Customer(customer.id)),
        ),
    }
}
