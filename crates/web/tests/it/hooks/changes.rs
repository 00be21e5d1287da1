//! Changes in the outside systems and their effect in the hub. Each change is made through the stand-in's own API,
//! announced by a webhook, and read.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::devices::event::DeviceEvent;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::timeline::Event;
use tessera_sim::freshservice::type_ids;
use tessera_store::JobState;
use tessera_web::timeline::{customer, staff};
use testkit::{ADA, BEN, CLEO, DAN, EVE, HOOK_SECRET, Known, TestApp, client};

/// Delivers a webhook and runs the pending jobs.
async fn told(app: &TestApp, body: &str) {
    app.advance(Duration::from_secs(1));
    assert_eq!(app.deliver(body).await.0, 202, "{body}");
    app.hub.run_pending().await;
}

async fn asset_told(app: &TestApp, display_id: u64) {
    told(app, &format!(r#"{{"display_id":"{display_id}","used_by":""}}"#)).await;
}

async fn requester_told(app: &TestApp, id: &str) {
    told(app, &format!(r#"{{"requester_id":"{id}"}}"#)).await;
}

/// The serial numbers shown in a person's app.
async fn shown(app: &TestApp, who: Known) -> Vec<String> {
    let token = app.access_token(who.email).await;
    let mine = app.api.get("/me/devices", &token).await.json();
    mine["devices"].as_array().unwrap().iter().map(|it| it["serial"].as_str().unwrap_or("none").to_owned()).collect()
}

/// All events on the timeline of a requester's customer.
async fn timeline(app: &TestApp, requester: &str) -> Vec<Event> {
    let customer = app.customer_of(requester).await.parse().unwrap();
    let entries = app.store.whole_timeline(customer).await.unwrap();
    entries.iter().filter_map(tessera_core::kernel::timeline::Entry::event).collect()
}

/// The names of the latest timeline events.
async fn last(app: &TestApp, requester: &str, count: usize) -> Vec<&'static str> {
    let events = timeline(app, requester).await;
    events[events.len().saturating_sub(count)..].iter().map(Event::name).collect()
}

#[testkit::both_databases]
async fn a17_a_webhook_is_stored_before_it_is_answered(app: TestApp) {
    let _ada = app.activated(ADA).await;
    let id = app.display_id("HIB-A1");
    let url = format!("{}/hooks/freshservice", app.url);
    let refused = client().post(&url).body(format!(r#"{{"display_id":{id}}}"#)).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let (status, problem) = app.deliver(r#"{"display_id":"","e_mail":"ada@example.com"}"#).await;
    assert_eq!((status, &problem["code"]), (422, &json!("unusable_delivery")));
    assert!(problem["detail"].as_str().unwrap().contains("display_id, asset_display_id, asset_tag"), "{problem}");

    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": null })).await;
    app.desk.faults().forget_requests();
    app.advance(Duration::from_secs(1));
    for body in [
        format!(r#"{{"display_id":"{id}"}}"#),
        format!(r#"{{"name":"Ada "Spark"","display_id":"{id}","used_by":}}"#),
        format!("display_id={id}&used_by="),
    ] {
        assert_eq!(app.deliver(&body).await.0, 202, "{body}");
    }
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("workflow:{HOOK_SECRET}")));
    let with_query = client().put(format!("{url}?display_id={id}")).header("authorization", basic).send().await;
    assert_eq!(with_query.unwrap().status(), 202);
    // The case of a scheme does not matter.
    for scheme in ["bearer", "BEARER", "Bearer"] {
        let sent =
            client().put(format!("{url}?display_id={id}")).header("authorization", format!("{scheme} {HOOK_SECRET}"));
        assert_eq!(sent.send().await.unwrap().status(), 202, "{scheme}");
    }
    let waiting = app.store.jobs(JobState::Waiting, 100).await.unwrap();
    let rereads = waiting.iter().filter(|job| job.task.kind() == "fetch_record").count();
    assert_eq!(rereads, 1, "a burst is one");
    assert_eq!(shown(&app, ADA).await, ["HIB-A1"], "the body itself changes nothing");

    app.hub.run_pending().await;
    assert_eq!(shown(&app, ADA).await, [] as [&str; 0]);
    let seen = app.desk.faults().requests();
    assert!(seen.iter().all(|request| request.method == "GET"), "reading again writes nothing, so nothing loops");
    assert_eq!(seen.iter().filter(|request| request.path.ends_with(&format!("/assets/{id}"))).count(), 1);

    let hooks = app.api.get("/systems", &app.api_key).await.json()["hooks"].clone();
    assert_eq!(
        (&hooks[0]["hook"], &hooks[0]["good"], &hooks[0]["unusable"]),
        (&json!("freshservice"), &json!(7), &json!(1))
    );
    assert_eq!(hooks[0]["last_unusable_excerpt"], r#"{"display_id":"","e_mail":"xxx@xxxxxxx.xxx"}"#);
}

#[testkit::both_databases]
async fn a17_an_unknown_asset_tag_is_looked_up_again(app: TestApp) {
    told(&app, r#"{"asset_tag":"NEW-1"}"#).await;
    let id = app.display_id("HIB-S1");
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "asset_tag": "NEW-1" })).await;
    app.advance(Duration::from_mins(4));
    assert_eq!(app.hub.run_pending().await, 0);
    app.advance(Duration::from_mins(1));
    app.hub.run_pending().await;
    let device = app.store.device("freshservice", &id.to_string()).await.unwrap();
    assert_eq!(device.unwrap().serial.as_deref(), Some("HIB-S1"));

    told(&app, r#"{"serial_number":"NOBODYS"}"#).await;
    for _ in 0..3 {
        app.advance(Duration::from_mins(5));
        app.hub.run_pending().await;
    }
    let failed = app.store.jobs(JobState::Failed, 10).await.unwrap();
    assert!(failed[0].error.as_deref().unwrap().contains("finds no asset by serial:NOBODYS"), "{failed:?}");
    app.expect_failed_jobs(&["fetch_record"]);
}

#[testkit::both_databases]
async fn a22_a_transfer_moves_the_device_between_customers(app: TestApp) {
    let (_ada, _ben) = (app.activated(ADA).await, app.activated(BEN).await);
    let id = app.display_id("HIB-A1");
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": 1002 })).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, ADA).await, [] as [&str; 0]);
    assert_eq!(shown(&app, BEN).await, ["HIB-A1", "HIB-B1", "HIB-B2"]);

    let bens = app.customer_of(BEN.requester).await;
    let gone = timeline(&app, ADA.requester).await.pop().unwrap();
    assert!(staff::sentence(&gone).contains(&bens), "staff read whom it went to: {}", staff::sentence(&gone));
    let for_ada = customer::sentence(&gone).unwrap();
    assert!(!for_ada.contains(&bens) && !for_ada.contains("1002"), "{for_ada}");
    assert_eq!(last(&app, BEN.requester, 1).await, ["device_assigned"]);

    // To a requester that is not linked.
    app.call_desk(Method::PUT, &format!("/assets/{id}"), json!({ "user_id": 1005 })).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, BEN).await, ["HIB-B1", "HIB-B2"]);
    let gone = timeline(&app, BEN.requester).await.pop().unwrap();
    assert!(
        staff::sentence(&gone).contains("requester 1005, who is linked to no customer"),
        "{}",
        staff::sentence(&gone)
    );
}

#[testkit::both_databases]
async fn a17_a06_a_device_is_corrected_retyped_trashed_restored_and_deleted(app: TestApp) {
    let _ada = app.activated(ADA).await;
    let id = app.display_id("HIB-A1");
    let path = format!("/assets/{id}");
    let field = |name: &str, kind: u64, value: Value| json!({ "type_fields": { format!("{name}_{kind}"): value } });
    app.call_desk(Method::PUT, &path, field("serial_number", type_ids::HARDWARE, json!("HIB-A9"))).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, ADA).await, ["HIB-A9"]);
    let events = timeline(&app, ADA.requester).await;
    let corrected = events.iter().find(|event| event.name() == "serial_corrected").unwrap();
    assert!(staff::sentence(corrected).contains("from HIB-A1 to HIB-A9"), "{}", staff::sentence(corrected));

    app.call_desk(Method::PUT, &path, field("inverter_serial_number", type_ids::BUNDLE, json!("INV-7"))).await;
    asset_told(&app, id).await;
    asset_told(&app, id).await;
    let events = timeline(&app, ADA.requester).await;
    let warnings = events
        .iter()
        .filter(|event| matches!(event, Event::Device(DeviceEvent::SerialsDiffer { inverter_serial, .. }) if inverter_serial == "INV-7"));
    assert_eq!(warnings.count(), 1, "a mismatch is told once, and refuses nothing");

    app.call_desk(Method::DELETE, &path, Value::Null).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, ADA).await, [] as [&str; 0], "the trash is evidence enough");
    assert!(
        staff::sentence(&timeline(&app, ADA.requester).await.pop().unwrap()).ends_with("in the service desk's trash")
    );
    app.call_desk(Method::PUT, &format!("{path}/restore"), Value::Null).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, ADA).await, ["HIB-A9"]);

    app.call_desk(Method::DELETE, &path, Value::Null).await;
    app.call_desk(Method::PUT, &format!("{path}/delete_forever"), Value::Null).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, ADA).await, ["HIB-A9"], "one 404 proves nothing");
    for hours in [1, 24] {
        app.advance(Duration::from_hours(hours));
        app.hub.run_pending().await;
    }
    assert_eq!(shown(&app, ADA).await, [] as [&str; 0]);
    assert!(
        staff::sentence(&timeline(&app, ADA.requester).await.pop().unwrap()).ends_with("deleted from the service desk")
    );

    let router = type_ids::ROUTER;
    let _ben = app.activated(BEN).await;
    let id = app.display_id("HIB-B1");
    let typed = json!({ "asset_type_id": router, "type_fields": { format!("product_{}", type_ids::HARDWARE): 21_000_056_802_u64 } });
    app.call_desk(Method::PUT, &format!("/assets/{id}"), typed).await;
    asset_told(&app, id).await;
    assert_eq!(shown(&app, BEN).await, ["HIB-B2"]);
    assert!(staff::sentence(&timeline(&app, BEN.requester).await.pop().unwrap()).contains("its asset type is"));
}

