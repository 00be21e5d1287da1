//! Parsing a row of an invoice feed. An unreadable row is reported with its line number; all others are still read.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Bill, BillLine, Delivered};
use crate::kernel::day::iso_day;
use crate::kernel::money::{Currency, Money};
use crate::kernel::unicode::is_invisible;

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRowError {
    /// Line number in the feed; 0 for the feed itself.
    pub line: usize,
    /// The invoice number, if readable.
    pub number: Option<String>,
    /// Description of the problem.
    pub why: String,
}

/// Field names of a feed. Dots address nested objects: `customer.id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
        match found(self, name)? {
            Value::String(text) => {
                let seen: String = text.chars().filter(|c| !is_invisible(*c)).collect();
                Some(seen.trim().to_owned()).filter(|text| !text.is_empty())
            }
            // A JSON number with up to 15 digits is exact. With more digits it may have been rounded, so it must not be
            // used as an amount.
            Value::Number(number) => {
                let digits = number.to_string();
                // Some programs write every number as a floating-point one.
                let digits = digits.strip_suffix(".0").unwrap_or(&digits).to_owned();
                let exact = !number.is_f64() || digits.bytes().filter(u8::is_ascii_digit).count() <= 15;
                Some(if exact { digits } else { format!("{digits} (not exact; send it as text)") })
            }
            _ => None,
        }
    }
}

/// The value of a field; dots address nested objects.
fn found<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| name.split('.').try_fold(object, |value, part| value.get(part)))
}

/// The text or number of a field. What is neither is an error, because it would otherwise be taken for a missing field.
fn plain(object: &Value, name: &str) -> Result<Option<String>, String> {
    match found(object, name) {
        Some(Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            Err(format!("field “{name}” must be a text or a number"))
        }
        _ => Ok(object.text(name)),
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
        let field = |name: &str| plain(&row.fields, name).map_err(bad);
        let needed = |name: &str| field(name)?.ok_or_else(|| bad(format!("field “{name}” is missing or empty")));
        let told = number.clone().filter(|number| number.chars().count() <= 100);
        let told = told.ok_or_else(|| bad(format!("field “{}” must hold 1 to 100 characters", names.number)))?;
        // Some sources describe the currency by an object, beside which the configured one applies.
        let described = self.currency.is_some() && found(&row.fields, &names.currency).is_some_and(Value::is_object);
        let code = if described { None } else { field(&names.currency)? };
        let currency = match code.map(Currency::try_from).transpose().map_err(bad)? {
            Some(none) if !none.is_real() => return Err(bad(format!("“{none}” stands for no currency"))),
            given => given.or(self.currency),
        };
        let currency = currency.ok_or_else(|| bad(format!("field “{}” is missing or empty", names.currency)))?;
        let amount = |text: &str| Money::parse(text, self.decimal, currency).map_err(|wrong| bad(wrong.to_string()));
        let date =
            |text: &str| self.date(text, zone).ok_or_else(|| bad(format!("“{text}” is no date in the form expected")));
        let total = amount(&needed(&names.total)?)?;
        let tax = field(&names.tax)?.map(|text| amount(&text)).transpose()?;
        if let Some(tax) = tax {
            check_tax(tax, total).map_err(bad)?;
        }
        Ok(Bill {
            date: date(&needed(&names.date)?)?,
            due: field(&names.due)?.map(|text| date(&text)).transpose()?,
            total,
            tax,
            lines: self.lines(row, currency).map_err(bad)?,
            delivered: self.status(field(&names.status)?.as_deref()).map_err(bad)?,
            customer: needed(&names.customer)?,
            place: field(&names.place)?,
            number: told,
        })
    }

    /// The day that a text means, in the configured form or in that of ISO 8601.
    fn date(&self, text: &str, zone: &TimeZone) -> Option<Date> {
        let day_of = |at: Timestamp| at.to_zoned(zone.clone()).date();
        if let Some(format) = &self.date_format {
            let read = strtime::parse(format, text).ok()?;
            let at = read.to_zoned().map(|at| at.timestamp()).or_else(|_| read.to_timestamp());
            return at.map(day_of).or_else(|_| read.to_date()).ok();
        }
        iso_day(text, zone)
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
        let listed = found(&row.fields, &self.fields.lines);
        let rows: Vec<&Value> = match listed {
            Some(Value::Array(listed)) if listed.iter().all(Value::is_object) => listed.iter().collect(),
            Some(listed) if !listed.is_null() && listed.as_str().is_none_or(|text| !text.trim().is_empty()) => {
                return Err(format!("field “{}” must be a list of objects", self.fields.lines));
            }
            _ => std::iter::once(&row.fields).chain(&row.more).filter(|it| it.text(&names.text).is_some()).collect(),
        };
        let read = |line: &&Value| {
            let amount = plain(line, &names.amount)?.ok_or_else(|| format!("a line has no “{}”", names.amount))?;
            let amount = Money::parse(&amount, self.decimal, currency).map_err(|wrong| wrong.to_string())?;
            let text = plain(line, &names.text)?.unwrap_or_default().chars().take(500).collect();
            Ok(BillLine { text, quantity: plain(line, &names.quantity)?, amount })
        };
        rows.iter().map(read).collect()
    }
}

