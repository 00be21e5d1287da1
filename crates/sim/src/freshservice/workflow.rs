//! The workflow automator: rules that call a URL after an event in the service desk.
//!
//! It is the only push mechanism of Freshservice, and a simple one: placeholders are replaced as text without quoting,
//! a missing value becomes an empty string, requests are not signed, and deliveries can arrive out of order.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::model::Desk;
use super::{Freshservice, assets, requesters, tickets};
use crate::faults::{Faults, WebhookFate};

/// Maximum number of deliveries in the log.
const REMEMBERED: usize = 1_000;
/// Timeout of a delivery.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A rule of the workflow automator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// The rule's name.
    pub name: String,
    /// `asset.created`, `asset.updated`, `asset.deleted`, `ticket.created`, `ticket.updated` or `requester.updated`.
    pub event: String,
    /// Conditions, all of which must hold.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// An additional condition, for rules with a single one.
    #[serde(default)]
    pub condition: Option<Condition>,
    /// URL to call.
    pub url: String,
    /// HTTP method in upper case.
    #[serde(default = "post")]
    pub method: String,
    /// Headers in addition to the content type.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The content type.
    #[serde(default = "json_content")]
    pub content_type: String,
    /// Body with placeholders such as `{{asset.display_id}}`.
    #[serde(default)]
    pub body: String,
    /// Seconds to wait before each retry after a failure; empty for no retries.
    #[serde(default)]
    pub retries: Vec<u64>,
}

/// A condition on an event.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Name of a placeholder (`ticket.status`), with or without the part before the dot.
    pub field: String,
    /// Required value, as text or number; for a status its name or number.
    #[serde(default)]
    pub equals: Option<Value>,
    /// Text that the value must contain, ignoring case.
    #[serde(default)]
    pub contains: Option<String>,
    /// Whether the field must be among the changed ones.
    #[serde(default)]
    pub changed: bool,
}

/// Result of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryReport {
    /// The rule's name.
    pub rule: String,
    /// The body sent.
    pub body: String,
    /// Status of the answer; `None` if the delivery was dropped or there was no answer.
    pub status: Option<u16>,
}

/// An event, with the row concerned.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// An asset was created, by display id.
    AssetCreated(u64),
    /// An asset was updated, by display id.
    AssetUpdated(u64),
    /// An asset was deleted, by display id.
    AssetDeleted(u64),
    /// A ticket was created, by ticket number.
    TicketCreated(u64),
    /// A ticket was updated, by ticket number.
    TicketUpdated(u64),
    /// A requester was updated, by id.
    RequesterUpdated(u64),
}

/// Data of an event: placeholder values, and the names of changed fields.
#[derive(Debug)]
struct Occurrence<'a> {
    noun: &'static str,
    values: Value,
    changed: &'a [&'a str],
}

/// Sends the deliveries of matching rules.
#[derive(Debug, Clone)]
pub struct Automator {
    client: reqwest::Client,
    faults: Faults,
    held: Arc<Mutex<Vec<Delivery>>>,
    reports: Arc<Mutex<VecDeque<DeliveryReport>>>,
}

#[derive(Debug, Clone)]
struct Delivery {
    rule: Rule,
    body: String,
}

/// `GET /_sim/workflows`
pub async fn rules(State(desk): State<Freshservice>) -> Json<Vec<Rule>> {
    Json(desk.desk().rules.clone())
}

/// `PUT /_sim/workflows`
pub async fn replace_rules(State(desk): State<Freshservice>, Json(rules): Json<Vec<Rule>>) -> StatusCode {
    desk.set_rules(rules);
    StatusCode::NO_CONTENT
}

/// `GET /_sim/deliveries`
pub async fn deliveries(State(desk): State<Freshservice>) -> Json<Vec<DeliveryReport>> {
    Json(desk.automator().reports.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect())
}

