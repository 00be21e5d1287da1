//! Storms: what strangers and hostile customers can send at once. What other people's pages take meanwhile, and what memory and disk grow
//! by, have targets.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tessera_store::Store;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::hub::{Hub, configuration};
use crate::load::{Connection, get};
use crate::outside::Outside;
use crate::report::{against, row, section};
use crate::sign_in::{asked, sign_in, with_cookie, with_passwords};
use crate::stats::{Latencies, rate};
use crate::{people, sizes};

/// How long each storm lasts.
const TIME: Duration = Duration::from_secs(5);
/// How long the hub has afterwards, before memory and disk are read.
const AFTER: Duration = Duration::from_secs(1);
/// What memory and disk may grow by in a storm, in MiB.
const MAX_MEMORY: f64 = 64.0;
const MAX_DISK: f64 = 16.0;
/// A connection that failed is opened again after this.
const PAUSE: Duration = Duration::from_millis(5);
/// A page that requires a sign-in, and one that does not.
const PAGES: [&str; 2] = ["/portal/customer", "/portal/customer/sign-in"];

/// How many connections the hub takes: fewer than the slow ones, so that some have to give way.
const MAX_CONNECTIONS: usize = 300;
/// How many sign-ins of somebody wait for a second factor: as many as may begin within a minute.
const HALVES: usize = 10;

/// What the requests of a storm are made of.
struct Scene {
    /// The session of the customer who storms.
    cookie: String,
    /// Sign-ins of another customer whose password is known, which wait for a code.
    halves: Vec<String>,
}

/// A storm.
struct Storm {
    name: &'static str,
    /// Connections at once.
    senders: usize,
    /// A request, by its number.
    request: fn(&Scene, usize) -> Vec<u8>,
    /// Whether the request is a part only, and the sender waits for ever with the rest.
    holds: bool,
}

static STORMS: [Storm; 8] = [
    Storm { name: "methods that nobody knows", senders: 16, request: methods, holds: false },
    Storm { name: "return_to of 900 kB, sign-ins begun", senders: 8, request: return_to, holds: false },
    Storm { name: "second-factor codes at once", senders: 64, request: codes, holds: false },
    Storm { name: "step-up passwords at once", senders: 64, request: proofs, holds: false },
    Storm { name: "the hashing queue, one address", senders: 64, request: passwords, holds: false },
    Storm { name: "forms of strangers, each with a new key", senders: 32, request: forms, holds: false },
    Storm { name: "slow connections", senders: 600, request: half_a_head, holds: true },
    Storm { name: "stalled uploads of one customer", senders: 16, request: half_an_upload, holds: true },
];

