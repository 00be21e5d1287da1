//! The journey of a service request, for customers and staff.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{ADA, BEN, Colleague, EVE, TestApp, count_rows, fault};

use super::{PHOTO, id_in, open};

#[testkit::both_databases]
async fn p09_p15_a_problem_is_reported_from_a_device_and_followed(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let inverter = app.display_id("HIB-A1").to_string();
    let before = app.desk.desk().requesters.len();
    let page = ada.open(&format!("{}/portal/customer/devices/{inverter}", app.url)).await;
    let form = format!("/portal/customer/requests/new?device={inverter}");
    assert!(page.body.contains(&format!("href=\"{form}\"")), "{}", page.body);
    let page = ada.open(&format!("{}{form}", app.url)).await;
    assert!(page.body.contains(&format!("<option value=\"{inverter}\" selected>")), "the device is chosen already");

    let page = open(&app, &mut ada, &[("device", &inverter)], &[("display.jpg", PHOTO)]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let id = id_in(&page);
    assert!(page.body.contains("Received") && page.body.contains("on its way to the service team"), "{}", page.body);
    assert!(page.body.contains("Since &lt;b&gt;Tuesday&lt;/b&gt;.") && page.body.contains("display.jpg"));
    assert!(page.body.contains(&format!("/portal/customer/devices/{inverter}")), "the request shows its device");

    app.hub.run_pending().await;
    let made = app.tickets(ADA);
    assert_eq!(made.len(), 1);
    let ticket = &made[0];
    assert_eq!((ticket.subject.as_str(), ticket.status, ticket.source), ("The inverter hums", 2, 2));
    assert_eq!(ticket.assets, [inverter.parse::<u64>().unwrap()], "the device is attached by its display id");
    assert!(ticket.description.contains("&lt;b&gt;Tuesday&lt;/b&gt;"), "{}", ticket.description);
    assert!(
        ticket.description.contains("display.jpg") && ticket.description.contains(&format!("/console/requests/{id}"))
    );
    assert_eq!(app.desk.desk().requesters.len(), before, "no requester was made on the way");

    let page = ada.open(&page.url).await;
    assert!(page.body.contains("With the service team") && page.body.contains(&format!("<dd>{}</dd>", ticket.id)));
    let page = ada.open(&format!("{}/portal/customer/devices/{inverter}", app.url)).await;
    assert!(page.body.contains(&format!("/portal/customer/requests/{id}")), "the device shows its requests");
    let timeline = format!("/customers/{}/timeline", app.customer_of(ADA.requester).await);
    let told = app.api.get(&timeline, &app.api_key).await.json();
    let events: Vec<Value> = told["items"].as_array().unwrap().iter().map(|it| it["event"].clone()).collect();
    assert_eq!(events[..2], [json!("request_sent"), json!("request_opened")]);
}

#[testkit::both_databases]
async fn p09_comments_files_closing_and_reopening_reach_the_desk_in_order(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let page = open(&app, &mut ada, &[], &[]).await;
    let url = page.url.clone();
    // All of this happens before the service desk is called.
    let page = ada
        .upload_all(&format!("{url}/comment"), &[("text", "It got <i>louder</i>."), ("once", "1")], &[("a.jpg", PHOTO)])
        .await;
    assert!(page.body.contains("It got &lt;i&gt;louder&lt;/i&gt;.") && page.body.contains("a.jpg"), "{}", page.body);
    let again =
        ada.upload_all(&format!("{url}/comment"), &[("text", "It got <i>louder</i>."), ("once", "1")], &[]).await;
    assert_eq!(again.body.matches("It got &lt;i&gt;louder").count(), 1, "the same form sent twice says it once");
    app.advance(Duration::from_secs(1));
    ada.upload_all(&format!("{url}/comment"), &[("text", "Second.")], &[]).await;
    app.hub.run_pending().await;
    let ticket = app.tickets(ADA)[0].id;
    let notes = app.conversations(ticket);
    assert_eq!(notes.len(), 2);
    assert!(notes[0].body_text.starts_with("It got &lt;i&gt;louder") && notes[1].body_text.starts_with("Second."));
    assert!(notes.iter().all(|note| !note.private && note.incoming && note.user_id.to_string() == ADA.requester));
    assert!(notes[0].body.contains("a.jpg"), "where the photo is, is told");

    let page = ada.post(&format!("{url}/close"), &[]).await;
    assert!(page.body.contains("The request is closed"), "{}", page.body);
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA)[0].status, 5);
    let page = ada.post(&format!("{url}/close"), &[]).await;
    assert!(page.body.contains("This request is closed already"), "{}", page.body);
    app.advance(Duration::from_secs(1));
    ada.post(&format!("{url}/reopen"), &[]).await;
    app.advance(Duration::from_secs(1));
    ada.upload_all(&format!("{url}/comment"), &[("text", "Third.")], &[]).await;
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA)[0].status, 2);
    assert_eq!(app.conversations(ticket).len(), 3);
    let empty = ada.upload_all(&format!("{url}/comment"), &[("text", "  ")], &[]).await;
    assert_eq!((empty.status, empty.body.contains("Write something, or add a file")), (422, true));
}

