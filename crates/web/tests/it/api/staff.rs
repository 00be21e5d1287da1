//! Staff accounts and API keys by the API.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, TestApp};

async fn change(app: &TestApp, path: &str, body: Value) -> Answer {
    app.api.send(Method::PATCH, path, |request| request.bearer_auth(&app.api_key).json(&body)).await
}

/// Has every operation on staff and API keys succeed.
pub async fn ask_everything(app: &TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    let created = api.post("/staff", key, json!({ "login": "lee", "name": "Lee Example", "roles": ["auditor"] })).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let account = format!("/staff/{}", created.json()["id"].as_str().unwrap());
    assert_eq!(change(app, &account, json!({ "roles": ["support"] })).await.status, 200);
    assert_eq!(api.get("/staff", key).await.status, 200);
    assert_eq!(api.delete(&account, key, None).await.status, 204);
    let issued = api.post("/api-keys", key, json!({ "name": "asking", "scopes": ["devices:read"] })).await;
    assert_eq!(issued.status, 201, "{}", issued.body);
    assert_eq!(api.get("/api-keys", key).await.status, 200);
    let issued = format!("/api-keys/{}", issued.json()["id"].as_str().unwrap());
    assert_eq!(api.delete(&issued, key, None).await.status, 204);
}

#[testkit::both_databases]
async fn staff_are_created_given_roles_and_removed(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    let created = api.post("/staff", key, json!({ "login": "kim", "name": "Kim Example", "roles": ["support"] })).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert!(created.json()["link"].as_str().unwrap().contains("/console/welcome/"), "{}", created.body);
    let path = format!("/staff/{}", created.json()["id"].as_str().unwrap());
    let taken = api.post("/staff", key, json!({ "login": "kim", "name": "Kim Two", "roles": ["support"] })).await;
    assert_eq!(taken.problem(409, "login_taken"), "another account has this login");
    let unknown = api.post("/staff", key, json!({ "login": "lee", "name": "Lee", "roles": ["root"] })).await;
    unknown.problem(422, "unknown_role");

    let changed = change(&app, &path, json!({ "roles": ["warehouse", "support", "support"] })).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let listed = api.get("/staff", key).await;
    let listed_accounts = listed.json();
    let kim = listed_accounts["items"].as_array().unwrap().iter().find(|it| it["login"] == "kim").unwrap();
    assert_eq!((&kim["roles"], &kim["has_password"]), (&json!(["support", "warehouse"]), &json!(false)));
    assert!(!listed.body.contains("argon2"), "no hash is shown");
    assert_eq!(api.delete(&path, key, None).await.status, 204);
    assert_eq!(api.delete(&path, key, None).await.status, 404);
}

#[testkit::both_databases]
async fn api_key_has_scopes_expires_and_is_rotated_with_overlap(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    let issue = async |body| api.post("/api-keys", key, body).await;
    let works = async |key: &str| api.get("/customers", key).await.status == 200;
    let secret = |answer: &Answer| answer.json()["key"].as_str().unwrap().to_owned();

    let first = issue(json!({ "name": "billing", "scopes": ["customers:read"] })).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.json()["scopes"], json!(["customers:read"]));
    let first = secret(&first);
    assert!(works(&first).await);
    let refused = api.post("/persons", &first, json!({ "name": "Tess" })).await;
    assert!(refused.problem(403, "scope_missing").contains("persons"), "{}", refused.body);

    let second = secret(&issue(json!({ "name": "billing", "scopes": ["customers"], "keep_older_hours": 24 })).await);
    assert!(works(&first).await && works(&second).await, "both work for a while");
    app.advance(Duration::from_secs(24 * 3600 + 1));
    assert!(!works(&first).await && works(&second).await);
    let third = secret(&issue(json!({ "name": "billing", "scopes": ["customers"] })).await);
    assert!(!works(&second).await && works(&third).await, "without overlap, the older one stops at once");

    let soon = app.hub.env.now() + jiff::SignedDuration::from_hours(1);
    let short = secret(&issue(json!({ "name": "short", "scopes": ["customers"], "expires_at": soon })).await);
    assert!(works(&short).await);
    app.advance(Duration::from_secs(3601));
    assert!(!works(&short).await);
    let past = issue(json!({ "name": "past", "expires_at": soon })).await;
    past.problem(409, "expired");

    let listed = api.get("/api-keys", key).await;
    assert!(!listed.body.contains("tsk_"), "no key is shown again");
    let keys = listed.json();
    let billing = keys["items"].as_array().unwrap().iter().rev().find(|it| it["name"] == "billing").unwrap();
    assert!(billing["last_used_at"].is_string(), "{billing}");
    let path = format!("/api-keys/{}", billing["id"].as_str().unwrap());
    assert_eq!(api.delete(&path, key, None).await.status, 204);
    assert!(!works(&third).await);
    app.leave_jobs();
}
