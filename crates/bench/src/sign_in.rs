//! Concurrent sign-ins with person id and password: rate, memory, and the latency of other pages meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tessera_core::kernel::actor::{Actor, Channel};

use anyhow::Context;
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use tessera_core::credentials::{self, Proof, Subject};
use tessera_core::kernel::clock::{Clock, SystemClock};
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::plan::Stamp;
use tessera_store::Store;
use uuid::Uuid;

use crate::hub::Hub;
use crate::load::{Connection, get};
use crate::outside::Outside;
use crate::report::{against, row, section};
use crate::stats::{Latencies, rate};
use crate::{people, sizes};

/// The password of all people. The hub cannot know that it is the same, so it is hashed for each sign-in.
const PASSWORD: &str = "seventeen green herons";
/// Number of sign-ins per person.
const ROUNDS: usize = 5;
/// Number of sequential sign-ins, for the cost of a single one.
const ALONE: usize = 20;
/// Time for measuring other pages without sign-ins.
const QUIET: Duration = Duration::from_secs(3);
/// A page that requires a sign-in, and one that does not.
const PAGE: &str = "/portal/customer";
const HEALTH: &str = "/healthz";

/// Runs the measurement and prints it.
pub async fn run(data: &Path, count: u64) -> anyhow::Result<()> {
    section(&format!("{count} people sign in at once, {ROUNDS} times each"));
    let outside = Outside::start().await?;
    let database = data.join("sign-in.db");
    drop(Store::open(&database.display().to_string()).await?);
    sizes::fill(&database, 0, count, &outside.url)?;
    let sign_ins = with_passwords(&database, count, &outside.url).await?;
    let hub = Hub::start(data, &database, &outside.url).await?;

    let mut connection = Connection::open(hub.address).await?;
    let mut alone = Vec::new();
    for request in sign_ins.iter().cycle().take(ALONE) {
        let began = Instant::now();
        sign_in(&mut connection, request).await?;
        alone.push(began.elapsed());
    }
    let alone = Latencies::new(alone);
    row("one after the other", &alone.sentence());
    let cookie = connection.cookie().context("who signs in gets a session")?;
    let pages = [with_cookie(PAGE, &cookie), get(HEALTH, None)];

    let quiet = asked(&hub, &pages, Arc::new(AtomicBool::new(true)), Some(QUIET)).await?;
    let (before, _) = hub.memory()?;
    let on = Arc::new(AtomicBool::new(true));
    let others = asked(&hub, &pages, on.clone(), None);
    let (stormed, others) = tokio::join!(storm(&hub, &sign_ins, on), others);
    let (stormed, others) = (stormed?, others?);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (after, peak) = hub.memory()?;

    row("all at once, sign-ins/s", &format!("{:.1}   {}", stormed.0, stormed.1.sentence()));
    // At most two passwords are hashed at a time.
    let bound = 2000.0 / alone.within(50);
    row("  to two at a time", &format!("{:.2}", stormed.0 / bound));
    for (name, (quiet, others)) in ["a page, signed in", "/healthz"].iter().zip(quiet.iter().zip(&others)) {
        let (p50, p99) = (others.within(50) / quiet.within(50), others.within(99));
        row(&format!("{name}, nobody signs in"), &quiet.sentence());
        row(&format!("{name}, meanwhile"), &format!("{}   p50 to that before {p50:.1}", others.sentence()));
        against("  p99 meanwhile", &format!("{p99:.1} ms"), "< 100 ms", p99 < 100.0);
    }
    let memory = format!("{before:.1}, at most {peak:.1}, then {after:.1} MiB");
    against("RSS before, at most, two seconds after", &memory, "< 150 MB", peak < 143.0);
    hub.stop()
}

/// Sets everyone's password by the plan that the portal makes. Returns their sign-in requests as bytes, each from its
/// own IP address.
pub async fn with_passwords(database: &Path, count: u64, issuer: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let hashed = Argon2::default().hash_password(PASSWORD.as_bytes());
    let hashed = hashed.map_err(|error| anyhow::anyhow!("no password could be hashed: {error}"))?.to_string();
    let store = Store::open(&database.display().to_string()).await?;
    let mut requests = Vec::new();
    for n in 0..count {
        let key = IdentityKey { issuer: issuer.to_owned(), subject: people::subject(n) };
        let id = store.identity(&key).await?.context("who activated has a sign-in")?.person_id;
        let person = store.person(id).await?.context("a sign-in is a person's")?;
        let customer = store.customer(person.customer_id).await?.context("a person is a customer's")?;
        let identities = store.identities_of_person(id).await?;
        let subject = Subject { customer, person: &person, identities: &identities, session: None };
        let stamp = Stamp {
            now: SystemClock.now(),
            reading: SystemClock.now(),
            actor: &Actor::Cli,
            channel: Channel::Portal,
            mint: &Uuid::now_v7,
        };
        store.apply(&credentials::put_password(subject, hashed.clone(), Proof::Session, stamp)).await?;
        let person = store.person(id).await?.context("a person stays")?;
        let body = format!("login={}&password={}", person.person_id, PASSWORD.replace(' ', "+"));
        let (high, low) = (n / 250 % 250, n % 250 + 1);
        requests.push(
            format!(
                "POST /portal/customer/sign-in/password HTTP/1.1\r\nhost: hub\r\nx-forwarded-for: 10.0.{high}.{low}\r\n\
                 content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            )
            .into_bytes(),
        );
    }
    Ok(requests)
}

/// Sends a sign-in, which has to succeed.
pub async fn sign_in(connection: &mut Connection, request: &[u8]) -> anyhow::Result<()> {
    let status = connection.exchange(request).await?;
    anyhow::ensure!(status == 303, "a sign-in was answered {status}");
    Ok(())
}

/// Signs everyone in, each on their own connection. Returns sign-ins per second and latencies. Switches `on` off at
/// the end.
async fn storm(hub: &Hub, sign_ins: &[Vec<u8>], on: Arc<AtomicBool>) -> anyhow::Result<(f64, Latencies)> {
    let (began, address) = (Instant::now(), hub.address);
    let mut tasks = Vec::new();
    for request in sign_ins {
        let request = request.clone();
        tasks.push(tokio::spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut times = Vec::new();
            for _ in 0..ROUNDS {
                let asked = Instant::now();
                sign_in(&mut connection, &request).await?;
                times.push(asked.elapsed());
            }
            Ok::<_, anyhow::Error>(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await??);
    }
    let took = began.elapsed();
    on.store(false, Ordering::Relaxed);
    Ok((rate(times.len(), took), Latencies::new(times)))
}

/// Requests each of these in turn, one at a time, while `on` is set, or for this time.
pub async fn asked(
    hub: &Hub,
    requests: &[Vec<u8>],
    on: Arc<AtomicBool>,
    time: Option<Duration>,
) -> anyhow::Result<Vec<Latencies>> {
    let mut connection = Connection::open(hub.address).await?;
    let mut times = vec![Vec::new(); requests.len()];
    let began = Instant::now();
    while on.load(Ordering::Relaxed) && time.is_none_or(|time| began.elapsed() < time) {
        for (request, times) in requests.iter().zip(&mut times) {
            let asked = Instant::now();
            let status = connection.exchange(request).await?;
            anyhow::ensure!(status == 200, "a page was answered {status}");
            times.push(asked.elapsed());
            // Pause between pages, as a reader does.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(times.into_iter().map(Latencies::new).collect())
}

/// A `GET` request with a session, as bytes.
pub fn with_cookie(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: hub\r\ncookie: {cookie}\r\n\r\n").into_bytes()
}
