//! Every secret of a configuration that is too weak, at once: those that callers present, and those that the hub presents.
//!
//! What callers present is chosen by the operator, so that it has a minimum length. What the hub presents to other systems is theirs to
//! choose: it only must not be a placeholder that someone forgot to replace.

use anyhow::anyhow;
use secrecy::{ExposeSecret, SecretString};
use tessera_core::kernel::placeholder::is_placeholder;
use url::Url;

use super::problems::Problems;
use super::{Config, presented};

/// A secret that the hub presents to another system.
struct Outgoing {
    key: String,
    variable: String,
    text: String,
}

impl Config {
    /// Adds every secret that could be guessed, apart from the secret keys, which may have to be asked of a command.
    pub fn check_secrets(&self, found: &mut Problems) {
        let incoming = |found: &mut Problems, key: String, secret: Option<&SecretString>, variable: &str| {
            let outcome = presented(secret, &key, variable);
            found.check(key, outcome);
        };
        incoming(found, "hooks.secret".to_owned(), self.hooks.secret.as_ref(), "TESSERA_HOOKS_SECRET");
        if let Some(b2c) = &self.b2c {
            let senders = &b2c.senders;
            incoming(found, "b2c.senders.api_key".to_owned(), senders.api_key.as_ref(), "TESSERA_B2C_API_KEY");
            incoming(found, "b2c.senders.password".to_owned(), senders.password.as_ref(), "TESSERA_B2C_PASSWORD");
        }
        for (key, secret, variable) in self.marketplaces.keys() {
            incoming(found, key, secret, &variable);
        }
        for Outgoing { key, variable, text } in self.outgoing() {
            if !text.trim().is_empty() && is_placeholder(&text) {
                let remedy = "set the real one there, or";
                let error = anyhow!("{key} is a placeholder and no secret: {remedy} {variable} in the environment");
                found.check(key, Err::<(), _>(error));
            }
        }
    }

    /// The secrets that the hub presents to other systems.
    fn outgoing(&self) -> Vec<Outgoing> {
        let mut all = Vec::new();
        let mut add = |key: String, variable: String, secret: Option<&SecretString>| {
            let text = secret.map(|secret| secret.expose_secret().to_owned());
            all.extend(text.map(|text| Outgoing { key, variable, text }));
        };
        let named = |name: &str| format!("TESSERA_{name}");
        add("freshservice.api_key".to_owned(), named("FRESHSERVICE_API_KEY"), self.freshservice.api_key.as_ref());
        if let Some(crm) = &self.freshsales {
            add("freshsales.api_key".to_owned(), named("FRESHSALES_API_KEY"), crm.api_key.as_ref());
        }
        if let Some(contacts) = &self.contacts_csv {
            let key = "contacts_csv.authorization".to_owned();
            add(key, named("CONTACTS_AUTHORIZATION"), contacts.authorization.as_ref());
        }
        if let Some(invoices) = &self.invoices {
            let key = "invoices.authorization".to_owned();
            add(key, named("INVOICES_AUTHORIZATION"), invoices.authorization.as_ref());
        }
        for (at, provider) in self.identity_providers.iter().enumerate() {
            let key = format!("identity_providers[{at}].client_secret");
            add(key, provider.secret_variable(), provider.client_secret.as_ref());
        }
        let mail = self.mail.url.as_ref().map(ExposeSecret::expose_secret);
        for (key, variable, url) in [
            ("mail.url", "TESSERA_MAIL_URL", mail),
            ("database.url", "TESSERA_DATABASE_URL", Some(&*self.database.url)),
        ] {
            let password = url.and_then(|url| Some(Url::parse(url).ok()?.password()?.to_owned()));
            let (key, variable) = (key.to_owned(), variable.to_owned());
            all.extend(password.map(|password| Outgoing { key, variable, text: password }));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../../examples/tessera.toml");

    #[test]
    fn h01_every_weak_secret_is_named_at_once_with_the_remedy_and_without_its_value() {
        let marketplace = "[[marketplaces]]\nname = 'shop'\n[[marketplaces.applications]]\nid = 'a'\n[[marketplaces.applications]]\nid = 'b'";
        let config = Config::parse(&format!("{EXAMPLE}\n{marketplace}"), |name| {
            let weak = match name {
                "TESSERA_SECRET_KEY" => "a short key",
                "TESSERA_MAIL_URL" => "smtps://hub:changeme@mail.example.com",
                "TESSERA_DATABASE_URL" => "postgres://hub:password@db.example.com/hub",
                name if name.ends_with("_FILE") || name == "CREDENTIALS_DIRECTORY" || name.ends_with("OTHER_KEYS") => {
                    return None;
                }
                _ => "changeme",
            };
            Some(weak.to_owned())
        });
        let mut found = Problems::default();
        let config = config.unwrap();
        config.secret.check(&mut found);
        config.check_secrets(&mut found);
        let keys: Vec<&str> = found.0.iter().map(|problem| problem.key.as_str()).collect();
        for key in [
            "secret.key",
            "hooks.secret",
            "marketplaces[0].applications[0].key",
            "marketplaces[0].applications[1].key",
            "freshservice.api_key",
            "identity_providers[0].client_secret",
            "mail.url",
            "database.url",
        ] {
            assert!(keys.contains(&key), "{key}: {keys:?}");
        }
        for problem in &found.0 {
            let text = problem.to_string();
            assert!(text.contains("TESSERA_") || text.contains("openssl rand"), "{text}");
            assert!(!text.contains("changeme") && !text.contains("short"), "{text}");
        }
    }

    #[test]
    fn h01_the_example_has_no_weak_secret() {
        let mut found = Problems::default();
        let key = |name: &str| (name == "TESSERA_SECRET_KEY").then(|| "0123456789abcdef0123456789abcdef".to_owned());
        Config::parse(EXAMPLE, key).unwrap().check_secrets(&mut found);
        assert!(found.0.is_empty(), "{:?}", found.0);
    }
}