impl Freshservice {
    /// Passes an event to the workflow automator. Deliveries are sent in the background.
    pub(super) fn announce(&self, event: &Event, changed: &[&str]) {
        let state = self.desk();
        let (name, noun, values) = event.described(&state);
        let occurrence = Occurrence { noun, values, changed };
        for rule in state.rules.iter().filter(|rule| rule.event == name && rule.fits(&occurrence)) {
            let body = occurrence.filled_in(&rule.body);
            let delivery = Delivery { rule: rule.clone(), body };
            self.automator().accept(delivery);
        }
    }
}

impl Event {
    fn described(self, state: &Desk) -> (&'static str, &'static str, Value) {
        let asset = |id: u64| state.assets.get(&id).map(|row| assets::placeholder_values(state, &row.current().asset));
        let ticket = |id: u64| state.tickets.get(&id).map(|row| tickets::placeholder_values(state, row.current()));
        let (name, noun, values) = match self {
            Self::AssetCreated(id) => ("asset.created", "asset", asset(id)),
            Self::AssetUpdated(id) => ("asset.updated", "asset", asset(id)),
            Self::AssetDeleted(id) => ("asset.deleted", "asset", asset(id)),
            Self::TicketCreated(id) => ("ticket.created", "ticket", ticket(id)),
            Self::TicketUpdated(id) => ("ticket.updated", "ticket", ticket(id)),
            Self::RequesterUpdated(id) => {
                ("requester.updated", "requester", state.requester(id).map(requesters::placeholder_values))
            }
        };
        (name, noun, Value::Object(Map::from_iter([(noun.to_owned(), values.unwrap_or_default())])))
    }
}

impl Rule {
    /// The rule after an installation (`A11`): when an installation ticket is resolved, it requests an invitation from
    /// the hub.
    pub fn post_installation(url: &str, headers: BTreeMap<String, String>) -> Self {
        let is = |field: &str, value: Value| Condition {
            field: field.to_owned(),
            equals: Some(value),
            ..Condition::default()
        };
        Self {
            name: "Post-installation: invite the customer".to_owned(),
            event: "ticket.updated".to_owned(),
            conditions: vec![
                is("ticket.type", "Installation".into()),
                Condition { changed: true, ..is("ticket.status", "Resolved".into()) },
            ],
            condition: None,
            url: url.to_owned(),
            method: post(),
            headers,
            content_type: json_content(),
            body: r#"{"requester_id":"{{ticket.requester_id}}"}"#.to_owned(),
            retries: Vec::new(),
        }
    }

    /// Rules that report all changes to the hub: assets created, changed and deleted, requesters changed (`A17`),
    /// tickets created and changed (`P09`).
    pub fn changes(url: &str, headers: &BTreeMap<String, String>) -> Vec<Self> {
        let asset = r#"{"display_id":"{{asset.display_id}}","asset_tag":"{{asset.asset_tag}}","serial_number":"{{asset.serial_number}}"}"#;
        let ticket = r#"{"ticket_id":"{{ticket.id_numeric}}"}"#;
        let rule = |name: &str, event: &str, body: &str| Self {
            name: name.to_owned(),
            event: event.to_owned(),
            conditions: Vec::new(),
            condition: None,
            url: url.to_owned(),
            method: post(),
            headers: headers.clone(),
            content_type: json_content(),
            body: body.to_owned(),
            retries: Vec::new(),
        };
        vec![
            rule("Asset created: tell the hub", "asset.created", asset),
            rule("Asset changed: tell the hub", "asset.updated", asset),
            rule("Asset deleted: tell the hub", "asset.deleted", asset),
            rule("Requester changed: tell the hub", "requester.updated", r#"{"requester_id":"{{requester.id}}"}"#),
            rule("Ticket opened: tell the hub", "ticket.created", ticket),
            rule("Ticket changed: tell the hub", "ticket.updated", ticket),
        ]
    }

    fn fits(&self, occurrence: &Occurrence<'_>) -> bool {
        self.conditions.iter().chain(&self.condition).all(|condition| condition.holds(occurrence))
    }
}

impl Condition {
    fn holds(&self, occurrence: &Occurrence<'_>) -> bool {
        let path = match self.field.split_once('.') {
            Some((noun, _)) if noun == occurrence.noun => self.field.clone(),
            _ => format!("{}.{}", occurrence.noun, self.field),
        };
        let (text, number) = (occurrence.text(&path), occurrence.text(&format!("{path}_id")));
        let equal = self.equals.as_ref().is_none_or(|wanted| [&text, &number].contains(&&plain(wanted)));
        let found = self.contains.as_ref().is_none_or(|wanted| text.to_lowercase().contains(&wanted.to_lowercase()));
        let field = path.rsplit('.').next().unwrap_or_default();
        equal && found && (!self.changed || occurrence.changed.contains(&field))
    }
}

impl Occurrence<'_> {
    fn text(&self, path: &str) -> String {
        path.split('.').try_fold(&self.values, |value, name| value.get(name)).map(plain).unwrap_or_default()
    }

