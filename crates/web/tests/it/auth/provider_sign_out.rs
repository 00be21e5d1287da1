//! Somebody signs out at the identity provider, which tells the hub (OpenID Connect Back-Channel Logout 1.0).

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{ADA, BEN, Browser, TestApp, client};

use super::identities::sign_in;

/// Sends a token to the address for such notices. Returns the status and the body.
async fn send(app: &TestApp, provider: &str, token: &str) -> (u16, String) {
    let url = format!("{}/auth/{provider}/sign-out", app.url);
    let answer = client().post(url).form(&[("logout_token", token)]).send().await.unwrap();
    assert_eq!(answer.headers()["cache-control"], "no-store");
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// Has the provider tell the hub. Returns the status.
async fn tell(app: &TestApp, claims: Value) -> u16 {
    send(app, "idp", &app.logout_token(app.hub.env.now(), claims)).await.0
}

async fn is_in(app: &TestApp, browser: &mut Browser) -> bool {
    !browser.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in")
}

/// A browser that signs in while the provider names its session so.
async fn browser(app: &TestApp, email: &str, claims: Value) -> (Browser, String) {
    let subject = app.put_claims(email, claims).await;
    let mut browser = Browser::new();
    sign_in(app, &mut browser, email).await;
    assert!(is_in(app, &mut browser).await);
    (browser, subject)
}

#[testkit::both_databases]
async fn a03_a_sign_out_at_the_provider_ends_the_session_that_began_with_it(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let (mut phone, ada) = browser(&app, ADA.email, json!({ "sid": "s-1" })).await;
    let (mut laptop, _) = browser(&app, ADA.email, json!({ "sid": "s-2" })).await;
    let (mut bens, _) = browser(&app, BEN.email, json!({ "sid": "s-3" })).await;
    let (mut old, _) = browser(&app, ADA.email, json!({})).await;
    assert_eq!(tell(&app, json!({ "jti": "n-1", "sid": "s-1" })).await, 200);
    assert!(!is_in(&app, &mut phone).await);
    assert!(is_in(&app, &mut laptop).await && is_in(&app, &mut bens).await && is_in(&app, &mut old).await);
    // Of this browser, it is not known with which session there it began.
    assert_eq!(tell(&app, json!({ "jti": "n-2", "sub": ada, "sid": "s-9" })).await, 200);
    assert!(is_in(&app, &mut laptop).await && !is_in(&app, &mut old).await);
    // All sessions of the user, and of nobody else.
    assert_eq!(tell(&app, json!({ "jti": "n-3", "sub": ada })).await, 200);
    assert!(!is_in(&app, &mut laptop).await && is_in(&app, &mut bens).await);
    app.leave_jobs();
}

#[testkit::both_databases]
async fn a03_a_notice_of_a_sign_out_counts_once_and_only_if_it_is_one_of_the_provider_for_the_hub(app: TestApp) {
    app.activated(ADA).await;
    let (mut signed_in, ada) = browser(&app, ADA.email, json!({ "sid": "s-1" })).await;
    let now = app.hub.env.now();
    let sub = ada.as_str();
    for (wrong, claims) in [
        ("for another client", json!({ "jti": "a", "sub": sub, "aud": "somebody-else" })),
        ("no sign-out", json!({ "jti": "b", "sub": sub, "events": {} })),
        ("an ID token", json!({ "jti": "c", "sub": sub, "nonce": "n" })),
        ("without an id", json!({ "sub": sub })),
        ("about nobody", json!({ "jti": "d" })),
        ("of another issuer", json!({ "jti": "e", "sub": sub, "iss": "https://id.example.com" })),
        ("old", json!({ "jti": "f", "sub": sub, "iat": now.as_second() - 3600 })),
        ("expired", json!({ "jti": "g", "sub": sub, "exp": now.as_second() - 3600 })),
    ] {
        let (status, body) = send(&app, "idp", &app.logout_token(now, claims)).await;
        assert_eq!(status, 400, "{wrong}: {body}");
        assert!(body.contains("invalid_request") && !body.contains(sub), "{wrong}: {body}");
    }
    for token in ["", "x", "a.b.c"] {
        assert_eq!(send(&app, "idp", token).await.0, 400, "{token}");
    }
    let token = app.logout_token(now, json!({ "jti": "h", "sub": sub }));
    assert_eq!(send(&app, "elsewhere", &token).await.0, 404);
    assert!(is_in(&app, &mut signed_in).await, "none of them ended a session");
    assert_eq!(send(&app, "idp", &token).await.0, 200);
    assert!(!is_in(&app, &mut signed_in).await);

    let (mut again, _) = browser(&app, ADA.email, json!({ "sid": "s-2" })).await;
    assert_eq!(send(&app, "idp", &token).await.0, 400, "a second time");
    assert!(is_in(&app, &mut again).await);
    // Those that are refused are limited; those that are right are not.
    let mut refused = 0;
    while send(&app, "idp", "x").await.0 == 400 {
        refused += 1;
        assert!(refused <= 60, "no end");
    }
    app.advance(Duration::from_secs(61));
    for n in 0..80 {
        assert_eq!(tell(&app, json!({ "jti": format!("right {n}"), "sub": sub })).await, 200, "{n}");
    }
    app.leave_jobs();
}
