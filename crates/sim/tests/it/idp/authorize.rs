//! Tests of authorization requests: the complete flow, and every error.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::browser::{CHALLENGE, EMAIL, PHONE, PHONE_REDIRECT, Provider, WEB, WEB_REDIRECT, authorize_path};

#[tokio::test]
async fn a_sign_in_works_from_metadata_to_userinfo() {
    let provider = Provider::start_with_ada().await;
    let metadata = provider.open("/.well-known/openid-configuration").await.json();
    assert_eq!(metadata["issuer"], provider.idp.issuer());
    assert_eq!(metadata["token_endpoint"], provider.url("/token"));
    assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);

    let back = provider.sign_in(&[]).await;
    assert_eq!(back["state"], "st&te=1");
    assert_eq!(back["iss"], provider.idp.issuer());
    let answer = provider.redeem(&back["code"]).await;
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(tokens["scope"], "openid profile email");
    assert!(tokens.get("refresh_token").is_none());

    let sub = provider.idp.accounts()[0].sub.clone();
    let claims = provider.check_id_token(tokens["id_token"].as_str().unwrap(), "n-1").await.unwrap();
    let now = provider.clock.now().as_second();
    assert_eq!((&claims["sub"], &claims["email"]), (&json!(sub), &json!(EMAIL)));
    assert_eq!((&claims["email_verified"], &claims["name"]), (&json!(true), &json!("Ada Example")));
    assert_eq!((&claims["iat"], &claims["auth_time"], &claims["exp"]), (&json!(now), &json!(now), &json!(now + 3600)));
    assert_eq!(claims["at_hash"].as_str().unwrap().len(), 22);
    assert!(claims.get("idp").is_none());

    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(jsonwebtoken::decode_header(access).unwrap().typ.as_deref(), Some("at+jwt"));
    let inside: serde_json::Value = jsonwebtoken::dangerous::insecure_decode(access).unwrap().claims;
    assert_eq!((&inside["aud"], &inside["client_id"]), (&json!(PHONE), &json!(PHONE)));
    assert_eq!(inside["scope"], "openid profile email");
    assert!(inside["jti"].is_string());
    let userinfo = provider.userinfo(access).await.json();
    assert_eq!(userinfo, json!({"sub": sub, "email": EMAIL, "email_verified": true, "name": "Ada Example"}));
}

#[tokio::test]
async fn a_request_with_an_unknown_client_or_redirect_uri_is_not_redirected() {
    let provider = Provider::start().await;
    for (name, value) in [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("redirect_uri", ""),
        ("redirect_uri", "https://evil.example/callback"),
        ("redirect_uri", "http://127.0.0.1:49152/callback/../other"),
    ] {
        let answer = provider.authorize(&[(name, value)]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}={value}");
        assert_eq!(answer.header("location"), "");
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", authorize_path(&[]));
    assert_eq!(provider.open(&twice).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_invalid_request_is_redirected_with_an_error() {
    let provider = Provider::start().await;
    for (change, error) in [
        (&[("response_type", "")][..], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_mode", "form_post")], "invalid_request"),
        (&[("scope", "")], "invalid_scope"),
        (&[("scope", "email")], "invalid_scope"),
        (&[("request", "ey")], "request_not_supported"),
        (&[("request_uri", "https://app.example.com/r")], "request_uri_not_supported"),
        (&[("registration", "{}")], "registration_not_supported"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("prompt", "dance")], "invalid_request"),
        (&[("prompt", "none")], "login_required"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("id_token_hint", "ey.ey.ey")], "invalid_request"),
    ] {
        let answer = provider.authorize(change).await;
        assert!(answer.header("location").starts_with(PHONE_REDIRECT), "{change:?}");
        let back = answer.sent_back();
        assert_eq!(back["error"], error, "{change:?}");
        assert_eq!((back["state"].as_str(), back["iss"].as_str()), ("st&te=1", provider.idp.issuer()));
        assert!(!back.contains_key("code"));
    }
    let twice = format!("{}&nonce=other", authorize_path(&[]));
    assert_eq!(provider.open(&twice).await.sent_back()["error"], "invalid_request");
}

#[tokio::test]
async fn a_confidential_client_may_omit_pkce_and_keeps_its_redirect_query() {
    let provider = Provider::start_with_ada().await;
    let plain =
        [("client_id", WEB), ("redirect_uri", WEB_REDIRECT), ("code_challenge", ""), ("code_challenge_method", "")];
    let back = provider.sign_in(&plain).await;
    assert_eq!(back["via"], "idp");
    assert!(back.contains_key("code"));
    let half = [("client_id", WEB), ("redirect_uri", WEB_REDIRECT), ("code_challenge", "")];
    assert_eq!(provider.authorize(&half).await.sent_back()["error"], "invalid_request");
    let other_port = [("client_id", WEB), ("redirect_uri", "https://app.example.com:8443/callback?via=idp")];
    assert_eq!(provider.authorize(&other_port).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_authorization_request_may_be_posted() {
    let provider = Provider::start().await;
    let form = [
        ("client_id", PHONE),
        ("redirect_uri", "http://127.0.0.1:5000/callback"),
        ("response_type", "code"),
        ("scope", "openid"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let request = provider.request(Method::POST, "/authorize").header("sec-fetch-site", "cross-site").form(&form);
    let page = provider.browse(request).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.form().0, "/sign-in");
}

#[tokio::test]
async fn the_issuer_may_differ_from_the_metadata_url() {
    let issuer = "https://tenant.example/0f1e2d3c/v2.0/";
    let provider = Provider::start_with(|options| options.issuer = Some(issuer.to_owned())).await;
    provider.add_account(json!({"email": EMAIL, "password": super::browser::PASSWORD})).await;
    assert_eq!(provider.open("/.well-known/openid-configuration").await.json()["issuer"], issuer);
    let back = provider.sign_in(&[]).await;
    assert_eq!(back["iss"], issuer);
    let tokens = provider.redeem(&back["code"]).await.json();
    let claims = provider.check_id_token(tokens["id_token"].as_str().unwrap(), "n-1").await.unwrap();
    assert_eq!(claims["iss"], issuer);
    assert_eq!(provider.userinfo(tokens["access_token"].as_str().unwrap()).await.status, StatusCode::OK);
}
