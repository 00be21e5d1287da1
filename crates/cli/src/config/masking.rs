//! The configuration as it is shown: without its secrets.
//!
//! A secret is a `SecretString`, which cannot be written out. So a section with a secret compiles only if it says how the
//! secret is masked.

use std::fmt::{Debug, Formatter};
use std::ops::Deref;

use secrecy::SecretString;
use serde::{Deserialize, Serialize, Serializer};
use url::Url;

/// What is shown in place of a secret.
pub const MASK: &str = "***";

/// Parameters of a database's address that are no secrets.
const PLAIN_PARAMETERS: [&str; 3] = ["sslmode", "sslrootcert", "application_name"];

/// Writes that there is a secret.
pub fn masked<'a, S: Serializer>(secret: impl Into<Option<&'a SecretString>>, to: S) -> Result<S::Ok, S::Error> {
    secret.into().map(|_| MASK).serialize(to)
}

/// Writes how many secrets there are.
pub fn all_masked<S: Serializer>(secrets: &[SecretString], to: S) -> Result<S::Ok, S::Error> {
    vec![MASK; secrets.len()].serialize(to)
}

/// The path of a file, or an address that may hold a password or a token. It is neither written nor printed with them.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl From<String> for Address {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Deref for Address {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        without_secrets(&self.0).serialize(to)
    }
}

impl Debug for Address {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&without_secrets(&self.0))
    }
}

/// Where a webhook goes. Its path may be what authorizes us, so only the server is written and printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct WebhookUrl(Url);

impl WebhookUrl {
    fn server(&self) -> String {
        format!("{}/{MASK}", self.0.origin().ascii_serialization())
    }
}

impl Deref for WebhookUrl {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.0
    }
}

impl Serialize for WebhookUrl {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.server().serialize(to)
    }
}

impl Debug for WebhookUrl {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.server())
    }
}

/// A path as it is, or an address without password and parameters.
pub fn without_secrets(text: &str) -> String {
    let is_address = text.contains("://") && !text.starts_with("sqlite:");
    if !is_address {
        return text.to_owned();
    }
    // What cannot be read may hold a password anywhere.
    let Ok(mut url) = Url::parse(text) else { return MASK.to_owned() };
    if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
        return MASK.to_owned();
    }
    let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if !parameters.is_empty() {
        let shown = parameters.into_iter().map(|(name, value)| {
            let value = if PLAIN_PARAMETERS.contains(&name.as_str()) { value } else { MASK.to_owned() };
            (name, value)
        });
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h01_addresses_are_shown_without_passwords_and_parameters() {
        for (text, shown) in [
            ("sqlite:/var/lib/tessera/tessera.db", "sqlite:/var/lib/tessera/tessera.db"),
            ("/srv/crm/contacts.csv", "/srv/crm/contacts.csv"),
            ("postgres://hub@db.example.com/hub", "postgres://hub@db.example.com/hub"),
            (
                "postgres://hub:pass%20word@db.example.com/hub?sslmode=verify-full&password=other",
                "postgres://hub:***@db.example.com/hub?sslmode=verify-full&password=***",
            ),
            ("https://crm.example.com/export?key=abc", "https://crm.example.com/export?key=***"),
            ("postgres://hub:pass@[nowhere/hub", "***"),
        ] {
            assert_eq!(without_secrets(text), shown);
            assert_eq!(format!("{:?}", Address::from(text.to_owned())), shown);
        }
        let webhook: Url = "https://hooks.example.com/services/secret".parse().unwrap();
        assert_eq!(format!("{:?}", WebhookUrl(webhook)), "https://hooks.example.com/***");
    }
}
