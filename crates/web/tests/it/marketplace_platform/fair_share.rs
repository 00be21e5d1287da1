//! Vendors share the calls of the hub, and who waits goes ahead of bulk work (`M20`).

use serde_json::json;
use tessera_sim::scripted_vendor::{Gate, Turn};
use testkit::hub::Process;
use testkit::{ADA, TestApp, until};

use super::{RunningVendor, account, connect, create, later, operation, request, state};

/// How many calls of one vendor are under way at once, by default.
const AT_ONCE: usize = 4;

/// Requests so many synchronizations, each of an account of its own. The ids of the operations.
async fn requested(app: &TestApp, vendor: &str, count: usize, bulk: bool) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..count {
        let id = create(app, account("Acme", &format!("{n}-{bulk}-{}@example.com", &vendor[30..]))).await;
        let body = json!({ "service_manager_id": vendor, "bulk": bulk });
        let asked = app.api.post(&format!("/marketplace-accounts/{id}/synchronize"), &app.api_key, body).await;
        assert_eq!(asked.status, 202, "{}", asked.body);
        ids.push(asked.json()["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn all_done(app: &TestApp, operations: &[String]) {
    for id in operations {
        until!("an operation is done", state(&operation(app, id).await) == "done");
    }
}

#[testkit::both_databases]
async fn m20_a_silent_vendor_does_not_delay_other_vendors(app: TestApp) {
    let (silent, well, gate) = (RunningVendor::usual().await, RunningVendor::usual().await, Gate::shut());
    let vendors = [connect(&app, "Silent", &silent.url()).await, connect(&app, "Well", &well.url()).await];
    later(&app, 30).await;
    silent.vendor.script("Exists", (0..20).map(|_| Turn::Wait(gate.clone())));
    let waiting = requested(&app, &vendors[0], 20, false).await;
    let process = Process::start(&app.hub, "one");
    until!("the silent vendor is called", silent.vendor.asked("Exists").len() == AT_ONCE);

    let others = requested(&app, &vendors[1], 12, false).await;
    all_done(&app, &others).await;
    // The hub's own work goes on, too.
    app.invite(ADA.requester).await;
    until!("an e-mail is sent", !app.mail.messages().is_empty());
    assert_eq!(silent.vendor.asked("Exists").len(), AT_ONCE, "it has its share, and no more");
    // What staff ask for themselves does not wait for the calls of jobs.
    let refreshed = app.api.order(&format!("/service-managers/{}/refresh", vendors[0]), &app.api_key).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    gate.open();
    all_done(&app, &waiting).await;
    assert_eq!(silent.vendor.customers().len(), 20);
    process.signal();
    process.ended().await;
}

#[testkit::both_databases]
async fn m20_who_waits_goes_ahead_of_bulk_work(app: TestApp) {
    let (running, gate) = (RunningVendor::usual().await, Gate::shut());
    let vendor = connect(&app, "Example Cloud", &running.url()).await;
    later(&app, 30).await;
    running.vendor.script("Exists", (0..12).map(|_| Turn::Wait(gate.clone())));
    let bulk = requested(&app, &vendor, 10, true).await;
    let process = Process::start(&app.hub, "one");
    until!("bulk work is under way", running.vendor.asked("Exists").len() == AT_ONCE - 1);

    let urgent = create(&app, account("Urgent", "urgent@example.com")).await;
    let id = request(&app, &urgent, &vendor, json!({})).await;
    until!("who waits is served at once", running.vendor.asked("Exists").len() == AT_ONCE);
    assert_eq!(running.vendor.asked("Exists")[AT_ONCE - 1].body["ID"], urgent);
    gate.open();
    all_done(&app, &[id]).await;
    all_done(&app, &bulk).await;
    process.signal();
    process.ended().await;
}
