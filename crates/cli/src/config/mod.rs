//! The configuration file. Every secret can come from the environment instead, so that the file itself need not be kept
//! secret.

mod audit;
mod b2c;
mod contacts_csv;
mod domains;
mod freshsales;
mod freshservice;
mod hooks;
mod invoices;
mod locale;
pub mod masking;
mod people;
mod problems;
mod retention;
mod returns;
mod secret;
mod secrets;
mod service_requests;
mod staff;
mod storefront;
mod sync;
mod variables;
mod vendors;
mod work;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tessera_connect::Environment;
use tessera_connect::oidc::SigningAlgorithms;
use tessera_core::devices::documents::Document;
use tessera_core::kernel::record::address::AddressPattern;
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_hub::ports::Crm;
use tessera_web::{ConnectionLimits, ForwardedHeader, TrustedProxies};
use url::Url;

use crate::marketplace::Marketplaces;
use crate::serve::Stop;
pub use audit::Audit;
pub use b2c::{B2c, B2cEvents, B2cSenders};
pub use contacts_csv::ContactsCsv;
pub use domains::Domains;
pub use freshsales::Freshsales;
pub use freshservice::Freshservice;
pub use hooks::Hooks;
pub use invoices::Invoices;
pub use locale::Locale;
use masking::{Address, masked};
pub use people::{People, SeatCounting, Seats};
pub use problems::{Problem, Problems, line_of, read_leniently};
pub use retention::Retention;
pub use returns::Returns;
pub use secret::Secret;
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

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// The address to listen on.
    pub listen: String,
    /// Public URL, for customers and staff.
    pub public_url: Url,
    /// Whether the hub is behind one proxy, which sets the header. The same as `trusted_hops = 1`.
    #[serde(default)]
    pub trust_forwarded_for: bool,
    /// Number of proxies between clients and the hub.
    pub trusted_hops: Option<u8>,
    /// Networks in which every address is a proxy.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// The header in which the proxies report the client's address.
    #[serde(default)]
    pub forwarded_header: ForwardedHeader,
    /// Whether browsers shall use TLS for the subdomains of the public URL's host name too (HSTS).
    #[serde(default)]
    pub hsts_subdomains: bool,
    /// A directory with custom page and e-mail templates.
    pub templates: Option<PathBuf>,
    /// Time limit for a complete request body, in seconds.
    #[serde(default = "body_seconds")]
    pub body_seconds: NonZeroU32,
    /// Time limit for the complete head of a request, and for an idle connection, in seconds.
    #[serde(default = "head_seconds")]
    pub head_seconds: NonZeroU32,
    /// Maximum number of open connections. Default: 4096, or as many as the process may open files, less some for its own.
    pub max_connections: Option<NonZeroU32>,
    /// Maximum number of open connections of one client address; not applied behind a proxy.
    #[serde(default = "max_connections_per_client")]
    pub max_connections_per_client: NonZeroU32,
    /// How long `/readyz` says no before the port is closed at a stop, in seconds.
    #[serde(default = "stop_delay_seconds")]
    pub stop_delay_seconds: u32,
    /// How long a stop may take, in seconds. What is still under way then is left.
    #[serde(default = "stop_seconds")]
    pub stop_seconds: NonZeroU32,
}

impl Server {
    /// The proxies in front of the hub.
    pub fn proxies(&self) -> anyhow::Result<TrustedProxies> {
        let networks = self.trusted_proxies.iter().map(|network| network.parse().context("server.trusted_proxies"));
        Ok(TrustedProxies {
            hops: self.trusted_hops.map_or(usize::from(self.trust_forwarded_for), usize::from),
            networks: networks.collect::<anyhow::Result<_>>()?,
            header: self.forwarded_header,
        })
    }

    /// The limits of connections.
    pub fn connections(&self) -> ConnectionLimits {
        let number = |number: NonZeroU32| usize::try_from(number.get()).unwrap_or(usize::MAX);
        ConnectionLimits {
            head_within: Duration::from_secs(self.head_seconds.get().into()),
            in_all: self.max_connections.map_or_else(max_connections, number),
            per_client: number(self.max_connections_per_client),
        }
    }

