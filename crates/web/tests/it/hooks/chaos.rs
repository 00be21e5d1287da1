//! Thousands of changes, with webhooks dropped, duplicated, delayed and reordered, and with workers that die.
//! Afterwards the hub agrees with the service desk, and the timelines agree with the devices.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Method, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Client;
use serde_json::{Value, json};
use tessera_core::devices::event::DeviceEvent;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::kernel::timeline::{Entry, Event};
use tessera_core::sync::jobs::SweepOf;
use tessera_sim::freshservice::type_ids;
use testkit::store::{claim, worker};
use testkit::{ADA, BEN, CLEO, DAN, HOOK_SECRET, TestApp, client};
use tower::ServiceExt as _;

/// Changes between two sweeps.
const ROUND: usize = 200;
/// Assets that are reassigned; fewer than the brake's hourly limit.
const ASSETS: usize = 18;
/// Three linked requesters, one that is not linked, and stock.
const HOLDERS: [Option<u64>; 5] = [Some(1001), Some(1002), Some(1003), Some(1005), None];

/// A customer's devices, computed from the timeline.
async fn notified(app: &TestApp, customer: CustomerId) -> BTreeSet<RecordKey> {
    let mut devices = BTreeSet::new();
    for event in app.store.whole_timeline(customer).await.unwrap().iter().filter_map(Entry::event) {
        match event {
            Event::Device(DeviceEvent::DeviceAssigned { record, .. }) => _ = devices.insert(record),
            Event::Device(DeviceEvent::DeviceUnassigned { record, .. }) => _ = devices.remove(&record),
            _ => {}
        }
    }
    devices
}

/// A deterministic pseudo-random generator.
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    pub fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }
}

struct Chaos<'a> {
    app: &'a TestApp,
    http: Client,
    desk: Router,
    authorization: String,
    chance: Chance,
    assets: Vec<u64>,
    trashed: BTreeSet<u64>,
}

