//! Configuration: location of the file, and column names.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::feed::Location;

/// Configuration of the client.
#[derive(Debug, Clone)]
pub struct Config {
    /// The system's configured name, as in record keys.
    pub name: String,
    /// Location of the file.
    pub location: Location,
    /// Field delimiter. `None`: that of the first row.
    pub delimiter: Option<u8>,
    /// Column names.
    pub columns: Columns,
    /// Time zone of times without an offset.
    pub time_zone: TimeZone,
    /// Maximum age of a file on disk; the doctor warns about an older one.
    pub max_age: Option<SignedDuration>,
}

impl Config {
    /// Creates a configuration with default values for all optional settings.
    pub fn new(name: impl Into<String>, location: Location) -> Self {
        let (columns, time_zone) = (Columns::default(), TimeZone::UTC);
        Self { name: name.into(), location, delimiter: None, columns, time_zone, max_age: None }
    }
}

/// Column names; case does not matter. A configured column must exist in the file, so that a mistake in an export does
/// not clear a field of all contacts. `id` and `email` must always exist, by default under these names. Other columns
/// without configuration are read if they exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Columns {
    /// Unique id: letters, digits, `-` and `_`.
    pub id: Option<String>,
    /// The primary e-mail address.
    pub email: Option<String>,
    /// Further addresses in one field, separated by commas, semicolons or blanks.
    pub other_emails: Option<String>,
    /// Full name. Without it, the name consists of first and last name, or is the company.
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
    /// The fax.
    pub fax: Option<String>,
    /// The web site.
    pub website: Option<String>,
    /// Name of the lifecycle stage.
    pub lifecycle_stage: Option<String>,
    /// Time of the last change: `2026-01-31T12:00:00Z`; without an offset, in the installation's time zone.
    pub updated_at: Option<String>,
}

/// The actual column names in a file's first row, and how its times are read.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) time_zone: TimeZone,
    pub(super) id: String,
    pub(super) email: String,
    pub(super) other_emails: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    pub(super) company: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) mobile: Option<String>,
    pub(super) fax: Option<String>,
    pub(super) website: Option<String>,
    pub(super) lifecycle_stage: Option<String>,
    pub(super) updated_at: Option<String>,
}

impl Columns {
    /// Finds the columns in the first row.
    pub(super) fn found_in(&self, names: &csv::StringRecord, time_zone: TimeZone) -> Result<Found, String> {
        let optional = |named: &Option<String>, usual: &str| find(names, named.as_deref(), usual);
        let mandatory = |named: &Option<String>, usual: &str| optional(named, usual)?.ok_or_else(|| missing(usual));
        Ok(Found {
            time_zone,
            id: mandatory(&self.id, "id")?,
            email: mandatory(&self.email, "email")?,
            other_emails: optional(&self.other_emails, "other_emails")?,
            display_name: optional(&self.display_name, "display_name")?,
            first_name: optional(&self.first_name, "first_name")?,
            last_name: optional(&self.last_name, "last_name")?,
            company: optional(&self.company, "company")?,
            phone: optional(&self.phone, "phone")?,
            mobile: optional(&self.mobile, "mobile")?,
            fax: optional(&self.fax, "fax")?,
            website: optional(&self.website, "website")?,
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
