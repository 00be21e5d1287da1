//! Activations beside everything else that asks for the service desk: 400 hooks, a silent mail server, a service desk that
//! answers some calls with 429, and a sweep. The outside systems are the stand-ins.

use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::json;
use tessera_crash::{Client, Visitor};
use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::freshsales::{self, Freshsales};
use tessera_sim::freshservice::{self, Freshservice};
use tessera_sim::idp::{self, Idp};
use tessera_sim::server::Running;
use tessera_sim::world::{Person, World};
use tokio::net::TcpListener;
use tokio::time::sleep;
use url::Url;

use crate::hub::{HOOK_SECRET, Hub, program};
use crate::report::{against, row, section};
use crate::stats::Latencies;

/// Hooks that arrive at once.
const HOOKS: usize = 400;
/// E-mails that wait for the mail server.
const EMAILS: u64 = 40;
/// People who activate, one after the other.
const PEOPLE: u64 = 5;
/// Calls per minute that the hub may make of the service desk.
const CALLS: u32 = 120;
/// Share of calls that the service desk rejects all the same.
const REJECTED: f64 = 0.03;
/// Until the calls of background work are used up.
const CROWDED_AFTER: Duration = Duration::from_secs(20);
/// Maximum time of an activation.
const TARGET: Duration = Duration::from_secs(2);
/// After this, an activation is given up.
const LIMIT: Duration = Duration::from_mins(3);
const GLANCE: Duration = Duration::from_millis(20);

const CLIENT: (&str, &str) = ("tessera-bench", "a client secret");
const CRM_KEY: &str = "bench";

/// The outside systems.
struct Outside {
    desk: Freshservice,
    urls: [String; 3],
    mail: SocketAddr,
    _running: Vec<Running>,
    _silent: StdListener,
}

/// Runs the measurement and prints it.
pub async fn run(data: &Path) -> anyhow::Result<()> {
    section(&format!(
        "activation beside {HOOKS} hooks, a silent mail server, a desk that answers 429, and a sweep ({CALLS} calls a minute)"
    ));
    let address = StdListener::bind("127.0.0.1:0")?.local_addr()?;
    let outside = Outside::start(address).await?;
    let config = data.join("crowd.toml");
    std::fs::write(&config, configuration(address, &data.join("crowd.db"), &outside))?;
    let made = Command::new(program()?).args(["api-key", "bench", "--config"]).arg(&config).output()?;
    ensure!(made.status.success(), "no API key: {}", String::from_utf8_lossy(&made.stderr));
    let key = String::from_utf8(made.stdout)?.trim().to_owned();
    let hub = Hub::configured(&config, address).await?;
    let client = Arc::new(Client::new(vec![format!("http://{address}")], key, true)?);

    let mut links = Vec::new();
    for n in 0..PEOPLE + EMAILS {
        links.push(invite(&client, n).await?);
    }
    crowd(&client, &outside).await?;
    sleep(CROWDED_AFTER).await;
    let mut times = Vec::new();
    for (n, link) in (0..PEOPLE).zip(&links) {
        times.push(activate(&client, n, link).await?);
    }
    let waiting = waiting(&client).await?;
    let longest = times.iter().max().copied().unwrap_or_default();
    row("from the callback to the devices", &Latencies::new(times).sentence());
    let shown = format!("{:.2} s", longest.as_secs_f64());
    against("  longest", &shown, &format!("≤ {} s", TARGET.as_secs()), longest <= TARGET);
    row("hooks and e-mails that still wait", &waiting);
    hub.stop()
}

/// Invites a person. Returns the path of the link.
async fn invite(client: &Client, n: u64) -> anyhow::Result<String> {
    let order = json!({ "requester_id": requester(n).to_string() });
    let (status, body) = client.api((Method::POST, "/invitations"), Some(&order), Some(&format!("invite {n}"))).await?;
    ensure!(status == 201, "an invitation was answered {status}: {body}");
    Ok(Url::parse(body["url"].as_str().context("no link")?)?.path().to_owned())
}

/// Sends the hooks and starts the sweep. From now on the service desk rejects some calls.
async fn crowd(client: &Client, outside: &Outside) -> anyhow::Result<()> {
    let kind = FaultKind::Status { status: 429, retry_after: Some(1), body: None };
    let path = "/api/v2/*".to_owned();
    outside.desk.faults().add(Fault { path, method: None, kind, times: None, skip: 0, probability: Some(REJECTED) });
    let assets: Vec<u64> = outside.desk.desk().assets.keys().copied().take(HOOKS).collect();
    for asset in assets {
        let body = json!({ "display_id": asset }).to_string();
        let sent = client
            .send((Method::POST, "/hooks/freshservice"), |request| request.bearer_auth(HOOK_SECRET).body(body.clone()));
        ensure!(sent.await?.status == 202, "a hook was rejected");
    }
    let order = json!({ "kinds": ["assets"], "mode": "full" });
    let (status, body) = client.api((Method::POST, "/sweeps"), Some(&order), None).await?;
    ensure!(status == 202, "a sweep was answered {status}: {body}");
    Ok(())
}

