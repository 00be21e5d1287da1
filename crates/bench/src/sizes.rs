//! The shipped program on databases of different sizes: memory, start, "my devices", jobs, and a durable write.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use anyhow::Context;
use tessera_core::devices::DeviceType;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::plan::Change;
use tessera_store::Store;
use tessera_store::bench;

use crate::applies;
use crate::bare::Bare;
use crate::hub::{HOOK_SECRET, Hub};
use crate::load::{self, Connection, get};
use crate::outside::Outside;
use crate::people;
use crate::report::{against, row, section};
use crate::stats::{Latencies, Repeats};

const MY_DEVICES: &str = "/api/v1/me/devices";
/// Number of kept connections under load.
const CONNECTIONS: usize = 32;
/// Number of requesting customers, spread over all.
const ASKING: u64 = 2048;
/// Requests per second of a comparable hand-written program, Express 5 with better-sqlite3 (docs/performance.md).
const EXPRESS_DEVICES: f64 = 3750.0;
/// Number of customers reserved for the durable writes, at every size.
const WRITES: u64 = 300;

/// Effort of a measurement.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Number of pairs of runs.
    pub repeats: usize,
    /// Length of a run.
    pub time: Duration,
}

/// Medians in milliseconds at the smallest size, as the baseline for the others.
struct Medians {
    read: f64,
    write: f64,
}

/// Runs the measurement for each of these numbers of customers, and prints it.
pub async fn run(data: &Path, sizes: &[u64], effort: Effort) -> anyhow::Result<()> {
    let mut outside = Outside::start().await?;
    let database = data.join("hub.db");
    drop(Store::open(&database.display().to_string()).await?);
    let (mut filled, mut first) = (0, None);
    for (at, size) in sizes.iter().copied().enumerate() {
        let began = Instant::now();
        fill(&database, filled, size, &outside.url)?;
        let megabytes = std::fs::metadata(&database)?.len() / 1_000_000;
        section(&format!("{size} customers, {} devices", size * people::DEVICES));
        row("database", &format!("{megabytes} MB, filled in {:.0} s", began.elapsed().as_secs_f64()));
        let largest = at + 1 == sizes.len();
        let read = serving(data, &database, &mut outside, size, largest, effort).await?;
        let write = writing(&database, size, &outside.url).await?;
        filled = size + WRITES;
        let before = first.get_or_insert(Medians { read, write });
        if at > 0 {
            let (read, write) = (read / before.read, write / before.write);
            let than = sizes[0];
            against(&format!("my devices, p50 to that at {than}"), &format!("{read:.2}"), "≤ 1.3", read <= 1.3);
            against(&format!("durable apply, p50 to that at {than}"), &format!("{write:.2}"), "≤ 1.3", write <= 1.3);
        }
    }
    Ok(())
}

/// Activates customers up to this number, without waiting for the disk.
pub fn fill(database: &Path, from: u64, to: u64, issuer: &str) -> anyhow::Result<()> {
    let bare = Bare::open_careless(database)?;
    let (send, plans) = sync_channel(4096);
    let issuer = issuer.to_owned();
    // Planning and writing take about the same time, so they run in parallel.
    let planning = std::thread::spawn(move || {
        let device_type = DeviceType::default();
        for customer in from..to {
            let (mut plan, ready) = people::invite_and_claim(customer, &issuer)?;
            plan.extend(people::complete(customer, ready, &device_type)?);
            // No worker runs here, so jobs are marked as done at the end.
            plan.steps.retain(|step| !matches!(step.change, Change::Job(JobChange::Finish { .. })));
            send.send(bench::lower(&plan)).context("the writer stopped")?;
        }
        Ok::<_, anyhow::Error>(())
    });
    bare.run(plans.into_iter(), 2000)?;
    planning.join().map_err(|_| anyhow::anyhow!("planning stopped"))??;
    bare.nothing_to_do()?;
    bare.checkpoint()?;
    Ok(())
}

