//! Operations of a marketplace that wait for a vendor, which takes its time for each answer; and a page of the console
//! meanwhile.

use std::io::Write as _;
use std::net::TcpListener as StdListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use axum::Json;
use axum::Router;
use axum::extract::{Path as InPath, State};
use axum::routing::any;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};
use tessera_crash::{Answer, Client};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::hub::{Hub, configuration, program};
use crate::load::Connection;
use crate::outside::Outside;
use crate::report::{against, row, section};
use crate::stats::{Latencies, rate};

/// Operations that wait.
const OPERATIONS: usize = 1000;
/// Calls of each: Exists and Synchronize.
const CALLS: usize = 2 * OPERATIONS;
/// Calls of the vendor at once, as configured.
const AT_ONCE: u16 = 16;
/// How long the vendor takes.
const TAKES: Duration = Duration::from_millis(200);
/// After this, the measurement is given up.
const LIMIT: Duration = Duration::from_mins(3);
/// Requests of the API at once.
const REQUESTS: usize = 8;
const GLANCE: Duration = Duration::from_millis(5);
/// Between two pages, as a reader does.
const PAUSE: Duration = Duration::from_millis(20);

const PAGE: &str = "/console/systems";
const STAFF: (&str, &str) = ("bench", "seventeen green herons");

