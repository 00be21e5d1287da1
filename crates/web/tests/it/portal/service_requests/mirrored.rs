//! Synchronization of requests and tickets, with lost messages.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::kernel::ids::ServiceRequestId;
use tessera_sim::faults::FaultKind;
use testkit::store::{claim, worker};
use testkit::{ADA, BEN, Browser, Colleague, Page, TestApp, fault};

use crate::portal::service_requests::{id_in, open};

/// Delivers a webhook about a ticket and runs the pending jobs.
async fn told(app: &TestApp, ticket: u64) {
    app.advance(Duration::from_secs(1));
    deliver(app, ticket).await;
    app.hub.run_pending().await;
}

async fn deliver(app: &TestApp, ticket: u64) {
    assert_eq!(app.deliver(&format!(r#"{{"ticket_id":"{ticket}"}}"#)).await.0, 202);
}

/// Opens a request that has a ticket.
async fn mirrored(app: &TestApp, ada: &mut Browser) -> (Page, u64) {
    let page = open(app, ada, &[], &[]).await;
    app.hub.run_pending().await;
    (page, app.tickets(ADA)[0].id)
}

#[testkit::both_databases]
async fn p09_a_request_is_found_by_its_ticket_number_however_it_is_written(app: TestApp) {
    let (mut ada, mut ben) = (app.activated(ADA).await, app.activated(BEN).await);
    let (page, ticket) = mirrored(&app, &mut ada).await;
    let id = id_in(&page);
    let portal = format!("{}/portal/customer", app.url);
    let mut agnes = Colleague::signed_in(&app).await;
    for kind in ["INC-", "inc-", "%23", "%23INC-", "SR-", "SR+", "+INC%E2%80%93"] {
        let typed = format!("{kind}{ticket}");
        for list in ["requests", "search"] {
            let found = ada.open(&format!("{portal}/{list}?q={typed}")).await;
            assert!(found.body.contains(&format!("/portal/customer/requests/{id}")), "{list} {typed}");
            let others = ben.open(&format!("{portal}/{list}?q={typed}")).await;
            assert!(!others.body.contains(&id), "{list} {typed}");
        }
        for list in ["/requests?q=", "?q="] {
            agnes.open(&format!("{list}{typed}")).await.says(&[&format!("/console/requests/{id}")]);
        }
    }
    let wide: String =
        ticket.to_string().bytes().map(|digit| char::from_u32(0xFF10 + u32::from(digit - b'0')).unwrap()).collect();
    for typed in [
        format!("[%23INC-{ticket}]"),
        format!("INC{ticket}"),
        format!("INC:{ticket}"),
        format!("ticket+{ticket}"),
        format!("no.+{ticket}"),
        format!("{ticket}."),
        ticket.to_string(),
        wide,
    ] {
        for list in ["requests", "search"] {
            let found = ada.open(&format!("{portal}/{list}?q={typed}")).await;
            assert!(found.body.contains(&format!("/portal/customer/requests/{id}")), "{list} {typed}");
        }
        for list in ["/requests?q=", "?q="] {
            agnes.open(&format!("{list}{typed}")).await.says(&[&format!("/console/requests/{id}")]);
        }
    }
    let closed = ada.open(&format!("{portal}/requests?status=closed&q=%23{ticket}")).await;
    assert!(closed.body.contains("No requests found"), "a status that was chosen stays chosen");
}

#[testkit::both_databases]
async fn p09_only_public_replies_of_the_desk_are_imported(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let (page, ticket) = mirrored(&app, &mut ada).await;
    let path = format!("/tickets/{ticket}");
    app.call_desk(Method::POST, &format!("{path}/notes"), json!({ "body": "A difficult customer" })).await;
    app.call_desk(Method::POST, &format!("{path}/notes"), json!({ "body": "Secret too", "private": true })).await;
    app.call_desk(Method::POST, &format!("{path}/reply"), json!({ "body": "<p>Is it <b>dark</b>?</p>" })).await;
    let picture = "<style>p { color: red }</style><div><img src=\"https://desk.example.com/1.png\"></div>";
    app.call_desk(Method::POST, &format!("{path}/reply"), json!({ "body": picture })).await;
    app.call_desk(Method::PUT, &path, json!({ "status": 3 })).await;
    told(&app, ticket).await;
    let shown = ada.open(&page.url).await;
    assert!(
        shown.body.contains("[a picture, at the service desk]") && !shown.body.contains("color: red"),
        "{}",
        shown.body
    );
    assert!(shown.body.contains("Is it dark?") && shown.body.contains("Service team"), "{}", shown.body);
    assert!(shown.body.contains("On hold"));
    for private in ["difficult", "Secret"] {
        assert!(!shown.body.contains(private), "a private note stays at the desk");
    }
    let mut agnes = Colleague::signed_in(&app).await;
    assert!(!agnes.open(&format!("/requests/{}", id_in(&page))).await.body.contains("difficult"));

    app.call_desk(Method::PUT, &path, json!({ "status": 6 })).await;
    told(&app, ticket).await;
    assert!(
        ada.open(&page.url).await.body.contains("Waiting for a spare part"),
        "a status of the desk's own, in words"
    );
    app.call_desk(Method::PUT, &path, json!({ "status": 99 })).await;
    told(&app, ticket).await;
    assert!(ada.open(&page.url).await.body.contains("In progress"), "one nobody has words for");

    // A reply that is made private is removed.
    app.desk.change(|state| state.conversations.iter_mut().for_each(|entry| entry.private = true));
    told(&app, ticket).await;
    assert!(!ada.open(&page.url).await.body.contains("Is it dark?"));
}

#[testkit::both_databases]
async fn p09_a_ticket_opened_at_the_desk_becomes_a_request(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let by_phone = json!({ "requester_id": 1001, "subject": "Called about noise", "description": "<p>It hums</p>",
        "status": 2, "priority": 1, "assets": [{ "display_id": app.display_id("HIB-A1") }] });
    let ticket = app.call_desk(Method::POST, "/tickets", by_phone).await["ticket"]["id"].as_u64().unwrap();
    told(&app, ticket).await;
    deliver(&app, ticket).await;
    told(&app, ticket).await;
    let list = ada.open(&format!("{}/portal/customer/requests", app.url)).await;
    assert_eq!(list.body.matches("Called about noise").count(), 1, "{}", list.body);
    let path = list.body.split("href=\"").find(|it| it.contains("/requests/0")).unwrap().split('"').next().unwrap();
    let shown = ada.open(&format!("{}{path}", app.url)).await;
    assert!(shown.body.contains("It hums") && shown.body.contains("HIB-A1"), "{}", shown.body);
    // A ticket of an unlinked requester does not become a request.
    let strangers =
        json!({ "requester_id": 1005, "subject": "Not linked", "description": "x", "status": 2, "priority": 1 });
    let ticket = app.call_desk(Method::POST, "/tickets", strangers).await["ticket"]["id"].as_u64().unwrap();
    told(&app, ticket).await;
    assert_eq!(app.store.request_of_ticket(&ticket.to_string()).await.unwrap(), None);
}

#[testkit::both_databases]
async fn p09_p15_a_ticket_has_the_kind_of_its_type_and_the_device_in_its_text(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let opened = async |more: Value| {
        let mut ticket =
            json!({ "requester_id": 1001, "subject": "s", "description": "d", "status": 2, "priority": 1 });
        ticket.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let ticket = app.call_desk(Method::POST, "/tickets", ticket).await["ticket"]["id"].as_u64().unwrap();
        told(&app, ticket).await;
        let request = app.store.request_of_ticket(&ticket.to_string()).await.unwrap().unwrap();
        (request.kind, request.device.map(|device| device.external_id))
    };
    let device = Some(app.display_id("HIB-A1").to_string());
    for (more, kind, of) in [
        (json!({ "type": "Installation", "subject": "Installation of HIB-A1" }), "installation", &device),
        (
            json!({ "type": "Service Request", "category": "installation", "description": "hib a1" }),
            "installation",
            &device,
        ),
        (json!({ "type": "Incident", "subject": "It hums" }), "fault", &None),
        (json!({ "type": "Service Request", "subject": "A question" }), "other", &None),
        // Another customer's device is not shown, whatever the text says.
        (json!({ "type": "Incident", "subject": "Like HIB-B1" }), "fault", &None),
    ] {
        assert_eq!(opened(more.clone()).await, (kind.to_owned(), of.clone()), "{more}");
    }
}

fn posts(app: &TestApp, ending: &str) -> usize {
    let seen = app.desk.faults().requests();
    seen.iter().filter(|seen| seen.method == "POST" && seen.path.ends_with(ending)).count()
}

#[testkit::both_databases]
async fn h04_a_lost_answer_creates_no_second_ticket_and_no_second_note(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    app.desk.faults().add(fault("/api/v2/tickets", "POST", FaultKind::Disconnect));
    let page = open(&app, &mut ada, &[], &[]).await;
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA).len(), 1, "the desk has it, the hub does not know");
    assert!(ada.open(&page.url).await.body.contains("Received"));
    app.settle().await;
    assert_eq!((app.tickets(ADA).len(), posts(&app, "/tickets")), (1, 1), "found by its mark, not sent again");
    assert!(ada.open(&page.url).await.body.contains("With the service team"));
    let ticket = app.tickets(ADA)[0].id;

    app.desk.faults().add(fault("/api/v2/tickets/*", "POST", FaultKind::Disconnect));
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "One.")], &[]).await;
    app.advance(Duration::from_secs(1));
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "Two.")], &[]).await;
    app.settle().await;
    let notes: Vec<String> = app.conversations(ticket).into_iter().map(|note| note.body_text[..4].to_owned()).collect();
    assert_eq!(notes, ["One.", "Two."]);

    // A status that cannot be set yet delays the changes after it.
    let broken = FaultKind::Status { status: 503, retry_after: None, body: None };
    app.desk.faults().add(fault("/api/v2/tickets/*", "PUT", broken));
    ada.post(&format!("{}/close", page.url), &[]).await;
    app.advance(Duration::from_secs(1));
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "After closing.")], &[]).await;
    app.settle().await;
    assert_eq!((app.tickets(ADA)[0].status, app.conversations(ticket).len()), (5, 3));
}

