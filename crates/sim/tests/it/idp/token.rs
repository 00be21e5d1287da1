//! Tests of the token endpoint: client authentication, PKCE, single use, rotation.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use super::browser::{Answer, PHONE, PHONE_REDIRECT, Provider, SECRET, VERIFIER, WEB, WEB_REDIRECT};

const WEB_REQUEST: [(&str, &str); 2] = [("client_id", WEB), ("redirect_uri", WEB_REDIRECT)];

fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.body);
    assert_eq!(answer.json()["error"], error, "{}", answer.body);
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401);
}

/// A valid token request of the phone app, with one parameter changed. An empty one is left out.
async fn redeem_with(provider: &Provider, code: &str, name: &str, value: &str) -> Answer {
    let good = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", PHONE),
        ("redirect_uri", PHONE_REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let changed: Vec<_> = good.map(|(key, old)| if key == name { (key, value) } else { (key, old) }).to_vec();
    provider.token(&changed).await
}

#[tokio::test]
async fn an_invalid_token_request_is_rejected_and_does_not_use_up_the_code() {
    let provider = Provider::start_with_ada().await;
    let code = provider.sign_in(&[]).await.remove("code").unwrap();
    let other_verifier = "x".repeat(43);
    for (name, value, status, error) in [
        ("grant_type", "", 400, "invalid_request"),
        ("grant_type", "password", 400, "unsupported_grant_type"),
        ("code", "", 400, "invalid_request"),
        ("code", "made-up", 400, "invalid_grant"),
        ("client_id", "", 401, "invalid_client"),
        ("client_id", "nobody", 401, "invalid_client"),
        ("client_id", WEB, 401, "invalid_client"),
        ("redirect_uri", "", 400, "invalid_grant"),
        ("redirect_uri", "http://127.0.0.1:1/callback", 400, "invalid_grant"),
        ("code_verifier", "", 400, "invalid_grant"),
        ("code_verifier", "short", 400, "invalid_request"),
        ("code_verifier", other_verifier.as_str(), 400, "invalid_grant"),
    ] {
        refused(&redeem_with(&provider, &code, name, value).await, status, error);
    }
    let twice = [("grant_type", "authorization_code"), ("code", "a"), ("code", "b"), ("client_id", PHONE)];
    refused(&provider.token(&twice).await, 400, "invalid_request");
    let json = provider.request(Method::POST, "/token").json(&serde_json::json!({"code": code}));
    assert_eq!(provider.send(json).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(provider.open("/token").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(provider.redeem(&code).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_confidential_client_authenticates_by_basic_or_by_form() {
    let provider = Provider::start_with_ada().await;
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let form = |code: &str| {
        [
            ("grant_type", "authorization_code"),
            ("redirect_uri", WEB_REDIRECT),
            ("code_verifier", VERIFIER),
            ("code", code),
        ]
        .map(|(key, value)| (key, value.to_owned()))
        .to_vec()
    };
    let code = provider.sign_in(&WEB_REQUEST).await.remove("code").unwrap();
    let request = || provider.request(Method::POST, "/token").form(&form(&code));
    refused(&provider.send(request().basic_auth(WEB, Some("wrong"))).await, 401, "invalid_client");
    refused(&provider.send(request().bearer_auth("x")).await, 401, "invalid_client");
    refused(&provider.send(request().basic_auth(PHONE, Some("x"))).await, 401, "invalid_client");
    let good = request().basic_auth(encoded(WEB), Some(encoded(SECRET)));
    let tokens = provider.send(good).await.json();
    let inside = jsonwebtoken::dangerous::insecure_decode::<Value>(tokens["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(inside.claims["aud"], "https://api.example.com");

    let code = provider.sign_in(&[("prompt", "login"), WEB_REQUEST[0], WEB_REQUEST[1]]).await.remove("code").unwrap();
    let mut post = form(&code);
    post.extend([("client_id", WEB.to_owned()), ("client_secret", SECRET.to_owned())]);
    let both = provider.request(Method::POST, "/token").form(&post).basic_auth(WEB, Some(encoded(SECRET)));
    refused(&provider.send(both).await, 400, "invalid_request");
    assert_eq!(provider.send(provider.request(Method::POST, "/token").form(&post)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_rejected() {
    let provider = Provider::start_with_ada().await;
    let request = [WEB_REQUEST[0], WEB_REQUEST[1], ("code_challenge", ""), ("code_challenge_method", "")];
    let code = provider.sign_in(&request).await.remove("code").unwrap();
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", WEB),
        ("client_secret", SECRET),
        ("redirect_uri", WEB_REDIRECT),
        ("code", code.as_str()),
    ];
    form.push(("code_verifier", VERIFIER));
    refused(&provider.token(&form).await, 400, "invalid_grant");
    form.pop();
    assert_eq!(provider.token(&form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_code_of_another_client_or_an_expired_code_is_rejected() {
    let provider = Provider::start_with_ada().await;
    let code = provider.sign_in(&WEB_REQUEST).await.remove("code").unwrap();
    refused(&provider.redeem(&code).await, 400, "invalid_grant");
    let code = provider.sign_in(&[("prompt", "login")]).await.remove("code").unwrap();
    provider.clock.advance(Duration::from_mins(2));
    refused(&provider.redeem(&code).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_replayed_code_revokes_its_tokens() {
    let provider = Provider::start_with_ada().await;
    let code = provider.sign_in(&[("scope", "openid offline_access")]).await.remove("code").unwrap();
    let tokens = provider.redeem(&code).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(provider.userinfo(access).await.status, StatusCode::OK);
    refused(&provider.redeem(&code).await, 400, "invalid_grant");
    assert_eq!(provider.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
    refused(&refresh(&provider, &tokens, "").await, 400, "invalid_grant");
}

async fn refresh(provider: &Provider, tokens: &Value, scope: &str) -> Answer {
    let token = tokens["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("client_id", PHONE), ("refresh_token", token), ("scope", scope)];
    provider.token(&form).await
}

#[tokio::test]
async fn refresh_tokens_rotate_and_reuse_revokes_all() {
    let provider = Provider::start_with_ada().await;
    let first = provider.tokens(&[("scope", "openid email offline_access")]).await;
    let began = provider.clock.now().as_second();
    provider.clock.advance(Duration::from_mins(30));
    refused(&refresh(&provider, &first, "openid profile").await, 400, "invalid_scope");
    let second = refresh(&provider, &first, "openid offline_access").await.json();
    assert_eq!(second["scope"], "openid offline_access");
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let claims =
        jsonwebtoken::dangerous::insecure_decode::<Value>(second["id_token"].as_str().unwrap()).unwrap().claims;
    assert_eq!((claims["auth_time"].as_i64(), claims["iat"].as_i64()), (Some(began), Some(began + 1800)));
    assert!(claims.get("nonce").is_none() && claims.get("email").is_none());

    let third = refresh(&provider, &second, "").await.json();
    assert_eq!(third["scope"], "openid email offline_access");
    refused(&refresh(&provider, &first, "").await, 400, "invalid_grant");
    refused(&refresh(&provider, &third, "").await, 400, "invalid_grant");
    assert_eq!(provider.userinfo(third["access_token"].as_str().unwrap()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refresh_tokens_are_bound_to_one_client_and_expire() {
    let provider = Provider::start_with_ada().await;
    let tokens = provider.tokens(&[("scope", "openid offline_access")]).await;
    let token = tokens["refresh_token"].as_str().unwrap();
    let stolen =
        [("grant_type", "refresh_token"), ("client_id", WEB), ("client_secret", SECRET), ("refresh_token", token)];
    refused(&provider.token(&stolen).await, 400, "invalid_grant");
    refused(&provider.token(&[("grant_type", "refresh_token"), ("client_id", PHONE)]).await, 400, "invalid_request");
    let unknown = [("grant_type", "refresh_token"), ("client_id", PHONE), ("refresh_token", "made-up")];
    refused(&provider.token(&unknown).await, 400, "invalid_grant");
    provider.clock.advance(Duration::from_hours(15 * 24));
    refused(&refresh(&provider, &tokens, "").await, 400, "invalid_grant");
}

#[tokio::test]
async fn userinfo_requires_a_valid_access_token() {
    let provider = Provider::start_with_ada().await;
    let tokens = provider.tokens(&[("scope", "openid")]).await;
    let (access, id) = (tokens["access_token"].as_str().unwrap(), tokens["id_token"].as_str().unwrap());
    let nothing = provider.open("/userinfo").await;
    assert_eq!(
        (nothing.status, nothing.header("www-authenticate")),
        (StatusCode::UNAUTHORIZED, "Bearer realm=\"userinfo\"")
    );
    let wrong = provider.userinfo(id).await;
    assert!(wrong.status == StatusCode::UNAUTHORIZED && wrong.header("www-authenticate").contains("invalid_token"));
    let posted = provider.request(Method::POST, "/userinfo").form(&[("access_token", access)]);
    let claims = provider.send(posted).await.json();
    assert_eq!(claims.as_object().unwrap().keys().collect::<Vec<_>>(), ["sub"]);
    provider.clock.advance(Duration::from_hours(1));
    assert_eq!(provider.userinfo(access).await.status, StatusCode::UNAUTHORIZED);
}
