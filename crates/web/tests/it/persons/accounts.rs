//! Contacts, persons and their licences (`P01`–`P05`, `P13`).

use serde_json::{Value, json};
use testkit::{ADA, BEN, Colleague, TestApp};

use super::{change, changed, create, draft, failing, get, person_of, portal};

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

    // The console's search finds the person's page, which shows the decision for every portal.
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.search("tess").await.says(&["Grace Example", "TECHPORTAL"]);
    agnes.open("/why?subject=TESS").await.says(&["Grace Example", "TECHPORTAL"]);
}

#[testkit::both_databases]
async fn p03_a_person_id_is_unique_regardless_of_case(app: TestApp) {
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
async fn p05_omitted_fields_of_a_change_keep_their_current_values(app: TestApp) {
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
async fn p04_a_deactivated_person_is_signed_out_and_kept_on_record(app: TestApp) {
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
async fn p05_p13_an_unknown_licence_is_rejected_and_explained(app: TestApp) {
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
async fn p12_places_and_contacts_of_another_customer_are_refused(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let (ada, ben) = (app.customer_of(ADA.requester).await, app.customer_of(BEN.requester).await);
    let place = |name: &str, owner: &str, parent: &str| json!({ "name": name, "owner_id": owner, "parent_id": parent });
    let refused = async |wanted: Value| {
        let answer = app.api.post("/places", &app.api_key, wanted).await;
        answer.problem(422, "place_of_somebody_else");
    };
    refused(place("Shed", &ben, &ada)).await;
    let shed = create(&app, "/places", place("Shed", &ben, &ben)).await;
    let path = format!("/places/{}", shed["id"].as_str().unwrap());
    change(&app, &path, json!({ "parent_id": ada })).await.problem(422, "place_of_somebody_else");
    let region = create(&app, "/places", json!({ "name": "North" })).await;
    changed(&app, &path, json!({ "parent_id": region["id"] })).await;

    let contact = json!({ "name": "Hal Example", "email": "hal@example.com", "customer_id": ada });
    let contact = create(&app, "/contacts", contact).await;
    let mut person = draft("hal", "CUSTPORTAL");
    (person["contact_id"], person["customer_id"]) = (contact["id"].clone(), json!(ben));
    app.api.post("/persons", &app.api_key, person.clone()).await.problem(422, "contact_of_somebody_else");
    person["contact_id"] = Value::Null;
    create(&app, "/persons", person).await;
    let wrong = json!({ "contact_id": contact["id"] });
    change(&app, "/persons/hal", wrong).await.problem(422, "contact_of_somebody_else");
}