#[testkit::both_databases]
async fn a17_a_deactivated_requester_is_inactive_and_an_agent_stays_active(app: TestApp) {
    let _ada = app.activated(ADA).await;
    app.call_desk(Method::DELETE, "/requesters/1001", Value::Null).await;
    requester_told(&app, "1001").await;
    assert_eq!(shown(&app, ADA).await, [] as [&str; 0]);
    assert_eq!(last(&app, "1001", 1).await, ["requester_deactivated"]);
    app.call_desk(Method::PUT, "/requesters/1001/reactivate", Value::Null).await;
    requester_told(&app, "1001").await;
    assert_eq!(shown(&app, ADA).await, ["HIB-A1"]);
    assert_eq!(last(&app, "1001", 1).await, ["requester_reactivated"]);

    app.call_desk(Method::PUT, "/requesters/1001/convert_to_agent", Value::Null).await;
    requester_told(&app, "1001").await;
    requester_told(&app, "1001").await;
    assert_eq!(last(&app, "1001", 2).await, ["requester_reactivated", "requester_converted"], "told once");
    assert_eq!(shown(&app, ADA).await, ["HIB-A1"]);

    let link = app.link(EVE.requester).await;
    app.call_desk(Method::PUT, "/requesters/1005/convert_to_agent", Value::Null).await;
    requester_told(&app, "1005").await;
    let page = testkit::Browser::new().open(&link).await;
    assert_eq!(page.status, 410, "an agent's invitation is taken back: {}", page.body);
}

