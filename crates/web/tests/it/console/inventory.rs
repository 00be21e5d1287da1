//! The inventory, and loading tables (`A07`, `A08`, `A09`).

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{ADA, Colleague, EVE, TestApp};

use crate::api::device_writes::{id_of, in_desk, swept};

/// The state of an asset in the service desk.
fn state(asset: &Value) -> &str {
    let fields = asset["type_fields"].as_object().unwrap();
    fields.iter().find(|(name, _)| name.starts_with("asset_state_")).unwrap().1.as_str().unwrap()
}

#[testkit::both_databases]
async fn a07_the_inventory_is_listed_by_filter(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/devices").await.says(&["No device here", "sweep the assets"]);
    app.activated(ADA).await;
    swept(&app).await;
    agnes.open("/devices").await.says(&["HIB-S1", "HIB-A1", "HIB-B1", "Ada Example", "Hybrid Inverter Bundle"]);

    let shown = async |agnes: &mut Colleague, query: &str, says: &[&str], lacks: &[&str]| {
        let page = agnes.open(&format!("/devices?{query}")).await;
        page.says(says);
        page.lacks(lacks);
    };
    shown(&mut agnes, "show=stock", &["HIB-S1"], &["HIB-A1", "HIB-B1"]).await;
    shown(&mut agnes, "show=assigned", &["HIB-A1", "HIB-B1"], &["HIB-S1"]).await;
    shown(&mut agnes, "state=in+stock", &["HIB-S1"], &["HIB-A1"]).await;
    shown(&mut agnes, "product=PACE&type=hybrid+inverter+bundle&show=stock", &["HIB-S1"], &["HIB-A1"]).await;
    shown(&mut agnes, "product=Toaster", &["No device fits"], &["HIB-S1", "HIB-A1"]).await;
    shown(&mut agnes, "q=hib-b", &["HIB-B1", "HIB-B2"], &["HIB-A1", "HIB-S1"]).await;
    let home = app.customer_id(ADA.requester).await;
    shown(&mut agnes, &format!("place={home}"), &["HIB-A1", "At the place"], &["HIB-B1", "HIB-S1"]).await;
}

