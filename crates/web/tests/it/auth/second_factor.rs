//! The second factor: codes of an authenticator app, and recovery codes (`P03`).

use std::time::Duration;

use tessera_core::persons::Person;
use tessera_hub::{SignInOutcome, Visit};
use testkit::passwords::{SECRET, sent_link, set, sign_in, sign_in_to, with_password};
use testkit::{Browser, Page, TestApp, client};
use tokio::task::JoinSet;
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// An authenticator app with the key from the page.
fn totp(page: &Page) -> Totp {
    let key = page.body.split("enter this key in it: <code>").nth(1).unwrap().split('<').next().unwrap();
    let secret = Secret::try_from_base32(key.replace(' ', "")).unwrap();
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_digits(6).with_step_duration(30);
    totp.with_secret(secret).build().unwrap()
}

fn shown(app: &TestApp, totp: &Totp) -> String {
    totp.generate(u64::try_from(app.hub.env.now().as_second()).unwrap()).to_string()
}

fn key_id(page: &Page) -> &str {
    page.body.split("name=\"key_id\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

/// Adds an authenticator app to a person. Returns the app and the recovery codes.
async fn with_app(app: &TestApp) -> (Person, Totp, Vec<String>) {
    let person = with_password(app).await;
    let mut browser = Browser::new();
    sign_in(app, &mut browser, &person.person_id, SECRET).await;
    let factor = format!("{}/portal/customer/second-factor", app.url);
    let page = browser.open(&factor).await;
    let totp = totp(&page);
    let wrong = browser.post(&factor, &[("key_id", key_id(&page)), ("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains(key_id(&page)), "the app need not be set up anew");
    let code = shown(app, &totp);
    let done = browser.post(&factor, &[("key_id", key_id(&page)), ("code", &code)]).await;
    assert!(done.body.contains("Keep these recovery codes"), "{}", done.body);
    let codes = done.body.split("<li><code>").skip(1).map(|part| part.split('<').next().unwrap().to_owned());
    (person, totp, codes.collect())
}

async fn answer(app: &TestApp, browser: &mut Browser, code: &str) -> Page {
    browser.post(&format!("{}/portal/customer/sign-in/code", app.url), &[("code", code)]).await
}

#[testkit::both_databases]
async fn p03_the_second_factor_is_required_and_a_code_works_once(app: TestApp) {
    let (person, totp, codes) = with_app(&app).await;
    assert_eq!(codes.len(), 10);
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A second factor was added")));
    let used = shown(&app, &totp);

    let mut browser = Browser::new();
    let page = sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    assert!(page.body.contains("Enter the code from your app"), "{}", page.body);
    assert!(browser.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in"), "not in yet");
    let mut mover = Browser::new();
    mover.put_cookie("tessera", &browser.cookie("tessera-half").unwrap());
    assert!(mover.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in"), "half is not whole");
    let page = answer(&app, &mut browser, &used).await;
    assert_eq!(page.status, 403, "the code that turned it on was used");
    app.advance(Duration::from_secs(30));
    let code = shown(&app, &totp);
    let page = answer(&app, &mut browser, &format!(" {} {}", &code[..3], &code[3..])).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);

    // A shoulder surfer has the password and the code within the same time step.
    let mut thief = Browser::new();
    sign_in(&app, &mut thief, &person.person_id, SECRET).await;
    assert_eq!(answer(&app, &mut thief, &code).await.status, 403, "a code works once");

    // A recovery code works once, in any spelling, and triggers a security notice.
    let mut lost = Browser::new();
    sign_in(&app, &mut lost, &person.person_id, SECRET).await;
    let page = answer(&app, &mut lost, &codes[0].to_lowercase().replace('-', " ")).await;
    assert!(page.body.contains("HIB-A1"), "{}", page.body);
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A recovery code was used")));
    let mut again = Browser::new();
    sign_in(&app, &mut again, &person.person_id, SECRET).await;
    assert_eq!(answer(&app, &mut again, &codes[0]).await.status, 403);
    assert_eq!(app.store.credentials(person.id).await.unwrap().codes_left, 9);

    // Whoever chooses a new password with a link is still asked for the second factor.
    app.advance(Duration::from_secs(61));
    let link = sent_link(&app, person.id).await;
    set(&app, &link, "another green heron").await;
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, "another green heron").await;
    assert!(page.body.contains("Enter the code from your app"), "{}", page.body);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_guessing_codes_is_rate_limited(app: TestApp) {
    let (person, totp, codes) = with_app(&app).await;
    app.advance(Duration::from_mins(2));
    let mut statuses = Vec::new();
    for _ in 0..2 {
        let mut browser = Browser::new();
        sign_in(&app, &mut browser, &person.person_id, SECRET).await;
        for _ in 0..5 {
            statuses.push(answer(&app, &mut browser, "000000").await.status);
        }
        let page = answer(&app, &mut browser, &shown(&app, &totp)).await;
        assert!(
            page.url.contains("/sign-in") && !page.body.contains("HIB-A1"),
            "after five, the password is asked again"
        );
        app.advance(Duration::from_secs(61));
    }
    assert_eq!(statuses, [403; 10]);
    app.hub.run_pending().await;
    let told = app.mail.messages().into_iter().filter(|mail| mail.subject.contains("Several wrong codes")).count();
    assert_eq!(told, 1, "somebody may know the password, which its owner hears once a day");
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    let page = answer(&app, &mut browser, &shown(&app, &totp)).await;
    assert_eq!(page.status, 429, "however often they begin anew");
    let page = answer(&app, &mut browser, &codes[1]).await;
    assert!(page.body.contains("HIB-A1"), "a recovery code is no guess");
    app.advance(Duration::from_mins(16));
    let mut later = Browser::new();
    sign_in(&app, &mut later, &person.person_id, SECRET).await;
    assert!(answer(&app, &mut later, &shown(&app, &totp)).await.body.contains("HIB-A1"));
    app.hub.run_pending().await;
}

/// Posts the same form many times at once, with the cookies of these browsers. Returns the statuses.
async fn at_once(url: &str, cookies: &[String], times: usize, form: &[(&str, &str)]) -> Vec<u16> {
    let mut sending = JoinSet::new();
    for cookie in cookies {
        for _ in 0..times {
            let request = client().post(url).header("cookie", cookie).form(form);
            sending.spawn(async move { request.send().await.unwrap().status().as_u16() });
        }
    }
    sending.join_all().await
}

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|it| **it == status).count()
}

#[testkit::both_databases]
async fn p03_codes_guessed_at_once_are_rate_limited(app: TestApp) {
    let (person, totp, _) = with_app(&app).await;
    app.advance(Duration::from_mins(2));
    let begin = async || {
        let visit = Visit::default();
        match app.hub.sign_in_person(&person.person_id, SECRET, "/portal/customer", &visit).await.unwrap() {
            SignInOutcome::Half(token) => token,
            other => panic!("{other:?}"),
        }
    };
    let mut tokens = Vec::new();
    for _ in 0..30 {
        tokens.push(begin().await);
        app.advance(Duration::from_secs(1));
    }
    let mut open = 0;
    for token in &tokens {
        open += usize::from(app.hub.pending_mfa(token).await.unwrap().is_some());
    }
    assert_eq!(open, 20, "somebody who knows the password cannot begin any number of sign-ins");
    assert!(app.hub.pending_mfa(&tokens[29]).await.unwrap().is_some(), "the latest is among them");

    let cookies: Vec<_> = tokens.iter().map(|token| format!("tessera-half={token}")).collect();
    let url = format!("{}/portal/customer/sign-in/code", app.url);
    let statuses = at_once(&url, &cookies, 5, &[("code", "000000")]).await;
    assert_eq!(count(&statuses, 403), 10, "no more codes are checked than the limit allows: {statuses:?}");
    let mut browser = Browser::new();
    browser.put_cookie("tessera-half", &begin().await);
    let page = answer(&app, &mut browser, &shown(&app, &totp)).await;
    assert_eq!(page.status, 429, "the right code is not taken past the limit");
    app.advance(Duration::from_mins(16));
    browser.put_cookie("tessera-half", &begin().await);
    assert!(answer(&app, &mut browser, &shown(&app, &totp)).await.body.contains("HIB-A1"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_proofs_guessed_at_once_are_rate_limited(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    let session = [format!("tessera={}", browser.cookie("tessera").unwrap())];
    let url = |path: &str| format!("{}/portal/customer/{path}", app.url);

    let confirm = url("confirm");
    let statuses = at_once(&confirm, &session, 40, &[("password", "not the right password")]).await;
    assert_eq!((count(&statuses, 403), count(&statuses, 429)), (10, 30), "{statuses:?}");
    let proof = [("return_to", "/portal/customer/second-factor"), ("password", SECRET)];
    assert_eq!(browser.post(&confirm, &proof).await.status, 429, "the right password is not taken past the limit");

    // The codes with which an app is added are limited in the same way.
    let factor = url("second-factor");
    let offered = browser.open(&factor).await;
    let (key, totp) = (key_id(&offered).to_owned(), totp(&offered));
    let statuses = at_once(&factor, &session, 40, &[("key_id", &key), ("code", "000000")]).await;
    assert_eq!(count(&statuses, 422), 40);
    let page = browser.post(&factor, &[("key_id", &key), ("code", &shown(&app, &totp))]).await;
    assert_eq!(page.status, 422, "the right code is not taken past the limit");
    app.advance(Duration::from_mins(16));
    assert!(browser.post(&confirm, &proof).await.url.ends_with("/second-factor"));
    let page = browser.post(&factor, &[("key_id", &key), ("code", &shown(&app, &totp))]).await;
    assert!(page.body.contains("Keep these recovery codes"), "{}", page.body);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_the_password_alone_does_not_remove_the_second_factor(app: TestApp) {
    let (person, totp, codes) = with_app(&app).await;
    app.advance(Duration::from_mins(1));
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    answer(&app, &mut browser, &shown(&app, &totp)).await;
    app.advance(Duration::from_mins(20));
    let url = |path: &str| format!("{}/portal/customer/{path}", app.url);
    let confirm = browser.open(&url("second-factor")).await;
    assert!(confirm.url.contains("/confirm") && !confirm.body.contains("With your password"), "{}", confirm.body);
    let to = ("return_to", "/portal/customer/second-factor");
    for code in [None, Some("000000")] {
        let proof: Vec<_> = [to, ("password", SECRET)].into_iter().chain(code.map(|code| ("code", code))).collect();
        assert_eq!(browser.post(&url("confirm"), &proof).await.status, 403);
        assert!(browser.post(&url("second-factor/remove"), &[]).await.url.contains("/confirm"));
    }
    assert!(app.store.credentials(person.id).await.unwrap().second_factor.is_some());
    let page = browser.post(&url("confirm"), &[to, ("code", &codes[0])]).await;
    assert!(page.body.contains("Turn the second factor off"), "a recovery code is a second factor: {}", page.body);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_the_second_factor_reauthenticates_and_can_be_removed(app: TestApp) {
    let (person, totp, _) = with_app(&app).await;
    app.advance(Duration::from_mins(1));
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    answer(&app, &mut browser, &shown(&app, &totp)).await;
    app.advance(Duration::from_mins(20));
    let url = |path: &str| format!("{}/portal/customer/{path}", app.url);
    assert!(browser.open(&url("second-factor")).await.url.contains("/confirm"));
    let proof = [("return_to", "/portal/customer/second-factor"), ("code", &*shown(&app, &totp))];
    let page = browser.post(&url("confirm"), &proof).await;
    assert!(page.body.contains("Turn the second factor off"), "{}", page.body);
    let page = browser.post(&url("second-factor/codes"), &[]).await;
    assert_eq!(page.body.matches("<li><code>").count(), 10);
    let page = browser.post(&url("second-factor/remove"), &[]).await;
    assert!(page.body.contains("The second factor is off."), "{}", page.body);
    let page = sign_in_to(&app, &mut Browser::new(), "customer", &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"));
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("The second factor was removed")));
}

#[testkit::both_databases]
async fn p03_the_totp_secret_is_not_stored_in_the_database(app: TestApp) {
    let (person, _, codes) = with_app(&app).await;
    let credentials = app.store.credentials(person.id).await.unwrap();
    let key_id = credentials.second_factor.unwrap().key_id;
    let secret = app.hub.config.secret_key.factor_secret(person.id, key_id);
    if let Some(file) = app.database.strip_prefix("sqlite:") {
        let bytes: Vec<u8> =
            ["", "-wal"].iter().filter_map(|end| std::fs::read(format!("{file}{end}")).ok()).flatten().collect();
        let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
        assert!(holds(person.person_id.as_bytes()), "the file is read");
        assert!(!holds(&secret) && !holds(SECRET.as_bytes()));
        assert!(codes.iter().all(|code| !holds(code.as_bytes()) && !holds(code.replace('-', "").as_bytes())));
    }
    app.hub.run_pending().await;
}
