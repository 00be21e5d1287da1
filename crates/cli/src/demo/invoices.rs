//! The demo's invoice source: a file of fictional invoices for some of its customers.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use tessera_core::invoices::FieldNames;

use super::stand_ins::StandIns;
use crate::config::Invoices;

/// Number of customers with an account who have invoices.
const CUSTOMERS: usize = 12;

/// Writes the invoices and returns the configuration of their source.
pub(super) fn kept(data: &Path, stand_ins: &StandIns, today: Date) -> anyhow::Result<Invoices> {
    let file = data.join("invoices.json");
    let known = stand_ins.world.known_users().take(CUSTOMERS).map(|(person, ..)| person);
    let customers = known.chain(stand_ins.resident.iter().map(|resident| &resident.person));
    let mut invoices = Vec::new();
    for (number, person) in (1..).zip(customers) {
        for (part, weeks, status) in [(1, 20, "paid"), (2, 5, "open"), (3, 1, "open")] {
            let date = today.checked_sub((weeks * 7).days()).context("a date of the demo's books")?;
            invoices.push(invoice(&format!("{}-{number:02}{part}", date.year()), person.requester_id, date, status)?);
        }
    }
    std::fs::write(&file, json!({ "invoices": invoices }).to_string())
        .with_context(|| format!("cannot write {}", file.display()))?;
    Ok(Invoices {
        name: "books".to_owned(),
        format: "json".to_owned(),
        location: file.display().to_string().into(),
        authorization: None,
        list: "invoices".to_owned(),
        delimiter: None,
        decimal: '.',
        currency: Some("EUR".to_owned()),
        date_format: None,
        customer_key: "requester_id".to_owned(),
        every_minutes: 1,
        fields: FieldNames::default(),
        statuses: BTreeMap::new(),
        places: BTreeMap::new(),
    })
}

fn invoice(number: &str, requester: u64, date: Date, status: &str) -> anyhow::Result<Value> {
    let due = date.checked_add(14.days()).context("a date of the demo's books")?;
    Ok(json!({
        "number": number, "date": date.to_string(), "due": due.to_string(), "status": status,
        "customer": requester.to_string(), "total": "357.00", "tax": "57.00",
        "lines": [
            { "text": "Yearly inspection of the inverter", "quantity": "1", "amount": "180.00" },
            { "text": "Service engineer, hours", "quantity": "2", "amount": "120.00" },
        ],
    }))
}
