//! A company whose hub is the built command with a configuration file, and whose outside systems are played here.

use std::net::TcpListener as Probe;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;
use tessera_sim::clock::Clock;
use tessera_sim::freshsales::{self, Freshsales};
use tessera_sim::freshservice::{self, Freshservice, Versioned};
use tessera_sim::idp::{self, Idp};
use tessera_sim::mail::MailSink;
use tessera_sim::server::Running;
use tessera_sim::world::{Person, World};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::time::{Instant, Interval, interval, timeout};

use crate::gate::Gate;

/// One device, one contact.
pub const ADA: &str = "1001";
/// Two devices, one contact.
pub const BEN: &str = "1002";
/// Neither a device nor a contact.
pub const EVE: &str = "1005";

/// How long anything may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);
/// What is due later than this waits for something.
const SOON: Duration = Duration::from_secs(5);
const GLANCE: Duration = Duration::from_millis(20);
const B2C_KEY: &str = "the key of the policy";
const CRM_KEY: &str = "the key of the CRM";
const CLIENT: (&str, &str) = ("tessera-hub", "a client secret");
/// More than a few pages of assets.
const STOCK: usize = 420;

/// The company.
pub struct Company {
    /// Where the hub is, without a trailing slash.
    pub url: String,
    /// The service desk.
    pub desk: Freshservice,
    /// The gate before the service desk.
    pub desk_gate: Gate,
    /// The gate before the CRM.
    pub crm_gate: Gate,
    /// Every mail ends here.
    pub mail: MailSink,
    http: Client,
    key: String,
    config: PathBuf,
    secrets: Vec<(&'static str, String)>,
    _running: Vec<Running>,
    folder: TempDir,
}

/// The hub as a process; it does not outlive the test.
pub struct Serving(Child);

impl Serving {
    /// Kills it (`SIGKILL`): it finishes nothing and says nothing.
    pub async fn kill(mut self) {
        self.0.start_kill().unwrap();
        let ended = timeout(TIMEOUT, self.0.wait()).await.expect("it ends").unwrap();
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(9), "killed, and not ended by itself");
    }

    /// Kills it, unless it has ended by itself.
    pub async fn kill_if_it_runs(mut self) {
        // It may end in this moment.
        self.0.start_kill().ok();
        timeout(TIMEOUT, self.0.wait()).await.expect("it ends").unwrap();
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.0.id().expect("it runs")
    }

