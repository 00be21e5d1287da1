//! Tests of `/_sim/`: invalid tokens, keys, the clock, accounts, and stored state after a restart.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::browser::{EMAIL, PASSWORD, Provider};

async fn id_token(provider: &Provider) -> String {
    let tokens = provider.tokens(&[("prompt", "login")]).await;
    tokens["id_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_corrupted_id_token_is_rejected_once() {
    let provider = Provider::start_with_ada().await;
    for (corrupt, reason) in [
        ("issuer", "InvalidIssuer"),
        ("nonce", "nonce"),
        ("audience", "InvalidAudience"),
        ("expired", "expired"),
        ("unknown_key", "unknown kid"),
        ("foreign_signature", "InvalidSignature"),
        ("alg_none", ""),
    ] {
        provider.spoil(json!({"corrupt": corrupt, "times": 1})).await;
        let refusal = provider.check_id_token(&id_token(&provider).await, "n-1").await.unwrap_err();
        assert!(refusal.contains(reason), "{corrupt}: {refusal}");
        assert!(provider.check_id_token(&id_token(&provider).await, "n-1").await.is_ok(), "after {corrupt}");
    }
}

#[tokio::test]
async fn claims_are_omitted_until_the_corruption_is_cleared() {
    let provider = Provider::start_with_ada().await;
    for (corrupt, email, verified) in [
        ("email_verified_absent", json!(EMAIL), Value::Null),
        ("email_unverified", json!(EMAIL), json!(false)),
        ("email_absent", Value::Null, Value::Null),
    ] {
        provider.spoil(json!({"corrupt": corrupt})).await;
        for _ in 0..2 {
            let claims = provider.check_id_token(&id_token(&provider).await, "n-1").await.unwrap();
            assert_eq!((&claims["email"], &claims["email_verified"]), (&email, &verified), "{corrupt}");
        }
        let rules = provider.open("/_sim/tokens").await.json();
        assert_eq!(rules, json!({"rules": [{"corrupt": corrupt, "target": "id_token", "times": null}]}));
        provider.send(provider.request(Method::DELETE, "/_sim/tokens")).await;
    }
    provider.spoil(json!({"corrupt": "at_hash", "times": 1})).await;
    let claims = provider.check_id_token(&id_token(&provider).await, "n-1").await.unwrap();
    assert_eq!(claims["at_hash"], "AAAAAAAAAAAAAAAAAAAAAA");
}

#[tokio::test]
async fn access_tokens_and_token_responses_can_be_corrupted() {
    let provider = Provider::start_with_ada().await;
    for corrupt in ["issuer", "expired", "alg_none", "unknown_key", "foreign_signature"] {
        provider.spoil(json!({"corrupt": corrupt, "target": "access_token", "times": 1})).await;
        let tokens = provider.tokens(&[("prompt", "login")]).await;
        assert!(provider.check_id_token(tokens["id_token"].as_str().unwrap(), "n-1").await.is_ok());
        let answer = provider.userinfo(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{corrupt}");
    }
    provider.spoil(json!({"corrupt": "issuer", "target": "response", "times": 1})).await;
    assert_eq!(provider.authorize(&[("prompt", "none")]).await.sent_back()["iss"], "https://elsewhere.example/");
    assert_eq!(provider.authorize(&[("prompt", "none")]).await.sent_back()["iss"], provider.idp.issuer());
}

#[tokio::test]
async fn keys_rotate_and_old_keys_are_removed_on_request() {
    let provider = Provider::start_with_ada().await;
    let old = id_token(&provider).await;
    let rotated = provider.post_json("/_sim/rotate-keys", json!({})).await.json();
    assert_eq!(rotated["published"].as_array().unwrap().len(), 2);
    let new = id_token(&provider).await;
    assert_eq!(rotated["signing"], jsonwebtoken::decode_header(&new).unwrap().kid.unwrap());
    for token in [&old, &new] {
        assert!(provider.check_id_token(token, "n-1").await.is_ok());
    }
    provider.post_json("/_sim/drop-old-keys", json!({})).await;
    assert_eq!(provider.check_id_token(&old, "n-1").await.unwrap_err(), "unknown kid");
    assert!(provider.check_id_token(&new, "n-1").await.is_ok());
    let keys = provider.open("/jwks").await;
    assert_eq!(keys.header("content-type"), "application/jwk-set+json");
    let key = &keys.json()["keys"][0];
    assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&json!("RSA"), &json!("RS256"), &json!("sig")));
    assert!(key.get("d").is_none());
}