    /// How the hub stops.
    pub fn stop(&self) -> Stop {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        Stop { delay: seconds(self.stop_delay_seconds), limit: seconds(self.stop_seconds.get()) }
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://…`, which accepts `sslmode` and `sslrootcert` like libpq.
    pub url: Address,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Brand {
    pub name: String,
    pub support_email: Option<String>,
    pub support_phone: Option<String>,
    pub help_url: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Invitations {
    pub lifetime_hours: i64,
}

impl Default for Invitations {
    fn default() -> Self {
        Self { lifetime_hours: 14 * 24 }
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sessions {
    pub lifetime_hours: i64,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { lifetime_hours: 12 }
    }
}

/// Enough for photos from a phone with a poor connection.
pub fn body_seconds() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(119)
}

/// Enough for a poor connection.
pub fn head_seconds() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(29)
}

/// Enough for an office behind one address.
pub fn max_connections_per_client() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(255)
}

/// Leaves file descriptors for the database and the outside systems.
fn max_connections() -> usize {
    const MOST: u64 = 4_096;
    const FOR_OTHERS: u64 = 64;
    const FEWEST: u64 = 16;
    let files = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let free = files.map_or(MOST, |files| files.saturating_sub(FOR_OTHERS));
    usize::try_from(free.clamp(FEWEST, MOST)).unwrap_or(usize::MAX)
}

/// A proxy that asks every second notices in time.
pub const fn stop_delay_seconds() -> u32 {
    1
}

pub fn stop_seconds() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(19)
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityProvider {
    pub name: String,
    pub display_name: Option<String>,
    pub issuer: String,
    pub discovery_url: Option<Url>,
    pub metadata_issuer: Option<String>,
    pub client_id: String,
    #[serde(serialize_with = "masked")]
    pub client_secret: Option<SecretString>,
    pub scopes: Option<Vec<String>>,
    pub expected_policy: Option<String>,
    /// The policy of Azure AD B2C in which people reset their password.
    pub password_reset_policy: Option<String>,
    /// The claim that names the user, if it is not `sub`.
    pub subject_claim: Option<String>,
    /// The accepted signing algorithms. By default all that are safe.
    #[serde(default)]
    pub signing_algorithms: SigningAlgorithms,
    #[serde(default)]
    pub authorize_parameters: std::collections::BTreeMap<String, String>,
    /// Additional audiences of access tokens that the app API accepts, besides `client_id`.
    #[serde(default)]
    pub app_audiences: Vec<String>,
}

impl IdentityProvider {
    /// The environment variable with the client secret.
    pub fn secret_variable(&self) -> String {
        let name = self.name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        format!("TESSERA_{name}_CLIENT_SECRET")
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    #[serde(serialize_with = "masked")]
    pub url: Option<SecretString>,
    pub from: String,
    pub reply_to: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// The log format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
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

    /// Reads the file, and overrides it with the environment.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        Self::parse(&text, |name| std::env::var(name).ok())
            .with_context(|| format!("the configuration {} is not valid", path.display()))
    }

    fn parse(text: &str, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut config: Self = toml::from_str(text)?;
        let variables = Variables::of(&environment);
        config.overlay(|name| variables.get(name));
        variables.check()?;
        config.check()?;
        Ok(config)
    }

