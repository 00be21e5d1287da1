//! Conversion of contacts to observations.

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::kernel::record::{Attributes, Contact, Kind, LeftOut, Observation, RecordKey};

use crate::lenient_json;

/// Converts a contact, wrapped or bare, with included objects inside or beside it.
pub(super) fn contact(system: &str, raw: Value, read_at: Timestamp) -> Result<Observation, String> {
    let inner = raw.get("contact").filter(|inner| inner.is_object()).unwrap_or(&raw);
    let id = lenient_json::text(inner, "id").ok_or("a contact without an id")?;
    let (primary_email, other_emails) = emails(inner);
    let name = lenient_json::text(inner, "display_name")
        .or_else(|| {
            lenient_json::joined(lenient_json::text(inner, "first_name"), lenient_json::text(inner, "last_name"))
        })
        .or_else(|| lenient_json::text(inner, "name"));
    let left_out = LeftOut {
        lifecycle_stage: !knows_lifecycle_stage(inner, &raw),
        open_deals: inner.get("open_deals_count").is_none(),
        ..LeftOut::default()
    };
    let contact = Contact {
        left_out,
        name: name.unwrap_or_default(),
        primary_email,
        other_emails,
        mobile_phone: lenient_json::text(inner, "mobile_number"),
        work_phone: lenient_json::text(inner, "work_number"),
        lifecycle_stage: lifecycle_stage(inner, &raw),
        open_deals: inner.get("open_deals_count").and_then(Value::as_i64),
    };
    Ok(Observation {
        key: RecordKey::new(system, Kind::Contact, id),
        attributes: Attributes::Contact(contact),
        updated_at: lenient_json::time(inner, "updated_at"),
        raw,
        read_at,
    })
}

/// The primary and other addresses. `emails` marks the primary one; without it, `email` is primary.
fn emails(contact: &Value) -> (Option<String>, Vec<String>) {
    let listed = contact.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_primary = |entry: &&Value| lenient_json::flag(entry, "is_primary") == Some(true);
    let marked = listed.iter().find(is_primary).and_then(|entry| lenient_json::text(entry, "value"));
    let primary = marked.or_else(|| lenient_json::text(contact, "email"));
    let values =
        listed.iter().filter_map(|entry| lenient_json::text(entry, "value").or_else(|| lenient_json::scalar(entry)));
    let others =
        values.chain(lenient_json::text(contact, "work_email")).filter(|value| Some(value) != primary.as_ref());
    let mut others: Vec<String> = others.collect();
    others.sort();
    others.dedup();
    (primary, others)
}

/// Name of the lifecycle stage, which is inside the contact or beside it.
fn lifecycle_stage(contact: &Value, whole: &Value) -> Option<String> {
    if let Some(stage) = contact.get("lifecycle_stage") {
        return lenient_json::text(stage, "name").or_else(|| lenient_json::scalar(stage));
    }
    let id = lenient_json::text(contact, "lifecycle_stage_id")?;
    let beside = ["lifecycle_stages", "lifecycle_stage"].iter().filter_map(|key| whole.get(*key));
    let stages = beside.flat_map(|stages| stages.as_array().map_or(std::slice::from_ref(stages), Vec::as_slice));
    stages
        .into_iter()
        .find(|stage| lenient_json::text(stage, "id").as_ref() == Some(&id))
        .and_then(|stage| lenient_json::text(stage, "name"))
}

/// Whether an answer includes the lifecycle stage: inside the contact, as an id with its name beside it, or as null.
fn knows_lifecycle_stage(contact: &Value, whole: &Value) -> bool {
    let beside = ["lifecycle_stages", "lifecycle_stage"].iter().any(|key| whole.get(*key).is_some());
    let id = contact.get("lifecycle_stage_id");
    contact.get("lifecycle_stage").is_some() || id.is_some_and(|id| beside || id.is_null())
}

/// Combines a row of a list with the objects included beside the list.
pub(super) fn with_siblings(row: Value, body: &Value) -> Value {
    match body.get("lifecycle_stages") {
        Some(stages) => serde_json::json!({ "contact": row, "lifecycle_stages": stages }),
        None => row,
    }
}

/// The rows of a search or list: bare, wrapped, or wrapped twice as in lookup.
pub(super) fn rows(body: &Value) -> Option<Vec<Value>> {
    match body {
        Value::Array(rows) => Some(rows.iter().filter(|row| is_contact(row)).cloned().collect()),
        Value::Object(object) => rows(object.get("contacts")?),
        _ => None,
    }
}

/// Searches can return other kinds of object.
fn is_contact(row: &Value) -> bool {
    lenient_json::text(row, "type").is_none_or(|kind| kind.eq_ignore_ascii_case("contact"))
}

/// Whether a row is incomplete: it is marked as partial, or does not mark the primary address.
pub(super) fn is_partial(row: &Value) -> bool {
    let row = row.get("contact").unwrap_or(row);
    lenient_json::flag(row, "partial") == Some(true)
        || !row.get("emails").is_some_and(Value::is_array)
        || row.get("updated_at").is_none()
}

/// Whether the contact is in the recycle bin.
pub(super) fn is_deleted(seen: &Observation) -> bool {
    let contact = seen.raw.get("contact").unwrap_or(&seen.raw);
    lenient_json::flag(contact, "is_deleted") == Some(true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(raw: Value) -> Contact {
        let Attributes::Contact(contact) = contact("crm", raw, Timestamp::UNIX_EPOCH).unwrap().attributes else {
            unreachable!("a contact was read")
        };
        contact
    }

    #[test]
    fn a04_the_marked_address_is_the_primary_one() {
        let contact = read(json!({ "id": "7", "email": "old@example.com", "emails": [
            { "value": "old@example.com", "is_primary": false }, { "value": "new@example.com", "is_primary": true } ] }));
        assert_eq!(contact.primary_email.as_deref(), Some("new@example.com"));
        assert_eq!(contact.other_emails, ["old@example.com"]);
    }

    #[test]
    fn a02_the_lifecycle_stage_is_found_inside_or_beside_the_contact() {
        let inside = json!({ "contact": { "id": 1, "lifecycle_stage": { "id": 5, "name": "Customer" } } });
        let beside = json!({ "contact": { "id": 1, "lifecycle_stage_id": 5 }, "lifecycle_stages": [{ "id": "5", "name": "Customer" }] });
        assert_eq!(read(inside).lifecycle_stage.as_deref(), Some("Customer"));
        assert_eq!(read(beside).lifecycle_stage.as_deref(), Some("Customer"));
    }
}
