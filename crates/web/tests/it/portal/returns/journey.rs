//! Returns (`P09`): opened in the portal, advanced by staff and API, announced by e-mail, and isolated between
//! customers.

use serde_json::{Value, json};
use testkit::{ADA, Answer, BEN, Browser, Colleague, TestApp};

use super::{RETURNS, device_of, only, opened};

async fn step(app: &TestApp, customer_return: &Value, body: Value) -> Answer {
    let path = format!("/returns/{}/lines/1/steps", customer_return["id"].as_str().unwrap());
    app.api.post(&path, &app.api_key, body).await
}

/// Sends a step under a fixed idempotency key.
async fn once(app: &TestApp, path: &str, body: Value) -> Answer {
    let send = |request: reqwest::RequestBuilder| {
        request.bearer_auth(&app.api_key).header("idempotency-key", "dock-1").json(&body)
    };
    app.api.send(reqwest::Method::POST, path, send).await
}

fn mails(app: &TestApp) -> Vec<(String, String)> {
    let mut told: Vec<_> =
        app.mail.messages().iter().map(|mail| (mail.subject.clone(), mail.text.clone().unwrap_or_default())).collect();
    told.retain(|(subject, _)| subject.contains("return") || subject.contains("Return"));
    told
}

#[testkit::both_databases]
async fn p09_a_return_is_processed_and_announced_by_e_mail(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let page = opened(&app, &mut ada, "repair").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("HIB-A1") && page.body.contains("Sunfield Repairs"), "{}", page.body);
    let customer_return = only(&app).await;
    assert_eq!(
        (customer_return["status"].as_str(), customer_return["lines"][0]["serials"][0].as_str()),
        (Some("new"), Some("HIB-A1"))
    );

    let shipped = step(&app, &customer_return, json!({ "step": "ship" })).await;
    assert_eq!((shipped.status, shipped.json()["code"].as_str()), (409, Some("step_out_of_order")), "{}", shipped.body);
    let received = step(&app, &customer_return, json!({ "step": "receive" })).await;
    assert_eq!((received.status, received.json()["status"].as_str()), (200, Some("in_progress")), "{}", received.body);
    step(&app, &customer_return, json!({ "step": "repair" })).await;
    let track = json!({ "step": "ship", "carrier": "Pigeon Post", "tracking_number": "PP-7" });
    let closed = step(&app, &customer_return, track).await;
    assert_eq!(closed.json()["status"], "closed", "{}", closed.body);

    let number = customer_return["number"].as_str().unwrap();
    let mut agnes = Colleague::signed_in(&app).await;
    for typed in
        [number.to_owned(), number.to_lowercase().replace('-', ""), format!("return {number}."), format!("#{number}")]
    {
        let url = format!("/console/returns/{}", customer_return["id"].as_str().unwrap());
        agnes.search(&typed).await.says(&[&url, number]);
    }

    let page = ada.open(&page.url).await;
    assert!(page.body.contains("Complete") && page.body.contains("Pigeon Post PP-7"), "{}", page.body);
    app.hub.run_pending().await;
    let mails = mails(&app);
    assert_eq!(mails.len(), 3, "opened, shipped, complete: {mails:?}");
    assert!(mails.iter().any(|(_, text)| text.contains("Pigeon Post PP-7")), "{mails:?}");
    let customer = app.customer_of(ADA.requester).await;
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    let told = timeline["items"].as_array().unwrap().iter().filter(|entry| entry["event"] == "return").count();
    assert_eq!(told, 5, "opened, three steps, closed: {timeline}");
}

