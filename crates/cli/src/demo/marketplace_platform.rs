//! The demo's marketplace: the hub is the platform. Its vendors are its own vendor interface and Example Cloud, which
//! misbehaves on request.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::Context;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::marketplace::{Address, Place};
use tessera_core::marketplace_platform::service_manager::ServiceManagerSettings;
use tessera_core::marketplace_platform::{
    AccountAddress, AccountProfile, MarketplaceAccount, Notification, PrimaryContact, ServiceManager,
    ServiceManagerDraft,
};
use tessera_hub::{Hub, ServiceManagerSecrets};
use tessera_sim::example_cloud;

use super::marketplace;
use super::stand_ins::StandIns;
use crate::CLI;

/// Name of the service manager that is the hub's own vendor interface.
const OURSELVES: &str = "Tessera";
/// Name of the service manager that misbehaves on request.
const EXAMPLE_CLOUD: &str = "Example Cloud";
/// Number of service managers that are read at once.
const PAGE: usize = 100;

/// How a vendor is connected.
#[derive(Debug)]
pub(super) struct Connection {
    /// Name of the service manager.
    pub name: String,
    /// Address before `/API/Accounts/…`.
    pub base_url: String,
    /// The application id from the vendor.
    pub application_id: String,
    /// The API key from the vendor.
    pub api_key: SecretString,
    /// Setting fields.
    pub settings: BTreeMap<String, SecretString>,
    /// The e-mail to new customers.
    pub notification: Notification,
}

/// The demo's vendors.
pub(super) struct Platform {
    ourselves: Option<Connection>,
    example_cloud: Connection,
}

impl Platform {
    /// The vendors, by their addresses.
    pub fn of(config: &tessera_hub::Config, hub: SocketAddr, stand_ins: &StandIns) -> Self {
        let ourselves = config.marketplaces.first().and_then(|vendor| {
            let application = vendor.applications.first()?;
            Some(Connection {
                name: OURSELVES.to_owned(),
                base_url: format!("http://{hub}{}", vendor.prefix),
                application_id: marketplace::APPLICATION_ID.to_owned(),
                api_key: SecretString::from(application.key.expose()),
                settings: BTreeMap::new(),
                notification: welcome(&config.brand.name),
            })
        });
        let example_cloud = Connection {
            name: EXAMPLE_CLOUD.to_owned(),
            base_url: stand_ins.example_cloud.url(),
            application_id: example_cloud::APPLICATION_ID.to_owned(),
            api_key: SecretString::from(example_cloud::API_KEY),
            settings: BTreeMap::new(),
            notification: by_default(),
        };
        Self { ourselves, example_cloud }
    }

    /// Connects the vendors, and creates their first customers in a new demo. The hub must be serving, because it is one
    /// of the vendors. Returns members for the ready file.
    pub async fn settle(self, hub: &Hub) -> anyhow::Result<Map<String, Value>> {
        let known = named(hub, EXAMPLE_CLOUD).await?.is_some();
        let mut ids = Map::new();
        if let Some(ourselves) = self.ourselves {
            ids.insert(OURSELVES.to_owned(), json!(connect(hub, ourselves).await?.id));
        }
        let cloud = connect(hub, self.example_cloud).await?;
        ids.insert(EXAMPLE_CLOUD.to_owned(), json!(cloud.id));
        if !known {
            for (account, domain) in customers(hub).await? {
                let options = BTreeMap::from([("domain".to_owned(), domain.to_owned())]);
                Box::pin(hub.synchronize_account(account, cloud.id, &options, &CLI)).await?;
            }
        }
        // The storefront's products of these vendors belong here, and its member of the ready file below.
        let mut told = Map::new();
        told.insert("service_managers".to_owned(), Value::Object(ids));
        Ok(told)
    }
}

