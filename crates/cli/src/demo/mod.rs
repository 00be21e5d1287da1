//! `tessera demo`: the hub with stand-ins for all outside systems and fictional people, on this machine.

mod employees;
mod invoices;
mod marketplace;
mod marketplace_platform;
mod policy;
mod ports;
mod resident;
pub mod sandbox;
mod stand_ins;
mod startup_info;
mod storefront;
mod tech;
mod warehouse;

use crate::CLI;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use secrecy::SecretString;
use serde_json::json;
use tessera_core::devices::documents::Document;
use tessera_core::kernel::clock::{Clock as _, SystemClock};
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_hub::random_token;
use tessera_web::{App, ForwardedHeader};
use tokio::net::TcpListener;

use crate::assemble::{self, VendorCalls};
use crate::config::{self, Config, LogFormat};
use crate::{logging, serve};
use ports::Ports;
use stand_ins::StandIns;

/// The staff account of every demo. Not a secret: the demo listens on loopback only.
const STAFF: (&str, &str) = ("demo", "two-halves-one-token");

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Address to listen on: an address of this machine. Port 0 selects a free one.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    /// Host name for browsers. Passkeys need a name; they do not work with an IP address. Without it, `localhost` if the
    /// address is the one that this name stands for.
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// Directory for data between runs. Without it, no data is kept.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Database to use in place of the embedded one: `postgres://…`.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Write a JSON object with all addresses to this file, once everything answers.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,
    /// Make the stand-ins as slow as the real systems.
    #[arg(long)]
    sim_latency: bool,
    /// Number of fictional customers.
    #[arg(long, default_value_t = 300, value_name = "N")]
    people: usize,
}

impl Arguments {
    /// Base URL for browsers of a hub that listens on this address.
    fn base(&self, listening: SocketAddr) -> String {
        let is_localhost = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].contains(&listening.ip());
        match &self.host {
            Some(host) => format!("http://{host}:{}", listening.port()),
            None if is_localhost => format!("http://localhost:{}", listening.port()),
            None => format!("http://{listening}"),
        }
    }
}

/// Starts everything, prints where to click, and runs until it is stopped.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if !arguments.listen.ip().is_loopback() {
        bail!(
            "the demo has well-known passwords and listens on this machine only: use an address such as 127.0.0.1:8080"
        );
    }
    let temporary = tempfile::tempdir().context("cannot make a temporary directory")?;
    let data = arguments.data.clone().unwrap_or_else(|| temporary.path().to_owned());
    let installation = install(&arguments, &data, |_| {}, |calls| calls).await?;
    serve_and_tell(installation, &arguments).await
}

/// A hub with stand-ins, which is not served yet.
struct Installation {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    stop: serve::Stop,
    stand_ins: StandIns,
    api_key: String,
    /// Held until the end.
    _lock: std::fs::File,
}

/// Starts the stand-ins and assembles the hub. `adapt` may change its configuration, and `watch` its calls of vendors.
async fn install(
    arguments: &Arguments,
    data: &Path,
    adapt: impl FnOnce(&mut Config),
    watch: impl FnOnce(VendorCalls) -> VendorCalls,
) -> anyhow::Result<Installation> {
    logging::start(LogFormat::Text, "warn");
    std::fs::create_dir_all(data).with_context(|| format!("cannot make the directory {}", data.display()))?;
    let lock = lock(data)?;
    let mut ports = Ports::read(data);
    let listener = ports.bind("hub", arguments.listen).await?;
    let address = listener.local_addr()?;
    let hook_secret = kept_secret(data, "hook-secret")?;
    let policy_key = kept_secret(data, "policy-key")?;
    let stand_ins = StandIns::start(&mut ports, data, address, &hook_secret, &policy_key, arguments).await?;
    ports.write(data)?;

    let mut config = configuration(arguments, data, address, &stand_ins, hook_secret)?;
    adapt(&mut config);
    let stop = config.server.stop();
    let app = assemble::served_watched(config, watch).await?;
    app.hub.put_staff(STAFF.0, "Demo Staff", STAFF.1, &CLI).await?;
    let api_key = format!("tsk_{}", kept_secret(data, "api-key")?);
    app.hub.set_api_key("demo", &api_key, &CLI).await?;
    Ok(Installation { app, listener, address, stop, stand_ins, api_key, _lock: lock })
}

async fn serve_and_tell(installation: Installation, arguments: &Arguments) -> anyhow::Result<()> {
    let Installation { app, listener, address, stop, stand_ins, api_key, _lock } = installation;
    let mut startup = startup_info::StartupInfo::new(&app.hub.config, &stand_ins, &api_key, STAFF);
    let ready_file = arguments.ready_file.clone();
    let (hub, resident) = (app.hub.clone(), stand_ins.resident.clone());
    let platform = marketplace_platform::Platform::of(&app.hub.config, address, &stand_ins);
    let tell = tokio::spawn(async move {
        if let Some(resident) = &resident
            && let Err(error) = resident.settle(&hub).await
        {
            tracing::warn!(%error, "the demo begins without its first customer");
        }
        if let Err(error) = warehouse::settle(&hub).await {
            tracing::warn!(%error, "the demo begins without its warehouse");
        }
        let requester = resident.map(|resident| resident.person.requester_id.to_string());
        if let Err(error) = tech::settle(&hub, requester.as_deref()).await {
            tracing::warn!(%error, "the demo begins without its technician");
        }
        startup.wait().await?;
        match platform.settle(&hub).await {
            Ok(told) => startup.add(&told),
            Err(error) => tracing::warn!(%error, "the demo begins without a marketplace of its own"),
        }
        if let Err(error) = storefront::stock(&hub).await {
            tracing::warn!(%error, "the demo begins without products in its storefront");
        }
        startup.tell(ready_file.as_deref())
    });
    serve::until_stopped(app, listener, stop).await?;
    stand_ins.flush()?;
    tell.await?
}

