//! Staff sign-in and its rejections.

use std::time::Duration;

use reqwest::{StatusCode, header};
use tessera_hub::PasswordCost;
use tessera_web::TrustedProxies;
use testkit::web::{STAFF_LOGIN, STAFF_PASSWORD};
use testkit::{ADA, CLI, Colleague, Databases, Shown, TestApp, client};

#[testkit::both_databases]
async fn staff_sign_in_with_the_right_password_until_they_sign_out(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("").await.says(&["Agnes Example", "Find a customer"]);
    let kept = agnes.cookies.clone();
    assert_eq!(agnes.post("/sign-out", &[]).await.path, "/console/sign-in");
    assert_eq!(agnes.open("").await.path, "/console/sign-in");
    agnes.cookies = kept;
    assert_eq!(agnes.open("").await.path, "/console/sign-in", "the session has ended, not only its cookie");

    let form = [("login", STAFF_LOGIN), ("password", STAFF_PASSWORD), ("return_to", "/console/systems")];
    assert_eq!(agnes.post("/sign-in", &form).await.path, "/console/systems");
    let form = [("login", STAFF_LOGIN), ("password", STAFF_PASSWORD), ("return_to", "//evil.example/console")];
    assert_eq!(agnes.post("/sign-in", &form).await.path, "/console");
}

#[testkit::both_databases]
async fn staff_password_guessing_is_rate_limited(app: TestApp) {
    app.hub.put_staff(STAFF_LOGIN, "Agnes Example", STAFF_PASSWORD, &CLI).await.unwrap();
    let mut guesser = Colleague::signed_out(&app);
    let wrong = guesser.sign_in(STAFF_LOGIN, "quince-heron-8").await;
    let unknown = guesser.sign_in("nobody", STAFF_PASSWORD).await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::FORBIDDEN, StatusCode::FORBIDDEN));
    let without_login = |shown: &Shown, login: &str| shown.body.replace(login, "");
    assert_eq!(
        without_login(&wrong, STAFF_LOGIN),
        without_login(&unknown, "nobody"),
        "which of the two is wrong is not told"
    );
    wrong.lacks(&["quince-heron-8"]);

    for _ in 0..4 {
        assert_eq!(guesser.sign_in(STAFF_LOGIN, "wrong").await.status, StatusCode::FORBIDDEN);
    }
    let blocked = guesser.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await;
    assert_eq!(blocked.status, StatusCode::TOO_MANY_REQUESTS, "the right password helps no more");
    blocked.says(&["Wait a minute"]);
    for n in 0..4 {
        assert_eq!(guesser.sign_in(&format!("login{n}"), "wrong").await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(guesser.sign_in("another", "wrong").await.status, StatusCode::TOO_MANY_REQUESTS, "the place counts too");
    app.advance(Duration::from_secs(61));
    assert_eq!(guesser.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await.path, "/console");
}

#[testkit::both_databases]
async fn staff_concurrent_password_guesses_are_rate_limited(databases: Databases) {
    // At its real cost, so that guesses are under way at once.
    let app = TestApp::builder().password_cost(PasswordCost::default()).start(&databases).await;
    app.hub.put_staff(STAFF_LOGIN, "Agnes Example", STAFF_PASSWORD, &CLI).await.unwrap();
    let guess = async |password: String| Colleague::signed_out(&app).sign_in(STAFF_LOGIN, &password).await.status;
    let all = (0..16).map(|n| guess(format!("guess {n}")));
    let answers = futures_util::future::join_all(all).await;
    let answered = answers.iter().filter(|status| **status == StatusCode::FORBIDDEN).count();
    assert!(answered <= 5, "{answers:?}");
    assert_eq!(guess(STAFF_PASSWORD.to_owned()).await, StatusCode::TOO_MANY_REQUESTS);
}

#[testkit::both_databases]
async fn staff_are_not_locked_out_of_their_browsers_by_guesses_elsewhere(app: TestApp) {
    let hub = app.serve_with(|web| web.proxies = TrustedProxies::hops(1)).await;
    let mut agnes = Colleague::signed_in(&app).await.at(&hub);
    agnes.post("/sign-out", &[]).await;
    app.advance(Duration::from_secs(61));
    let guess = async |address: &str, login: &str, mark: Option<&str>| {
        let request = client().post(format!("{hub}/console/sign-in")).header("x-forwarded-for", address);
        let request = match mark {
            Some(mark) => request.header(header::COOKIE, format!("tessera-staff-known={mark}")),
            None => request,
        };
        request.form(&[("login", login), ("password", "wrong")]).send().await.unwrap().status()
    };
    let mut statuses = Vec::new();
    for n in 0..14 {
        statuses.push(guess(&format!("192.0.2.{n}"), STAFF_LOGIN, None).await);
    }
    assert_eq!(statuses.iter().filter(|status| **status == StatusCode::FORBIDDEN).count(), 10, "{statuses:?}");
    let mut stranger = Colleague::signed_out(&app).at(&hub);
    let page = stranger.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "from a browser that is not known");
    assert_eq!(agnes.sign_in(STAFF_LOGIN, STAFF_PASSWORD).await.path, "/console", "from her own");

    // A mark is good for its login and a few tries, and cannot be made up.
    let mark = agnes.cookies["tessera-staff-known"].clone();
    app.advance(Duration::from_secs(61));
    let mut known = Vec::new();
    for n in 0..7 {
        known.push(guess(&format!("198.51.100.{n}"), STAFF_LOGIN, Some(&mark)).await);
    }
    assert_eq!(known.iter().filter(|status| **status == StatusCode::FORBIDDEN).count(), 5, "{known:?}");
    let forged = format!("{mark}x");
    for login_and_mark in [("another", mark.as_str()), (STAFF_LOGIN, forged.as_str())] {
        let mut statuses = Vec::new();
        for _ in 0..7 {
            statuses.push(guess("203.0.113.1", login_and_mark.0, Some(login_and_mark.1)).await);
        }
        assert_eq!(statuses[5..], [StatusCode::TOO_MANY_REQUESTS; 2], "{login_and_mark:?}");
    }
}

#[testkit::both_databases]
async fn console_cross_site_forms_are_refused_and_unknown_pages_not_found(app: TestApp) {
    app.activated(ADA).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let forged = client()
        .post(format!("{}/console/systems/read", app.url))
        .header(header::COOKIE, agnes.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<String>())
        .header("sec-fetch-site", "cross-site");
    assert_eq!(forged.send().await.unwrap().status(), StatusCode::FORBIDDEN, "another site's form");
    for nothing in [
        "/customers/nobody",
        "/customers/0198c0de-0000-7000-8000-000000000001",
        "/records/freshservice/requester/424242",
        "/records/freshservice/requester/..",
        "/records/freshservice/asset/1",
        "/records/freshsales/requester/1001",
        "/records/freshservice/contact/5001",
        "/reviews/0198c0de-0000-7000-8000-000000000001",
        "/reviews/none",
        "/nothing",
    ] {
        assert_eq!(agnes.open(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}
