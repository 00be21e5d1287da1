//! Plans the changes for a requester or contact that was read: stores it and notifies the customers concerned.
//!
//! Used for webhooks, sweeps, refreshes and activations alike. For assets see [`crate::sync::device_assignment`], for
//! missing objects [`crate::sync::absence`].

use jiff::Timestamp;

use crate::invitations::Revocation;
use crate::invitations::change::InvitationChange;
use crate::kernel::customer::change::LinkChange;
use crate::kernel::customer::{Customer, Link, Suspension};
use crate::kernel::ids::CustomerId;
use crate::kernel::job::change::JobChange;
use crate::kernel::normalise;
use crate::kernel::plan::{CustomerEdit, Plan, Stamp};
use crate::kernel::record::change::RecordChange;
use crate::kernel::record::{Attributes, Observation, RecordKey, Requester};
use crate::sync::event::SyncEvent;
use crate::sync::jobs::Refresh;

/// A system's answer to a lookup by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadRecord {
    /// The object exists.
    There(Box<Observation>),
    /// The object was not found.
    Missing {
        /// The object.
        key: RecordKey,
        /// Start of the lookup.
        read_at: Timestamp,
        /// The object that it was merged into, if there is evidence.
        merge_target: Option<Box<Observation>>,
    },
}

impl ReadRecord {
    /// The object's key.
    pub fn key(&self) -> &RecordKey {
        match self {
            Self::There(observation) => &observation.key,
            Self::Missing { key, .. } => key,
        }
    }

    /// Start of the lookup.
    pub fn read_at(&self) -> Timestamp {
        match self {
            Self::There(observation) => observation.read_at,
            Self::Missing { read_at, .. } => *read_at,
        }
    }
}

/// The stored state of a requester that was just read.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// Time of the stored reading. `None` if the requester is new.
    pub read_at: Option<Timestamp>,
    /// Whether it was an agent then.
    pub was_agent: bool,
    /// Its customer, and the link.
    pub owner: Option<(Customer, Link)>,
    /// The address of its open invitation, if any.
    pub invited_at: Option<&'a str>,
}

/// Plans the changes for a requester that was read. Its customer, if any, gets its name and address, and is notified of
/// its state. Invitations that no longer fit are revoked.
pub fn requester(observation: Observation, known: Known<'_>, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let Attributes::Requester(read) = &observation.attributes else { return plan };
    let address = read.primary_email.as_deref().and_then(normalise::email);
    if let Some(why) = known.invited_at.and_then(|sent_to| revocation(read, sent_to)) {
        let (system, external_id) = (observation.key.system.clone(), observation.key.external_id.clone());
        let change = InvitationChange::Revoke { system, external_id, at: stamp.now, why };
        plan.push(change, "an invitation is bound to the requester and the address it was sent to");
    }
    if let Some((customer, link)) = known.owner {
        let id = customer.id;
        let mut draft = CustomerEdit::of(customer, stamp);
        let before = draft.customer.email.as_deref().and_then(normalise::email);
        draft.follow_requester(&observation);
        follow_state(&mut draft, read, &link, known.was_agent);
        plan.extend(draft.finish());
        if before != address {
            let job = stamp.job(Refresh { customer_id: id });
            plan.push(JobChange::Enqueue(job), "another address may have another contact");
        }
    }
    plan.expect(&observation.key, known.read_at);
    plan.push(RecordChange::Put(Box::new(observation)), "as the service desk told it");
    plan
}

/// The reason to revoke an open invitation, if there is one. Agents sign in to the service desk, not here.
fn revocation(read: &Requester, sent_to: &str) -> Option<Revocation> {
    if !read.active || read.is_agent {
        Some(Revocation::RequesterGone)
    } else if normalise::email(sent_to) != read.primary_email.as_deref().and_then(normalise::email) {
        Some(Revocation::EmailChanged)
    } else {
        None
    }
}

/// Suspends the link of a deactivated requester. A requester who became an agent keeps everything.
fn follow_state(draft: &mut CustomerEdit<'_>, read: &Requester, link: &Link, was_agent: bool) {
    let record = link.record.clone();
    let why = match (read.active, link.suspended) {
        (false, None) => {
            draft.note(SyncEvent::RequesterDeactivated { record: record.clone() });
            Some(Suspension::RequesterDeactivated)
        }
        (true, Some(_)) => {
            draft.note(SyncEvent::RequesterReactivated { record: record.clone() });
            None
        }
        (false, Some(_)) | (true, None) => link.suspended,
    };
    if why != link.suspended {
        draft.push(LinkChange::Suspend { id: link.id, why }, "a link follows the state of its requester");
    }
    if read.is_agent && !was_agent {
        draft.note(SyncEvent::RequesterConverted { record });
    }
}

/// Plans the changes for a contact that was read. The customers with its address, and the customer that it is linked
/// to, are refreshed: it may be a missing contact, one of several, or no longer theirs (`A04`).
pub fn contact(observation: Observation, known: Option<Timestamp>, concerned: &[CustomerId], stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    for customer_id in concerned {
        let job = stamp.job(Refresh { customer_id: *customer_id });
        plan.push(JobChange::Enqueue(job), "a contact with this customer's address changed");
    }
    plan.expect(&observation.key, known);
    plan.push(RecordChange::Put(Box::new(observation)), "as the CRM told it");
    plan
}
