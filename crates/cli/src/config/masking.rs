//! The configuration as it is shown: without its secrets.
//!
//! A secret is a `SecretString`, which cannot be written out. So a section with a secret compiles only if it says how the
//! secret is masked.

use secrecy::SecretString;
use serde::{Serialize as _, Serializer};
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

/// Writes a path as it is, and an address without password and parameters.
pub fn location<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    without_secrets(text).serialize(to)
}

/// Writes where a webhook goes. Its path may be what authorizes us.
pub fn webhook<'a, S: Serializer>(url: impl Into<Option<&'a Url>>, to: S) -> Result<S::Ok, S::Error> {
    let origin = |url: &Url| format!("{}/{MASK}", url.origin().ascii_serialization());
    url.into().map(origin).serialize(to)
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
        }
    }
}
