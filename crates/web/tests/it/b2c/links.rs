//! Activation links through a policy, and their tokens (`A18`, `A20`).

use serde_json::{Value, json};
use testkit::{ADA, BEN, Browser, CLI, PASSWORD, POLICY, TestApp, WEBSITE, client};
use tokio::task::JoinSet;
use url::Url;

use super::{claims, step, token};

/// Opens a link at the stand-in's policy. Returns the URL to which the policy redirects the browser.
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
async fn a14_a18_a_person_back_from_the_policy_sees_the_linked_record(app: TestApp) {
    let link = app.invite(ADA.requester).await["b2c_urls"]["production"].as_str().unwrap().to_owned();
    let mut browser = Browser::new();
    let back = through_policy(&app, &mut browser, &link, ADA.email).await;
    let code = parameter(&back, "code").unwrap();

    // The address that the policy leads to, with what it adds. The code alone shows nothing: another browser has to sign in.
    let landing = format!("{}/activation/return?code={code}", app.url);
    let other = Browser::new().open(&landing).await;
    assert!(other.url.starts_with(&app.idp_url), "the identity provider asks who it is: {}", other.url);
    // The browser that has just signed in is not asked for its password again.
    let at_provider = browser.open(&landing).await;
    assert!(at_provider.body.contains("Continue as"), "{}", at_provider.body);
    let page = browser.submit(&at_provider, &[]).await;
    assert_eq!((page.status, page.url.clone()), (200, format!("{}/activation", app.url)), "{}", page.body);
    assert!(page.body.contains("<noscript><meta http-equiv=\"refresh\""), "it goes on without a script: {}", page.body);
    app.hub.run_pending().await;
    let done = browser.open(&page.url).await;
    for says in ["Your account is activated", "No. 1001", "No. 5001", "HIB-A1", "Customer Portal", "width=device-width"]
    {
        assert!(done.body.contains(says), "{says}: {}", done.body);
    }
    assert!(!done.body.contains("Tech Portal"), "only what the sign-in opens: {}", done.body);
    let home = browser.open(&format!("{}/portal/customer", app.url)).await;
    assert!(home.body.contains("HIB-A1"), "{}", home.body);

    // Without a code nobody has signed in; an error of the policy is said.
    let nothing = Browser::new().open(&format!("{}/activation/return", app.url)).await;
    assert!(nothing.url.contains("/portal/customer/sign-in?return_to="), "{}", nothing.url);
    let error = format!("{}/activation/return?error=access_denied&error_description=AADB2C90091", app.url);
    let page = Browser::new().open(&error).await;
    assert!(page.status == 403 && page.body.contains("You cancelled the sign-in"), "{}", page.body);
}

#[testkit::both_databases]
async fn a18_a_link_delivered_by_another_system_is_not_mailed(app: TestApp) {
    let invited = app.hub.invite_without_mail(ADA.requester, &CLI).await.unwrap();
    app.hub.run_pending().await;
    assert!(app.mail.messages().is_empty());
    let token = invited.token.clone();
    assert!(invited.url.ends_with(&token), "both forms carry the same token");
    assert_eq!(step(&app.url, &claims(&app, ADA.email, &token, false)).await.status(), "pending");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_a_token_links_one_sign_in_despite_lost_answers_and_retries(app: TestApp) {
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
    assert_eq!(app.store.links(customer).await.unwrap().len(), 3, "nothing was linked twice");

    // The answers of sixteen concurrent calls are lost.
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
