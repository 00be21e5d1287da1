//! JSON of contacts and deals.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde_json::{Map, Value, json};

use super::contacts::{Contact, PLAIN_FIELDS};
use super::deals::Deal;
use super::record::Records;
use super::{selectors, selectors::pipeline};

/// The account's time zone. Timestamps of records have its offset, never `Z`.
const ACCOUNT_OFFSET: Offset = jiff::tz::offset(2);

/// Attributes that every contact of the real system has, and that this stand-in never sets.
const UNSET: &[&str] = &[
    "avatar",
    "last_seen",
    "last_contacted",
    "last_contacted_sales_activity_mode",
    "last_contacted_mode",
    "recent_note",
    "last_contacted_via_sales_activity",
    "completed_sales_sequences",
    "active_sales_sequences",
    "web_form_ids",
    "last_assigned_at",
    "team_user_ids",
    "unsubscription_reason",
    "other_unsubscription_reason",
    "last_seen_chat",
    "first_seen_chat",
    "total_sessions",
    "first_campaign",
    "first_medium",
    "first_source",
    "last_campaign",
    "last_medium",
    "last_source",
    "latest_campaign",
    "latest_medium",
    "latest_source",
];

/// Relations, which are only returned if included: the name in `include` and the attribute.
const RELATIONS: [(&str, &str); 3] =
    [("owner", "owner_id"), ("contact_status", "contact_status_id"), ("lifecycle_stage", "lifecycle_stage_id")];

/// Names in `?include=a,b`.
#[derive(Debug, Default)]
pub(super) struct Include(Vec<String>);

impl Include {
    pub(super) fn new(list: Option<&str>) -> Self {
        let words = list.unwrap_or_default().split(',').map(|word| word.trim().to_owned());
        Self(words.filter(|word| !word.is_empty()).collect())
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }
}

/// A timestamp in the account's time zone.
pub(super) fn time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::fixed(ACCOUNT_OFFSET)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// An amount of money: a string with a fraction.
pub(super) fn amount(amount: f64) -> String {
    format!("{amount:?}")
}

/// A complete contact. Included `sales_accounts` are inside it; all other included objects are beside it.
pub(super) fn contact(records: &Records, contact: &Contact, include: &Include) -> Value {
    let deals: Vec<&Deal> = records.deals_of(contact.id).collect();
    // Not `sum()`, because the sum of no floats is -0.0 and would be serialised as such.
    let sum = |forecast: &str| {
        let amounts = deals.iter().filter(|deal| deal.forecast() == forecast).map(|deal| deal.amount);
        amount(amounts.fold(0.0, |sum, amount| sum + amount))
    };
    let count = |forecast: &str| deals.iter().filter(|deal| deal.forecast() == forecast).count();
    let id = contact.id;
    let mut value = json!({
        "id": id, "display_name": contact.display_name(), "email": contact.primary_email(), "emails": emails(contact),
        "lead_score": 0, "open_deals_amount": sum("Open"), "won_deals_amount": sum("Closed Won"),
        "open_deals_count": count("Open"), "won_deals_count": count("Closed Won"), "links": links(id),
        "custom_field": contact.custom_field, "created_at": time(contact.created_at), "updated_at": time(contact.updated_at),
        "is_deleted": contact.deleted, "subscription_status": 1, "subscription_types": "1;2;3;4;5", "customer_fit": 2,
        "whatsapp_subscription_status": 2, "sms_subscription_status": 2, "system_tags": [], "mcr_id": contact.mcr_id,
        "phone_numbers": [], "tags": contact.tags,
    });
    if let Value::Object(fields) = &mut value {
        for field in PLAIN_FIELDS.iter().filter(|field| !RELATIONS.iter().any(|(_, relation)| relation == *field)) {
            fields.entry(*field).or_insert(Value::Null);
            if let Some(value) = contact.fields.get(*field) {
                fields.insert((*field).to_owned(), value.clone());
            }
        }
        fields.extend(UNSET.iter().map(|field| ((*field).to_owned(), Value::Null)));
        for (word, field) in RELATIONS {
            if include.has(word) {
                fields.insert(field.to_owned(), contact.fields.get(field).cloned().unwrap_or_default());
            }
        }
        if include.has("sales_accounts") {
            fields.insert("sales_accounts".to_owned(), accounts(contact));
        }
    }
    value
}

fn emails(contact: &Contact) -> Value {
    let row = |email: &super::contacts::Email| {
        json!({
            "id": email.id, "value": email.value, "is_primary": email.is_primary, "label": null, "_destroy": false,
        })
    };
    contact.emails.iter().map(row).collect()
}

