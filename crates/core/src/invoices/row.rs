//! From a row of a feed to what it says of an invoice. A row that cannot be read is named with its line, and loses nothing else.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

use super::{Bill, BillLine, Delivered};
use crate::kernel::money::{Currency, Money};

/// A row of a feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its line in the feed, or its place in the list; from 1.
    pub line: usize,
    /// Its fields. Rows of a table have text only.
    pub fields: Value,
    /// Further rows of the same invoice, when each of its lines has a row.
    pub more: Vec<Value>,
}

/// A row that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct InvoiceRowError {
    /// Its line in the feed; 0: the feed itself.
    pub line: usize,
    /// The invoice's number, if that could be read.
    pub number: Option<String>,
    /// What is wrong with it.
    pub why: String,
}

/// How a feed names things. A name with dots leads into objects: `customer.id`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldNames {
    /// The number, which is the invoice's id in its source too.
    pub number: String,
    /// The date.
    pub date: String,
    /// The due date.
    pub due: String,
    /// The currency; when there is no such field, [`Mapping::currency`].
    pub currency: String,
    /// What is to be paid.
    pub total: String,
    /// The tax in it.
    pub tax: String,
    /// How it stands.
    pub status: String,
    /// Who is to pay.
    pub customer: String,
    /// At what place.
    pub place: String,
    /// The list of what was sold; in a table, each line has a row of its own if one of the line's fields is there.
    pub lines: String,
    /// The fields of a line.
    pub line: LineNames,
}

/// How a feed names the fields of a line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LineNames {
    /// What was sold.
    pub text: String,
    /// How many.
    pub quantity: String,
    /// What all of it costs.
    pub amount: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        let name = |name: &str| name.to_owned();
        Self {
            number: name("number"),
            date: name("date"),
            due: name("due"),
            currency: name("currency"),
            total: name("total"),
            tax: name("tax"),
            status: name("status"),
            customer: name("customer"),
            place: name("place"),
            lines: name("lines"),
            line: LineNames::default(),
        }
    }
}

impl Default for LineNames {
    fn default() -> Self {
        let name = |name: &str| name.to_owned();
        Self { text: name("text"), quantity: name("quantity"), amount: name("amount") }
    }
}

/// How rows are understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// How the feed names things.
    pub fields: FieldNames,
    /// The currency of rows that tell none.
    pub currency: Option<Currency>,
    /// The decimal sign of amounts: `.` or `,`.
    pub decimal: char,
    /// How dates are written, as `strftime` has it; none: `2026-05-31`.
    pub date_format: Option<String>,
    /// The feed's own words for how an invoice stands, in lower case.
    pub statuses: BTreeMap<String, Delivered>,
}

/// A field's text.
pub trait Text {
    /// The text or number at a name with dots; none: not there, empty or null.
    fn text(&self, name: &str) -> Option<String>;
}

impl Text for Value {
    fn text(&self, name: &str) -> Option<String> {
        let found = self.get(name).or_else(|| name.split('.').try_fold(self, |value, part| value.get(part)))?;
        match found {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            // Up to 15 digits a number of JSON is the one that was written. One with more may be another by now: it is no amount.
            Value::Number(number) => {
                let digits = number.to_string();
                let exact = !number.is_f64() || digits.bytes().filter(u8::is_ascii_digit).count() <= 15;
                Some(if exact { digits } else { format!("{digits} (not exact; send it as text)") })
            }
            _ => None,
        }
    }
}

impl Mapping {
    /// What a row says.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self, row: &Row) -> Result<Bill, InvoiceRowError> {
        let names = &self.fields;
        let number = row.fields.text(&names.number);
        let bad = |why: String| InvoiceRowError { line: row.line, number: number.clone(), why };
        let needed =
            |name: &str| row.fields.text(name).ok_or_else(|| bad(format!("field “{name}” is missing or empty")));
        let told = number.clone().filter(|number| number.chars().count() <= 100);
        let told = told.ok_or_else(|| bad(format!("field “{}” must hold 1 to 100 characters", names.number)))?;
        let currency = match row.fields.text(&names.currency) {
            Some(code) => Some(Currency::try_from(code).map_err(bad)?),
            None => self.currency,
        };
        let currency = currency.ok_or_else(|| bad(format!("field “{}” is missing or empty", names.currency)))?;
        let amount = |text: &str| Money::parse(text, self.decimal, currency).map_err(|wrong| bad(wrong.to_string()));
        let date = |text: &str| self.date(text).ok_or_else(|| bad(format!("“{text}” is no date in the form expected")));
        Ok(Bill {
            date: date(&needed(&names.date)?)?,
            due: row.fields.text(&names.due).map(|text| date(&text)).transpose()?,
            total: amount(&needed(&names.total)?)?,
            tax: row.fields.text(&names.tax).map(|text| amount(&text)).transpose()?,
            lines: self.lines(row, currency).map_err(bad)?,
            delivered: self.status(row.fields.text(&names.status).as_deref()).map_err(bad)?,
            customer: needed(&names.customer)?,
            place: row.fields.text(&names.place),
            number: told,
        })
    }

    fn date(&self, text: &str) -> Option<Date> {
        match &self.date_format {
            Some(format) => Date::strptime(format, text).ok(),
            // A moment begins with its date.
            None => text.get(..10).and_then(|date| date.parse().ok()),
        }
    }

    fn status(&self, word: Option<&str>) -> Result<Delivered, String> {
        let Some(word) = word else { return Ok(Delivered::Open) };
        let known = self.statuses.get(&word.to_lowercase()).copied();
        // Overdue is not told but follows from the date.
        let usual = || match word.to_lowercase().as_str() {
            "overdue" => Some(Delivered::Open),
            word => Delivered::parse(word),
        };
        known.or_else(usual).ok_or_else(|| format!("“{word}” is no known status; add it under [invoices.statuses]"))
    }

    fn lines(&self, row: &Row, currency: Currency) -> Result<Vec<BillLine>, String> {
        let names = &self.fields.line;
        let listed = row.fields.get(&self.fields.lines).and_then(Value::as_array);
        let rows: Vec<&Value> = match listed {
            Some(listed) => listed.iter().collect(),
            None => std::iter::once(&row.fields).chain(&row.more).filter(|it| it.text(&names.text).is_some()).collect(),
        };
        let read = |line: &&Value| {
            let amount = line.text(&names.amount).ok_or_else(|| format!("a line has no “{}”", names.amount))?;
            let amount = Money::parse(&amount, self.decimal, currency).map_err(|wrong| wrong.to_string())?;
            let text = line.text(&names.text).unwrap_or_default().chars().take(500).collect();
            Ok(BillLine { text, quantity: line.text(&names.quantity), amount })
        };
        rows.iter().map(read).collect()
    }
}
