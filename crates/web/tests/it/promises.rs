//! What is promised of the hub as a whole, in combinations that the stories of one feature do not meet: several things at once, one after
//! another that was refused, late, doubled, out of order, and undone again (`H02`, `H04`, `H05`, `H10`).

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tessera_core::id::CustomerId;
use tessera_core::plan::{Change, Plan};
use tessera_hub::HubError;
use tessera_sim::freshservice::Versioned;
use tessera_store::JobState;

use crate::browser::Browser;
use crate::contract::Answer;
use crate::house::{CLI, House, JO, client};
use crate::identities::sign_in;
use crate::people::{ADA, BEN, CLEO, DAN, EVE, Known};
use crate::sweeps::{self, alarms, all_assets, devices_of, move_all, roof};
use crate::upstream::{asset, deliver, desk};
use crate::writing::{id_of, in_desk, new_device, outcome, put, swept};
use crate::{requests, vendor};

/// Everything on a customer's timeline, oldest first. Every page is verified, and no place in the chain is missing or there twice.
async fn history(house: &House, customer: &str, page: usize) -> Vec<Value> {
    let path = format!("/customers/{customer}/timeline?limit={page}");
    let (mut entries, mut cursor) = (Vec::new(), String::new());
    loop {
        let shown = house.api.get(&format!("{path}{cursor}"), &house.api_key).await.json();
        assert_eq!((&shown["verified"], &shown["broken"]), (&json!(true), &Value::Null), "{customer}");
        entries.extend(shown["items"].as_array().unwrap().iter().cloned());
        let Some(next) = shown["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    entries.reverse();
    let places: Vec<_> = entries.iter().map(|entry| entry["seq"].as_i64().unwrap()).collect();
    let all: Vec<_> = (1..=places.len()).map(|place| i64::try_from(place).unwrap()).collect();
    assert_eq!(places, all, "{customer}");
    entries
}

async fn history_of(house: &House, who: Known) -> Vec<Value> {
    history(house, &house.customer_of(who.requester).await, 200).await
}

fn count(entries: &[Value], event: &str) -> usize {
    entries.iter().filter(|entry| entry["event"] == event).count()
}

/// One request under an idempotency key.
async fn keyed(house: &House, method: Method, path: &str, (credential, key): (&str, &str), body: &Value) -> Answer {
    let send = |request: RequestBuilder| request.bearer_auth(credential).header("idempotency-key", key).json(body);
    house.api.send(method, path, send).await
}

async fn post(house: &House, path: &str, key: &str, body: &Value) -> Answer {
    keyed(house, Method::POST, path, (&house.api_key, key), body).await
}

/// The ids of these answers, each of which has this status, without repetitions.
fn ids(answers: &[Answer], status: u16) -> BTreeSet<String> {
    let id = |answer: &Answer| {
        assert_eq!(answer.status, status, "{}", answer.body);
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    answers.iter().map(id).collect()
}

async fn failed_jobs(house: &House) -> Vec<Value> {
    let failed = house.api.get("/jobs?state=failed&limit=200", &house.api_key).await.json();
    failed["items"].as_array().unwrap().clone()
}

/// The hook names something; what waits is left waiting.
async fn hook(house: &House, body: &str) {
    assert_eq!(deliver(house, body).await.0, 202, "{body}");
}

async fn asset_hook(house: &House, id: u64) {
    hook(house, &format!(r#"{{"display_id":"{id}"}}"#)).await;
}

async fn requester_hook(house: &House, id: &str) {
    hook(house, &format!(r#"{{"requester_id":"{id}"}}"#)).await;
}

async fn holder(house: &House, id: u64, requester: Value) {
    desk(house, Method::PUT, &format!("/assets/{id}"), json!({ "user_id": requester })).await;
}

async fn refresh(house: &House, who: Known) {
    let path = format!("/customers/{}/refresh", house.customer_of(who.requester).await);
    assert_eq!(house.api.order(&path, &house.api_key).await.status, 202);
}

/// Does what waits, in two workers at once.
async fn work(house: &House) {
    tokio::join!(house.hub.run_pending(), house.hub.run_pending());
    house.hub.run_pending().await;
}

/// Lets a day and a half go by, with everything that comes due in it.
async fn a_day_and_a_half(house: &House) {
    for _ in 0..36 {
        house.advance(Duration::from_hours(1));
        house.hub.run_pending().await;
    }
}

async fn customer(house: &House, id: &str) -> Value {
    house.api.get(&format!("/customers/{id}"), &house.api_key).await.json()
}

/// The ids of the devices that a customer has.
async fn devices(house: &House, id: &str) -> BTreeSet<String> {
    let shown = customer(house, id).await;
    shown["devices"].as_array().unwrap().iter().map(|device| device["id"].as_str().unwrap().to_owned()).collect()
}

/// The serial numbers that somebody's app shows.
async fn serials(house: &House, who: Known) -> Vec<String> {
    let token = house.access_token(who.email).await;
    let mine = house.api.get("/me/devices", &token).await.json();
    mine["devices"].as_array().unwrap().iter().map(|it| it["serial"].as_str().unwrap_or_default().to_owned()).collect()
}

/// What a full dry run of all kinds would change, kind by kind.
async fn would_change(house: &House) -> Vec<Value> {
    let asked = house.api.post("/sweeps", &house.api_key, json!({ "dry_run": true, "mode": "full" })).await.json();
    house.hub.run_pending().await;
    let mut changes = Vec::new();
    for sweep in asked["items"].as_array().unwrap() {
        let path = format!("/sweeps/{}", sweep["id"].as_str().unwrap());
        let ended = house.api.get(&path, &house.api_key).await.json();
        assert!(["finished", "planned"].contains(&ended["state"].as_str().unwrap()), "{ended}");
        let listed = house.api.get(&format!("{path}/changes?limit=200"), &house.api_key).await.json();
        changes.extend(listed["items"].as_array().unwrap().clone());
    }
    changes
}

/// The sweeps that are held.
async fn holds(house: &House) -> Vec<Value> {
    let all = house.api.get("/sweeps?limit=200", &house.api_key).await.json();
    all["items"].as_array().unwrap().iter().filter(|sweep| sweep["state"] == "held").cloned().collect()
}

/// Chance that is the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, some: &[T]) -> T {
        some[self.below(some.len())]
    }
}

pub async fn h04_a_hold_that_everything_came_by_is_applied_and_discarded_in_halves(house: House) {
    roof(&house).await;
    sweeps::deliver(&house, Some(1002), 20);
    assert_eq!(all_assets(&house).await["state"], "finished");
    house.activated(ADA).await;
    let (ada, ben) = (house.customer_of(ADA.requester).await, house.customer_of(BEN.requester).await);
    move_all(&house, 1002, Some(1001));
    assert_eq!(all_assets(&house).await["state"], "held");

    // Single hooks, each twice and the second time from the end; refreshes of both; somebody else's activation; a look later; a second sweep.
    house.advance(Duration::from_mins(1));
    let roofs: Vec<u64> = {
        let desk = house.desk.desk();
        let rows = desk.assets.values().map(|row| row.current().asset.clone());
        rows.filter(|asset| asset.name.starts_with("Roof")).map(|asset| asset.display_id).collect()
    };
    for id in roofs.iter().chain(roofs.iter().rev()) {
        asset_hook(&house, *id).await;
    }
    for who in [BEN, ADA] {
        refresh(&house, who).await;
    }
    let link = house.link(CLEO.requester).await;
    let mut cleo = Browser::new();
    tokio::join!(house.activate(&mut cleo, &link, CLEO.email), house.hub.run_pending());
    work(&house).await;
    house.advance(Duration::from_mins(10));
    work(&house).await;
    let second = all_assets(&house).await;
    assert_eq!((&second["state"], &second["takes_away"]), (&json!("held"), &json!(50)), "{second}");
    assert_eq!((devices(&house, &ben).await.len(), devices(&house, &ada).await.len()), (52, 1), "nothing was taken");
    let held = holds(&house).await;
    assert_eq!(held.len(), 1, "{held:?}");
    let path = format!("/sweeps/{}", held[0]["id"].as_str().unwrap());
    let changes = house.api.get(&format!("{path}/changes?limit=200"), &house.api_key).await.json();
    let changes = changes["items"].as_array().unwrap().clone();
    assert_eq!(changes.len(), 50);

    // Both halves are decided in the same moment.
    let chosen = |part: &[Value]| json!({ "changes": part.iter().map(|change| &change["id"]).collect::<Vec<_>>() });
    let (applied, discarded) = (format!("{path}/apply"), format!("{path}/discard"));
    let (applied, discarded) = tokio::join!(
        house.api.post(&applied, &house.api_key, chosen(&changes[..25])),
        house.api.post(&discarded, &house.api_key, chosen(&changes[25..])),
    );
    assert_eq!((applied.status, discarded.status), (202, 200), "{} {}", applied.body, discarded.body);
    work(&house).await;
    let moved: BTreeSet<String> = changes[..25]
        .iter()
        .map(|change| change["record"].as_str().unwrap().rsplit(':').next().unwrap().to_owned())
        .collect();
    assert_eq!(devices(&house, &ben).await.len(), 27);
    let hers = devices(&house, &ada).await;
    assert!(hers.len() == 26 && hers.is_superset(&moved), "exactly those that were chosen: {hers:?}");
    assert!(alarms(&house).await.is_empty() && holds(&house).await.is_empty());
    let told = |entries: &[Value]| (count(entries, "device_assigned"), count(entries, "device_unassigned"));
    assert_eq!(told(&history(&house, &ada, 200).await), (26, 0));
    assert_eq!(told(&history(&house, &ben, 200).await), (52, 25));
    let decided = history(&house, &CustomerId::HOUSE.to_string(), 200).await;
    let decided: BTreeSet<_> = decided
        .iter()
        .filter(|entry| entry["event"] == "sweep_decided")
        .map(|entry| (entry["detail"]["decision"].to_string(), entry["detail"]["changes"].as_i64()))
        .collect();
    assert_eq!(decided, BTreeSet::from([("\"apply\"".to_owned(), Some(25)), ("\"discard\"".to_owned(), Some(25))]));

    // What is still so is held again, and ends when the service desk takes it back.
    house.advance(Duration::from_mins(1));
    let third = all_assets(&house).await;
    assert_eq!((&third["state"], &third["takes_away"]), (&json!("held"), &json!(25)), "{third}");
    house.advance(Duration::from_mins(1));
    let back: Vec<u64> = roofs.into_iter().filter(|id| !moved.contains(&id.to_string())).collect();
    house.desk.change(|desk| {
        for id in &back {
            let row = desk.assets.get_mut(id).unwrap();
            let mut back = row.current().clone();
            back.asset.user_id = Some(1002);
            *row = Versioned::new(back.clone(), back.asset.created_at);
        }
    });
    for id in back {
        asset_hook(&house, id).await;
    }
    work(&house).await;
    assert!(alarms(&house).await.is_empty() && holds(&house).await.is_empty());
    assert_eq!(would_change(&house).await, [] as [Value; 0]);
    assert_eq!(told(&history(&house, &ada, 200).await), (26, 0));
    assert_eq!(told(&history(&house, &ben, 200).await), (52, 25), "of what was only held nothing was told");
}

pub async fn a08_a09_h04_a_device_write_sent_32_times_under_one_key_is_done_once(house: House) {
    house.activated(ADA).await;
    house.activated(EVE).await;
    swept(&house).await;
    // Two different requests race for one key: one of them is it, and the other one is told so, however often each was sent.
    let bodies = [new_device("ONCE-1"), new_device("ONCE-2")];
    let all = join_all((0..32).map(|n| post(&house, "/devices", "make", &bodies[n % 2]))).await;
    let (mut even, mut odd) = (Vec::new(), Vec::new());
    for (n, answer) in all.into_iter().enumerate() {
        if n % 2 == 0 { even.push(answer) } else { odd.push(answer) }
    }
    let (taken, refused, serial) = if even[0].status == 202 { (even, odd, "ONCE-1") } else { (odd, even, "ONCE-2") };
    assert_eq!(ids(&taken, 202).len(), 1, "one write");
    for answer in &refused {
        answer.problem(422, "idempotency_key_reused");
    }
    work(&house).await;
    let made = outcome(&house, &taken[0]).await;
    assert_eq!(made["state"], "done", "{made}");
    let posts = house.desk.faults().requests();
    assert_eq!(posts.iter().filter(|seen| seen.method == "POST" && seen.path == "/api/v2/assets").count(), 1);

    // Refused, since something else was under way: the same request under its key is good as soon as that is over.
    let device = id_of(&house, serial).await;
    let first = put(&house, &device, json!({ "requester_id": EVE.requester }), None).await;
    assert_eq!(first.status, 202);
    let order = json!({ "requester_id": ADA.requester });
    for answer in join_all((0..8).map(|_| put(&house, &device, order.clone(), Some("hand")))).await {
        answer.problem(409, "write_pending");
    }
    assert_eq!(outcome(&house, &first).await["state"], "done");
    let handed = join_all((0..32).map(|_| put(&house, &device, order.clone(), Some("hand")))).await;
    let ids = ids(&handed, 202);
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(outcome(&house, &handed[0]).await["state"], "done");
    assert_eq!(in_desk(&house, &device).await["user_id"], 1001);
    put(&house, &device, json!({ "requester_id": EVE.requester }), Some("hand"))
        .await
        .problem(422, "idempotency_key_reused");
    put(&house, &id_of(&house, "HIB-S1").await, order.clone(), Some("hand"))
        .await
        .problem(422, "idempotency_key_reused");

    // Somebody else has it by now: the first request asked again is answered, and not done again.
    let away = put(&house, &device, json!({ "requester_id": null }), None).await;
    assert_eq!(outcome(&house, &away).await["state"], "done");
    let late = put(&house, &device, order, Some("hand")).await;
    assert_eq!((late.status, ids.contains(late.json()["id"].as_str().unwrap())), (202, true), "{}", late.body);
    work(&house).await;
    assert!(in_desk(&house, &device).await["user_id"].is_null());
    let told = history_of(&house, ADA).await;
    assert_eq!((count(&told, "device_assigned"), count(&told, "device_unassigned")), (2, 1), "{told:?}");
    assert_eq!(failed_jobs(&house).await, [] as [Value; 0]);
}

pub async fn p09_h04_a_return_and_its_step_sent_32_times_under_one_key_happen_once(house: House) {
    house.activated(ADA).await;
    let ada = house.customer_of(ADA.requester).await;
    let device = asset(&house, "HIB-A1").to_string();
    let order = json!({ "customer_id": ada, "lines": [{ "reason": "repair", "device_id": device }] });
    let opened = join_all((0..32).map(|_| post(&house, "/returns", "open", &order))).await;
    let opened = ids(&opened, 201);
    assert_eq!(opened.len(), 1, "{opened:?}");
    assert_eq!(count(&history_of(&house, ADA).await, "return"), 1);
    let other = json!({ "customer_id": ada, "lines": [{ "reason": "credit", "device_id": device }] });
    post(&house, "/returns", "open", &other).await.problem(422, "idempotency_key_reused");
    // The unit is on an open return: refused, also when it is asked again.
    let refused = join_all((0..4).map(|_| post(&house, "/returns", "next", &other))).await;
    assert!(refused.iter().all(|answer| answer.status == 409), "{refused:?}");

    let steps = format!("/returns/{}/lines/1/steps", opened.first().unwrap());
    let received = json!({ "step": "receive" });
    let received = join_all((0..32).map(|_| post(&house, &steps, "dock", &received))).await;
    assert_eq!(ids(&received, 200), opened);
    post(&house, &steps, "dock", &json!({ "step": "repair" })).await.problem(422, "idempotency_key_reused");
    post(&house, &steps, "ship", &json!({ "step": "ship" })).await.problem(409, "step_out_of_order");
    assert_eq!(post(&house, &steps, "bench", &json!({ "step": "repair" })).await.status, 200);
    let shipped = join_all((0..8).map(|_| async {
        let step = json!({ "step": "ship" });
        post(&house, &steps, "ship", &step).await
    }))
    .await;
    assert_eq!(ids(&shipped, 200), opened, "in order by now");
    assert_eq!(count(&history_of(&house, ADA).await, "return"), 5, "opened, three steps, closed");

    // The unit is free: what was refused under its key is good now, once.
    let again = join_all((0..8).map(|_| post(&house, "/returns", "next", &other))).await;
    let again = ids(&again, 201);
    assert!(again.len() == 1 && again.is_disjoint(&opened), "{again:?}");
    assert_eq!(ids(&[post(&house, "/returns", "open", &order).await], 201), opened, "the first one is what it was");

    // Another machine has keys of its own.
    let machine = house.hub.put_api_key("second", &CLI).await.unwrap();
    let theirs = json!({ "customer_id": ada, "lines": [{ "reason": "credit", "model": "Battery module" }] });
    let send = || keyed(&house, Method::POST, "/returns", (&machine, "open"), &theirs);
    let theirs = ids(&join_all((0..4).map(|_| send())).await, 201);
    assert!(theirs.len() == 1 && theirs.is_disjoint(&opened) && theirs.is_disjoint(&again), "{theirs:?}");
}

/// One of many who write to a customer at once: what it was, and how it was answered.
async fn write_to(house: &House, customer: &str, link: &str, review: &str, n: usize) -> (&'static str, Answer) {
    let (api, key) = (&house.api, &house.api_key);
    let reason = json!({ "reason": "signed in for somebody else" });
    match n {
        0 | 24 => {
            let path = format!("/customers/{customer}/links/{link}");
            return ("unlink", api.delete(&path, key, Some(reason)).await);
        }
        8 | 16 => {
            let decision = json!({ "decision": "link", "record": "freshsales:contact:6003" });
            return ("decide", api.post(&format!("/reviews/{review}/decision"), key, decision).await);
        }
        _ => {}
    }
    match n % 8 {
        0 | 1 => {
            let contact = json!({ "name": format!("Contact {n}"), "customer_id": customer });
            ("contact_added", api.post("/contacts", key, contact).await)
        }
        2 => {
            let place = json!({ "name": format!("Place {n}"), "owner_id": customer });
            ("place_added", api.post("/places", key, place).await)
        }
        3 => {
            let person = json!({ "name": format!("Person {n}"), "customer_id": customer });
            ("person_added", api.post("/persons", key, person).await)
        }
        4 => {
            let line = json!({ "reason": "credit", "model": format!("Battery module {n}") });
            ("return", api.post("/returns", key, json!({ "customer_id": customer, "lines": [line] })).await)
        }
        5 => ("refresh", api.order(&format!("/customers/{customer}/refresh"), key).await),
        6 => {
            let invitation = json!({ "requester_id": CLEO.requester });
            ("invited", post(house, "/invitations", &format!("invite {n}"), &invitation).await)
        }
        _ => {
            let id = asset(house, "HIB-C1");
            let body = if n % 16 == 7 {
                format!(r#"{{"display_id":"{id}"}}"#)
            } else {
                format!(r#"{{"requester_id":"{}"}}"#, CLEO.requester)
            };
            let (status, body) = deliver(house, &body).await;
            ("hook", Answer { status, headers: reqwest::header::HeaderMap::new(), body: body.to_string() })
        }
    }
}

pub async fn h04_h05_of_64_who_write_to_one_customer_none_is_told_to_wait(house: House) {
    house.activated(CLEO).await;
    let cleo = house.customer_of(CLEO.requester).await;
    let before = history(&house, &cleo, 200).await;
    let review = house.api.get("/reviews", &house.api_key).await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let shown = customer(&house, &cleo).await;
    let user = shown["links"].as_array().unwrap().iter().find(|link| link["kind"] == "user").unwrap();
    let link = user["id"].as_str().unwrap();
    let id = asset(&house, "HIB-C1");
    holder(&house, id, Value::Null).await;
    house.advance(Duration::from_mins(1));

    let writers = join_all((0..64).map(|n| write_to(&house, &cleo, link, &review, n)));
    let workers = async {
        for _ in 0..6 {
            house.hub.run_pending().await;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let (answers, ()) = tokio::join!(writers, workers);
    work(&house).await;

    let statuses = |what: &str| {
        let mut all: Vec<u16> =
            answers.iter().filter(|(kind, _)| *kind == what).map(|(_, answer)| answer.status).collect();
        all.sort_unstable();
        all
    };
    for (what, answer) in &answers {
        assert!(answer.status < 500, "{what} was told {}: {}", answer.status, answer.body);
    }
    assert_eq!(statuses("unlink"), [204, 404]);
    assert_eq!(statuses("decide"), [200, 409]);
    assert!(statuses("refresh").into_iter().chain(statuses("hook")).all(|status| status == 202));
    let after = history(&house, &cleo, 200).await;
    assert_eq!(after[..before.len()], before, "what was written stays as it is");
    for what in ["contact_added", "place_added", "person_added", "return", "invited"] {
        assert!(statuses(what).iter().all(|status| *status == 201), "{what}: {:?}", statuses(what));
        assert_eq!(count(&after, what) - count(&before, what), statuses(what).len(), "{what}");
    }
    for what in ["unlinked", "review_decided", "device_unassigned"] {
        assert_eq!(count(&after, what), 1, "{what}");
    }
    assert_eq!(devices(&house, &cleo).await, BTreeSet::new());
    assert_eq!(failed_jobs(&house).await, [] as [Value; 0]);
    assert_eq!(history(&house, &cleo, 7).await, after, "however it is paged");
}

/// One of many who write to the operator's timeline at once: what stands there afterwards, if it was done.
async fn operate(house: &House, jobs: &[tessera_core::id::JobId], n: usize) -> Option<&'static str> {
    let done = |outcome: Result<(), HubError>| match outcome {
        Ok(()) => true,
        Err(error) => {
            assert!(!matches!(error, HubError::Busy), "writer {n}: {error}");
            false
        }
    };
    let created = |answer: Answer| {
        assert_eq!(answer.status, 201, "writer {n}: {}", answer.body);
        true
    };
    let (api, key) = (&house.api, &house.api_key);
    let (what, done) = match n % 8 {
        0 => {
            // Half of them are about the same account.
            let login = if n % 16 == 0 { "shared".to_owned() } else { format!("staff{n}") };
            ("staff", done(house.hub.put_staff(&login, "Jo Example", "quince-heron-7", &CLI).await))
        }
        1 | 2 => ("api_key_issued", done(house.hub.put_api_key(&format!("machine {n}"), &CLI).await.map(|_| ()))),
        3 => ("api_key_issued", done(house.hub.put_api_key("rotated", &CLI).await.map(|_| ()))),
        4 => {
            let person = json!({ "name": format!("Tess {n}"), "licence_type": "TECHPORTAL" });
            ("person_added", created(api.post("/persons", key, person).await))
        }
        5 => ("place_added", created(api.post("/places", key, json!({ "name": format!("Depot {n}") })).await)),
        6 => ("contact_added", created(api.post("/contacts", key, json!({ "name": format!("Hal {n}") })).await)),
        _ => ("job_retried", done(house.hub.retry_job(jobs[n / 8 % jobs.len()], &JO).await)),
    };
    done.then_some(what)
}

pub async fn h04_h05_of_64_who_write_to_the_operators_timeline_none_is_told_to_wait(house: House) {
    for n in 0..4 {
        hook(&house, &format!(r#"{{"serial_number":"NOBODYS-{n}"}}"#)).await;
    }
    for _ in 0..4 {
        house.hub.run_pending().await;
        house.advance(Duration::from_mins(5));
    }
    let jobs: Vec<_> =
        house.hub.store.jobs(JobState::Failed, 100).await.unwrap().into_iter().map(|job| job.id).collect();
    assert!(!jobs.is_empty());
    let operator = CustomerId::HOUSE.to_string();
    let before = history(&house, &operator, 200).await;

    let done = join_all((0..64).map(|n| operate(&house, &jobs, n))).await;
    let after = history(&house, &operator, 200).await;
    assert_eq!(after[..before.len()], before);
    let new = &after[before.len()..];
    for what in ["api_key_issued", "person_added", "place_added", "contact_added", "job_retried"] {
        let written = done.iter().filter(|it| **it == Some(what)).count();
        assert_eq!(count(new, what), written, "{what}");
    }
    assert_eq!(count(new, "job_retried"), jobs.len(), "each is tried again once, whoever asks");
    assert_eq!(
        (count(new, "staff_added"), count(new, "staff_password_set")),
        (5, 3),
        "every one of the eight is there"
    );
    assert_eq!(count(new, "api_key_issued"), 24);
    assert_eq!(new.len(), 24 + 8 + 8 * 3 + jobs.len());
    assert_eq!(history(&house, &operator, 3).await, after);

    // One key of many that were made for one name at once is good.
    let keys = join_all((0..8).map(|_| house.hub.put_api_key("rotated", &CLI))).await;
    let mut good = 0;
    for key in keys {
        let status = client().get(format!("{}/api/v1/systems", house.url)).bearer_auth(key.unwrap()).send().await;
        good += usize::from(status.unwrap().status() == 200);
    }
    assert_eq!(good, 1);
}

pub async fn h04_a_record_that_changed_and_changed_back_is_no_change(house: House) {
    house.activated(ADA).await;
    house.activated(BEN).await;
    swept(&house).await;
    let (ada, id) = (house.customer_of(ADA.requester).await, asset(&house, "HIB-A1"));
    let state = async || (history(&house, &ada, 200).await, customer(&house, &ada).await["version"].clone());
    let before = state().await;
    let name = async |name: &str| {
        house.advance(Duration::from_mins(1));
        desk(&house, Method::PUT, "/requesters/1001", json!({ "first_name": name })).await;
    };

    // There and back before anything was read.
    for to in [Value::Null, json!(1002), json!(1001)] {
        house.advance(Duration::from_mins(1));
        holder(&house, id, to).await;
        asset_hook(&house, id).await;
    }
    name("Adela").await;
    requester_hook(&house, "1001").await;
    name("Ada").await;
    requester_hook(&house, "1001").await;
    work(&house).await;
    assert_eq!(state().await, before, "nothing happened to the customer");
    assert_eq!(would_change(&house).await, [] as [Value; 0]);

    // A dry run looked while it was different; then it was read as it was before.
    for read_by in ["hook", "refresh", "sweep"] {
        house.advance(Duration::from_mins(1));
        holder(&house, id, Value::Null).await;
        let order = json!({ "kinds": ["assets"], "mode": "full", "dry_run": true });
        let plan = house.api.post("/sweeps", &house.api_key, order).await.json()["items"][0]["id"].clone();
        house.hub.run_pending().await;
        let path = format!("/sweeps/{}", plan.as_str().unwrap());
        let planned = house.api.get(&path, &house.api_key).await.json();
        assert_eq!((&planned["state"], &planned["changed"]), (&json!("planned"), &json!(1)), "{planned}");
        house.advance(Duration::from_mins(1));
        holder(&house, id, json!(1001)).await;
        house.advance(Duration::from_mins(1));
        match read_by {
            "hook" => asset_hook(&house, id).await,
            "refresh" => refresh(&house, ADA).await,
            _ => _ = all_assets(&house).await,
        }
        work(&house).await;
        assert_eq!(state().await, before, "read again by the {read_by}");
        let applied = house.api.order(&format!("{path}/apply"), &house.api_key).await;
        assert!(matches!(applied.status, 202 | 409), "{}", applied.body);
        work(&house).await;
        assert_eq!(serials(&house, ADA).await, ["HIB-A1"], "an old plan undid what the {read_by} read later");
        assert_eq!(state().await, before, "after the plan was applied over what the {read_by} read");
        house.api.order(&format!("{path}/discard"), &house.api_key).await;
    }

    // Read in between: both are told, and then there is nothing left to tell.
    for now in ["Adela", "Ada"] {
        name(now).await;
        requester_hook(&house, "1001").await;
        work(&house).await;
    }
    assert_eq!(count(&history(&house, &ada, 200).await, "renamed"), 2);
    // Whoever activates now is read one by one; the service desk stands still.
    for who in [CLEO, DAN, EVE] {
        house.activated(who).await;
    }
    house.advance(Duration::from_mins(10));
    work(&house).await;
    let before = state().await;
    assert_eq!(would_change(&house).await, [] as [Value; 0]);
    assert_eq!(all_assets(&house).await["changed"], 0);
    assert_eq!(state().await, before);
}

/// The devices that a timeline says a customer has, when it is told to its end.
fn told_devices(entries: &[Value]) -> BTreeSet<String> {
    let mut has = BTreeSet::new();
    for entry in entries {
        let record = &entry["detail"]["record"];
        let record = record.as_str().map_or_else(|| record["external_id"].to_string(), ToOwned::to_owned);
        let id = record.rsplit(':').next().unwrap().trim_matches('"').to_owned();
        match entry["event"].as_str().unwrap() {
            "device_assigned" => assert!(has.insert(id), "assigned twice: {entry}"),
            "device_unassigned" => assert!(has.remove(&id), "taken without having been there: {entry}"),
            _ => {}
        }
    }
    has
}

struct Mixture<'a> {
    house: &'a House,
    chance: Chance,
    assets: Vec<u64>,
    browser: Browser,
    step: usize,
}

impl Mixture<'_> {
    async fn order(&self, path: &str, body: Value) {
        let answer = self.house.api.post(path, &self.house.api_key, body).await;
        assert!(answer.status < 500, "{path}: {}", answer.body);
    }

    /// One thing that happens.
    async fn happen(&mut self) {
        self.step += 1;
        let (house, n) = (self.house, self.step);
        let who = self.chance.of(&[ADA, BEN, CLEO]);
        let id = self.chance.of(&self.assets);
        let mine = house.customer_of(who.requester).await;
        match self.chance.below(14) {
            0 | 1 => {
                let to = self.chance.of(&[Some(1001), Some(1002), Some(1003), None]);
                holder(house, id, json!(to)).await;
                if self.chance.below(3) > 0 {
                    asset_hook(house, id).await;
                }
            }
            2 => requester_hook(house, who.requester).await,
            3 => refresh(house, who).await,
            4 => self.order("/contacts", json!({ "name": format!("Contact {n}"), "customer_id": mine })).await,
            5 => self.order("/places", json!({ "name": format!("Place {n}"), "owner_id": mine })).await,
            6 => self.order("/invitations", json!({ "requester_id": who.requester })).await,
            7 => {
                let line = json!({ "reason": "credit", "model": format!("Battery module {n}") });
                self.order("/returns", json!({ "customer_id": mine, "lines": [line] })).await;
            }
            8 => _ = all_assets(house).await,
            9 => {
                let order = json!({ "kinds": ["assets"], "mode": "full", "dry_run": true });
                let asked = house.api.post("/sweeps", &house.api_key, order).await.json();
                house.hub.run_pending().await;
                let decision = self.chance.of(&["apply", "discard"]);
                self.order(&format!("/sweeps/{}/{decision}", asked["items"][0]["id"].as_str().unwrap()), json!({}))
                    .await;
            }
            10 => {
                let to = self.chance.of(&[Some("1001"), Some("1002"), None]);
                let answer = put(house, &id.to_string(), json!({ "requester_id": to }), None).await;
                assert!(answer.status < 500, "{}", answer.body);
            }
            11 => _ = sign_in(house, &mut self.browser, who.email).await,
            12 => {
                let name = self.chance.of(&["Alex", "Bobbie", "Chris"]);
                desk(house, Method::PUT, &format!("/requesters/{}", who.requester), json!({ "first_name": name }))
                    .await;
                requester_hook(house, who.requester).await;
            }
            _ => house.advance(Duration::from_mins(1 + self.chance.below(30) as u64)),
        }
        house.advance(Duration::from_millis(10));
        if self.chance.below(3) == 0 {
            work(house).await;
        }
    }
}

pub async fn h05_timelines_verify_and_agree_with_the_records_after_a_long_random_mixture(house: House) {
    for who in [ADA, BEN, CLEO] {
        house.activated(who).await;
    }
    swept(&house).await;
    let assets = ["HIB-A1", "HIB-B1", "HIB-B2", "HIB-C1", "HIB-S1"].map(|serial| asset(&house, serial)).to_vec();
    let mut mixture = Mixture { house: &house, chance: Chance(0x7e55e7a), assets, browser: Browser::new(), step: 0 };
    for _ in 0..240 {
        mixture.happen().await;
    }
    let assets = mixture.assets;
    for _ in 0..3 {
        house.advance(Duration::from_mins(61));
        work(&house).await;
    }
    house.hub.ask_sweeps().await.unwrap();
    work(&house).await;

    for who in [ADA, BEN, CLEO] {
        let id = house.customer_of(who.requester).await;
        let whole = history(&house, &id, 200).await;
        assert_eq!(history(&house, &id, 11).await, whole, "however it is paged");
        let theirs: BTreeSet<String> = {
            let desk = house.desk.desk();
            let of = |asset: &&u64| desk.assets[*asset].current().asset.user_id == who.requester.parse().ok();
            assets.iter().filter(of).map(ToString::to_string).collect()
        };
        assert_eq!(devices(&house, &id).await, theirs, "as the service desk says: {}", who.email);
        assert_eq!(told_devices(&whole), theirs, "as the timeline says: {}", who.email);
        let newest = whole.iter().rev().find(|entry| entry["event"] == "renamed");
        if let Some(renamed) = newest {
            assert_eq!(renamed["detail"]["to"], customer(&house, &id).await["name"], "{}", who.email);
        }
    }
    history(&house, &CustomerId::HOUSE.to_string(), 11).await;
    assert_eq!(would_change(&house).await, [] as [Value; 0]);
    assert_eq!(failed_jobs(&house).await, [] as [Value; 0]);
}

pub async fn a20_an_invitation_claimed_in_16_browsers_at_once_has_one_winner_whose_session_works(house: House) {
    let link = house.link(ADA.requester).await;
    let (mut ready, portal) = (Vec::new(), format!("{}/portal/customer", house.url));
    for n in 0..16 {
        let email = format!("racer{n}@example.net");
        house.sign_up(&email).await;
        let mut browser = Browser::new();
        let callback = house.come_back_from_signing_in(&mut browser, &link, &email).await;
        ready.push((browser, callback, email));
    }
    let race = ready.iter_mut().map(|(browser, callback, _)| browser.open(callback));
    let statuses: Vec<_> = join_all(race).await.into_iter().map(|page| page.status).collect();
    let won: Vec<_> = (0..16).filter(|n| statuses[*n] == 200).collect();
    assert!(won.len() == 1 && statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    work(&house).await;
    for (n, (browser, _, email)) in ready.iter_mut().enumerate() {
        let token = house.access_token(email).await;
        let mine = house.api.get("/me/devices", &token).await.json()["devices"].as_array().map_or(0, Vec::len);
        let shown = browser.open(&portal).await;
        let progress = browser.open(&format!("{}/activation", house.url)).await;
        let sees = (mine, shown.body.contains("HIB-A1"), progress.body.contains("HIB-A1"));
        let expected = if won.contains(&n) { (1, true, true) } else { (0, false, false) };
        assert_eq!(sees, expected, "{email}: {} {}", shown.url, shown.status);
    }
    let told = history_of(&house, ADA).await;
    assert_eq!((count(&told, "activated"), count(&told, "device_assigned")), (1, 1));
    let links = customer(&house, &house.customer_of(ADA.requester).await).await["links"].clone();
    assert_eq!(links.as_array().unwrap().iter().filter(|link| link["kind"] == "user").count(), 1);

    // One person in 16 browsers: the same success in each of them, once on the timeline.
    let link = house.link(BEN.requester).await;
    let mut ready = Vec::new();
    for _ in 0..16 {
        let mut browser = Browser::new();
        let callback = house.come_back_from_signing_in(&mut browser, &link, BEN.email).await;
        ready.push((browser, callback));
    }
    let race = ready.iter_mut().map(|(browser, callback)| browser.open(callback));
    let statuses: Vec<_> = join_all(race).await.into_iter().map(|page| page.status).collect();
    assert_eq!(statuses, [200; 16]);
    work(&house).await;
    for (browser, _) in &mut ready {
        assert!(browser.open(&portal).await.body.contains("HIB-B1"));
    }
    let told = history_of(&house, BEN).await;
    assert_eq!((count(&told, "activated"), count(&told, "device_assigned"), count(&told, "linked")), (1, 2, 3));
}

pub async fn a23_signing_in_again_in_a_browser_ends_the_session_it_had_and_no_other(house: House) {
    let portal = format!("{}/portal/customer", house.url);
    let mut here = house.activated(ADA).await;
    let mut bens = house.activated(BEN).await;
    let mut there = Browser::new();
    sign_in(&house, &mut there, ADA.email).await;
    let works = async |browser: &mut Browser, serial: &str| browser.open(&portal).await.body.contains(serial);
    let copy = |browser: &Browser| {
        let mut copy = Browser::new();
        copy.put_cookie("tessera", &browser.cookie("tessera").unwrap());
        copy
    };
    assert!(works(&mut here, "HIB-A1").await && works(&mut there, "HIB-A1").await);

    // Began and not finished, and finished wrongly: the session stays.
    let mut old = copy(&here);
    let at_provider = here.post(&format!("{portal}/sign-in"), &[("provider", "idp")]).await;
    assert!(at_provider.url.starts_with(&house.idp_url), "{}", at_provider.url);
    assert!(works(&mut old, "HIB-A1").await, "nobody has signed in again yet");
    here.open(&format!("{}/auth/idp/callback?state=forged&code=forged", house.url)).await;
    assert!(works(&mut old, "HIB-A1").await && works(&mut here, "HIB-A1").await, "a forged answer signs nobody out");

    // Again in the same browser, as the same person.
    let mut olds = vec![old];
    for _ in 0..3 {
        sign_in(&house, &mut here, ADA.email).await;
        for old in &mut olds {
            assert!(old.open(&portal).await.url.contains("/sign-in"), "the session before has ended");
        }
        assert!(works(&mut here, "HIB-A1").await, "the new one works");
        assert!(works(&mut there, "HIB-A1").await && works(&mut bens, "HIB-B1").await, "and every other");
        olds.push(copy(&here));
    }
    // As somebody else, and through an activation link.
    sign_in(&house, &mut here, BEN.email).await;
    assert!(olds.last_mut().unwrap().open(&portal).await.url.contains("/sign-in"), "Ada's session has ended");
    assert!(works(&mut here, "HIB-B1").await && works(&mut there, "HIB-A1").await && works(&mut bens, "HIB-B1").await);
    let mut old = copy(&here);
    let link = house.link(CLEO.requester).await;
    house.activate(&mut here, &link, CLEO.email).await;
    work(&house).await;
    assert!(old.open(&portal).await.url.contains("/sign-in"), "Ben's session in this browser has ended");
    assert!(works(&mut here, "HIB-C1").await, "Cleo's works");
    assert!(works(&mut there, "HIB-A1").await && works(&mut bens, "HIB-B1").await);

    let sessions = there.open(&format!("{portal}/sessions")).await;
    assert!(!sessions.body.contains("Sign out there"), "Ada is signed in here alone: {}", sessions.body);
    let sessions = bens.open(&format!("{portal}/sessions")).await;
    assert!(!sessions.body.contains("Sign out there"), "so is Ben: {}", sessions.body);
}

pub async fn a17_hooks_that_come_twice_and_backwards_about_what_is_deleted_meanwhile_tell_what_is(house: House) {
    house.activated(ADA).await;
    house.activated(BEN).await;
    swept(&house).await;
    let (ada, ben) = (house.customer_of(ADA.requester).await, house.customer_of(BEN.requester).await);
    let id = asset(&house, "HIB-A1");
    let told = |entries: &[Value]| (count(entries, "device_assigned"), count(entries, "device_unassigned"));
    // Three changes; what tells of them comes backwards, twice, and while it is being worked on.
    for to in [json!(1002), Value::Null, json!(1002)] {
        house.advance(Duration::from_secs(1));
        holder(&house, id, to).await;
    }
    for body in [
        format!(r#"{{"display_id":"{id}","requester_id":"1002"}}"#),
        format!(r#"{{"display_id":"{id}","requester_id":""}}"#),
        format!(r#"{{"display_id":"{id}","requester_id":"1001"}}"#),
    ] {
        hook(&house, &body).await;
        tokio::join!(hook(&house, &body), house.hub.run_pending());
    }
    work(&house).await;
    assert_eq!((serials(&house, ADA).await.len(), serials(&house, BEN).await.len()), (0, 3));
    assert_eq!(told(&history(&house, &ada, 200).await), (1, 1));
    assert_eq!(told(&history(&house, &ben, 200).await), (3, 0), "each is told once");

    // Given back to Ada, told, and deleted for ever before anybody reads.
    house.advance(Duration::from_secs(1));
    holder(&house, id, json!(1001)).await;
    asset_hook(&house, id).await;
    desk(&house, Method::DELETE, &format!("/assets/{id}"), Value::Null).await;
    asset_hook(&house, id).await;
    desk(&house, Method::PUT, &format!("/assets/{id}/delete_forever"), Value::Null).await;
    for _ in 0..2 {
        tokio::join!(asset_hook(&house, id), house.hub.run_pending());
        work(&house).await;
    }
    assert_eq!((serials(&house, ADA).await.len(), serials(&house, BEN).await.len()), (0, 3), "one 404 proves nothing");
    for _ in 0..3 {
        house.advance(Duration::from_hours(9));
        asset_hook(&house, id).await;
        work(&house).await;
    }
    assert_eq!((serials(&house, ADA).await.len(), serials(&house, BEN).await.len()), (0, 2));
    let (hers, his) = (history(&house, &ada, 200).await, history(&house, &ben, 200).await);
    assert_eq!((told(&hers), told(&his)), ((1, 1), (3, 1)));

    // Late ones about what is gone, by every name.
    for body in [
        format!(r#"{{"display_id":"{id}","requester_id":"1001"}}"#),
        r#"{"serial_number":"HIB-A1"}"#.to_owned(),
        format!(r#"{{"display_id":"{id}"}}"#),
    ] {
        hook(&house, &body).await;
        hook(&house, &body).await;
    }
    a_day_and_a_half(&house).await;
    assert_eq!(history(&house, &ada, 200).await, hers);
    assert_eq!(history(&house, &ben, 200).await, his);
    for failed in failed_jobs(&house).await {
        assert!(
            failed["error"].as_str().unwrap().contains("HIB-A1"),
            "only the search by serial is given up: {failed}"
        );
    }
    assert_eq!(would_change(&house).await, [] as [Value; 0]);
}

pub async fn a13_a17_a_requester_merged_during_the_activation_leaves_nobody_between(house: House) {
    house.activated(BEN).await;
    let ben = house.customer_of(BEN.requester).await;
    let activation = async |who: Known| {
        let token = house.access_token(who.email).await;
        house.api.get("/me/activation", &token).await.json()
    };

    // Into a requester who is nobody's customer, after the link was used and before the hub reads anything.
    let link = house.link(ADA.requester).await;
    let mut browser = Browser::new();
    let callback = house.come_back_from_signing_in(&mut browser, &link, ADA.email).await;
    let page = browser.open(&callback).await;
    assert_eq!(page.status, 200, "{}", page.body);
    desk(&house, Method::PUT, "/requesters/1005/merge?secondary_requesters=1001", Value::Null).await;
    requester_hook(&house, "1001").await;
    requester_hook(&house, "1005").await;
    work(&house).await;
    a_day_and_a_half(&house).await;
    let ended = activation(ADA).await;
    let page = browser.open(&format!("{}/activation", house.url)).await;
    assert!(page.status < 500, "{}", page.status);
    match ended["state"].as_str() {
        Some("done") => {
            let hers = house.customer_of("1005").await;
            assert_eq!(house.customer_of("1001").await, hers, "the retired id keeps working");
            assert_eq!(serials(&house, ADA).await, ["HIB-A1"]);
            assert_eq!(count(&history(&house, &hers, 200).await, "activated"), 1);
        }
        Some("refused") => {
            assert_eq!(serials(&house, ADA).await, [] as [&str; 0]);
            let found = house.api.get("/customers?record=freshservice:requester:1005", &house.api_key).await.json();
            assert_eq!(found["items"], json!([]), "nothing of it is left");
            // Invited anew, it works.
            let link = house.link("1005").await;
            house.activate(&mut Browser::new(), &link, ADA.email).await;
            work(&house).await;
            assert_eq!(serials(&house, ADA).await, ["HIB-A1"]);
        }
        _ => panic!("neither activated nor refused after a day and a half: {ended}"),
    }

    // Into a requester who is another customer's: nobody gets what is not theirs.
    let link = house.link(CLEO.requester).await;
    let mut browser = Browser::new();
    let callback = house.come_back_from_signing_in(&mut browser, &link, CLEO.email).await;
    browser.open(&callback).await;
    desk(&house, Method::PUT, "/requesters/1002/merge?secondary_requesters=1003", Value::Null).await;
    requester_hook(&house, "1003").await;
    tokio::join!(requester_hook(&house, "1002"), house.hub.run_pending());
    work(&house).await;
    a_day_and_a_half(&house).await;
    let ended = activation(CLEO).await;
    assert!(["done", "refused"].contains(&ended["state"].as_str().unwrap()), "neither after a day and a half: {ended}");
    assert_eq!(house.customer_of("1002").await, ben, "no guess");
    let hers = serials(&house, CLEO).await;
    assert!(!hers.iter().any(|serial| serial.starts_with("HIB-B")), "Ben's devices are not shown to Cleo: {hers:?}");
    let his = serials(&house, BEN).await;
    assert!(["HIB-B1", "HIB-B2"].iter().all(|serial| his.iter().any(|has| has == serial)), "{his:?}");
    assert_eq!(failed_jobs(&house).await, [] as [Value; 0]);
    let all = house.api.get("/customers", &house.api_key).await.json();
    for one in all["items"].as_array().unwrap() {
        history(&house, one["id"].as_str().unwrap(), 200).await;
    }
}

pub async fn h05_h10_whatever_is_personal_can_be_erased_from_every_event_and_the_chain_verifies(house: House) {
    let mut browser = house.activated(ADA).await;
    let ada = house.customer_of(ADA.requester).await;
    let (api, key) = (&house.api, &house.api_key);
    let made = async |path: &str, body: Value| {
        let answer = api.post(path, key, body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.json()
    };
    made("/contacts", json!({ "name": "Zenobia Quill", "email": "z@quill.example", "customer_id": ada })).await;
    let place = made("/places", json!({ "name": "Quill Cottage", "owner_id": ada, "address": "1 Quill Lane" })).await;
    let person = json!({ "name": "Zacharias Quill", "email": "q@quill.example", "customer_id": ada });
    let person = made("/persons", person).await;
    let path = format!("/persons/{}", person["person_id"].as_str().unwrap());
    let named = json!({ "name": "Zachary Quillfeather", "email": "zq@quill.example" });
    api.send(Method::PATCH, &path, |request| request.bearer_auth(key).json(&named)).await;
    let path = format!("/places/{}", place["id"].as_str().unwrap());
    let named = json!({ "name": "Quill Manor", "address": "2 Quill Lane" });
    api.send(Method::PATCH, &path, |request| request.bearer_auth(key).json(&named)).await;
    let line = json!({ "reason": "credit", "model": "Battery module", "problem": "Quillwort grows in it." });
    let rma = made("/returns", json!({ "customer_id": ada, "lines": [line] })).await;
    let path = format!("/returns/{}/lines/1/steps", rma["id"].as_str().unwrap());
    assert_eq!(api.post(&path, key, json!({ "step": "receive" })).await.status, 200);
    requests::open(&house, &mut browser, &[("subject", "The Quill hums"), ("description", "Ask Zeno Quill.")], &[])
        .await;
    let profile = [("name", "Adelaide Quill"), ("phone", "+27 21 555 0142")];
    let page = browser.post(&format!("{}/portal/customer/profile", house.url), &profile).await;
    assert!(page.body.contains("Saved."), "{}", page.body);
    let renamed = json!({ "last_name": "Quillon", "primary_email": "ada.quillon@example.com" });
    house.advance(Duration::from_mins(1));
    desk(&house, Method::PUT, "/requesters/1001", renamed).await;
    requester_hook(&house, "1001").await;
    work(&house).await;
    house.invite(ADA.requester).await;
    let shown = customer(&house, &ada).await;
    let contact = shown["links"].as_array().unwrap().iter().find(|link| link["kind"] == "contact").unwrap();
    let path = format!("/customers/{ada}/links/{}", contact["id"].as_str().unwrap());
    let reason = json!({ "reason": "Mrs Quillby said so" });
    assert_eq!(api.delete(&path, key, Some(reason)).await.status, 204);
    // A marketplace's account, too, with its own person and address.
    let platform = vendor::Platform::of(&house);
    let account = vendor::with(&vendor::account("quill", "Quill & Daughters"), "Phone", "+27 21 555 0143");
    let bought = platform.synchronized(&account).await;
    platform.synchronized(&vendor::with(&account, "Name", "Quill & Nieces")).await;
    let described = vendor::with(&account, "Description", "Ask for Mr Quillan");
    platform.synchronized(&vendor::with(&described, "Email", "nieces@quill.example")).await;
    house.hub.run_pending().await;

    let before = json!(history(&house, &ada, 200).await).to_string();
    for told in
        ["Zenobia Quill", "Quill Cottage", "Quill Manor", "Zacharias Quill", "The Quill hums", "Quillon", "Quillby"]
    {
        assert!(before.contains(told), "{told} is told as long as it is not erased: {before}");
    }
    let personal =
        ["quill", "ada example", "adela", "ada.", "@", "•••", "555 0142", "555 0143", "zeno", "zach", "jo example"];
    let operator = CustomerId::HOUSE.to_string();
    for id in [&ada, &bought, &operator] {
        let hashes = |entries: &[Value]| entries.iter().map(|entry| entry["hash"].clone()).collect::<Vec<_>>();
        let before = history(&house, id, 200).await;
        let entries = house.hub.store.whole_timeline(id.parse().unwrap()).await.unwrap();
        let mut plan = Plan::default();
        for entry in entries.iter().filter(|entry| entry.personal.is_some()) {
            plan.push(Change::ErasePersonal { customer_id: entry.customer_id, seq: entry.seq }, "the test wants it");
        }
        house.store.apply(&plan).await.unwrap();
        let after = history(&house, id, 200).await;
        assert_eq!(hashes(&after), hashes(&before), "the chain is the same");
        for entry in &after {
            let text = entry.to_string().to_lowercase();
            let left: Vec<_> = personal.iter().filter(|word| text.contains(**word)).collect();
            assert!(left.is_empty(), "{left:?} is left after it was erased: {entry}");
        }
    }
    let page = browser.open(&format!("{}/portal/customer/timeline", house.url)).await;
    assert!(page.status == 200 && !page.body.contains("Quill Manor"), "{}", page.body);
}