#[testkit::both_databases]
async fn a01_the_customer_s_phone_number_follows_the_requester(app: TestApp) {
    let _ada = app.activated(ADA).await;
    let path = format!("/customers/{}", app.customer_of("1001").await);
    let phone = async || app.api.get(&path, &app.api_key).await.json()["phone"].clone();
    let change = async |numbers: Value| {
        app.call_desk(Method::PUT, "/requesters/1001", numbers).await;
        requester_told(&app, "1001").await;
    };
    change(json!({ "work_phone_number": "030 555 0101", "mobile_phone_number": null })).await;
    assert_eq!(phone().await, "030 555 0101");
    change(json!({ "mobile_phone_number": "0171 555 0102" })).await;
    assert_eq!(phone().await, "0171 555 0102", "the mobile number comes first");
    let event = timeline(&app, "1001").await.pop().unwrap();
    let told = "Service desk telephone number changed from 030 555 0101 to 0171 555 0102";
    assert_eq!(staff::sentence(&event), told);
    let said = timeline(&app, "1001").await.len();
    requester_told(&app, "1001").await;
    change(json!({ "work_phone_number": "030 555 0103" })).await;
    assert_eq!(timeline(&app, "1001").await.len(), said, "the customer's number is the same as before");
    change(json!({ "work_phone_number": "", "mobile_phone_number": "" })).await;
    assert_eq!(phone().await, Value::Null);
}

