//! Test of the call budget: a full sweep within the account's limits, with interactive calls served at once meanwhile.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tessera_connect::freshservice::{Config, Freshservice, Plan};
use tessera_core::kernel::clock::{Clock, ManualClock};
use tessera_hub::ports::{Order, Priority};

use crate::stand_in::{Reply, Seen, StandIn, virtual_time};

const ASSETS: u64 = 100_000;
const PAGES: u32 = 1000;

/// The cost of each call for an account on Freshservice Pro: 400 per minute, 120 of them for lists of assets.
fn credits(seen: &Seen) -> (u64, u64) {
    match seen.path.as_str() {
        "/api/v2/assets" => (3, 3),
        path if path.starts_with("/api/v2/assets/") => (2, 0),
        _ => (1, 0),
    }
}

fn answer(seen: &Seen) -> Reply {
    let asset = json!({ "id": 1, "display_id": 4, "name": "PACE", "asset_type_id": 30, "user_id": null });
    match seen.path.as_str() {
        "/api/v2/asset_types" => {
            Reply::json(&json!({ "asset_types": [{ "id": 30, "name": "Desk", "parent_asset_type_id": null }] }))
        }
        "/api/v2/assets" if seen.param("filter").is_some() => Reply::json(&json!({ "assets": [] })),
        "/api/v2/assets" if seen.page() < PAGES => Reply::json(&json!({ "assets": [asset] })).linked(),
        "/api/v2/assets" => Reply::json(&json!({ "assets": [asset] })),
        "/api/v2/assets/4" => Reply::json(&json!({ "asset": asset })),
        _ => Reply::json(&json!({ "requester": { "id": 777, "first_name": "Ada", "active": true } })),
    }
}

/// The maximum number of credits within any minute.
fn busiest(spent: &[(Timestamp, u64)]) -> u64 {
    let minute = SignedDuration::from_mins(1);
    let within = |from: Timestamp| spent.iter().filter(move |(at, _)| *at >= from && at.duration_since(from) < minute);
    spent.iter().step_by(7).map(|(from, _)| within(*from).map(|(_, credits)| credits).sum()).max().unwrap_or(0)
}

async fn activation_reads(desk: &Freshservice, clock: &ManualClock) {
    let began = clock.now();
    desk.requester("777", Priority::Interactive).await.unwrap().unwrap();
    desk.assets_of("777", Priority::Interactive).await.unwrap();
    desk.asset("4", Priority::Interactive).await.unwrap().unwrap();
    assert_eq!(clock.now(), began, "a person does not wait for the sweep");
}

#[tokio::test]
async fn h06_a_sweep_of_100_000_assets_stays_within_the_limits_of_the_pro_plan() {
    let (clock, environment) = virtual_time();
    let spent = Arc::new(Mutex::new(Vec::new()));
    let (log, watch) = (Arc::clone(&spent), Arc::clone(&clock));
    let stand_in = StandIn::start(move |seen| {
        log.lock().unwrap().push((watch.now(), credits(seen)));
        answer(seen)
    })
    .await;
    let mut config = Config::new("freshservice", stand_in.url.clone(), "key".to_owned().into(), "Inverter Bundle");
    config.plan = Plan::Pro;
    let desk = Freshservice::new(config, environment).unwrap();

    let began = clock.now();
    let forecast = desk.forecast(Priority::Background, 0, ASSETS);
    let mut pages = 0;
    for page in 1..=PAGES {
        let read = desk.assets_page(page, Order::Created, Priority::Background).await.unwrap();
        pages += 1;
        // An activation about every other minute.
        if page % 60 == 0 {
            activation_reads(&desk, &clock).await;
        }
        assert_eq!(read.next, page < PAGES);
    }
    let (told, took) = (forecast.duration_since(began).as_secs(), clock.now().duration_since(began).as_secs());
    assert_eq!(pages, PAGES);
    assert!((told - took).abs() * 10 <= took, "told {told} s, took {took} s");
    assert!(took < 45 * 60, "100,000 assets take {took} s");

    let spent = spent.lock().unwrap();
    let of = |pick: fn(&(u64, u64)) -> u64| spent.iter().map(|(at, cost)| (*at, pick(cost))).collect::<Vec<_>>();
    let (account, lists) = (busiest(&of(|cost| cost.0)), busiest(&of(|cost| cost.1)));
    assert!(account <= 400, "{account} credits within a minute");
    assert!(lists <= 120, "{lists} credits for lists of assets within a minute");
}
