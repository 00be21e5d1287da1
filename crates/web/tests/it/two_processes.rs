//! Two processes behind one address, on one PostgreSQL database: it makes no difference which of them answers (`H04`).

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tessera_core::access::licence::LicenceType;
use tessera_core::marketplace::Code;
use testkit::marketplace::{Platform, account, with_option};
use testkit::passwords::{SECRET, employee, with_password};
use testkit::{ADA, BEN, Browser, Colleague, Contract, HOOK_SECRET, NeighbourApp, Page, TestApp, client};
use tokio::task::JoinSet;

use crate::sync::sweeps::{alarms, all_assets, devices_of, roof};

const A_WINDOW: Duration = Duration::from_mins(16);
const PORTAL: &str = "/portal/customer";

/// Moves the clocks of both processes.
fn advance(app: &TestApp, other: &NeighbourApp, by: Duration) {
    app.advance(by);
    other.advance(by);
}

async fn sign_in_at(url: &str, browser: &mut Browser, login: &str, password: &str) -> Page {
    browser.post(&format!("{url}{PORTAL}/sign-in/password"), &[("login", login), ("password", password)]).await
}

#[testkit::only_postgres]
async fn a11_an_activation_begun_at_one_process_is_finished_at_the_other(app: TestApp) {
    let other = app.neighbour_app().await;
    let mut browser = Browser::new();
    let link = app.link(ADA.requester).await;
    let callback = app.come_back_from_signing_in(&mut browser, &link, ADA.email).await;
    let page = browser.open(&callback.replace(&app.url, &other.url)).await;
    assert_eq!(page.status, 200, "{}", page.body);
    other.hub.run_pending().await;
    for url in [&app.url, &other.url] {
        assert!(browser.open(&format!("{url}{PORTAL}")).await.body.contains("HIB-A1"), "the session is valid at {url}");
    }
    browser.post(&format!("{}{PORTAL}/sign-out", other.url), &[]).await;
    let page = browser.open(&format!("{}{PORTAL}", app.url)).await;
    assert!(!page.body.contains("HIB-A1"), "it ends at both");
    app.hub.run_pending().await;
}

#[testkit::only_postgres]
async fn p03_password_guesses_at_two_processes_are_counted_together(app: TestApp) {
    let person = with_password(&app).await;
    app.advance(Duration::from_secs(61));
    let other = app.neighbour_app().await;
    let urls = [&app.url, &other.url];
    let mut statuses = Vec::new();
    for n in 0..7 {
        let guess = format!("guess number {n:03}");
        statuses.push(sign_in_at(urls[n % 2], &mut Browser::new(), &person.person_id, &guess).await.status);
    }
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429, 429]);
    for url in urls {
        let page = sign_in_at(url, &mut Browser::new(), &person.person_id, SECRET).await;
        assert_eq!(page.status, 429, "the right password does not help the guesser at {url}");
    }
    advance(&app, &other, Duration::from_secs(61));
    let page = sign_in_at(&other.url, &mut Browser::new(), &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
}

#[testkit::only_postgres]
async fn p03_concurrent_guesses_at_two_processes_get_no_more_answers(app: TestApp) {
    let person = with_password(&app).await;
    app.advance(Duration::from_secs(61));
    let other = app.neighbour_app().await;
    let mut flood = JoinSet::new();
    for n in 0..40 {
        let url = [&app.url, &other.url][n % 2];
        let (url, login) = (format!("{url}{PORTAL}/sign-in/password"), person.person_id.clone());
        flood.spawn(async move {
            let form = [("login", login.as_str()), ("password", "a guess that is wrong")];
            client().post(url).form(&form).send().await.unwrap().status().as_u16()
        });
    }
    let answered = flood.join_all().await.into_iter().filter(|status| *status == 403).count();
    assert!(answered <= 6, "{answered}");
}

#[testkit::only_postgres]
async fn p03_staff_sessions_and_guesses_are_shared_by_two_processes(app: TestApp) {
    let other = app.neighbour_app().await;
    let here = Colleague::signed_in(&app).await;
    let mut there = here.at(&other.url);
    assert_eq!(there.open("/systems").await.status, 200);

    let mut statuses = Vec::new();
    for n in 0..12 {
        let mut guesser = here.at([&app.url, &other.url][n % 2]);
        guesser.cookies.clear();
        statuses.push(guesser.sign_in("agnes", &format!("guess number {n:03}")).await.status.as_u16());
    }
    let refused = statuses.iter().position(|status| *status == 429).expect("guesses are limited");
    app.advance(Duration::from_secs(61));
    other.advance(Duration::from_secs(61));
    let mut alone = Vec::new();
    for n in 0..12 {
        let mut guesser = Colleague::signed_out(&app);
        alone.push(guesser.sign_in("agnes", &format!("guess number {n:03}")).await.status.as_u16());
    }
    assert_eq!(alone.iter().position(|status| *status == 429), Some(refused), "two processes allow as many as one");
}

