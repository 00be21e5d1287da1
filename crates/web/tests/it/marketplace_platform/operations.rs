//! Operations at vendors that keep the contract. One of them is the hub's own vendor interface.

use std::time::Duration;

use serde_json::{Value, json};
use tessera_sim::scripted_vendor::Turn;
use testkit::TestApp;

use super::{
    RunningVendor, account, connect, connection, create, deleted, later, operation, put, request, shown, state,
    synchronized,
};
use crate::marketplace_api::customers;

#[testkit::both_databases]
async fn m08_m10_m14_m19_the_hub_as_platform_and_as_vendor_agree(app: TestApp) {
    let vendor = connect(&app, "Tessera itself", &app.url).await;
    let reseller = create(&app, account("Reseller", "reseller@example.com")).await;
    let mut body = account("Acme", "acme@example.com");
    body["reseller_id"] = json!(reseller);
    let id = create(&app, body).await;
    let before = customers(&app).await;

    let done = synchronized(&app, &id, &vendor, json!({ "role": "1", "domain": "acme.example" })).await;
    assert_eq!((state(&done), &done["attempts"]), ("done", &json!(1)), "{done}");
    let page = shown(&app, &id).await;
    assert_eq!(done["external_id"], page["customer_id"], "the vendor found the customer of the same address");
    assert_eq!(customers(&app).await, before, "never twice");
    let reseller_link = shown(&app, &reseller).await["links"][0].clone();
    assert!(reseller_link["external_id"].is_string(), "the reseller first: {reseller_link}");

    let again = synchronized(&app, &id, &vendor, json!({ "role": "2" })).await;
    assert_eq!((state(&again), &again["external_id"]), ("done", &done["external_id"]), "{again}");
    let record = app.api.get(&format!("/records/market/account/{id}"), &app.api_key).await.json();
    let sent = &record["attributes"];
    assert_eq!((&sent["address"]["city"], &sent["contact"]["phone"]), (&json!("Chicago"), &json!("323-999-4500")));
    assert_eq!(sent["reseller"], reseller);
    assert_eq!(sent["options"]["username"], "acme@example.com", "filled by the rule");
    assert_eq!(sent["options"]["role"], "2", "the vendor hears what changed");
    assert_eq!(customers(&app).await, before, "never twice");

    assert_eq!(state(&deleted(&app, &id).await), "done");
    let gone = shown(&app, &id).await;
    assert_eq!((&gone["state"], &gone["customer_id"]), (&json!("deleted"), &json!(null)));
    assert!(gone["links"][0]["deleted_at"].is_string(), "{gone}");
    let record = app.api.get(&format!("/records/market/account/{id}"), &app.api_key).await.json();
    assert!(record["gone_at"].is_string(), "deleted on both sides: {record}");
    assert_eq!(state(&deleted(&app, &reseller).await), "done");
    later(&app, 30).await;
    app.leave_jobs();
}