#[testkit::both_databases]
async fn h04_a_worker_that_dies_leaves_one_ticket(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let page = open(&app, &mut ada, &[], &[]).await;
    let id: ServiceRequestId = id_in(&page).parse().unwrap();
    // A worker claimed the job and the request, and died before it sent anything.
    let now = app.hub.env.now();
    let dead = worker(&app.store, now).await;
    let jobs = claim(&app.store, dead, now, 16).await;
    assert!(jobs.iter().any(|job| job.task.kind() == "sync_ticket"));
    for job in &jobs {
        app.store.technical().take_request(id, job.id).await.ok();
    }
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "Anyone there?")], &[]).await;
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA).len(), 0, "as long as the first may be at it, nobody else is");
    app.advance(Duration::from_mins(3));
    app.store.technical().bury_workers(&[(dead, 0)], app.hub.env.now()).await.unwrap();
    app.settle().await;
    assert_eq!(app.tickets(ADA).len(), 1);
    assert_eq!(app.conversations(app.tickets(ADA)[0].id).len(), 1);

    // Two processes send concurrently.
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "And now?")], &[]).await;
    let other = app.hub.clone();
    tokio::join!(app.hub.run_pending(), other.run_pending());
    app.settle().await;
    assert_eq!(app.conversations(app.tickets(ADA)[0].id).len(), 2);
}