/// Connects a vendor as a service manager, or corrects how it is connected: its address may be another one in each run.
pub(super) async fn connect(hub: &Hub, connection: Connection) -> anyhow::Result<ServiceManager> {
    let Connection { name, base_url, application_id, api_key, settings, notification } = connection;
    let before = named(hub, &name).await?;
    let draft = ServiceManagerDraft {
        name,
        settings: match &before {
            Some(before) => ServiceManagerSettings { base_url, application_id, ..before.settings.clone() },
            None => ServiceManagerSettings {
                base_url,
                application_id,
                reseller_support: true,
                notification,
                ..ServiceManagerSettings::default()
            },
        },
    };
    Ok(if let Some(before) = before {
        let settings = settings.into_iter().map(|(id, value)| (id, Some(value))).collect();
        Box::pin(hub.save_service_manager(before.id, draft, Some(api_key), Some(settings), &CLI)).await?
    } else {
        let secrets = ServiceManagerSecrets { api_key, settings };
        Box::pin(hub.create_service_manager(draft, &secrets, &CLI)).await?
    })
}

/// The e-mail to new customers, with the usual text.
pub(super) fn by_default() -> Notification {
    Notification { enabled: true, ..Notification::default() }
}

/// The e-mail to new customers of our own: an activation link in place of a password.
fn welcome(company: &str) -> Notification {
    Notification {
        enabled: true,
        subject: format!("Welcome to {company}"),
        body: format!(
            "Hello [#Contacts.FullName#],\n\nYour account at {company} is ready. Open this link to activate it:\n\n\
             [#activation_url#]\n\nThe link works until [#activation_expires#]."
        ),
    }
}

async fn named(hub: &Hub, name: &str) -> anyhow::Result<Option<ServiceManager>> {
    let mut after = None;
    loop {
        let page = hub.queries().service_managers(after, PAGE).await?;
        let is_last = page.len() < PAGE;
        after = page.last().map(|last| last.id);
        if let Some(found) = page.into_iter().find(|it| it.name == name) {
            return Ok(Some(found));
        }
        if is_last {
            return Ok(None);
        }
    }
}

/// A fictional company with a billing address and a primary contact.
pub(super) fn company(name: &str, domain: &str, contact: (&str, &str), phone: &str) -> AccountProfile {
    let place = |code: &str, name: &str| Some(Place { code: Some(code.to_owned()), name: Some(name.to_owned()) });
    let (first, last) = contact;
    AccountProfile {
        name: name.to_owned(),
        email: Some(format!("office@{domain}")),
        phone: Some(phone.to_owned()),
        web_site: Some(format!("https://www.{domain}")),
        description: Some("A fictional company.".to_owned()),
        contact: Some(PrimaryContact {
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            email: Some(format!("{}@{domain}", first.to_lowercase())),
        }),
        addresses: vec![AccountAddress {
            kind: "billing".to_owned(),
            address: Address {
                address1: Some("1 Example Street".to_owned()),
                city: Some("San Rafael".to_owned()),
                post_code: Some("94903".to_owned()),
                state: place("CA", "California"),
                country: place("US", "United States"),
                ..Address::default()
            },
        }],
        ..AccountProfile::default()
    }
}

/// Creates an account.
pub(super) async fn open(
    hub: &Hub,
    profile: AccountProfile,
    reseller: Option<MarketplaceAccountId>,
) -> anyhow::Result<MarketplaceAccount> {
    let name = profile.name.clone();
    let account = Box::pin(hub.create_marketplace_account(profile, reseller, &CLI)).await;
    account.with_context(|| format!("the account of {name} cannot be created"))
}

/// The first customers of Example Cloud: accounts with their domains, one of them the customer of a reseller.
async fn customers(hub: &Hub) -> anyhow::Result<Vec<(MarketplaceAccountId, &'static str)>> {
    let reseller = company("Glasshouse Resale", "glasshouse-resale.example", ("Ines", "Okafor"), "+44 1632 960041");
    let reseller = open(hub, reseller, None).await?;
    let mut accounts = Vec::new();
    for (name, domain, contact, phone, of) in [
        ("Marigold Printing", "marigold-printing.example", ("Tomas", "Lindqvist"), "+44 1632 960042", None),
        ("Copperfield Bikes", "copperfield-bikes.example", ("Leila", "Haddad"), "+44 1632 960043", Some(reseller.id)),
    ] {
        accounts.push((open(hub, company(name, domain, contact, phone), of).await?.id, domain));
    }
    Ok(accounts)
}
