//! Builder for the changes of one customer.

use jiff::Timestamp;

use super::{Change, FeatureChange, Plan, Stamp};
use crate::devices::Device;
use crate::devices::change::DeviceChange;
use crate::devices::event::DeviceEvent;
use crate::devices::event::Leaving;
use crate::kernel::customer::change::{CustomerChange, LinkChange};
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::customer::{ContactFinding, Customer, EndReason, Ended, Evidence, Link, Origin};
use crate::kernel::ids::CustomerId;
use crate::kernel::record::{Kind, Observation, RecordKey};
use crate::kernel::timeline::change::TimelineChange;
use crate::kernel::timeline::{Event, NewEntry};
use crate::persons::change::PlaceChange;
use crate::persons::place::Place;

/// Collects the changes of one customer and writes its row once.
#[derive(Debug)]
pub struct CustomerEdit<'a> {
    /// The customer in its new state.
    pub customer: Customer,
    stamp: Stamp<'a>,
    fresh: bool,
    rests_on_customer: bool,
    before: Customer,
    entries: Vec<NewEntry>,
    changes: Plan,
}

impl<'a> CustomerEdit<'a> {
    /// Starts a change of an existing customer.
    pub fn of(customer: Customer, stamp: Stamp<'a>) -> Self {
        Self {
            before: customer.clone(),
            customer,
            stamp,
            fresh: false,
            rests_on_customer: false,
            entries: Vec::new(),
            changes: Plan::default(),
        }
    }

    /// Starts a new customer.
    pub fn new(name: &str, email: Option<&str>, stamp: Stamp<'a>) -> Self {
        Self::begin(stamp.id(), name, email, stamp)
    }

    /// Starts a new customer with the values of a service desk requester.
    pub fn for_requester(requester: &Observation, stamp: Stamp<'a>) -> Self {
        let mut customer = Customer::new(stamp.id(), requester.attributes.title(), None, stamp.now);
        customer.follow_requester(&requester.attributes);
        Self::create(customer, stamp)
    }

    /// Copies the values that follow the customer's requester in the service desk.
    pub fn follow_requester(&mut self, requester: &Observation) {
        for event in self.customer.follow_requester(&requester.attributes) {
            self.note(event);
        }
    }

    /// Starts the operating company's customer record, on first use.
    pub fn operator(name: &str, stamp: Stamp<'a>) -> Self {
        Self::begin(CustomerId::OPERATOR, name, None, stamp)
    }

    fn begin(id: CustomerId, name: &str, email: Option<&str>, stamp: Stamp<'a>) -> Self {
        Self::create(Customer::new(id, name, email, stamp.now), stamp)
    }

    fn create(customer: Customer, stamp: Stamp<'a>) -> Self {
        let (before, changes) = (customer.clone(), Plan::default());
        let name = customer.name.clone();
        let mut draft =
            Self { before, customer, stamp, fresh: true, rests_on_customer: false, entries: Vec::new(), changes };
        draft.note(CustomerEvent::CustomerCreated { name: (&name).into() });
        draft
    }

    /// Makes the plan depend on the customer's version, even if it does not change the customer. For rules that count
    /// or compare what is stored about the customer.
    pub const fn rest_on_customer(&mut self) {
        self.rests_on_customer = true;
    }

    /// Adds an event to the timeline.
    pub fn note(&mut self, event: impl Into<Event>) {
        self.entries.push(self.stamp.entry(self.customer.id, &event.into()));
    }

    /// Links a record to the customer.
    pub fn link(&mut self, record: RecordKey, origin: Origin, evidence: Evidence) {
        self.note(CustomerEvent::Linked { record: record.clone(), origin, evidence: evidence.clone().into() });
        if record.kind == Kind::Contact {
            self.customer.contact_finding = None;
        }
        let link = Link {
            id: self.stamp.id(),
            record,
            customer_id: self.customer.id,
            origin,
            actor: self.stamp.actor.to_string(),
            evidence,
            created_at: self.stamp.now,
            suspended: None,
            ended: None,
        };
        self.push(LinkChange::Create(Box::new(link)), "the record is this customer's");
    }

    /// Notes and announces that a device is now assigned to the customer.
    pub fn assign_device(&mut self, device: &Device) {
        let record = device.record();
        let (name, serial) = (device.name.clone(), device.serial.clone());
        self.note(DeviceEvent::DeviceAssigned { record: record.clone(), name: name.into(), serial });
        let (customer_id, at) = (self.customer.id, self.stamp.now);
        self.push(DeviceChange::Assign { customer_id, device: record, at }, "the customer hears of it");
    }

