//! The section `[invoices]`: the invoice source and its mapping.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tessera_connect::Environment;
use tessera_connect::invoice_feed::{Feed, Format, Location};
use tessera_core::invoices::{CustomerKey, Delivered, FieldNames, Mapping};
use tessera_core::kernel::ids::PlaceId;
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::ports::{Crm, InvoiceSource, ServiceDesk};

use super::masking::{Address, masked};

/// The section `[invoices]`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Invoices {
    /// Name of the source.
    #[serde(default = "usual_name")]
    pub name: String,
    /// `json`, `csv`, or `freshsales`: the CRM's won deals.
    pub format: String,
    /// A URL, or the path of a file. Not needed for the CRM.
    #[serde(default)]
    pub location: Address,
    /// The value of the `Authorization` header, if the URL requires one.
    #[serde(serialize_with = "masked")]
    pub authorization: Option<SecretString>,
    /// The name of the list in a JSON object.
    #[serde(default = "usual_name")]
    pub list: String,
    /// Field separator of a table. `None`: that of its first row.
    pub delimiter: Option<char>,
    /// Decimal separator.
    #[serde(default = "point")]
    pub decimal: char,
    /// Currency of rows without one.
    pub currency: Option<String>,
    /// Date format, as for `strftime`.
    pub date_format: Option<String>,
    /// The key that identifies customers: `requester_id`, `contact_id`, `email`, or `account:MARKETPLACE`.
    pub customer_key: String,
    /// Interval between readings, in minutes. 0: only on request.
    #[serde(default = "hour")]
    pub every_minutes: i64,
    /// Names of the source's fields.
    #[serde(default)]
    pub fields: FieldNames,
    /// The source's terms for `open`, `paid` and `credited`.
    #[serde(default)]
    pub statuses: BTreeMap<String, Delivered>,
    /// Places, by their names in the source.
    #[serde(default)]
    pub places: BTreeMap<String, PlaceId>,
}

fn usual_name() -> String {
    "invoices".to_owned()
}

const fn point() -> char {
    '.'
}

const fn hour() -> i64 {
    60
}

impl Invoices {
    /// The invoice source of the hub, with its mapping.
    pub fn read_from(
        &self,
        desk: &dyn ServiceDesk,
        crm: &Arc<dyn Crm>,
        environment: Environment,
    ) -> anyhow::Result<tessera_hub::Invoices> {
        let source = self.source(crm, environment)?;
        ensure!(matches!(self.decimal, '.' | ','), "invoices.decimal is a point or a comma");
        let currency = self.currency.clone().map(Currency::try_from).transpose().map_err(anyhow::Error::msg);
        let statuses = self.statuses.iter().map(|(word, status)| (word.to_lowercase(), *status));
        let own_fields = self.fields != FieldNames::default();
        Ok(tessera_hub::Invoices {
            mapping: Mapping {
                fields: if own_fields { self.fields.clone() } else { source.usual_fields() },
                currency: currency.context("invoices.currency")?,
                decimal: self.decimal,
                date_format: self.date_format.clone(),
                statuses: statuses.collect(),
            },
            source,
            customer: self.customer(desk.name(), crm.name())?,
            places: self.places.clone(),
            every: SignedDuration::from_mins(self.every_minutes),
        })
    }

    /// The source. Each kind of source has one line here.
    fn source(&self, crm: &Arc<dyn Crm>, environment: Environment) -> anyhow::Result<Arc<dyn InvoiceSource>> {
        let ascii = |delimiter: char| u8::try_from(delimiter).ok().filter(u8::is_ascii);
        let delimiter = self.delimiter.map(|it| ascii(it).context("invoices.delimiter must be one ASCII character"));
        let delimiter = delimiter.transpose()?;
        let feed = |format| -> anyhow::Result<Arc<dyn InvoiceSource>> {
            Ok(Arc::new(Feed::new(&self.name, self.location()?, format, self.fields.clone(), environment)?))
        };
        match self.format.as_str() {
            "json" => feed(Format::Json { list: self.list.clone() }),
            "csv" => feed(Format::Csv { delimiter }),
            "freshsales" => {
                crm.clone().won_deals().context("invoices.format is “freshsales”, but the CRM has no deals")
            }
            other => bail!("invoices.format is “{other}”: it is json, csv or freshsales"),
        }
    }

    fn location(&self) -> anyhow::Result<Location> {
        Location::parse(&self.location, self.authorization.clone()).context("invoices.location is no address")
    }

    fn customer(&self, desk: &str, crm: &str) -> anyhow::Result<CustomerKey> {
        let record = |system: &str, kind| CustomerKey::Record(RecordKey::new(system, kind, ""));
        Ok(match self.customer_key.split_once(':') {
            None if self.customer_key == "requester_id" => record(desk, Kind::Requester),
            None if self.customer_key == "contact_id" => record(crm, Kind::Contact),
            None if self.customer_key == "email" => CustomerKey::Email,
            Some(("account", marketplace)) => record(marketplace, Kind::Account),
            _ => bail!(
                "invoices.customer_key is “{}”: it is requester_id, contact_id, email or account:MARKETPLACE",
                self.customer_key
            ),
        })
    }
}