    /// Overrides the file with the environment.
    pub fn overlay(&mut self, environment: impl Fn(&str) -> Option<String>) {
        let config = self;
        let secret = |name: &str| environment(name).filter(|value| !value.is_empty()).map(SecretString::from);
        let overlay = |slot: &mut Option<SecretString>, name: &str| {
            if let Some(value) = secret(name) {
                *slot = Some(value);
            }
            // An empty secret is none, whatever it is for: it neither opens an interface nor is sent anywhere.
            slot.take_if(|value| value.expose_secret().trim().is_empty());
        };
        if let Some(url) = environment("TESSERA_DATABASE_URL").filter(|url| !url.is_empty()) {
            config.database.url = url.into();
        }
        config.secret.overlay(secret("TESSERA_SECRET_KEY"), secret("TESSERA_SECRET_OTHER_KEYS").as_ref());
        overlay(&mut config.freshservice.api_key, "TESSERA_FRESHSERVICE_API_KEY");
        if let Some(freshsales) = &mut config.freshsales {
            overlay(&mut freshsales.api_key, "TESSERA_FRESHSALES_API_KEY");
        }
        if let Some(contacts) = &mut config.contacts_csv {
            overlay(&mut contacts.authorization, "TESSERA_CONTACTS_AUTHORIZATION");
        }
        overlay(&mut config.mail.url, "TESSERA_MAIL_URL");
        overlay(&mut config.hooks.secret, "TESSERA_HOOKS_SECRET");
        if let Some(b2c) = &mut config.b2c {
            overlay(&mut b2c.senders.api_key, "TESSERA_B2C_API_KEY");
            overlay(&mut b2c.senders.password, "TESSERA_B2C_PASSWORD");
        }
        for provider in &mut config.identity_providers {
            let variable = provider.secret_variable();
            overlay(&mut provider.client_secret, &variable);
        }
        if let Some(invoices) = &mut config.invoices {
            overlay(&mut invoices.authorization, "TESSERA_INVOICES_AUTHORIZATION");
        }
        config.marketplaces.overlay(&environment);
    }

    fn check(&self) -> anyhow::Result<()> {
        let problems: Vec<String> = self.problems().iter().map(ToString::to_string).collect();
        if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
    }
}

/// A secret that callers present. Empty means absent, and a short one is refused.
pub fn presented(
    secret: Option<&SecretString>,
    key: &str,
    variable: &str,
) -> anyhow::Result<Option<tessera_hub::Secret>> {
    let given = secret.map(ExposeSecret::expose_secret).filter(|text| !text.trim().is_empty());
    let secret = given.map(tessera_hub::Secret::new).transpose();
    secret.with_context(|| format!("{key} is too weak: set another one there, or {variable} in the environment"))
}

/// A required secret.
pub fn required<'a>(secret: Option<&'a SecretString>, key: &str, variable: &str) -> anyhow::Result<&'a SecretString> {
    let given = secret.filter(|secret| !secret.expose_secret().trim().is_empty());
    given.with_context(|| format!("{key} is missing: set it in the configuration, or {variable} in the environment"))
}

#[cfg(test)]
mod tests {
    use tessera_core::devices::DeviceType;

    use super::*;

    const EXAMPLE: &str = include_str!("../../../../examples/tessera.toml");

    #[test]
    fn the_annotated_example_is_valid() {
        let config = Config::parse(EXAMPLE, |_| None).unwrap();
        assert_eq!(config.freshservice.device_asset_type, DeviceType::default());
    }

    #[test]
    fn secrets_come_from_the_environment() {
        let config = Config::parse(EXAMPLE, |name| Some(format!("from {name}"))).unwrap();
        let secret = |secret: &Option<SecretString>| secret.as_ref().map(|s| s.expose_secret().to_owned());
        assert_eq!(secret(&config.secret.key).as_deref(), Some("from TESSERA_SECRET_KEY"));
        let provider = &config.identity_providers[0];
        assert_eq!(secret(&provider.client_secret).as_deref(), Some("from TESSERA_CUSTOMERS_CLIENT_SECRET"));
        assert_eq!(&*config.database.url, "from TESSERA_DATABASE_URL");
    }

