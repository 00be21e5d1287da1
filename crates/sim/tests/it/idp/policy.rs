//! Tests of custom policies: their URLs, the parameters that they pass on, and their REST step.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tessera_sim::idp::{Failure, Policy, RestStep};
use tessera_sim::server::Running;

use super::browser::{EMAIL, PASSWORD, Provider, WEB, WEB_REDIRECT};

const NAME: &str = "B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE";
const ISSUER: &str = "https://marzipan.b2clogin.com/3a1f0000-0000-4000-8000-000000000001/v2.0/";

type Calls = Arc<Mutex<Vec<(HeaderMap, Value)>>>;

/// A REST step with its answer and the received calls.
struct Step {
    calls: Calls,
    running: Running,
}

impl Step {
    async fn answering(status: u16, body: Value) -> Self {
        let calls = Calls::default();
        let keep = calls.clone();
        let answer = move |State(calls): State<Calls>, headers: HeaderMap, Json(sent): Json<Value>| async move {
            calls.lock().unwrap().push((headers, sent));
            (StatusCode::from_u16(status).unwrap(), Json(body))
        };
        let router = Router::new().route("/step", post(answer)).with_state(keep);
        let listener = Running::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        Self { calls, running: Running::serve(listener, router).unwrap() }
    }

    /// A provider whose policy calls this step.
    async fn provider(&self, change: impl FnOnce(&mut RestStep)) -> Provider {
        let mut step = RestStep {
            url: format!("{}/step", self.running.url()),
            header: "x-api-key".to_owned(),
            key: "a key".to_owned(),
            failure: Failure::Redirect,
            lose_first_answer: false,
        };
        change(&mut step);
        let policy = Policy { name: NAME.to_owned(), parameter: "requesterId".to_owned(), step: Some(step) };
        let provider = Provider::start_with(|options| {
            options.policies = vec![policy];
            options.issuer = Some(ISSUER.to_owned());
        });
        let provider = provider.await;
        let ada = json!({ "email": EMAIL, "password": PASSWORD, "name": "Ada Example" });
        provider.add_account(ada).await;
        provider
    }

    fn calls(&self) -> usize {
        self.calls.lock().unwrap().len()
    }
}

/// A link in the documented format: the policy in `p`, a constant nonce, neither state nor PKCE.
fn link(given: &str) -> String {
    let redirect = url::form_urlencoded::byte_serialize(WEB_REDIRECT.as_bytes()).collect::<String>();
    format!(
        "/marzipan.onmicrosoft.com/oauth2/v2.0/authorize?p={NAME}&client_id={WEB}&nonce=defaultNonce\
         &redirect_uri={redirect}&scope=openid&response_type=code&prompt=login&requesterId={given}"
    )
}

/// Signs in through a link, up to the call of the REST step.
async fn through(provider: &Provider, link: &str) -> super::browser::Answer {
    let page = provider.open(link).await;
    let aside = provider.fill(&page, &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert!(aside.header("location").starts_with("/policy/step?id="), "{}", aside.body);
    provider.open(aside.header("location")).await
}

#[tokio::test]
async fn a18_the_policy_passes_the_parameter_to_the_rest_step_with_an_api_key() {
    let step = Step::answering(200, json!({ "linkStatus": "pending" })).await;
    let provider = step.provider(|_| {}).await;
    let back = through(&provider, &link("a-token")).await.sent_back();
    assert!(back.contains_key("code"), "{back:?}");
    let (headers, sent) = step.calls.lock().unwrap().remove(0);
    assert_eq!(headers["x-api-key"], "a key");
    assert_eq!(
        (&sent["requesterId"], &sent["email"], &sent["policyId"]),
        (&json!("a-token"), &json!(EMAIL), &json!(NAME))
    );
    assert!(sent["objectId"].is_string() && sent["correlationId"].is_string());

    through(&provider, &link("")).await;
    assert_eq!(step.calls.lock().unwrap()[0].1.get("requesterId"), None, "what has no value is left out");
    let aside = format!("/policy/step?id={}", "x".repeat(43));
    assert_eq!(provider.open(&aside).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a18_a_policy_has_its_own_metadata_and_a_different_issuer() {
    let step = Step::answering(200, json!({})).await;
    let provider = step.provider(|_| {}).await;
    let path = format!("/marzipan.onmicrosoft.com/{NAME}/v2.0/.well-known/openid-configuration");
    let metadata = provider.open(&path).await.json();
    assert_eq!(metadata["issuer"], ISSUER);
    let keys = metadata["jwks_uri"].as_str().unwrap().strip_prefix(&provider.url("")).unwrap();
    assert_eq!(provider.open(keys).await.json(), provider.open("/jwks").await.json());

    let code = through(&provider, &link("t")).await.sent_back().remove("code").unwrap();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("client_id", WEB),
        ("client_secret", super::browser::SECRET),
        ("redirect_uri", WEB_REDIRECT),
    ];
    let endpoint = metadata["token_endpoint"].as_str().unwrap().strip_prefix(&provider.url("")).unwrap();
    let tokens = provider.send(provider.request(http::Method::POST, endpoint).form(&form)).await.json();
    let payload = tokens["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims: Value =
        serde_json::from_slice(&base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, payload).unwrap())
            .unwrap();
    assert_eq!((&claims["iss"], &claims["acr"]), (&json!(ISSUER), &json!(NAME.to_lowercase())));

    for wrong in [link("t").replace(NAME, "B2C_1A_OTHER"), link("t").replace("marzipan.", "other.")] {
        assert_eq!(provider.open(&wrong).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a18_a_rejection_by_the_rest_step_ends_the_sign_in_as_configured() {
    let refusal = json!({ "version": "1.0.0", "status": 409, "code": "used", "userMessage": "It was used." });
    let step = Step::answering(409, refusal).await;
    let back = through(&step.provider(|_| {}).await, &link("t")).await.sent_back();
    assert!(!back.contains_key("code") && back["error"] == "server_error", "{back:?}");
    assert!(back["error_description"].contains("It was used."), "{back:?}");
    let page = through(&step.provider(|step| step.failure = Failure::Page).await, &link("t")).await;
    assert!(page.status == StatusCode::OK && page.body.contains("It was used."), "{}", page.body);
    assert_eq!(step.calls(), 2, "a refusal is an answer: it is not asked again");

    // An error in any other format hides the cause.
    let step = Step::answering(409, json!({ "message": "used" })).await;
    let back = through(&step.provider(|_| {}).await, &link("t")).await.sent_back();
    assert!(back["error_description"].contains("AADB2C90075"), "{back:?}");
}

#[tokio::test]
async fn a18_the_rest_step_is_repeated_once_when_its_answer_is_lost() {
    let step = Step::answering(200, json!({})).await;
    let provider = step.provider(|step| step.lose_first_answer = true).await;
    assert!(through(&provider, &link("t")).await.sent_back().contains_key("code"));
    assert_eq!(step.calls(), 2);

    let step = Step::answering(503, json!({})).await;
    let back = through(&step.provider(|_| {}).await, &link("t")).await.sent_back();
    assert_eq!((step.calls(), back["error"].as_str()), (2, "server_error"));
}
