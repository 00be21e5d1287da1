//! Configuration of the client: where the file is, and the names of its columns.

use jiff::SignedDuration;
use serde::Deserialize;

use crate::feed::Location;

/// Configuration of the client.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name of the system in record keys.
    pub name: String,
    /// Where the file is.
    pub location: Location,
    /// The character between two fields.
    pub delimiter: u8,
    /// What the columns are called.
    pub columns: Columns,
    /// The doctor warns about a file on a disk that is older.
    pub max_age: Option<SignedDuration>,
}

impl Config {
    /// The configuration with default values for everything optional.
    pub fn new(name: impl Into<String>, location: Location) -> Self {
        Self { name: name.into(), location, delimiter: b',', columns: Columns::default(), max_age: None }
    }
}

/// What the columns are called, in any letter case. A column that is named here must be in the file, so that a slip in an export removes
/// nothing from contacts. Of the others, `id` and `email` must be there under their own names, and the rest is read if it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// Unique; letters, digits, `-` and `_`.
    pub id: Option<String>,
    /// The primary address.
    pub email: Option<String>,
    /// Further addresses in one field, with commas, semicolons or blanks between them.
    pub other_emails: Option<String>,
    /// The whole name; without it, first and last name, or the company.
    pub display_name: Option<String>,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The company.
    pub company: Option<String>,
    /// The work phone.
    pub phone: Option<String>,
    /// The mobile phone.
    pub mobile: Option<String>,
    /// The lifecycle stage's name.
    pub lifecycle_stage: Option<String>,
    /// When the contact last changed: `2026-01-31T12:00:00Z`, or without an offset in UTC.
    pub updated_at: Option<String>,
}

/// The columns as a file's first row names them.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) other_emails: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) company: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) lifecycle_stage: Option<String>,
    pub(super) updated_at: Option<String>,
}

impl Columns {
    /// Looks for the columns in a first row.
    pub(super) fn found_in(&self, names: &csv::StringRecord) -> Result<Found, String> {
        let optional = |named: &Option<String>, usual: &str| find(names, named.as_deref(), usual);
        let mandatory = |named: &Option<String>, usual: &str| optional(named, usual)?.ok_or_else(|| missing(usual));
        Ok(Found {
            id: mandatory(&self.id, "id")?,
            email: mandatory(&self.email, "email")?,
            other_emails: optional(&self.other_emails, "other_emails")?,
            display_name: optional(&self.display_name, "display_name")?,
            first_name: optional(&self.first_name, "first_name")?,
            last_name: optional(&self.last_name, "last_name")?,
            company: optional(&self.company, "company")?,
            phone: optional(&self.phone, "phone")?,
            mobile: optional(&self.mobile, "mobile")?,
            lifecycle_stage: optional(&self.lifecycle_stage, "lifecycle_stage")?,
            updated_at: optional(&self.updated_at, "updated_at")?,
        })
    }
}

fn find(names: &csv::StringRecord, named: Option<&str>, usual: &str) -> Result<Option<String>, String> {
    let wanted = named.unwrap_or(usual);
    let mut same = names.iter().map(str::trim).filter(|name| name.eq_ignore_ascii_case(wanted));
    match (same.next(), same.next()) {
        (Some(name), None) => Ok(Some(name.to_owned())),
        (Some(_), Some(_)) => Err(format!("its first row names two columns “{wanted}”")),
        (None, _) if named.is_some() => Err(missing(wanted)),
        (None, _) => Ok(None),
    }
}

fn missing(name: &str) -> String {
    format!("its first row names no column “{name}”")
}