#[testkit::both_databases]
async fn m17_an_account_that_the_vendor_has_already_is_linked_and_not_created(app: TestApp) {
    let running = RunningVendor::usual().await;
    let existing = running.vendor.add_customer("acme.example");
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let done = synchronized(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &json!(existing)), "{done}");
    assert_eq!(running.vendor.asked("Synchronize").len(), 0);
    assert_eq!(shown(&app, &id).await["links"][0]["existed"], true);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m08_m10_resellers_come_first_and_answers_are_sent_back_for_ever(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let reseller = create(&app, account("Reseller", "reseller@example.com")).await;
    let mut ids = Vec::new();
    for name in ["one", "two"] {
        let mut body = account(name, &format!("{name}@example.com"));
        body["reseller_id"] = json!(reseller);
        let id = create(&app, body).await;
        assert_eq!(state(&synchronized(&app, &id, &vendor, json!({})).await), "done");
        ids.push(id);
    }
    let sent = running.vendor.asked("Synchronize");
    let of: Vec<_> = sent.iter().map(|asked| asked.body["ID"].as_str().unwrap()).collect();
    assert_eq!(of, [reseller.as_str(), &ids[0], &ids[1]], "once for the first order");
    assert_eq!(sent[0].body["ResellerID"], reseller, "a reseller names itself");
    assert_eq!((&sent[1].body["ResellerID"], &sent[1].body["ResellerExternalID"]), (&json!(reseller), &json!("c-1")));
    assert_eq!((&sent[1].body["ExternalID"], &sent[1].body["ExtraDetails"]), (&json!(""), &json!({})));

    synchronized(&app, &ids[0], &vendor, json!({})).await;
    for operation in ["Exists", "Synchronize"] {
        let body = running.vendor.asked(operation).pop().unwrap().body;
        assert_eq!((&body["ExternalID"], &body["ExtraDetails"]), (&json!("c-2"), &json!({ "tenant": "4711" })));
    }
    assert_eq!(state(&deleted(&app, &ids[0]).await), "done");
    let body = running.vendor.asked("Delete").pop().unwrap().body;
    assert_eq!((&body["ExternalID"], &body["ExtraDetails"]), (&json!("c-2"), &json!({ "tenant": "4711" })));
    assert_eq!(running.vendor.customers(), ["c-1", "c-3"]);
    later(&app, 30).await;
}

