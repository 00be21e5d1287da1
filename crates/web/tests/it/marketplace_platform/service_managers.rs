//! Service managers, and the custom fields that their vendors define.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tessera_sim::scripted_vendor::Turn;
use testkit::{MARKETPLACE, TestApp};

use super::{
    RunningVendor, account, connect, connection, create, deleted, later, put, request, shown, state, synchronized,
    text_option,
};

#[testkit::both_databases]
async fn m04_saving_a_service_manager_makes_its_sync_options_custom_fields(app: TestApp) {
    let role = json!({ "ID": "role", "Definition": {
        "ID": "role", "SortOrder": 1, "Name": "Role", "Kind": "List", "DataType": "Text", "IsRequired": false,
        "PredefinedValues": [{ "ID": 1, "Name": "User", "IsDefault": true }, { "ID": "2", "Name": "Reseller" }],
    } });
    let running = RunningVendor::start(json!({ "Fields": [role, text_option("username", 0, true)] })).await;
    let mut new = connection("Example Cloud EU", &running.url());
    new["settings"] = json!({ "FieldUsername": "partner", "FieldPassword": "settings-secret" });
    new["notification"] = json!({ "enabled": true, "subject": "Welcome", "body": "Hi [#Contacts.FullName#]" });
    let made = app.api.post("/service-managers", &app.api_key, new.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), format!("/api/v1/service-managers/{id}"));

    let answer = app.api.get(&format!("/service-managers/{id}"), &app.api_key).await;
    for secret in [MARKETPLACE.1, "settings-secret"] {
        assert!(!answer.body.contains(secret) && !made.body.contains(secret), "never shown again");
    }
    let shown = answer.json();
    assert_eq!((&shown["group"]["name"], &shown["group"]["error"]), (&json!("Example Cloud EU"), &json!(null)));
    let fields = shown["group"]["fields"].as_array().unwrap();
    let types: Vec<_> = fields.iter().map(|it| (&it["id"], &it["kind"], &it["data_type"])).collect();
    let (list, text) = (json!("List"), json!("Text"));
    assert_eq!(types, [(&json!("username"), &json!("SimpleValue"), &text), (&json!("role"), &list, &text)]);
    assert_eq!(fields[1]["values"][0]["id"], "1", "a number is an id as well");
    assert_eq!(shown["setting_ids"], json!(["FieldPassword", "FieldUsername"]));

    let asked = running.vendor.asked("SyncOptions");
    let sent = |name: &str| asked[0].headers[name].as_str();
    assert_eq!(sent("x-cloudplatform-applicationid"), MARKETPLACE.0);
    assert_eq!(sent("x-cloudplatform-apikey"), STANDARD.encode(MARKETPLACE.1));
    assert_eq!(sent("x-cloudplatform-setting-fieldpassword"), "settings-secret");
    assert!(!sent("x-cloudplatform-trackid").is_empty());

    app.api.post("/service-managers", &app.api_key, new).await.problem(409, "name_taken");
    let wrong = json!({ "name": "x", "base_url": "ftp://vendor", "application_id": "", "api_key": "" });
    let why = app.api.post("/service-managers", &app.api_key, wrong).await.problem(422, "invalid_value");
    for field in ["base_url", "application_id", "api_key"] {
        assert!(why.contains(field), "{why}");
    }
    later(&app, 30).await;
    assert_eq!(running.vendor.asked("SyncOptions").len(), 1, "nothing is left to fetch");
}