fn configuration(
    arguments: &Arguments,
    data: &Path,
    address: SocketAddr,
    stand_ins: &StandIns,
    hook_secret: String,
) -> anyhow::Result<Config> {
    let server = config::Server {
        listen: address.to_string(),
        public_url: arguments.base(address).parse()?,
        trust_forwarded_for: false,
        trusted_hops: None,
        trusted_proxies: Vec::new(),
        forwarded_header: ForwardedHeader::default(),
        hsts_subdomains: false,
        templates: None,
        body_seconds: config::body_seconds(),
        head_seconds: config::head_seconds(),
        max_connections: None,
        max_connections_per_client: config::max_connections_per_client(),
        stop_delay_seconds: config::stop_delay_seconds(),
        stop_seconds: config::stop_seconds(),
    };
    let database = config::Database {
        url: arguments
            .database
            .clone()
            .unwrap_or_else(|| format!("sqlite:{}", data.join("tessera.db").display()))
            .into(),
    };
    let brand = config::Brand {
        name: "Sunfield Energy".to_owned(),
        support_email: Some("help@example.com".to_owned()),
        support_phone: Some("+44 1632 960000".to_owned()),
        help_url: None,
    };
    let mail = config::Mail {
        url: Some(SecretString::from(format!("smtp://{}", stand_ins.smtp))),
        from: "Sunfield Energy <accounts@example.com>".to_owned(),
        reply_to: None,
    };
    let providers = vec![stand_ins.identity_provider()];
    Ok(Config {
        secret: config::Secret {
            key: Some(SecretString::from(kept_secret(data, "secret-key")?)),
            ..config::Secret::default()
        },
        freshsales: Some(crm(stand_ins)?),
        locale: config::Locale { country: Some("GB".to_owned()), ..config::Locale::default() },
        hooks: config::Hooks { secret: Some(SecretString::from(hook_secret)), ..config::Hooks::default() },
        sweep: config::Sweep { changes_every_minutes: 5, ..config::Sweep::default() },
        marketplaces: marketplace::configuration(&kept_secret(data, "marketplace-key")?)?,
        // A licence with few seats, to show what happens when they run out.
        people: config::People {
            seats: BTreeMap::from([(
                "TECHPORTAL".to_owned(),
                config::Seats { count: 2, counting: config::SeatCounting::Concurrent },
            )]),
            ..config::People::default()
        },
        invoices: Some(invoices::kept(data, stand_ins, SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date())?),
        returns: config::Returns {
            instructions: Some("Sunfield Repairs\n1 Example Way\nExample Town".to_owned()),
            ..config::Returns::default()
        },
        documents: documents()?,
        storefront: Some(storefront::configuration()),
        b2c: Some(policy::served(kept_secret(data, "policy-key")?)),
        ..Config::new(server, database, brand, desk(stand_ins)?, providers, mail)
    })
}

fn documents() -> anyhow::Result<Vec<Document>> {
    Ok(serde_json::from_value(json!([
        { "title": "User manual", "url": "https://docs.example.com/pace-manual.pdf", "products": ["PACE"] },
        { "title": "Warranty conditions", "url": "https://docs.example.com/warranty.html" },
    ]))?)
}

fn desk(stand_ins: &StandIns) -> anyhow::Result<config::Freshservice> {
    Ok(config::Freshservice {
        name: "freshservice".to_owned(),
        url: stand_ins.freshservice.url().parse()?,
        api_key: Some(SecretString::from(stand_ins::FRESHSERVICE_KEY)),
        plan: tessera_connect::freshservice::Plan::Enterprise,
        calls_per_minute: Some(stand_ins::NO_LIMIT),
        longest_block_seconds: None,
        workspace_id: None,
        device_asset_type: tessera_core::devices::DeviceType::default(),
        fields: tessera_connect::freshservice::Fields::default(),
        notes_by: tessera_connect::freshservice::NotesBy::default(),
        assigned_state: tessera_connect::freshservice::IN_USE.to_owned(),
        stock_state: tessera_connect::freshservice::IN_STOCK.to_owned(),
        ticket_link: None,
        requester_link: None,
        asset_link: None,
    })
}

fn crm(stand_ins: &StandIns) -> anyhow::Result<config::Freshsales> {
    Ok(config::Freshsales {
        name: "freshsales".to_owned(),
        url: format!("{}/crm/sales/api", stand_ins.freshsales.url()).parse()?,
        api_key: Some(SecretString::from(stand_ins::FRESHSALES_KEY)),
        plan: tessera_connect::freshsales::Plan::Enterprise,
        calls_per_hour: Some(stand_ins::NO_LIMIT),
        longest_block_seconds: None,
        customer_stages: CustomerStages::default(),
        contact_link: Some(format!("{}/crm/sales/contacts/{{id}}", stand_ins.freshsales.url()).try_into()?),
        deal_link: None,
    })
}

/// Prevents a second demo on the same data as long as the file is held.
fn lock(data: &Path) -> anyhow::Result<std::fs::File> {
    let file = std::fs::File::create(data.join("lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => bail!(
            "another demo is running with the data in {}: stop it, or name another --data directory",
            data.display()
        ),
    }
}

/// A secret that is generated once and kept in the data directory, readable only by its owner.
fn kept_secret(data: &Path, name: &str) -> anyhow::Result<String> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = data.join(name);
    if let Ok(secret) = std::fs::read_to_string(&path) {
        return Ok(secret);
    }
    let secret = random_token();
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    file.write_all(secret.as_bytes())?;
    Ok(secret)
}