    /// Replaces the placeholders. Filters after a `|` are not applied.
    fn filled_in(&self, template: &str) -> String {
        let mut filled = String::new();
        let mut rest = template;
        while let Some((before, (placeholder, after))) =
            rest.split_once("{{").and_then(|(before, inner)| Some((before, inner.split_once("}}")?)))
        {
            filled.push_str(before);
            filled.push_str(&self.text(placeholder.split('|').next().unwrap_or_default().trim()));
            rest = after;
        }
        filled + rest
    }
}

impl Automator {
    /// Creates an automator whose deliveries are subject to `faults`.
    pub fn new(faults: Faults) -> io::Result<Self> {
        let client = reqwest::Client::builder().timeout(TIMEOUT).no_proxy().build().map_err(io::Error::other)?;
        Ok(Self { client, faults, held: Arc::default(), reports: Arc::default() })
    }

    /// Queues a delivery. The effects of faults are determined immediately, in the order of events.
    fn accept(&self, delivery: Delivery) {
        let fate = self.faults.webhook_fate();
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if fate.copies == 0 {
            self.report(&delivery, None);
        } else if fate.overtaken {
            held.push(delivery);
        } else {
            let overtaken = std::mem::take(&mut *held);
            tokio::spawn(self.clone().carry_out(delivery, fate, overtaken));
        }
    }

    async fn carry_out(self, delivery: Delivery, fate: WebhookFate, overtaken: Vec<Delivery>) {
        if !fate.delay.is_zero() {
            tokio::time::sleep(fate.delay).await;
        }
        for _ in 0..fate.copies {
            self.deliver(&delivery).await;
        }
        for late in overtaken {
            self.deliver(&late).await;
        }
    }

    async fn deliver(&self, delivery: &Delivery) {
        let mut status = self.call(delivery).await;
        for seconds in &delivery.rule.retries {
            if status.is_some_and(|status| status.is_success()) {
                break;
            }
            tokio::time::sleep(Duration::from_secs(*seconds)).await;
            status = self.call(delivery).await;
        }
        self.report(delivery, status);
    }

    async fn call(&self, Delivery { rule, body }: &Delivery) -> Option<StatusCode> {
        let method = Method::from_bytes(rule.method.as_bytes()).unwrap_or(Method::POST);
        let mut request = self.client.request(method, &rule.url).header("content-type", &rule.content_type);
        for (name, value) in &rule.headers {
            let header = HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_str(value).ok());
            let Some((name, value)) = header else {
                tracing::warn!(rule = rule.name, header = name, "left out a header that is none");
                continue;
            };
            request = request.header(name, value);
        }
        match request.body(body.clone()).send().await {
            Ok(response) => Some(response.status()),
            Err(error) => {
                tracing::warn!(rule = rule.name, %error, "a workflow's call failed");
                None
            }
        }
    }

    fn report(&self, delivery: &Delivery, status: Option<StatusCode>) {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        if reports.len() == REMEMBERED {
            reports.pop_front();
        }
        reports.push_back(DeliveryReport {
            rule: delivery.rule.name.clone(),
            body: delivery.body.clone(),
            status: status.map(|status| status.as_u16()),
        });
    }
}

/// The text of a placeholder value: without quotes, empty for null.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn post() -> String {
    "POST".to_owned()
}

fn json_content() -> String {
    "application/json".to_owned()
}