#[testkit::both_databases]
async fn m05_a_refresh_keeps_entered_values_and_says_what_becomes_of_them(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let first = synchronized(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    assert_eq!(state(&first), "done", "{first}");

    let (username, domain) = (text_option("username", 0, true), text_option("domain", 1, true));
    running.vendor.offer(json!({ "Fields": [username, text_option("region", 1, false)] }));
    let refresh = async || app.api.order(&format!("/service-managers/{vendor}/refresh"), &app.api_key).await.json();
    let found = refresh().await;
    assert_eq!(found["added"], json!([{ "id": "region", "name": "The region" }]));
    assert_eq!(found["removed"], json!([{ "id": "domain", "name": "The domain", "kept_values": 1 }]));
    assert_eq!(shown(&app, &id).await["sync_options"][&vendor]["domain"], "acme.example", "kept");
    synchronized(&app, &id, &vendor, json!({ "region": "eu" })).await;
    let sent = running.vendor.asked("Synchronize").pop().unwrap().body["SyncOptions"].clone();
    assert_eq!(sent, json!({ "username": "acme@example.com", "region": "eu" }), "what is gone is not sent");

    running.vendor.offer(json!({ "Fields": [text_option("username", 0, true), domain] }));
    refresh().await;
    let unchanged = refresh().await;
    assert_eq!(unchanged, json!({ "added": [], "changed": [], "removed": [] }));
    synchronized(&app, &id, &vendor, json!({})).await;
    let sent = running.vendor.asked("Synchronize").pop().unwrap().body["SyncOptions"].clone();
    assert_eq!(sent["domain"], "acme.example", "it counts again");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m04_a_vendor_that_gives_no_options_is_saved_and_asked_again(app: TestApp) {
    let running = RunningVendor::usual().await;
    let rubbish = Turn::Answer(200, "<html>Welcome</html>".to_owned());
    running.vendor.script("SyncOptions", [rubbish, Turn::Answer(503, String::new())]);
    let vendor = connect(&app, "Slow starter", &running.url()).await;
    let path = format!("/service-managers/{vendor}");
    let group = async || app.api.get(&path, &app.api_key).await.json()["group"].clone();
    let empty = group().await;
    assert_eq!((&empty["fields"], &empty["fetched_at"]), (&json!([]), &json!(null)));
    assert!(empty["error"].as_str().unwrap().contains("no JSON"), "{empty}");
    later(&app, 30).await;
    assert!(group().await["error"].as_str().unwrap().contains("503"), "{empty}");
    later(&app, 30).await;
    let fetched = group().await;
    assert_eq!((fetched["fields"].as_array().unwrap().len(), &fetched["error"]), (2, &json!(null)));

    running.vendor.script("SyncOptions", [Turn::Answer(200, r#"{"Code":-1,"Message":"no such key"}"#.to_owned())]);
    let refused = app.api.order(&format!("{path}/refresh"), &app.api_key).await;
    assert!(refused.status >= 500 && refused.body.contains("no such key"), "{}", refused.body);
    assert_eq!(group().await["fields"], fetched["fields"], "everything stays as it was");
}

#[testkit::both_databases]
async fn m04_saving_again_keeps_the_secrets_that_are_not_given(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Moving", &running.url()).await;
    let saved = json!({
        "name": "Renamed", "base_url": running.url(), "application_id": "app", "settings": { "Tenant": "t-1" },
    });
    let renamed = put(&app, &format!("/service-managers/{vendor}"), &saved).await;
    assert_eq!((renamed.status, &renamed.json()["group"]["name"]), (200, &json!("Renamed")), "{}", renamed.body);
    let asked = running.vendor.asked("SyncOptions").pop().unwrap();
    assert_eq!(asked.headers["x-cloudplatform-apikey"], STANDARD.encode(MARKETPLACE.1));
    assert_eq!(asked.headers["x-cloudplatform-setting-tenant"], "t-1");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m04_h01_stored_secrets_are_sent_to_no_other_server(app: TestApp) {
    let (ours, elsewhere) = (RunningVendor::usual().await, RunningVendor::usual().await);
    let mut new = connection("Ours", &ours.url());
    new["settings"] = json!({ "Password": "settings-secret" });
    let made = app.api.post("/service-managers", &app.api_key, new.clone()).await.json();
    let path = format!("/service-managers/{}", made["id"].as_str().unwrap());
    let moved = json!({ "name": "Ours", "base_url": elsewhere.url(), "application_id": "app" });
    let exists = json!({ "name": "Ours", "base_url": ours.url(), "application_id": "app",
        "endpoints": { "exists": format!("{}/exists", elsewhere.url()) } });
    let with_key = connection("Ours", &elsewhere.url());
    for (body, field) in [(moved, "api_key"), (exists, "api_key"), (with_key, "settings")] {
        let why = put(&app, &path, &body).await.problem(422, "invalid_value");
        assert!(why.contains(field) && why.contains("another server"), "{why}");
    }
    later(&app, 60).await;
    assert!(elsewhere.vendor.asked("SyncOptions").is_empty(), "nothing was sent there");
    new["base_url"] = json!(elsewhere.url());
    assert_eq!(put(&app, &path, &new).await.status, 200, "with the secrets, it moves");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m18_calls_are_kept_without_secrets(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Talkative", &running.url()).await;
    let told = json!({
        "Code": 0, "Result": "c-9", "Message": format!("your key is {}", MARKETPLACE.1), "GeneratedPassword": "{P@ssw0rd}",
    });
    running.vendor.script("Synchronize", [Turn::Answer(200, told.to_string())]);
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let operation = request(&app, &id, &vendor, json!({})).await;
    app.hub.run_pending().await;
    let calls = app.api.get(&format!("/service-managers/{vendor}/calls"), &app.api_key).await;
    for secret in [MARKETPLACE.1, "P@ssw0rd"] {
        assert!(!calls.body.contains(secret), "{}", calls.body);
    }
    let calls = calls.json();
    let operations: Vec<_> = calls["items"].as_array().unwrap().iter().map(|call| &call["operation"]).collect();
    assert_eq!(operations, ["Synchronize", "Exists", "SyncOptions"]);
    let call = &calls["items"][0];
    assert_eq!((&call["account_id"], &call["operation_id"]), (&json!(id), &json!(operation)));
    assert_eq!((&call["outcome"], &call["status"], &call["code"]), (&json!("answered"), &json!(200), &json!(0)));
    assert!(call["request"].as_str().unwrap().contains("123 Main Street"), "{call}");
    let asked = running.vendor.asked("Synchronize");
    assert_eq!(call["track_id"], asked[0].headers["x-cloudplatform-trackid"], "the vendor finds it in its own log");
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m04_a_service_manager_is_deleted_once_no_account_needs_it(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    later(&app, 30).await;
    let path = format!("/service-managers/{vendor}");
    let delete = async || app.api.delete(&path, &app.api_key, None).await;
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let operation = request(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    delete().await.problem(409, "operation_pending");
    app.hub.run_pending().await;
    let why = delete().await.problem(409, "accounts_linked");
    assert!(why.contains("1 account is linked"), "{why}");

    assert_eq!(state(&deleted(&app, &id).await), "done");
    assert_eq!(delete().await.status, 204);
    for gone in [path.clone(), format!("{path}/calls"), format!("/operations/{operation}")] {
        assert_eq!(app.api.get(&gone, &app.api_key).await.status, 404, "{gone}");
    }
    assert_eq!(shown(&app, &id).await["sync_options"], json!({}), "its values are gone");
    assert_eq!(delete().await.status, 404);
    connect(&app, "Example Cloud", &running.url()).await;
    later(&app, 30).await;
}
