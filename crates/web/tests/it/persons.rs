//! People, the places they see and the licences they have (`P01`–`P08`, `P12`, `P13`).

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::access::licence::LicenceType;
use testkit::{ADA, Answer, BEN, Browser, Colleague, Known, Page, TestApp, passwords};

const PORTAL: &str = "/portal/customer";

async fn create(app: &TestApp, path: &str, body: Value) -> Value {
    let answer = app.api.post(path, &app.api_key, body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

async fn change(app: &TestApp, path: &str, body: Value) -> Answer {
    app.api.send(Method::PATCH, path, |request| request.bearer_auth(&app.api_key).json(&body)).await
}

async fn changed(app: &TestApp, path: &str, body: Value) -> Value {
    let answer = change(app, path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn get(app: &TestApp, path: &str) -> Value {
    let answer = app.api.get(path, &app.api_key).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// The person of somebody who activated.
async fn person_of(app: &TestApp, who: Known) -> String {
    let customer = app.customer_of(who.requester).await;
    let all = get(app, "/persons").await;
    let mine = all["items"].as_array().unwrap().iter().find(|it| it["customer_id"] == customer.as_str());
    mine.unwrap()["person_id"].as_str().unwrap().to_owned()
}

/// The rules that fail for somebody at a door, each with what to do.
async fn failing(app: &TestApp, who: &str, portal: &str) -> Vec<(String, String)> {
    let answer = get(app, &format!("/persons/{who}/access?portal={portal}")).await;
    let checks = answer["checks"].as_array().unwrap();
    let bad: Vec<_> = checks.iter().filter(|check| check["outcome"] == "fail").collect();
    assert_eq!(answer["allowed"], bad.is_empty(), "{answer:#}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    bad.into_iter().map(|check| (text(&check["rule"]), text(&check["fix"]))).collect()
}

async fn portal(app: &TestApp, browser: &mut Browser) -> Page {
    browser.open(&format!("{}{PORTAL}", app.url)).await
}

fn draft(person_id: &str, licence: &str) -> Value {
    json!({ "person_id": person_id, "name": "Grace Example", "email": "grace@example.com", "licence_type": licence })
}

#[testkit::both_databases]
async fn p01_p02_a_contact_never_signs_in_and_gets_a_person(app: TestApp) {
    app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let contact = json!({ "name": "Hal Example", "email": "hal@example.com", "customer_id": customer });
    let contact = create(&app, "/contacts", contact).await;
    let id = contact["id"].as_str().unwrap();

    for asked in [id, "hal@example.com"] {
        let bad = failing(&app, asked, "customer").await;
        assert_eq!(bad.len(), 1, "{bad:?}");
        assert_eq!(bad[0].0, "person_exists");
        assert!(bad[0].1.contains("Make a person with licence type CUSTPORTAL, tied to this contact"), "{bad:?}");
    }
    let mut person = draft("hal", "CUSTPORTAL");
    person["contact_id"] = json!(id);
    let person = create(&app, "/persons", person).await;
    assert_eq!(person["customer_id"], customer.as_str(), "the contact's customer");
    let rules: Vec<String> = failing(&app, "hal", "customer").await.into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["default_place", "places_listed", "credential_set"]);

    let technician = create(&app, "/persons", draft("tess", "TECHPORTAL")).await;
    assert_ne!(technician["customer_id"], customer.as_str(), "staff need no contact and are the app's");
    let house_name = get(&app, &format!("/customers/{}", technician["customer_id"].as_str().unwrap())).await;
    assert_eq!(house_name["name"], "Sunfield Energy");

    // Who asks for them where staff begin comes to their page, with its answer for every portal.
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.search("tess").await.says(&["Grace Example", "TECHPORTAL"]);
    agnes.open("/why?subject=TESS").await.says(&["Grace Example", "TECHPORTAL"]);
}

#[testkit::both_databases]
async fn p03_a_person_id_is_one_persons_whatever_its_case(app: TestApp) {
    create(&app, "/persons", draft("Grace.Example", "CUSTPORTAL")).await;
    let again = app.api.post("/persons", &app.api_key, draft("grace.example", "CUSTPORTAL")).await;
    again.problem(409, "person_id_taken");
    let mail = app.api.post("/persons", &app.api_key, draft("grace@example.com", "CUSTPORTAL")).await;
    assert!(mail.problem(422, "invalid_person_id").contains("e-mail address"));
    let other = get(&app, "/persons/Grace.Example").await["id"].as_str().unwrap().to_owned();
    for odd in [other.as_str(), "..", "\u{0430}da", "\u{ff21}DA", "a b"] {
        app.api.post("/persons", &app.api_key, draft(odd, "CUSTPORTAL")).await.problem(422, "invalid_person_id");
    }
    let found = get(&app, "/persons/GRACE.EXAMPLE").await;
    assert_eq!(found["person_id"], "Grace.Example");
    let mut unnamed = draft("x", "CUSTPORTAL");
    unnamed.as_object_mut().unwrap().remove("person_id");
    let given = create(&app, "/persons", unnamed).await;
    assert!(given["person_id"].as_str().unwrap().starts_with("P-"), "{given}");
}

#[testkit::both_databases]
async fn p05_what_a_change_leaves_out_stays_as_it_is_by_then(app: TestApp) {
    create(&app, "/persons", draft("racer", "CUSTPORTAL")).await;
    for round in 0..8 {
        let path = "/persons/racer";
        changed(&app, path, json!({ "licence_type": "CUSTPORTAL" })).await;
        let names = (0..4).map(|at| change(&app, path, json!({ "name": format!("Racer {round} {at}") })));
        let revoked = change(&app, path, json!({ "licence_type": null }));
        let (revoked, _) = tokio::join!(revoked, futures_util::future::join_all(names));
        assert_eq!(revoked.status, 200, "{}", revoked.body);
        assert_eq!(get(&app, path).await["licence_type"], json!(null), "round {round}");
    }
}

#[testkit::both_databases]
async fn p08_places_are_no_deeper_than_can_be_looked_through(app: TestApp) {
    let first = create(&app, "/places", json!({ "name": "Place 0" })).await["id"].clone();
    let mut inner = first.clone();
    for at in 1..40 {
        let order = json!({ "name": format!("Place {at}"), "parent_id": inner });
        let answer = app.api.post("/places", &app.api_key, order).await;
        if at > 32 {
            answer.problem(409, "too_deep");
        } else {
            inner = answer.json()["id"].clone();
        }
    }
    let round = change(&app, &format!("/places/{}", first.as_str().unwrap()), json!({ "parent_id": inner })).await;
    assert!(matches!(round.status, 409 | 422), "{}", round.body);
}

#[testkit::both_databases]
async fn p04_who_becomes_inactive_is_signed_out_at_once_and_stays_known(app: TestApp) {
    let mut browser = app.activated(ADA).await;
    let person = person_of(&app, ADA).await;
    assert!(portal(&app, &mut browser).await.body.contains("HIB-A1"));
    let token = app.access_token(ADA.email).await;

    changed(&app, &format!("/persons/{person}"), json!({ "active": false })).await;
    let shown = portal(&app, &mut browser).await;
    assert!(shown.url.contains("/sign-in"), "signed out: {}", shown.url);
    for path in ["/me", "/me/devices", "/me/devices/1", "/me/identities", "/me/activation"] {
        app.api.get(path, &token).await.problem(403, "access_ended");
    }
    assert_eq!(failing(&app, &person, "customer").await[0].0, "person_active");
    let kept = get(&app, &format!("/persons/{person}")).await;
    assert_eq!((&kept["active"], kept["inactive_since"].is_string()), (&json!(false), true));

    changed(&app, &format!("/persons/{person}"), json!({ "active": true })).await;
    assert_eq!(failing(&app, &person, "customer").await, []);
    let customer = app.customer_of(ADA.requester).await;
    let timeline = get(&app, &format!("/customers/{customer}/timeline")).await.to_string();
    for told in ["person_deactivated", "person_reactivated"] {
        assert!(timeline.contains(told), "{timeline}");
    }
}

#[testkit::both_databases]
async fn p05_p13_a_licence_that_does_not_exist_is_refused_and_named(app: TestApp) {
    let refused = app.api.post("/persons", &app.api_key, draft("grace", "CUST_PORTAL")).await;
    assert!(refused.problem(422, "unknown_licence_type").contains("did you mean CUSTPORTAL?"));
    let bad = failing(&app, "grace", "customer").await;
    assert_eq!(bad.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(), ["person_exists", "licence_known"]);
    assert!(bad[1].1.contains("Did you mean CUSTPORTAL"), "{bad:?}");

    let mut without = draft("grace", "CUSTPORTAL");
    without["licence_type"] = Value::Null;
    create(&app, "/persons", without).await;
    assert_eq!(failing(&app, "grace", "customer").await[0].0, "licence_known");
    change(&app, "/persons/grace", json!({ "licence_type": "TECH_PORTAL" })).await.problem(422, "unknown_licence_type");
    assert!(failing(&app, "grace", "tech").await[0].1.contains("Did you mean TECHPORTAL"));
    changed(&app, "/persons/grace", json!({ "licence_type": "TECHPORTAL" })).await;
    let rules: Vec<String> = failing(&app, "grace", "tech").await.into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(rules, ["credential_set"]);
}

#[testkit::both_databases]
async fn p08_a_person_sees_their_places_and_nothing_else(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    app.activated(BEN).await;
    let (hers, his) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    let person = person_of(&app, ADA).await;
    let token = app.access_token(ADA.email).await;
    let seen = async |browser: &mut Browser| {
        let page = portal(&app, browser).await.body;
        let app = app.api.get("/me/devices", &token).await.body;
        let of = |text: &str| ["HIB-A1", "HIB-B1", "HIB-B2"].map(|serial| text.contains(serial));
        assert_eq!(of(&page), of(&app), "portal and app agree");
        of(&page)
    };
    assert_eq!(seen(&mut ada).await, [true, false, false]);

    // Both homes: her own stays among the places, since it is the default place.
    let path = format!("/persons/{person}");
    let listed = changed(&app, &path, json!({ "place_ids": [his] })).await;
    assert_eq!(listed["place_ids"].as_array().unwrap().len(), 2);
    assert_eq!(seen(&mut ada).await, [true, true, true]);

    // A shed of his: what stands there is seen by whoever has the shed.
    let shed = create(&app, "/places", json!({ "name": "Shed", "owner_id": his, "parent_id": his })).await;
    let device = get(&app, "/devices?serial=HIB-B1").await["items"][0]["device"]["id"].as_str().unwrap().to_owned();
    let put = async |place: Value| {
        let place = json!({ "place_id": place });
        let path = format!("/devices/{device}/place");
        app.api.send(Method::PUT, &path, |request| request.bearer_auth(&app.api_key).json(&place)).await
    };
    assert_eq!(put(shed["id"].clone()).await.status, 204);
    put(json!(hers)).await.problem(409, "place_of_somebody_else");
    assert_eq!(seen(&mut ada).await, [true, false, true], "she sees his home, not his shed");
    let page = ada.open(&format!("{}{PORTAL}/devices/{device}", app.url)).await;
    assert_eq!(page.status, 404, "nor by its address");
    changed(&app, &path, json!({ "place_ids": [shed["id"]] })).await;
    assert_eq!(seen(&mut ada).await, [true, true, false]);

    changed(&app, &path, json!({ "place_ids": [] })).await;
    assert_eq!(seen(&mut ada).await, [true, false, false]);
    let none = changed(&app, &path, json!({ "default_place_id": null, "place_ids": [] })).await;
    assert_eq!(none["place_ids"], json!([]));
    let page = portal(&app, &mut ada).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("default_place") && !page.body.contains("HIB-A1"), "{}", page.body);
}

#[testkit::both_databases]
async fn p08_a_device_that_changes_hands_leaves_its_place(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let mut ben = app.activated(BEN).await;
    let hers = app.customer_of(ADA.requester).await;
    let shed = create(&app, "/places", json!({ "name": "Shed", "owner_id": hers })).await;
    let person = person_of(&app, ADA).await;
    changed(&app, &format!("/persons/{person}"), json!({ "place_ids": [shed["id"]] })).await;
    let device = get(&app, "/devices?serial=HIB-A1").await["items"][0]["device"]["id"].as_str().unwrap().to_owned();
    let place = json!({ "place_id": shed["id"] });
    let path = format!("/devices/{device}/place");
    let put = app.api.send(Method::PUT, &path, |request| request.bearer_auth(&app.api_key).json(&place)).await;
    assert_eq!(put.status, 204);
    assert!(portal(&app, &mut ada).await.body.contains("HIB-A1"));

    let hand = json!({ "requester_id": BEN.requester });
    let path = format!("/devices/{device}/holder");
    let answer = app.api.send(Method::PUT, &path, |request| request.bearer_auth(&app.api_key).json(&hand)).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    app.hub.run_pending().await;
    assert!(!portal(&app, &mut ada).await.body.contains("HIB-A1"), "the old owner's place shows it no longer");
    assert!(portal(&app, &mut ben).await.body.contains("HIB-A1"), "it is at the new owner's home");
}

#[testkit::both_databases]
async fn p12_over_the_cap_no_seat_is_free(app: TestApp) {
    let (mut ada, mut ben) = (app.activated(ADA).await, app.activated(BEN).await);
    let (hers, his) = (person_of(&app, ADA).await, person_of(&app, BEN).await);
    for person in [&hers, &his] {
        changed(&app, &format!("/persons/{person}"), json!({ "licence_type": "NAMED" })).await;
    }
    assert!(portal(&app, &mut ada).await.body.contains("HIB-A1"));
    let page = portal(&app, &mut ben).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("seat_free"), "{}", page.body);
    let bad = failing(&app, &his, "customer").await;
    assert_eq!(bad[0].0, "seat_free", "{bad:?}");
    assert_eq!(failing(&app, &hers, "customer").await, [], "she has hers");

    // Signing out frees it, and so does being away for long.
    ada.post(&format!("{}{PORTAL}/sign-out", app.url), &[]).await;
    assert!(portal(&app, &mut ben).await.body.contains("HIB-B1"));
    let mut again = Browser::new();
    crate::identities::sign_in(&app, &mut again, ADA.email).await;
    assert_eq!(portal(&app, &mut again).await.status, 403);
    app.advance(Duration::from_mins(31));
    assert!(portal(&app, &mut again).await.body.contains("HIB-A1"), "an idle seat is free");
    assert_eq!(portal(&app, &mut ben).await.status, 403, "and gone for whoever had it");
}

#[testkit::both_databases]
async fn p12_a_named_seat_stays_with_its_person(app: TestApp) {
    let (mut ada, mut ben) = (app.activated(ADA).await, app.activated(BEN).await);
    let (hers, his) = (person_of(&app, ADA).await, person_of(&app, BEN).await);
    for person in [&hers, &his] {
        changed(&app, &format!("/persons/{person}"), json!({ "licence_type": "STUDIO" })).await;
    }
    assert_eq!(portal(&app, &mut ada).await.status, 200);
    ada.post(&format!("{}{PORTAL}/sign-out", app.url), &[]).await;
    assert_eq!(portal(&app, &mut ben).await.status, 403, "signing out does not free it");
    changed(&app, &format!("/persons/{hers}"), json!({ "licence_type": "CUSTPORTAL" })).await;
    assert_eq!(portal(&app, &mut ben).await.status, 200, "another licence does");
}

#[testkit::both_databases]
async fn p12_every_door_takes_a_seat(app: TestApp) {
    // Neither has a place: the Tech Portal asks for none.
    for person_id in ["tess", "theo"] {
        passwords::employee(&app, person_id, LicenceType::Named).await;
    }
    let (mut tess, mut theo) = (Browser::new(), Browser::new());
    let inside = passwords::sign_in_to(&app, &mut tess, "tech", "tess", passwords::SECRET).await;
    assert_eq!(inside.status, 200, "{}", inside.body);
    let outside = passwords::sign_in_to(&app, &mut theo, "tech", "theo", passwords::SECRET).await;
    assert!(outside.status == 403 && outside.body.contains("seat_free"), "{}", outside.body);
    assert_eq!(failing(&app, "theo", "tech").await[0].0, "seat_free", "door and explanation agree");
    assert_eq!(failing(&app, "tess", "tech").await, []);
}

#[testkit::both_databases]
async fn p13_every_door_is_explained_rule_by_rule(app: TestApp) {
    let mut browser = app.activated(ADA).await;
    let person = person_of(&app, ADA).await;
    let opens = [
        ("CUSTPORTAL", ["customer"].as_slice()),
        ("TECHPORTAL", &["tech"]),
        ("MOBILE", &["mobile"]),
        ("WHSEPORTAL", &["warehouse"]),
        ("DEALPORTAL", &["dealer"]),
        ("REPRPORTAL", &["repair"]),
        ("MESSAGE", &[]),
        ("NAMED", &["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client"]),
        ("STUDIO", &["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client", "studio"]),
    ];
    let all = ["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client", "studio"];
    for (licence, doors) in opens {
        let path = format!("/persons/{person}");
        changed(&app, &path, json!({ "licence_type": licence, "mobile_user": true })).await;
        for door in all {
            let bad = failing(&app, &person, door).await;
            assert_eq!(bad.is_empty(), doors.contains(&door), "{licence} at {door}: {bad:?}");
        }
        // The door says what the explanation says.
        let status = portal(&app, &mut browser).await.status;
        assert_eq!(status == 200, doors.contains(&"customer"), "{licence}");
    }
    changed(&app, &format!("/persons/{person}"), json!({ "mobile_user": false })).await;
    assert_eq!(failing(&app, &person, "mobile").await[0].0, "mobile_user");
    app.api
        .get(&format!("/persons/{person}/access?portal=lobby"), &app.api_key)
        .await
        .problem(400, "invalid_parameter");
    app.api.get("/persons/nobody/access?portal=customer", &app.api_key).await.problem(404, "not_found");
}

/// Asks every operation about people once.
pub async fn ask_everything(app: &TestApp) {
    let place = create(app, "/places", json!({ "name": "Depot", "address": "1 Example Street" })).await;
    let path = format!("/places/{}", place["id"].as_str().unwrap());
    changed(app, &path, json!({ "name": "Old depot", "active": false })).await;
    assert_eq!(get(app, &path).await["name"], "Old depot");
    assert!(get(app, "/places?limit=1").await["next_cursor"].is_string());
    let contact = create(app, "/contacts", json!({ "name": "Hal Example" })).await;
    get(app, &format!("/contacts/{}", contact["id"].as_str().unwrap())).await;
    get(app, "/contacts").await;
    create(app, "/persons", draft("grace", "NAMED")).await;
    changed(app, "/persons/grace", json!({ "name": "Grace B. Example" })).await;
    get(app, "/persons/grace").await;
    get(app, "/persons?limit=1").await;
    get(app, "/persons/grace/access?portal=smart_client").await;
}

/// Puts a device at the home place of whoever has it.
pub async fn place_at_home(app: &TestApp, device: &str) {
    let path = format!("/devices/{device}/place");
    let home = json!({ "place_id": null });
    let answer = app.api.send(Method::PUT, &path, |request| request.bearer_auth(&app.api_key).json(&home)).await;
    assert_eq!(answer.status, 204, "{}", answer.body);
}

#[testkit::both_databases]
async fn p13_p14_staff_see_who_may_do_what_and_look_through_their_eyes(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let id = get(&app, &format!("/persons/{}", person_of(&app, ADA).await)).await["id"].as_str().unwrap().to_owned();
    let mut staff = Colleague::signed_in(&app).await;
    let page = format!("/persons/{id}");
    staff.open(&page).await.says(&[
        "Customer Portal: open",
        "Sees",
        "(default)",
        "CUSTPORTAL does not open Tech Portal",
    ]);
    staff.open(&format!("/customers/{customer}")).await.says(&["Who signs in", "CUSTPORTAL"]);

    // Typed wrong, it is kept; typed right, it is saved.
    let form = |person_id: &str, licence: &str| {
        [
            ("version", "1"),
            ("person_id", person_id),
            ("name", "Ada Example"),
            ("licence_type", licence),
            ("active", "yes"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let typed = |fields: &[(String, String)]| fields.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
    let post = async |staff: &mut Colleague, path: &str, fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        staff.post(path, &fields).await
    };
    let wrong = post(&mut staff, &page, typed(&form("ada@example.com", "CUSTPORTAL"))).await;
    wrong.says(&["Nothing was changed.", "is no person id", "ada@example.com"]);
    // Without a place the door is shut, and the page says so.
    post(&mut staff, &page, typed(&form("ada", "CUSTPORTAL"))).await.says(&["Saved."]);
    staff.open(&page).await.says(&[
        "Customer Portal: shut",
        "no default place for portal access",
        "Choose a default place",
    ]);
    let mut right = typed(&form("ada", "CUSTPORTAL"));
    "2".clone_into(&mut right[0].1);
    right.extend([("place".to_owned(), customer.clone()), ("default_place".to_owned(), customer.clone())]);
    post(&mut staff, &page, right.clone()).await.says(&["Saved."]);
    post(&mut staff, &page, right).await.says(&["was changed meanwhile"]);

    let seen = staff.post(&format!("{page}/preview"), &[]).await;
    seen.says(&["You look through the eyes of Ada Example", "HIB-A1"]);
    let refused = staff.go(Method::POST, "/portal/customer/returns", &[("note", "x")]).await;
    assert_eq!(refused.status, 403, "nothing is done in somebody's name");
    staff.open(&page).await.says(&["The portal was looked at through the eyes of ada"]);
    staff.post("/preview/end", &[]).await;
    assert!(staff.go(Method::GET, PORTAL, &[]).await.path.contains("/sign-in"), "staff are no customers");
    // A customer who makes up such a cookie sees themselves.
    ada.put_cookie("tessera-preview", "01890000-0000-7000-8000-000000000000");
    assert!(portal(&app, &mut ada).await.body.contains("HIB-A1"));
}

#[testkit::both_databases]
async fn p08_p12_staff_keep_places_and_seats(app: TestApp) {
    let mut ada = app.activated(ADA).await;
    let customer = app.customer_of(ADA.requester).await;
    let person = person_of(&app, ADA).await;
    let mut staff = Colleague::signed_in(&app).await;
    let places = format!("/customers/{customer}/places");
    staff.open(&places).await.says(&["Ada Example", "(home)", "HIB-A1"]);
    let added = staff.post(&places, &[("name", "Shed"), ("address", "1 Example Street"), ("active", "yes")]).await;
    added.says(&["Shed was added."]);
    let shed = get(&app, &format!("/places?owner_id={customer}")).await["items"].as_array().unwrap().clone();
    let shed = shed.iter().find(|place| place["name"] == "Shed").unwrap()["id"].as_str().unwrap().to_owned();
    let looped =
        staff.post(&format!("{places}/{shed}"), &[("name", "Shed"), ("parent", &shed), ("active", "yes")]).await;
    looped.says(&["cannot be part of itself"]);
    let contacts = format!("/customers/{customer}/contacts");
    staff
        .post(&contacts, &[("name", "Hal Example"), ("email", "hal@example.com")])
        .await
        .says(&["Hal Example was added."]);
    staff.open(&places).await.says(&["hal@example.com"]);

    changed(&app, &format!("/persons/{person}"), json!({ "licence_type": "NAMED" })).await;
    portal(&app, &mut ada).await;
    staff.open("/licences").await.says(&["0 of 1 free", &person, "any number"]);
    let free = staff.post("/licences/NAMED/seats/1/free", &[]).await;
    free.says(&["The seat is free.", "1 of 1 free"]);
    staff.open("/persons").await.says(&["Ada Example", "NAMED"]);
    staff.open("/persons?q=ada%40example.com").await.says(&["Signs in as"]);
    staff.open("/persons?q=nobody").await.says(&["Nobody signs in as “nobody”"]);
}

/// The first rule that fails for somebody, with what to do; none: the door opens.
async fn advice(app: &TestApp, who: &str) -> Option<(String, String)> {
    failing(app, who, "customer").await.into_iter().next()
}

#[testkit::both_databases]
async fn p11_p13_whoever_follows_the_advice_gets_in(app: TestApp) {
    // Another colleague has the only seat of NAMED.
    let mut ben = app.activated(BEN).await;
    changed(&app, &format!("/persons/{}", person_of(&app, BEN).await), json!({ "licence_type": "NAMED" })).await;
    assert_eq!(portal(&app, &mut ben).await.status, 200);

    let place = create(&app, "/places", json!({ "name": "Plant" })).await;
    let contact = create(&app, "/contacts", json!({ "name": "Asterix Example", "email": "asterix@example.com" })).await;
    let (rule, fix) = advice(&app, "asterix@example.com").await.unwrap();
    assert_eq!(rule, "person_exists", "a contact only");
    assert!(fix.contains("tied to this contact"), "{fix}");

    let mut person = json!({
        "person_id": "asterix", "name": "Asterix Example", "email": "asterix@example.com",
        "licence_type": "CUST_PORTAL", "contact_id": contact["id"], "active": false,
    });
    app.api.post("/persons", &app.api_key, person.clone()).await.problem(422, "unknown_licence_type");
    let bad = failing(&app, "asterix", "customer").await;
    assert!(
        bad.iter().any(|(rule, fix)| rule == "licence_known" && fix.contains("Did you mean CUSTPORTAL")),
        "{bad:?}"
    );
    person["licence_type"] = json!("CUSTPORTAL");
    let id = create(&app, "/persons", person).await["id"].as_str().unwrap().parse().unwrap();

    let path = "/persons/asterix";
    assert_eq!(advice(&app, "asterix").await.unwrap().0, "person_active");
    changed(&app, path, json!({ "active": true })).await;
    assert_eq!(advice(&app, "asterix").await.unwrap().0, "default_place");
    changed(&app, path, json!({ "default_place_id": place["id"] })).await;
    let (rule, fix) = advice(&app, "asterix").await.unwrap();
    assert_eq!(rule, "credential_set");
    assert!(fix.contains("Send a link to set a password"), "{fix}");
    let link = passwords::sent_link(&app, id).await;
    passwords::set(&app, &link, passwords::SECRET).await;
    assert_eq!(advice(&app, "asterix").await, None);

    let mut browser = Browser::new();
    let page = passwords::sign_in(&app, &mut browser, "asterix@example.com", passwords::SECRET).await;
    assert!(page.body.contains("do not match"), "neutral outside: {}", page.body);
    let (rule, fix) = advice(&app, "asterix").await.unwrap();
    assert_eq!(rule, "login_is_person_id");
    assert!(fix.contains("Sign in with the person id asterix"), "{fix}");
    let inside = passwords::sign_in(&app, &mut browser, "asterix", passwords::SECRET).await;
    assert_eq!((inside.status, inside.url.ends_with(PORTAL)), (200, true), "{}", inside.body);
    assert_eq!(advice(&app, "asterix").await, None, "the right way makes good for the wrong one");

    changed(&app, path, json!({ "licence_type": "NAMED" })).await;
    assert_eq!(advice(&app, "asterix").await.unwrap().0, "seat_free");
    assert_eq!(portal(&app, &mut browser).await.status, 403);
    ben.post(&format!("{}{PORTAL}/sign-out", app.url), &[]).await;
    assert_eq!(portal(&app, &mut browser).await.status, 200, "a seat is free, and the same session goes on");
}
