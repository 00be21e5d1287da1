//! Every way in is under the brake: also one customer's records being read again, a deactivation, and two sweeps at once.

use std::time::Duration;

use serde_json::json;
use tessera_core::kernel::job::{Hint, SweepOf};
use tessera_core::sync::sweep::SweepMode;
use tessera_hub::SweepOrder;
use tessera_sim::freshservice::Versioned;

use crate::house::{CLI, DESK, House, client};
use crate::people::{ADA, BEN, EVE, Known};
use crate::sweeps::{alarms, all_assets, deliver, devices_of, move_all, roof};

/// Reads a customer's records again.
async fn refreshed(house: &House, who: Known) {
    let customer = house.customer_of(who.requester).await;
    assert_eq!(house.api.order(&format!("/customers/{customer}/refresh"), &house.api_key).await.status, 202);
    house.hub.run_pending().await;
}

async fn events(house: &House, who: Known) -> Vec<String> {
    let customer = house.customer_of(who.requester).await;
    let timeline = house.api.get(&format!("/customers/{customer}/timeline"), &house.api_key).await.json();
    timeline["items"].as_array().unwrap().iter().map(|it| it["event"].as_str().unwrap().to_owned()).collect()
}

/// What single changes are held by.
async fn held(house: &House) -> String {
    let all = house.api.get("/sweeps", &house.api_key).await.json();
    let held = all["items"].as_array().unwrap().iter().find(|sweep| sweep["state"] == "held");
    format!("/sweeps/{}", held.unwrap_or_else(|| panic!("nothing is held: {all}"))["id"].as_str().unwrap())
}

/// Twenty devices were taken by single changes: the next is one too many.
async fn exhausted(house: &House) {
    roof(house).await;
    house.advance(Duration::from_mins(1));
    move_all(house, 1002, None);
    let ids: Vec<_> = house.desk.desk().assets.values().map(|row| row.current().asset.display_id).collect();
    let hints = ids.iter().map(|id| Hint::Asset { display_id: id.to_string() }).collect();
    house.hub.request_fetch(hints, &DESK).await.unwrap();
    house.hub.run_pending().await;
    assert_eq!((devices_of(house, BEN.email).await, alarms(house).await), (12, vec!["changes_held".to_owned()]));
}

pub async fn h04_what_is_held_is_not_written_past_the_brake_by_a_refresh(house: House) {
    house.activated(ADA).await;
    exhausted(&house).await;
    let url = format!("{}/requesters/{}", house.hub.desk.address().as_str().trim_end_matches('/'), ADA.requester);
    let gone = client().delete(url).basic_auth(house.desk.api_key(), Some("X")).send().await.unwrap();
    assert_eq!(gone.status(), 204, "deactivated");
    house.advance(Duration::from_mins(1));
    refreshed(&house, ADA).await;
    assert_eq!(devices_of(&house, ADA.email).await, 1, "the brake holds the deactivation");
    refreshed(&house, ADA).await;

    let path = held(&house).await;
    assert_eq!(house.api.order(&format!("{path}/apply"), &house.api_key).await.status, 202);
    house.hub.run_pending().await;
    assert_eq!(devices_of(&house, ADA.email).await, 0, "applied, it is so");
    assert_eq!(events(&house, ADA).await[0], "requester_deactivated");
    assert!(alarms(&house).await.is_empty());
}

pub async fn a22_a_refresh_of_the_new_owner_tells_the_old_one(house: House) {
    house.activated(BEN).await;
    house.activated(ADA).await;
    house.desk.change(|desk| {
        let mut theirs = desk.assets.values_mut().filter(|row| row.current().asset.user_id == Some(1002));
        let row = theirs.next().unwrap();
        let mut moved = row.current().clone();
        moved.asset.user_id = Some(1001);
        *row = Versioned::new(moved.clone(), moved.asset.created_at);
    });
    house.advance(Duration::from_mins(10));
    refreshed(&house, ADA).await;
    assert_eq!((devices_of(&house, ADA.email).await, devices_of(&house, BEN.email).await), (2, 1));
    assert_eq!(events(&house, BEN).await[0], "device_unassigned");
    let assigned = events(&house, ADA).await.iter().filter(|event| *event == "device_assigned").count();
    assert_eq!(assigned, 2, "each is told once");
}

