//! The outside systems: the stand-ins, in this process, so that they survive the hub.

mod forward;
mod gate;
mod mails;
pub mod point;
pub mod trap;
mod world;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use anyhow::Context;
use serde_json::json;
use tessera_sim::freshsales::{self, Freshsales};
use tessera_sim::freshservice::{self, Freshservice};
use tessera_sim::idp::{self, Idp};
use tessera_sim::mail::MailSink;
use tessera_sim::scripted_vendor::ScriptedVendor;
use tessera_sim::server::Running;
use tokio::net::TcpListener;

use crate::schedule::Schedule;
use gate::MailGate;
pub use mails::Mails;
use point::System;
use trap::Trap;
pub use world::{PASSWORD, email, requester, serial};

/// The hub's client at the identity provider.
pub const CLIENT: (&str, &str) = ("tessera-hub", "a client secret");
/// The hub's key of the CRM.
pub const CRM_KEY: &str = "the key of the CRM";

/// Where a hub process finds the outside systems.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The service desk's URL.
    pub desk: String,
    /// The CRM's URL.
    pub crm: String,
    /// The mail server's URL.
    pub smtp: String,
}

/// The outside systems.
#[derive(Debug)]
pub struct Outside {
    /// The service desk.
    pub desk: Freshservice,
    /// The identity provider's URL.
    pub idp_url: String,
    /// The vendor that the hub's marketplace calls. It makes another customer whenever it is asked without an external id.
    pub vendor: ScriptedVendor,
    /// The vendor's URL.
    pub vendor_url: String,
    /// Where the vendor listens that is a process of its own, if there is one.
    pub vendor_hub_at: Option<String>,
    /// The URL at which the hub reaches it, through the gate.
    pub vendor_hub_url: Option<String>,
    /// How often that vendor answered 500.
    pub vendor_hub_faults: Arc<AtomicU64>,
    /// Every e-mail that arrived.
    pub mails: Mails,
    /// The trap of each hub process.
    pub traps: Vec<Trap>,
    /// What each hub process is configured with.
    pub addresses: Vec<Addresses>,
    _running: Vec<Running>,
    _mail_gates: Vec<MailGate>,
}

impl Outside {
    /// Starts them, with so many customers, for a hub with this public URL. A vendor that is a process of its own will listen at
    /// `vendor_hub_at`.
    pub async fn start(
        schedule: Schedule,
        people: u64,
        public_url: &str,
        vendor_hub_at: Option<String>,
    ) -> anyhow::Result<Self> {
        let world = world::world(people);
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
        let idp_listener = bind().await?;
        let idp_url = format!("http://{}", idp_listener.local_addr()?);
        let mut options = idp::Options::new(&idp_url);
        options.clients = vec![idp::Client {
            client_id: CLIENT.0.to_owned(),
            secret: Some(CLIENT.1.to_owned()),
            redirect_uris: vec![format!("{public_url}/auth/customers/callback")],
            ..idp::Client::default()
        }];
        let provider = Idp::new(options).context("the identity provider cannot start")?.load(&world);
        let smtp = bind().await?;
        let smtp_address = smtp.local_addr()?;
        let mails = Mails::start(MailSink::start(smtp));

        let slow = |n| schedule.mode.is_slow().then(|| schedule.random("weather", n));
        let traps: Vec<Trap> = (0..).take(schedule.mode.processes()).map(|n| Trap::new(slow(n))).collect();
        let idp_gate = gate::http(&traps[0], System::Idp, provider.router());
        let vendor = ScriptedVendor::new(json!({ "Fields": [] })).creating_again();
        let vendor_gate = gate::http(&traps[0], System::Vendor, vendor.router());
        let vendor_running = Running::serve(bind().await?, vendor_gate)?;
        let vendor_url = vendor_running.url();
        let mut running = vec![Running::serve(idp_listener, idp_gate)?, vendor_running];
        let (mut vendor_hub_url, vendor_hub_faults) = (None, Arc::new(AtomicU64::new(0)));
        if let Some(at) = &vendor_hub_at {
            let passed_on = gate::http(&traps[0], System::VendorHub, forward::to(at, vendor_hub_faults.clone())?);
            let gate = Running::serve(bind().await?, passed_on)?;
            vendor_hub_url = Some(gate.url());
            running.push(gate);
        }
        let (mut addresses, mut mail_gates) = (Vec::new(), Vec::new());
        for trap in &traps {
            let listener = bind().await?;
            let smtp = format!("smtp://{}", listener.local_addr()?);
            mail_gates.push(gate::mail(trap, listener, smtp_address));
            let desk = Running::serve(bind().await?, gate::http(trap, System::Desk, desk.router()))?;
            let crm = Running::serve(bind().await?, gate::http(trap, System::Crm, crm.router()))?;
            addresses.push(Addresses { desk: desk.url(), crm: crm.url(), smtp });
            running.extend([desk, crm]);
        }
        Ok(Self {
            desk,
            idp_url,
            vendor,
            vendor_url,
            vendor_hub_at,
            vendor_hub_url,
            vendor_hub_faults,
            mails,
            traps,
            addresses,
            _running: running,
            _mail_gates: mail_gates,
        })
    }

    /// Renames an asset in the service desk, as a person there does.
    pub fn rename(&self, display_id: u64, name: &str) {
        self.desk.change(|desk| {
            if let Some(row) = desk.assets.get_mut(&display_id) {
                let mut renamed = row.current().clone();
                name.clone_into(&mut renamed.asset.name);
                *row = freshservice::Versioned::new(renamed.clone(), renamed.asset.created_at);
            }
        });
    }

    /// The display ids of the assets with this serial number.
    pub fn assets_with(&self, serial: &str) -> Vec<u64> {
        let desk = self.desk.desk();
        let fits = |row: &&freshservice::Versioned<freshservice::AssetRow>| {
            row.current().asset.type_field("serial_number") == serial
        };
        desk.assets.values().filter(fits).map(|row| row.current().asset.display_id).collect()
    }
}

async fn bind() -> anyhow::Result<TcpListener> {
    Ok(Running::bind("127.0.0.1:0".parse()?).await?)
}