    #[test]
    fn a03_only_safe_signing_algorithms_can_be_configured() {
        let with = |setting: &str| {
            Config::parse(
                &EXAMPLE.replace("client_id = \"tessera\"", &format!("client_id = \"tessera\"\n{setting}")),
                |_| None,
            )
        };
        let config = with("signing_algorithms = [\"RS512\", \"EdDSA\"]\nsubject_claim = \"oid\"").unwrap();
        assert_eq!(config.identity_providers[0].signing_algorithms.names(), ["RS512", "EdDSA"]);
        let all = &with("").unwrap().identity_providers[0].signing_algorithms;
        assert_eq!(all.names(), ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]);
        for unsafe_one in ["HS256", "none", "RS1", "rs256"] {
            let error = with(&format!("signing_algorithms = [\"{unsafe_one}\"]")).unwrap_err();
            assert!(
                format!("{error:#}").contains(&format!("`{unsafe_one}` is no safe signing algorithm")),
                "{error:#}"
            );
        }
        assert!(format!("{:#}", with("signing_algorithms = []").unwrap_err()).contains("at least one"));
        assert!(format!("{:#}", with("subject_claim = \" \"").unwrap_err()).contains("subject_claim is empty"));
    }

    #[test]
    fn h01_empty_secrets_are_absent_and_weak_ones_are_refused_with_the_remedy() {
        let presented = |text: &str| presented(Some(&SecretString::from(text)), "hooks.secret", "TESSERA_HOOKS_SECRET");
        for absent in ["", " \n"] {
            assert!(presented(absent).unwrap().is_none());
            let hooks = Hooks { secret: Some(SecretString::from(absent)), ..Hooks::default() };
            assert!(hooks.auth().unwrap().is_none(), "the interface is closed");
            let senders = B2cSenders {
                api_key: Some(SecretString::from(absent)),
                user: Some("policy".to_owned()),
                password: Some(SecretString::from(absent)),
                ..B2cSenders::default()
            };
            let senders = senders.ready().unwrap();
            assert!(senders.api_key.is_none() && senders.basic.is_none());
            assert!(required(Some(&SecretString::from(absent)), "secret.key", "TESSERA_SECRET_KEY").is_err());
        }
        for weak in ["short", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] {
            let error = format!("{:#}", presented(weak).unwrap_err());
            assert!(error.contains("TESSERA_HOOKS_SECRET") && error.contains("openssl rand"), "{error}");
            assert!(!error.contains(weak));
            let hooks = Hooks { secret: Some(SecretString::from(weak)), ..Hooks::default() };
            assert!(hooks.auth().is_err());
            for senders in [
                B2cSenders { api_key: Some(SecretString::from(weak)), ..B2cSenders::default() },
                B2cSenders { password: Some(SecretString::from(weak)), ..B2cSenders::default() },
            ] {
                assert!(senders.ready().is_err());
            }
        }
    }

    #[test]
    fn h01_an_empty_secret_is_none_whatever_it_is_for() {
        let client = "client_id = \"tessera\"";
        let text = EXAMPLE.replace(client, &format!("{client}\nclient_secret = \" \""));
        let text = text.replace("from = \"Sunfield", "url = \"\"\nfrom = \"Sunfield");
        let config = Config::parse(&text, |_| None).unwrap();
        assert!(config.identity_providers[0].client_secret.is_none());
        assert!(config.mail.url.is_none());
    }

    #[test]
    fn a02_an_address_pattern_that_is_no_web_page_is_refused_at_start() {
        let section = "[freshservice]\n";
        let with = |link: &str| EXAMPLE.replace(section, &format!("{section}ticket_link = \"{link}\"\n"));
        assert!(Config::parse(&with("https://desk.example.com/a/tickets/{id}"), |_| None).is_ok());
        for link in ["javascript:alert({id})", "https://desk.example.com/a/tickets/", "desk/{id}"] {
            let error = format!("{:#}", Config::parse(&with(link), |_| None).unwrap_err());
            assert!(error.contains("the address"), "{error}");
        }
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = Config::parse(&EXAMPLE.replace("public_url", "publik_url"), |_| None).unwrap_err();
        assert!(format!("{error:#}").contains("publik_url"), "{error:#}");
    }
}
