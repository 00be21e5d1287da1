//! The platform of a marketplace that the operator runs, through the API.

mod accounts;
mod fair_share;
mod faults;
mod given_up;
mod line;
mod lost_answers;
mod notifications;
mod operations;
mod own_platform;
mod random_sequences;
mod service_managers;
mod two_faces;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_sim::scripted_vendor::ScriptedVendor;
use tessera_sim::server::Running;
use testkit::{MARKETPLACE, TestApp};

/// A vendor of another company, which runs.
pub struct RunningVendor {
    pub vendor: ScriptedVendor,
    server: Running,
}

impl RunningVendor {
    pub async fn start(options: Value) -> Self {
        let vendor = ScriptedVendor::new(options);
        let listener = Running::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        let server = Running::serve(listener, vendor.router()).unwrap();
        Self { vendor, server }
    }

    /// One with the options `username` and `domain`.
    pub async fn usual() -> Self {
        Self::start(json!({ "Fields": [text_option("username", 0, true), text_option("domain", 1, false)] })).await
    }

    pub fn url(&self) -> String {
        self.server.url()
    }
}

pub fn text_option(id: &str, order: i64, required: bool) -> Value {
    json!({ "ID": id, "Definition": {
        "ID": id, "SortOrder": order, "Name": format!("The {id}"), "Description": null, "Kind": "SimpleValue",
        "DataType": "Text", "IsRequired": required, "PredefinedValues": [], "IsReadOnly": false,
        "AvailableToStorefront": true,
    } })
}

/// A service manager for the vendor at this address.
pub fn connection(name: &str, url: &str) -> Value {
    json!({ "name": name, "base_url": url, "application_id": MARKETPLACE.0, "api_key": MARKETPLACE.1 })
}

pub fn account(name: &str, email: &str) -> Value {
    json!({
        "name": name, "email": email, "phone": "323-999-4500", "fax": "323-999-5500", "web_site": "https://www.direct.example",
        "contact": { "first_name": "Jo", "last_name": "Example", "email": email },
        "addresses": [
            { "kind": "office", "city": "Springfield" },
            { "kind": "billing", "address1": "123 Main Street", "city": "Chicago", "post_code": "94903",
              "state": { "code": "CA", "name": "California" }, "country": { "code": "US", "name": "United States" } },
        ],
    })
}