/// The vendor, whose answers wait until it is opened. It does so many things at once, and the rest after them.
#[derive(Debug)]
struct Vendor {
    gate: Semaphore,
    places: Semaphore,
    answered: AtomicUsize,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// Runs the measurement and prints it.
pub async fn run(data: &Path) -> anyhow::Result<()> {
    section(&format!(
        "{OPERATIONS} operations wait for a vendor that answers in {} ms, {AT_ONCE} calls at once",
        TAKES.as_millis()
    ));
    let (outside, address) = (Outside::start().await?, StdListener::bind("127.0.0.1:0")?.local_addr()?);
    let (vendor, vendor_url) = Vendor::start().await?;
    let config = data.join("vendors.toml");
    let usual = configuration(address, &data.join("vendors.db"), &outside.url);
    std::fs::write(&config, format!("{usual}[vendors]\ncalls_at_once = 32\ncalls_at_once_per_vendor = {AT_ONCE}\n"))?;
    let key = command(&config, &["api-key", "bench"], "")?;
    command(&config, &["staff", STAFF.0], STAFF.1)?;
    let hub = Hub::configured(&config, address).await?;
    let client = Client::new(vec![format!("http://{address}")], key.trim().to_owned(), true)?;
    let cookie = sign_in(&client, &format!("http://{address}")).await?;

    let connection = json!({ "name": "Bench", "base_url": vendor_url, "application_id": "bench", "api_key": "a key" });
    let vendor_id = created(&client, "/service-managers", &connection).await?;
    let accounts: Vec<String> = stream::iter(0..OPERATIONS)
        .map(|n| {
            let account = json!({ "name": format!("Customer {n}"), "email": format!("c{n}@example.com") });
            let client = &client;
            async move { created(client, "/marketplace-accounts", &account).await }
        })
        .buffered(REQUESTS)
        .try_collect()
        .await?;
    let order = json!({ "service_manager_id": vendor_id });
    let operations: Vec<String> = stream::iter(&accounts)
        .map(|account| {
            let (client, order, path) = (&client, &order, format!("/marketplace-accounts/{account}/synchronize"));
            async move { created(client, &path, order).await }
        })
        .buffered(REQUESTS)
        .try_collect()
        .await?;

    let on = Arc::new(AtomicBool::new(true));
    let reading = tokio::spawn(pages(address, cookie, on.clone()));
    let began = Instant::now();
    vendor.gate.close();
    while vendor.answered.load(Ordering::Relaxed) < CALLS {
        ensure!(began.elapsed() < LIMIT, "{} of {CALLS} calls", vendor.answered.load(Ordering::Relaxed));
        sleep(GLANCE).await;
    }
    let took = began.elapsed();
    on.store(false, Ordering::Relaxed);
    let pages = reading.await??;
    finished(&client, &operations).await?;

    let (limit, measured) = (f64::from(AT_ONCE) / TAKES.as_secs_f64(), rate(CALLS, took));
    row("calls/s", &format!("{measured:.1}   at most {} at once", vendor.most.load(Ordering::Relaxed)));
    let ratio = measured / limit;
    against("  to the vendor's own limit", &format!("{ratio:.3}"), "≥ 0.9", ratio >= 0.9);
    row(&format!("{PAGE}, meanwhile"), &pages.sentence());
    let p99 = pages.within(99);
    against("  p99", &format!("{p99:.1} ms"), "< 50 ms", p99 < 50.0);
    hub.stop()
}

/// Runs a command of the program, and returns what it prints.
fn command(config: &Path, arguments: &[&str], input: &str) -> anyhow::Result<String> {
    let mut child = Command::new(program()?)
        .args(arguments)
        .arg("--config")
        .arg(config)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("it reads")?.write_all(format!("{input}\n").as_bytes())?;
    let ended = child.wait_with_output()?;
    ensure!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
    Ok(String::from_utf8(ended.stdout)?)
}

/// Signs in to the console. Returns the cookies.
async fn sign_in(client: &Client, url: &str) -> anyhow::Result<String> {
    let form = format!("login={}&password={}", STAFF.0, STAFF.1.replace(' ', "+"));
    let sent = client.http().post(format!("{url}/console/sign-in"));
    let sent = sent.header("content-type", "application/x-www-form-urlencoded").body(form).send().await?;
    let answer = Answer::read(sent).await?;
    ensure!(answer.status == 303, "the sign-in was answered {}", answer.status);
    Ok(answer.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; "))
}

/// Creates an object. Returns its id.
async fn created(client: &Client, path: &str, body: &Value) -> anyhow::Result<String> {
    let (status, answer) = client.api((Method::POST, path), Some(body), None).await?;
    ensure!([201, 202].contains(&status), "{path} was answered {status}: {answer}");
    Ok(answer["id"].as_str().context("it has an id")?.to_owned())
}

/// Waits until the last operations are done.
async fn finished(client: &Client, operations: &[String]) -> anyhow::Result<()> {
    let began = Instant::now();
    for id in operations {
        while client.get(&format!("/operations/{id}")).await?["state"] != "done" {
            ensure!(began.elapsed() < LIMIT, "operation {id} is not done");
            sleep(GLANCE).await;
        }
    }
    Ok(())
}

/// Reads a page of the console again and again, while `on` is set.
async fn pages(address: std::net::SocketAddr, cookie: String, on: Arc<AtomicBool>) -> anyhow::Result<Latencies> {
    let request = format!("GET {PAGE} HTTP/1.1\r\nhost: hub\r\ncookie: {cookie}\r\n\r\n").into_bytes();
    let mut connection = Connection::open(address).await?;
    let mut times = Vec::new();
    while on.load(Ordering::Relaxed) {
        let asked = Instant::now();
        let status = connection.exchange(&request).await?;
        ensure!(status == 200, "a page was answered {status}");
        times.push(asked.elapsed());
        sleep(PAUSE).await;
    }
    Ok(Latencies::new(times))
}

impl Vendor {
    async fn start() -> anyhow::Result<(Arc<Self>, String)> {
        let counters = [AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0)];
        let [answered, now, most] = counters;
        let (gate, places) = (Semaphore::new(0), Semaphore::new(usize::from(AT_ONCE)));
        let vendor = Arc::new(Self { gate, places, answered, now, most });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().route("/API/Accounts/{operation}", any(answer)).with_state(vendor.clone());
        tokio::spawn(axum::serve(listener, router).into_future());
        Ok((vendor, url))
    }
}

async fn answer(State(vendor): State<Arc<Vendor>>, InPath(operation): InPath<String>) -> Json<Value> {
    if operation == "SyncOptions" {
        return Json(json!({ "Fields": [] }));
    }
    let now = vendor.now.fetch_add(1, Ordering::Relaxed) + 1;
    vendor.most.fetch_max(now, Ordering::Relaxed);
    // It ends when the gate is opened.
    let _ = vendor.gate.acquire().await;
    // By this, no more than its limit is measured, whatever number of calls the hub has under way.
    let place = vendor.places.acquire().await;
    sleep(TAKES).await;
    drop(place);
    vendor.now.fetch_sub(1, Ordering::Relaxed);
    let number = vendor.answered.fetch_add(1, Ordering::Relaxed);
    let result = if operation == "Synchronize" { format!("c-{number}") } else { String::new() };
    Json(json!({ "Code": 0, "Message": "", "Result": result }))
}
