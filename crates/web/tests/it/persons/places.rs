//! Places and what is visible to a person (`P08`, `P12`).

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{ADA, BEN, Browser, Colleague, TestApp};

use super::{PORTAL, change, changed, create, get, person_of, portal};

#[testkit::both_databases]
async fn p08_nesting_of_places_is_limited(app: TestApp) {
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
async fn p08_a_person_sees_only_their_places(app: TestApp) {
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

    // Both homes: her own stays, because it is her default place.
    let path = format!("/persons/{person}");
    let listed = changed(&app, &path, json!({ "place_ids": [his] })).await;
    assert_eq!(listed["place_ids"].as_array().unwrap().len(), 2);
    assert_eq!(seen(&mut ada).await, [true, true, true]);

    // A shed of his. Devices there are visible to the people who have that place.
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
async fn p08_a_reassigned_device_leaves_its_place(app: TestApp) {
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
async fn p08_p12_staff_manage_places_and_seats(app: TestApp) {
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
    staff.open("/persons?q=nobody").await.says(&["No person matches “nobody”"]);
}

#[testkit::both_databases]
async fn p01_a_contact_that_is_none_is_invalid(app: TestApp) {
    let post = async |body: Value| app.api.post("/contacts", &app.api_key, body).await;
    post(json!({ "name": "\u{200b}" })).await.problem(422, "contact_name");
    for email in ["mailto:a@b", "a@b;", "a..b@c", "a@-b.c", "a@b..example"] {
        post(json!({ "name": "Hal", "email": email })).await.problem(422, "contact_email");
    }
    for phone in ["call me", "+"] {
        post(json!({ "name": "Hal", "phone": phone })).await.problem(422, "contact_phone");
    }
    let made = post(json!({ "name": "Hal", "email": "h\u{200b}al@example.com" })).await.json();
    assert_eq!(made["email"], "hal@example.com", "{made}");
    app.hub.run_pending().await;
}