#[testkit::both_databases]
async fn h04_ticket_webhooks_can_be_duplicated_late_or_missing(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let (page, ticket) = mirrored(&app, &mut ada).await;
    app.hub.request_due_ticket_readings().await.unwrap();
    app.settle().await;
    let path = format!("/tickets/{ticket}");
    for number in 0..3 {
        app.call_desk(Method::POST, &format!("{path}/reply"), json!({ "body": format!("Answer {number}") })).await;
        deliver(&app, ticket).await;
        deliver(&app, ticket).await;
    }
    let (one, two) = (app.hub.clone(), app.hub.clone());
    tokio::join!(one.run_pending(), two.run_pending());
    told(&app, ticket).await;
    let shown = ada.open(&page.url).await;
    for number in 0..3 {
        assert_eq!(shown.body.matches(&format!("Answer {number}")).count(), 1);
    }
    // No webhook announces this one.
    app.advance(Duration::from_mins(20));
    app.call_desk(Method::POST, &format!("{path}/reply"), json!({ "body": "Nobody told you" })).await;
    app.call_desk(Method::PUT, &path, json!({ "status": 4 })).await;
    let quiet =
        json!({ "requester_id": 1001, "subject": "Nor of this", "description": "x", "status": 2, "priority": 1 });
    app.call_desk(Method::POST, "/tickets", quiet).await;
    app.hub.request_due_ticket_readings().await.unwrap();
    app.settle().await;
    let shown = ada.open(&page.url).await;
    assert!(shown.body.contains("Nobody told you") && shown.body.contains("Solved"), "{}", shown.body);
    let list = ada.open(&format!("{}/portal/customer/requests", app.url)).await;
    assert_eq!(list.body.matches("Nor of this").count(), 1);
    // An aborted reading starts again from the same time.
    let broken = FaultKind::Status { status: 500, retry_after: None, body: None };
    for _ in 0..8 {
        app.desk.faults().add(fault("/api/v2/tickets", "GET", broken.clone()));
    }
    app.advance(Duration::from_mins(20));
    app.call_desk(Method::PUT, &path, json!({ "status": 5 })).await;
    app.hub.request_due_ticket_readings().await.unwrap();
    app.hub.run_pending().await;
    for _ in 0..6 {
        app.advance(Duration::from_mins(5));
        app.hub.run_pending().await;
    }
    assert!(ada.open(&page.url).await.body.contains("Closed"));
}

