//! A change of a customer in the making.

use jiff::Timestamp;

use super::{Change, Plan, Stamp};
use crate::customer::{Customer, Ended, Evidence, Link, Origin};
use crate::id::CustomerId;
use crate::place::Place;
use crate::record::RecordKey;
use crate::timeline::{Event, NewEntry};

/// A customer being changed: collects what happens to it, and writes it once.
#[derive(Debug)]
pub struct Draft<'a> {
    /// The customer as it shall be.
    pub customer: Customer,
    stamp: Stamp<'a>,
    fresh: bool,
    before: Customer,
    rests_on_state: bool,
    entries: Vec<NewEntry>,
    changes: Plan,
}

impl<'a> Draft<'a> {
    /// A change of an existing customer.
    pub fn of(customer: Customer, stamp: Stamp<'a>) -> Self {
        Self {
            before: customer.clone(),
            customer,
            stamp,
            fresh: false,
            rests_on_state: false,
            entries: Vec::new(),
            changes: Plan::default(),
        }
    }

    /// A new customer.
    pub fn new(name: &str, email: Option<&str>, stamp: Stamp<'a>) -> Self {
        Self::begin(stamp.id(), name, email, stamp)
    }

    /// The operating company itself, when it is needed for the first time.
    pub fn house(name: &str, stamp: Stamp<'a>) -> Self {
        Self::begin(CustomerId::HOUSE, name, None, stamp)
    }

    fn begin(id: CustomerId, name: &str, email: Option<&str>, stamp: Stamp<'a>) -> Self {
        let customer = Customer {
            id,
            version: 1,
            name: name.to_owned(),
            email: email.map(ToOwned::to_owned),
            created_at: stamp.now,
            updated_at: stamp.now,
            devices_as_of: None,
        };
        let (before, changes) = (customer.clone(), Plan::default());
        let mut draft =
            Self { before, customer, stamp, fresh: true, rests_on_state: false, entries: Vec::new(), changes };
        draft.note(&Event::CustomerCreated { name: name.to_owned() });
        draft
    }

    /// Writes an event to the timeline.
    pub fn note(&mut self, event: &Event) {
        self.rests_on_state |= event.rests_on_state();
        self.entries.push(self.stamp.entry(self.customer.id, event));
    }

    /// Links a record to the customer.
    pub fn link(&mut self, record: RecordKey, origin: Origin, evidence: Evidence) {
        self.note(&Event::Linked { record: record.clone(), origin, evidence: evidence.sentence() });
        let link = Link {
            id: self.stamp.id(),
            record,
            customer_id: self.customer.id,
            origin,
            actor: self.stamp.actor.to_owned(),
            evidence,
            created_at: self.stamp.now,
            suspended: None,
            ended: None,
        };
        self.push(Change::CreateLink(Box::new(link)), "the record is this customer's");
    }

    /// Ends a link of the customer. What it says on the timeline is up to whoever ends it.
    pub fn end_link(&mut self, link: &Link, why: String) {
        let ended = Ended { at: self.stamp.now, by: self.stamp.actor.to_owned(), why };
        self.push(Change::EndLink { id: link.id, ended }, "the link is no longer right");
    }

    /// Adds a change that goes with the customer's.
    pub fn push(&mut self, change: Change, reason: &'static str) {
        self.changes.push(change, reason);
    }

    /// Adds the guard that a record is still the one planned from.
    pub fn expect(&mut self, key: &RecordKey, read_at: Option<Timestamp>) {
        self.changes.expect(key, read_at);
    }

    /// Adds changes that go with the customer's.
    pub fn extend(&mut self, changes: Plan) {
        self.changes.extend(changes);
    }

    /// All of it. The customer, if anything about it changed, and its timeline come first, so that a conflict shows at once.
    pub fn finish(mut self) -> Plan {
        let mut plan = Plan::default();
        if self.fresh {
            let home = Place::home(self.customer.id, &self.customer.name, self.stamp.now);
            plan.push(Change::CreateCustomer(self.customer), "the first link makes the customer record");
            plan.push(Change::CreatePlace(home), "every customer has a home place");
        } else if self.is_decided_on_the_customer() {
            self.customer.updated_at = self.stamp.now;
            plan.push(Change::UpdateCustomer(self.customer), "the customer record changes");
        }
        for entry in self.entries {
            plan.push(Change::Append(entry), "everything that happens is on the timeline");
        }
        plan.extend(self.changes);
        plan
    }

    /// Whether the plan is right only as long as the customer is as it was read. A plan that only adds to the timeline is right whatever
    /// else happens to the customer, so that two notes never stand in each other's way.
    fn is_decided_on_the_customer(&self) -> bool {
        self.customer != self.before
            || self.rests_on_state
            || self.changes.changes().any(Change::is_of_what_belongs_to_a_customer)
    }
}
