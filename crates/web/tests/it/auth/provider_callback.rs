//! The callback of an identity provider: opened twice, by the wrong one, or with less than it promises.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use testkit::{ADA, BEN, Browser, Databases, PASSWORD, Page, TestApp, client};
use url::Url;

use super::identities::sign_in;

/// Signs in at the provider, and returns the callback URL without opening it.
async fn callback(app: &TestApp, browser: &mut Browser, email: &str, return_to: &str) -> String {
    let form = [("provider", "idp"), ("return_to", return_to)];
    let at_provider = browser.post(&format!("{}/portal/customer/sign-in", app.url), &form).await;
    assert!(at_provider.url.starts_with(&app.idp_url), "at the identity provider: {}", at_provider.url);
    browser.submit_only(&at_provider, &[("email", email), ("password", PASSWORD)]).await
}

/// The callback with an error instead of a code.
fn failed(callback: &str, error: &str, description: &str) -> String {
    let mut url = Url::parse(callback).unwrap();
    let kept: Vec<_> = url.query_pairs().into_owned().filter(|(name, _)| name != "code").collect();
    url.query_pairs_mut().clear().extend_pairs(kept);
    url.query_pairs_mut().append_pair("error", error).append_pair("error_description", description);
    url.into()
}

fn is_over(page: &Page) {
    assert_eq!(page.status, StatusCode::GONE, "{}", page.body);
    assert!(
        page.body.contains("sign-in is no longer valid") && !page.body.contains("another browser"),
        "{}",
        page.body
    );
}

