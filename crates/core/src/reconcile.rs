//! Bringing one customer's record in line with what its outside systems say now.

use jiff::Timestamp;

use crate::correlate::{self, Match};
use crate::customer::{Evidence, Link, Origin};
use crate::device::{Device, DeviceType};
use crate::id::CustomerId;
use crate::normalise;
use crate::observe;
use crate::plan::{Change, Draft, Stamp};
use crate::record::{Observation, RecordKey};
use crate::review::{Question, Review};
use crate::timeline::Event;

/// What was read, and what the hub knew before.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The requester, as just read.
    pub requester: Observation,
    /// Contacts found by the requester's primary e-mail, as just read. The search may be generous.
    pub contacts: Vec<Observation>,
    /// All assets of the requester, as just read.
    pub assets: Vec<Observation>,
    /// The contact linked already.
    pub contact_link: Option<Link>,
    /// Which of the contacts found belong to which customer already.
    pub contact_owners: Vec<(RecordKey, CustomerId)>,
    /// Questions put about this customer before, answered or not: none is asked twice.
    pub asked: Vec<Question>,
    /// The devices of the requester, as the hub knew them.
    pub devices_before: Vec<Device>,
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
pub fn reconcile(draft: &mut Draft<'_>, facts: Facts<'_>, why: Why, stamp: Stamp<'_>) {
    observe::follow_requester(draft, &facts.requester);
    settle_contact(draft, &facts, stamp);
    for asset in &facts.assets {
        draft.extend(observe::put_asset(asset, facts.device_type));
        let Some(device) = Device::of(asset, facts.device_type) else { continue };
        let known = facts.devices_before.iter().any(|before| before.external_id == device.external_id);
        if why == Why::Activation || !known {
            draft.note(&Event::DeviceAssigned { record: asset.key.clone(), name: device.name, serial: device.serial });
        }
    }
    for contact in facts.contacts {
        draft.push(Change::PutRecord(Box::new(contact)), "as the CRM told it");
    }
    draft.push(Change::PutRecord(Box::new(facts.requester)), "as the service desk told it");
    draft.customer.devices_as_of = Some(facts.read_at);
}

fn settle_contact(draft: &mut Draft<'_>, facts: &Facts<'_>, stamp: Stamp<'_>) {
    if facts.contact_link.is_some() {
        return;
    }
    let Some(email) = facts.requester.attributes.primary_email().and_then(normalise::email) else { return };
    let question = match correlate::contacts(&email, &facts.contacts) {
        Match::None => {
            if !facts.asked.iter().any(|q| matches!(q, Question::WhichContact { .. })) {
                draft.note(&Event::ContactMissing { email });
            }
            return;
        }
        Match::One(contact) => match facts.contact_owners.iter().find(|(key, _)| *key == contact.key) {
            None => {
                draft.link(contact.key.clone(), Origin::Email, Evidence::PrimaryEmail { email });
                return;
            }
            Some((_, other)) => Question::ContactTaken { email, contact: contact.key.clone(), other: *other },
        },
        Match::Many(contacts) => Question::WhichContact {
            email,
            candidates: contacts.into_iter().map(|contact| contact.key.clone()).collect(),
        },
    };
    if facts.asked.contains(&question) {
        return;
    }
    let review =
        Review { id: stamp.id(), customer_id: Some(draft.customer.id), question, created_at: stamp.now, decided: None };
    if let Question::WhichContact { email, candidates } = &review.question {
        draft.note(&Event::ContactAmbiguous {
            email: email.clone(),
            candidates: candidates.len(),
            review_id: review.id,
        });
    }
    draft.push(Change::CreateReview(Box::new(review)), "ambiguity is never guessed: a person decides");
}
