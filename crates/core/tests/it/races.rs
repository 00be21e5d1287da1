//! Property test: reads of one asset, planned from the current state and applied in any order. Record and timelines
//! must reflect the latest read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tessera_core::kernel::actor::{Actor, Channel};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use tessera_core::devices::change::DeviceChange;
use tessera_core::devices::{Device, DeviceType};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::customer::change::CustomerChange;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::{Change, CustomerEdit, Plan, Stamp};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Asset, Attributes, Kind, Observation, RecordKey};
use tessera_core::sync::device_assignment::{self, AssignmentContext};
use uuid::Uuid;

static MINT: fn() -> Uuid = Uuid::now_v7;

fn stamp() -> Stamp<'static> {
    Stamp {
        now: Timestamp::UNIX_EPOCH,
        reading: Timestamp::UNIX_EPOCH,
        actor: const { &Actor::System(Cow::Borrowed("freshservice")) },
        channel: Channel::Hook,
        mint: &MINT,
    }
}

/// A model of the store with the relevant guards.
#[derive(Debug, Clone, Default)]
struct Kept {
    record: Option<Timestamp>,
    device: Option<Device>,
    /// Customers by requester id.
    customers: BTreeMap<String, Customer>,
    /// Customers to whom the asset is assigned.
    assigned: BTreeSet<CustomerId>,
}

impl Kept {
    /// Two linked requesters. A third one is not linked.
    fn new() -> Self {
        let linked = ["1", "2"].map(|id| (id.to_owned(), CustomerEdit::new("Jane", None, stamp()).customer));
        Self { customers: linked.into(), ..Self::default() }
    }

    fn apply(&mut self, plan: &Plan) -> Result<(), ()> {
        let mut after = self.clone();
        for change in plan.changes() {
            match change {
                Change::Record(RecordChange::Expect { read_at, .. }) if after.record != *read_at => return Err(()),
                Change::Customer(CustomerChange::Update(customer)) => {
                    let kept = after.customers.values_mut().find(|kept| kept.id == customer.id).ok_or(())?;
                    if kept.version != customer.version {
                        return Err(());
                    }
                    *kept = Customer { version: customer.version + 1, ..customer.clone() };
                }
                Change::Device(DeviceChange::Assign { customer_id, .. }) => {
                    after.assigned.insert(*customer_id);
                }
                Change::Device(DeviceChange::Unassign { customer_id, .. }) => {
                    after.assigned.remove(customer_id);
                }
                Change::Record(RecordChange::Put(seen)) => after.record = Some(seen.read_at),
                Change::Device(DeviceChange::Put(device)) => after.device = Some((**device).clone()),
                Change::Device(DeviceChange::Drop { .. }) => after.device = None,
                _ => {}
            }
        }
        *self = after;
        Ok(())
    }

    /// The hub's plan for a read; `None` if a later one is stored.
    fn plan(&self, seen: &Observation) -> Option<Plan> {
        if self.record.is_some_and(|known| known > seen.read_at) {
            return None;
        }
        let owner = |holder: Option<&str>| holder.and_then(|holder| self.customers.get(holder)).cloned();
        let device_type = DeviceType::default();
        let hands = AssignmentContext {
            known: self.record,
            before: self.device.as_ref(),
            owner_before: owner(self.device.as_ref().and_then(|device| device.holder.as_deref())),
            owner_now: owner(seen.holder()),
            device_type: &device_type,
        };
        Some(device_assignment::asset(seen, hands, stamp()))
    }
}

/// The asset as read at a tick: assigned, in stock, in the trash, or of another type.
fn seen(tick: i64, what: u8) -> Observation {
    let used_by = (1..=3).contains(&what).then(|| what.to_string());
    let asset = Asset {
        name: "PACE 5 kW".into(),
        asset_type: Some(if what == 5 { "Router" } else { "Hybrid Inverter Bundle" }.into()),
        used_by: if what >= 4 { Some("1".into()) } else { used_by },
        trashed: what == 4,
        ..Asset::default()
    };
    Observation {
        key: RecordKey::new("freshservice", Kind::Asset, "4"),
        attributes: Attributes::Asset(asset),
        raw: serde_json::Value::Null,
        updated_at: None,
        read_at: Timestamp::UNIX_EPOCH + SignedDuration::from_secs(tick),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// Each read is planned at a random time and applied after a delay. A plan that is rejected is made again.
    #[test]
    fn h04_a09_a22_latest_read_wins_in_any_order_and_timelines_agree(
        readings in prop::collection::vec((0..6_u8, any::<u16>(), any::<u16>()), 1..24),
    ) {
        let mut steps: Vec<(u16, usize, bool)> = Vec::new();
        for (number, (_, planned, lag)) in readings.iter().enumerate() {
            steps.push((*planned, number, false));
            steps.push((planned.saturating_add(*lag), number, true));
        }
        steps.sort_unstable();
        let observed: Vec<Observation> =
            (0..).zip(&readings).map(|(tick, (what, ..))| seen(tick, *what)).collect();
        let mut kept = Kept::new();
        let mut plans: BTreeMap<usize, Option<Plan>> = BTreeMap::new();
        for (_, number, applies) in steps {
            if !applies {
                plans.insert(number, kept.plan(&observed[number]));
                continue;
            }
            // There are no concurrent changes between the second plan and its application.
            let mut plan = plans.remove(&number).flatten();
            while let Some(made) = plan.take() {
                if kept.apply(&made).is_err() {
                    plan = kept.plan(&observed[number]);
                }
            }
        }
        let last = observed.last().expect("there is one");
        prop_assert_eq!(kept.record, Some(last.read_at));
        prop_assert_eq!(&kept.device, &Device::of(last, &DeviceType::default()));
        let holder = kept.device.as_ref().and_then(|device| device.holder.clone());
        for (requester, customer) in &kept.customers {
            prop_assert_eq!(kept.assigned.contains(&customer.id), holder.as_ref() == Some(requester));
        }
    }
}