fn form(path: &str, cookie: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: hub\r\nx-forwarded-for: 192.0.2.77\r\nsec-fetch-site: same-origin\r\ncookie: {cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn methods(_: &Scene, n: usize) -> Vec<u8> {
    let method = format!("M{n}{}", "X".repeat(2000));
    format!("{method} /x HTTP/1.1\r\nhost: hub\r\ncontent-length: 0\r\n\r\n").into_bytes()
}

fn return_to(_: &Scene, n: usize) -> Vec<u8> {
    let body = format!("provider=customers&return_to=/{n}{}", "x".repeat(900_000));
    form("/portal/customer/sign-in", "", &body)
}

fn codes(scene: &Scene, n: usize) -> Vec<u8> {
    let half = &scene.halves[n % scene.halves.len()];
    form("/portal/customer/sign-in/code", half, &format!("code={:06}", n % 1_000_000))
}

fn proofs(scene: &Scene, n: usize) -> Vec<u8> {
    form("/portal/customer/confirm", &scene.cookie, &format!("password=not+the+right+one+{n}"))
}

fn passwords(_: &Scene, n: usize) -> Vec<u8> {
    form("/portal/customer/sign-in/password", "", &format!("login=nobody-{n}&password=not+the+right+one"))
}

fn forms(_: &Scene, n: usize) -> Vec<u8> {
    form(&format!("/portal/customer/profile?once=storm-{n}"), "", "name=Somebody&phone=")
}

fn half_a_head(_: &Scene, n: usize) -> Vec<u8> {
    format!("GET /portal/customer HTTP/1.1\r\nhost: hub\r\nx-number: {n}").into_bytes()
}

fn half_an_upload(scene: &Scene, _: usize) -> Vec<u8> {
    let Scene { cookie, .. } = scene;
    format!(
        "POST /portal/customer/requests/new HTTP/1.1\r\nhost: hub\r\nsec-fetch-site: same-origin\r\ncookie: {cookie}\r\n\
         content-type: multipart/form-data; boundary=b\r\ncontent-length: 8000000\r\n\r\n--b\r\n\
         content-disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\n{}",
        "x".repeat(64 * 1024)
    )
    .into_bytes()
}

/// Runs the measurement and prints it.
pub async fn run(data: &Path) -> anyhow::Result<()> {
    section(&format!("Storms, {} seconds each, beside a reader", TIME.as_secs()));
    let outside = Outside::start().await?;
    let database = data.join("storms.db");
    drop(Store::open(&database.display().to_string()).await?);
    sizes::fill(&database, 0, 3, &outside.url)?;
    let mut sign_ins = with_passwords(&database, 3, &outside.url).await?;
    let with_second_step = sign_ins.pop().context("three people sign in")?;
    add_second_step(&database, &outside.url)?;
    let hub = start(data, &database, &outside.url).await?;
    let halves = halves(&hub, &with_second_step).await?;
    let mut cookies = Vec::new();
    for request in &sign_ins {
        let mut connection = Connection::open(hub.address).await?;
        sign_in(&mut connection, request).await?;
        cookies.push(connection.cookie().context("who signs in gets a session")?);
    }
    let pages = [with_cookie(PAGES[0], &cookies[0]), get(PAGES[1], None)];
    let scene = Arc::new(Scene { cookie: cookies.swap_remove(1), halves });
    let quiet = asked(&hub, &pages, Arc::new(AtomicBool::new(true)), Some(TIME)).await?;
    for (path, quiet) in PAGES.iter().zip(&quiet) {
        row(&format!("{path}, no storm"), &quiet.sentence());
    }
    for storm in &STORMS {
        measure(&hub, &database, storm, &scene, &pages).await?;
    }
    hub.stop()
}

/// Starts the program with a limit of connections.
async fn start(data: &Path, database: &Path, outside: &str) -> anyhow::Result<Hub> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let usual = "trust_forwarded_for = true";
    let limited = format!("{usual}\nmax_connections = {MAX_CONNECTIONS}");
    let config = data.join("storms.toml");
    std::fs::write(&config, configuration(address, database, outside).replace(usual, &limited))?;
    Hub::configured(&config, address).await
}

/// Gives the last person a passkey that nobody has, so that their password alone does not sign them in.
fn add_second_step(database: &Path, issuer: &str) -> anyhow::Result<()> {
    let connection = rusqlite::Connection::open(database)?;
    let added = connection.execute(
        "INSERT INTO passkeys (identity_id, person_id, credential_id, passkey, counter)
         SELECT id, person_id, id, '{}', 0 FROM identities WHERE issuer = ?1 AND subject = ?2",
        [issuer, people::subject(2).as_str()],
    )?;
    anyhow::ensure!(added == 1, "{added} people got a passkey");
    Ok(())
}

/// Sign-ins with the right password that wait for their second step, each from an address of its own.
async fn halves(hub: &Hub, request: &[u8]) -> anyhow::Result<Vec<String>> {
    let request = std::str::from_utf8(request)?;
    let (before, rest) = request.split_once("x-forwarded-for: ").context("a sign-in has an address")?;
    let (_, after) = rest.split_once("\r\n").context("a head has lines")?;
    let mut halves = Vec::new();
    for n in 0..HALVES {
        let mut connection = Connection::open(hub.address).await?;
        sign_in(&mut connection, format!("{before}x-forwarded-for: 10.1.0.{}\r\n{after}", n + 1).as_bytes()).await?;
        halves.push(connection.cookie_named("tessera-half").context("the second step is asked for")?);
    }
    Ok(halves)
}

async fn measure(
    hub: &Hub,
    database: &Path,
    storm: &'static Storm,
    scene: &Arc<Scene>,
    pages: &[Vec<u8>],
) -> anyhow::Result<()> {
    let (memory, disk) = (hub.memory()?.0, size(database));
    let on = Arc::new(AtomicBool::new(true));
    let others = asked(hub, pages, on.clone(), None);
    let (sent, others) = tokio::join!(rage(hub, storm, scene, on), others);
    sleep(AFTER).await;
    let (memory, disk) = (hub.memory()?.0 - memory, size(database) - disk);
    row(storm.name, &format!("{:.0}/s sent on {} connections", rate(sent, TIME), storm.senders));
    match others {
        Ok(others) => others.iter().zip(PAGES).for_each(|(times, path)| page(path, times)),
        Err(error) => against("  pages meanwhile", &format!("{error:#}"), "every one is answered", false),
    }
    against("  memory afterwards", &format!("{memory:+.1} MiB"), "< +64 MiB", memory < MAX_MEMORY);
    against("  database afterwards", &format!("{disk:+.1} MiB"), "< +16 MiB", disk < MAX_DISK);
    Ok(())
}

fn page(path: &str, times: &Latencies) {
    let p99 = times.within(99);
    against(&format!("  {path}"), &times.sentence(), "p99 < 100 ms", p99 < 100.0);
}

/// Size of a database with its log, in MiB.
fn size(database: &Path) -> f64 {
    let of = |ending: &str| std::fs::metadata(format!("{}{ending}", database.display())).map_or(0, |file| file.len());
    let kibibytes = (of("") + of("-wal")) / 1024;
    f64::from(u32::try_from(kibibytes).unwrap_or(u32::MAX)) / 1024.0
}

/// Sends the requests of a storm. Returns how many were sent, and switches `on` off.
async fn rage(hub: &Hub, storm: &'static Storm, scene: &Arc<Scene>, on: Arc<AtomicBool>) -> usize {
    let (began, address) = (Instant::now(), hub.address);
    let sent = Arc::new(AtomicUsize::new(0));
    let mut senders = tokio::task::JoinSet::new();
    for _ in 0..storm.senders {
        let (scene, sent) = (scene.clone(), sent.clone());
        senders.spawn(async move {
            let mut connection = None;
            while began.elapsed() < TIME {
                let number = sent.fetch_add(1, Ordering::Relaxed);
                let request = (storm.request)(&scene, number);
                if storm.holds {
                    hold(address, &request, began).await;
                    continue;
                }
                let open = if connection.is_some() { connection.take() } else { Connection::open(address).await.ok() };
                let Some(mut open) = open else {
                    sleep(PAUSE).await;
                    continue;
                };
                // A refused request may close the connection.
                if open.exchange(&request).await.is_ok() {
                    connection = Some(open);
                }
            }
        });
    }
    sleep(TIME).await;
    on.store(false, Ordering::Relaxed);
    senders.abort_all();
    while senders.join_next().await.is_some() {}
    sent.load(Ordering::Relaxed)
}

/// Sends a part of a request, and keeps the connection until the storm is over or the hub closes it.
async fn hold(address: SocketAddr, part: &[u8], began: Instant) {
    let held = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(part).await?;
        let mut answer = [0; 1024];
        while stream.read(&mut answer).await? > 0 {}
        std::io::Result::Ok(())
    };
    // Closed or refused: the next one takes its place.
    let _ = timeout(TIME.saturating_sub(began.elapsed()), held).await;
    sleep(PAUSE).await;
}