    /// Asks it to stop (`SIGTERM`).
    pub fn terminate(&self) {
        let sent = std::process::Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub async fn ended(mut self) {
        let ended = timeout(TIMEOUT, self.0.wait()).await.expect("it ends").unwrap();
        assert!(ended.success(), "{ended}");
    }
}

impl Company {
    /// With an empty database.
    pub async fn on(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let world = world();
        let desk = Freshservice::new(freshservice::Options {
            plan: freshservice::Plan::Unlimited,
            ..freshservice::Options::default()
        });
        let desk = desk.unwrap();
        desk.load(&world);
        let crm = Freshsales::new(freshsales::Options {
            api_key: CRM_KEY.to_owned(),
            plan: freshsales::Plan::Unlimited,
            lookup_lag: Duration::ZERO,
            ..freshsales::Options::default()
        });
        let crm = crm.unwrap();
        crm.load(&world);
        let listen = free_address();
        let url = format!("http://{listen}");
        let idp_listener = bind().await;
        let idp_url = format!("http://{}", idp_listener.local_addr().unwrap());
        let mut options = idp::Options::new(&idp_url);
        options.key_file = Some(testkit::identity_provider_key());
        options.clients = vec![idp::Client {
            client_id: CLIENT.0.to_owned(),
            secret: Some(CLIENT.1.to_owned()),
            redirect_uris: vec![format!("{url}/auth/customers/callback")],
            ..idp::Client::default()
        }];
        let provider = Idp::new(options).unwrap().load(&world);
        let smtp = bind().await;
        let smtp_url = format!("smtp://{}", smtp.local_addr().unwrap());
        let (desk_gate, crm_gate) = (Gate::default(), Gate::default());
        let running = vec![
            Running::serve(bind().await, desk_gate.before(desk.router())).unwrap(),
            Running::serve(bind().await, crm_gate.before(crm.router())).unwrap(),
            Running::serve(idp_listener, provider.router()).unwrap(),
        ];
        let config = folder.path().join("tessera.toml");
        let checkpoints = folder.path().join("checkpoints");
        let audit = format!("[audit]\ndirectory = \"{}\"\n", checkpoints.display());
        let text = audit + &configuration(&listen, &running[0].url(), &running[1].url(), &idp_url);
        std::fs::write(&config, text).unwrap();
        let secrets = vec![
            ("TESSERA_DATABASE_URL", database.to_owned()),
            ("TESSERA_SECRET_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
            ("TESSERA_FRESHSERVICE_API_KEY", desk.api_key().to_owned()),
            ("TESSERA_FRESHSALES_API_KEY", CRM_KEY.to_owned()),
            ("TESSERA_CUSTOMERS_CLIENT_SECRET", CLIENT.1.to_owned()),
            ("TESSERA_B2C_API_KEY", B2C_KEY.to_owned()),
            ("TESSERA_MAIL_URL", smtp_url),
        ];
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().timeout(TIMEOUT);
        let mut company = Self {
            url,
            desk,
            desk_gate,
            crm_gate,
            mail: MailSink::start(smtp),
            http: http.build().unwrap(),
            key: String::new(),
            config,
            secrets,
            _running: running,
            folder,
        };
        let made = company.run(&["api-key", "test"]).await;
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        String::from_utf8(made.stdout).unwrap().trim().clone_into(&mut company.key);
        company
    }

    /// Has the hub use another database from its next start on.
    pub fn uses(&mut self, database: &str) {
        database.clone_into(&mut self.secrets[0].1);
    }

    /// Where checkpoints of the timelines lie.
    pub fn checkpoints(&self) -> PathBuf {
        self.folder.path().join("checkpoints")
    }

    /// Has the CRM replaced by a CSV file of contacts with this content, before the hub is started.
    pub fn keeps_contacts_in_a_file(&self, content: &str) -> PathBuf {
        let file = self.folder.path().join("contacts.csv");
        std::fs::write(&file, content).unwrap();
        let text = std::fs::read_to_string(&self.config).unwrap();
        let (before, rest) = text.split_once("[freshsales]").unwrap();
        let (_, after) = rest.split_once("\n[").unwrap();
        let section = format!("[contacts_csv]\nlocation = \"{}\"\n[", file.display());
        std::fs::write(&self.config, format!("{before}{section}{after}")).unwrap();
        file
    }

    /// Has other assets be devices, before the hub is started.
    pub fn takes_for_devices(&self, device_type: &str) {
        let text = std::fs::read_to_string(&self.config).unwrap();
        let setting = format!("[freshservice]\ndevice_asset_type = \"{device_type}\"\n");
        std::fs::write(&self.config, text.replace("[freshservice]\n", &setting)).unwrap();
    }

    /// Has a stop wait for load balancers as it does by default, before the hub is started.
    pub fn waits_for_load_balancers(&self) {
        let text = std::fs::read_to_string(&self.config).unwrap();
        std::fs::write(&self.config, text.replace("stop_delay_seconds = 0\n", "")).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
        command.env_clear().envs(self.secrets.iter().map(|(name, value)| (name, value.as_str())));
        command.args(arguments).arg("--config").arg(&self.config);
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    /// Runs a command to its end.
    pub async fn run(&self, arguments: &[&str]) -> Output {
        timeout(TIMEOUT, self.command(arguments).output()).await.expect("the command ends").unwrap()
    }

    /// Runs a command on another database to its end.
    pub async fn run_on(&self, database: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.env("TESSERA_DATABASE_URL", database);
        timeout(TIMEOUT, command.output()).await.expect("the command ends").unwrap()
    }

    /// Runs a command with other secrets to its end.
    pub async fn run_with(&self, secrets: &[(&str, &str)], arguments: &[&str]) -> Output {
        let mut command = self.command(arguments);
        command.envs(secrets.iter().copied());
        timeout(TIMEOUT, command.output()).await.expect("the command ends").unwrap()
    }

    /// Starts a command with other secrets.
    pub fn start_with(&self, secrets: &[(&str, &str)], arguments: &[&str]) -> Serving {
        let mut command = self.command(arguments);
        command.envs(secrets.iter().copied()).stdout(Stdio::null());
        Serving(command.spawn().unwrap())
    }

    /// Someone asks for a link to set a password.
    pub async fn forgets(&self, login: &str) {
        let request = self.http.post(format!("{}/portal/customer/forgot", self.url)).form(&[("login", login)]);
        let answer = request.header("sec-fetch-site", "same-origin").send().await.unwrap();
        assert!(answer.status().is_success() || answer.status().is_redirection(), "{}", answer.status());
    }

    /// Somebody tries to sign in with a password. Returns the status.
    pub async fn tries_to_sign_in(&self, typed: &[(&str, &str)]) -> u16 {
        let request = self.http.post(format!("{}/portal/customer/sign-in/password", self.url)).form(typed);
        request.header("sec-fetch-site", "same-origin").send().await.unwrap().status().as_u16()
    }

    /// What a path outside the API answers: status and body.
    pub async fn ask(&self, path: &str) -> (u16, String) {
        let answer = self.http.get(format!("{}{path}", self.url)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The head of an API request and a part of its body, as a client sends it that takes its time.
    pub fn half_sent(&self, path: &str, body: &str, length: usize) -> String {
        let key = &self.key;
        format!(
            "POST /api/v1{path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
    }

    /// Starts the hub and waits until it answers.
    pub async fn serve(&self) -> Serving {
        self.answering(self.command(&["serve"])).await
    }

    /// The same, with its log at INFO in a file, in JSON or as text.
    pub async fn serve_logging_to(&self, file: &Path, format: &str) -> Serving {
        let text = std::fs::read_to_string(&self.config).unwrap();
        let (before, _) = text.split_once("[log]").unwrap();
        std::fs::write(&self.config, format!("{before}[log]\nlevel = \"info\"\nformat = \"{format}\"\n")).unwrap();
        let mut command = self.command(&["serve"]);
        command.stderr(std::fs::File::create(file).unwrap());
        self.answering(command).await
    }

    async fn answering(&self, mut command: Command) -> Serving {
        let mut child = command.spawn().unwrap();
        let mut wait = Wait::until("the hub answers");
        loop {
            if let Some(ended) = child.try_wait().unwrap() {
                panic!("the hub ended by itself: {ended}");
            }
            let answer = self.http.get(format!("{}/readyz", self.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Serving(child);
            }
            wait.a_moment().await;
        }
    }

    /// Starts the hub, and waits until its log says this. Returns the log.
    pub async fn serve_until_logged(&self, text: &'static str) -> String {
        let log = self.folder.path().join("hub.log");
        let mut command = self.command(&["serve"]);
        let _serving = command.stderr(std::fs::File::create(&log).unwrap()).spawn().unwrap();
        let mut wait = Wait::until(text);
        loop {
            wait.left = std::fs::read_to_string(&log).unwrap();
            if wait.left.contains(text) {
                return wait.left;
            }
            wait.a_moment().await;
        }
    }

    /// Calls the API; gives status and body.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url)).bearer_auth(&self.key);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }

    /// What the API says.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Someone signs in through the policy, with what their link carries; gives what the policy is told.
    pub async fn signs_in(&self, subject: &str, carries: &str, email: &str, verified: bool) -> Value {
        let claims = json!({ "objectId": subject, "requesterId": carries, "email": email, "emailVerified": verified });
        let request = self.http.post(format!("{}/b2c/link", self.url)).header("x-api-key", B2C_KEY);
        request.json(&claims).send().await.unwrap().json().await.unwrap()
    }

    /// Invites a requester; gives the token of the link.
    pub async fn token(&self, requester: &str) -> String {
        let order = json!({ "requester_id": requester });
        let (status, invited) = self.call(Method::POST, "/invitations", Some(order)).await;
        assert_eq!(status, 201, "{invited}");
        invited["url"].as_str().unwrap().rsplit_once('/').unwrap().1.to_owned()
    }

    /// The id of the customer who has a requester, if there is one.
    pub async fn customer_of(&self, requester: &str) -> Option<String> {
        let found = self.get(&format!("/customers?record=freshservice:requester:{requester}")).await;
        found["items"][0]["id"].as_str().map(ToOwned::to_owned)
    }

    /// Has everything compared, and waits until it is.
    pub async fn swept(&self) {
        let (status, begun) = self.call(Method::POST, "/sweeps", Some(json!({}))).await;
        assert_eq!(status, 202, "{begun}");
        self.quiet().await;
    }

    /// Waits until nothing is left to do in the background for now.
    pub async fn quiet(&self) {
        let mut wait = Wait::until("the background work is done");
        while let Some(left) = self.work().await {
            wait.left = left;
            wait.a_moment().await;
        }
    }

    /// A job that is running or waits. What is looked for again in some minutes does not count.
    async fn work(&self) -> Option<String> {
        let soon = Clock::system().now() + SOON;
        let is_due = |job: &&Value| job["run_at"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap() < soon;
        for state in ["waiting", "running"] {
            let jobs = self.get(&format!("/jobs?state={state}")).await;
            if let Some(job) = jobs["items"].as_array().unwrap().iter().find(is_due) {
                return Some(job.to_string());
            }
        }
        None
    }

    /// Gives an asset to someone else, as a person at the desk does; nobody is told.
    pub fn moves(&self, serial: &str, to: Option<u64>) {
        self.desk.change(|desk| {
            let mut rows = desk.assets.values_mut();
            let is_it = |row: &&mut Versioned<_>| has_serial(row.current(), serial);
            let row = rows.find(is_it).unwrap_or_else(|| panic!("no asset {serial}"));
            let mut moved = row.current().clone();
            moved.asset.user_id = to;
            *row = Versioned::new(moved.clone(), moved.asset.created_at);
        });
    }

    /// How many assets have a serial number in the service desk.
    pub fn count_of(&self, serial: &str) -> usize {
        self.desk.desk().assets.values().filter(|row| has_serial(row.current(), serial)).count()
    }
}

fn has_serial(row: &freshservice::AssetRow, serial: &str) -> bool {
    row.asset.type_fields.iter().any(|(name, value)| name.starts_with("serial_number") && value == serial)
}

/// Waiting for something, and not for longer than anything may take.
pub struct Wait {
    what: &'static str,
    /// What was seen last instead.
    pub left: String,
    deadline: Instant,
    again: Interval,
}

impl Wait {
    /// Begins to wait.
    pub fn until(what: &'static str) -> Self {
        Self { what, left: String::new(), deadline: Instant::now() + TIMEOUT, again: interval(GLANCE) }
    }

    /// It is not there yet.
    pub async fn a_moment(&mut self) {
        assert!(Instant::now() < self.deadline, "{}: not within {TIMEOUT:?}: {}", self.what, self.left);
        self.again.tick().await;
    }
}

async fn bind() -> TcpListener {
    Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap()
}

/// An address nobody uses now, and that the system gives to nobody who does not name it: it has to be the same after a restart.
fn free_address() -> String {
    let start = uuid::Uuid::now_v7().as_u128();
    let ports = (0..200_u128).map(|step| 20_000 + (start / 7 + step * 37) % 10_000);
    ports
        .map(|port| format!("127.0.0.1:{port}"))
        .find(|address| Probe::bind(address).is_ok())
        .expect("one of many ports is free")
}

fn world() -> World {
    let person = |requester_id, first_name: &str, contacts: &[u64], devices: &[&str]| Person {
        first_name: first_name.to_owned(),
        last_name: "Example".to_owned(),
        email: Some(format!("{}@example.com", first_name.to_lowercase())),
        phone: String::new(),
        address: String::new(),
        requester_id,
        contact_ids: contacts.to_vec(),
        password: None,
        devices: devices.iter().map(|&serial| serial.to_owned()).collect(),
        other_assets: Vec::new(),
    };
    World {
        people: vec![
            person(1001, "Ada", &[5001], &["HIB-A1"]),
            person(1002, "Ben", &[5002], &["HIB-B1", "HIB-B2"]),
            person(1003, "Cleo", &[5003, 6003], &["HIB-C1"]),
            person(1005, "Eve", &[], &[]),
        ],
        stock: (0..STOCK).map(|n| format!("HIB-S{n}")).collect(),
    }
}

fn configuration(listen: &str, desk: &str, crm: &str, idp: &str) -> String {
    format!(
        r#"
[server]
listen = "{listen}"
public_url = "http://{listen}"
stop_delay_seconds = 0
[database]
url = "named by the environment"
[brand]
name = "Sunfield Energy"
[freshservice]
url = "{desk}"
plan = "enterprise"
[freshsales]
url = "{crm}/crm/sales/api"
plan = "enterprise"
[[identity_providers]]
name = "customers"
issuer = "{idp}"
client_id = "{}"
[mail]
from = "Sunfield Energy <accounts@example.com>"
[sweep]
full_every_hours = 0
changes_every_minutes = 0
[b2c]
compatibility = true
[b2c.environments.qa]
tenant = "sunfield"
policy = "B2C_1A_LINK"
client_id = "website"
redirect_uri = "https://www.example.com/"
[log]
level = "warn"
"#,
        CLIENT.0
    )
}
