//! Concurrent writes to one timeline (`H04`, `H05`).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tessera_core::kernel::ids::CustomerId;
use tessera_hub::HubError;
use tessera_store::JobState;
use testkit::{Answer, CLEO, CLI, JO, TestApp, client};

use super::{count, customer, devices, failed_jobs, history, holder, hook, post, work};

/// One of many concurrent writes to a customer: its kind and its answer.
async fn write_to(app: &TestApp, customer: &str, link: &str, review: &str, n: usize) -> (&'static str, Answer) {
    let (api, key) = (&app.api, &app.api_key);
    let reason = json!({ "reason": "signed in for somebody else" });
    match n {
        0 | 24 => {
            let path = format!("/customers/{customer}/links/{link}");
            return ("unlink", api.delete(&path, key, Some(reason)).await);
        }
        8 | 16 => {
            let decision = json!({ "decision": "link", "record": "freshsales:contact:6003" });
            return ("decide", api.post(&format!("/reviews/{review}/decision"), key, decision).await);
        }
        _ => {}
    }
    match n % 8 {
        0 | 1 => {
            let contact = json!({ "name": format!("Contact {n}"), "customer_id": customer });
            ("contact_added", api.post("/contacts", key, contact).await)
        }
        2 => {
            let place = json!({ "name": format!("Place {n}"), "owner_id": customer });
            ("place_added", api.post("/places", key, place).await)
        }
        3 => {
            let person = json!({ "name": format!("Person {n}"), "customer_id": customer });
            ("person_added", api.post("/persons", key, person).await)
        }
        4 => {
            let line = json!({ "reason": "credit", "model": format!("Battery module {n}") });
            ("return", api.post("/returns", key, json!({ "customer_id": customer, "lines": [line] })).await)
        }
        5 => ("refresh", api.order(&format!("/customers/{customer}/refresh"), key).await),
        6 => {
            let invitation = json!({ "requester_id": CLEO.requester });
            ("invite", post(app, "/invitations", &format!("invite {n}"), &invitation).await)
        }
        _ => {
            let id = app.display_id("HIB-C1");
            let body = if n % 16 == 7 {
                format!(r#"{{"display_id":"{id}"}}"#)
            } else {
                format!(r#"{{"requester_id":"{}"}}"#, CLEO.requester)
            };
            let (status, body) = app.deliver(&body).await;
            ("hook", Answer { status, headers: reqwest::header::HeaderMap::new(), body: body.to_string() })
        }
    }
}

#[testkit::both_databases]
async fn h04_h05_64_concurrent_writes_to_one_customer_never_fail_with_busy(app: TestApp) {
    app.activated(CLEO).await;
    let cleo = app.customer_of(CLEO.requester).await;
    let before = history(&app, &cleo, 200).await;
    let review = app.api.get("/reviews", &app.api_key).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let shown = customer(&app, &cleo).await;
    let user = shown["links"].as_array().unwrap().iter().find(|link| link["kind"] == "user").unwrap();
    let link = user["id"].as_str().unwrap();
    let id = app.display_id("HIB-C1");
    holder(&app, id, Value::Null).await;
    app.advance(Duration::from_mins(1));

    let all_answered = AtomicBool::new(false);
    let writers = async {
        let answers = join_all((0..64).map(|n| write_to(&app, &cleo, link, &review, n))).await;
        all_answered.store(true, Ordering::Relaxed);
        answers
    };
    let workers = async {
        while !all_answered.load(Ordering::Relaxed) {
            app.hub.run_pending().await;
            tokio::task::yield_now().await;
        }
    };
    let (answers, ()) = tokio::join!(writers, workers);
    work(&app).await;

    let statuses = |what: &str| {
        let mut all: Vec<u16> =
            answers.iter().filter(|(kind, _)| *kind == what).map(|(_, answer)| answer.status).collect();
        all.sort_unstable();
        all
    };
    for (what, answer) in &answers {
        assert!(answer.status < 500, "{what} was told {}: {}", answer.status, answer.body);
    }
    assert_eq!(statuses("unlink"), [204, 404]);
    assert_eq!(statuses("decide"), [200, 409]);
    assert!(statuses("refresh").into_iter().chain(statuses("hook")).all(|status| status == 202));
    let after = history(&app, &cleo, 200).await;
    assert_eq!(after[..before.len()], before, "what was written stays as it is");
    assert!(statuses("invite").iter().all(|status| *status == 201));
    for what in ["contact_added", "place_added", "person_added", "return"] {
        assert!(statuses(what).iter().all(|status| *status == 201), "{what}: {:?}", statuses(what));
        assert_eq!(count(&after, what) - count(&before, what), statuses(what).len(), "{what}");
    }
    for what in ["unlinked", "review_decided", "device_unassigned"] {
        assert_eq!(count(&after, what), 1, "{what}");
    }
    assert_eq!(devices(&app, &cleo).await, BTreeSet::new());
    assert_eq!(failed_jobs(&app).await, [] as [Value; 0]);
    assert_eq!(history(&app, &cleo, 7).await, after, "however it is paged");
}

/// One of many concurrent writes to the operator's timeline. Returns the event expected there on success.
async fn operate(app: &TestApp, jobs: &[tessera_core::kernel::ids::JobId], n: usize) -> Option<&'static str> {
    let done = |outcome: Result<(), HubError>| match outcome {
        Ok(()) => true,
        Err(error) => {
            assert!(!matches!(error, HubError::Busy), "writer {n}: {error}");
            false
        }
    };
    let created = |answer: Answer| {
        assert_eq!(answer.status, 201, "writer {n}: {}", answer.body);
        true
    };
    let (api, key) = (&app.api, &app.api_key);
    let (what, done) = match n % 8 {
        0 => {
            // Half of them concern the same account.
            let login = if n.is_multiple_of(16) { "shared".to_owned() } else { format!("staff{n}") };
            ("staff", done(app.hub.put_staff(&login, "Jo Example", "quince-heron-7", &CLI).await))
        }
        1 | 2 => ("api_key_issued", done(app.hub.put_api_key(&format!("machine {n}"), &CLI).await.map(|_| ()))),
        3 => ("api_key_issued", done(app.hub.put_api_key("rotated", &CLI).await.map(|_| ()))),
        4 => {
            let person = json!({ "name": format!("Tess {n}"), "licence_type": "TECHPORTAL" });
            ("person_added", created(api.post("/persons", key, person).await))
        }
        5 => ("place_added", created(api.post("/places", key, json!({ "name": format!("Depot {n}") })).await)),
        6 => ("contact_added", created(api.post("/contacts", key, json!({ "name": format!("Hal {n}") })).await)),
        _ => ("job_retried", done(app.hub.retry_job(jobs[n / 8 % jobs.len()], &JO).await)),
    };
    done.then_some(what)
}

#[testkit::both_databases]
async fn h04_h05_64_concurrent_writes_to_the_operators_timeline_never_fail_with_busy(app: TestApp) {
    for n in 0..4 {
        hook(&app, &format!(r#"{{"serial_number":"NOBODYS-{n}"}}"#)).await;
    }
    for _ in 0..4 {
        app.hub.run_pending().await;
        app.advance(Duration::from_mins(5));
    }
    let jobs: Vec<_> = app.store.jobs(JobState::Failed, 100).await.unwrap().into_iter().map(|job| job.id).collect();
    assert!(!jobs.is_empty());
    let operator = CustomerId::OPERATOR.to_string();
    let before = history(&app, &operator, 200).await;

    let done = join_all((0..64).map(|n| operate(&app, &jobs, n))).await;
    let after = history(&app, &operator, 200).await;
    assert_eq!(after[..before.len()], before);
    let new = &after[before.len()..];
    for what in ["api_key_issued", "person_added", "place_added", "contact_added", "job_retried"] {
        let written = done.iter().filter(|it| **it == Some(what)).count();
        assert_eq!(count(new, what), written, "{what}");
    }
    assert_eq!(count(new, "job_retried"), jobs.len(), "each is tried again once, whoever asks");
    assert_eq!(
        (count(new, "staff_added"), count(new, "staff_password_set")),
        (5, 3),
        "every one of the eight is there"
    );
    assert_eq!(count(new, "api_key_issued"), 24);
    assert_eq!(new.len(), 24 + 8 + 8 * 3 + jobs.len());
    assert_eq!(history(&app, &operator, 3).await, after);

    // Of several keys created for one name concurrently, exactly one is valid.
    let keys = join_all((0..8).map(async |_| app.hub.put_api_key("rotated", &CLI).await)).await;
    let mut good = 0;
    for key in keys {
        let status = client().get(format!("{}/api/v1/systems", app.url)).bearer_auth(key.unwrap()).send().await;
        good += usize::from(status.unwrap().status() == 200);
    }
    assert_eq!(good, 1);
    app.leave_jobs();
}
