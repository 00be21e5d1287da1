//! Conversion of contacts to observations.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use tessera_core::kernel::day::iso_day;
use tessera_core::kernel::record::deal::{self, Deal};
use tessera_core::kernel::record::{Attributes, Contact, Kind, LeftOut, Observation, RecordKey};

use super::selectors::Names;
use crate::lenient_json;

/// Converts a contact, wrapped or bare, with included objects inside or beside it. Its deals are converted by [`deals`].
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
        deal_counts: inner.get("open_deals_count").is_none(),
        deals: true,
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
        won_deals: inner.get("won_deals_count").and_then(Value::as_i64),
        deals: Vec::new(),
        fax: own_or_custom(inner, &["fax", "fax_number"], "cf_fax"),
        website: own_or_custom(inner, &["website", "web_site"], "cf_website"),
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

/// A value that some accounts keep in a field of the contact, others in a custom one.
fn own_or_custom(contact: &Value, own: &[&str], custom: &str) -> Option<String> {
    let customs = || lenient_json::text(contact.get("custom_field")?, custom);
    own.iter().find_map(|key| lenient_json::text(contact, key)).or_else(customs)
}

/// Takes the deals out of an answer, beside the contact or inside it.
pub(super) fn take_deals(body: &mut Value) -> Option<Value> {
    let beside = body.as_object_mut()?.remove("deals");
    beside.or_else(|| body.get_mut("contact")?.as_object_mut()?.remove("deals"))
}

/// Converts the deals beside a contact. Deleted ones are left out. A moment is on a day of the time zone.
pub(super) fn deals(rows: &[Value], names: &Names, zone: &TimeZone) -> Vec<Deal> {
    let is_there = |row: &&Value| lenient_json::flag(row, "is_deleted") != Some(true);
    let read = |row: &Value| {
        let stage = lenient_json::text(row, "deal_stage_id").and_then(|id| names.deal_stages.get(&id));
        let currency = lenient_json::text(row, "currency_id").and_then(|id| names.currencies.get(&id).copied());
        // Some accounts return a time instead of a date.
        let date = |key: &str| iso_day(&lenient_json::text(row, key)?, zone);
        Some(Deal {
            id: lenient_json::text(row, "id")?,
            name: lenient_json::text(row, "name").unwrap_or_default(),
            amount: lenient_json::text(row, "amount"),
            currency: currency.or(names.base_currency),
            stage: stage.map(|stage| stage.name.clone()),
            outcome: stage.and_then(|stage| stage.outcome),
            expected_close: date("expected_close"),
            closed_on: date("closed_date"),
        })
    };
    deal::arranged(rows.iter().filter(is_there).filter_map(read).collect())
}

/// Ids of the deals' stages.
pub(super) fn stage_ids(rows: &[Value]) -> Vec<String> {
    rows.iter().filter_map(|row| lenient_json::text(row, "deal_stage_id")).collect()
}

/// Id of the lifecycle stage, if its name is neither inside the contact nor beside it.
pub(super) fn unnamed_lifecycle_stage(raw: &Value) -> Option<String> {
    let inner = raw.get("contact").filter(|inner| inner.is_object()).unwrap_or(raw);
    let id = lenient_json::text(inner, "lifecycle_stage_id")?;
    lifecycle_stage(inner, raw).is_none().then_some(id)
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
    use tessera_core::kernel::money::Currency;
    use tessera_core::kernel::record::deal::DealOutcome;

    use super::super::selectors::Stage;
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
    fn a02_a_deal_is_read_with_its_stage_and_currency() {
        let won = Stage { name: "Won".to_owned(), outcome: Some(DealOutcome::Won) };
        let names = Names {
            deal_stages: [("7".to_owned(), won)].into(),
            currencies: [("2".to_owned(), Currency::parse("EUR").unwrap())].into(),
            base_currency: Currency::parse("ZAR"),
            ..Names::default()
        };
        let rows = [
            json!({ "id": 1, "name": "Roof", "amount": "5600.0", "deal_stage_id": 7, "expected_close": "2026-03-16",
                "closed_date": "2026-03-18T00:00:00+02:00", "is_deleted": false }),
            json!({ "id": "2", "name": "Garage", "amount": 12.5, "currency_id": 2, "deal_stage_id": 8 }),
            json!({ "id": 3, "name": "Gone", "is_deleted": true }),
        ];
        let zone = TimeZone::get("Africa/Johannesburg").unwrap();
        let deals = deals(&rows, &names, &zone);
        assert_eq!(deals.iter().map(|deal| deal.id.as_str()).collect::<Vec<_>>(), ["2", "1"]);
        let number = |deal: &Deal| deal.money().map(|money| (money.number(), money.currency.to_string()));
        assert_eq!(number(&deals[0]), Some(("12.50".to_owned(), "EUR".to_owned())));
        assert_eq!(number(&deals[1]), Some(("5600.00".to_owned(), "ZAR".to_owned())));
        assert_eq!((&deals[0].stage, deals[1].stage.as_deref()), (&None, Some("Won")));
        let closed = (deals[1].expected_close, deals[1].closed_on);
        assert_eq!(closed, ("2026-03-16".parse().ok(), "2026-03-18".parse().ok()));
    }

    #[test]
    fn a02_a_deal_was_closed_on_a_day_of_the_time_zone() {
        let closed = |zone: &str, at: &str| {
            let rows = [json!({ "id": 1, "closed_date": at })];
            let closed_on = deals(&rows, &Names::default(), &TimeZone::get(zone).unwrap())[0].closed_on;
            closed_on.map(|day| day.to_string()).unwrap_or_default()
        };
        for (zone, at, expected) in [
            ("Europe/Berlin", "2026-05-31T22:00:00Z", "2026-06-01"),
            ("Europe/Berlin", "2026-05-31T21:59:59Z", "2026-05-31"),
            ("America/New_York", "2026-06-01T02:00:00+00:00", "2026-05-31"),
            ("Europe/Berlin", "2026-05-31", "2026-05-31"),
            ("Europe/Berlin", "2026-05-31T23:30:00", "2026-05-31"),
            ("UTC", "2026-05-31 and more", ""),
            ("UTC", "2026-05-3", ""),
        ] {
            assert_eq!(closed(zone, at), expected, "{zone} {at}");
        }
    }
}