fn links(id: u64) -> Value {
    let link = |rest: &str| format!("/crm/sales/contacts/{id}/{rest}");
    json!({
        "conversations": link(
            "conversations/all?include=email_conversation_recipients%2Ctargetable%2Cphone_number%2Cphone_caller%2Cnote%2Cuser\
             &per_page=3",
        ),
        "timeline_feeds": link("timeline_feeds"),
        "document_associations": link("document_associations"),
        "notes": link("notes?include=creater"),
        "tasks": link("tasks?include=creater,owner,updater,targetable,users,task_type"),
        "appointments": link("appointments?include=creater,owner,updater,targetable,appointment_attendees,conference,note"),
        "reminders": link("reminders?include=creater,owner,updater,targetable"),
        "duplicates": link("duplicates"),
        "connections": link("connections"),
    })
}

/// The included objects beside contacts, each once.
pub(super) fn beside_contacts(records: &Records, contacts: &[&Contact], include: &Include) -> Map<String, Value> {
    let named = |field: &str, find: fn(u64) -> Option<Value>| {
        let ids: BTreeSet<u64> = contacts.iter().filter_map(|contact| contact.number(field)).collect();
        ids.into_iter().filter_map(find).collect::<Value>()
    };
    let mut beside = Map::new();
    if include.has("owner") {
        beside.insert("users".to_owned(), named("owner_id", selectors::owner));
    }
    if include.has("contact_status") {
        beside.insert("contact_status".to_owned(), named("contact_status_id", selectors::status));
    }
    if include.has("lifecycle_stage") {
        beside.insert("lifecycle_stages".to_owned(), named("lifecycle_stage_id", selectors::lifecycle_stage));
    }
    if include.has("deals") {
        let of_each = contacts.iter().flat_map(|contact| records.deals_of(contact.id).map(move |deal| (deal, contact)));
        let rows: BTreeMap<u64, Value> =
            of_each.map(|(known, contact)| (known.id, deal(known, contact.updated_at))).collect();
        beside.insert("deals".to_owned(), rows.into_values().collect());
    }
    beside
}

/// A contact in search results.
pub(super) fn partial_contact(records: &Records, known: &Contact) -> Value {
    let whole = contact(records, known, &Include::default());
    let mut row = Map::from_iter([("partial".to_owned(), Value::Bool(true))]);
    for field in [
        "id",
        "job_title",
        "lead_score",
        "email",
        "work_number",
        "mobile_number",
        "open_deals_amount",
        "display_name",
        "avatar",
        "last_contacted_mode",
        "last_contacted",
        "first_name",
        "last_name",
        "city",
        "country",
        "created_at",
        "updated_at",
    ] {
        row.insert(field.to_owned(), whole[field].clone());
    }
    Value::Object(row)
}

/// A complete deal. `now` determines its age.
pub(super) fn deal(deal: &Deal, now: Timestamp) -> Value {
    let probability = selectors::stage(deal.stage_id).map(|stage| stage["probability"].clone());
    let id = deal.id;
    let age = now.duration_since(deal.created_at).as_hours().max(0) / 24;
    json!({
        "id": id, "name": deal.name, "amount": amount(deal.amount), "base_currency_amount": amount(deal.amount),
        "expected_close": deal.expected_close, "closed_date": deal.closed_date, "stage_updated_time": time(deal.updated_at),
        "custom_field": deal.custom_field, "probability": probability, "updated_at": time(deal.updated_at),
        "created_at": time(deal.created_at), "deal_pipeline_id": pipeline(), "deal_stage_id": deal.stage_id, "age": age,
        "links": {
            "notes": format!("/crm/sales/deals/{id}/notes?include=creater"),
            "tasks": format!("/crm/sales/deals/{id}/tasks?include=creater,owner,updater,targetable,users,task_type"),
        },
        "recent_note": null, "completed_sales_sequences": null, "active_sales_sequences": null, "web_form_id": null,
        "upcoming_activities_time": null, "collaboration": {}, "last_assigned_at": null,
        "last_contacted_sales_activity_mode": null, "last_contacted_via_sales_activity": null,
        "expected_deal_value": amount(deal.amount), "is_deleted": deal.deleted, "team_user_ids": null, "avatar": null,
        "forecast_category": 1, "deal_prediction": 0, "deal_prediction_last_updated_at": null, "freddy_forecast_metrics": null,
        "last_deal_prediction": null, "has_products": false, "rotten_days": null, "tags": deal.tags,
    })
}

/// A contact's companies, as included with it.
pub(super) fn accounts(contact: &Contact) -> Value {
    let row = |account: &super::contacts::SalesAccount| {
        json!({
            "partial": true, "id": account.id, "name": account.name, "avatar": null, "website": null,
            "is_primary": account.is_primary,
        })
    };
    contact.sales_accounts.iter().map(row).collect()
}