/// Tax is a part of the total: it has the total's sign, and is not more.
fn check_tax(tax: Money, total: Money) -> Result<(), String> {
    let (part, whole) = (tax.minor.unsigned_abs(), total.minor.unsigned_abs());
    match tax.minor {
        0 => Ok(()),
        _ if part > whole => Err(format!("the tax {} is more than the total {}", tax.number(), total.number())),
        minor if minor.signum() != total.minor.signum() => {
            Err(format!("the tax {} and the total {} have different signs", tax.number(), total.number()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::invoices::InvoiceStatus;

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
    fn p09_a_date_is_read_as_a_whole_or_refused() {
        let (june, next) = (Some(date(2026, 6, 1)), Some(date(2026, 6, 2)));
        for (text, expected) in [
            ("2026-06-01", june),
            ("2026-06-01T23:30:00", june),
            ("2026-06-01 00:00:00.000", june),
            ("2026-06-01T24:00:00Z", next),
            ("2026-06-01T24:00:00", next),
            ("2026-06-01 24:00", next),
            ("2026-06-01T23:30:00 -0500", next),
            ("2026-06-01T23:30:00-05:00", next),
            ("2026-06-02 01:30:00 +02:00", june),
            ("2026-06-01 23:30:00 UTC", june),
            ("2026-06-01T24:00:01Z", None),
            ("2026-06-01T23:30:00 EST", None),
            ("2026-06-01Tgarbage", None),
            ("2026-06-01 garbage", None),
            ("2026-06-0112", None),
            ("2026-06-01T99:99:99", None),
            ("2026-06-01T10:00:00+99:00", None),
            ("2026-06-01+99:00", None),
            ("2026-06-01T10:00[Europe/Berlin]", None),
            ("2026-06-31", None),
        ] {
            assert_eq!(day("UTC", None, text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn p09_nothing_is_read_behind_a_date(rest in "[ -~]{1,12}") {
            let read = day("UTC", None, &format!("2026-06-01{rest}"));
            let is_time = rest.trim().is_empty() || rest.starts_with(['T', 't', ' ']) && rest.contains(|c: char| c.is_ascii_digit());
            prop_assert!(read.is_none() || is_time, "{rest:?} is read as {read:?}");
        }
    }

    fn read(fields: Value) -> Result<Bill, String> {
        let mut all =
            json!({ "number": "2026-1", "date": "2026-06-01", "currency": "EUR", "total": "120.00", "customer": "7" });
        for (name, value) in fields.as_object().unwrap() {
            all[name.as_str()] = value.clone();
        }
        let mapping = Mapping {
            fields: FieldNames::default(),
            currency: None,
            decimal: '.',
            date_format: None,
            statuses: BTreeMap::new(),
        };
        mapping.read(&Row { line: 1, fields: all, more: Vec::new() }, &TimeZone::UTC).map_err(|bad| bad.why)
    }

    #[test]
    fn p09_a_value_of_the_wrong_kind_is_refused_and_never_lost() {
        for field in ["number", "date", "due", "currency", "total", "tax", "status", "customer", "place"] {
            for value in [json!(true), json!(false), json!({ "a": 1 }), json!(["x"])] {
                let why = read(json!({ field: value })).unwrap_err();
                assert!(why.contains(field), "{field}: {why}");
            }
        }
        for lines in [json!({ "text": "a", "amount": "1" }), json!("a"), json!(1), json!([1]), json!(["a"])] {
            let why = read(json!({ "lines": lines })).unwrap_err();
            assert!(why.contains("lines"), "{why}");
        }
        assert!(read(json!({ "lines": [{ "text": ["a"], "amount": 1 }] })).is_err());
        for lines in [json!(null), json!([]), json!("")] {
            assert_eq!(read(json!({ "lines": lines })).unwrap().lines, []);
        }
    }

    #[test]
    fn p09_impossible_tax_and_no_currency_are_refused() {
        for (total, tax, fits) in [
            ("120.00", "20.00", true),
            ("120.00", "0", true),
            ("-120.00", "-20.00", true),
            ("120.00", "120.01", false),
            ("120.00", "-20.00", false),
            ("-120.00", "20.00", false),
            ("-120.00", "-120.01", false),
            ("0", "0.01", false),
        ] {
            assert_eq!(read(json!({ "total": total, "tax": tax })).is_ok(), fits, "{tax} of {total}");
        }
        for code in ["XXX", "xts"] {
            assert!(read(json!({ "currency": code })).unwrap_err().contains("no currency"));
        }
    }

    #[test]
    fn p09_an_identifier_is_the_same_in_every_spelling() {
        for customer in [json!(21_000_000_001_i64), json!(21_000_000_001.0), json!("\u{feff}21000000001\u{200b}")] {
            assert_eq!(read(json!({ "customer": customer })).unwrap().customer, "21000000001", "{customer}");
        }
    }

    #[test]
    fn p09_a_credit_note_or_an_invoice_over_zero_is_not_due() {
        let after = date(2026, 8, 1);
        for (total, status, listed_as) in [
            ("10.00", InvoiceStatus::Overdue, Delivered::Open),
            ("0.00", InvoiceStatus::NothingToPay, Delivered::Paid),
            ("-10.00", InvoiceStatus::CreditNote, Delivered::Credited),
        ] {
            let bill = read(json!({ "total": total, "due": "2026-07-01" })).unwrap();
            assert_eq!((bill.status(after), bill.listed_as()), (status, listed_as), "{total}");
            assert_eq!(bill.payable_until().is_some(), status == InvoiceStatus::Overdue);
        }
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
