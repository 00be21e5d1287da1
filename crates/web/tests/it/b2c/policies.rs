//! Policies and user flows: authentication, and malformed requests (`A20`).

use reqwest::RequestBuilder;
use serde_json::{Value, json};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::Secret;
use testkit::{ADA, B2C_KEY, BEN, EVE, MACHINE, TestApp};

use super::{ask, claims, step, subject_of, token};

/// With a colon, which a user name cannot have.
const PASSWORD: &str = "a long pass:word for policies";

#[testkit::both_databases]
async fn a20_a_policy_must_authenticate(app: TestApp) {
    let fingerprint = "ab".repeat(20);
    let accepted = fingerprint.clone();
    let hub = app
        .serve_b2c_with(move |b2c| {
            b2c.senders.basic = Some(("policy".to_owned(), Secret::new(PASSWORD).unwrap()));
            b2c.senders.certificate = Some(("x-client-cert".to_owned(), vec![accepted]));
        })
        .await;
    let body = claims(&app, ADA.email, "no-such-token", false);
    for path in ["link", "claims"] {
        let url = format!("{hub}/b2c/{path}");
        let good = if path == "link" { 409 } else { 200 };
        assert_eq!(ask(&url, |request| request.header("x-api-key", B2C_KEY).json(&body)).await.status, good);
        assert_eq!(ask(&url, |r| r.basic_auth("policy", Some(PASSWORD)).json(&body)).await.status, good);
        assert_eq!(ask(&url, |request| request.header("x-client-cert", &fingerprint).json(&body)).await.status, good);
        ask(&url, |request| request.json(&body)).await.error(401);
        ask(&url, |request| request.header("x-api-key", "").json(&body)).await.error(401);
        ask(&url, |request| request.header("x-api-key", "wrong").json(&body)).await.error(401);
        ask(&url, |request| request.basic_auth("policy", Some("wrong")).json(&body)).await.error(401);
        ask(&url, |request| request.header("x-client-cert", "CN=else").json(&body)).await.error(401);
    }
    // Without a configured certificate, the header has no effect.
    let plain = format!("{}/b2c/link", app.url);
    ask(&plain, |request| request.header("x-client-cert", &fingerprint).json(&body)).await.error(401);
}