#[testkit::both_databases]
async fn p09_request_lists_are_filtered_searched_and_paged(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let list = format!("{}/portal/customer/requests", app.url);
    let page = ada.open(&list).await;
    assert!(page.body.contains("No requests yet") && page.body.contains("/portal/customer/requests/new"));
    for number in 0..23 {
        app.advance(Duration::from_secs(1));
        let subject = format!("Matter {number:02} 100%_sure");
        open(&app, &mut ada, &[("subject", &subject), ("once", &subject)], &[]).await;
    }
    let page = ada.open(&list).await;
    assert!(page.body.contains("Matter 22") && page.body.contains("Matter 03") && !page.body.contains("Matter 02"));
    let older = page.body.split("href=\"").find(|it| it.contains("before=")).unwrap().split('"').next().unwrap();
    let page = ada.open(&format!("{}{}", app.url, older.replace("&amp;", "&"))).await;
    assert!(page.body.contains("Matter 02") && page.body.contains("Matter 00") && !page.body.contains("Matter 03"));
    let page = ada.open(&format!("{list}?q=MATTER+07")).await;
    assert!(page.body.contains("Matter 07") && !page.body.contains("Matter 08"));
    let page = ada.open(&format!("{list}?q=100%25_sure+nothing")).await;
    assert!(page.body.contains("No requests found"), "signs that mean something to databases are just signs");
    let page = ada.open(&format!("{list}?q=matter+07")).await;
    let path = page.body.split("href=\"").find(|it| it.contains("/requests/0")).unwrap().split('"').next().unwrap();
    ada.post(&format!("{}{path}/close", app.url), &[]).await;
    let page = ada.open(&format!("{list}?status=closed")).await;
    assert!(page.body.contains("Matter 07") && !page.body.contains("Matter 08"));
    let page = ada.open(&format!("{list}?status=active&q=matter+07")).await;
    assert!(page.body.contains("No requests found"));
    let page = ada.open(&format!("{list}?whose=mine&q=matter+08")).await;
    assert!(page.body.contains("Matter 08"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_a_form_sent_twice_opens_one_request(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let first = open(&app, &mut ada, &[("once", "the same form")], &[]).await;
    let second = open(&app, &mut ada, &[("once", "the same form")], &[]).await;
    assert_eq!(first.url, second.url);
    let wrong = open(&app, &mut ada, &[("subject", ""), ("kind", "toaster"), ("device", "999")], &[]).await;
    assert_eq!(wrong.status, 422);
    for told in ["what it is about", "what kind of request", "one of your devices"] {
        assert!(wrong.body.contains(told), "{told}: {}", wrong.body);
    }
    app.hub.run_pending().await;
    assert_eq!(app.tickets(ADA).len(), 1);
}

#[testkit::both_databases]
async fn p09_a_request_waits_for_a_linked_requester(app: TestApp) {
    let mut eve = app.activated(EVE).await;
    let customer = app.customer_of(EVE.requester).await;
    let links = app.api.get(&format!("/customers/{customer}"), &app.api_key).await.json();
    let requester = links["links"].as_array().unwrap().iter().find(|it| it["kind"] == "requester").unwrap();
    let path = format!("/customers/{customer}/links/{}", requester["id"].as_str().unwrap());
    let ended = app.api.delete(&path, &app.api_key, Some(json!({ "reason": "a test" }))).await;
    assert_eq!(ended.status, 204);
    let before = app.desk.desk().requesters.len();
    let page = open(&app, &mut eve, &[], &[]).await;
    app.settle().await;
    let page = eve.open(&page.url).await;
    assert!(
        page.body.contains("keep it for the service team") && page.body.contains("until your account is connected"),
        "{}",
        page.body
    );
    assert_eq!(app.tickets(EVE).len(), 0);
    assert_eq!(app.desk.desk().requesters.len(), before, "no ticket is made under an address");
    let mut agnes = Colleague::signed_in(&app).await;
    let shown = agnes.open("/requests?show=trouble").await;
    assert!(shown.body.contains("The inverter hums") && shown.body.contains("no active requester"), "{}", shown.body);

    app.hub.request_due_ticket_readings().await.unwrap();
    app.hub.run_pending().await;
    assert_eq!(app.tickets(EVE).len(), 0, "still nobody there");
    // The customer activates again, so the requester is linked again.
    app.advance(Duration::from_mins(1));
    let link = app.link(EVE.requester).await;
    app.activate(&mut eve, &link, EVE.email).await;
    app.hub.run_pending().await;
    app.hub.request_due_ticket_readings().await.unwrap();
    app.settle().await;
    assert_eq!(app.tickets(EVE).len(), 1);
    assert!(!agnes.open("/requests?show=trouble").await.body.contains("The inverter hums"));
}

#[testkit::both_databases]
async fn p09_staff_see_all_requests_and_resend_refused_ones(app: TestApp) {
    let mut ben = app.activated(BEN).await;
    let body = json!({ "description": "Validation failed", "errors": [{ "field": "type", "message": "not allowed", "code": "invalid_value" }] });
    let refusal = tessera_sim::faults::FaultKind::Status { status: 400, retry_after: None, body: Some(body) };
    app.desk.faults().add(fault("/api/v2/tickets", "POST", refusal));
    let page = open(&app, &mut ben, &[("device", &app.display_id("HIB-B1").to_string())], &[("a.jpg", PHOTO)]).await;
    let id = id_in(&page);
    app.hub.run_pending().await;
    let page = ben.open(&page.url).await;
    assert!(page.body.contains("rejected it"), "{}", page.body);
    let mut agnes = Colleague::signed_in(&app).await;
    let shown = agnes.open("/requests").await;
    assert!(shown.body.contains("type: not allowed"), "{}", shown.body);
    let shown = agnes.open(&format!("/requests/{id}")).await;
    for told in ["Ben Example", "HIB-B1", "type: not allowed", "a.jpg", "Send it again"] {
        assert!(shown.body.contains(told), "{told}: {}", shown.body);
    }
    let shown = agnes.post(&format!("/requests/{id}/retry"), &[]).await;
    assert!(shown.body.contains("It is sent again"), "{}", shown.body);
    app.hub.run_pending().await;
    assert_eq!(app.tickets(BEN).len(), 1);
    let shown = agnes.open(&format!("/requests/{id}")).await;
    assert!(
        shown.body.contains(&format!("Ticket {}", app.tickets(BEN)[0].id)) && !shown.body.contains("Send it again")
    );
    assert!(agnes.open("/requests?q=nothing+like+it").await.body.contains("No requests found"));
}

#[testkit::both_databases]
async fn p09_text_that_cannot_be_seen_is_refused_as_subject_and_description(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    for unseen in ["\u{200b}\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "\u{ad}\u{202e}", "\u{2800}", "\u{fe0f}\u{200d}"]
    {
        for (field, told) in [("subject", "Say in 1 to"), ("description", "Describe it, in at most")] {
            let page = open(&app, &mut ada, &[(field, unseen)], &[]).await;
            assert!(page.status == 422 && page.body.contains(told), "{unseen:?}: {} {}", page.status, page.body);
            let kept = if field == "subject" { "Tuesday" } else { "The inverter hums" };
            assert!(page.body.contains(kept), "what was typed is kept: {}", page.body);
        }
    }
    assert_eq!(count_rows(&app.database).await["requests"], 0);
    let page = open(&app, &mut ada, &[("subject", "It\u{200b} hums \u{202e}loudly")], &[]).await;
    assert!(page.status == 200 && page.body.contains("It hums loudly"), "{}", page.body);
    app.hub.run_pending().await;
}