#[testkit::only_postgres]
async fn p09_requests_opened_at_two_processes_are_limited_together(app: TestApp) {
    let ada = app.activated(ADA).await;
    let other = app.neighbour_app().await;
    let open = |url: &str| {
        let (mut browser, url) = (ada.clone(), format!("{url}{PORTAL}/requests/new"));
        async move {
            let fields = [("kind", "fault"), ("subject", "The inverter hums"), ("description", "Since Tuesday.")];
            browser.upload_all(&url, &fields, &[]).await.status
        }
    };
    let at_once = (0..40).map(|n| open([&app.url, &other.url][n % 2]));
    let opened = join_all(at_once).await.into_iter().filter(|status| *status == 200).count();
    assert_eq!(opened, 30);
    for url in [&app.url, &other.url] {
        assert_eq!(open(url).await, 422, "{url}");
    }
    advance(&app, &other, A_WINDOW);
    assert_eq!(open(&other.url).await, 200);
    app.hub.run_pending().await;
}

#[testkit::only_postgres]
async fn p12_of_two_people_who_sign_in_at_two_processes_one_gets_the_seat(app: TestApp) {
    for person_id in ["tess", "theo"] {
        employee(&app, person_id, LicenceType::Named).await;
    }
    let other = app.neighbour_app().await;
    let sign_in = async |url: &str, login: &str| {
        let mut browser = Browser::new();
        let url = format!("{url}/portal/tech/sign-in/password");
        let page = browser.post(&url, &[("login", login), ("password", SECRET)]).await;
        (page.status, browser)
    };
    let (tess, theo) = tokio::join!(sign_in(&app.url, "tess"), sign_in(&other.url, "theo"));
    let mut statuses = [tess.0, theo.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403], "there is one seat");
    let (mut seated, mut waiting) = if tess.0 == 200 { (tess.1, theo.1) } else { (theo.1, tess.1) };
    assert_eq!(waiting.open(&format!("{}/portal/tech", app.url)).await.status, 403);
    // Signing out at one process frees the seat at both.
    seated.post(&format!("{}/portal/tech/sign-out", other.url), &[]).await;
    assert_eq!(waiting.open(&format!("{}/portal/tech", app.url)).await.status, 200);
}

#[testkit::only_postgres]
async fn m20_marketplace_calls_for_one_domain_at_two_processes_make_one_customer(app: TestApp) {
    let other = app.neighbour_app().await;
    let (here, there) = (Platform::of(&app), Platform { url: other.url.clone(), ..Platform::of(&app) });
    for pair in 0..60 {
        let domain = format!("pair-{pair}.example.com");
        let named = |id: String| with_option(&account(&id, "Sunfield"), "domain", &domain);
        let (one, two) = (named(format!("a{pair}")), named(format!("b{pair}")));
        let (one, two) = tokio::join!(here.synchronize(&one), there.synchronize(&two));
        let mut codes = [one["Code"].as_i64(), two["Code"].as_i64()];
        codes.sort_unstable();
        assert_eq!(codes, [Some(i64::from(Code::CustomerTaken.number())), Some(0)], "pair {pair}: {one} {two}");
    }
    app.leave_jobs();
}

#[testkit::only_postgres]
async fn h04_decisions_on_a_held_sweep_at_two_processes_apply_once(app: TestApp) {
    roof(&app).await;
    app.activated(ADA).await;
    app.move_added_devices(1002, Some(1001));
    let other = app.neighbour_app().await;
    let apis = [Contract::of(&app.url), Contract::of(&other.url)];
    let held = all_assets(&app).await;
    assert_eq!(held["state"], "held");
    let path = format!("/sweeps/{}", held["id"].as_str().unwrap());
    let paths: Vec<_> = ["discard", "apply"].iter().map(|button| format!("{path}/{button}")).collect();
    let presses = (0..8).map(|n| apis[n % 2].order(&paths[n / 2 % 2], &app.api_key));
    let statuses: Vec<_> = join_all(presses).await.into_iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status < 300).count(), 1, "{statuses:?}");
    tokio::join!(app.hub.run_pending(), other.hub.run_pending());
    let state = app.api.get(&path, &app.api_key).await.json()["state"].clone();
    let had = (devices_of(&app, BEN.email).await, devices_of(&app, ADA.email).await);
    assert_eq!(had, if state == json!("applied") { (2, 31) } else { (32, 1) }, "{state}");
    assert!(alarms(&app).await.is_empty());
}

#[testkit::only_postgres]
async fn h04_a_webhook_that_two_processes_receive_is_applied_once(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let other = app.neighbour_app().await;
    let (ada, id) = (app.customer_id(ADA.requester).await, app.display_id("HIB-A1"));
    let before = app.store.whole_timeline(ada).await.unwrap().len();
    app.assign_device("HIB-A1", Some(BEN.requester));
    for url in [&app.url, &other.url] {
        let request = client().post(format!("{url}/hooks/freshservice")).bearer_auth(HOOK_SECRET);
        let answer = request.body(json!({ "display_id": id }).to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 202, "{url}");
    }
    tokio::join!(app.hub.run_pending(), other.hub.run_pending());
    assert_eq!((devices_of(&app, ADA.email).await, devices_of(&app, BEN.email).await), (0, 3));
    assert_eq!(app.store.whole_timeline(ada).await.unwrap().len(), before + 1);
}