#[tokio::test]
async fn token_times_follow_the_configured_clock_skew() {
    let provider = Provider::start_with_ada().await;
    let now = provider.clock.now().as_second();
    provider.post_json("/_sim/clock", json!({"skew_seconds": 900})).await;
    let claims = provider.check_id_token(&id_token(&provider).await, "n-1").await.unwrap();
    assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now + 900), Some(now + 4500)));
    provider.post_json("/_sim/clock", json!({"skew_seconds": -7200})).await;
    assert_eq!(provider.check_id_token(&id_token(&provider).await, "n-1").await.unwrap_err(), "expired");
}

#[tokio::test]
async fn accounts_and_clients_are_managed_by_the_api() {
    let provider = Provider::start().await;
    let order = json!({"email": EMAIL, "password": PASSWORD, "email_verified": false, "sub": "s-1"});
    let made = provider.add_account(order.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED);
    assert_eq!(
        made.json(),
        json!({
            "sub": "s-1", "email": EMAIL, "email_verified": false, "name": "", "idp": null, "created_at": "2026-06-01T08:00:00Z"
        })
    );
    assert_eq!(provider.add_account(order).await.status, StatusCode::CONFLICT);
    provider.add_account(json!({"email": EMAIL, "idp": "pigeon.example"})).await;
    let change = provider.request(Method::PATCH, "/_sim/accounts/s-1").json(&json!({"email": "new@example.com"}));
    assert_eq!(provider.send(change).await.json()["email"], "new@example.com");
    let change = provider.request(Method::PATCH, "/_sim/accounts/s-9").json(&json!({}));
    assert_eq!(provider.send(change).await.status, StatusCode::NOT_FOUND);
    let listed = provider.open("/_sim/accounts").await;
    assert_eq!(listed.json()["accounts"].as_array().unwrap().len(), 2);
    assert!(!listed.body.contains("password"));

    let uri = "https://late.example.com/cb";
    let client = json!({"client_id": "late", "secret": "s", "redirect_uris": [uri]});
    assert_eq!(provider.post_json("/_sim/clients", client).await.status, StatusCode::CREATED);
    let page = provider.authorize(&[("client_id", "late"), ("redirect_uri", uri)]).await;
    assert_eq!(page.form().0, "/sign-in");
}

#[tokio::test]
async fn faults_apply_to_the_identity_provider() {
    let provider = Provider::start().await;
    provider.post_json("/_sim/faults", json!({"path": "/jwks", "kind": "status", "status": 503, "times": 1})).await;
    assert_eq!(provider.open("/jwks").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(provider.open("/jwks").await.status, StatusCode::OK);
}

#[tokio::test]
async fn keys_accounts_and_refresh_tokens_survive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("idp.json");
    let issuer = "https://id.example.com/";
    let start = || {
        let keep = Provider::keeping(file.clone());
        Provider::start_with(|options| {
            keep(options);
            options.issuer = Some(issuer.to_owned());
        })
    };
    let provider = start().await;
    provider.add_account(json!({"email": EMAIL, "password": PASSWORD})).await;
    let tokens = provider.tokens(&[("scope", "openid offline_access")]).await;
    provider.idp.flush().unwrap();
    assert!(!std::fs::read_to_string(&file).unwrap().contains(PASSWORD));

    let woken = start().await;
    assert_eq!(woken.idp.accounts()[0].sub, provider.idp.accounts()[0].sub);
    assert!(woken.check_id_token(tokens["id_token"].as_str().unwrap(), "n-1").await.is_ok());
    let token = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", super::browser::PHONE), ("refresh_token", token)];
    assert_eq!(woken.token(&form).await.status, StatusCode::OK);
    assert!(woken.sign_in(&[]).await.contains_key("code"));
}