#[testkit::both_databases]
async fn m14_operations_are_checked_cancelled_and_tried_again(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let path = format!("/service-managers/{vendor}");
    let nowhere = |url: &str| connection("Example Cloud", url);
    assert_eq!(put(&app, &path, &nowhere("http://127.0.0.1:9")).await.status, 200);
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let synchronize = format!("/marketplace-accounts/{id}/synchronize");
    let wrong = json!({ "service_manager_id": vendor, "sync_options": { "colour": "red" } });
    let why = app.api.post(&synchronize, &app.api_key, wrong).await.problem(422, "invalid_value");
    assert!(why.contains("colour"), "{why}");

    let operation_id = request(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    app.hub.run_pending().await;
    let waiting = operation(&app, &operation_id).await;
    assert_eq!((state(&waiting), &waiting["attempts"]), ("waiting", &json!(1)), "{waiting}");
    assert!(waiting["message"].as_str().unwrap().contains("cannot be reached"), "{waiting}");
    let again = json!({ "service_manager_id": vendor });
    let why = app.api.post(&synchronize, &app.api_key, again).await.problem(409, "operation_pending");
    assert!(why.contains(&operation_id), "{why}");

    let act = async |what: &str| app.api.order(&format!("/operations/{operation_id}/{what}"), &app.api_key).await;
    act("retry").await.problem(409, "operation_not_failed");
    let cancelled = act("cancel").await.json();
    assert_eq!(
        (state(&cancelled), &cancelled["customer_message"]),
        ("failed", &json!("Contact your support department"))
    );
    assert_eq!(cancelled["cancelled"], true, "not the vendor's failure: {cancelled}");
    act("cancel").await.problem(409, "operation_ended");
    later(&app, 60).await;
    assert_eq!(operation(&app, &operation_id).await["attempts"], 1, "no further attempt");

    assert_eq!(put(&app, &path, &nowhere(&running.url())).await.status, 200);
    assert_eq!(act("retry").await.status, 202);
    app.advance(Duration::from_secs(20));
    app.hub.run_pending().await;
    let done = operation(&app, &operation_id).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &json!("c-1")), "{done}");
    assert_eq!(done["cancelled"], false, "{done}");
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m15_deleting_an_account_cancels_what_waits(app: TestApp) {
    let running = RunningVendor::usual().await;
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let waiting = request(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    assert_eq!(state(&deleted(&app, &id).await), "done");
    let cancelled = operation(&app, &waiting).await;
    assert_eq!((state(&cancelled), &cancelled["cancelled"]), ("failed", &json!(true)), "{cancelled}");
    assert!(cancelled["message"].as_str().unwrap().contains("the account is deleted"), "{cancelled}");
    later(&app, 60).await;
    assert_eq!(operation(&app, &waiting).await["attempts"], 0, "the vendor was never asked to create it");
}

#[testkit::both_databases]
async fn m15_an_account_is_deleted_at_every_vendor(app: TestApp) {
    let (one, two) = (RunningVendor::usual().await, RunningVendor::usual().await);
    let id = create(&app, account("Acme", "acme@example.com")).await;
    for (name, running) in [("One", &one), ("Two", &two)] {
        let vendor = connect(&app, name, &running.url()).await;
        assert_eq!(state(&synchronized(&app, &id, &vendor, json!({})).await), "done");
    }
    let refusal = json!({ "Code": -17, "Message": "still has subscriptions" }).to_string();
    two.vendor.script("Delete", [tessera_sim::scripted_vendor::Turn::Answer(200, refusal)]);
    let failed = deleted(&app, &id).await;
    assert_eq!((state(&failed), &failed["code"]), ("failed", &json!(-17)), "{failed}");
    assert!(failed["message"].as_str().unwrap().contains("Two: still has subscriptions"), "{failed}");
    assert_eq!((one.vendor.customers().len(), two.vendor.customers().len()), (0, 1), "one does not wait for the other");
    assert_eq!(shown(&app, &id).await["state"], "deleting");

    let path = format!("/operations/{}/retry", failed["id"].as_str().unwrap());
    assert_eq!(app.api.order(&path, &app.api_key).await.status, 202);
    app.hub.run_pending().await;
    assert_eq!((two.vendor.customers().len(), one.vendor.asked("Delete").len()), (0, 1), "once at each");
    let gone = shown(&app, &id).await;
    let states: Vec<&Value> = gone["links"].as_array().unwrap().iter().map(|link| &link["deleted_at"]).collect();
    assert!(gone["state"] == "deleted" && states.iter().all(|at| at.is_string()), "{gone}");
    app.api.delete(&format!("/marketplace-accounts/{id}"), &app.api_key, None).await.problem(409, "account_deleted");
    later(&app, 60).await;
}

#[testkit::both_databases]
async fn m07_m20_a_vendor_with_a_pre_check_is_asked_first_and_creates_nothing_that_it_refuses(app: TestApp) {
    let running = RunningVendor::usual().await;
    let mut new = connection("Example Cloud", &running.url());
    new["pre_check"] = json!(true);
    let made = app.api.post("/service-managers", &app.api_key, new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let vendor = made.json()["id"].as_str().unwrap().to_owned();
    let id = create(&app, account("Acme", "acme@example.com")).await;
    let checks = || -> Vec<Value> {
        let asked = running.vendor.asked("Synchronize");
        asked.iter().map(|asked| asked.body["CheckOnly"].clone()).collect()
    };
    let answer = |code: i64, message: &str| {
        Turn::Answer(200, json!({ "Code": code, "Message": message, "Result": "" }).to_string())
    };

    running.vendor.script("Synchronize", [answer(-80_012, "Enter a domain that you own.")]);
    let refused = synchronized(&app, &id, &vendor, json!({ "domain": "taken.example" })).await;
    assert_eq!((state(&refused), &refused["code"]), ("failed", &json!(-80_012)), "{refused}");
    assert_eq!(refused["customer_message"], "Enter a domain that you own.");
    assert_eq!((checks(), running.vendor.customers().len()), (vec![json!(true)], 0), "nothing was created");

    // What was only checked is not unclear: it is tried again at once, whatever became of the answer.
    running.vendor.script("Synchronize", [Turn::FallSilent, answer(0, "")]);
    let id = request(&app, &id, &vendor, json!({ "domain": "acme.example" })).await;
    app.hub.run_pending().await;
    assert_eq!(state(&operation(&app, &id).await), "waiting");
    later(&app, 30).await;
    let done = operation(&app, &id).await;
    assert_eq!((state(&done), &done["external_id"]), ("done", &json!("c-1")), "{done}");
    assert_eq!(checks()[1..], [json!(true), json!(true), json!(null)], "checked, checked again, and created");
    assert_eq!(running.vendor.customers(), ["c-1"]);
    later(&app, 60).await;
}