/// Starts the program, measures its answers, and stops it. Returns the median of "my devices" on one connection, in
/// milliseconds.
async fn serving(
    data: &Path,
    database: &Path,
    outside: &mut Outside,
    size: u64,
    largest: bool,
    effort: Effort,
) -> anyhow::Result<f64> {
    let hub = starting(data, database, &outside.url).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (idle, _) = hub.memory()?;
    against("idle, RSS", &format!("{idle:.1} MiB"), "< 40 MB", idle < 38.1);

    let asking: Vec<u64> = (0..ASKING).map(|n| n * size / ASKING).collect();
    let tokens = outside.tokens(asking, size).await?;
    let requests = Arc::new(tokens.iter().map(|token| get(MY_DEVICES, Some(token))).collect::<Vec<_>>());
    let health = Arc::new(vec![get("/healthz", None); CONNECTIONS]);
    load::once(1, hub.address, &requests).await?;
    let alone = load::once(1, hub.address, &requests).await?;
    row("my devices, one connection", &alone.latencies.sentence());

    let (mut rates, mut bare, mut ratios) = (Repeats::default(), Repeats::default(), Repeats::default());
    let mut last = None;
    for _ in 0..if largest { effort.repeats } else { 1 } {
        let healthz = load::during(effort.time, CONNECTIONS, hub.address, &health).await?;
        let devices = load::during(effort.time, CONNECTIONS, hub.address, &requests).await?;
        rates.add(devices.rate);
        bare.add(healthz.rate);
        ratios.add(devices.rate / healthz.rate);
        last = Some((devices.latencies, healthz.latencies));
    }
    let (devices, healthz) = last.unwrap_or_default();
    row("/healthz, 32 connections, requests/s", &format!("{}   {}", bare.sentence(0), healthz.sentence()));
    row("my devices, 32 connections, requests/s", &format!("{}   {}", rates.sentence(0), devices.sentence()));
    against("  to /healthz", &ratios.sentence(2), "≥ 0.5", ratios.median() >= 0.5);
    let express = rates.median() / EXPRESS_DEVICES;
    against("  to Express", &format!("{express:.1}"), "≥ 8", express >= 8.0);
    if largest {
        first_sight(&hub, outside, size).await?;
    }
    jobs(&hub, outside).await?;
    let (loaded, peak) = hub.memory()?;
    against("after all this, RSS", &format!("{loaded:.1} MiB, at most {peak:.1}"), "< 150 MB", peak < 143.0);
    hub.stop()?;
    Ok(alone.latencies.within(50))
}

/// Starts the program several times, and returns the last one running.
async fn starting(data: &Path, database: &Path, outside: &str) -> anyhow::Result<Hub> {
    let mut starts = Repeats::default();
    let mut hub = Hub::start(data, database, outside).await?;
    for _ in 0..5 {
        hub.stop()?;
        hub = Hub::start(data, database, outside).await?;
        starts.add(hub.ready_after.as_secs_f64() * 1000.0);
    }
    against("start to /readyz", &format!("{} ms", starts.sentence(0)), "< 100 ms", starts.median() < 100.0);
    Ok(hub)
}

/// New tokens: each signature has to be checked.
async fn first_sight(hub: &Hub, outside: &Outside, size: u64) -> anyhow::Result<()> {
    let asking: Vec<u64> = (0..6400).map(|n| n * size / 6400).collect();
    let tokens = outside.tokens(asking, size + 1).await?;
    let requests = Arc::new(tokens.iter().map(|token| get(MY_DEVICES, Some(token))).collect::<Vec<_>>());
    let load = load::once(CONNECTIONS, hub.address, &requests).await?;
    row(
        "  each token seen for the first time, requests/s",
        &format!("{:.0}   {}", load.rate, load.latencies.sentence()),
    );
    Ok(())
}

/// Time from a webhook's arrival, through a durable job, to the job's first request to the service desk.
async fn jobs(hub: &Hub, outside: &mut Outside) -> anyhow::Result<()> {
    let mut connection = Connection::open(hub.address).await?;
    let (mut accepted, mut started) = (Vec::new(), Vec::new());
    for requester in 0..300 {
        let wanted = (99_000_000_000_u64 + requester).to_string();
        let body = format!("{{\"requester_id\":\"{wanted}\"}}");
        let request = format!(
            "POST /hooks/freshservice/invite HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {HOOK_SECRET}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let began = Instant::now();
        let status = connection.exchange(request.as_bytes()).await?;
        anyhow::ensure!(status == 202, "the hook was answered {status}");
        accepted.push(began.elapsed());
        loop {
            let (asked, at) = outside.asked.recv().await.context("the service desk stopped")?;
            if asked == wanted {
                started.push(at.duration_since(began));
                break;
            }
        }
    }
    row("hook answered, kept durably", &Latencies::new(accepted).sentence());
    let started = Latencies::new(started);
    against("hook sent → its job asks the service desk", &started.sentence(), "p50 < 5 ms", started.within(50) < 5.0);
    Ok(())
}

/// Durable applies by one caller. Returns their median in milliseconds.
async fn writing(database: &Path, size: u64, issuer: &str) -> anyhow::Result<f64> {
    let ready = applies::prepare(database, size..size + WRITES, issuer)?;
    let store = Store::open(&database.display().to_string()).await?;
    let (_, times) = applies::through_store(&store, ready, 1).await?;
    let times = Latencies::new(times);
    row("durable apply, one caller", &times.sentence());
    Ok(times.within(50))
}
