//! Links through a policy of Azure AD B2C, and what policies and Entra are told (`A18`, `A20`).

use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use secrecy::SecretString;
use serde_json::{Value, json};
use tessera_connect::oidc::{Verifier, VerifierConfig};
use testkit::{
    ADA, APP_CLIENT, B2C_KEY, BEN, Browser, CLI, Colleague, EVE, Known, MACHINE, PASSWORD, POLICY, TestApp, WEBSITE,
    client,
};
use tokio::task::JoinSet;
use url::Url;

/// An answer to a policy.
pub struct Told {
    pub status: u16,
    headers: HeaderMap,
    pub body: Value,
}

impl Told {
    /// Asserts that this is an error as B2C reads it, and gives its code.
    #[track_caller]
    pub fn error(&self, status: u16) -> String {
        let body = &self.body;
        assert_eq!((self.status, &body["status"], &body["version"]), (status, &json!(409), &json!("1.0.0")), "{body}");
        assert!(!body["userMessage"].as_str().unwrap().is_empty() && body["requestId"].is_string(), "{body}");
        assert_eq!(self.headers["content-type"], "application/json");
        body["code"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn status(&self) -> &str {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["linkStatus"].as_str().unwrap_or_else(|| panic!("no status: {}", self.body))
    }
}

async fn ask(url: &str, complete: impl FnOnce(RequestBuilder) -> RequestBuilder) -> Told {
    let answer = complete(client().request(Method::POST, url)).send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    Told { status, headers, body: answer.json().await.unwrap() }
}

/// The REST step as the policy calls it.
pub async fn step(hub: &str, claims: &Value) -> Told {
    ask(&format!("{hub}/b2c/link"), |request| request.header("x-api-key", B2C_KEY).json(claims)).await
}

fn subject_of(app: &TestApp, email: &str) -> String {
    app.idp.accounts().into_iter().find(|account| account.email == email).unwrap().sub
}

/// What the policy sends for somebody.
fn claims(app: &TestApp, email: &str, given: &str, verified: bool) -> Value {
    json!({ "objectId": subject_of(app, email), "requesterId": given, "email": email, "emailVerified": verified })
}

/// The token of a fresh invitation.
async fn token(app: &TestApp, who: Known) -> String {
    app.link(who.requester).await.rsplit_once('/').unwrap().1.to_owned()
}

/// Goes through the policy with a link, at the stand-in's address; tells where the policy sends the browser.
async fn through_policy(app: &TestApp, browser: &mut Browser, link: &str, email: &str) -> Url {
    let link = Url::parse(link).unwrap();
    assert_eq!(link.host_str(), Some("marzipan.b2clogin.com"));
    let here = format!("{}{}?{}", app.idp_url, link.path(), link.query().unwrap());
    let page = browser.open(&here).await;
    let next = browser.submit_only(&page, &[("email", email), ("password", PASSWORD)]).await;
    let back = browser.open_until(&next, WEBSITE.1).await.expect_err("the policy sends the browser back");
    Url::parse(&back).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[testkit::both_databases]
async fn a18_a20_from_a_link_through_the_policy_to_my_devices(app: TestApp) {
    let link = app.invite(ADA.requester).await["b2c_urls"]["production"].as_str().unwrap().to_owned();
    assert!(link.contains(&format!("authorize?p={POLICY}&")) && !link.contains("1001"), "{link}");
    let back = through_policy(&app, &mut Browser::new(), &link, ADA.email).await;
    assert!(parameter(&back, "code").is_some() && parameter(&back, "error").is_none(), "{back}");

    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me/activation", &token).await.json()["state"], "pending");
    app.hub.run_pending().await;
    let mine = app.api.get("/me/devices", &token).await.json();
    assert_eq!(mine["devices"][0]["serial"], "HIB-A1", "the same credentials in the app");
    assert!(app.mail.messages()[0].subject.contains("activated"), "the known address is told");

    let again = through_policy(&app, &mut Browser::new(), &link, ADA.email).await;
    assert!(parameter(&again, "code").is_some(), "the same person again: {again}");
    let other = through_policy(&app, &mut Browser::new(), &link, BEN.email).await;
    assert_eq!(parameter(&other, "error").as_deref(), Some("server_error"), "{other}");
    assert!(parameter(&other, "error_description").unwrap().contains("used"), "{other}");

    let metadata = format!("{}/marzipan.onmicrosoft.com/{POLICY}/v2.0/.well-known/openid-configuration", app.idp_url);
    let metadata: Value = client().get(metadata).send().await.unwrap().json().await.unwrap();
    assert!(metadata["token_endpoint"].as_str().unwrap().contains("b2c_1a_accountlink"), "{metadata}");
}

#[testkit::both_databases]
async fn a18_a_link_that_somebody_else_hands_over_is_not_mailed(app: TestApp) {
    let invited = app.hub.invite_without_mail(ADA.requester, &CLI).await.unwrap();
    app.hub.run_pending().await;
    assert!(app.mail.messages().is_empty());
    let token = app.hub.invitation_token(invited.id);
    assert!(invited.url.ends_with(&token), "both forms carry the same token");
    assert_eq!(step(&app.url, &claims(&app, ADA.email, &token, false)).await.status(), "pending");
}

#[testkit::both_databases]
async fn a20_a_token_is_one_sign_ins_whatever_is_lost_or_asked_again(app: TestApp) {
    let token = token(&app, ADA).await;
    let ada = claims(&app, ADA.email, &token, false);
    for _ in 0..3 {
        assert_eq!(step(&app.url, &ada).await.status(), "pending");
    }
    assert_eq!(step(&app.url, &claims(&app, BEN.email, &token, true)).await.error(409), "pending_by_other");
    app.hub.run_pending().await;
    let linked = step(&app.url, &ada).await;
    assert_eq!((linked.status(), &linked.body["customerName"]), ("linked", &json!("Ada E•••")));
    assert_eq!(linked.body["customerEmail"], "a•••@example.com");
    assert_eq!(linked.body["customerId"], app.customer_of(ADA.requester).await);
    assert_eq!(step(&app.url, &claims(&app, BEN.email, &token, true)).await.error(409), "used");
    assert_eq!(step(&app.url, &claims(&app, BEN.email, "no-such-token", true)).await.error(409), "unknown_link");
    let customer = app.customer_of(ADA.requester).await.parse().unwrap();
    assert_eq!(app.hub.store.links(customer).await.unwrap().len(), 3, "nothing was linked twice");

    // Sixteen answers are lost at once.
    let bens = claims(&app, BEN.email, &self::token(&app, BEN).await, false);
    let mut race = JoinSet::new();
    for _ in 0..16 {
        let (url, bens) = (app.url.clone(), bens.clone());
        race.spawn(async move { step(&url, &bens).await.status().to_owned() });
    }
    assert!(race.join_all().await.iter().all(|status| status == "pending"));
    app.hub.run_pending().await;
    assert_eq!(step(&app.url, &bens).await.status(), "linked");
}

#[testkit::both_databases]
async fn a20_a_bare_number_is_refused_unless_compatibility_is_on(app: TestApp) {
    app.hub.read_through(&house_requester(ADA), &MACHINE).await.unwrap();
    let told = step(&app.url, &claims(&app, ADA.email, ADA.requester, true)).await;
    assert_eq!(told.error(409), "unknown_link");
    app.hub.run_pending().await;
    assert!(app.hub.store.customer_of(&house_requester(ADA)).await.unwrap().is_none());
}

fn house_requester(who: Known) -> tessera_core::kernel::record::RecordKey {
    tessera_core::kernel::record::RecordKey::new(
        "freshservice",
        tessera_core::kernel::record::Kind::Requester,
        who.requester,
    )
}

#[testkit::both_databases]
async fn a20_a_number_links_on_a_verified_address_of_the_requester(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    // Known here: at once. Ben's requester was never read: after reading it, by one of its further addresses.
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
    assert!(app.hub.store.open_reviews(10).await.unwrap().is_empty());
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
}

#[testkit::both_databases]
async fn a20_a_number_without_proof_waits_for_staff_who_say_yes(app: TestApp) {
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
    page.says(&["eve.somewhere@example.net", "eve@example.com", "E-mail verified", "differs", "anybody can write"]);
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
async fn a20_a_number_without_proof_waits_for_staff_who_say_no(app: TestApp) {
    let hub = app.serve_b2c_with(|b2c| b2c.numbers = true).await;
    app.activated(BEN).await;
    // Whoever tries one number after the other gets no other answer for those that exist, nor fills the list.
    for number in ["1001", "1002", "1003", "1004", "1005", "424242"] {
        assert_eq!(step(&hub, &claims(&app, EVE.email, number, false)).await.status(), "pending_review");
        app.hub.run_pending().await;
    }
    let reviews = app.hub.store.open_reviews(10).await.unwrap();
    assert_eq!(reviews.len(), 3);
    for review in reviews {
        let path = format!("/reviews/{}/decision", review.id);
        let no = json!({ "decision": "none_of_these" });
        assert_eq!(app.api.post(&path, &app.api_key, no).await.status, 200);
    }
    assert_eq!(step(&hub, &claims(&app, EVE.email, "1001", false)).await.error(409), "declined");
    app.hub.run_pending().await;
    assert!(app.hub.store.open_reviews(10).await.unwrap().is_empty(), "it is not asked again");
    assert!(app.hub.store.customer_of(&house_requester(ADA)).await.unwrap().is_none());

    // Somebody has the record already: staff are told to unlink it there first.
    assert_eq!(step(&hub, &claims(&app, ADA.email, BEN.requester, false)).await.status(), "pending_review");
    app.hub.run_pending().await;
    let review = app.hub.store.open_reviews(10).await.unwrap().remove(0);
    let yes = json!({ "decision": "link", "record": "freshservice:requester:1002" });
    let refused = app.api.post(&format!("/reviews/{}/decision", review.id), &app.api_key, yes).await;
    assert!(refused.problem(409, "record_taken").contains("Ben Example"));
}

#[testkit::both_databases]
async fn a20_a_policy_proves_who_it_is(app: TestApp) {
    let fingerprint = "ab".repeat(20);
    let accepted = fingerprint.clone();
    let hub = app
        .serve_b2c_with(move |b2c| {
            b2c.senders.basic = Some(("policy".to_owned(), SecretString::from("a long password")));
            b2c.senders.certificate = Some(("x-client-cert".to_owned(), vec![accepted]));
        })
        .await;
    let body = claims(&app, ADA.email, "no-such-token", false);
    for path in ["link", "claims"] {
        let url = format!("{hub}/b2c/{path}");
        let good = if path == "link" { 409 } else { 200 };
        assert_eq!(ask(&url, |request| request.header("x-api-key", B2C_KEY).json(&body)).await.status, good);
        assert_eq!(ask(&url, |r| r.basic_auth("policy", Some("a long password")).json(&body)).await.status, good);
        assert_eq!(ask(&url, |request| request.header("x-client-cert", &fingerprint).json(&body)).await.status, good);
        ask(&url, |request| request.json(&body)).await.error(401);
        ask(&url, |request| request.header("x-api-key", "").json(&body)).await.error(401);
        ask(&url, |request| request.header("x-api-key", "wrong").json(&body)).await.error(401);
        ask(&url, |request| request.basic_auth("policy", Some("wrong")).json(&body)).await.error(401);
        ask(&url, |request| request.header("x-client-cert", "CN=else").json(&body)).await.error(401);
    }
    // Where no certificate is configured, the header is worth nothing.
    let plain = format!("{}/b2c/link", app.url);
    ask(&plain, |request| request.header("x-client-cert", &fingerprint).json(&body)).await.error(401);
}

#[testkit::both_databases]
async fn a20_what_cannot_be_read_is_an_error_b2c_understands(app: TestApp) {
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
    // Names of the directory's own attributes, and nested ones; a number is text.
    let odd = json!({ "objectId": objectid, "extension_0123456789abcdef_token": token, "signInNames": nested });
    assert_eq!(step(&app.url, &odd).await.status(), "pending");
}

#[testkit::both_databases]
async fn a20_the_step_asks_no_outside_system(app: TestApp) {
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
}

#[testkit::both_databases]
async fn a20_user_flows_are_answered_in_their_own_shape(app: TestApp) {
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
    // The directory keeps the token for ever: a spent one keeps nobody out who is linked.
    assert_eq!(step(&app.url, &at("PreTokenIssuance", "wrong")).await.body["action"], "Continue");
}

#[testkit::both_databases]
async fn a18_tokens_are_told_who_the_customer_is(app: TestApp) {
    app.activated(BEN).await;
    let url = format!("{}/b2c/claims", app.url);
    let about =
        async |subject: &str| ask(&url, |r| r.header("x-api-key", B2C_KEY).json(&json!({ "objectId": subject }))).await;
    let told = about(&subject_of(&app, BEN.email)).await;
    let customer = app.customer_of(BEN.requester).await;
    let expected = json!({ "customerId": customer, "requesterId": "1002", "contactId": "5002", "deviceCount": 2 });
    assert_eq!((told.status, told.body), (200, expected));
    let nobody = about("nobody").await;
    assert_eq!((nobody.status, nobody.body), (200, json!({})));
}

#[testkit::both_databases]
async fn a18_entra_is_answered_in_its_own_shape(app: TestApp) {
    app.activated(BEN).await;
    let environment = app.environment.clone();
    let issuer = app.idp_url.clone();
    let expecting = |party: Option<&str>| {
        let mut config = VerifierConfig::new("entra", &issuer, vec![APP_CLIENT.to_owned()]);
        config.authorized_parties = party.into_iter().map(ToOwned::to_owned).collect();
        Arc::new(Verifier::new(vec![config], environment.clone()).unwrap())
    };
    let (any, entra) = (expecting(None), expecting(Some("99045fe1-7639-4a75-9d4a-577b6ca3810f")));
    let hub = app.serve_b2c_with(|b2c| b2c.events = Some(any)).await;
    let strict = app.serve_b2c_with(|b2c| b2c.events = Some(entra)).await;
    let bearer = app.access_token(ADA.email).await;
    let send = async |hub: &str, event: &Value| {
        ask(&format!("{hub}/b2c/events"), |request| request.bearer_auth(&bearer).json(event)).await
    };
    let issuance = |user: &str| {
        json!({
            "type": "microsoft.graph.authenticationEvent.tokenIssuanceStart",
            "source": "/tenants/t/applications/a",
            "data": {
                "@odata.type": "microsoft.graph.onTokenIssuanceStartCalloutData",
                "authenticationContext": { "correlationId": "c", "user": { "id": user } },
            },
        })
    };
    let told = send(&hub, &issuance(&subject_of(&app, BEN.email))).await;
    let action = &told.body["data"]["actions"][0];
    assert_eq!((told.status, told.headers["content-type"].to_str().unwrap()), (200, "application/json"));
    assert_eq!(told.body["data"]["@odata.type"], "microsoft.graph.onTokenIssuanceStartResponseData");
    assert_eq!(action["@odata.type"], "microsoft.graph.tokenIssuanceStart.provideClaimsForToken");
    assert_eq!((&action["claims"]["requesterId"], &action["claims"]["deviceCount"]), (&json!("1002"), &json!("2")));
    let nobody = send(&hub, &issuance("nobody")).await;
    assert_eq!((nobody.status, &nobody.body["data"]["actions"][0]["claims"]), (200, &json!({})));

    let token = token(&app, ADA).await;
    let submitted = |given: &str| {
        let attribute = json!({ "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", "value": given, "attributeType": "directorySchemaExtension" });
        json!({
            "type": "microsoft.graph.authenticationEvent.attributeCollectionSubmit",
            "data": { "userSignUpInfo": { "attributes": { "extension_0123_token": attribute }, "identities": [] } },
        })
    };
    let shape = async |given: &str| {
        let told = send(&hub, &submitted(given)).await;
        assert_eq!(told.status, 200);
        assert_eq!(told.body["data"]["@odata.type"], "microsoft.graph.onAttributeCollectionSubmitResponseData");
        assert_eq!(told.body["data"]["actions"].as_array().unwrap().len(), 1);
        told.body["data"]["actions"][0].clone()
    };
    let prefix = "microsoft.graph.attributeCollectionSubmit.";
    assert_eq!(shape(&token).await["@odata.type"], format!("{prefix}continueWithDefaultBehavior"));
    assert_eq!(shape("").await["@odata.type"], format!("{prefix}continueWithDefaultBehavior"));
    let wrong = shape("wrong").await;
    assert_eq!(wrong["@odata.type"], format!("{prefix}showValidationError"));
    assert!(wrong["attributeErrors"]["extension_0123_token"].is_string());

    // Another application's token, no token, and a hub that expects no events.
    assert_eq!(send(&strict, &issuance("nobody")).await.status, 401);
    assert_eq!(ask(&format!("{hub}/b2c/events"), |request| request.json(&issuance("nobody"))).await.status, 401);
    assert_eq!(send(&app.url, &issuance("nobody")).await.status, 404);
    assert_eq!(send(&hub, &json!({ "type": "something.else" })).await.status, 400);
}
