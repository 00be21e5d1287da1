//! The hub processes, one or two, on one database.

mod client;
mod config;
mod process;
mod vendor;
mod visitor;

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use anyhow::ensure;

use crate::Options;
use crate::outside::{Addresses, CRM_KEY, Outside};
use crate::schedule::Schedule;
pub use client::{Answer, Client};
use config::configuration;
pub use config::{HOOK_SECRET, MARKET, MARKETPLACE};
pub use process::Process;
pub use vendor::VendorHub;
pub use visitor::Visitor;

/// The hub processes.
#[derive(Debug)]
pub struct Hubs {
    /// The processes.
    pub processes: Vec<Process>,
    /// Their client.
    pub client: Arc<Client>,
    /// The vendor that is a process of its own, if there is one.
    pub vendor: Option<VendorHub>,
}

/// Addresses on which the hub processes will listen: the same after each restart.
pub fn free_urls(count: usize) -> anyhow::Result<Vec<String>> {
    // Not among the ports that the system gives to those who name none.
    let start = u16::try_from(std::process::id() % 9_000)? + 20_000;
    let free = (0..1_000_u16).map(|step| 20_000 + (start - 20_000 + step * 7) % 10_000);
    let free = free.filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    let urls: Vec<String> = free.take(count).map(|port| format!("http://127.0.0.1:{port}")).collect();
    ensure!(urls.len() == count, "no free port");
    Ok(urls)
}

/// Where a process is.
struct Place<'a> {
    folder: &'a Path,
    name: &'a str,
    url: &'a str,
    public_url: &'a str,
    database: &'a str,
}

impl Place<'_> {
    /// Writes the configuration of a process, which is not started.
    fn prepare(&self, options: &Options, outside: &Outside, addresses: &Addresses) -> anyhow::Result<Process> {
        let Self { folder, name, url, public_url, database } = *self;
        let config = folder.join(format!("{name}.toml"));
        let listen = url.trim_start_matches("http://");
        std::fs::write(&config, configuration(listen, public_url, addresses, &outside.idp_url))?;
        let environment = vec![
            ("TESSERA_DATABASE_URL", database.to_owned()),
            ("TESSERA_SECRET_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
            ("TESSERA_FRESHSERVICE_API_KEY", outside.desk.api_key().to_owned()),
            ("TESSERA_FRESHSALES_API_KEY", CRM_KEY.to_owned()),
            ("TESSERA_CUSTOMERS_CLIENT_SECRET", crate::outside::CLIENT.1.to_owned()),
            ("TESSERA_MAIL_URL", addresses.smtp.clone()),
        ];
        let (program, log) = (options.program.clone(), folder.join(format!("{name}.log")));
        Ok(Process { program, config, environment, url: url.to_owned(), log, child: None })
    }
}

impl Hubs {
    /// Prepares the processes, makes a key for the API, and starts them.
    pub async fn start(
        (schedule, options): (Schedule, &Options),
        (folder, database): (&Path, &str),
        outside: &Outside,
        urls: Vec<String>,
    ) -> anyhow::Result<Self> {
        let public_url = urls[0].clone();
        let mut processes = Vec::new();
        for (n, url) in urls.iter().enumerate() {
            let place = Place { folder, name: &format!("hub-{n}"), url, public_url: &public_url, database };
            processes.push(place.prepare(options, outside, &outside.addresses[n])?);
        }
        let key = processes[0].api_key().await?;
        let client = Arc::new(Client::new(urls, key, schedule.mode.tolerates_failures())?);
        let vendor = match &outside.vendor_hub_at {
            Some(url) => Some(VendorHub::start(options, (folder, url), outside, client.http()).await?),
            None => None,
        };
        let mut hubs = Self { processes, client, vendor };
        for n in 0..hubs.processes.len() {
            hubs.start_one(n).await?;
        }
        Ok(hubs)
    }

    /// All processes, with that of the vendor.
    pub fn all(&mut self) -> impl Iterator<Item = &mut Process> {
        self.processes.iter_mut().chain(self.vendor.as_mut().map(|vendor| &mut vendor.process))
    }

    /// Starts one process.
    pub async fn start_one(&mut self, n: usize) -> anyhow::Result<()> {
        self.processes[n].start(self.client.http()).await
    }
}
