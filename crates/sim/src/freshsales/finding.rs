//! Lookup, search and filtered search. All of them use the index, which lags behind changes.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::contact_calls::parsed;
use super::contacts::{Contact, PLAIN_FIELDS, same_text};
use super::errors::Refusal;
use super::lists::{Paging, leading_number};
use super::parameters::Parameters;
use super::wire::{self, Include};
use super::{Freshsales, accounts};

const DEFAULT_SEARCH_ROWS: usize = 10;
const MAX_SEARCH_ROWS: usize = 100;

/// `GET /lookup?q=&f=&entities=`: exact matches, in a doubly nested answer.
pub(super) async fn lookup(State(crm): State<Freshsales>, query: Parameters) -> Result<Json<Value>, Refusal> {
    let term = query.get("q").filter(|text| !text.is_empty()).ok_or_else(|| Refusal::invalid("q is missing"))?;
    let field = query.get("f").ok_or_else(|| Refusal::invalid("f is missing"))?;
    let (records, now) = (crm.0.records.read(), crm.0.clock.now());
    let mut answer = Map::new();
    for entity in query.get("entities").unwrap_or_default().split(',') {
        let (list, rows): (&str, Value) = match entity.trim() {
            "contact" => {
                let seen = records.contacts.values().filter_map(|contact| contact.as_indexed(now));
                let found = seen.filter(|contact| values(contact, field).iter().any(|value| same_text(value, term)));
                ("contacts", found.map(|contact| wire::contact(&records, contact, &Include::default())).collect())
            }
            "deal" => {
                let found = records.deals.values().filter(|deal| field == "name" && same_text(&deal.name, term));
                ("deals", found.filter(|deal| !deal.deleted).map(|deal| wire::deal(deal, now)).collect())
            }
            "sales_account" => {
                let known = accounts::all(&records).into_values();
                let found = known.filter(|account| field == "name" && same_text(&account.name, term));
                ("sales_accounts", found.map(|account| accounts::json_of(&records, &account)).collect())
            }
            _ => return Err(Refusal::invalid("entities is invalid")),
        };
        answer.insert(list.to_owned(), json!({ list: rows }));
    }
    Ok(Json(Value::Object(answer)))
}

/// `GET /search?q=&include=&per_page=`: a flat list with ids as strings.
pub(super) async fn search(State(crm): State<Freshsales>, query: Parameters) -> Result<Json<Value>, Refusal> {
    let term = query.get("q").unwrap_or_default().trim().to_lowercase();
    if term.is_empty() {
        return Err(Refusal::invalid("q is missing"));
    }
    let include = query.include();
    let (records, now) = (crm.0.records.read(), crm.0.clock.now());
    let holds = |text: &str| text.to_lowercase().contains(&term);
    let contacts = records.contacts.values().filter(|_| include.has("contact")).filter_map(|contact| {
        let contact = contact.as_indexed(now)?;
        let name = contact.display_name();
        let found = holds(&name)
            || contact.emails.iter().any(|email| holds(&email.value))
            || holds(contact.text("mobile_number"))
            || holds(contact.text("work_number"));
        found.then(|| {
            json!({
                "id": contact.id.to_string(), "type": "contact", "name": name, "email": contact.primary_email(),
                "mobile_number": contact.fields.get("mobile_number"), "avatar": null, "partial": true, "more_match": null,
            })
        })
    });
    let deals = records.deals.values().filter(|deal| include.has("deal") && !deal.deleted && holds(&deal.name)).map(|deal| {
        json!({
            "id": deal.id.to_string(), "type": "deal", "name": deal.name, "amount": wire::amount(deal.amount), "avatar": null,
            "partial": true, "more_match": null,
        })
    });
    let most = query.get("per_page").map_or(DEFAULT_SEARCH_ROWS, leading_number).min(MAX_SEARCH_ROWS);
    Ok(Json(contacts.chain(deals).take(most).collect()))
}

/// `POST /filtered_search/contact`
pub(super) async fn filtered_search(
    State(crm): State<Freshsales>,
    query: Parameters,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    let body = Value::Object(parsed(&body)?);
    let rules = body["filter_rule"].as_array().ok_or_else(|| Refusal::invalid("filter_rule is missing"))?;
    let rules = rules.iter().map(Rule::read).collect::<Result<Vec<_>, _>>()?;
    let (records, now) = (crm.0.records.read(), crm.0.clock.now());
    let seen = records.contacts.values().filter_map(|contact| contact.as_indexed(now));
    let found: Vec<&Contact> = seen.filter(|contact| rules.iter().all(|rule| rule.holds(contact))).collect();
    let page = Paging::of_query(&query)
        .or(Paging::of_body(&body))
        .page_of(&found, |contact| wire::partial_contact(&records, contact));
    Ok(Json(json!({ "contacts": page.rows, "meta": { "total": page.total } })))
}

/// A condition of a filtered search.
#[derive(Debug)]
struct Rule {
    field: String,
    operator: Operator,
    expected: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    In,
    NotIn,
    Contains,
}

impl Rule {
    /// Parses a rule. Its value is a string or a list of strings.
    fn read(rule: &Value) -> Result<Self, Refusal> {
        let field = match rule["attribute"].as_str() {
            Some("contact_email.email") => "email",
            Some(field) if PLAIN_FIELDS.contains(&field) || field.starts_with("cf_") || field == "id" => field,
            _ => return Err(Refusal::invalid("attribute is invalid")),
        };
        let operator = match rule["operator"].as_str() {
            Some("is_in" | "is") => Operator::In,
            Some("is_not_in" | "is_not") => Operator::NotIn,
            Some("contains") => Operator::Contains,
            _ => return Err(Refusal::invalid("operator is invalid")),
        };
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
        let expected = match &rule["value"] {
            Value::Null => return Err(Refusal::invalid("value is missing")),
            Value::Array(values) => values.iter().map(text).collect(),
            value => vec![text(value)],
        };
        Ok(Self { field: field.to_owned(), operator, expected })
    }

    fn holds(&self, contact: &Contact) -> bool {
        let values = values(contact, &self.field);
        let any = |fits: fn(&str, &str) -> bool| {
            self.expected.iter().any(|expected| values.iter().any(|value| fits(value, expected)))
        };
        match self.operator {
            Operator::In => any(same_text),
            Operator::NotIn => !any(same_text),
            Operator::Contains => any(|value, expected| value.to_lowercase().contains(&expected.to_lowercase())),
        }
    }
}

/// The values of a searchable field.
fn values(contact: &Contact, field: &str) -> Vec<String> {
    let text = |value: Option<&Value>| match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => vec![text.clone()],
        Some(other) => vec![other.to_string()],
    };
    match field {
        "email" => contact.emails.iter().map(|email| email.value.clone()).collect(),
        "name" => vec![contact.display_name()],
        "id" => vec![contact.id.to_string()],
        custom if custom.starts_with("cf_") => text(contact.custom_field.get(custom)),
        plain => text(contact.fields.get(plain)),
    }
}
