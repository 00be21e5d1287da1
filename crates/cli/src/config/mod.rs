//! The configuration file. Every secret can come from the environment instead, so that the file itself need not be kept
//! secret.

mod audit;
mod b2c;
mod brand;
mod contacts_csv;
mod database;
mod domains;
mod freshsales;
mod freshservice;
mod hooks;
mod identity_providers;
mod invoices;
mod lifetimes;
mod locale;
mod log;
mod mail;
pub mod masking;
mod people;
mod problems;
mod read;
mod retention;
mod returns;
mod secret;
mod secrets;
mod server;
mod service_requests;
mod staff;
mod storefront;
mod sync;
mod variables;
mod vendors;
mod work;

use std::sync::Arc;

use anyhow::bail;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tessera_connect::Environment;
use tessera_core::devices::documents::Document;
use tessera_core::kernel::record::address::AddressPattern;
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_hub::ports::Crm;

use crate::marketplace::Marketplaces;
pub use audit::Audit;
pub use b2c::{B2c, B2cEvents, B2cSenders};
pub use brand::Brand;
pub use contacts_csv::ContactsCsv;
pub use database::Database;
pub use domains::Domains;
pub use freshsales::Freshsales;
pub use freshservice::Freshservice;
pub use hooks::Hooks;
pub use identity_providers::IdentityProvider;
pub use invoices::Invoices;
pub use lifetimes::{Invitations, Sessions};
pub use locale::Locale;
pub use log::{Log, LogFormat};
pub use mail::Mail;
pub use people::{People, SeatCounting, Seats};
pub use problems::{Problem, Problems, line_of, read_leniently};
pub use read::{presented, required};
pub use retention::Retention;
pub use returns::Returns;
pub use secret::Secret;
pub use server::Server;
#[cfg(feature = "demo")]
pub use server::{body_seconds, head_seconds, max_connections_per_client};
#[cfg(any(feature = "demo", test))]
pub use server::{stop_delay_seconds, stop_seconds};
pub use service_requests::Requests;
pub use staff::Staff;
#[cfg(feature = "demo")]
pub use storefront::Execution;
pub use storefront::Storefront;
pub use sync::{Brake, Missing, Sweep};
pub use variables::Variables;
pub use vendors::Vendors;
pub use work::Work;

/// The whole configuration.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Listen address and public URL.
    pub server: Server,
    /// The database.
    pub database: Database,
    /// The installation's secret key.
    #[serde(default)]
    pub secret: Secret,
    /// Branding, as shown to customers.
    pub brand: Brand,
    /// The company's country and time zone.
    #[serde(default)]
    pub locale: Locale,
    /// The invitations.
    #[serde(default)]
    pub invitations: Invitations,
    /// The sessions.
    #[serde(default)]
    pub sessions: Sessions,
    /// The service desk.
    pub freshservice: Freshservice,
    /// The CRM, if it is Freshsales. Exactly one CRM has a section.
    pub freshsales: Option<Freshsales>,
    /// The CRM, if it is a CSV file of contacts.
    pub contacts_csv: Option<ContactsCsv>,
    /// The identity providers, in order of preference.
    pub identity_providers: Vec<IdentityProvider>,
    /// The mail transport.
    pub mail: Mail,
    /// Webhooks.
    #[serde(default)]
    pub hooks: Hooks,
    /// The sweeps of the outside systems.
    #[serde(default)]
    pub sweep: Sweep,
    /// Records that are no longer found upstream.
    #[serde(default)]
    pub missing: Missing,
    /// The brake on mass changes.
    #[serde(default)]
    pub brake: Brake,
    /// Retention periods.
    #[serde(default)]
    pub retention: Retention,
    /// The marketplaces that may call the hub.
    #[serde(default)]
    pub marketplaces: Marketplaces,
    /// Calls of the vendors of the operator's own marketplace.
    #[serde(default)]
    pub vendors: Vendors,
    /// The domains of customers.
    #[serde(default)]
    pub domains: Domains,
    /// Licences, seats and role functions.
    #[serde(default)]
    pub people: People,
    /// Returns.
    #[serde(default)]
    pub returns: Returns,
    /// The invoice source, if any.
    pub invoices: Option<Invoices>,
    /// Service requests.
    #[serde(default)]
    pub requests: Requests,
    /// Work orders.
    #[serde(default)]
    pub work: Work,
    /// Checkpoints of the timelines. `None`: no checkpoints.
    pub audit: Option<Audit>,
    /// The shop of the marketplace that the operator runs. `None`: there is none.
    pub storefront: Option<Storefront>,
    /// Sign-in of staff at the company's identity provider. `None`: they sign in as people or with local accounts.
    pub staff: Option<Staff>,
    /// Documents for device owners, by product.
    #[serde(default)]
    pub documents: Vec<Document>,
    /// Logs.
    #[serde(default)]
    pub log: Log,
    /// Policies of Azure AD B2C and Entra.
    pub b2c: Option<B2c>,
}

/// The section of a product that is a CRM.
pub trait CrmSection {
    /// The configured name of the system.
    fn name(&self) -> &str;

    /// Address of a contact in the CRM's pages.
    fn contact_link(&self) -> Option<&AddressPattern> {
        None
    }

    /// Address of a deal in the CRM's pages.
    fn deal_link(&self) -> Option<&AddressPattern> {
        None
    }

    /// The lifecycle stages in which a contact is a customer.
    fn customer_stages(&self) -> &CustomerStages;

    /// Creates the client of the CRM. Makes no calls yet. Days are those of the time zone.
    fn connect(&self, environment: Environment, time_zone: TimeZone) -> anyhow::Result<Arc<dyn Crm>>;
}

impl Config {
    /// A configuration with default values for everything optional.
    #[cfg(feature = "demo")]
    pub fn new(
        server: Server,
        database: Database,
        brand: Brand,
        freshservice: Freshservice,
        identity_providers: Vec<IdentityProvider>,
        mail: Mail,
    ) -> Self {
        Self {
            server,
            database,
            secret: Secret::default(),
            brand,
            locale: Locale::default(),
            invitations: Invitations::default(),
            sessions: Sessions::default(),
            freshservice,
            freshsales: None,
            contacts_csv: None,
            identity_providers,
            mail,
            hooks: Hooks::default(),
            sweep: Sweep::default(),
            missing: Missing::default(),
            brake: Brake::default(),
            retention: Retention::default(),
            vendors: Vendors::default(),
            marketplaces: Marketplaces::default(),
            domains: Domains::default(),
            people: People::default(),
            returns: Returns::default(),
            invoices: None,
            requests: Requests::default(),
            work: Work::default(),
            documents: Vec::new(),
            audit: None,
            storefront: None,
            staff: None,
            log: Log::default(),
            b2c: None,
        }
    }

    /// The CRM's section. Each product has one line here.
    ///
    /// # Errors
    /// If there is none, or more than one.
    pub fn crm(&self) -> anyhow::Result<&dyn CrmSection> {
        let products: [(&str, Option<&dyn CrmSection>); _] = [
            ("freshsales", self.freshsales.as_ref().map(|section| section as _)),
            ("contacts_csv", self.contacts_csv.as_ref().map(|section| section as _)),
        ];
        let named: Vec<_> = products.iter().filter_map(|(_, section)| *section).collect();
        if let [section] = named.as_slice() {
            return Ok(*section);
        }
        let sections: Vec<String> = products.iter().map(|(name, _)| format!("[{name}]")).collect();
        bail!("the configuration names {} CRMs: exactly one section is needed of {}", named.len(), sections.join(", "))
    }
}
