//! Parsing a row of an invoice feed. An unreadable row is reported with its line number; all others are still read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;

use super::{Bill, BillLine, Delivered};
use crate::kernel::money::{Currency, Money};

/// A row of a feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Line number in the feed, or position in the list, from 1.
    pub line: usize,
    /// The fields. In a table, all values are text.
    pub fields: Value,
    /// Further rows of the same invoice, if each line item has its own row.
    pub more: Vec<Value>,
}

/// An unreadable row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, Deserialize)]
pub struct InvoiceRowError {
    /// Line number in the feed; 0 for the feed itself.
    pub line: usize,
    /// The invoice number, if readable.
    pub number: Option<String>,
    /// Description of the problem.
    pub why: String,
}

/// Field names of a feed. Dots address nested objects: `customer.id`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FieldNames {
    /// Invoice number, which is also the invoice's id in the source.
    pub number: String,
    /// Invoice date.
    pub date: String,
    /// Due date.
    pub due: String,
    /// Currency; without such a field, [`Mapping::currency`] applies.
    pub currency: String,
    /// Total amount.
    pub total: String,
    /// Tax included in the total.
    pub tax: String,
    /// State of the invoice.
    pub status: String,
    /// Identifier of the customer.
    pub customer: String,
    /// Name of the place.
    pub place: String,
    /// List of line items. In a table, each line item can have its own row, if it has one of the line's fields.
    pub lines: String,
    /// Field names of a line item.
    pub line: LineNames,
}

/// Field names of a line item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LineNames {
    /// Description.
    pub text: String,
    /// Quantity.
    pub quantity: String,
    /// Total amount of the line.
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

/// Configuration for parsing rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// Field names.
    pub fields: FieldNames,
    /// Currency of rows without one.
    pub currency: Option<Currency>,
    /// The decimal sign of amounts: `.` or `,`.
    pub decimal: char,
    /// Date format for `strptime`; `None` for `2026-05-31`.
    pub date_format: Option<String>,
    /// The feed's own words for states, in lower case.
    pub statuses: BTreeMap<String, Delivered>,
}

/// Access to the text of a field.
pub trait Text {
    /// The text or number of a field; dots address nested objects. `None` if missing, empty or null.
    fn text(&self, name: &str) -> Option<String>;
}

impl Text for Value {
    fn text(&self, name: &str) -> Option<String> {
        let found = self.get(name).or_else(|| name.split('.').try_fold(self, |value, part| value.get(part)))?;
        match found {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            // A JSON number with up to 15 digits is exact. With more digits it may have been rounded, so it must not be
            // used as an amount.
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
    /// Parses a row. A moment is on a day of the time zone.
    ///
    /// # Errors
    /// The first problem found.
    pub fn read(&self, row: &Row, zone: &TimeZone) -> Result<Bill, InvoiceRowError> {
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
        let date =
            |text: &str| self.date(text, zone).ok_or_else(|| bad(format!("“{text}” is no date in the form expected")));
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

    /// The day that a text means. A moment with an offset is on a day of the time zone: `2026-05-31T22:00:00Z` is on
    /// 1 June in Berlin. Any other date or time is already a day there.
    fn date(&self, text: &str, zone: &TimeZone) -> Option<Date> {
        let day_of = |at: Timestamp| at.to_zoned(zone.clone()).date();
        match &self.date_format {
            Some(format) => {
                let read = strtime::parse(format, text).ok()?;
                read.to_timestamp().map(day_of).or_else(|_| read.to_date()).ok()
            }
            None => match text.parse::<Timestamp>() {
                Ok(at) => Some(day_of(at)),
                Err(_) => text.get(..10).and_then(|date| date.parse().ok()),
            },
        }
    }

    fn status(&self, word: Option<&str>) -> Result<Delivered, String> {
        let Some(word) = word else { return Ok(Delivered::Open) };
        let known = self.statuses.get(&word.to_lowercase()).copied();
        // Overdue is not a state of the source: it follows from the due date.
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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn day(zone: &str, format: Option<&str>, text: &str) -> Option<Date> {
        let mapping = Mapping {
            fields: FieldNames::default(),
            currency: None,
            decimal: '.',
            date_format: format.map(ToOwned::to_owned),
            statuses: BTreeMap::new(),
        };
        mapping.date(text, &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn p09_a_moment_is_on_a_day_of_the_time_zone() {
        let (may, june) = (Some(date(2026, 5, 31)), Some(date(2026, 6, 1)));
        for (zone, text, expected) in [
            ("Europe/Berlin", "2026-05-31T22:00:00Z", june),
            ("Europe/Berlin", "2026-05-31T21:59:59Z", may),
            ("Europe/Berlin", "2026-06-01T00:00:00+02:00", june),
            ("UTC", "2026-05-31T22:00:00Z", may),
            ("America/New_York", "2026-06-01T02:00:00Z", may),
            ("Europe/Berlin", "2026-05-31", may),
            ("Europe/Berlin", "2026-05-31T23:30:00", may),
            ("Europe/Berlin", "2026-05-31 23:30", may),
        ] {
            assert_eq!(day(zone, None, text), expected, "{zone} {text}");
        }
        assert_eq!(day("Europe/Berlin", Some("%d.%m.%Y"), "31.05.2026"), may);
        assert_eq!(day("Europe/Berlin", Some("%d.%m.%Y %H:%M %z"), "31.05.2026 22:00 +0000"), june);
        assert_eq!(day("UTC", None, "tomorrow"), None);
    }

    #[test]
    fn p09_days_of_23_and_25_hours_begin_at_their_own_midnight() {
        for (text, expected) in [
            ("2026-03-28T22:59:59Z", date(2026, 3, 28)),
            ("2026-03-28T23:00:00Z", date(2026, 3, 29)),
            ("2026-03-29T21:59:59Z", date(2026, 3, 29)),
            ("2026-03-29T22:00:00Z", date(2026, 3, 30)),
            ("2026-10-24T22:00:00Z", date(2026, 10, 25)),
            ("2026-10-25T22:59:59Z", date(2026, 10, 25)),
            ("2026-10-25T23:00:00Z", date(2026, 10, 26)),
        ] {
            assert_eq!(day("Europe/Berlin", None, text), Some(expected), "{text}");
        }
    }
}
