//! Reading the configuration: the file, what the environment overrides in it, and the checks.

use std::path::Path;

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};

use super::{Config, Variables};

impl Config {
    /// Reads the file, and overrides it with the environment.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the configuration {}", path.display()))?;
        Self::parse(&text, |name| std::env::var(name).ok())
            .with_context(|| format!("the configuration {} is not valid", path.display()))
    }

    /// Parses the text of a file, and overrides it with the environment.
    pub(super) fn parse(text: &str, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
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
    use crate::config::{B2cSenders, Hooks};

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
