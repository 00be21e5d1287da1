//! Reconciliation: updates one customer's record to the present state of the outside systems.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::devices::{Device, DeviceType};
use crate::kernel::customer::{ContactFinding, Evidence, Link, Origin};
use crate::kernel::ids::CustomerId;
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Observation, RecordKey};
use crate::sync::change::ReviewChange;
use crate::sync::correlate::{self, Match};
use crate::sync::device_assignment;
use crate::sync::event::SyncEvent;
use crate::sync::hold::HoldChange;
use crate::sync::jobs::{FetchRecord, Hint};
use crate::sync::review::{Question, Review};

/// The readings and the stored state.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The requester, as just read.
    pub requester: Observation,
    /// Contacts found by the requester's primary e-mail, as just read. The search may return too many.
    pub contacts: Vec<Observation>,
    /// All assets of the requester, as just read.
    pub assets: Vec<Observation>,
    /// Time of each record's stored reading, if there is one.
    pub known: BTreeMap<RecordKey, Timestamp>,
    /// The link to the contact, if there is one.
    pub contact_link: Option<Link>,
    /// The linked contact as just read, if it is not among those found.
    pub linked_contact: Option<Observation>,
    /// Contacts that are already linked to other customers.
    pub contact_owners: Vec<(RecordKey, CustomerId)>,
    /// Questions asked about this customer before, answered or not. None is asked twice.
    pub asked: Vec<Question>,
    /// The devices assigned to the customer so far.
    pub assigned: BTreeSet<RecordKey>,
    /// Records with a held change. This reading takes nothing away, so their changes are released.
    pub waiting: Vec<(RecordKey, Timestamp)>,
    /// Assets that belonged to another customer until this reading. They are read separately, so that customer is
    /// notified.
    pub contested: Vec<RecordKey>,
    /// Start of the reading, shown as the age of the data.
    pub read_at: Timestamp,
    /// The criteria for a device.
    pub device_type: &'a DeviceType,
}

/// The cause of the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Activation: everything is new to the customer.
    Activation,
    /// A request, or a change in an outside system.
    Refresh,
}

/// Adds the customer's changes to the draft.
pub fn reconcile(draft: &mut CustomerEdit<'_>, facts: Facts<'_>, why: Why, stamp: Stamp<'_>) {
    for (key, read_at) in &facts.waiting {
        let release = HoldChange::Release { key: key.clone(), read_at: *read_at, at: stamp.now };
        draft.push(release, "its system took back what was held");
    }
    for key in &facts.contested {
        let hint = Hint::Asset { display_id: key.external_id.clone() };
        draft.push(JobChange::Enqueue(stamp.job(FetchRecord { hint, tries: 0 })), "somebody else had it until now");
    }
    draft.follow_requester(&facts.requester);
    settle_contact(draft, &facts, stamp);
    for asset in &facts.assets {
        draft.extend(device_assignment::put_asset(asset, facts.known.get(&asset.key).copied(), facts.device_type));
        let Some(device) = Device::of(asset, facts.device_type) else { continue };
        if why == Why::Activation || !facts.assigned.contains(&asset.key) {
            draft.assign_device(&device);
        }
    }
    for contact in facts.contacts.into_iter().chain(facts.linked_contact) {
        draft.expect(&contact.key, facts.known.get(&contact.key).copied());
        draft.push(RecordChange::Put(Box::new(contact)), "as the CRM told it");
    }
    draft.expect(&facts.requester.key, facts.known.get(&facts.requester.key).copied());
    draft.push(RecordChange::Put(Box::new(facts.requester)), "as the service desk told it");
    draft.customer.devices_as_of = Some(facts.read_at);
}

/// Links the customer's CRM contact. An existing link remains as long as the contact exists. Contradicting evidence
/// becomes a question for staff.
fn settle_contact(draft: &mut CustomerEdit<'_>, facts: &Facts<'_>, stamp: Stamp<'_>) {
    let Some(email) = facts.requester.attributes.primary_email().and_then(normalise::email) else { return };
    let question = match &facts.contact_link {
        Some(link) => doubt(draft, &link.record, email, facts),
        None => correlated(draft, email, facts),
    };
    if let Some(question) = question {
        ask(draft, question, &facts.asked, stamp);
    }
}

/// Without a link: links the only matching contact, or returns the question to ask.
fn correlated(draft: &mut CustomerEdit<'_>, email: String, facts: &Facts<'_>) -> Option<Question> {
    match correlate::contacts(&email, &facts.contacts) {
        Match::None => {
            if !facts.asked.iter().any(|q| matches!(q, Question::WhichContact { .. })) {
                draft.note_contact_finding(ContactFinding::Missing { email });
            }
            None
        }
        Match::One(contact) => match facts.contact_owners.iter().find(|(key, _)| *key == contact.key) {
            None => {
                draft.link(contact.key.clone(), Origin::Email, Evidence::PrimaryEmail { email });
                None
            }
            Some((_, other)) => Some(Question::ContactTaken { email, contact: contact.key.clone(), other: *other }),
        },
        Match::Many(contacts) => Some(Question::WhichContact {
            email,
            candidates: contacts.into_iter().map(|contact| contact.key.clone()).collect(),
        }),
    }
}

/// With a link: returns the question to ask if other contacts have the address, and records it if none has.
fn doubt(draft: &mut CustomerEdit<'_>, linked: &RecordKey, email: String, facts: &Facts<'_>) -> Option<Question> {
    let fitting: Vec<&RecordKey> = match correlate::contacts(&email, &facts.contacts) {
        Match::None => Vec::new(),
        Match::One(contact) => vec![&contact.key],
        Match::Many(contacts) => contacts.into_iter().map(|contact| &contact.key).collect(),
    };
    let mut others: Vec<RecordKey> = fitting.iter().filter(|key| **key != linked).map(|key| (*key).clone()).collect();
    others.sort();
    if !others.is_empty() {
        return Some(Question::OtherContact { email, linked: linked.clone(), candidates: others });
    }
    if let (true, Some(read)) = (fitting.is_empty(), &facts.linked_contact) {
        let theirs = read.attributes.primary_email().map(ToOwned::to_owned);
        draft.note_contact_finding(ContactFinding::Differs { contact: linked.clone(), theirs, email });
    }
    None
}

/// Asks staff a question, unless it was asked before.
fn ask(draft: &mut CustomerEdit<'_>, question: Question, asked: &[Question], stamp: Stamp<'_>) {
    if asked.iter().any(|before| before.asks_the_same(&question)) {
        return;
    }
    let review = Review {
        id: stamp.id(),
        customer_id: Some(draft.customer.id),
        question,
        created_at: stamp.now,
        decided: None,
        note: None,
    };
    match &review.question {
        Question::WhichContact { email, candidates } => draft.note(SyncEvent::ContactAmbiguous {
            email: email.into(),
            candidates: candidates.len(),
            review_id: review.id,
        }),
        Question::OtherContact { email, linked, candidates } => draft.note(SyncEvent::OtherContactFound {
            email: email.into(),
            linked: linked.clone(),
            others: candidates.len(),
            review_id: review.id,
        }),
        Question::ContactTaken { .. }
        | Question::MergedIntoTaken { .. }
        | Question::WhoseSignIn { .. }
        | Question::WhoseAccount { .. }
        | Question::WhoseVendorCustomer { .. } => {}
    }
    draft.push(ReviewChange::Create(Box::new(review)), "ambiguity is never guessed: a person decides");
}