#[testkit::both_databases]
async fn a17_a_merged_requester_keeps_its_customer(app: TestApp) {
    let (_ada, _ben) = (app.activated(ADA).await, app.activated(BEN).await);
    let customer = app.customer_of(ADA.requester).await;
    // Merged, deactivated and renamed before the hub is notified.
    app.call_desk(Method::PUT, "/requesters/1005/merge?secondary_requesters=1001", Value::Null).await;
    app.call_desk(Method::PUT, "/requesters/1005", json!({ "first_name": "Evelyn" })).await;
    app.call_desk(Method::DELETE, "/requesters/1005", Value::Null).await;
    requester_told(&app, "1001").await;
    assert_eq!(app.customer_of("1005").await, customer);
    assert_eq!(app.customer_of("1001").await, customer, "the retired id keeps resolving");
    let old = app.api.get("/records/freshservice/requester/1001", &app.api_key).await.json();
    assert_eq!((&old["merged_into"], &old["customer"]["id"]), (&json!("1005"), &json!(customer)));
    assert_eq!(shown(&app, ADA).await, [] as [&str; 0], "deactivated, too");
    app.call_desk(Method::PUT, "/requesters/1005/reactivate", Value::Null).await;
    requester_told(&app, "1005").await;
    assert_eq!(shown(&app, ADA).await, ["HIB-A1"]);
    let events = timeline(&app, "1005").await;
    let count = |name: &str| events.iter().filter(|event| event.name() == name).count();
    assert_eq!((count("record_merged"), count("requester_deactivated"), count("requester_reactivated")), (1, 1, 1));

    // Merged into a requester of another customer.
    app.call_desk(Method::PUT, "/requesters/1005/merge?secondary_requesters=1002", Value::Null).await;
    requester_told(&app, "1002").await;
    requester_told(&app, "1002").await;
    let reviews = app.api.get("/reviews", &app.api_key).await.json();
    let asked: Vec<_> = reviews["items"].as_array().unwrap().iter().map(|it| &it["question"]).collect();
    assert_eq!(asked, ["merged_into_taken"]);
    assert_ne!(app.customer_of("1002").await, customer, "no guess");
    assert_eq!(last(&app, "1002", 1).await, ["merge_disputed"]);
}