/// Creates a service manager. Its id.
pub async fn connect(app: &TestApp, name: &str, url: &str) -> String {
    let made = app.api.post("/service-managers", &app.api_key, connection(name, url)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

/// Creates an account. Its id.
pub async fn create(app: &TestApp, body: Value) -> String {
    let made = app.api.post("/marketplace-accounts", &app.api_key, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

pub async fn shown(app: &TestApp, account: &str) -> Value {
    app.api.get(&format!("/marketplace-accounts/{account}"), &app.api_key).await.json()
}

/// Requests a synchronization. The id of the operation.
pub async fn request(app: &TestApp, account: &str, vendor: &str, options: Value) -> String {
    let body = json!({ "service_manager_id": vendor, "sync_options": options });
    let asked = app.api.post(&format!("/marketplace-accounts/{account}/synchronize"), &app.api_key, body).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    asked.json()["id"].as_str().unwrap().to_owned()
}

pub async fn operation(app: &TestApp, id: &str) -> Value {
    app.api.get(&format!("/operations/{id}"), &app.api_key).await.json()
}

/// Requests a synchronization and carries it out.
pub async fn synchronized(app: &TestApp, account: &str, vendor: &str, options: Value) -> Value {
    let id = request(app, account, vendor, options).await;
    app.hub.run_pending().await;
    operation(app, &id).await
}

/// Requests the deletion of an account and carries it out.
pub async fn deleted(app: &TestApp, account: &str) -> Value {
    let asked = app.api.delete(&format!("/marketplace-accounts/{account}"), &app.api_key, None).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    app.hub.run_pending().await;
    operation(app, asked.json()["id"].as_str().unwrap()).await
}

/// Runs what is due after a while, once.
pub async fn later(app: &TestApp, seconds: u64) {
    app.advance(Duration::from_secs(seconds));
    app.hub.run_pending().await;
}

pub async fn put(app: &TestApp, path: &str, body: &Value) -> testkit::Answer {
    app.api.send(Method::PUT, path, |request| request.bearer_auth(&app.api_key).json(body)).await
}

pub fn state(operation: &Value) -> &str {
    operation["state"].as_str().unwrap()
}

/// Has every operation of the platform succeed, for the test of the API's description.
pub async fn ask_everything(app: &TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(app, "Described", &running.url()).await;
    let path = format!("/service-managers/{vendor}");
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["group"]["fields"][1]["id"], "domain");
    let found = app.api.get("/service-managers?limit=1", &app.api_key).await.json();
    assert_eq!(found["items"][0]["name"], "Described");
    let saved = json!({ "name": "Described", "base_url": running.url(), "application_id": "app" });
    assert_eq!(put(app, &path, &saved).await.json()["version"], 2);
    assert_eq!(app.api.order(&format!("{path}/refresh"), &app.api_key).await.json()["added"], json!([]));

    let id = create(app, account("Described Ltd", "described@example.com")).await;
    let path = format!("/marketplace-accounts/{id}");
    let changed = put(app, &path, &account("Described Ltd.", "described@example.com")).await;
    assert_eq!((changed.status, &changed.json()["version"]), (200, &json!(2)));
    assert_eq!(app.api.get(&path, &app.api_key).await.json()["name"], "Described Ltd.");
    assert_eq!(app.api.get("/marketplace-accounts", &app.api_key).await.json()["items"][0]["id"], id);
    let operation = request(app, &id, &vendor, json!({})).await;
    let cancelled = app.api.order(&format!("/operations/{operation}/cancel"), &app.api_key).await;
    assert_eq!(state(&cancelled.json()), "failed");
    assert_eq!(app.api.order(&format!("/operations/{operation}/retry"), &app.api_key).await.status, 202);
    later(app, 30).await;
    assert_eq!(state(&self::operation(app, &operation).await), "done");
    let calls = app.api.get(&format!("/service-managers/{vendor}/calls"), &app.api_key).await.json();
    assert_eq!(calls["items"][0]["operation"], "Synchronize");
    assert_eq!(state(&deleted(app, &id).await), "done");
    let gone = app.api.delete(&format!("/service-managers/{vendor}"), &app.api_key, None).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    import_everything(app).await;
}

/// Has every operation of imports succeed.
async fn import_everything(app: &TestApp) {
    let imports = "/marketplace-accounts/imports";
    let plan = async |row: &str| {
        let table = json!({ "table": format!("name,email\n{row}\n") });
        let planned = app.api.post(imports, &app.api_key, table).await;
        assert_eq!((planned.status, &planned.json()["state"]), (201, &json!("planned")), "{}", planned.body);
        format!("{imports}/{}", planned.json()["id"].as_str().unwrap())
    };
    let path = plan("Imported,imported@example.com").await;
    assert_eq!(app.api.order(&format!("{path}/start"), &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    let shown = app.api.get(&path, &app.api_key).await.json();
    assert_eq!((&shown["import"]["state"], &shown["progress"]["done"]), (&json!("finished"), &json!(1)));
    let lines = app.api.get(&format!("{path}/lines?plan=add"), &app.api_key).await.json();
    assert!(lines["items"][0]["account_id"].is_string(), "{lines}");
    let other = plan("Refused,nobody").await;
    assert_eq!(app.api.delete(&other, &app.api_key, None).await.json()["state"], "discarded");
    assert_eq!(app.api.get(imports, &app.api_key).await.json()["items"][0]["refused"], 1);
}
