//! Bringing one customer's record in line with what its outside systems say now.

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
use crate::kernel::timeline::Event;
use crate::sync::change::ReviewChange;
use crate::sync::correlate::{self, Match};
use crate::sync::device_assignment;
use crate::sync::hold::HoldChange;
use crate::sync::jobs::{FetchRecord, Hint};
use crate::sync::review::{Question, Review};

/// What was read, and what the hub knew before.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The requester, as just read.
    pub requester: Observation,
    /// Contacts found by the requester's primary e-mail, as just read. The search may be generous.
    pub contacts: Vec<Observation>,
    /// All assets of the requester, as just read.
    pub assets: Vec<Observation>,
    /// When the stored record of each was read, where the hub knows one.
    pub known: BTreeMap<RecordKey, Timestamp>,
    /// The contact linked already.
    pub contact_link: Option<Link>,
    /// That contact as just read, when it is not among those found.
    pub linked_contact: Option<Observation>,
    /// Which of the contacts found belong to which customer already.
    pub contact_owners: Vec<(RecordKey, CustomerId)>,
    /// Questions put about this customer before, answered or not: none is asked twice.
    pub asked: Vec<Question>,
    /// The devices that the customer was told are theirs.
    pub assigned: BTreeSet<RecordKey>,
    /// Records read here of which a change waits for a decision: this reading takes nothing away, so that nothing waits any more.
    pub waiting: Vec<(RecordKey, Timestamp)>,
    /// Assets that somebody else had until this reading. They are read in their own right, so that whoever loses one hears of it.
    pub contested: Vec<RecordKey>,
    /// When the reading began: how old the answer is.
    pub read_at: Timestamp,
    /// What makes a device.
    pub device_type: &'a DeviceType,
}

/// What caused the reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The customer activated: everything is new to them.
    Activation,
    /// Somebody asked, or something upstream changed.
    Refresh,
}

/// Adds to the draft what changes for the customer.
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

/// Who the customer is in the CRM. A contact once linked stays linked as long as it is there; what speaks against it is put to a person.
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

/// Nobody is linked yet: links the one that fits, or says what is to be asked.
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

/// A contact is linked: says what is to be asked when others have the address, and notes it when nobody has.
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

/// Puts a question to staff, unless it was put before.
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
        Question::WhichContact { email, candidates } => draft.note(&Event::ContactAmbiguous {
            email: email.into(),
            candidates: candidates.len(),
            review_id: review.id,
        }),
        Question::OtherContact { email, linked, candidates } => draft.note(&Event::OtherContactFound {
            email: email.into(),
            linked: linked.clone(),
            others: candidates.len(),
            review_id: review.id,
        }),
        Question::ContactTaken { .. }
        | Question::MergedIntoTaken { .. }
        | Question::WhoseSignIn { .. }
        | Question::WhoseAccount { .. } => {}
    }
    draft.push(ReviewChange::Create(Box::new(review)), "ambiguity is never guessed: a person decides");
}