impl Chaos<'_> {
    /// Calls the service desk's API, without a connection: what is tested comes after it.
    async fn desk(&self, method: Method, path: &str, body: Value) -> Value {
        let request = Request::builder().method(method).uri(format!("/api/v2{path}"));
        let request = request.header(AUTHORIZATION, &self.authorization).header(CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let answer = self.desk.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_slice(&to_bytes(answer.into_body(), usize::MAX).await.unwrap()).unwrap_or_default()
    }

    /// Creates devices in stock.
    async fn stock(&mut self) {
        let kind = type_ids::BUNDLE;
        let original = self
            .app
            .desk
            .desk()
            .assets
            .values()
            .map(|row| row.current().asset.clone())
            .find(|it| it.asset_type_id == kind);
        let fields = original.unwrap().type_fields;
        for n in 0..ASSETS {
            let body = json!({ "name": format!("PACE {n}"), "asset_type_id": kind, "type_fields": fields });
            let made = self.desk(Method::POST, "/assets", body).await;
            self.assets.push(made["asset"]["display_id"].as_u64().unwrap());
        }
    }

    /// Changes one asset. Returns its display id.
    async fn change(&mut self) -> u64 {
        let id = self.assets[self.chance.below(ASSETS)];
        let path = format!("/assets/{id}");
        if self.trashed.remove(&id) {
            self.desk(Method::PUT, &format!("{path}/restore"), Value::Null).await;
        } else {
            match self.chance.below(20) {
                0 => {
                    self.desk(Method::DELETE, &path, Value::Null).await;
                    self.trashed.insert(id);
                }
                1 => {
                    let serial = format!("SN-{}", self.chance.below(1000));
                    let body = json!({ "type_fields": { format!("serial_number_{}", type_ids::HARDWARE): serial } });
                    self.desk(Method::PUT, &path, body).await;
                }
                _ => {
                    let holder = HOLDERS[self.chance.below(HOLDERS.len())];
                    self.desk(Method::PUT, &path, json!({ "user_id": holder })).await;
                }
            }
        }
        self.app.advance(Duration::from_millis(1));
        id
    }

    /// Delivers webhooks in random order, some of them twice.
    async fn deliver(&mut self, mut delivered: Vec<u64>) {
        while !delivered.is_empty() {
            let id = delivered.swap_remove(self.chance.below(delivered.len()));
            let copies = 1 + usize::from(self.chance.below(10) == 0);
            for _ in 0..copies {
                let request = self.http.post(format!("{}/hooks/freshservice", self.app.url)).bearer_auth(HOOK_SECRET);
                let answer = request.body(format!(r#"{{"display_id":"{id}","used_by":"}}"#)).send().await.unwrap();
                assert_eq!(answer.status(), 202);
            }
        }
    }

    /// A worker claims jobs and dies. When its beat has stood still for long enough, another one claims them.
    async fn a_worker_dies(&self) {
        let hub = &self.app.hub;
        let now = hub.env.now();
        let worker = worker(&self.app.store, now).await;
        claim(&self.app.store, worker, now, 8).await;
        self.app.advance(Duration::from_mins(3));
        self.app.store.technical().bury_workers(&[(worker, 0)], hub.env.now()).await.unwrap();
    }

    fn holder(&self, id: u64) -> Option<String> {
        let state = self.app.desk.desk();
        let row = state.assets[&id].current();
        row.asset.user_id.filter(|_| !row.trashed).map(|holder| holder.to_string())
    }

    async fn is_as_the_desk_says(&self, id: u64) {
        let device = self.app.store.device("freshservice", &id.to_string()).await.unwrap();
        assert_eq!(device.and_then(|device| device.holder), self.holder(id), "asset {id}");
    }
}

#[testkit::both_databases]
async fn h04_a17_a22_the_hub_agrees_with_the_service_desk_after_lost_and_reordered_webhooks(app: TestApp) {
    let changes = if app.database.starts_with("postgres") { 2_000 } else { 10_000 };
    for who in [ADA, BEN, CLEO, DAN] {
        app.activated(who).await;
    }
    let mut chaos = Chaos {
        app: &app,
        http: client(),
        desk: app.desk.router(),
        authorization: format!("Basic {}", STANDARD.encode(format!("{}:X", app.desk.api_key()))),
        chance: Chance(0x5eed),
        assets: Vec::new(),
        trashed: BTreeSet::new(),
    };
    chaos.stock().await;
    let mut late = Vec::new();
    for _ in 0..changes / ROUND {
        let mut delivered = std::mem::take(&mut late);
        for _ in 0..ROUND {
            let id = chaos.change().await;
            match chaos.chance.below(10) {
                0..5 => {}
                5 => late.push(id),
                _ => delivered.push(id),
            }
        }
        app.advance(Duration::from_mins(61));
        chaos.deliver(delivered.clone()).await;
        if chaos.chance.below(4) == 0 {
            chaos.a_worker_dies().await;
        }
        tokio::join!(app.hub.run_pending(), app.hub.run_pending());
        for id in delivered.into_iter().collect::<BTreeSet<_>>() {
            chaos.is_as_the_desk_says(id).await;
        }
    }
    for id in std::mem::take(&mut chaos.trashed) {
        chaos.desk(Method::PUT, &format!("/assets/{id}/restore"), Value::Null).await;
    }
    app.advance(Duration::from_mins(61));
    app.hub.sweep(SweepOf::Assets).await.unwrap();
    app.hub.run_pending().await;

    for id in &chaos.assets {
        chaos.is_as_the_desk_says(*id).await;
    }
    for who in [ADA, BEN, CLEO, DAN] {
        let customer = app.customer_of(who.requester).await.parse().unwrap();
        let has = app.store.devices_of(customer).await.unwrap();
        let has: BTreeSet<RecordKey> =
            has.iter().map(|device| RecordKey::new("freshservice", Kind::Asset, &device.external_id)).collect();
        assert_eq!(notified(&app, customer).await, has, "the timeline of {}", who.email);
        assert_eq!(app.store.devices_assigned(customer).await.unwrap(), has, "who was notified, of {}", who.email);
    }
}