#[testkit::both_databases]
async fn a17_a_deleted_requester_counts_as_gone_after_the_grace_period(app: TestApp) {
    let _ada = app.activated(ADA).await;
    let customer = app.customer_of("1001").await;
    app.call_desk(Method::DELETE, "/requesters/1001/forget", Value::Null).await;
    app.advance(Duration::from_secs(1));
    app.api.order(&format!("/customers/{customer}/refresh"), &app.api_key).await;
    app.hub.run_pending().await;
    assert_eq!(app.customer_of("1001").await, customer, "one 404 proves nothing");
    for minutes in [16, 24 * 60] {
        app.advance(Duration::from_mins(minutes));
        app.hub.run_pending().await;
    }
    let key = RecordKey::new("freshservice", Kind::Requester, "1001");
    assert_eq!(app.store.customer_of(&key).await.unwrap(), None);
    assert!(app.store.record(&key).await.unwrap().unwrap().gone_at.is_some());
    let entries = app.store.whole_timeline(customer.parse().unwrap()).await.unwrap();
    let events: Vec<_> = entries.iter().filter_map(tessera_core::kernel::timeline::Entry::event).collect();
    assert!(events.iter().any(|event| staff::sentence(event).contains("no longer has it: missing since")));
    assert!(app.store.devices_assigned(customer.parse().unwrap()).await.unwrap().is_empty());
}

#[testkit::both_databases]
async fn a17_h03_contacts_are_merged_deleted_duplicated_and_changed(app: TestApp) {
    let refresh = async |who: Known| {
        app.advance(Duration::from_secs(1));
        let customer = app.customer_of(who.requester).await;
        app.api.order(&format!("/customers/{customer}/refresh"), &app.api_key).await;
        app.hub.run_pending().await;
    };
    let contact = async |who: Known| {
        let customer = app.customer_of(who.requester).await.parse().unwrap();
        let links = app.store.links(customer).await.unwrap();
        let active = links.into_iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Contact);
        active.map(|link| link.record.external_id)
    };
    for who in [ADA, BEN, DAN] {
        app.activated(who).await;
    }
    // The requester's address becomes that of another contact. The link stays, and one review is created.
    app.call_crm(Method::PUT, "/contacts/6003", json!({ "contact": { "email": "cleo.two@example.com" } })).await;
    app.activated(CLEO).await;
    assert_eq!(contact(CLEO).await.as_deref(), Some("5003"));
    app.call_desk(Method::PUT, "/requesters/1003", json!({ "primary_email": "cleo.two@example.com" })).await;
    requester_told(&app, "1003").await;
    refresh(CLEO).await;
    assert_eq!(contact(CLEO).await.as_deref(), Some("5003"), "never relinked in silence");
    let events = timeline(&app, "1003").await;
    assert_eq!(events.iter().filter(|event| event.name() == "other_contact_found").count(), 1);

    // The linked contact is gone and another one has the address: a merge.
    app.call_crm(Method::DELETE, "/contacts/5001", Value::Null).await;
    app.call_crm(Method::PUT, "/contacts/5006", json!({ "contact": { "email": ADA.email } })).await;
    refresh(ADA).await;
    assert_eq!(contact(ADA).await.as_deref(), Some("5006"));
    assert!(timeline(&app, "1001").await.iter().any(|event| event.name() == "record_merged"));

    // The address changes. The link stays, and one timeline entry is written.
    app.call_crm(Method::PUT, "/contacts/5002", json!({ "contact": { "email": "benjamin@example.com" } })).await;
    refresh(BEN).await;
    refresh(BEN).await;
    assert_eq!(contact(BEN).await.as_deref(), Some("5002"));
    let events = timeline(&app, "1002").await;
    assert_eq!(events.iter().filter(|event| event.name() == "contact_differs").count(), 1);

    // Deleted, and no other contact has the address. The link ends after the grace period.
    app.call_crm(Method::DELETE, "/contacts/5004", Value::Null).await;
    refresh(DAN).await;
    assert_eq!(contact(DAN).await.as_deref(), Some("5004"));
    for hours in [1, 25] {
        app.advance(Duration::from_hours(hours));
        app.hub.run_pending().await;
    }
    assert_eq!(contact(DAN).await, None);
}
