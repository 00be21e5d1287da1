//! Tests of the user's actions: sign-in, sign-up, sign-out, account choice, cancelling.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tessera_sim::idp::Account;
use tessera_sim::world::World;

use super::browser::{Answer, EMAIL, PASSWORD, PHONE, Provider};

async fn claims_of(provider: &Provider, answer: &Answer) -> Value {
    let tokens = provider.redeem(&answer.sent_back()["code"]).await.json();
    provider.check_id_token(tokens["id_token"].as_str().unwrap(), "n-1").await.unwrap()
}

/// Follows the link whose text starts with `text`.
async fn follow(provider: &Provider, page: &Answer, text: &str) -> Answer {
    let before = page.body.split(&format!("\">{text}")).next().unwrap();
    provider.open(before.rsplit("href=\"").next().unwrap()).await
}

#[tokio::test]
async fn a_wrong_password_does_not_reveal_whether_the_account_exists() {
    let provider = Provider::start_with_ada().await;
    let page = provider.authorize(&[]).await;
    assert!(page.body.contains("Example") || page.body.contains(PHONE));
    let wrong = provider.fill(&page, &[("email", EMAIL), ("password", "guess")]).await;
    let nobody = provider.fill(&page, &[("email", "nobody@example.com"), ("password", "guess")]).await;
    assert_eq!((wrong.status, nobody.status), (StatusCode::OK, StatusCode::OK));
    assert!(wrong.body.contains("The e-mail or the password is not right."));
    let neutral = |answer: &Answer| answer.body.replace("nobody@example.com", EMAIL);
    assert_eq!(neutral(&wrong), neutral(&nobody));
    let right = provider.fill(&wrong, &[("email", "ADA@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(claims_of(&provider, &right).await["email"], EMAIL);
}

#[tokio::test]
async fn untrusted_text_is_escaped_in_html() {
    let provider = Provider::start().await;
    let page = provider.authorize(&[("login_hint", "\"><script>alert(1)</script>")]).await;
    assert!(!page.body.contains("<script"), "{}", page.body);
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
}

#[tokio::test]
async fn cancelling_redirects_with_access_denied() {
    let provider = Provider::start().await;
    let page = provider.authorize(&[]).await;
    let back = follow(&provider, &page, "Cancel").await.sent_back();
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("access_denied", "st&te=1"));
}

#[tokio::test]
async fn a_cross_site_or_expired_form_is_rejected() {
    let provider = Provider::start_with_ada().await;
    let (action, mut fields) = provider.authorize(&[]).await.form();
    fields.extend([("email".to_owned(), EMAIL.to_owned()), ("password".to_owned(), PASSWORD.to_owned())]);
    let post = || provider.request(Method::POST, &action).form(&fields);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        assert_eq!(provider.browse(post().header(name, value)).await.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let ours = provider.browse(post().header("origin", provider.url(""))).await;
    assert_eq!(ours.status, StatusCode::SEE_OTHER);
    provider.clock.advance(Duration::from_hours(1));
    let late = provider.browse(post()).await;
    assert!(late.status == StatusCode::BAD_REQUEST && late.body.contains("has expired"));
}

#[tokio::test]
async fn sign_up_verifies_the_email_address_or_skips_it() {
    let provider = Provider::start().await;
    let page = follow(&provider, &provider.authorize(&[]).await, "Create an account").await;
    for (email, password, problem) in
        [("nonsense", PASSWORD, "enter an e-mail"), ("new@example.com", "short", "at least 8")]
    {
        let again = provider.fill(&page, &[("email", email), ("name", "Bea"), ("password", password)]).await;
        assert!(again.body.contains(problem));
    }
    let form = [("email", "new@example.com"), ("name", "Bea Example"), ("password", PASSWORD)];
    let next = provider.fill(&page, &form).await;
    let verification = provider.open(next.header("location")).await;
    assert!(!provider.idp.accounts()[0].email_verified);
    let wrong = provider.fill(&verification, &[("code", "x")]).await;
    assert!(wrong.body.contains("not the code"));
    let done = provider.fill(&verification, &[]).await;
    let claims = claims_of(&provider, &done).await;
    assert_eq!((&claims["email_verified"], &claims["name"]), (&json!(true), &json!("Bea Example")));
    assert!(provider.fill(&page, &form).await.body.contains("an account with this e-mail already"));

    let page = provider.authorize(&[("prompt", "create"), ("login_hint", "lazy@example.com")]).await;
    let next = provider.fill(&page, &[("name", "Leo"), ("password", PASSWORD)]).await;
    let verification = provider.open(next.header("location")).await;
    let txn = verification.form().1.remove("txn").unwrap();
    let skip = provider.request(Method::POST, "/verify/skip").form(&[("txn", txn)]);
    let claims = claims_of(&provider, &provider.browse(skip).await).await;
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("lazy@example.com"), &json!(false)));

    // The front page offers the verification again.
    let home = provider.open("/").await;
    assert_eq!(home.form().0, "/account/verify");
    provider.fill(&home, &[]).await;
    assert!(provider.idp.accounts().iter().all(|account| account.email_verified));
}

#[tokio::test]
async fn a_social_account_differs_from_the_local_account_with_the_same_email() {
    let provider = Provider::start_with_ada().await;
    for (button, idp) in
        [("Continue with Pigeon", "pigeon.example"), ("Continue with Lighthouse", "lighthouse.example")]
    {
        let page = follow(&provider, &provider.authorize(&[("prompt", "login")]).await, button).await;
        assert!(provider.fill(&page, &[("email", "nonsense")]).await.body.contains("enter an e-mail"));
        let claims = claims_of(&provider, &provider.fill(&page, &[("email", EMAIL), ("name", "Ada")]).await).await;
        assert_eq!((&claims["idp"], &claims["email_verified"]), (&json!(idp), &json!(true)));
        // Without the checkbox, the same account gets another answer.
        let (action, mut fields) = page.form();
        fields.remove("verified");
        fields.insert("email".to_owned(), EMAIL.to_owned());
        let answer = provider.browse(provider.request(Method::POST, &action).form(&fields)).await;
        let again = claims_of(&provider, &answer).await;
        assert_eq!((&again["sub"], &again["email_verified"]), (&claims["sub"], &json!(false)));
    }
    let accounts = provider.idp.accounts();
    assert_eq!(accounts.len(), 3);
    let subs: std::collections::BTreeSet<_> = accounts.iter().map(|account: &Account| &account.sub).collect();
    assert_eq!(subs.len(), 3);
}

#[tokio::test]
async fn a_second_sign_in_uses_the_existing_session() {
    let provider = Provider::start_with_ada().await;
    provider.sign_in(&[]).await;
    let began = provider.clock.now().as_second();
    provider.clock.advance(Duration::from_mins(10));
    let chooser = provider.authorize(&[]).await;
    assert!(chooser.body.contains("Continue as Ada Example"));
    let claims = claims_of(&provider, &provider.fill(&chooser, &[]).await).await;
    assert_eq!(claims["auth_time"], began);
    assert_eq!(follow(&provider, &chooser, "Use another account").await.form().0, "/sign-in");

    assert!(provider.authorize(&[("prompt", "none")]).await.sent_back().contains_key("code"));
    assert_eq!(provider.authorize(&[("prompt", "login")]).await.form().0, "/sign-in");
    assert_eq!(provider.authorize(&[("prompt", "select_account")]).await.form().0, "/choose");
    assert_eq!(provider.authorize(&[("max_age", "599")]).await.form().0, "/sign-in");
    assert_eq!(provider.authorize(&[("max_age", "600")]).await.form().0, "/choose");
    assert_eq!(provider.authorize(&[("login_hint", "bea@example.com")]).await.form().1["email"], "bea@example.com");

    // A second person in the same browser.
    provider.add_account(json!({"email": "bea@example.com", "password": PASSWORD})).await;
    let page = provider.authorize(&[("prompt", "login")]).await;
    let bea = provider.fill(&page, &[("email", "bea@example.com"), ("password", PASSWORD)]).await;
    let tokens = provider.redeem(&bea.sent_back()["code"]).await.json();
    let silent = provider.authorize(&[("prompt", "none")]).await.sent_back();
    assert_eq!(silent["error"], "account_selection_required");
    let hint = [("prompt", "none"), ("id_token_hint", tokens["id_token"].as_str().unwrap())];
    assert!(provider.authorize(&hint).await.sent_back().contains_key("code"));
    assert!(provider.authorize(&[("prompt", "none"), ("login_hint", EMAIL)]).await.sent_back().contains_key("code"));

    provider.clock.advance(Duration::from_hours(25));
    assert_eq!(provider.authorize(&[("prompt", "none")]).await.sent_back()["error"], "login_required");
}

#[tokio::test]
async fn sign_out_requires_an_id_token_hint_or_a_confirmation() {
    let provider = Provider::start_with_ada().await;
    let tokens = provider.tokens(&[]).await;
    let ask = provider
        .open("/end_session?client_id=web&post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fbye&state=s")
        .await;
    assert_eq!((ask.status, ask.form().0.as_str()), (StatusCode::OK, "/end_session/confirm"));
    assert_eq!(provider.authorize(&[]).await.form().0, "/choose");
    let done = provider.fill(&ask, &[]).await;
    assert_eq!(done.header("location"), "https://app.example.com/bye?state=s");
    assert_eq!(provider.authorize(&[]).await.form().0, "/sign-in");

    let hint = tokens["id_token"].as_str().unwrap();
    let again = provider.sign_in(&[]).await;
    assert!(again.contains_key("code"));
    let out = provider.open(&format!("/end_session?id_token_hint={hint}")).await;
    assert!(out.status == StatusCode::OK && out.body.contains("You are signed out"));
    assert_eq!(provider.authorize(&[]).await.form().0, "/sign-in");

    for query in [
        "client_id=web&post_logout_redirect_uri=https%3A%2F%2Fevil.example".to_owned(),
        "post_logout_redirect_uri=https%3A%2F%2Fapp.example.com%2Fbye".to_owned(),
        "id_token_hint=ey.ey.ey".to_owned(),
        format!("client_id=web&id_token_hint={hint}"),
    ] {
        assert_eq!(provider.open(&format!("/end_session?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn known_users_of_the_demo_world_can_sign_in() {
    let provider = Provider::start().await;
    let world = World::demo(30, 7);
    let (_, email, password) = world.known_users().next().unwrap();
    let idp = provider.idp.clone().load(&world).load(&world);
    assert_eq!(idp.accounts().len(), world.known_users().count());
    let page = provider.authorize(&[]).await;
    let claims = claims_of(&provider, &provider.fill(&page, &[("email", email), ("password", password)]).await).await;
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!(email), &json!(true)));
}

#[tokio::test]
async fn choosing_an_account_after_max_age_requires_the_password() {
    let provider = Provider::start_with_ada().await;
    provider.sign_in(&[]).await;
    let chooser = provider.authorize(&[("max_age", "900")]).await;
    provider.clock.advance(Duration::from_mins(16));
    let form = provider.fill(&chooser, &[]).await;
    assert_eq!(form.form().0, "/sign-in");
    assert!(provider.fill(&form, &[("email", EMAIL), ("password", PASSWORD)]).await.sent_back().contains_key("code"));
}

#[tokio::test]
async fn an_account_other_than_the_hinted_one_is_rejected() {
    let provider = Provider::start_with_ada().await;
    let tokens = provider.tokens(&[]).await;
    provider.add_account(json!({"email": "bea@example.com", "password": PASSWORD})).await;
    let page =
        provider.authorize(&[("prompt", "login"), ("id_token_hint", tokens["id_token"].as_str().unwrap())]).await;
    assert_eq!(page.form().1["email"], EMAIL);
    let bea = provider.fill(&page, &[("email", "bea@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(bea.sent_back()["error"], "login_required");
}

#[tokio::test]
async fn subjects_are_repeatable_by_seed() {
    let world = World::demo(30, 7);
    let mut subs = Vec::new();
    for seed in [1, 1, 2] {
        let provider = Provider::start_with(|options| options.seed = Some(seed)).await;
        subs.push(provider.idp.clone().load(&world).accounts()[0].sub.clone());
    }
    assert_eq!(subs[0], subs[1]);
    assert_ne!(subs[0], subs[2]);
}
