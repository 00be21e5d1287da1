//! Contacts: attributes, updates, and their state in the search index.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::errors::Refusal;
use super::record::Ids;

/// Plain attributes that a call may set. Others are derived, or ignored as in the real system.
pub(super) const PLAIN_FIELDS: &[&str] = &[
    "first_name",
    "last_name",
    "job_title",
    "city",
    "state",
    "zipcode",
    "country",
    "time_zone",
    "work_number",
    "mobile_number",
    "address",
    "lead_score",
    "keyword",
    "medium",
    "facebook",
    "twitter",
    "linkedin",
    "external_id",
    "work_email",
    "subscription_status",
    "locale",
    "owner_id",
    "lifecycle_stage_id",
    "contact_status_id",
];

const MAX_NAME_LENGTH: usize = 100;

/// A contact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Contact {
    pub(super) id: u64,
    pub(super) mcr_id: u64,
    /// The attributes in [`PLAIN_FIELDS`].
    pub(super) fields: Map<String, Value>,
    pub(super) emails: Vec<Email>,
    pub(super) custom_field: Map<String, Value>,
    pub(super) tags: Vec<Value>,
    pub(super) sales_accounts: Vec<SalesAccount>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) deleted: bool,
    /// Time from which the search index has the current state.
    indexed_from: Timestamp,
    /// State in the index before that time.
    indexed: Option<Box<Self>>,
}

/// An e-mail address of a contact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Email {
    pub(super) id: u64,
    pub(super) value: String,
    pub(super) is_primary: bool,
}

/// A company or household of a contact.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct SalesAccount {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) is_primary: bool,
}

impl Contact {
    pub(super) fn new(id: u64, mcr_id: u64, now: Timestamp, lag: Duration) -> Self {
        Self {
            id,
            mcr_id,
            fields: Map::new(),
            emails: Vec::new(),
            custom_field: Map::new(),
            tags: Vec::new(),
            sales_accounts: Vec::new(),
            created_at: now,
            updated_at: now,
            deleted: false,
            indexed_from: after(now, lag),
            indexed: None,
        }
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn number(&self, field: &str) -> Option<u64> {
        self.fields.get(field).and_then(Value::as_u64)
    }

    pub(super) fn display_name(&self) -> String {
        format!("{} {}", self.text("first_name"), self.text("last_name")).trim().to_owned()
    }

    pub(super) fn primary_email(&self) -> Option<&str> {
        let primary = self.emails.iter().find(|email| email.is_primary).or(self.emails.first());
        primary.map(|email| email.value.as_str())
    }

    pub(super) fn has_email(&self, address: &str) -> bool {
        self.emails.iter().any(|email| same_text(&email.value, address))
    }

    /// The state in the search index, which lags behind changes.
    pub(super) fn as_indexed(&self, now: Timestamp) -> Option<&Self> {
        let seen = if now >= self.indexed_from { Some(self) } else { self.indexed.as_deref() };
        seen.filter(|contact| !contact.deleted)
    }

    /// Records the state before a change, which the index shows until `lag` has passed. Call it before the change.
    pub(super) fn touch(&mut self, now: Timestamp, lag: Duration) {
        let seen = self.as_indexed(now).map(|seen| Box::new(Self { indexed: None, ..seen.clone() }));
        self.indexed = seen;
        self.indexed_from = after(now, lag);
        self.updated_at = now;
    }

    /// Applies the attributes of a call, or returns why they are invalid.
    pub(super) fn set(&mut self, given: &Map<String, Value>, ids: &mut Ids) -> Result<(), Refusal> {
        for (field, label) in [("first_name", "First name"), ("last_name", "Last name")] {
            let length = given.get(field).and_then(Value::as_str).map_or(0, |name| name.chars().count());
            if length > MAX_NAME_LENGTH {
                return Err(Refusal::invalid(format!("{label} is too long (maximum is {MAX_NAME_LENGTH} characters)")));
            }
        }
        self.set_emails(given, ids)?;
        let plain = given.iter().filter(|(field, _)| PLAIN_FIELDS.contains(&field.as_str()));
        self.fields.extend(plain.map(|(field, value)| (field.clone(), value.clone())));
        if let Some(custom) = given.get("custom_field").and_then(Value::as_object) {
            self.custom_field.extend(custom.clone());
        }
        if let Some(tags) = given.get("tags").and_then(Value::as_array) {
            self.tags.clone_from(tags);
        }
        Ok(())
    }

    /// `email` is the primary address. `emails` is an address, a list of addresses, or a list of objects as returned by
    /// `GET`.
    fn set_emails(&mut self, given: &Map<String, Value>, ids: &mut Ids) -> Result<(), Refusal> {
        match given.get("emails") {
            Some(Value::String(address)) => self.add_email(address, false, ids)?,
            Some(Value::Array(entries)) => {
                for entry in entries {
                    let address = entry.as_str().or_else(|| entry.get("value")?.as_str()).unwrap_or_default();
                    if entry.get("_destroy").is_some_and(|destroy| destroy == true) {
                        self.emails.retain(|email| !same_text(&email.value, address));
                    } else {
                        self.add_email(address, entry.get("is_primary").is_some_and(|primary| primary == true), ids)?;
                    }
                }
            }
            _ => {}
        }
        if let Some(address) = given.get("email").and_then(Value::as_str) {
            self.emails.retain(|email| !email.is_primary);
            self.add_email(address, true, ids)?;
        }
        if self.emails.is_empty() {
            return Err(Refusal::invalid("Need to fill this Email"));
        }
        if !self.emails.iter().any(|email| email.is_primary) {
            self.emails[0].is_primary = true;
        }
        Ok(())
    }

    fn add_email(&mut self, address: &str, primary: bool, ids: &mut Ids) -> Result<(), Refusal> {
        let address = address.trim();
        if !looks_like_an_address(address) {
            return Err(Refusal::invalid(format!("{address} is not a valid email")));
        }
        if primary {
            self.emails.iter_mut().for_each(|email| email.is_primary = false);
        }
        match self.emails.iter_mut().find(|email| same_text(&email.value, address)) {
            Some(email) => email.is_primary |= primary,
            None => self.emails.push(Email { id: ids.email(), value: address.to_owned(), is_primary: primary }),
        }
        Ok(())
    }
}

/// Compares addresses and names, ignoring case.
pub(super) fn same_text(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.to_lowercase() == other.to_lowercase()
}

fn looks_like_an_address(text: &str) -> bool {
    let Some((mailbox, domain)) = text.split_once('@') else { return false };
    let plain = |part: &str| !part.is_empty() && !part.contains(|letter: char| letter.is_whitespace() || letter == '@');
    plain(mailbox) && plain(domain) && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}

fn after(time: Timestamp, lag: Duration) -> Timestamp {
    let lag = SignedDuration::try_from(lag).unwrap_or(SignedDuration::MAX);
    time.checked_add(lag).unwrap_or(Timestamp::MAX)
}