#[testkit::both_databases]
async fn a20_a_repeated_callback_leads_on_when_signed_in_and_is_over_when_signed_out(app: TestApp) {
    app.activated(ADA).await;
    let wanted = format!("{}/portal/customer/sessions", app.url);
    let mut browser = Browser::new();
    let callback = callback(&app, &mut browser, ADA.email, "/portal/customer/sessions").await;
    for time in ["at first", "by Back", "by a reload"] {
        let page = browser.open(&callback).await;
        assert_eq!((page.url.as_str(), page.status), (wanted.as_str(), 200), "{time}");
    }
    // A tab that is restored when neither cookie is left, and after a sign-out.
    is_over(&Browser::new().open(&callback).await);
    browser.post(&format!("{}/portal/customer/sign-out", app.url), &[]).await;
    let page = browser.open(&callback).await;
    is_over(&page);
    assert!(page.body.contains("Start again here"), "{}", page.body);
    let again = browser.submit(&page, &[]).await;
    assert!(again.url.starts_with(&app.idp_url), "{}", again.url);
    let page = browser.submit(&again, &[("email", ADA.email), ("password", PASSWORD)]).await;
    assert_eq!(page.url, wanted, "where they wanted to go the first time");

    // A state that nobody knows any more, and one that took too long.
    let unknown = format!("{}/auth/idp/callback?state=unknown&code=c", app.url);
    assert_eq!(browser.open(&unknown).await.url, format!("{}/portal/customer", app.url), "signed in");
    is_over(&Browser::new().open(&unknown).await);
    let mut late = Browser::new();
    let callback = self::callback(&app, &mut late, ADA.email, "/portal/customer").await;
    app.advance(Duration::from_mins(61));
    is_over(&late.open(&callback).await);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn a20_an_activations_callback_opened_again_leads_to_the_activation(app: TestApp) {
    let link = app.link(ADA.requester).await;
    let mut browser = Browser::new();
    let callback = app.come_back_from_signing_in(&mut browser, &link, ADA.email).await;
    for _ in 0..3 {
        assert_eq!(browser.open(&callback).await.url, format!("{}/activation", app.url));
    }
    app.hub.run_pending().await;
    // Two tabs of one browser, begun before either is finished.
    let (mut browser, link) = (Browser::new(), app.link(BEN.requester).await);
    let first = app.come_back_from_signing_in(&mut browser, &link, BEN.email).await;
    let second = app.come_back_from_signing_in(&mut browser, &link, BEN.email).await;
    for callback in [&second, &first, &second] {
        let page = browser.open(callback).await;
        assert_eq!((page.status, page.url), (200, format!("{}/activation", app.url)));
    }
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a20_scanners_and_prefetching_browsers_use_no_sign_in_up(app: TestApp) {
    app.activated(ADA).await;
    let mut browser = Browser::new();
    let callback = callback(&app, &mut browser, ADA.email, "/portal/customer/sessions").await;
    let cookie = format!("tessera-browser={}", browser.cookie("tessera-browser").unwrap());
    let by = |method: Method| client().request(method, &callback);
    let scanned = by(Method::HEAD).send().await.unwrap();
    assert_eq!(scanned.status(), StatusCode::NO_CONTENT);
    let head = by(Method::HEAD).header(header::COOKIE, &cookie).send().await.unwrap();
    assert!(head.headers().get(header::SET_COOKIE).is_none(), "nobody is signed in");
    for (name, value) in [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch"), ("x-moz", "Prefetch")] {
        let ahead = by(Method::GET).header(header::COOKIE, &cookie).header(name, value).send().await.unwrap();
        assert_eq!(ahead.status(), StatusCode::SERVICE_UNAVAILABLE, "{name}");
    }
    let bare = Browser::new().open(&callback).await;
    assert_eq!(bare.status, StatusCode::FORBIDDEN);
    assert!(bare.body.contains("other_browser"), "{}", bare.body);
    let mut stranger = Browser::new();
    self::callback(&app, &mut stranger, BEN.email, "/").await;
    assert_eq!(stranger.open(&callback).await.status, StatusCode::FORBIDDEN, "with a cookie of its own");
    assert!(browser.open(&callback).await.url.ends_with("/portal/customer/sessions"), "nothing was used up");
}

#[testkit::both_databases]
async fn h04_what_a_stranger_can_begin_is_bounded(app: TestApp) {
    app.activated(ADA).await;
    let mut browser = Browser::new();
    let long = format!("/portal/customer/{}", "x".repeat(10_000));
    let callback = callback(&app, &mut browser, ADA.email, &long).await;
    assert_eq!(browser.open(&callback).await.url, format!("{}/portal/customer", app.url));

    let begin = async || {
        let form = [("provider", "idp")];
        client().post(format!("{}/portal/customer/sign-in", app.url)).form(&form).send().await.unwrap()
    };
    // The activation of Ada began the first one.
    let mut begun = 2;
    let refused = loop {
        let answer = begin().await;
        if !answer.status().is_redirection() {
            break answer;
        }
        begun += 1;
        assert!(begun <= 300, "no end");
    };
    assert_eq!((begun, refused.status()), (300, StatusCode::TOO_MANY_REQUESTS));
    assert!(refused.headers().contains_key(header::RETRY_AFTER));
    let link = app.link(BEN.requester).await;
    assert_eq!(browser.post(&link, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
    app.advance(Duration::from_secs(61));
    assert!(begin().await.status().is_redirection(), "a minute later");
    app.hub.run_pending().await;
}

/// Signs in by the session that the provider has with this browser, without a password.
async fn sign_in_by_single_sign_on(app: &TestApp, browser: &mut Browser) -> Page {
    let at_provider = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    assert!(at_provider.body.contains("Continue as"), "no password is asked for: {}", at_provider.body);
    browser.submit(&at_provider, &[]).await
}

#[testkit::both_databases]
async fn a23_a_sign_in_by_single_sign_on_proves_nothing_anew(app: TestApp) {
    app.activated(ADA).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, ADA.email).await;
    let page_of = format!("{}/portal/customer/identities", app.url);
    assert!(browser.open(&page_of).await.body.contains("Add another"), "the password was just typed");
    app.advance(Duration::from_mins(16));
    browser.post(&format!("{}/portal/customer/sign-out", app.url), &[]).await;
    sign_in_by_single_sign_on(&app, &mut browser).await;
    let page = browser.open(&page_of).await;
    assert!(page.body.contains("confirm that it is you") && !page.body.contains("Add another"), "{}", page.body);
    let page = browser.post(&format!("{page_of}/add"), &[("provider", "idp")]).await;
    assert!(page.body.contains("Nothing was changed: first confirm that it is you."), "{}", page.body);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn a23_a_reauthentication_at_the_provider_asks_for_the_password_and_keeps_the_session(app: TestApp) {
    app.activated(ADA).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, ADA.email).await;
    app.advance(Duration::from_mins(16));
    let page_of = format!("{}/portal/customer/identities", app.url);
    let begin = async |browser: &mut Browser| {
        let at_provider = browser.post(&format!("{page_of}/confirm"), &[]).await;
        assert!(
            at_provider.url.contains("max_age=0") && at_provider.url.contains("prompt=login"),
            "{}",
            at_provider.url
        );
        at_provider
    };
    // Another person's account and a cancelled sign-in confirm nothing.
    let before = browser.cookie("tessera").unwrap();
    let at_provider = begin(&mut browser).await;
    let page = browser.submit(&at_provider, &[("email", BEN.email), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.body.contains("not one of your sign-in methods"), "{}", page.body);
    let at_provider = begin(&mut browser).await;
    let back = browser.submit_only(&at_provider, &[("email", ADA.email), ("password", PASSWORD)]).await;
    let page = browser.open(&failed(&back, "access_denied", "AADB2C90091: The user has cancelled.")).await;
    assert!(page.body.contains("You cancelled before you confirmed"), "{}", page.body);
    assert_eq!(browser.cookie("tessera").unwrap(), before);
    assert!(!browser.open(&page_of).await.body.contains("Add another"));

    let at_provider = begin(&mut browser).await;
    let back = browser.submit_only(&at_provider, &[("email", ADA.email), ("password", PASSWORD)]).await;
    let mut stolen = Browser::new();
    stolen.put_cookie("tessera-browser", &browser.cookie("tessera-browser").unwrap());
    for _ in 0..2 {
        let page = browser.open(&back).await;
        assert_eq!(page.url, page_of, "also when it is opened again");
        assert!(page.body.contains("Add another"), "{}", page.body);
    }
    assert_ne!(browser.cookie("tessera").unwrap(), before, "a new token");
    let mut old = Browser::new();
    old.put_cookie("tessera", &before);
    assert!(old.open(&page_of).await.url.contains("/sign-in"), "the old token has ended");
    is_over(&stolen.open(&back).await);
    app.leave_jobs();
}

const FORGOTTEN: &str = "AADB2C90118: The user has forgotten their password. Correlation ID: 1";

#[testkit::both_databases]
async fn a03_a_forgotten_password_is_explained_where_no_reset_policy_is_configured(app: TestApp) {
    app.activated(ADA).await;
    let mut browser = Browser::new();
    let callback = callback(&app, &mut browser, ADA.email, "/portal/customer").await;
    let page = browser.open(&failed(&callback, "access_denied", FORGOTTEN)).await;
    assert!(page.body.contains("Choose a new password") && !page.body.contains("You cancelled"), "{}", page.body);
    let link = app.link(BEN.requester).await;
    let callback = app.come_back_from_signing_in(&mut browser, &link, BEN.email).await;
    let page = browser.open(&failed(&callback, "access_denied", FORGOTTEN)).await;
    assert!(page.body.contains("password_forgotten") && page.body.contains("Start again"), "{}", page.body);
    let callback = app.come_back_from_signing_in(&mut browser, &link, BEN.email).await;
    let page = browser.open(&failed(&callback, "access_denied", "AADB2C90091: The user has cancelled.")).await;
    assert!(page.body.contains("sign_in_cancelled"), "{}", page.body);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a03_a_forgotten_password_is_reset_and_the_sign_in_goes_on(databases: Databases) {
    let reset =
        |config: &mut tessera_connect::oidc::Config| config.password_reset_policy = Some("B2C_1_RESET".to_owned());
    let app = TestApp::builder().provider(reset).start(&databases).await;
    app.activated(ADA).await;
    let mut browser = Browser::new();
    let callback = callback(&app, &mut browser, ADA.email, "/portal/customer/sessions").await;
    let leads_to = async |browser: &Browser, url: &str| {
        let answer = browser.fetch(url).await;
        Url::parse(answer.headers()[header::LOCATION].to_str().unwrap()).unwrap()
    };
    let parameter =
        |url: &Url, name: &str| url.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
    let at_reset = leads_to(&browser, &failed(&callback, "access_denied", FORGOTTEN)).await;
    assert_eq!(parameter(&at_reset, "p").as_deref(), Some("B2C_1_RESET"));
    // The code of the reset signs nobody in, not even a wrong one.
    let state = parameter(&at_reset, "state").unwrap();
    let done = format!("{}/auth/idp/callback?state={state}&code=of-the-reset&iss={}", app.url, app.idp_url);
    let again = leads_to(&browser, &done).await;
    assert!(again.as_str().starts_with(&app.idp_url) && parameter(&again, "p").is_none(), "{again}");
    let page = browser.open(again.as_str()).await;
    let page = browser.submit(&page, &[("email", ADA.email), ("password", PASSWORD)]).await;
    assert!(page.url.ends_with("/portal/customer/sessions"), "{}", page.url);
}