#[testkit::both_databases]
async fn h04_our_own_ticket_writes_are_not_imported_again(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let (page, ticket) = mirrored(&app, &mut ada).await;
    ada.upload_all(&format!("{}/comment", page.url), &[("text", "Mine")], &[]).await;
    ada.post(&format!("{}/close", page.url), &[]).await;
    app.hub.run_pending().await;
    let writes = |app: &TestApp| {
        let seen = app.desk.faults().requests();
        seen.iter().filter(|seen| seen.method != "GET").count()
    };
    let before = (writes(&app), app.conversations(ticket).len());
    for _ in 0..3 {
        told(&app, ticket).await;
        app.settle().await;
    }
    assert_eq!((writes(&app), app.conversations(ticket).len()), before, "nothing echoes");
    let shown = ada.open(&page.url).await;
    assert_eq!(shown.body.matches("<p>Mine</p>").count(), 1);
    assert!(shown.body.contains("Closed"));
    // The status from a reading that began before our write is older than the write.
    let id: ServiceRequestId = id_in(&page).parse().unwrap();
    let comments = app.store.comments(id).await.unwrap();
    assert!(comments.iter().all(|comment| comment.delivery.as_str() == "sent"), "{comments:?}");
}

#[testkit::both_databases]
async fn h04_a_deleted_or_reassigned_ticket_is_not_imported_any_more(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let mut ben = app.activated(BEN).await;
    let (page, ticket) = mirrored(&app, &mut ada).await;
    // At the service desk, the ticket is assigned to another requester and discussed there.
    app.call_desk(Method::PUT, &format!("/tickets/{ticket}"), json!({ "requester_id": 1002 })).await;
    app.call_desk(Method::POST, &format!("/tickets/{ticket}/reply"), json!({ "body": "Only for Ben" })).await;
    told(&app, ticket).await;
    let shown = ada.open(&page.url).await;
    assert!(
        shown.body.contains("no longer has this request") && !shown.body.contains("Only for Ben"),
        "{}",
        shown.body
    );
    let list = ben.open(&format!("{}/portal/customer/requests", app.url)).await;
    assert!(!list.body.contains("The inverter hums"), "what Ada wrote is not Ben's either");
    let refused = ada.upload_all(&format!("{}/comment", page.url), &[("text", "Hello?")], &[]).await;
    assert_eq!(refused.status, 422);

    // The assignment was a mistake and is reverted. The staff continue on the ticket.
    app.advance(Duration::from_mins(10));
    app.call_desk(Method::PUT, &format!("/tickets/{ticket}"), json!({ "requester_id": 1001 })).await;
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.post(&format!("/requests/{}/retry", id_in(&page)), &[]).await;
    app.hub.run_pending().await;
    let shown = ada.open(&page.url).await;
    assert!(!shown.body.contains("no longer has this request"), "{}", shown.body);
    assert_eq!(app.tickets(ADA).len(), 1, "the same ticket");
    app.call_desk(Method::PUT, &format!("/tickets/{ticket}"), json!({ "requester_id": 1002 })).await;
    told(&app, ticket).await;

    let page = open(&app, &mut ben, &[("subject", "Soon gone")], &[]).await;
    app.hub.run_pending().await;
    let made = app.tickets(BEN).iter().find(|it| it.subject == "Soon gone").unwrap().id;
    app.call_desk(Method::DELETE, &format!("/tickets/{made}"), Value::Null).await;
    told(&app, made).await;
    assert!(ben.open(&page.url).await.body.contains("no longer has this request"));
    let shown = agnes.open("/requests?show=trouble").await;
    assert!(
        shown.body.contains("deleted at the service desk") && shown.body.contains("another customer"),
        "{}",
        shown.body
    );
}
