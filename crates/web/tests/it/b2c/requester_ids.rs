//! Linking by requester id instead of a token (`A20`).

use reqwest::Method;
use serde_json::{Value, json};
use testkit::{ADA, BEN, Colleague, EVE, Known, MACHINE, TestApp};
use tokio::task::JoinSet;

use super::{claims, step};

#[testkit::both_databases]
async fn a20_a_requester_id_is_refused_unless_compatibility_is_on(app: TestApp) {
    app.hub.read_through(&house_requester(ADA), &MACHINE).await.unwrap();
    let told = step(&app.url, &claims(&app, ADA.email, ADA.requester, true)).await;
    assert_eq!(told.error(409), "unknown_link");
    app.hub.run_pending().await;
    assert!(app.store.customer_of(&house_requester(ADA)).await.unwrap().is_none());
}

fn house_requester(who: Known) -> tessera_core::kernel::record::RecordKey {
    tessera_core::kernel::record::RecordKey::new(
        "freshservice",
        tessera_core::kernel::record::Kind::Requester,
        who.requester,
    )
}

#[testkit::both_databases]
async fn a20_a_requester_id_links_with_a_verified_address_of_the_requester(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    // Ada's requester is known, so she is linked immediately. Ben's has not been read yet, so he is linked after it is
    // read, by one of its secondary addresses.
    app.hub.read_through(&house_requester(ADA), &MACHINE).await.unwrap();
    let ada = claims(&app, ADA.email, ADA.requester, true);
    let mut race = JoinSet::new();
    for _ in 0..8 {
        let (hub, ada) = (hub.clone(), ada.clone());
        race.spawn(async move { step(&hub, &ada).await.status().to_owned() });
    }
    assert!(race.join_all().await.iter().all(|status| status == "pending"));
    app.sign_up("ben.other@example.net").await;
    let merged = json!({ "secondary_emails": ["ben.other@example.net"] });
    app.call_desk(Method::PUT, &format!("/requesters/{}", BEN.requester), merged).await;
    let ben = claims(&app, "ben.other@example.net", BEN.requester, true);
    assert_eq!(step(&hub, &ben).await.status(), "pending_review");
    assert_eq!(step(&hub, &ben).await.status(), "pending_review", "asking again");
    app.hub.run_pending().await;
    assert_eq!((step(&hub, &ada).await.status(), step(&hub, &ben).await.status()), ("linked", "linked"));
    assert!(app.store.open_reviews(10).await.unwrap().is_empty());
    assert_eq!(step(&hub, &claims(&app, ADA.email, BEN.requester, true)).await.status(), "pending_review");

    let customer = app.customer_of(ADA.requester).await;
    let links = app.api.get(&format!("/customers/{customer}"), &app.api_key).await.json()["links"].clone();
    let requester = links.as_array().unwrap().iter().find(|link| link["kind"] == "requester").unwrap().clone();
    assert!(requester["evidence"].to_string().contains("verified there"), "{requester}");
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    assert!(!timeline.to_string().contains("Invitation issued"), "nobody was invited: {timeline}");
    assert_eq!(
        timeline.to_string().matches("\"activated\"").count(),
        1,
        "once, however often it was asked: {timeline}"
    );
    let invitations = app.api.get("/invitations?requester_id=1001", &app.api_key).await.json();
    assert_eq!(invitations["items"], json!([]));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_a_requester_id_without_verified_address_is_approved_by_staff(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    let strict = app.serve_b2c_with(|b2c| (b2c.numbers, b2c.review_is_error) = (true, true)).await;
    app.sign_up("eve.somewhere@example.net").await;
    let eve = claims(&app, "eve.somewhere@example.net", EVE.requester, false);
    assert_eq!(step(&hub, &eve).await.status(), "pending_review");
    assert_eq!(step(&strict, &eve).await.error(409), "pending_review");
    app.hub.run_pending().await;
    assert_eq!(step(&hub, &eve).await.status(), "pending_review");
    app.hub.run_pending().await;

    let reviews = app.api.get("/reviews", &app.api_key).await.json()["items"].clone();
    assert_eq!((reviews.as_array().unwrap().len(), &reviews[0]["question"]), (1, &json!("whose_sign_in")));
    assert_eq!(reviews[0]["customer_id"], Value::Null);
    let id = reviews[0]["id"].as_str().unwrap();
    let shown = app.api.get(&format!("/reviews/{id}"), &app.api_key).await.json();
    assert_eq!(shown["sign_in"]["email"], "eve.somewhere@example.net");
    let mut agnes = Colleague::signed_in(&app).await;
    let list = agnes.open("/reviews").await;
    list.says(&["eve.somewhere@example.net signed in with the number of requester 1005", "A customer waits"]);
    let page = agnes.open(&format!("/reviews/{id}")).await;
    page.says(&["eve.somewhere@example.net", "eve@example.com", "E-mail verified", "differs", "anyone can enter"]);
    let yes = format!("freshservice:requester:{}", EVE.requester);
    agnes.post(&format!("/reviews/{id}"), &[("choice", &yes)]).await.says(&["is this sign-in’s"]);

    assert_eq!(step(&hub, &eve).await.status(), "pending");
    app.hub.run_pending().await;
    assert_eq!(step(&hub, &eve).await.status(), "linked");
    let customer = app.customer_of(EVE.requester).await;
    let timeline = app.api.get(&format!("/customers/{customer}/timeline"), &app.api_key).await.json();
    assert!(timeline.to_string().contains("decided by staff"), "{timeline}");
    assert_eq!(timeline["verified"], true);
}

#[testkit::both_databases]
async fn a20_a_requester_id_without_verified_address_is_declined_by_staff(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    app.activated(BEN).await;
    // Enumerating numbers yields the same answer for existing and unknown ids, and does not fill the list of reviews.
    for number in ["1001", "1002", "1003", "1004", "1005", "424242"] {
        assert_eq!(step(&hub, &claims(&app, EVE.email, number, false)).await.status(), "pending_review");
        app.hub.run_pending().await;
    }
    let reviews = app.store.open_reviews(10).await.unwrap();
    assert_eq!(reviews.len(), 3);
    for review in reviews {
        let path = format!("/reviews/{}/decision", review.id);
        let no = json!({ "decision": "none_of_these" });
        assert_eq!(app.api.post(&path, &app.api_key, no).await.status, 200);
    }
    assert_eq!(step(&hub, &claims(&app, EVE.email, "1001", false)).await.error(409), "declined");
    app.hub.run_pending().await;
    assert!(app.store.open_reviews(10).await.unwrap().is_empty(), "it is not asked again");
    assert!(app.store.customer_of(&house_requester(ADA)).await.unwrap().is_none());

    // The record is already linked. Staff are told to unlink it first.
    assert_eq!(step(&hub, &claims(&app, ADA.email, BEN.requester, false)).await.status(), "pending_review");
    app.hub.run_pending().await;
    let review = app.store.open_reviews(10).await.unwrap().remove(0);
    let yes = json!({ "decision": "link", "record": "freshservice:requester:1002" });
    let refused = app.api.post(&format!("/reviews/{}/decision", review.id), &app.api_key, yes).await;
    assert!(refused.problem(409, "record_taken").contains("Ben Example"));
}