/// Signs a person in through their link. Returns the time from the callback until the devices are there.
async fn activate(client: &Arc<Client>, n: u64, link: &str) -> anyhow::Result<Duration> {
    let mut visitor = Visitor::new(client.clone(), n, email(n));
    visitor.open(link).await?;
    let callback = visitor.sign_in(link).await?.context("the identity provider does not lead back")?;
    let began = Instant::now();
    let answer = visitor.open(&callback).await?;
    ensure!(answer.location.as_deref() == Some("/activation"), "the callback was answered {}", answer.status);
    while !visitor.open("/activation/state").await?.json()["next"].is_string() {
        ensure!(began.elapsed() < LIMIT, "not activated within {LIMIT:?}");
        sleep(GLANCE).await;
    }
    Ok(began.elapsed())
}

async fn waiting(client: &Client) -> anyhow::Result<String> {
    let systems = client.get("/jobs/systems").await?;
    let due = |name: &str| {
        let systems = systems["items"].as_array()?;
        systems.iter().find(|system| system["system"] == name)?["due"].as_i64()
    };
    Ok(format!("{}, {}", due("service_desk").unwrap_or_default(), due("mail").unwrap_or_default()))
}

impl Outside {
    async fn start(hub: SocketAddr) -> anyhow::Result<Self> {
        let world = world();
        let desk = Freshservice::new(freshservice::Options {
            plan: freshservice::Plan::Unlimited,
            ..freshservice::Options::default()
        })?;
        desk.load(&world);
        let crm = Freshsales::new(freshsales::Options {
            api_key: CRM_KEY.to_owned(),
            plan: freshsales::Plan::Unlimited,
            lookup_lag: Duration::ZERO,
            ..freshsales::Options::default()
        })?;
        crm.load(&world);
        let listener = bind().await?;
        let idp_url = format!("http://{}", listener.local_addr()?);
        let mut options = idp::Options::new(&idp_url);
        options.clients = vec![idp::Client {
            client_id: CLIENT.0.to_owned(),
            secret: Some(CLIENT.1.to_owned()),
            redirect_uris: vec![format!("http://{hub}/auth/customers/callback")],
            ..idp::Client::default()
        }];
        let provider = Idp::new(options).context("the identity provider cannot start")?.load(&world);
        let running = vec![
            Running::serve(bind().await?, desk.router())?,
            Running::serve(bind().await?, crm.router())?,
            Running::serve(listener, provider.router())?,
        ];
        // The system accepts connections for it, and nobody ever answers.
        let silent = StdListener::bind("127.0.0.1:0")?;
        let (urls, mail) = ([running[0].url(), running[1].url(), idp_url], silent.local_addr()?);
        Ok(Self { desk, urls, mail, _running: running, _silent: silent })
    }
}

async fn bind() -> anyhow::Result<TcpListener> {
    Ok(Running::bind("127.0.0.1:0".parse()?).await?)
}

const fn requester(n: u64) -> u64 {
    1_000 + n
}

fn email(n: u64) -> String {
    format!("person-{n}@example.com")
}

fn world() -> World {
    let person = |n| Person {
        first_name: "Person".to_owned(),
        last_name: format!("Number{n}"),
        email: Some(email(n)),
        phone: String::new(),
        address: String::new(),
        requester_id: requester(n),
        contact_ids: vec![500_000 + n],
        password: Some(tessera_crash::PASSWORD.to_owned()),
        devices: vec![format!("BE-{n}")],
        other_assets: Vec::new(),
    };
    let people = (0..PEOPLE + EMAILS).map(person).collect();
    World { people, stock: (0..HOOKS).map(|n| format!("ST-{n}")).collect() }
}

fn configuration(address: SocketAddr, database: &Path, outside: &Outside) -> String {
    let ([desk, crm, idp], mail, database) = (&outside.urls, outside.mail, database.display());
    let (key, (client, secret)) = (outside.desk.api_key(), CLIENT);
    format!(
        r#"
[server]
listen = "{address}"
public_url = "http://{address}"
trust_forwarded_for = true
[database]
url = "sqlite:{database}"
[secret]
key = "a key for benches, which nobody needs to keep"
[brand]
name = "Sunfield Energy"
[freshservice]
url = "{desk}"
api_key = "{key}"
calls_per_minute = {CALLS}
[freshsales]
url = "{crm}/crm/sales/api"
api_key = "{CRM_KEY}"
[[identity_providers]]
name = "customers"
issuer = "{idp}"
client_id = "{client}"
client_secret = "{secret}"
[mail]
url = "smtp://{mail}"
from = "Sunfield Energy <accounts@example.com>"
[hooks]
secret = "{HOOK_SECRET}"
[sweep]
full_every_hours = 0
changes_every_minutes = 0
"#
    )
}