#[testkit::both_databases]
async fn a20_malformed_requests_get_errors_in_the_format_of_b2c(app: TestApp) {
    let send = async |body: &'static str| {
        let complete = |request: RequestBuilder| request.header("x-api-key", B2C_KEY).body(body);
        ask(&format!("{}/b2c/link", app.url), complete).await.error(400)
    };
    assert_eq!(send("").await, "invalid_json");
    assert_eq!(send("[1]").await, "invalid_json");
    assert_eq!(send("{}").await, "token_missing");
    assert_eq!(send("{\"requesterId\":\"x\"}").await, "object_id_missing");
    assert_eq!(send("{\"requesterId\":\"x\",\"objectId\":\"\"}").await, "object_id_missing");
    let url = format!("{}/b2c/link", app.url);
    let huge = "x".repeat(2 * 1024 * 1024);
    assert_eq!(ask(&url, |request| request.header("x-api-key", B2C_KEY).body(huge)).await.error(413), "refused");
    let (objectid, nested) = (subject_of(&app, ADA.email), json!({ "emailAddress": ADA.email }));
    let token = token(&app, ADA).await;
    // Accepts the directory's own attribute names, nested names, and a number as text.
    let odd = json!({ "objectId": objectid, "extension_0123456789abcdef0123456789abcdef_token": token, "signInNames": nested });
    assert_eq!(step(&app.url, &odd).await.status(), "pending");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_the_policy_step_calls_no_outside_system(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    let token = token(&app, ADA).await;
    app.hub.run_pending().await;
    app.desk.faults().forget_requests();
    app.crm.faults().forget_requests();
    step(&hub, &claims(&app, ADA.email, &token, false)).await;
    step(&hub, &claims(&app, BEN.email, BEN.requester, true)).await;
    step(&hub, &claims(&app, EVE.email, EVE.requester, false)).await;
    let url = format!("{hub}/b2c/claims");
    ask(&url, |r| r.header("x-api-key", B2C_KEY).json(&json!({ "objectId": "nobody" }))).await;
    assert_eq!((app.desk.faults().requests(), app.crm.faults().requests()), (Vec::new(), Vec::new()));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_user_flows_are_answered_in_their_own_format(app: TestApp) {
    let token = token(&app, ADA).await;
    let at = |step: &str, given: &str| {
        let mut sent = claims(&app, ADA.email, given, false);
        sent["step"] = json!(step);
        if step != "PreTokenIssuance" {
            sent.as_object_mut().unwrap().remove("objectId");
        }
        sent
    };
    let collected = step(&app.url, &at("PostAttributeCollection", "wrong")).await;
    assert_eq!((collected.status, &collected.body["status"]), (400, &json!(400)));
    assert_eq!((&collected.body["action"], &collected.body["version"]), (&json!("ValidationError"), &json!("1.0.0")));
    assert!(collected.body["userMessage"].as_str().unwrap().contains("link"));
    let federated = step(&app.url, &at("PostFederationSignup", "wrong")).await;
    assert_eq!((federated.status, &federated.body["action"]), (200, &json!("ShowBlockPage")));
    for name in ["PostFederationSignup", "PostAttributeCollection"] {
        assert_eq!(step(&app.url, &at(name, &token)).await.body, json!({ "version": "1.0.0", "action": "Continue" }));
    }
    let blocked = step(&app.url, &at("PreTokenIssuance", "wrong")).await;
    assert_eq!((blocked.status, &blocked.body["action"]), (200, &json!("ShowBlockPage")));
    let told = step(&app.url, &at("PreTokenIssuance", &token)).await;
    assert_eq!((&told.body["action"], told.status()), (&json!("Continue"), "pending"));
    app.hub.run_pending().await;
    let told = step(&app.url, &at("PreTokenIssuance", &token)).await;
    assert_eq!((told.status(), &told.body["requesterId"]), ("linked", &json!("1001")));
    // The directory keeps the token forever. A used token must not block a linked user.
    assert_eq!(step(&app.url, &at("PreTokenIssuance", "wrong")).await.body["action"], "Continue");
}

#[testkit::both_databases]
async fn a20_directory_attributes_have_exact_names_and_prove_nothing(app: TestApp) {
    const APPLICATION: &str = "0123456789abcdef0123456789abcdef";
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    let requester = RecordKey::new("freshservice", Kind::Requester, ADA.requester);
    app.hub.read_through(&requester, &MACHINE).await.unwrap();
    let with = |mut sent: Value, name: String, value: &str| {
        sent[name] = json!(value);
        sent
    };
    let ada = claims(&app, ADA.email, ADA.requester, false);
    for name in ["emailVerified", "email_emailVerified"] {
        let mut sent = with(ada.clone(), format!("extension_{APPLICATION}_{name}"), "true");
        sent.as_object_mut().unwrap().remove("emailVerified");
        assert_eq!(step(&hub, &sent).await.status(), "pending_review", "{name} is filled in by the person");
    }
    let mut no_email = with(ada.clone(), format!("extension_{APPLICATION}_email"), ADA.email);
    no_email["email"] = Value::Null;
    no_email["emailVerified"] = json!(true);
    assert_eq!(step(&hub, &no_email).await.status(), "pending_review");
    let nobody = json!({ "requesterId": "x", (format!("extension_{APPLICATION}_objectId")): "somebody" });
    assert_eq!(step(&hub, &nobody).await.error(400), "object_id_missing");

    let subject = subject_of(&app, EVE.email);
    for name in ["extension_x_token", "extension_1_2_token", &format!("extension_{APPLICATION}_work_token")] {
        let sent = with(json!({ "objectId": subject }), name.to_owned(), "a token");
        assert_eq!(step(&hub, &sent).await.error(400), "token_missing", "{name}");
    }
    let sent = with(json!({ "objectId": subject }), format!("extension_{APPLICATION}_token"), "a token");
    assert_eq!(step(&hub, &sent).await.error(409), "unknown_link", "this one is read");
    app.hub.run_pending().await;
}