#[testkit::both_databases]
async fn p09_a_unit_can_be_on_only_one_open_return(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let first = opened(&app, &mut ada, "repair").await;
    let number = only(&app).await["number"].as_str().unwrap().to_owned();
    let second = opened(&app, &mut ada, "credit").await;
    assert_eq!(second.status, 422);
    assert!(second.body.contains(&number), "the other one is named to whoever may see it: {}", second.body);

    // Another customer enters the same serial number: it does not block the unit and reveals nothing.
    let mut ben = app.activated(BEN).await;
    let stolen = [("lines", "1"), ("model_1", "PACE"), ("serials_1", "hib a1"), ("reason_1", "repair")];
    let refused = ben.post(&format!("{}{RETURNS}", app.url), &stolen).await;
    assert_eq!(refused.status, 200, "{}", refused.body);
    assert!(!refused.body.contains(&number) && !refused.body.contains("another return"), "{}", refused.body);
    // Wide letters are the same number, and reveal as little.
    let wide = [("lines", "1"), ("model_1", "PACE"), ("serials_1", "ＨＩＢ-A1"), ("reason_1", "repair")];
    let wide = ben.post(&format!("{}{RETURNS}", app.url), &wide).await;
    assert_eq!(wide.status, 200, "{}", wide.body);
    assert!(!wide.body.contains(&number) && !wide.body.contains("another return"), "{}", wide.body);

    // When the first return ends, the unit is free.
    let cancelled = ada.post(&format!("{}/cancel", first.url), &[]).await;
    assert!(cancelled.body.contains("Cancelled"), "{}", cancelled.body);
    assert_eq!(opened(&app, &mut ada, "credit").await.status, 200);

    // Of several concurrent attempts, one succeeds.
    let racing = (0..8).map(|_| {
        let (url, mut ben) = (format!("{}{RETURNS}", app.url), ben.clone());
        tokio::spawn(async move {
            let fields = [("lines", "1"), ("model_1", "PACE"), ("serials_1", "RACE-1"), ("reason_1", "repair")];
            ben.post(&url, &fields).await.status
        })
    });
    let mut statuses = Vec::new();
    for one in racing.collect::<Vec<_>>() {
        statuses.push(one.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    let found = app.api.get("/returns?q=race-1", &app.api_key).await.json();
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_an_amount_is_approved_as_shown_or_declined(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let page = opened(&app, &mut ada, "repair").await;
    let customer_return = only(&app).await;
    let ask = |amount: &str| json!({ "step": "ask", "note": "power board", "amount": { "amount": amount, "currency": "EUR" } });
    assert_eq!(step(&app, &customer_return, ask("100")).await.json()["status"], "on_hold");
    let shown = ada.open(&page.url).await;
    assert!(shown.body.contains("Approve EUR\u{a0}100.00"), "{}", shown.body);
    // While the page is open, staff change the amount. The shown amount can no longer be approved.
    step(&app, &customer_return, ask("250.50")).await;
    let late = ada.post(&format!("{}/lines/1/answer", page.url), &[("version", "1"), ("answer", "approve")]).await;
    assert!(late.body.contains("changed or withdrawn") && late.body.contains("EUR\u{a0}250.50"), "{}", late.body);
    assert_eq!(only(&app).await["status"], "on_hold");
    let received = step(&app, &customer_return, json!({ "step": "receive" })).await;
    assert_eq!(received.json()["code"], "line_on_hold", "{}", received.body);

    let form = [("version", "2"), ("answer", "decline"), ("note", "Too dear")];
    ada.post(&format!("{}/lines/1/answer", page.url), &form).await;
    let declined = only(&app).await;
    assert_eq!(
        (declined["lines"][0]["hold"]["kind"].as_str(), declined["status"].as_str()),
        (Some("declined"), Some("on_hold"))
    );
    step(&app, &customer_return, ask("90")).await;
    let approved = ada.post(&format!("{}/lines/1/answer", page.url), &[("version", "3"), ("answer", "approve")]).await;
    assert!(approved.body.contains("Approved"), "{}", approved.body);
    assert_eq!(only(&app).await["status"], "new");
    app.hub.run_pending().await;
    let asked: Vec<_> = mails(&app).into_iter().filter(|(subject, _)| subject.contains("approve")).collect();
    assert!(asked.is_empty(), "what nobody can approve any more is not mailed: {asked:?}");
}

#[testkit::both_databases]
async fn p09_another_customers_return_is_not_found(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let page = opened(&app, &mut ada, "repair").await;
    let customer_return = only(&app).await;
    let before = customer_return["version"].clone();
    step(&app, &customer_return, json!({ "step": "ask", "note": "x", "amount": { "amount": "1", "currency": "EUR" } }))
        .await;
    let (number, device) = (customer_return["number"].as_str().unwrap(), device_of(&mut ada, &app).await);

    let mut ben = app.activated(BEN).await;
    assert_eq!(ben.open(&page.url).await.status, 404);
    for (path, fields) in [
        ("/cancel", vec![]),
        ("/lines/1/answer", vec![("version", "1"), ("answer", "approve")]),
        ("/lines/9/answer", vec![("version", "1"), ("answer", "decline")]),
    ] {
        assert_eq!(ben.post(&format!("{}{path}", page.url), &fields).await.status, 404, "{path}");
    }
    for query in ["", "?show=asking", "?q=HIB-A1", &format!("?q={number}"), "?show=open&q=%25", "?q=_"] {
        let list = ben.open(&format!("{}{RETURNS}{query}", app.url)).await;
        assert_eq!(list.status, 200);
        assert!(!list.body.contains(number.get(2..).unwrap()) || query.contains(number), "{query}: {}", list.body);
        assert!(!list.body.contains("EUR"), "{query}: {}", list.body);
        assert!(list.body.contains("No returns yet"), "it counts as none: {}", list.body);
    }
    let form = ben.open(&format!("{}{RETURNS}/new?device={device}", app.url)).await;
    assert!(!form.body.contains("HIB-A1"), "{}", form.body);
    let theirs = [("lines", "1"), ("device_1", device.as_str()), ("reason_1", "repair")];
    assert_eq!(ben.post(&format!("{}{RETURNS}", app.url), &theirs).await.status, 422);
    let place = app.customer_of(ADA.requester).await;
    let there = [("lines", "1"), ("model_1", "PACE"), ("reason_1", "repair"), ("place", place.as_str())];
    assert_eq!(ben.post(&format!("{}{RETURNS}", app.url), &there).await.status, 422, "not at somebody else's place");
    let after = only(&app).await;
    assert_eq!(
        after["version"].as_i64(),
        before.as_i64().map(|version| version + 1),
        "nothing but the asking happened"
    );
}

#[testkit::both_databases]
async fn p09_repeated_return_steps_of_the_api_apply_once(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    opened(&app, &mut ada, "pool_swap").await;
    let customer_return = only(&app).await;
    let path = format!("/returns/{}/lines/1/steps", customer_return["id"].as_str().unwrap());
    let body = json!({ "step": "receive", "version": customer_return["version"] });
    for _ in 0..2 {
        let answer = once(&app, &path, body.clone()).await;
        assert_eq!(
            (answer.status, answer.json()["lines"][0]["steps"][0]["done"].as_i64()),
            (200, Some(1)),
            "{}",
            answer.body
        );
    }
    let other = once(&app, &path, json!({ "step": "ship" })).await;
    assert_eq!((other.status, other.json()["code"].as_str()), (422, Some("idempotency_key_reused")), "{}", other.body);
    let stale = step(&app, &customer_return, json!({ "step": "ship", "version": customer_return["version"] })).await;
    assert_eq!(stale.json()["code"], "return_changed", "{}", stale.body);
    let own = step(&app, &customer_return, json!({ "step": "ship", "serials": ["hib a1"] })).await;
    assert_eq!(own.json()["code"], "serial_refused", "{}", own.body);
    let swapped = step(&app, &customer_return, json!({ "step": "ship", "serials": ["SPARE-9"] })).await;
    assert_eq!(swapped.json()["lines"][0]["replacement_serials"], json!(["SPARE-9"]), "{}", swapped.body);
    assert_eq!(swapped.json()["status"], "closed");
    let found = app.api.get("/returns?q=spare-9", &app.api_key).await.json();
    assert_eq!(found["items"][0]["number"], customer_return["number"]);
    let missing = app
        .api
        .post("/returns/00000000-0000-7000-8000-000000000009/lines/1/steps", &app.api_key, json!({ "step": "resume" }))
        .await;
    assert_eq!(missing.status, 404);
    assert_eq!(step(&app, &customer_return, json!({ "step": "wish" })).await.status, 422);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p09_staff_advance_a_return_in_the_console(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    opened(&app, &mut ada, "repair").await;
    let mut staff = Colleague::signed_in(&app).await;
    let list = staff.open("/returns").await;
    let customer_return = only(&app).await;
    let number = customer_return["number"].as_str().unwrap();
    assert!(list.body.contains(number) && list.body.contains("receive"), "{}", list.body);
    let found = staff.open("/returns?q=hib").await;
    assert!(found.body.contains(number), "{}", found.body);

    let url = format!("/returns/{}", customer_return["id"].as_str().unwrap());
    for (version, (fields, told)) in (1..).zip([
        (vec![("act", "hold"), ("note", "a fan")], "on hold"),
        (vec![("act", "resume")], "new"),
        (vec![("act", "receive")], "in progress"),
        (vec![("act", "repair")], "in progress"),
        (vec![("act", "ship"), ("carrier", "Pigeon Post"), ("tracking", "PP-8")], "closed"),
    ]) {
        let typed = i32::to_string(&version);
        let fields: Vec<_> = [("version", typed.as_str()), ("line", "1")].into_iter().chain(fields).collect();
        let page = staff.post(&url, &fields).await;
        assert!(page.body.contains(&format!("Return {number} is {told}")), "{told}: {}", page.body);
    }
    let twice = staff.post(&url, &[("version", "2"), ("line", "1"), ("act", "receive")]).await;
    assert!(twice.body.contains("was changed in the meantime"), "{}", twice.body);
    let stranger = Browser::new().open(&format!("{}/console{url}", app.url)).await;
    assert!(stranger.url.contains("/console/sign-in"), "{}", stranger.url);
    app.hub.run_pending().await;
}
