//! The marketplaces in the configuration.

use anyhow::{Context, bail};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tessera_core::access::licence::LicenceType;
use tessera_core::marketplace::{MatchRule, SyncOption, option};
use tessera_hub::marketplace;

use crate::config::masking::{all_masked, masked};
use crate::config::{presented, required};

/// The marketplaces that may call the hub, one for each service manager.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Marketplaces(pub Vec<Marketplace>);

/// A service manager of a marketplace.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Marketplace {
    /// Lower-case letters, digits and hyphens. Part of the record keys of its accounts.
    pub name: String,
    /// Name for staff.
    pub display_name: Option<String>,
    /// Path before `/API/Accounts/…`. Empty, or a path such as `/acme`.
    pub prefix: String,
    /// The platform installations that may call.
    pub applications: Vec<Application>,
    /// Setting fields that every call must contain.
    pub settings: Vec<Setting>,
    /// The synchronization options.
    pub options: Vec<SyncOption>,
    /// The rules that match an existing customer.
    pub exists: Vec<MatchRule>,
    /// The licence of the person created with a new customer.
    pub licence: Option<LicenceType>,
    /// Whether answers contain an activation link. Default: yes.
    pub invite: Option<bool>,
    /// Whether the platform that calls is this hub's own, so that its accounts are the same accounts.
    pub own_platform: bool,
}

/// A platform installation that may call.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// The application id.
    pub id: String,
    /// The application key.
    #[serde(serialize_with = "masked")]
    pub key: Option<SecretString>,
}

/// A setting field of the service manager.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The field's id.
    pub id: String,
    /// The accepted values.
    #[serde(serialize_with = "all_masked")]
    pub values: Vec<SecretString>,
}

impl Marketplace {
    /// The environment variable with the key of the first application. Those of the others end in `_2`, `_3` and so on.
    fn variable(&self, at: usize) -> String {
        let name = self.name.to_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        let number = if at == 0 { String::new() } else { format!("_{}", at + 1) };
        format!("TESSERA_MARKETPLACE_{name}_KEY{number}")
    }
}

impl Marketplaces {
    /// The application keys, each with its place in the configuration and its environment variable.
    pub fn keys(&self) -> Vec<(String, Option<&SecretString>, String)> {
        let of_marketplace = |(number, marketplace): (usize, &Marketplace)| {
            let key = |at: usize| {
                let place = format!("marketplaces[{number}].applications[{at}].key");
                (place, marketplace.variable(at))
            };
            (0..marketplace.applications.len()).map(key).collect::<Vec<_>>()
        };
        let places = self.0.iter().enumerate().flat_map(of_marketplace);
        let keys = self.0.iter().flat_map(|marketplace| &marketplace.applications).map(|it| it.key.as_ref());
        places.zip(keys).map(|((place, variable), key)| (place, key, variable)).collect()
    }

    /// Overrides the keys with those of the environment.
    pub fn overlay(&mut self, environment: impl Fn(&str) -> Option<String>) {
        for marketplace in &mut self.0 {
            for at in 0..marketplace.applications.len() {
                if let Some(key) = environment(&marketplace.variable(at)).filter(|key| !key.is_empty()) {
                    marketplace.applications[at].key = Some(SecretString::from(key));
                }
            }
        }
    }

    /// Validates the configuration. `taken` contains the names of the other systems.
    pub fn check(&self, taken: &[&str]) -> anyhow::Result<()> {
        let mut names = taken.to_vec();
        for marketplace in &self.0 {
            let name = marketplace.name.as_str();
            let shaped =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !shaped {
                bail!(
                    "marketplace name `{name}`: use lower-case letters, digits and hyphens; its accounts are known by it"
                );
            }
            if names.contains(&name) {
                bail!("marketplace name `{name}` is taken by another system; give every system a name of its own");
            }
            names.push(name);
            let prefix = marketplace.prefix.as_str();
            if !prefix.is_empty()
                && (!prefix.starts_with('/') || prefix.ends_with('/') || prefix.contains(['?', '#', ' ']))
            {
                bail!("marketplace {name}: prefix `{prefix}` must be empty, or begin with a slash and end without one");
            }
            if marketplace.applications.is_empty() {
                bail!("marketplace {name} has no [[marketplaces.applications]]: nobody could call");
            }
            let is_empty = |value: &SecretString| value.expose_secret().trim().is_empty();
            if let Some(setting) = marketplace.settings.iter().find(|setting| setting.values.iter().all(is_empty)) {
                bail!("marketplace {name}: setting `{}` accepts no value, so nobody could call", setting.id);
            }
            for rule in &marketplace.exists {
                rule.check().map_err(|wrong| anyhow::anyhow!("marketplace {name}: {wrong}"))?;
            }
            option::check(&marketplace.options).map_err(|wrong| anyhow::anyhow!("marketplace {name}: {wrong}"))?;
        }
        Ok(())
    }

