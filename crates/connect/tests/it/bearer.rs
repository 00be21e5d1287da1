//! Tests of the app API's bearer tokens.

use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use tessera_connect::oidc::{SigningAlgorithms, Verifier, VerifierConfig};
use tessera_core::kernel::clock::ManualClock;
use tessera_hub::ports::BearerError;

use crate::stand_in::{Reply, StandIn, after, start, virtual_time};
use crate::tokens::{Key, hs256, key_set, unsigned};

const ISSUER: &str = "https://login.example.com/tenant/v2.0/";

struct World {
    idp: StandIn,
    keys: Arc<Mutex<Value>>,
    clock: Arc<ManualClock>,
    verifier: Verifier,
    config: VerifierConfig,
}

async fn world(keys: &[&Key]) -> World {
    let keys = Arc::new(Mutex::new(key_set(keys)));
    let told = Arc::clone(&keys);
    let idp = StandIn::start(move |seen| match seen.path.as_str() {
        "/metadata" => Reply::json(
            &json!({ "issuer": ISSUER, "jwks_uri": format!("http://{}/keys", seen.param("host").unwrap()) }),
        ),
        "/keys" => Reply::json(&told.lock().unwrap()),
        _ => Reply::status(404),
    })
    .await;
    let (clock, environment) = virtual_time();
    let mut config = VerifierConfig::new("idp", ISSUER, vec!["app".to_owned()]);
    let mut url = idp.url.join("/metadata").unwrap();
    url.query_pairs_mut().append_pair("host", &format!("127.0.0.1:{}", idp.url.port().unwrap()));
    config.discovery_url = Some(url);
    let verifier = Verifier::new(vec![config.clone()], environment).unwrap();
    World { idp, keys, clock, verifier, config }
}

fn claims() -> Value {
    let now = start().as_second();
    json!({ "iss": ISSUER, "aud": ["other", "app"], "sub": "s-1", "iat": now, "nbf": now, "exp": now + 600,
        "email": "jane@example.com", "email_verified": true, "name": "Jane", "scope": "devices" })
}

fn with(key: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[key] = value;
    claims
}

#[tokio::test]
async fn a_valid_token_is_accepted_and_cached_until_it_expires() {
    for key in [Key::rs256("r1"), Key::es256("e1")] {
        let world = world(&[&key]).await;
        let token = key.sign(&claims());
        let seen = world.verifier.verify(&token).await.unwrap();
        assert_eq!((seen.issuer.as_str(), seen.subject.as_str()), (ISSUER, "s-1"));
        assert_eq!((seen.email.as_deref(), seen.email_verified), (Some("jane@example.com"), true));
        assert_eq!(seen.expires_at, after(600));
        world.verifier.verify(&token).await.unwrap();
        assert_eq!(world.idp.seen().len(), 2, "metadata and keys, once");
        world.clock.advance(SignedDuration::from_secs(629));
        world.verifier.verify(&token).await.unwrap();
        world.clock.advance(SignedDuration::from_secs(1));
        assert_eq!(world.verifier.verify(&token).await, Err(BearerError::Expired));
    }
}

#[tokio::test]
async fn a15_bearer_tokens_follow_the_algorithms_and_the_subject_claim_of_the_sign_in() {
    let key = Key::of("r1", Algorithm::RS512);
    let world = world(&[&key]).await;
    world.verifier.verify(&key.sign(&claims())).await.unwrap();
    let placeholder = with("sub", json!("Not supported currently. Use oid claim."));
    assert_eq!(world.verifier.verify(&key.sign(&placeholder)).await, Err(BearerError::Claim("sub")));

    let mut config = world.config.clone();
    config.subject_claim = "oid".to_owned();
    config.signing_algorithms = SigningAlgorithms::try_from(vec!["RS512".to_owned()]).unwrap();
    // The metadata's issuer ends with a slash.
    config.issuer = ISSUER.trim_end_matches('/').to_owned();
    let strict = Verifier::new(vec![config], virtual_time().1).unwrap();
    let mut named = placeholder;
    named["oid"] = json!("o-1");
    let seen = strict.verify(&key.sign(&named)).await.unwrap();
    assert_eq!((seen.subject.as_str(), seen.issuer.as_str()), ("o-1", ISSUER.trim_end_matches('/')));
    named["iss"] = json!(ISSUER.trim_end_matches('/'));
    assert_eq!(strict.verify(&key.sign(&named)).await, Err(BearerError::Issuer), "the token must say it exactly");
    let other = Key::es256("e1");
    assert_eq!(strict.verify(&other.sign(&claims())).await, Err(BearerError::Algorithm));
}

