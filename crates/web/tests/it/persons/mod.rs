//! People, their places and licences.

mod access;
mod accounts;
mod places;
mod privacy;
mod seats;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Browser, Known, Page, TestApp};

const PORTAL: &str = "/portal/customer";

async fn create(app: &TestApp, path: &str, body: Value) -> Value {
    let answer = app.api.post(path, &app.api_key, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn change(app: &TestApp, path: &str, body: Value) -> Answer {
    app.api.send(Method::PATCH, path, |request| request.bearer_auth(&app.api_key).json(&body)).await
}

async fn changed(app: &TestApp, path: &str, body: Value) -> Value {
    let answer = change(app, path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn get(app: &TestApp, path: &str) -> Value {
    let answer = app.api.get(path, &app.api_key).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The person of an activated customer.
async fn person_of(app: &TestApp, who: Known) -> String {
    let customer = app.customer_of(who.requester).await;
    let all = get(app, "/persons").await;
    let mine = all["items"].as_array().unwrap().iter().find(|it| it["customer_id"] == customer.as_str());
    mine.unwrap()["person_id"].as_str().unwrap().to_owned()
}

/// The failing rules of a person for a portal, each with its remedy.
async fn failing(app: &TestApp, who: &str, portal: &str) -> Vec<(String, String)> {
    let answer = get(app, &format!("/persons/{who}/access?portal={portal}")).await;
    let checks = answer["checks"].as_array().unwrap();
    let bad: Vec<_> = checks.iter().filter(|check| check["outcome"] == "fail").collect();
    assert_eq!(answer["allowed"], bad.is_empty(), "{answer:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    bad.into_iter().map(|check| (text(&check["rule"]), text(&check["fix"]))).collect()
}

async fn portal(app: &TestApp, browser: &mut Browser) -> Page {
    browser.open(&format!("{}{PORTAL}", app.url)).await
}

fn draft(person_id: &str, licence: &str) -> Value {
    json!({ "person_id": person_id, "name": "Grace Example", "email": "grace@example.com", "licence_type": licence })
}

/// Calls every operation on people once.
pub async fn ask_everything(app: &TestApp) {
    let place = create(app, "/places", json!({ "name": "Depot", "address": "1 Example Street" })).await;
    let path = format!("/places/{}", place["id"].as_str().unwrap());
    changed(app, &path, json!({ "name": "Old depot", "active": false })).await;
    assert_eq!(get(app, &path).await["name"], "Old depot");
    assert!(get(app, "/places?limit=1").await["next_cursor"].is_string());
    let contact = create(app, "/contacts", json!({ "name": "Hal Example" })).await;
    get(app, &format!("/contacts/{}", contact["id"].as_str().unwrap())).await;
    get(app, "/contacts").await;
    create(app, "/persons", draft("grace", "NAMED")).await;
    changed(app, "/persons/grace", json!({ "name": "Grace B. Example" })).await;
    get(app, "/persons/grace").await;
    get(app, "/persons?limit=1").await;
    get(app, "/persons/grace/access?portal=smart_client").await;
    assert_eq!(app.api.post("/persons/grace/password-link", &app.api_key, json!({})).await.status, 202);
    app.hub.run_pending().await;
    create(app, "/persons", json!({ "person_id": "gone", "name": "Gone Example" })).await;
    assert_eq!(app.api.order("/persons/gone/export", &app.api_key).await.json()["person_id"], "gone");
    assert_eq!(app.api.order("/persons/gone/erasure?preview=true", &app.api_key).await.json()["preview"], true);
    assert_eq!(app.api.order("/persons/gone/erasure", &app.api_key).await.json()["preview"], false);
}

/// Puts a device at the home place of its holder.
pub async fn place_at_home(app: &TestApp, device: &str) {
    let path = format!("/devices/{device}/place");
    let home = json!({ "place_id": null });
    let answer = app.api.send(Method::PUT, &path, |request| request.bearer_auth(&app.api_key).json(&home)).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}
