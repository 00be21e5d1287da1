//! `tessera config show`: the configuration in force, with its defaults and without its secrets.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use tessera_core::kernel::printed::Lines;

use crate::config::masking::MASK;
use crate::config::{Config, Variables};

/// `tessera config show`.
pub fn run(path: &Path) -> anyhow::Result<ExitCode> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read the configuration {}", path.display()))?;
    let (shown, problems) = shown(&text, |name| std::env::var(name).ok())
        .with_context(|| format!("the configuration {} is not valid", path.display()))?;
    println!("{}", Lines(shown.trim_end()));
    if problems > 0 {
        eprintln!("tessera: the configuration has problems: run `tessera config check`");
    }
    Ok(ExitCode::SUCCESS)
}

/// The configuration in force as TOML, and the number of its problems.
fn shown(text: &str, environment: impl Fn(&str) -> Option<String>) -> anyhow::Result<(String, usize)> {
    let mut config: Config = toml::from_str(text)?;
    let variables = Variables::of(&environment);
    config.overlay(|name| variables.get(name));
    variables.check()?;
    let used = variables.used();
    let from = if used.is_empty() { "nothing".to_owned() } else { used.join(", ") };
    let sections = toml::to_string_pretty(&config).context("it cannot be shown")?;
    let problems = config.problems().len();
    Ok((
        format!("# Defaults included. A secret that is set is {MASK}. From the environment: {from}.\n\n{sections}"),
        problems,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../../examples/tessera.toml");

    /// The example with every section that has secrets, most of them in the file.
    fn with_every_secret() -> String {
        let file = "
            [b2c.senders]
            user = 'policy'
            password = 'secret of the file'
            [[marketplaces]]
            name = 'acme'
            [[marketplaces.applications]]
            id = 'one'
            [[marketplaces.settings]]
            id = 'token'
            values = ['secret of the file', 'secret of the file too']
            [invoices]
            format = 'json'
            location = 'https://erp.example.com/invoices?token=secret-of-the-file'
            customer_key = 'email'
            [audit]
            directory = '/var/lib/tessera/checkpoints'
            webhook = 'https://hooks.example.com/secret-of-the-file'
            [contacts_csv]
            location = 'https://reader:secret-of-the-file@crm.example.com/contacts.csv'
        ";
        let kept: String = EXAMPLE.split_inclusive('\n').filter(|line| !line.trim_start().starts_with('#')).collect();
        let sections = ["[b2c", "[[marketplaces", "[invoices", "[audit", "[contacts_csv"];
        let mut skipped = false;
        let mut text = String::new();
        for line in kept.split_inclusive('\n') {
            if line.starts_with('[') {
                skipped = sections.iter().any(|section| line.starts_with(section));
            }
            if !skipped {
                text.push_str(line);
            }
        }
        text + file
    }

    #[test]
    fn h01_config_show_prints_no_secret_of_any_kind() {
        let text = with_every_secret();
        let environment = |name: &str| match name {
            "TESSERA_DATABASE_URL" => Some("postgres://hub:secret-of-the-environment@db/hub".to_owned()),
            _ => Some(format!("secret of the environment {name}")),
        };
        let (shown, _) = shown(&text, environment).unwrap();
        let rest = shown.split_once("\n\n").unwrap().1;
        for secret in ["secret of the file", "secret of the environment", "secret-of-the"] {
            assert!(!rest.contains(secret), "{rest}");
        }
        // Nor does it when it is printed for a developer.
        let mut printed: Config = toml::from_str(&text).unwrap();
        printed.overlay(environment);
        let printed = format!("{printed:?}");
        for secret in ["secret of the file", "secret of the environment", "secret-of-the"] {
            assert!(!printed.contains(secret), "{printed}");
        }
        // Secrets are found by their type: each is a `SecretString`, which is redacted when it is debugged.
        let mut config: Config = toml::from_str(&text).unwrap();
        config.overlay(environment);
        let secrets = format!("{config:?}").matches("[REDACTED]").count();
        assert!(secrets >= 12, "{secrets}");
        // Besides: the passwords of the database and of the contacts, the token of the invoices, and the path of the webhook.
        assert_eq!(rest.matches(MASK).count(), secrets + 4, "{rest}");
    }

    #[test]
    fn h01_config_show_prints_defaults_and_can_be_read_again() {
        let (shown, problems) = shown(EXAMPLE, |_| None).unwrap();
        for line in ["stop_seconds = 20", "lifetime_hours = 336", "full_every_hours = 24", "device_readings_days = 90"]
        {
            assert!(shown.lines().any(|shown| shown == line), "{line} in {shown}");
        }
        assert!(shown.contains("From the environment: nothing."), "{shown}");
        let again = super::shown(&shown, |_| None).unwrap();
        assert_eq!((&again.0, again.1), (&shown, problems));
    }
}
