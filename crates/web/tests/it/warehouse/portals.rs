//! Which portals are open to a person: the start page, the menu of every portal, and what is not a customer's to see.

use reqwest::{Method, header};
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::Visit;
use tessera_web::Rule;
use testkit::portal::PortalUser;
use testkit::{ADA, JO, TestApp, client};

use super::{HOME, Keeper, keeper, place};
use crate::api::device_writes::swept;

#[testkit::both_databases]
async fn p05_p13_the_start_page_names_the_open_portals_and_why_the_others_are_closed(app: TestApp) {
    let mut kim = keeper(&app).await;
    let start = kim.at("/portal").await;
    start.says(&["Your portals", "href=\"/portal/warehouse\"", "No access", "Ask us to add it to your access."]);
    start.lacks(&["href=\"/portal/tech\"", "class=\"switch\""]);
    // A closed portal says so too, and leads to the list.
    let closed = kim.at("/portal/tech").await;
    assert_eq!(closed.status.as_u16(), 403);
    closed.says(&["This is not part of your access", "href=\"/portal\""]);

    // A sign-in that belongs to nobody is led to the page that explains it.
    let identity = IdentityKey { issuer: app.idp_url.clone(), subject: "nobody".to_owned() };
    let sign_in = SignIn { identity, provider: "idp".into(), email: None, email_verified: false, name: None };
    let token = app.hub.open_session(&sign_in, &Visit::default()).await.unwrap();
    let asked = client().get(format!("{}/portal", app.url)).header(header::COOKIE, format!("tessera={token}"));
    let asked = asked.send().await.unwrap();
    assert_eq!(asked.status().as_u16(), 200);
    let body = asked.text().await.unwrap();
    assert!(body.contains("href=\"/portal/customer\"") && !body.contains("No access"), "{body}");
}

#[testkit::both_databases]
async fn p05_a_person_with_several_portals_switches_in_the_header(app: TestApp) {
    let mut sam = Keeper::signed_in(&app, "sam.several", LicenceType::Named).await;
    let depot = place(&app, "Depot").await;
    let person = app.store.person_by_key("sam.several").await.unwrap().unwrap();
    let at_depot =
        |before: &Person| PersonDraft { default_place: Some(depot), places: vec![depot], ..PersonDraft::from(before) };
    app.hub.change_person(person.id, None, at_depot, &JO).await.unwrap();
    for page in [
        HOME,
        "/portal/warehouse/tables",
        "/portal/customer",
        "/portal/customer/requests",
        "/portal/customer/profile",
        "/portal/customer/identities",
        "/portal/tech",
        "/portal",
    ] {
        let shown = sam.at(page).await;
        assert_eq!(shown.status.as_u16(), 200, "{page}: {}", shown.body);
        shown.says(&[
            "<details class=\"switch\">",
            "<a href=\"/portal/customer\"",
            "<a href=\"/portal/warehouse\"",
            "All portals",
        ]);
        // Mobile needs the flag, and Studio its own licence.
        shown.lacks(&["<a href=\"/portal/mobile\"", "<a href=\"/portal/studio\""]);
    }
    sam.at(HOME).await.says(&["<a href=\"/portal/warehouse\" aria-current=\"true\">"]);
}

#[testkit::both_databases]
async fn p08_the_warehouse_portal_is_empty_for_a_customers_person(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    swept(&app).await;
    let named = |draft: PersonDraft| PersonDraft { licence: Some(LicenceType::Named), ..draft };
    ada.change(&app, named).await;
    let home = ada.browser.open(&format!("{}{HOME}", app.url)).await;
    assert_eq!(home.status, 200, "the licence opens it: {}", home.body);
    assert!(home.body.contains("There is nothing here for you"), "{}", home.body);
    assert!(!home.body.contains("HIB-"), "{}", home.body);
    let cookie = format!("tessera={}", ada.browser.cookie("tessera").unwrap());
    let behind = tessera_web::routes().into_iter().filter(|it| {
        let is_home = it.path == HOME || it.path == "/portal/tech";
        it.rule == Rule::Workspace && !is_home
    });
    let mut asked = 0;
    for route in behind {
        let url = format!("{}{}", app.url, route.path.replace("{id}", &app.display_id("HIB-S1").to_string()));
        let request = client().request(route.method.clone(), url).header(header::COOKIE, &cookie);
        let answer = if route.method == Method::POST { request.form(&[("stock", "true")]) } else { request };
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 303, "{route:?}");
        let home = if route.path.starts_with(HOME) { HOME } else { "/portal/tech" };
        assert_eq!(answer.headers()[header::LOCATION], home, "{route:?}");
        asked += 1;
    }
    assert!(asked > 10, "{asked}");
    app.hub.run_pending().await;
}
