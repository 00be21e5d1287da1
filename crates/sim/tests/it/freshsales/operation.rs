//! Tests of API key, limits, faults, stored state and pages.

use std::time::Duration;

use http::Method;
use serde_json::json;
use tessera_sim::freshsales::{Freshsales, Options, Plan};
use tessera_sim::world::World;

use super::{Answer, BASE, Crm, KEY, options};

#[tokio::test]
async fn rejects_a_request_without_a_valid_key() {
    let crm = Crm::start(options()).await;
    let path = format!("{BASE}/contacts/filters");
    for wrong in ["", "Token token=wrong", "Bearer test-key", "Token test-key"] {
        let request = crm.request(Method::GET, &path).header("Authorization", wrong);
        let answer = Answer::read(request.send().await.unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.body), (401, json!({ "login": "failed" })), "{wrong:?}");
    }
}

#[tokio::test]
async fn answers_under_the_legacy_base_too() {
    let crm = Crm::start(options()).await;
    let request =
        crm.request(Method::GET, "/api/contacts/filters").header("Authorization", format!("Token token={KEY}"));
    assert_eq!(Answer::read(request.send().await.unwrap()).await.status.as_u16(), 200);
    crm.get("/no/such/path").await.refused(404);
}

#[tokio::test]
async fn limits_requests_per_minute_with_retry_after() {
    let crm = Crm::start(Options { plan: Plan::Enterprise, ..options() }).await;
    for _ in 0..400 {
        crm.get("/contacts/filters").await.ok();
    }
    crm.clock.advance(Duration::from_secs(18));
    let answer = crm.get("/contacts/filters").await;
    assert_eq!(answer.retry_after.as_deref(), Some("42"));
    assert_eq!(answer.refused(429), ["Too many requests"]);
    crm.clock.advance(Duration::from_secs(42));
    crm.get("/contacts/filters").await.ok();
}

#[tokio::test]
async fn limits_requests_per_hour_by_plan() {
    for (plan, per_hour) in [(Plan::Free, 1_000), (Plan::Growth, 1_000), (Plan::Pro, 2_000)] {
        let crm = Crm::start(Options { plan, ..options() }).await;
        for number in 0..per_hour {
            if number > 0 && number % 400 == 0 {
                crm.clock.advance(Duration::from_mins(1));
            }
            crm.get("/contacts/filters").await.ok();
        }
        crm.clock.advance(Duration::from_mins(1));
        let answer = crm.get("/contacts/filters").await;
        let seconds: u64 = answer.retry_after.clone().unwrap().parse().unwrap();
        assert!((3_000..3_600).contains(&seconds), "{plan:?}: {seconds}");
        answer.refused(429);
        crm.clock.advance(Duration::from_secs(seconds));
        crm.get("/contacts/filters").await.ok();
    }
}

#[tokio::test]
async fn injects_faults_and_records_requests() {
    let crm = Crm::start(options()).await;
    let fault = json!({ "path": format!("{BASE}/lookup"), "kind": "status", "status": 403, "times": 1 });
    let set = crm.request(Method::POST, "/_sim/faults").json(&fault).send().await.unwrap();
    assert_eq!(set.status().as_u16(), 201);
    let lookup = "/lookup?q=a%40example.com&f=email&entities=contact";
    assert_eq!(crm.get(lookup).await.refused(403), ["You are not authorized to perform this action."]);
    crm.get(lookup).await.ok();
    let seen = Answer::read(crm.request(Method::GET, "/_sim/requests").send().await.unwrap()).await.ok();
    assert_eq!(seen[0]["path"], format!("{BASE}/lookup"));
    assert_eq!((&seen[0]["status"], &seen[1]["status"]), (&json!(403), &json!(200)));
}

#[tokio::test]
async fn stores_its_state_in_the_data_file() {
    let directory = tempfile::tempdir().unwrap();
    let kept = Options { data_file: Some(directory.path().join("freshsales.json")), ..options() };
    let crm = Crm::start(kept.clone()).await;
    crm.stand_in.load(&World::demo(20, 7));
    let id = crm.contact("mira@example.com").await;
    let Crm { running, stand_in, client, .. } = crm;
    drop((running, stand_in, client));
    // The server's task drops its clone, which writes the file, as soon as the runtime runs it.
    while !std::fs::read_to_string(directory.path().join("freshsales.json")).is_ok_and(|json| json.contains("mira@")) {
        tokio::task::yield_now().await;
    }
    let crm = Crm::start(kept).await;
    crm.stand_in.load(&World::demo(500, 1));
    assert_eq!(crm.get(&format!("/contacts/{id}")).await.ok()["contact"]["email"], "mira@example.com");
    let next = crm.contact("next@example.com").await;
    assert!(next > id);
    assert!(crm.get("/contacts/filters").await.ok()["filters"].is_array());
    assert_eq!(crm.lookup("mira@example.com").await, [id]);
}

#[tokio::test]
async fn does_not_start_with_an_invalid_data_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("freshsales.json");
    std::fs::write(&file, "not json").unwrap();
    assert!(Freshsales::new(Options { data_file: Some(file), ..options() }).is_err());
}

#[tokio::test]
async fn has_html_pages() {
    let crm = Crm::start(options()).await;
    let contact = json!({ "contact": { "first_name": "<b>Bo", "last_name": "O'Hara", "email": "bo@example.com" } });
    let id = crm.post("/contacts", contact).await.ok()["contact"]["id"].as_u64().unwrap();
    crm.post("/deals", json!({ "deal": { "name": "Roof & battery", "amount": 10, "contacts_added_list": [id] } }))
        .await
        .ok();
    let page = async |path: &str| {
        let response = crm.request(Method::GET, path).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    for path in ["/".to_owned(), "/?q=bo%40EXAMPLE".to_owned(), format!("/crm/sales/contacts/{id}")] {
        let (status, html) = page(&path).await;
        assert_eq!(status, 200);
        assert!(html.contains("&lt;b&gt;Bo O&#39;Hara") && html.contains("Roof &amp; battery"), "{path}: {html}");
        assert!(!html.contains("<script"));
    }
    assert!(!page("/?q=nobody").await.1.contains("O&#39;Hara"));
    assert_eq!(page("/crm/sales/contacts/1").await.0, 404);
}