#[tokio::test]
async fn a_token_with_any_invalid_claim_is_rejected() {
    let key = Key::es256("e1");
    let world = world(&[&key]).await;
    let now = start().as_second();
    let cases = [
        (key.sign(&with("aud", json!("other"))), BearerError::Audience),
        (key.sign(&with("iss", json!("https://evil.example.com/"))), BearerError::Issuer),
        (key.sign(&with("exp", json!(now - 30))), BearerError::Expired),
        (key.sign(&with("exp", Value::Null)), BearerError::Claim("exp")),
        (key.sign(&with("sub", json!(""))), BearerError::Claim("sub")),
        (key.sign(&with("nbf", json!(now + 31))), BearerError::NotYetValid),
        (Key::es256("e1").sign(&claims()), BearerError::Signature),
        (hs256(&claims(), "secret", "e1"), BearerError::Algorithm),
        (unsigned(&claims()), BearerError::Algorithm),
        ("abc".to_owned(), BearerError::Malformed),
        ("a".repeat(100_000), BearerError::Malformed),
    ];
    for (token, expected) in cases {
        assert_eq!(world.verifier.verify(&token).await, Err(expected));
    }
    let unverified = key.sign(&with("email_verified", Value::Null));
    assert!(!world.verifier.verify(&unverified).await.unwrap().email_verified, "silence is a no");
}

#[tokio::test]
async fn an_id_token_is_no_access_token() {
    let key = Key::es256("e1");
    let world = world(&[&key]).await;
    let without_scope = || with("scope", Value::Null);
    let also = |mut claims: Value, key: &str| {
        claims[key] = json!("x");
        claims
    };
    for id_token in [without_scope(), also(without_scope(), "nonce"), also(also(without_scope(), "azp"), "at_hash")] {
        assert_eq!(world.verifier.verify(&key.sign(&id_token)).await, Err(BearerError::NoAccessToken), "{id_token}");
    }
    for claim in ["scp", "roles", "azp", "appid"] {
        world.verifier.verify(&key.sign(&also(without_scope(), claim))).await.unwrap();
    }
    world.verifier.verify(&key.sign_as("at+jwt", &without_scope())).await.unwrap();
}

#[tokio::test]
async fn unknown_key_ids_cause_a_limited_number_of_key_fetches() {
    let (old, new) = (Key::es256("old"), Key::es256("new"));
    let world = world(&[&old]).await;
    world.verifier.verify(&old.sign(&claims())).await.unwrap();
    *world.keys.lock().unwrap() = key_set(&[&new]);
    world.verifier.verify(&new.sign(&claims())).await.unwrap();
    assert_eq!(world.idp.count("/keys"), 2);
    for _ in 0..5 {
        assert_eq!(world.verifier.verify(&Key::es256("made up").sign(&claims())).await, Err(BearerError::Signature));
    }
    assert_eq!(world.idp.count("/keys"), 2, "not again within 30 seconds");
    world.clock.advance(SignedDuration::from_secs(30));
    world.verifier.verify(&Key::es256("made up").sign(&claims())).await.unwrap_err();
    assert_eq!(world.idp.count("/keys"), 3);
}

#[tokio::test]
async fn concurrent_first_tokens_cause_one_key_fetch() {
    let key = Key::es256("e1");
    let world = world(&[&key]).await;
    let verifier = Arc::new(world.verifier);
    let mut tasks = tokio::task::JoinSet::new();
    for subject in 0..20 {
        let (verifier, token) = (Arc::clone(&verifier), key.sign(&with("sub", json!(format!("s-{subject}")))));
        tasks.spawn(async move { verifier.verify(&token).await.unwrap() });
    }
    assert_eq!(tasks.join_all().await.len(), 20);
    assert_eq!(world.idp.count("/keys"), 1);
}

#[tokio::test]
async fn cached_keys_remain_valid_while_the_issuer_is_down() {
    let key = Key::es256("e1");
    let world = world(&[&key]).await;
    world.verifier.verify(&key.sign(&claims())).await.unwrap();
    *world.keys.lock().unwrap() = json!("broken");
    world.clock.advance(SignedDuration::from_hours(25));
    let later = with("exp", json!(after(26 * 3600).as_second()));
    world.verifier.verify(&key.sign(&later)).await.unwrap();
    assert_eq!(world.idp.count("/keys"), 2, "it was tried, and the old keys were kept");
}

#[tokio::test]
async fn verification_without_keys_is_a_temporary_error() {
    let (_, environment) = virtual_time();
    let mut config = VerifierConfig::new("idp", ISSUER, vec!["app".to_owned()]);
    config.discovery_url = "http://127.0.0.1:9/metadata".parse().ok();
    let verifier = Verifier::new(vec![config], environment).unwrap();
    let error = verifier.verify(&Key::es256("e1").sign(&claims())).await.unwrap_err();
    assert!(matches!(error, BearerError::KeysUnavailable { .. }) && error.is_temporary(), "{error}");
}
