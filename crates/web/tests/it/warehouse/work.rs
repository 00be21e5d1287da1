//! Receiving, issuing, moving and taking back devices.

use std::time::Duration;

use serde_json::{Value, json};
use tessera_core::kernel::ids::{CustomerId, PlaceId};
use testkit::portal::PortalUser;
use testkit::{ADA, BEN, Colleague, EVE, TestApp};

use super::{HOME, Keeper, keeper, place};
use crate::api::device_writes::{id_of, in_desk, swept};

/// Who did what is on a customer's timeline, newest first.
async fn done(app: &TestApp, customer: CustomerId) -> Vec<(String, String)> {
    let entries = app.store.whole_timeline(customer).await.unwrap();
    entries.iter().rev().filter_map(|entry| Some((entry.event()?.name().to_owned(), entry.actor.clone()))).collect()
}

fn by_kim(event: &str) -> (String, String) {
    (event.to_owned(), "person:kim.keeper".to_owned())
}

#[testkit::both_databases]
async fn a08_a_device_is_received_once_and_what_is_wrong_is_said(app: TestApp) {
    let mut kim = keeper(&app).await;
    kim.open("/devices/new").await.says(&["Receive a device", "field.serial_number"]);
    let wrong = [("name", "PACE 5 kW"), ("field.product", ""), ("field.serial_number", "NEW-7")];
    let refused = kim.post("/devices", &wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    refused.says(&["It was not created", "NEW-7", "PACE 5 kW"]);
    let right = [
        ("name", "PACE 5 kW"),
        ("field.product", "PACE"),
        ("field.vendor", "Wetility"),
        ("field.asset_state", "In Stock"),
        ("field.serial_number", "NEW-7"),
    ];
    let asked = kim.post("/devices", &right).await;
    asked.says(&["Waiting for the service desk", "kim.keeper"]);
    app.hub.run_pending().await;
    let ended = kim.at(&asked.path).await;
    ended.says(&["Done", "See the device"]);
    kim.open("").await.says(&["NEW-7"]);
    assert_eq!(kim.open("/find?q=new7").await.path, format!("{HOME}/devices/{}", id_of(&app, "NEW-7").await));
    kim.post("/devices", &right).await.says(&["has the serial number NEW-7 already"]);
}

#[testkit::both_databases]
async fn a09_a_device_is_issued_to_a_customer_found_by_name_number_or_email_and_taken_back(app: TestApp) {
    app.activated(EVE).await;
    swept(&app).await;
    let mut kim = keeper(&app).await;
    let (device, eve) = (id_of(&app, "HIB-S1").await, app.customer_id(EVE.requester).await);
    let issue = format!("/devices/{device}/issue");
    kim.open(&issue).await.says(&["Who gets it?", "HIB-S1"]);
    for known in ["eve", "Example+Ev", EVE.requester, EVE.email] {
        let found = kim.open(&format!("{issue}?q={known}")).await;
        found.says(&["Eve Example", &format!("Number {}", EVE.requester), "Issue it to"]);
        // The address is not repeated, except as what was searched for.
        assert_eq!(found.body.matches(EVE.email).count(), usize::from(known == EVE.email), "{known}");
    }
    kim.open(&format!("{issue}?q=nobody+at+all")).await.says(&["No customer found"]);

    let hand = format!("/devices/{device}/hand");
    kim.post(&hand, &[("to", ""), ("expected", "")]).await.says(&["Say whom it goes to"]);
    kim.post(&hand, &[("to", EVE.requester), ("expected", "")]).await.says(&["Waiting for the service desk"]);
    app.hub.run_pending().await;
    assert_eq!(in_desk(&app, &device).await["user_id"], json!(1005));
    assert!(done(&app, eve).await.contains(&by_kim("device_write_requested")));
    let page = kim.open(&format!("/devices/{device}")).await;
    page.says(&["Eve Example", "Who did what", "by kim.keeper", "Move it to another customer"]);
    kim.open(&format!("{issue}?q=eve")).await.says(&["Has it already."]);
    // The console shows the same, with the same name.
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open(&format!("/devices/{device}")).await.says(&["by kim.keeper"]);

    // Someone who looks at an old page takes it from nobody else.
    kim.post(&hand, &[("to", BEN.requester), ("expected", "")]).await.says(&["is with requester 1005 by now"]);
    kim.post(&hand, &[("stock", "true"), ("expected", EVE.requester)]).await;
    app.hub.run_pending().await;
    assert_eq!(in_desk(&app, &device).await["user_id"], Value::Null);
    kim.open(&format!("/devices/{device}")).await.says(&["no one: it is in stock"]);
    assert_eq!(done(&app, eve).await.iter().filter(|it| **it == by_kim("device_write_requested")).count(), 2);
}

#[testkit::both_databases]
async fn a09_p08_a_device_moves_between_the_places_of_its_holder(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    swept(&app).await;
    let mut kim = keeper(&app).await;
    let (stock, held) = (id_of(&app, "HIB-S1").await, id_of(&app, "HIB-A1").await);
    kim.open(&format!("/devices/{stock}")).await.says(&["ask the office to add places"]);
    let depot = place(&app, "Depot").await;
    let home = PlaceId::home_of(app.customer_id(ADA.requester).await);
    let to = |place: PlaceId| [("place", place.to_string())];
    let put = async |kim: &mut Keeper, device: &str, place: PlaceId| {
        let fields = to(place);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        kim.post(&format!("/devices/{device}/place"), &fields).await
    };
    // Neither goes to a place of the other.
    assert_eq!(put(&mut kim, &stock, home).await.status.as_u16(), 404);
    assert_eq!(put(&mut kim, &held, depot).await.status.as_u16(), 404);
    put(&mut kim, &stock, depot).await.says(&["It is at Depot now."]);
    assert!(done(&app, CustomerId::OPERATOR).await.contains(&by_kim("device_placed")));
    put(&mut kim, &held, home).await.says(&["now."]);
    assert!(done(&app, app.customer_id(ADA.requester).await).await.contains(&by_kim("device_placed")));

    let added = async |ada: &mut PortalUser| {
        ada.open(&app, "/timeline").await.body.matches("was added to your devices").count()
    };
    let before = added(&mut ada).await;
    // Issued, it is at the customer's home place, and the customer sees it and its history.
    let hand = format!("/devices/{stock}/hand");
    kim.post(&hand, &[("to", ADA.requester), ("expected", "")]).await;
    app.hub.run_pending().await;
    kim.open(&format!("?show=assigned&place={home}")).await.says(&["HIB-S1"]);
    kim.open(&format!("?show=all&place={depot}")).await.says(&["No device fits"]);
    assert_eq!(added(&mut ada).await, before + 1, "where it was in stock hides nothing from the customer");
    // Taken back, it is where it was in stock.
    kim.post(&hand, &[("stock", "true"), ("expected", ADA.requester)]).await;
    app.hub.run_pending().await;
    kim.open(&format!("?place={depot}")).await.says(&["HIB-S1"]);
}

#[testkit::both_databases]
async fn a09_many_devices_are_issued_from_a_table_after_a_trial_run(app: TestApp) {
    app.activated(EVE).await;
    swept(&app).await;
    let mut kim = keeper(&app).await;
    let device = id_of(&app, "HIB-S1").await;
    kim.open("/tables").await.says(&["Bulk changes", "No table was loaded yet"]);
    kim.post("/tables", &[("kind", "assignments"), ("table", "a,b\n1,2\n")]).await.says(&["no column “device”"]);
    let table = format!("device,requester\nhib s1,{}\nNONE,{}\n", EVE.email, EVE.email);
    let plan = kim.post("/tables", &[("kind", "assignments"), ("table", &table)]).await;
    plan.says(&["Nothing has changed yet", "Carry out 1 change", "by kim.keeper"]);
    assert_eq!(in_desk(&app, &device).await["user_id"], Value::Null, "a trial run changes nothing");
    let load = plan.path.strip_prefix(HOME).unwrap().to_owned();
    kim.post(&format!("{load}/start"), &[]).await.says(&["Started"]);
    for _ in 0..3 {
        app.hub.run_pending().await;
        app.advance(Duration::from_secs(6));
    }
    kim.open(&load).await.says(&[">Finished<"]);
    assert_eq!(in_desk(&app, &device).await["user_id"], json!(1005));
    assert!(done(&app, CustomerId::OPERATOR).await.contains(&by_kim("device_load_decided")));
}
