//! Failed jobs and paused systems in the API.

use serde_json::{Value, json};
use testkit::{DESK, TestApp, client};

/// Fails a job for good: an invitation of a requester that cannot exist, because the service desk's ids are numbers.
async fn fail(app: &TestApp, requester: &str) -> String {
    app.hub.ask_invitation(requester, DESK.actor.clone()).await.unwrap();
    app.hub.run_pending().await;
    let items = listed(app, "failed").await;
    let job = items.iter().find(|job| job["detail"]["requester_id"] == requester);
    job.unwrap_or_else(|| panic!("{items:#?}"))["id"].as_str().unwrap().to_owned()
}

async fn listed(app: &TestApp, state: &str) -> Vec<Value> {
    let jobs = app.api.get(&format!("/jobs?state={state}"), &app.api_key).await.json();
    jobs["items"].as_array().unwrap().clone()
}

async fn service_desk(app: &TestApp) -> Value {
    let systems = app.api.get("/jobs/systems", &app.api_key).await.json();
    let systems = systems["items"].as_array().unwrap().clone();
    systems.into_iter().find(|system| system["system"] == "service_desk").unwrap()
}

/// Calls every operation on jobs. No failed job is left.
pub async fn ask_everything(app: &TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    let job = fail(app, "nobody-0").await;
    assert_eq!(api.order(&format!("/jobs/{job}/retry"), key).await.status, 204);
    app.hub.run_pending().await;
    let retried = api.post("/jobs/retry", key, json!({ "system": "service_desk" })).await.json();
    assert_eq!(retried, json!({ "jobs": 1 }));
    app.hub.run_pending().await;
    assert_eq!(api.order("/jobs/systems/service_desk/pause", key).await.status, 204);
    assert_eq!(service_desk(app).await["paused_by"], "api_key:test");
    assert_eq!(api.order("/jobs/systems/service_desk/resume", key).await.status, 204);
    assert_eq!(api.order(&format!("/jobs/{job}/dismiss"), key).await.status, 204);
}

#[testkit::both_databases]
async fn h04_failed_jobs_are_retried_and_dismissed_by_the_api(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    let first = fail(&app, "nobody-1").await;
    fail(&app, "nobody-2").await;
    assert_eq!(service_desk(&app).await["failed"], 2);
    let invite = json!({ "kind": "invite" });
    assert_eq!(api.post("/jobs/retry", key, invite.clone()).await.json(), json!({ "jobs": 2 }));
    assert_eq!(listed(&app, "failed").await.len(), 0);
    app.hub.run_pending().await;
    assert_eq!(listed(&app, "failed").await.len(), 2);

    assert_eq!(api.order(&format!("/jobs/{first}/dismiss"), key).await.status, 204);
    for does in ["dismiss", "retry"] {
        api.order(&format!("/jobs/{first}/{does}"), key).await.problem(404, "not_found");
    }
    assert_eq!(api.post("/jobs/retry", key, invite).await.json(), json!({ "jobs": 1 }));
    for wrong in [json!({}), json!({ "kind": "invite", "system": "crm" }), json!({ "kind": "invit" })] {
        api.post("/jobs/retry", key, wrong).await.problem(422, "invalid_body");
    }
    app.hub.run_pending().await;
    app.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h06_a_system_is_paused_and_resumed_by_the_api(app: TestApp) {
    let (api, key) = (&app.api, &app.api_key);
    assert_eq!(api.order("/jobs/systems/service_desk/pause", key).await.status, 204);
    app.hub.ask_invitation("nobody-3", DESK.actor.clone()).await.unwrap();
    assert_eq!(app.hub.run_pending().await, 0);
    let paused = service_desk(&app).await;
    assert_eq!((&paused["due"], &paused["paused_by"]), (&json!(1), &json!("api_key:test")));
    assert!(paused["paused_since"].is_string(), "{paused}");
    assert_eq!(api.order("/jobs/systems/service_desk/resume", key).await.status, 204);
    assert_eq!(service_desk(&app).await["paused_since"], Value::Null);
    assert_eq!(app.hub.run_pending().await, 1);
    api.order("/jobs/systems/fax/pause", key).await.problem(400, "invalid_parameter");
    app.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h04_jobs_that_were_given_up_are_counted_in_the_metrics(app: TestApp) {
    let metrics = async || client().get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap();
    assert!(!metrics().await.contains("jobs_given_up_total{"));
    fail(&app, "nobody-4").await;
    let count = "tessera_jobs_given_up_total{kind=\"invite\",system=\"service_desk\",outcome=\"failed\"} 1";
    for _ in 0..2 {
        let shown = metrics().await;
        assert!(shown.contains(count) && shown.contains("tessera_changes_given_up_total 0"), "{shown}");
    }
    app.expect_failed_jobs(&["invite"]);
}

#[testkit::both_databases]
async fn h04_jobs_are_listed_by_kind(app: TestApp) {
    app.hub.request_sweeps().await.unwrap();
    app.hub.ask_invitation("nobody-5", DESK.actor.clone()).await.unwrap();
    let listed = async |filter: &str| {
        let jobs = app.api.get(&format!("/jobs?state=waiting{filter}"), &app.api_key).await.json();
        jobs["items"].as_array().unwrap().iter().map(|job| job["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(listed("&kind=sweep").await, ["sweep"; 3]);
    assert_eq!(listed("&kind=invite").await, ["invite"]);
    assert_eq!(listed("&kind=swee").await, [""; 0], "a kind is meant as a whole");
    assert_eq!(listed("").await.len(), 4);
    app.leave_jobs();
}