pub async fn h04_a_refresh_takes_no_more_than_the_brake_lets(house: House) {
    roof(&house).await;
    house.activated(ADA).await;
    house.advance(Duration::from_mins(10));
    move_all(&house, 1002, Some(1001));
    refreshed(&house, ADA).await;
    assert_eq!((devices_of(&house, BEN.email).await, devices_of(&house, ADA.email).await), (12, 21));
    assert_eq!(alarms(&house).await, ["changes_held"]);
    let path = held(&house).await;
    assert_eq!(house.api.order(&format!("{path}/apply"), &house.api_key).await.status, 202);
    house.hub.run_pending().await;
    assert_eq!((devices_of(&house, BEN.email).await, devices_of(&house, ADA.email).await), (2, 31));
}

pub async fn h06_two_who_run_the_same_sweep_disturb_nobody(house: House) {
    deliver(&house, Some(1002), 250);
    house.activated(BEN).await;
    let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry: false };
    let sweep = house.hub.begin_sweep(order, &CLI).await.unwrap();
    let (one, other) =
        tokio::join!(house.hub.run_begun(SweepOf::Assets, sweep.id), house.hub.run_begun(SweepOf::Assets, sweep.id));
    one.unwrap();
    other.unwrap();
    assert!(alarms(&house).await.is_empty());
    let shown = house.api.get(&format!("/sweeps/{}", sweep.id), &house.api_key).await.json();
    assert_eq!((&shown["state"], &shown["seen"]), (&json!("finished"), &json!(256)), "{shown}");
    assert_eq!(all_assets(&house).await["changed"], 0);
}

pub async fn h04_a_sweep_that_its_command_line_left_is_gone_on_with(house: House) {
    let order = SweepOrder { what: SweepOf::Assets, mode: SweepMode::Full, dry: false };
    let left = house.hub.begin_sweep(order, &CLI).await.unwrap();
    for at in [Duration::ZERO, Duration::from_mins(15)] {
        house.advance(at);
        house.hub.request_due_sweeps().await.unwrap();
    }
    house.hub.run_pending().await;
    let shown = house.api.get(&format!("/sweeps/{}", left.id), &house.api_key).await.json();
    assert_eq!((&shown["state"], &shown["seen"]), (&json!("finished"), &json!(6)), "{shown}");
}

pub async fn h04_a19_who_is_to_get_what_the_brake_holds_reads_that(house: House) {
    let mut eve = house.activated(EVE).await;
    roof(&house).await;
    let metrics = async || client().get(format!("{}/metrics", house.url)).send().await.unwrap().text().await.unwrap();
    assert!(!metrics().await.contains("tessera_alarms{"));
    move_all(&house, 1002, Some(1005));
    assert_eq!(all_assets(&house).await["state"], "held");
    let why = house.api.get("/why?subject=1005", &house.api_key).await.json();
    assert_eq!(why["reason"]["code"], "changes_held", "{why}");
    let page = eve.open(&format!("{}/portal/customer", house.url)).await;
    assert!(page.body.contains("We are checking a change"), "{}", page.body);
    let alarm = "tessera_alarms{system=\"freshservice\",code=\"changes_held\"} 1";
    assert!(metrics().await.contains(alarm), "{}", metrics().await);

    let path = held(&house).await;
    assert_eq!(house.api.order(&format!("{path}/apply"), &house.api_key).await.status, 202);
    house.hub.run_pending().await;
    let page = eve.open(&format!("{}/portal/customer", house.url)).await;
    assert!(page.body.contains("Roof") && !page.body.contains("We are checking"), "{}", page.body);
    assert!(!metrics().await.contains("tessera_alarms{"));
}

pub async fn h04_what_single_changes_took_counts_for_the_next_sweep(house: House) {
    house.activated(EVE).await;
    roof(&house).await;
    // Eve's own next look is due, and takes as many as single changes may.
    house.advance(Duration::from_mins(1));
    move_all(&house, 1002, Some(1005));
    let swept = all_assets(&house).await;
    assert_eq!((&swept["state"], &swept["takes_away"]), (&json!("held"), &json!(10)), "{swept}");
    assert_eq!((devices_of(&house, BEN.email).await, devices_of(&house, EVE.email).await), (12, 20));
}
