//! The configuration of a hub process.

use crate::outside::{Addresses, CLIENT};

/// The secret of webhooks.
pub const HOOK_SECRET: &str = "a secret for hooks";
/// A marketplace's application id and key.
pub const MARKETPLACE: (&str, &str) = ("00000000-0000-4000-8000-00000000000c", "a key for the marketplace");
/// The marketplace's name.
pub const MARKET: &str = "market";

/// The configuration file.
pub fn configuration(listen: &str, public_url: &str, systems: &Addresses, idp: &str) -> String {
    let Addresses { desk, crm, .. } = systems;
    let (client, (application, key)) = (CLIENT.0, MARKETPLACE);
    format!(
        r#"
[server]
listen = "{listen}"
public_url = "{public_url}"
trust_forwarded_for = true
[database]
url = "named by the environment"
[brand]
name = "Sunfield Energy"
[freshservice]
url = "{desk}"
calls_per_minute = 1000000
[freshsales]
url = "{crm}/crm/sales/api"
calls_per_hour = 10000000
[[identity_providers]]
name = "customers"
issuer = "{idp}"
client_id = "{client}"
[mail]
from = "Sunfield Energy <accounts@example.com>"
[hooks]
secret = "{HOOK_SECRET}"
[sweep]
full_every_hours = 0
changes_every_minutes = 0
[brake]
count = 1000000
percent = 100
[[marketplaces]]
name = "{MARKET}"
licence = "CUSTPORTAL"
applications = [{{ id = "{application}", key = "{key}" }}]
options = [{{ id = "username", name = "Username", required = true }}, {{ id = "domain", name = "Domain" }}]
exists = [{{ by = "option:domain", as = "domain" }}]
[storefront]
title = "Sunfield Store"
[log]
level = "warn"
"#
    )
}