#[testkit::both_databases]
async fn a07_the_inventory_is_paged_and_exported_without_formulas(app: TestApp) {
    app.add_devices(None, 60);
    swept(&app).await;
    let device = id_of(&app, "HIB-S1").await;
    let renamed = json!({ "name": "=HYPERLINK(\"https://evil.example\")" });
    app.call_desk(Method::PUT, &format!("/assets/{device}"), renamed).await;
    swept(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let first = agnes.open("/devices").await;
    first.says(&["More devices"]);
    let next = first.body.split_once("/console/devices?after=").unwrap().1;
    let next = next.split('"').next().unwrap().to_owned();
    let second = agnes.open(&format!("/devices?after={next}")).await;
    second.lacks(&["More devices", &format!("/console/devices/{next}\"")]);

    let table = agnes.open("/devices/inventory.csv").await.body;
    let devices = 65;
    assert_eq!(table.lines().count(), devices + 1, "{table}");
    assert!(table.contains("\"'=HYPERLINK("), "{table}");
    let mut seen = std::collections::BTreeSet::new();
    let mut cursor = String::new();
    loop {
        let page = app.api.get(&format!("/inventory?limit=20{cursor}"), &app.api_key).await.json();
        for item in page["items"].as_array().unwrap() {
            assert!(seen.insert(item["device"]["id"].as_str().unwrap().to_owned()), "each once");
        }
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen.len(), devices);
    let stock = app.api.get("/inventory?show=assigned&q=HIB-A1", &app.api_key).await.json();
    assert_eq!((stock["items"].as_array().unwrap().len(), &stock["items"][0]["requester_id"]), (1, &json!("1001")));
}

#[testkit::both_databases]
async fn a09_a_device_chosen_from_stock_is_assigned_with_its_state(app: TestApp) {
    app.activated(EVE).await;
    swept(&app).await;
    let device = id_of(&app, "HIB-S1").await;
    let mut agnes = Colleague::signed_in(&app).await;
    let eve = app.customer_of(EVE.requester).await;
    agnes.open(&format!("/customers/{eve}")).await.says(&["/console/devices?for=1005"]);
    let list = agnes.open("/devices?for=1005").await;
    list.says(&["Choose a device for Eve Example", "HIB-S1", &format!("/console/devices/{device}/hand")]);
    list.lacks(&["HIB-A1"]);

    let hand = format!("/devices/{device}/hand");
    agnes.post(&hand, &[("to", "1005"), ("expected", "")]).await.says(&["Assign"]);
    app.hub.run_pending().await;
    let assigned = in_desk(&app, &device).await;
    assert_eq!((&assigned["user_id"], state(&assigned)), (&json!(1005), "In Use"));
    let back = [("stock", "true"), ("expected", "1005")];
    agnes.post(&hand, &back).await;
    app.hub.run_pending().await;
    let returned = in_desk(&app, &device).await;
    assert_eq!((&returned["user_id"], state(&returned)), (&Value::Null, "In Stock"));
}

#[testkit::both_databases]
async fn a09_a_table_is_planned_first_and_then_carried_out(app: TestApp) {
    app.activated(EVE).await;
    app.add_devices(None, 12);
    swept(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let stock = app.api.get("/inventory?show=stock&limit=200", &app.api_key).await.json();
    let ids: Vec<String> = stock["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["device"]["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 13);
    let mut table = "device;requester;from\n".to_owned();
    let to_eve = |id: &String| format!("{id};{};\n", EVE.email);
    table.extend(ids.iter().map(to_eve));
    table.push_str("HIB-B1;1005;\nHIB-A1;1005;1001\nNONE;1005;\n");

    agnes.open("/device-loads").await.says(&["No table was loaded yet"]);
    let wrong = agnes.post("/device-loads", &[("kind", "assignments"), ("table", "a,b\n1,2\n")]).await;
    wrong.says(&["no column “device”", "a,b"]);
    let plan = agnes.post("/device-loads", &[("kind", "assignments"), ("table", &table)]).await;
    plan.says(&[
        "Nothing has changed yet",
        "2 lines are",
        "Carry out 14 changes",
        "Requester 1002 has it",
        "is called “NONE”",
    ]);
    assert_eq!(in_desk(&app, &ids[0]).await["user_id"], Value::Null, "a trial run changes nothing");
    let load = plan.path.strip_prefix("/console").unwrap().to_owned();

    agnes.post(&format!("{load}/start"), &[]).await.says(&["Started", "Running"]);
    agnes.post(&format!("{load}/start"), &[]).await.says(&["This load is running already"]);
    app.hub.run_pending().await;
    let page = agnes.open(&load).await;
    page.says(&["Running", "8 of 14 changes ended"]);
    for _ in 0..3 {
        app.advance(Duration::from_secs(6));
        app.hub.run_pending().await;
    }
    agnes.open(&load).await.says(&[">Finished<", "Done"]);
    for id in &ids {
        let asset = in_desk(&app, id).await;
        assert_eq!((&asset["user_id"], state(&asset)), (&json!(1005), "In Use"));
    }
    let moved = id_of(&app, "HIB-A1").await;
    assert_eq!(in_desk(&app, &moved).await["user_id"], json!(1005));
    let kept = id_of(&app, "HIB-B1").await;
    assert_eq!(in_desk(&app, &kept).await["user_id"], json!(1002), "a wrong line is left out");
}

#[testkit::both_databases]
async fn a09_a_stopped_load_requests_nothing_more(app: TestApp) {
    app.add_devices(None, 20);
    swept(&app).await;
    let stock = app.api.get("/inventory?show=stock&limit=200", &app.api_key).await.json();
    let line = |item: &Value| format!("{},1005\n", item["device"]["id"].as_str().unwrap());
    let lines: String = stock["items"].as_array().unwrap().iter().map(line).collect();
    let mut agnes = Colleague::signed_in(&app).await;
    let table = format!("device,requester\n{lines}");
    let plan = agnes.post("/device-loads", &[("kind", "assignments"), ("table", &table)]).await;
    let load = plan.path.strip_prefix("/console").unwrap().to_owned();
    agnes.post(&format!("{load}/start"), &[]).await;
    app.hub.run_pending().await;
    agnes.post(&format!("{load}/end"), &[]).await.says(&["Stopped. Changes that were requested"]);
    app.advance(Duration::from_mins(1));
    app.hub.run_pending().await;
    let assigned = app.api.get("/inventory?show=assigned&q=HIB", &app.api_key).await.json();
    let held = assigned["items"].as_array().unwrap().iter().filter(|item| item["requester_id"] == "1005").count();
    assert_eq!(held, 8, "what was requested before is carried out");
    agnes.open(&load).await.says(&["Not carried out"]);
}
