//! Licence seats (`P12`).

use std::time::Duration;

use serde_json::json;
use tessera_core::access::licence::LicenceType;
use testkit::{ADA, BEN, Browser, TestApp, passwords};

use super::{PORTAL, changed, failing, person_of, portal};

#[testkit::both_databases]
async fn p12_a_sign_in_over_the_seat_limit_is_refused(app: TestApp) {
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

    // Signing out frees the seat, and so does a long idle time.
    ada.post(&format!("{}{PORTAL}/sign-out", app.url), &[]).await;
    assert!(portal(&app, &mut ben).await.body.contains("HIB-B1"));
    let mut again = Browser::new();
    crate::auth::identities::sign_in(&app, &mut again, ADA.email).await;
    assert_eq!(portal(&app, &mut again).await.status, 403);
    app.advance(Duration::from_mins(31));
    assert!(portal(&app, &mut again).await.body.contains("HIB-A1"), "an idle seat is free");
    assert_eq!(portal(&app, &mut ben).await.status, 403, "and gone for whoever had it");
    app.hub.run_pending().await;
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
async fn p12_every_portal_takes_a_seat(app: TestApp) {
    // Neither person has a place: the Tech Portal does not require one.
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