    /// The complete configuration for the hub, with keys.
    pub fn configs(&self) -> anyhow::Result<Vec<marketplace::MarketplaceConfig>> {
        self.0.iter().map(Marketplace::ready).collect()
    }
}

impl Marketplace {
    fn ready(&self) -> anyhow::Result<marketplace::MarketplaceConfig> {
        let applications = self.applications.iter().enumerate().map(|(at, application)| {
            let named = format!("the key of application {} of marketplace {}", application.id, self.name);
            let (key, variable) = (application.key.as_ref(), self.variable(at));
            required(key, &named, &variable)?;
            let key = presented(key, &named, &variable)?.context("it is empty")?;
            Ok(marketplace::Application { id: application.id.clone(), key })
        });
        let applications: anyhow::Result<Vec<_>> = applications.collect();
        let settings = self.settings.iter();
        Ok(marketplace::MarketplaceConfig {
            name: self.name.clone(),
            display_name: self.display_name.clone().unwrap_or_else(|| self.name.clone()),
            prefix: self.prefix.clone(),
            applications: applications.context("a marketplace cannot be let in")?,
            settings: settings
                .map(|setting| marketplace::Setting { id: setting.id.clone(), values: setting.values.clone() })
                .collect(),
            options: self.options.clone(),
            matching: self.exists.clone(),
            licence: self.licence,
            invite: self.invite.unwrap_or(true),
            own_platform: self.own_platform,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"
        [[marketplaces]]
        name = "acme"
        prefix = "/acme"
        licence = "CUSTPORTAL"
        [[marketplaces.applications]]
        id = "one"
        key = "a key from the file"
        [[marketplaces.applications]]
        id = "two"
        [[marketplaces.settings]]
        id = "PartnerCode"
        values = ["4711"]
        [[marketplaces.options]]
        id = "role"
        name = "Role"
        kind = "List"
        values = [{ id = "1", name = "User", default = true }, { id = "2", name = "Reseller" }]
        [[marketplaces.exists]]
        by = "option:domain"
        as = "domain"
    "#;

    fn read(text: &str) -> Marketplaces {
        #[derive(Deserialize, Serialize)]
        struct Section {
            marketplaces: Marketplaces,
        }
        toml::from_str::<Section>(text).unwrap().marketplaces
    }

    #[test]
    fn m01_a_marketplace_is_configured_with_keys_from_file_or_environment() {
        let mut config = read(EXAMPLE);
        config.overlay(|name| (name == "TESSERA_MARKETPLACE_ACME_KEY_2").then(|| "a key from outside".to_owned()));
        config.check(&["freshservice"]).unwrap();
        let marketplace = config.configs().unwrap().remove(0);
        let keys: Vec<_> = marketplace.applications.iter().map(|it| it.key.expose().to_owned()).collect();
        assert_eq!(keys, ["a key from the file", "a key from outside"]);
        assert_eq!((marketplace.options[0].values.len(), marketplace.matching.len(), marketplace.invite), (2, 1, true));
    }

    #[test]
    fn the_annotated_example_is_valid_once_its_comments_are_taken_away() {
        let example = include_str!("../../../examples/tessera.toml");
        let section = example.split("# [[marketplaces]]").nth(1).unwrap().split("\n\n").next().unwrap();
        let lines = section.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect::<Vec<_>>();
        let text = format!("[[marketplaces]]\n{}", lines.join("\n"));
        let config = read(&text);
        config.check(&[]).unwrap();
        assert_eq!((config.0[0].options.len(), config.0[0].exists.len()), (3, 1));
    }

    #[test]
    fn a_marketplace_without_credentials_is_rejected_with_the_reason() {
        for key in ["", "short"] {
            let mut config = read(EXAMPLE);
            config.0[0].applications[1].key = Some(SecretString::from(key));
            let error = config.configs().unwrap_err();
            assert!(format!("{error:#}").contains("TESSERA_MARKETPLACE_ACME_KEY_2"), "{error:#}");
        }
        let missing = read(EXAMPLE).configs().unwrap_err();
        assert!(format!("{missing:#}").contains("TESSERA_MARKETPLACE_ACME_KEY_2"), "{missing:#}");
        for (from, to, says) in [
            ("\"acme\"", "\"Acme Inc\"", "lower-case"),
            ("\"acme\"", "\"freshservice\"", "taken"),
            ("\"/acme\"", "\"acme/\"", "begin with a slash"),
            ("[\"4711\"]", "[]", "accepts no value"),
            ("kind = \"List\"", "", "no list"),
            ("\"option:domain\"", "\"attribute:email\"", "use text or email"),
        ] {
            let error = read(&EXAMPLE.replacen(from, to, 1)).check(&["freshservice"]).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
