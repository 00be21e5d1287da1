//! Tests of sign-in with a fake provider.

mod claims;
mod sign_out;

use std::sync::{Arc, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tessera_connect::oidc::{Config, Provider, SigningAlgorithms};
use tessera_core::kernel::clock::ManualClock;
use tessera_hub::ports::{CallbackParams, Claims, IdentityProvider, SignInError, SignInStart};

use crate::stand_in::{Reply, Seen, StandIn, after, start, virtual_time};
use crate::tokens::{Key, hs256, key_set, unsigned};

/// Behaviour of the provider, changed by tests.
struct Behaviour {
    issuer: String,
    announces_iss: bool,
    up: bool,
    keys: Value,
    /// The answer of the token endpoint.
    token: Reply,
    /// More of the metadata, in which `{base}` is the provider's address.
    more: Value,
    userinfo: Reply,
}

struct World {
    idp: StandIn,
    behaviour: Arc<Mutex<Behaviour>>,
    clock: Arc<ManualClock>,
    provider: Provider,
    key: Key,
}

async fn world(configure: impl FnOnce(&mut Config)) -> World {
    let key = Key::es256("k1");
    let behaviour = Arc::new(Mutex::new(Behaviour {
        issuer: String::new(),
        announces_iss: false,
        up: true,
        keys: key_set(&[&key]),
        token: Reply::status(500),
        more: json!({}),
        userinfo: Reply::status(404),
    }));
    let told = Arc::clone(&behaviour);
    let idp = StandIn::start(move |seen| answer(&told.lock().unwrap(), seen)).await;
    let issuer = idp.url.as_str().trim_end_matches('/').to_owned();
    behaviour.lock().unwrap().issuer.clone_from(&issuer);
    let (clock, environment) = virtual_time();
    let mut config = Config::new("idp", issuer, "client", "https://hub.example.com/callback".parse().unwrap());
    configure(&mut config);
    World { idp, behaviour, clock, provider: Provider::new(config, environment).unwrap(), key }
}

fn answer(behaviour: &Behaviour, seen: &Seen) -> Reply {
    let base = seen.param("base").unwrap_or_else(|| behaviour.issuer.clone());
    match seen.path.as_str() {
        _ if !behaviour.up => Reply::status(503),
        "/.well-known/openid-configuration" => {
            let mut metadata = json!({
                "issuer": behaviour.issuer, "jwks_uri": format!("{base}/keys"),
                "authorization_endpoint": format!("{base}/authorize?p=B2C_1A_signup"),
                "token_endpoint": format!("{base}/token"),
                "authorization_response_iss_parameter_supported": behaviour.announces_iss, "unknown": [],
            });
            let more: Value = serde_json::from_str(&behaviour.more.to_string().replace("{base}", &base)).unwrap();
            metadata.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Reply::json(&metadata)
        }
        "/userinfo" => behaviour.userinfo.clone(),
        "/keys" => Reply::json(&behaviour.keys),
        "/token" => behaviour.token.clone(),
        _ => Reply::status(404),
    }
}

impl World {
    fn claims(&self, started: &SignInStart) -> Value {
        let now = start().as_second();
        json!({ "iss": self.provider.issuer(), "aud": "client", "sub": "s-1", "iat": now, "nbf": now, "exp": now + 600,
            "nonce": started.pending.nonce, "email": "jane@example.com", "email_verified": "true", "name": "Jane", "idp": "local" })
    }

    fn gives(&self, id_token: &str) {
        let body = json!({ "access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": id_token });
        self.behaviour.lock().unwrap().token = Reply::json(&body);
    }

    async fn finish(&self, started: &SignInStart) -> Result<Claims, SignInError> {
        self.provider.finish(&started.pending, &good_callback(started)).await
    }

    /// The outcome of a sign-in whose ID token claims were modified by `change`.
    async fn outcome(&self, change: impl FnOnce(&mut Value)) -> Result<Claims, SignInError> {
        let started = self.provider.begin(&[]).await.unwrap();
        let mut claims = self.claims(&started);
        change(&mut claims);
        self.gives(&self.key.sign(&claims));
        self.finish(&started).await
    }
}

fn good_callback(started: &SignInStart) -> CallbackParams {
    CallbackParams {
        code: Some("c-1".to_owned()),
        state: Some(started.pending.state.clone()),
        ..CallbackParams::default()
    }
}

fn why(outcome: Result<Claims, SignInError>) -> String {
    match outcome.unwrap_err() {
        SignInError::Rejected { why, .. } => why,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_sign_in_succeeds_with_pkce_state_and_nonce() {
    let world = world(|config| {
        config.extra_authorize_params.push(("prompt".to_owned(), "select_account".to_owned()));
        config.client_secret = Some("s3cret".to_owned().into());
    })
    .await;
    let started = world.provider.begin(&[("ui_locales", "de")]).await.unwrap();
    let asked: std::collections::HashMap<_, _> = started.authorize_url.query_pairs().into_owned().collect();
    for (key, value) in [
        ("p", "B2C_1A_signup"),
        ("response_type", "code"),
        ("client_id", "client"),
        ("redirect_uri", "https://hub.example.com/callback"),
        ("scope", "openid email profile"),
        ("prompt", "select_account"),
        ("ui_locales", "de"),
        ("code_challenge_method", "S256"),
        ("state", &started.pending.state),
        ("nonce", &started.pending.nonce),
    ] {
        assert_eq!(asked.get(key).map(String::as_str), Some(value), "{key}");
    }
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, started.pending.pkce_verifier.as_bytes()));
    assert_eq!(asked["code_challenge"], challenge);

    world.gives(&world.key.sign(&world.claims(&started)));
    let claims = world.finish(&started).await.unwrap();
    assert_eq!((claims.issuer.as_str(), claims.subject.as_str()), (world.provider.issuer(), "s-1"));
    assert!(claims.email_verified, "the text \"true\" is a yes");
    assert_eq!(claims.idp.as_deref(), Some("local"));
    assert_eq!(claims.observation("idp").key.external_id, "s-1");
    let redeemed = world.idp.seen().into_iter().find(|seen| seen.path == "/token").unwrap();
    assert!(redeemed.body.contains(&format!("code_verifier={}", started.pending.pkce_verifier)));
    assert_eq!(redeemed.authorization, "Basic Y2xpZW50OnMzY3JldA==");
    assert_ne!(world.provider.begin(&[]).await.unwrap().pending, started.pending, "every sign-in has its own secrets");
}

const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

#[tokio::test]
async fn a03_id_tokens_of_every_asymmetric_algorithm_are_accepted() {
    for algorithm in ALGORITHMS {
        let mut world = world(|_| ()).await;
        world.key = Key::of("a1", algorithm);
        world.behaviour.lock().unwrap().keys = key_set(&[&world.key]);
        let claims = world.outcome(|_| ()).await.unwrap_or_else(|error| panic!("{algorithm:?}: {error}"));
        assert_eq!(claims.subject, "s-1");

        // The same key under another name does not verify it.
        let started = world.provider.begin(&[]).await.unwrap();
        world.gives(&Key::of("a1", algorithm).sign(&world.claims(&started)));
        assert!(why(world.finish(&started).await).contains("signature"), "{algorithm:?}");
    }
}

#[tokio::test]
async fn a03_only_the_configured_algorithms_are_accepted_and_the_refusal_names_the_other() {
    let configured = SigningAlgorithms::try_from(vec!["RS512".to_owned(), "PS256".to_owned()]).unwrap();
    let world = world(|config| config.signing_algorithms = configured).await;
    world.behaviour.lock().unwrap().more =
        json!({ "id_token_signing_alg_values_supported": ["ES256"], "claims_supported": ["sub", "oid"] });
    let refusal = why(world.outcome(|_| ()).await);
    assert!(refusal.contains("not allowed: ES256, not one of RS512, PS256"), "{refusal}");
    assert_eq!(world.provider.last_refusal().as_deref(), Some(refusal.as_str()), "the doctor tells it");

    let probe = world.provider.probe_metadata().await.unwrap();
    assert_eq!(
        (probe.signs_with, probe.accepted_algorithms),
        (vec!["ES256".into()], vec!["RS512".into(), "PS256".into()])
    );
    assert_eq!((probe.missing_subject, probe.tells_auth_time), (None, false));
}

#[tokio::test]
async fn a03_a_token_for_several_audiences_must_be_issued_to_this_client() {
    let world = world(|config| config.trusted_audiences = vec!["our-app".to_owned()]).await;
    let outcome = async |aud: Value, azp: Value| {
        let changed = |claims: &mut Value| {
            claims["aud"] = aud;
            claims["azp"] = azp;
        };
        world.outcome(changed).await
    };
    outcome(json!(["client", "project-1"]), json!("client")).await.unwrap();
    outcome(json!("client"), json!("client")).await.unwrap();
    outcome(json!(["client"]), Value::Null).await.unwrap();
    outcome(json!(["client", "client", "our-app"]), Value::Null).await.unwrap();
    let foreign = why(outcome(json!(["client", "project-1"]), json!("other-client")).await);
    assert!(foreign.contains("another client: its azp is `other-client`"), "{foreign}");
    assert!(why(outcome(json!("client"), json!("other-client")).await).contains("`other-client`"));
    assert!(why(outcome(json!("client"), json!(7)).await).contains("azp"));
    let unnamed = why(outcome(json!(["client", "project-1"]), Value::Null).await);
    assert!(unnamed.contains("no azp: `project-1`"), "{unnamed}");
    let not_ours = why(outcome(json!(["project-1", "other"]), json!("client")).await);
    assert!(not_ours.contains("its aud is `project-1, other`"), "{not_ours}");
    assert!(why(outcome(json!([]), json!("client")).await).contains("another client"));
}

#[tokio::test]
async fn a03_an_access_token_does_not_pass_for_an_id_token() {
    let world = world(|_| ()).await;
    for (typ, is_accepted) in
        [("at+jwt", false), ("application/AT+JWT", false), ("application/jwt", true), ("jwt", true)]
    {
        let started = world.provider.begin(&[]).await.unwrap();
        world.gives(&world.key.sign_as(typ, &world.claims(&started)));
        assert_eq!(world.finish(&started).await.is_ok(), is_accepted, "{typ}");
    }
}

#[tokio::test]
async fn a03_issuers_that_differ_by_a_slash_at_the_end_are_the_same_but_the_token_must_say_it_exactly() {
    for (configured, told) in [("", "/"), ("/", "")] {
        let world = world(|config| config.issuer.push_str(configured)).await;
        let base = world.idp.url.as_str().trim_end_matches('/').to_owned();
        let issuer = format!("{base}{told}");
        {
            let mut behaviour = world.behaviour.lock().unwrap();
            behaviour.more = json!({
                "issuer": issuer, "jwks_uri": format!("{base}/keys"),
                "authorization_endpoint": format!("{base}/authorize"), "token_endpoint": format!("{base}/token"),
            });
            behaviour.announces_iss = true;
        }
        let started = world.provider.begin(&[]).await.unwrap();
        let named = CallbackParams { iss: Some(issuer.clone()), ..good_callback(&started) };
        let mut claims = world.claims(&started);
        claims["iss"] = json!(issuer);
        world.gives(&world.key.sign(&claims));
        let signed_in = world.provider.finish(&started.pending, &named).await.unwrap();
        assert_eq!(signed_in.issuer, format!("{base}{configured}"), "identities keep the configured issuer");
        claims["iss"] = json!(format!("{base}{configured}"));
        world.gives(&world.key.sign(&claims));
        assert!(why(world.provider.finish(&started.pending, &named).await).contains("somebody else"));
    }
}

#[tokio::test]
async fn a23_a_reauthentication_requires_auth_time_after_its_start() {
    let world =
        world(|config| config.extra_authorize_params.push(("prompt".to_owned(), "select_account".to_owned()))).await;
    let started = world.provider.begin(&[("prompt", "login"), ("max_age", "0")]).await.unwrap();
    let asked: Vec<_> = started.authorize_url.query_pairs().into_owned().collect();
    let named =
        |name: &str| asked.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
    assert_eq!((named("prompt"), named("max_age")), (vec!["login"], vec!["0"]), "each parameter once");

    let now = start().as_second();
    let outcome = async |auth_time: Value| {
        let mut started = world.provider.begin(&[]).await.unwrap();
        started.pending.authenticated_after = Some(start());
        let mut claims = world.claims(&started);
        claims["auth_time"] = auth_time;
        world.gives(&world.key.sign(&claims));
        world.finish(&started).await
    };
    assert_eq!(outcome(json!(now)).await.unwrap().authenticated_at, Some(start()));
    outcome(json!(now - 60)).await.unwrap();
    assert!(why(outcome(json!(now - 61)).await).contains("auth_time is from before"));
    assert!(why(outcome(Value::Null).await).contains("no auth_time"));
    let usual = world.outcome(|claims| claims["auth_time"] = json!(now - 3600)).await.unwrap();
    assert_eq!(usual.authenticated_at, Some(after(-3600)), "an earlier proof is told as such");
    assert_eq!(world.outcome(|_| ()).await.unwrap().authenticated_at, None);
}

#[tokio::test]
async fn a03_a_forgotten_password_leads_to_the_reset_policy() {
    let forgotten = |started: &SignInStart| CallbackParams {
        code: None,
        error: Some("access_denied".to_owned()),
        error_description: Some("AADB2C90118: The user has forgotten their password.\r\nCorrelation ID: 1".to_owned()),
        ..good_callback(started)
    };
    let plain = world(|_| ()).await;
    let started = plain.provider.begin(&[]).await.unwrap();
    let outcome = plain.provider.finish(&started.pending, &forgotten(&started)).await;
    assert_eq!(outcome.unwrap_err(), SignInError::PasswordForgotten { provider: "idp".to_owned() });
    assert!(plain.provider.begin_password_reset().await.unwrap().is_none());

    let configured = |config: &mut Config| {
        config.password_reset_policy = Some("B2C_1_reset".to_owned());
        config.extra_authorize_params.push(("prompt".to_owned(), "login".to_owned()));
    };
    for (endpoint, expected) in [
        ("{base}/authorize?p=B2C_1A_signup&x=1", "/authorize?x=1&p=B2C_1_reset&"),
        (
            "{base}/t.onmicrosoft.com/b2c_1a_signup/oauth2/v2.0/authorize",
            "/t.onmicrosoft.com/B2C_1_reset/oauth2/v2.0/authorize?",
        ),
        (
            "{base}/t.onmicrosoft.com/oauth2/v2.0/authorize?p=b2c_1a_signup",
            "/t.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1_reset&",
        ),
    ] {
        let world = world(configured).await;
        world.behaviour.lock().unwrap().more = json!({ "authorization_endpoint": endpoint });
        let reset = world.provider.begin_password_reset().await.unwrap().unwrap();
        let url = reset.authorize_url.as_str();
        assert!(url.contains(expected) && !url.contains("prompt="), "{url}");
        assert!(url.contains(&format!("state={}", reset.pending.state)), "{url}");
    }
}

#[tokio::test]
async fn a_callback_with_another_state_or_issuer_is_rejected() {
    let world = world(|_| ()).await;
    let started = world.provider.begin(&[]).await.unwrap();
    let good = good_callback(&started);
    let other_state = CallbackParams { state: Some("x".to_owned()), ..good.clone() };
    assert!(why(world.provider.finish(&started.pending, &other_state).await).contains("state"));
    let other_sender = CallbackParams { iss: Some("https://evil.example.com".to_owned()), ..good.clone() };
    assert!(why(world.provider.finish(&started.pending, &other_sender).await).contains("another provider"));
    let mut elsewhere = started.pending.clone();
    elsewhere.issuer = "https://evil.example.com".to_owned();
    assert!(why(world.provider.finish(&elsewhere, &good).await).contains("another provider"));
    let no_code = CallbackParams { code: None, ..good };
    assert!(why(world.provider.finish(&started.pending, &no_code).await).contains("no code"));
    assert_eq!(world.idp.count("/token"), 0, "no code was ever redeemed");
}

#[tokio::test]
async fn a_callback_without_iss_is_rejected_when_the_metadata_announces_it() {
    let world = world(|_| ()).await;
    world.behaviour.lock().unwrap().announces_iss = true;
    let started = world.provider.begin(&[]).await.unwrap();
    assert!(why(world.finish(&started).await).contains("does not say"));
    world.gives(&world.key.sign(&world.claims(&started)));
    let named = CallbackParams { iss: Some(world.provider.issuer().to_owned()), ..good_callback(&started) };
    world.provider.finish(&started.pending, &named).await.unwrap();
}

#[tokio::test]
async fn an_id_token_with_any_invalid_claim_is_rejected() {
    let world = world(|config| config.client_secret = Some("s3cret".to_owned().into())).await;
    let now = start().as_second();
    assert!(why(world.outcome(|claims| claims["nonce"] = json!("other")).await).contains("another sign-in"));
    assert!(why(world.outcome(|claims| claims["aud"] = json!("other")).await).contains("another client"));
    assert!(
        why(world.outcome(|claims| claims["iss"] = json!("https://evil.example.com")).await).contains("somebody else")
    );
    assert!(why(world.outcome(|claims| claims["exp"] = json!(now - 60)).await).contains("expired"));
    assert!(why(world.outcome(|claims| claims["nbf"] = json!(now + 61)).await).contains("not valid yet"));
    assert!(why(world.outcome(|claims| claims["iat"] = json!(now + 61)).await).contains("in the future"));
    world.outcome(|claims| claims["exp"] = json!(now - 59)).await.unwrap();

    let started = world.provider.begin(&[]).await.unwrap();
    world.gives(&hs256(&world.claims(&started), "s3cret", "k1"));
    assert!(why(world.finish(&started).await).contains("algorithm"));
    world.gives(&unsigned(&world.claims(&started)));
    why(world.finish(&started).await);
    world.gives(&Key::es256("k1").sign(&world.claims(&started)));
    assert!(why(world.finish(&started).await).contains("signature"));
}

#[tokio::test]
async fn a_rotated_key_is_fetched_once() {
    let world = world(|_| ()).await;
    let started = world.provider.begin(&[]).await.unwrap();
    let new = Key::es256("k2");
    world.behaviour.lock().unwrap().keys = key_set(&[&new]);
    world.gives(&new.sign(&world.claims(&started)));
    world.finish(&started).await.unwrap();
    world.gives(&Key::es256("k3").sign(&world.claims(&started)));
    why(world.finish(&started).await);
    assert_eq!(world.idp.count("/keys"), 2);
}

#[tokio::test]
async fn a_b2c_provider_works_with_its_own_issuer_metadata_url_and_policy() {
    const ISSUER: &str = "https://tenant.b2clogin.example.com/11111111-1111-1111-1111-111111111111/v2.0/";
    let mut world = world(|_| ()).await;
    let base = world.provider.issuer().to_owned();
    world.behaviour.lock().unwrap().issuer = ISSUER.to_owned();
    let mut config = Config::new("b2c", ISSUER, "client", "https://hub.example.com/callback".parse().unwrap());
    config.discovery_url = format!("{base}/.well-known/openid-configuration?base={base}").parse().ok();
    config.expected_policy = Some("B2C_1A_SignUp".to_owned());
    world.provider = Provider::new(config, virtual_time().1).unwrap();
    let claims = world
        .outcome(|claims| {
            claims["tfp"] = json!("b2c_1a_signup");
            claims.as_object_mut().unwrap().remove("email");
            claims["emails"] = json!(["jane@example.com"]);
        })
        .await
        .unwrap();
    assert_eq!((claims.email.as_deref(), claims.email_verified), (Some("jane@example.com"), false));
    world.outcome(|claims| claims["acr"] = json!("B2C_1A_signup")).await.unwrap();
    assert!(why(world.outcome(|claims| claims["tfp"] = json!("b2c_1a_reset")).await).contains("another policy"));
    assert!(why(world.outcome(|_| ()).await).contains("another policy"));
}

#[tokio::test]
async fn metadata_of_another_issuer_is_rejected_unless_configured() {
    let strict = world(|_| ()).await;
    strict.behaviour.lock().unwrap().issuer = format!("{}/other", strict.provider.issuer());
    let error = strict.provider.begin(&[]).await.unwrap_err();
    assert!(
        matches!(&error, SignInError::ProviderUnavailable { reason, .. } if reason.contains("metadata of issuer")),
        "{error}"
    );
    assert!(strict.provider.health().last_error.unwrap().contains("metadata of issuer"));

    let told = world(|config| {
        let base = config.issuer.clone();
        config.metadata_issuer = Some(format!("{base}/{{tenant}}"));
        config.discovery_url = format!("{base}/.well-known/openid-configuration?base={base}").parse().ok();
    })
    .await;
    told.behaviour.lock().unwrap().issuer = format!("{}/{{tenant}}", told.provider.issuer());
    told.outcome(|_| ()).await.unwrap();
}

#[tokio::test]
async fn a_cancelled_sign_in_is_reported_as_cancelled() {
    let world = world(|_| ()).await;
    let started = world.provider.begin(&[]).await.unwrap();
    let told = |error: &str, description: &str| CallbackParams {
        code: None,
        error: Some(error.to_owned()),
        error_description: Some(description.to_owned()),
        ..good_callback(&started)
    };
    let cancelled = SignInError::Cancelled { provider: "idp".to_owned() };
    let outcome = world.provider.finish(&started.pending, &told("access_denied", "")).await;
    assert_eq!(outcome.unwrap_err(), cancelled);
    let b2c = told("server_error", "AADB2C90091: The user has cancelled entering self-asserted information.");
    assert_eq!(world.provider.finish(&started.pending, &b2c).await.unwrap_err(), cancelled);
    let busy = world.provider.finish(&started.pending, &told("temporarily_unavailable", "")).await;
    assert!(matches!(busy, Err(SignInError::ProviderUnavailable { .. })));
    assert!(why(world.provider.finish(&started.pending, &told("invalid_scope", "")).await).contains("invalid_scope"));
}

#[tokio::test]
async fn an_unavailable_provider_is_reported_and_recovers() {
    let world = world(|_| ()).await;
    world.behaviour.lock().unwrap().up = false;
    let error = world.provider.begin(&[]).await.unwrap_err();
    assert!(matches!(error, SignInError::ProviderUnavailable { .. }), "{error}");
    world.behaviour.lock().unwrap().up = true;
    world.clock.advance(SignedDuration::from_secs(30));
    let started = world.provider.begin(&[]).await.unwrap();

    world.behaviour.lock().unwrap().token = Reply::status(503);
    let error = world.finish(&started).await.unwrap_err();
    assert!(matches!(error, SignInError::ProviderUnavailable { .. }), "{error}");
    assert_eq!(world.idp.count("/token"), 1, "a code works once and is not redeemed twice");
    let used = Reply { status: 400, ..Reply::json(&json!({ "error": "invalid_grant" })) };
    world.behaviour.lock().unwrap().token = used;
    assert!(why(world.finish(&started).await).contains("invalid_grant"));
}
