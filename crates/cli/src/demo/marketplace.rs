//! The demo's marketplace: one service manager with the options of a typical vendor.

use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_core::access::licence::LicenceType;
use tessera_core::marketplace::matching::Compare;
use tessera_core::marketplace::{Choice, MatchRule, OptionKind, SyncOption};

use crate::marketplace::{Application, Marketplace, Marketplaces};

/// The application id of every demo. Not a secret: the demo listens on loopback only.
pub const APPLICATION_ID: &str = "0b7c5c9e-7d0f-4f43-9a3e-5a1d3f9b2c10";

/// The marketplace in the hub's configuration.
pub fn configuration(api_key: &str) -> anyhow::Result<Marketplaces> {
    let option = |id: &str, name: &str| SyncOption { id: id.into(), name: name.into(), ..SyncOption::default() };
    let choice =
        |id: &str, name: &str| Choice { id: id.into(), name: name.into(), default: id == "1", ..Choice::default() };
    let rule = |by: &str, compare| Ok::<_, anyhow::Error>(MatchRule { by: by.parse()?, compare });
    Ok(Marketplaces(vec![Marketplace {
        name: "market".to_owned(),
        display_name: Some("Sunfield Market".to_owned()),
        applications: vec![Application {
            id: APPLICATION_ID.to_owned(),
            key: Some(SecretString::from(api_key.to_owned())),
        }],
        options: vec![
            SyncOption { required: true, ..option("username", "Username") },
            SyncOption {
                kind: OptionKind::List,
                values: vec![choice("1", "User"), choice("2", "Reseller")],
                ..option("role", "Role")
            },
            SyncOption { storefront: true, ..option("domain", "Domain") },
        ],
        exists: vec![rule("option:domain", Compare::Domain)?, rule("option:username", Compare::Email)?],
        licence: Some(LicenceType::Custportal),
        // The demo is its own customer: its platform calls this interface.
        own_platform: true,
        ..Marketplace::default()
    }]))
}

/// The settings that a platform needs to call the hub. The base URL is the part before `/API/Accounts/…`.
pub fn connection_settings(config: &tessera_hub::Config) -> Value {
    let Some(marketplace) = config.marketplaces.first() else { return Value::Null };
    let key = marketplace.applications.first().map(|application| application.key.expose());
    json!({ "base_url": config.url(&marketplace.prefix), "application_id": APPLICATION_ID, "api_key": key })
}
