//! Durable applies on SQLite: complete activations through the store, compared with a bare loop of the same statements.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tessera_core::devices::DeviceType;
use tessera_store::Store;
use tessera_store::bench::{self, Statement};

use crate::bare::Bare;
use crate::people::{self, Ready};
use crate::report::{against, row, section};
use crate::stats::{Latencies, Repeats, rate};

/// Numbers of concurrent callers.
pub const CALLERS: [usize; 3] = [1, 8, 32];
/// Approximate length of a run, in seconds.
const RUN: f64 = 0.7;
/// Issuer of the fictional customers' sign-ins.
pub const ISSUER: &str = "https://login.example.com/";
/// Upserts per second of a comparable hand-written program, Express 5 with better-sqlite3 (docs/performance.md).
const EXPRESS_UPSERTS: f64 = 1845.0;

/// Number of applies for estimating the rate.
pub const TRIAL: u64 = 128;

/// Number of applies in a run, for this rate per second.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between the two bounds")]
pub fn fitting(rate: f64) -> u64 {
    (rate * RUN).clamp(128.0, 6000.0) as u64
}

/// Runs the measurement and prints it.
pub async fn run(data: &Path, repeats: usize) -> anyhow::Result<()> {
    section("Durable applies, SQLite (WAL, synchronous=FULL): complete activations, each one plan, three devices");
    let (with_store, with_bare) = (data.join("applies.db"), data.join("bare.db"));
    let store = Store::open(&with_store.display().to_string()).await?;
    drop(Store::open(&with_bare.display().to_string()).await?);
    let beside = Bare::open(&with_bare)?;
    tell_size()?;
    let mut next = 0;
    for callers in CALLERS {
        let trial = prepare(&with_store, next..next + TRIAL, ISSUER)?;
        let count = fitting(through_store(&store, trial, callers).await?.0);
        // Keep both files the same size.
        let trial = prepare(&with_bare, next..next + TRIAL, ISSUER)?;
        through_bare(&beside, trial, callers)?;
        next += TRIAL;
        let (mut applies, mut single, mut grouped) = (Repeats::default(), Repeats::default(), Repeats::default());
        let (mut to_single, mut to_grouped) = (Repeats::default(), Repeats::default());
        let mut latencies = Vec::new();
        for _ in 0..repeats {
            let ready = prepare(&with_store, next..next + count, ISSUER)?;
            let (fast, times) = through_store(&store, ready, callers).await?;
            let ready = prepare(&with_bare, next..next + count, ISSUER)?;
            let one_each = through_bare(&beside, ready, 1)?;
            next += count;
            let ready = prepare(&with_bare, next..next + count, ISSUER)?;
            let in_groups = through_bare(&beside, ready, callers)?;
            // Keep both files the same size.
            let ready = prepare(&with_store, next..next + count, ISSUER)?;
            let (again, more) = through_store(&store, ready, callers).await?;
            next += count;
            latencies.extend(times);
            latencies.extend(more);
            let fast = f64::midpoint(fast, again);
            applies.add(fast);
            single.add(one_each);
            grouped.add(in_groups);
            to_single.add(fast / one_each);
            to_grouped.add(fast / in_groups);
        }
        let latencies = Latencies::new(latencies).sentence();
        row(&format!("store, {callers} callers, applies/s"), &format!("{}   {latencies}", applies.sentence(0)));
        row("  bare loop, a commit each, applies/s", &single.sentence(0));
        let ratio = to_single.median();
        against("  store to bare, a commit each", &to_single.sentence(2), "≥ 0.7", ratio >= 0.7);
        if callers > 1 {
            row(&format!("  bare loop, {callers} to a commit, applies/s"), &grouped.sentence(0));
            let ratio = to_grouped.median();
            against(&format!("  store to bare, {callers} to a commit"), &to_grouped.sentence(2), "≥ 0.7", ratio >= 0.7);
        }
        if callers == 32 {
            let ratio = applies.median() / EXPRESS_UPSERTS;
            against("  to Express's upsert (a third of the work)", &format!("{ratio:.2}"), "≥ 4", ratio >= 4.0);
        }
    }
    Ok(())
}

fn tell_size() -> anyhow::Result<()> {
    let (_, ready) = people::invite_and_claim(0, ISSUER)?;
    let plan = people::complete(0, ready, &DeviceType::default())?;
    let statements = bench::lower(&plan);
    let bytes: usize = statements.iter().flat_map(|statement| &statement.values).map(size).sum();
    row("one plan", &format!("{} changes, {} statements, {bytes} bytes of values", plan.steps.len(), statements.len()));
    Ok(())
}

fn size(value: &tessera_store::Value) -> usize {
    use tessera_store::Value;
    match value {
        Value::Null => 0,
        Value::Int(_) => 8,
        Value::Uuid(_) => 16,
        Value::Text(text) => text.len(),
        Value::Blob(bytes) => bytes.len(),
    }
}

/// Writes the first half of these activations, and marks their jobs as claimed.
pub fn prepare(database: &Path, customers: Range<u64>, issuer: &str) -> anyhow::Result<Vec<(u64, Ready)>> {
    let (mut plans, mut ready) = (Vec::new(), Vec::new());
    for customer in customers {
        let (plan, waiting) = people::invite_and_claim(customer, issuer)?;
        plans.push(bench::lower(&plan));
        ready.push((customer, waiting));
    }
    let bare = Bare::open_careless(database)?;
    bare.run(plans.into_iter(), 1000)?;
    bare.claim_activations()?;
    bare.checkpoint()?;
    Ok(ready)
}

/// Plans, lowers and applies through the store with concurrent callers. Returns the rate per second, and the latencies.
pub async fn through_store(
    store: &Store,
    ready: Vec<(u64, Ready)>,
    callers: usize,
) -> anyhow::Result<(f64, Vec<Duration>)> {
    let count = ready.len();
    let device_type = Arc::new(DeviceType::default());
    let mut shares: Vec<Vec<(u64, Ready)>> = (0..callers).map(|_| Vec::new()).collect();
    for (at, one) in ready.into_iter().enumerate() {
        shares[at % callers].push(one);
    }
    let began = Instant::now();
    let mut tasks = Vec::new();
    for share in shares {
        let (store, device_type) = (store.clone(), device_type.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::with_capacity(share.len());
            for (customer, ready) in share {
                let asked = Instant::now();
                let plan = people::complete(customer, ready, &device_type)?;
                store.apply(&plan).await?;
                times.push(asked.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    let mut times = Vec::with_capacity(count);
    for task in tasks {
        times.extend(task.await??);
    }
    Ok((rate(count, began.elapsed()), times))
}

/// Prepares the statements before the measurement. Returns the plans per second.
fn through_bare(bare: &Bare, ready: Vec<(u64, Ready)>, group: usize) -> anyhow::Result<f64> {
    let statements = lowered(ready)?;
    let (count, began) = (statements.len(), Instant::now());
    bare.run(statements.into_iter(), group)?;
    Ok(rate(count, began.elapsed()))
}

/// The statements of the last step of these activations.
pub fn lowered(ready: Vec<(u64, Ready)>) -> anyhow::Result<Vec<Vec<Statement>>> {
    let device_type = DeviceType::default();
    ready.into_iter().map(|(customer, one)| Ok(bench::lower(&people::complete(customer, one, &device_type)?))).collect()
}
