//! A CSV file of contacts as CRM.

use std::sync::Arc;

use anyhow::{Context, ensure};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_connect::{Environment, contacts_csv, feed::Location};
use tessera_core::kernel::record::address::AddressPattern;
use tessera_core::kernel::record::deal::CustomerStages;
use tessera_hub::ports::Crm;

use super::CrmSection;
use super::masking::{Address, masked};

/// The section `[contacts_csv]`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ContactsCsv {
    #[serde(default = "usual_name")]
    pub name: String,
    /// A URL, or the path of a file.
    pub location: Address,
    /// The value of the `Authorization` header, if the URL requires one.
    #[serde(serialize_with = "masked")]
    pub authorization: Option<SecretString>,
    /// Field separator. `None`: that of the first row.
    pub delimiter: Option<char>,
    /// Age in hours from which the doctor warns about the file. `None`: never.
    pub max_age_hours: Option<u32>,
    /// The lifecycle stages in which a contact is a customer.
    #[serde(default)]
    pub customer_stages: CustomerStages,
    /// Address of a contact in the pages of the system that exports the file.
    pub contact_link: Option<AddressPattern>,
    #[serde(default)]
    pub columns: contacts_csv::Columns,
}

fn usual_name() -> String {
    "contacts".to_owned()
}

impl CrmSection for ContactsCsv {
    fn name(&self) -> &str {
        &self.name
    }

    fn contact_link(&self) -> Option<&AddressPattern> {
        self.contact_link.as_ref()
    }

    fn customer_stages(&self) -> &CustomerStages {
        &self.customer_stages
    }

    fn connect(&self, environment: Environment, time_zone: TimeZone) -> anyhow::Result<Arc<dyn Crm>> {
        ensure!(!self.location.is_empty(), "contacts_csv.location is empty: it is an address, or the path of a file");
        let location = Location::parse(&self.location, self.authorization.clone());
        let mut config =
            contacts_csv::Config::new(&self.name, location.context("contacts_csv.location is no address")?);
        let ascii = |delimiter: char| u8::try_from(delimiter).ok().filter(u8::is_ascii);
        let delimiter =
            self.delimiter.map(|it| ascii(it).context("contacts_csv.delimiter must be one ASCII character"));
        config.delimiter = delimiter.transpose()?;
        config.columns = self.columns.clone();
        config.time_zone = time_zone;
        config.max_age = self.max_age_hours.map(|hours| SignedDuration::from_hours(hours.into()));
        Ok(Arc::new(contacts_csv::ContactsCsv::new(config, environment)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;

    const EXAMPLE: &str = include_str!("../../../../examples/tessera.toml");

    /// The annotated example, with its section `[contacts_csv]` instead of `[freshsales]`.
    fn with_contacts() -> String {
        let (before, rest) = EXAMPLE.split_once("\n[freshsales]\n").unwrap();
        let (_, after) = rest.split_once("\n# Where customers sign in.").unwrap();
        let (_, section) = rest.split_once("# [contacts_csv]\n").unwrap();
        let (section, _) = section.split_once("\n\n").unwrap();
        let section: Vec<&str> = section.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect();
        format!("{before}\n[contacts_csv]\n{}\n# {after}", section.join("\n"))
    }

    #[test]
    fn the_example_of_a_contacts_file_is_valid() {
        let config = Config::parse(&with_contacts(), |_| None).unwrap();
        assert_eq!(config.crm().unwrap().name(), "contacts");
        let section = config.contacts_csv.unwrap();
        assert_eq!((section.delimiter, section.max_age_hours), (Some(';'), Some(26)));
        assert_eq!(section.columns.id.as_deref(), Some("CustomerNo"));
    }

    #[test]
    fn exactly_one_crm_is_configured() {
        let both = format!("{EXAMPLE}\n[contacts_csv]\nlocation = \"/srv/contacts.csv\"\n");
        let error = format!("{:#}", Config::parse(&both, |_| None).unwrap_err());
        assert!(error.contains("2 CRMs") && error.contains("[freshsales], [contacts_csv]"), "{error}");
    }
}
