//! The bodies that the API answers, as snapshots: a field that goes, comes or changes its form shows up in a review.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use testkit::{ADA, EVE, TestApp};
use uuid::Uuid;

use crate::statements::rows;

fn is_separator(c: char) -> bool {
    !c.is_ascii_alphanumeric() && c != '-'
}

/// Whether a word is the number of a return or a person id, such as `R-7K3F-9QX2`.
fn is_number(word: &str) -> bool {
    let groups: Vec<_> = word.split('-').map(str::len).collect();
    groups == [1, 4, 4] && word.bytes().all(|byte| byte == b'-' || byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Replaces what differs from run to run: each id by its number in order of appearance, every time, hash and duration by its kind.
#[derive(Default)]
struct Normaliser {
    ids: HashMap<Uuid, usize>,
}

impl Normaliser {
    fn text(&mut self, text: &str) -> String {
        if text.parse::<jiff::Timestamp>().is_ok() {
            return "[time]".to_owned();
        }
        let mut normal = String::new();
        for piece in text.split_inclusive(is_separator) {
            let word = piece.trim_end_matches(is_separator);
            match word.parse::<Uuid>() {
                Ok(id) if word.len() == 36 => {
                    let next = self.ids.len() + 1;
                    let number = self.ids.entry(id).or_insert(next);
                    write!(normal, "[id {number}]").unwrap();
                }
                _ if word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) => normal.push_str("[hash]"),
                _ if is_number(word) => normal.push_str("[number]"),
                _ => normal.push_str(word),
            }
            normal.push_str(&piece[word.len()..]);
        }
        normal
    }

    fn value(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let normal: Map<_, _> = members.into_iter().map(|(name, value)| (name, self.value(value))).collect();
                Value::Object(normal)
            }
            other => other,
        }
    }
}

/// Asks for a path and compares the answer with its snapshot. Both databases have the same.
async fn matches(app: &TestApp, normaliser: &mut Normaliser, name: &str, (path, credential): (&str, &str)) {
    let answer = app.api.get(path, credential).await;
    let mut body = serde_json::to_string_pretty(&normaliser.value(answer.json())).unwrap();
    body = body.replace(&app.url, "[url]").replace(&app.idp_url, "[identity provider]");
    insta::assert_snapshot!(name, format!("{}\n{body}", answer.status), &normaliser.text(path));
}

/// The first value of a member, wherever it is in a body.
fn first(value: &Value, member: &str) -> Option<String> {
    match value {
        Value::Object(members) => match members.get(member) {
            Some(Value::String(text)) => Some(text.clone()),
            _ => members.values().find_map(|value| first(value, member)),
        },
        Value::Array(items) => items.iter().find_map(|item| first(item, member)),
        _ => None,
    }
}

#[testkit::both_databases]
async fn h01_bodies_of_the_admin_api_keep_their_form(app: TestApp) {
    app.activated(ADA).await;
    let ada = app.person_of(ADA.email).await;
    let customer = ada.customer_id;
    rows::returns(&app, &[customer]).await;
    rows::places_and_contacts(&app, customer, 0..1).await;
    app.invite(EVE.requester).await;
    let sweep = rows::sweep_of_assets(&app, true).await;
    app.hub.run_pending().await;

    let key = app.api_key.as_str();
    let returned = first(&app.api.get("/returns", key).await.json(), "id").unwrap();
    let contact = first(&app.api.get("/contacts", key).await.json(), "id").unwrap();
    let mut normaliser = Normaliser::default();
    for (name, path) in [
        ("customers", "/customers".to_owned()),
        ("customer", format!("/customers/{customer}")),
        ("customer_timeline", format!("/customers/{customer}/timeline")),
        ("persons", "/persons".to_owned()),
        ("person", format!("/persons/{}", ada.id)),
        ("person_access", format!("/persons/{}/access?portal=customer", ada.id)),
        ("places", "/places".to_owned()),
        ("contact", format!("/contacts/{contact}")),
        ("returns", "/returns".to_owned()),
        ("return", format!("/returns/{returned}")),
        ("invitations", format!("/invitations?requester_id={}", EVE.requester)),
        ("record", format!("/records/freshservice/requester/{}", ADA.requester)),
        ("why", format!("/why?subject={}", ADA.email)),
        ("sweep", format!("/sweeps/{sweep}")),
        ("sweep_changes", format!("/sweeps/{sweep}/changes")),
        ("jobs", "/jobs?state=failed".to_owned()),
        ("not_found", format!("/customers/{}", Uuid::nil())),
        ("invalid", "/customers?limit=many".to_owned()),
    ] {
        matches(&app, &mut normaliser, name, (&path, key)).await;
    }
    matches(&app, &mut normaliser, "unauthorized", ("/customers", "no key")).await;
}

#[testkit::both_databases]
async fn a15_bodies_of_the_customers_api_keep_their_form(app: TestApp) {
    app.activated(ADA).await;
    let token = app.access_token(ADA.email).await;
    let device = first(&app.api.get("/me/devices", &token).await.json(), "id").unwrap();
    let mut normaliser = Normaliser::default();
    for (name, path) in [
        ("me", "/me".to_owned()),
        ("me_devices", "/me/devices".to_owned()),
        ("me_device", format!("/me/devices/{device}")),
        ("me_identities", "/me/identities".to_owned()),
        ("me_activation", "/me/activation".to_owned()),
    ] {
        matches(&app, &mut normaliser, name, (&path, &token)).await;
    }
}
