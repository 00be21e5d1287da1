//! The API for the signed-in user's app.

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use testkit::{ADA, BEN, Browser, DAN, EVE, STRANGER, TestApp};

#[testkit::both_databases]
async fn a15_my_devices_have_an_as_of_time_and_an_entity_tag(app: TestApp) {
    app.activated(BEN).await;
    let token = app.access_token(BEN.email).await;
    let answer = app.api.get("/me/devices", &token).await;
    let mine = answer.json();
    let serials: Vec<_> = mine["devices"].as_array().unwrap().iter().map(|device| &device["serial"]).collect();
    assert_eq!(serials, ["HIB-B1", "HIB-B2"]);
    assert_eq!(mine["devices"][0]["as_of"], "2026-06-01T08:00:00Z");
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with("W/\"") && answer.header("cache-control") == "private, no-cache");

    let unchanged = app.api.send(Method::GET, "/me/devices", |request| {
        request.bearer_auth(&token).header("if-none-match", format!("\"other\", {tag}"))
    });
    let unchanged = unchanged.await;
    assert_eq!((unchanged.status, unchanged.header("etag")), (304, tag.as_str()));

    let me = app.api.get("/me", &token).await.json();
    assert_eq!((&me["customer"]["name"], &me["activation"]["state"]), (&json!("Ben Example"), &json!("done")));
    assert_eq!((&me["email"], &me["email_verified"]), (&json!(BEN.email), &json!(true)));
}

#[testkit::both_databases]
async fn a15_another_customers_device_is_not_found(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let (ada, ben) = (app.access_token(ADA.email).await, app.access_token(BEN.email).await);
    let bens = app.api.get("/me/devices", &ben).await.json()["devices"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.api.get(&format!("/me/devices/{bens}"), &ben).await.json()["serial"], "HIB-B1");
    let others = app.api.get(&format!("/me/devices/{bens}"), &ada).await;
    let nobodys = app.api.get("/me/devices/999999", &ada).await;
    others.problem(404, "not_found");
    assert_eq!(others.body, nobodys.body, "whether it exists is not told");
}

#[testkit::both_databases]
async fn a19_a21_an_empty_device_list_has_a_reason(app: TestApp) {
    app.sign_up(STRANGER).await;
    let reason = async |email: &str| -> Value {
        let token = app.access_token(email).await;
        let mine = app.api.get("/me/devices", &token).await.json();
        assert_eq!(mine["devices"], json!([]));
        assert!(!mine["reason"]["next_step"].as_str().unwrap().is_empty());
        mine["reason"]["code"].clone()
    };
    assert_eq!(reason(STRANGER).await, "not_a_customer");
    let link = app.link(EVE.requester).await;
    assert_eq!(reason(EVE.email).await, "invitation_unused");
    app.activate(&mut Browser::new(), &link, EVE.email).await;
    assert_eq!(reason(EVE.email).await, "activation_pending");
    app.hub.run_pending().await;
    assert_eq!(reason(EVE.email).await, "nothing_assigned");
    app.activated(DAN).await;
    assert_eq!(reason(DAN.email).await, "other_asset_type");
    app.invite(ADA.requester).await;
    app.api.delete("/invitations?requester_id=1001", &app.api_key, None).await;
    assert_eq!(reason(ADA.email).await, "invitation_revoked");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a13_my_activation_reports_every_step(app: TestApp) {
    let token = app.access_token(ADA.email).await;
    let nothing = app.api.get("/me/activation", &token).await.json();
    assert_eq!((&nothing["state"], &nothing["steps"]), (&json!("none"), &json!([])));
    assert_eq!(app.api.get("/me", &token).await.json()["activation"], Value::Null);

    // Two people claim two invitations of one requester before either activation is complete. The second to complete is
    // rejected.
    app.sign_up(STRANGER).await;
    let sign_in = async |email: &str| {
        let account = app.idp.accounts().into_iter().find(|account| account.email == email).unwrap();
        let identity = IdentityKey { issuer: app.idp_url.clone(), subject: account.sub };
        SignIn { identity, provider: "idp".into(), email: Some(email.into()), email_verified: true, name: None }
    };
    for email in [ADA.email, STRANGER] {
        let invitation = app.invite(ADA.requester).await["id"].as_str().unwrap().parse().unwrap();
        app.hub.claim_invitation(invitation, &sign_in(email).await, Channel::Activation).await.unwrap();
    }
    app.hub.run_pending().await;
    let stranger = app.access_token(STRANGER).await;
    let mine = app.api.get("/me/activation", &token).await.json();
    let other = app.api.get("/me/activation", &stranger).await.json();
    let (done, refused) = if mine["state"] == "done" { (mine, other) } else { (other, mine) };
    assert_eq!((&refused["state"], &refused["code"]), (&json!("refused"), &json!("already_activated_by_other")));
    assert_eq!(done["state"], "done");
    let steps = done["steps"].as_array().unwrap().iter().map(|step| (step["step"].as_str(), step["state"].as_str()));
    let expected = ["requester", "contact", "devices", "record"].map(|step| (Some(step), Some("done")));
    assert_eq!(steps.collect::<Vec<_>>(), expected);
}
