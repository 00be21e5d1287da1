//! The database cost of a refresh, for a customer with a short timeline and for one with a long one.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use tessera_core::devices::DeviceType;
use tessera_core::kernel::clock::{Clock, SystemClock};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::{Change, CustomerEdit, Plan};
use tessera_core::kernel::record::Kind;
use tessera_core::kernel::timeline::Event;
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::persons::event::PersonEvent;
use tessera_core::sync::reconcile::{self, Facts, Why};
use tessera_store::{Effort, Store};

use crate::people::{self, stamped};
use crate::report::{against, row, section};
use crate::stats::Latencies;

const HISTORIES: [i64; 2] = [10, 10_000];
const REFRESHES: usize = 200;
const ISSUER: &str = "https://bench.example";

/// A customer in a separate database, with the times of its refreshes.
struct Measured {
    store: Store,
    n: u64,
    customer: Customer,
    times: Vec<Duration>,
}

/// Runs the measurement and prints it. The refreshes of the two alternate, so that other load on the machine slows both
/// alike.
pub async fn run(data: &Path) -> anyhow::Result<()> {
    section("refresh of one customer whose records are unchanged, SQLite, without the outside systems");
    let mut all = Vec::new();
    for (n, entries) in (0..).zip(HISTORIES) {
        let store = Store::open(&data.join(format!("refresh-{entries}.db")).display().to_string()).await?;
        let customer = with_history(&store, n, entries).await?;
        refresh(&store, n, &customer).await?;
        all.push(Measured { store, n, customer, times: Vec::with_capacity(REFRESHES) });
    }
    let before: Vec<Effort> = all.iter().map(|it| it.store.effort()).collect();
    for _ in 0..REFRESHES {
        for it in &mut all {
            let began = Instant::now();
            refresh(&it.store, it.n, &it.customer).await?;
            it.times.push(began.elapsed());
        }
    }
    let mut shown = Vec::new();
    for ((it, before), entries) in all.into_iter().zip(before).zip(HISTORIES) {
        let (effort, times) = (each(it.store.effort() - before), Latencies::new(it.times));
        let Effort { statements, rows, .. } = effort;
        let measured = format!("{}, {statements} statements, {rows} rows", times.sentence());
        row(&format!("{entries} timeline entries"), &measured);
        shown.push((effort, times.within(50)));
    }
    if let [(least, short), (most, long)] = shown[..] {
        let ratio = long / short;
        against("  p50 to that of the short history", &format!("{ratio:.2}"), "≤ 1.2", ratio <= 1.2);
        let extra = format!("{} and {}", most.statements.abs_diff(least.statements), most.rows.abs_diff(least.rows));
        against("  statements and rows more or less", &extra, "none", most == least);
    }
    Ok(())
}

fn each(all: Effort) -> Effort {
    let times = REFRESHES as u64;
    Effort { statements: all.statements / times, rows: all.rows / times, commits: all.commits / times }
}

/// Creates an activated customer with this number of timeline entries.
async fn with_history(store: &Store, n: u64, entries: i64) -> anyhow::Result<Customer> {
    let (mut plan, ready) = people::invite_and_claim(n, ISSUER)?;
    plan.extend(people::complete(n, ready, &DeviceType::default())?);
    plan.steps.retain(|step| !matches!(step.change, Change::Job(JobChange::Finish { .. })));
    store.apply(&plan).await?;
    let (requester, ..) = people::read(n);
    let customer = store.customer_of(&requester.key).await?.context("the customer was activated")?;
    loop {
        let length = store.timeline_head(customer.id).await?.unwrap_or_default().length;
        if length >= entries {
            return Ok(customer);
        }
        let mut notes = Plan::default();
        for _ in length..entries.min(length + 500) {
            let event = Event::Person(PersonEvent::Previewed { person_id: "P-2222-2222".to_owned() });
            notes.push(TimelineChange::Append(stamped(n, |stamp| stamp.entry(customer.id, &event))), "history");
        }
        store.apply(&notes).await?;
    }
}

/// The hub's work on a customer's records after it has read them.
async fn refresh(store: &Store, n: u64, customer: &Customer) -> anyhow::Result<()> {
    let (mut requester, mut contact, mut assets) = people::read(n);
    let read_at = SystemClock.now();
    let mut known = BTreeMap::new();
    for seen in [&mut requester, &mut contact].into_iter().chain(&mut assets) {
        seen.read_at = read_at;
        let stored = store.record(&seen.key).await?;
        known.extend(stored.map(|stored| (seen.key.clone(), stored.read_at)));
    }
    let customer = store.customer(customer.id).await?.context("the customer is there")?;
    let links = store.links(customer.id).await?;
    let asked = store.reviews_of(customer.id).await?.into_iter().map(|review| review.question).collect();
    let device_type = DeviceType::default();
    let facts = Facts {
        requester,
        contacts: vec![contact],
        assets,
        known,
        contact_link: links.into_iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Contact),
        linked_contact: None,
        contact_owners: Vec::new(),
        asked,
        assigned: store.devices_assigned(customer.id).await?,
        waiting: Vec::new(),
        contested: Vec::new(),
        read_at,
        device_type: &device_type,
    };
    let plan = stamped(n, |stamp| {
        let mut draft = CustomerEdit::of(customer, stamp);
        reconcile::reconcile(&mut draft, facts, Why::Refresh, stamp);
        draft.finish()
    });
    Ok(store.apply(&plan).await?)
}