    /// Unassigns a device from the customer, and notes and announces it.
    pub fn unassign_device(&mut self, device: &Device, leaving: Leaving) {
        let record = device.record();
        let (name, serial) = (device.name.clone(), device.serial.clone());
        self.note(DeviceEvent::DeviceUnassigned {
            record: record.clone(),
            name: name.into(),
            serial,
            leaving: Some(leaving.clone()),
        });
        if let Some(holder) = device.holder.clone() {
            let (system, external_id) = (device.system.clone(), device.external_id.clone());
            self.push(DeviceChange::Take { system, external_id, holder }, "nobody else has taken it meanwhile");
        }
        let (customer_id, at) = (self.customer.id, self.stamp.now);
        self.push(DeviceChange::Unassign { customer_id, device: record, at, leaving }, "the customer hears of it");
    }

    /// Notes the result of a CRM search for the customer, unless it was noted before.
    pub fn note_contact_finding(&mut self, finding: ContactFinding) {
        if self.customer.contact_finding.as_deref() != Some(&finding) {
            self.note(finding.event());
            self.customer.contact_finding = Some(Box::new(finding));
        }
    }

    /// Ends a link of the customer. The caller adds the timeline event.
    pub fn end_link(&mut self, link: &Link, why: EndReason) {
        if link.record.kind == Kind::Contact {
            self.customer.contact_finding = None;
        }
        let ended = Ended { at: self.stamp.now, by: self.stamp.actor.to_string(), why };
        self.push(LinkChange::End { id: link.id, ended }, "the link is no longer right");
    }

    /// Adds another change to the same plan.
    pub fn push(&mut self, change: impl Into<Change>, reason: &'static str) {
        self.changes.push(change, reason);
    }

    /// Adds the guard that a record has not been read again since it was planned from.
    pub fn expect(&mut self, key: &RecordKey, read_at: Option<Timestamp>) {
        self.changes.expect(key, read_at);
    }

    /// Adds the changes of another plan.
    pub fn extend(&mut self, changes: Plan) {
        self.changes.extend(changes);
    }

    /// Builds the plan. The customer, if changed, and its timeline come first, so that a conflict is detected early.
    pub fn finish(mut self) -> Plan {
        let mut plan = Plan::default();
        if self.fresh {
            let home = Place::home(self.customer.id, &self.customer.name, self.stamp.now);
            plan.push(CustomerChange::Create(self.customer), "the first link makes the customer record");
            plan.push(PlaceChange::Create(home), "every customer has a home place");
        } else if self.is_decided_on_the_customer() {
            if !self.only_read_devices() {
                self.customer.updated_at = self.stamp.now;
            }
            plan.push(CustomerChange::Update(self.customer), "the customer record changes");
        }
        for entry in self.entries {
            plan.push(TimelineChange::Append(entry), "everything that happens is on the timeline");
        }
        plan.extend(self.changes);
        plan
    }

    /// Whether the only difference is that the devices were read again.
    fn only_read_devices(&self) -> bool {
        let devices_as_of = self.before.devices_as_of;
        let belonging = self.changes.changes().any(Change::belongs_to_customer);
        !belonging && self.before == Customer { devices_as_of, ..self.customer.clone() }
    }

    /// Whether the plan depends on the customer's version. A plan that only appends to the timeline does not, so two
    /// notes never conflict.
    fn is_decided_on_the_customer(&self) -> bool {
        self.customer != self.before
            || self.rests_on_customer
            || self.changes.changes().any(Change::belongs_to_customer)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use uuid::Uuid;

    use super::*;
    use crate::kernel::actor::{Actor, Channel};

    fn finished(change: impl FnOnce(&mut CustomerEdit<'_>)) -> Customer {
        let (start, mint) = (Timestamp::UNIX_EPOCH, || Uuid::nil());
        let stamp = Stamp { now: start, reading: start, actor: &Actor::Hub, channel: Channel::Job, mint: &mint };
        let customer = CustomerEdit::new("Jane", None, stamp).customer;
        let mut draft = CustomerEdit::of(customer, Stamp { now: start + SignedDuration::from_hours(1), ..stamp });
        change(&mut draft);
        let plan = draft.finish();
        let updated = plan.changes().find_map(|change| match change {
            Change::Customer(CustomerChange::Update(customer)) => Some(customer.clone()),
            _ => None,
        });
        updated.expect("something changes")
    }

    #[test]
    fn a01_a_customer_whose_devices_were_only_read_again_is_not_updated() {
        let read = |draft: &mut CustomerEdit<'_>| draft.customer.devices_as_of = Some(draft.stamp.now);
        assert_eq!(finished(read).updated_at, Timestamp::UNIX_EPOCH);
        let also = finished(|draft| {
            read(draft);
            draft.customer.name = "Jane Doe".to_owned();
        });
        assert!(also.updated_at > Timestamp::UNIX_EPOCH && also.devices_as_of.is_some());
    }
}
