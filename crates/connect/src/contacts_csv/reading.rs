//! Conversion of a line to an observation.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use tessera_core::kernel::clock::whole_micros;
use tessera_core::kernel::day::iso_moment;
use tessera_core::kernel::record::{Attributes, Contact, Kind, LeftOut, Observation, RecordKey};

use super::config::Found;
use crate::lenient_json;

/// Converts a line to a contact.
pub(super) fn contact(system: &str, raw: Value, columns: &Found, read_at: Timestamp) -> Observation {
    let text = |name: &Option<String>| lenient_json::text(&raw, name.as_deref()?);
    let name = text(&columns.display_name)
        .or_else(|| lenient_json::joined(text(&columns.first_name), text(&columns.last_name)))
        .or_else(|| text(&columns.company));
    let contact = Contact {
        name: name.unwrap_or_default(),
        primary_email: lenient_json::text(&raw, &columns.email),
        other_emails: other_emails(&raw, columns),
        mobile_phone: text(&columns.mobile),
        work_phone: text(&columns.phone),
        lifecycle_stage: text(&columns.lifecycle_stage),
        fax: text(&columns.fax),
        website: text(&columns.website),
        // There is no other endpoint with more fields, so a missing field is unknown rather than omitted.
        left_out: LeftOut::default(),
        ..Contact::default()
    };
    let id = lenient_json::text(&raw, &columns.id).unwrap_or_default();
    Observation {
        key: RecordKey::new(system, Kind::Contact, id),
        attributes: Attributes::Contact(contact),
        updated_at: text(&columns.updated_at).as_deref().and_then(|text| time(text, &columns.time_zone)),
        raw,
        read_at,
    }
}

/// The time of the last change, if it is given and is none: the text as a complaint.
pub(super) fn undated(raw: &Value, columns: &Found) -> Option<String> {
    let name = columns.updated_at.as_deref()?;
    let text = lenient_json::text(raw, name).filter(|text| time(text, &columns.time_zone).is_none())?;
    let shown: String = text.chars().take(40).collect();
    Some(format!("“{shown}” in “{name}” is no time"))
}

fn other_emails(raw: &Value, columns: &Found) -> Vec<String> {
    let primary = lenient_json::text(raw, &columns.email);
    let listed = columns.other_emails.as_deref().and_then(|name| lenient_json::text(raw, name)).unwrap_or_default();
    let separates = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let others = listed.split(separates).filter(|other| !other.is_empty()).map(ToOwned::to_owned);
    let mut others: Vec<String> = others.filter(|other| Some(other) != primary.as_ref()).collect();
    others.sort();
    others.dedup();
    others
}

fn time(text: &str, time_zone: &TimeZone) -> Option<Timestamp> {
    iso_moment(text, time_zone).map(whole_micros)
}
