//! The second factor: codes of an authenticator app, and recovery codes (`P03`).

use std::time::Duration;

use tessera_core::persons::Person;
use testkit::passwords::{SECRET, sign_in, sign_in_to, with_password};
use testkit::{Browser, Page, TestApp};
use totp_rs::{Algorithm, Builder, Secret, Totp};

/// An authenticator app with the key from the page.
fn totp(page: &Page) -> Totp {
    let key = page.body.split("type this key into it: <code>").nth(1).unwrap().split('<').next().unwrap();
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
    assert!(page.body.contains("Enter the code of your app"), "{}", page.body);
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
