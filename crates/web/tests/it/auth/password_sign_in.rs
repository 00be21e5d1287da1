//! Sign-in with person id and password, and password guessing (`P03`, `P05`, `A23`).

use std::time::Duration;

use reqwest::header;
use tessera_core::access::licence::LicenceType;
use tessera_core::access::{AccessCheck, AccessFinding, Portal};
use tessera_core::explain::Outcome;
use tessera_core::persons::place::PlaceDraft;
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::{PasswordCost, SignInOutcome, Visit};
use tessera_web::Rule;
use testkit::passwords::{SECRET, employee, sent_link, set, sign_in, sign_in_to, with_password};
use testkit::{ADA, Browser, Databases, JO, PASSWORD, Page, TestApp, client, count_rows};
use tokio::task::JoinSet;

/// The check of how a person tried to sign in, and whether the person may use the portal.
async fn login_check(app: &TestApp, asked: &str) -> (AccessCheck, bool) {
    let answer = app.hub.explain_access(asked, Portal::Customer).await.unwrap();
    let allowed = answer.access.allowed;
    let check = answer.access.checks.into_iter().find(|check| check.rule == "login_is_person_id").unwrap();
    (check, allowed)
}

#[testkit::both_databases]
async fn p03_an_email_as_login_fails_neutrally_and_is_explained_to_staff(app: TestApp) {
    let person = with_password(&app).await;
    app.advance(Duration::from_mins(1));
    let outcome = |page: &Page| {
        (page.status, page.body.replace(ADA.email, "…").replace(&person.person_id, "…").replace("nobody-9", "…"))
    };
    let by_email = sign_in(&app, &mut Browser::new(), ADA.email, SECRET).await;
    let wrong = sign_in(&app, &mut Browser::new(), &person.person_id, "not the right password").await;
    let nobody = sign_in(&app, &mut Browser::new(), "nobody-9", SECRET).await;
    assert_eq!((by_email.status, by_email.body.contains("do not match")), (403, true));
    assert!(by_email.body.contains("Your person ID, not your e-mail address."));
    assert_eq!(outcome(&by_email), outcome(&wrong));
    assert_eq!(outcome(&by_email), outcome(&nobody));

    let at = app.hub.env.now();
    let (check, allowed) = login_check(&app, &person.person_id).await;
    let note = AccessFinding::SignedInByEmail { at, person_id: person.person_id.clone() };
    assert_eq!((check.outcome, check.finding), (Outcome::Note, note), "a note with its time");
    assert!(allowed, "whoever typed the address decides nothing about the person");
    // Following the advice works.
    app.advance(Duration::from_mins(1));
    assert!(sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await.body.contains("HIB-A1"));
    assert_eq!(login_check(&app, &person.person_id).await.0.outcome, Outcome::Pass);
}

#[testkit::both_databases]
async fn p03_a_person_id_and_a_password_open_however_they_are_typed(app: TestApp) {
    app.activated(ADA).await;
    let person = app.person_of(ADA.email).await;
    let link = sent_link(&app, person.id).await;
    set(&app, &link, "für Zoë siebzehn Äpfel").await;
    let id = &person.person_id;
    let spellings = [
        id.to_lowercase().replace('-', ""),
        id.replace('-', " "),
        id.replace('-', " – "),
        id.replace('0', "O").replace('1', "l"),
        format!("\u{200b}{id}\u{a0}"),
    ];
    for typed in &spellings {
        let page = sign_in(&app, &mut Browser::new(), typed, "fu\u{308}r Zoe\u{308} siebzehn A\u{308}pfel").await;
        assert!(page.body.contains("HIB-A1"), "{typed}: {}", page.body);
        let found = app.hub.find_person(typed).await.unwrap();
        assert_eq!(found.map(|found| found.id), Some(person.id), "{typed}");
    }
    // All spellings count as one login when guesses are limited.
    let mut statuses = Vec::new();
    for (n, typed) in spellings.iter().chain(&spellings).enumerate().take(6) {
        statuses.push(sign_in(&app, &mut Browser::new(), typed, &format!("guess number {n:03}")).await.status);
    }
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429]);
}

#[testkit::both_databases]
async fn p03_an_unknown_login_takes_as_long_as_a_wrong_password(databases: Databases) {
    let app = TestApp::builder().password_cost(PasswordCost::default()).start(&databases).await;
    let person = with_password(&app).await;
    let mut times: Vec<(bool, Duration)> = Vec::new();
    for round in 0..8 {
        let known = round % 2 == 0;
        let login = if known { person.person_id.clone() } else { format!("nobody-{round}") };
        let began = std::time::Instant::now();
        let visit = tessera_hub::Visit::default();
        app.hub.sign_in_person(&login, "not the right password", "/portal/customer", &visit).await.unwrap();
        times.push((known, began.elapsed()));
    }
    let fastest =
        |wanted: bool| times.iter().filter(|(known, _)| *known == wanted).map(|(_, time)| *time).min().unwrap();
    let (known, nobody) = (fastest(true), fastest(false));
    // Hashing takes more than ten times as long as not hashing.
    assert!(nobody * 3 > known && known * 3 > nobody, "{known:?} {nobody:?}");
}

#[testkit::both_databases]
async fn p03_password_guessing_is_rate_limited_without_locking_the_owner_out(app: TestApp) {
    let person = with_password(&app).await;
    let mut known = Browser::new();
    assert!(sign_in(&app, &mut known, &person.person_id, SECRET).await.body.contains("HIB-A1"));
    known.post(&format!("{}/portal/customer/sign-out", app.url), &[]).await;
    app.advance(Duration::from_secs(61));

    let mut statuses = Vec::new();
    for n in 0..7 {
        statuses
            .push(sign_in(&app, &mut Browser::new(), &person.person_id, &format!("guess number {n:03}")).await.status);
    }
    assert_eq!(statuses, [403, 403, 403, 403, 403, 429, 429]);
    let stranger = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert_eq!(stranger.status, 429, "the right password does not help who guesses");
    assert!(stranger.body.contains("choose a new password by e-mail"));
    let page = sign_in(&app, &mut known, &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"), "from a browser they know, the person comes in meanwhile: {}", page.body);

    // The browser mark of one login is not valid for another login, and cannot be forged.
    let ben = sign_in(&app, &mut known, "nobody-1", SECRET).await;
    assert_eq!(ben.status, 403);
    app.advance(Duration::from_secs(61));
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"), "a minute later everybody may try again");
}

#[testkit::both_databases]
async fn p03_credential_stuffing_from_one_address_is_rate_limited(databases: Databases) {
    // At its real cost, so that attempts are under way at once.
    let app = TestApp::builder().password_cost(PasswordCost::default()).start(&databases).await;
    let person = with_password(&app).await;
    app.advance(Duration::from_secs(61));
    let mut statuses = Vec::new();
    for n in 0..24 {
        statuses.push(sign_in(&app, &mut Browser::new(), &format!("person-{n}"), SECRET).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 20, "{statuses:?}");
    assert_eq!(sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await.status, 429);

    // Sending them concurrently does not get more of them answered.
    app.advance(Duration::from_secs(61));
    let mut flood = JoinSet::new();
    for _ in 0..40 {
        let (url, login) = (format!("{}/portal/customer/sign-in/password", app.url), person.person_id.clone());
        flood.spawn(async move {
            let form = [("login", login.as_str()), ("password", "a guess that is wrong")];
            client().post(url).form(&form).send().await.unwrap().status().as_u16()
        });
    }
    let answered = flood.join_all().await.into_iter().filter(|status| *status == 403).count();
    assert_eq!(answered, 5);
}

#[testkit::both_databases]
async fn p03_one_address_cannot_fill_the_queue_of_passwords(databases: Databases) {
    // At its real cost, so that attempts are under way at once.
    let app = TestApp::builder().password_cost(PasswordCost::default()).start(&databases).await;
    let logins: Vec<_> = (0..80).map(|n| format!("person-{n}")).collect();
    let mut flood = JoinSet::new();
    for login in logins.clone() {
        let url = format!("{}/portal/customer/sign-in/password", app.url);
        flood.spawn(async move {
            let form = [("login", login.as_str()), ("password", "a guess that is wrong")];
            client().post(url).form(&form).send().await.unwrap().status().as_u16()
        });
    }
    let statuses = flood.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 60, "{statuses:?}");
    let mut hashed = 0;
    for login in &logins {
        let mark = app.hub.config.secret_key.login_mark(login);
        hashed += usize::from(app.store.failed_login(&mark).await.unwrap().is_some());
    }
    assert_eq!(hashed, 20, "the others are counted, and refused, before their password is hashed");
}

#[testkit::both_databases]
async fn p03_cross_site_requests_cannot_sign_in_or_change_credentials(app: TestApp) {
    let paths = [
        "/portal/customer/sign-in/password",
        "/portal/customer/sign-in/code",
        "/portal/customer/forgot",
        "/portal/customer/register",
        "/portal/customer/password",
        "/portal/customer/second-factor",
        "/portal/customer/confirm",
        "/portal/customer/sessions/end-others",
        "/portal/tech/sign-out",
        "/password/token",
        "/register/token",
    ];
    for path in paths {
        let request = client().post(format!("{}{path}", app.url)).header("sec-fetch-site", "cross-site");
        assert_eq!(request.form(&[("x", "y")]).send().await.unwrap().status(), 403, "{path}");
    }
}

#[testkit::both_databases]
async fn a23_the_password_is_listed_and_removed_like_other_sign_in_methods(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    let provider = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    browser.submit(&provider, &[("email", ADA.email), ("password", PASSWORD)]).await;
    let page = browser.open(&format!("{}/portal/customer/identities", app.url)).await;
    assert!(page.body.contains("Person ID and password") && page.body.contains(&person.person_id), "{}", page.body);
    let page = browser.post(&format!("{}/portal/customer/password/remove", app.url), &[]).await;
    assert!(page.body.contains("Removed."), "{}", page.body);
    assert_eq!(sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await.status, 403);
    assert_eq!(app.store.identities_of_person(person.id).await.unwrap().len(), 1);

    // The last sign-in method cannot be removed.
    let sam = employee(&app, "sam", LicenceType::Techportal).await;
    let refused = app.hub.remove_password(sam.id, None).await.unwrap_err();
    assert!(refused.to_string().contains("only sign-in method"), "{refused}");
}

/// The portals that each licence opens, from the original product's documentation, repeated independently of the code.
const OPENS: [(LicenceType, &[&str]); 9] = [
    (LicenceType::Studio, &["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client", "studio"]),
    (LicenceType::Named, &["customer", "tech", "warehouse", "dealer", "repair", "mobile", "smart_client"]),
    (LicenceType::Custportal, &["customer"]),
    (LicenceType::Techportal, &["tech"]),
    (LicenceType::Mobile, &["mobile"]),
    (LicenceType::Whseportal, &["warehouse"]),
    (LicenceType::Dealportal, &["dealer"]),
    (LicenceType::Reprportal, &["repair"]),
    (LicenceType::Message, &[]),
];

#[testkit::both_databases]
async fn p05_every_page_behind_a_portal_opens_to_the_licences_of_that_portal(app: TestApp) {
    const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";
    let pages: Vec<_> = tessera_web::routes().into_iter().filter(|route| route.rule == Rule::Workspace).collect();
    assert!(pages.len() > 10, "{}", pages.len());
    for (licence, opens) in OPENS {
        let person_id = licence.as_str().to_lowercase();
        employee(&app, &person_id, licence).await;
        let mut browser = Browser::new();
        sign_in_to(&app, &mut browser, "tech", &person_id, SECRET).await;
        let cookie = format!("tessera={}", browser.cookie("tessera").unwrap());
        for route in &pages {
            let portal = route.path.split('/').nth(2).unwrap();
            let url = format!("{}{}", app.url, route.path.replace("{id}", SOME_ID));
            let answer =
                client().request(route.method.clone(), url).header(header::COOKIE, &cookie).send().await.unwrap();
            let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
            let refused = status == 403 && body.contains("This is not part of your access");
            let asked = format!("{person_id}: {} {}: {status}", route.method, route.path);
            assert_eq!(refused, !opens.contains(&portal), "{asked}: {body}");
            assert!(status < 500, "{asked}");
        }
    }
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p05_every_portal_enforces_its_access_rules_at_sign_in(app: TestApp) {
    let place = PlaceDraft { name: "Depot".into(), parent_id: None, address: None, active: true };
    let place = app.hub.create_place(place, None, &JO).await.unwrap().id;
    for (licence, opens) in OPENS {
        let person_id = licence.as_str().to_lowercase();
        let person = employee(&app, &person_id, licence).await;
        let everything = |before: &Person| PersonDraft {
            mobile_user: true,
            default_place: Some(place),
            places: vec![place],
            ..PersonDraft::from(before)
        };
        app.hub.change_person(person.id, None, everything, &JO).await.unwrap();
        let mut browser = Browser::new();
        sign_in_to(&app, &mut browser, "tech", &person_id, SECRET).await;
        for portal in Portal::ALL {
            let page = browser.open(&format!("{}/portal/{}", app.url, portal.as_str())).await;
            let (name, is_open) = (portal.as_str(), opens.contains(&portal.as_str()));
            assert!(page.url.ends_with(&format!("/portal/{name}")), "{person_id} is signed in: {}", page.url);
            assert_eq!(page.status, if is_open { 200 } else { 403 }, "{person_id} at {name}");
            let refused = "This is not part of your access";
            assert_eq!(page.body.contains(refused), !is_open, "{person_id} at {name}: {}", page.body);
            // A user with access is greeted by name in the requested portal.
            let inside = page.body.contains(&format!("{person_id} Example"))
                && (portal == Portal::Customer || page.body.contains(portal.title()));
            assert!(!is_open || inside, "{person_id} at {name}: {}", page.body);
        }
    }
    // Mobile needs the flag as well, and the customer portal a default place in use.
    let studio = app.store.person_by_key("studio").await.unwrap().unwrap();
    let without = |before: &Person| PersonDraft {
        mobile_user: false,
        default_place: None,
        places: Vec::new(),
        ..PersonDraft::from(before)
    };
    app.hub.change_person(studio.id, None, without, &JO).await.unwrap();
    let mut browser = Browser::new();
    sign_in_to(&app, &mut browser, "studio", "studio", SECRET).await;
    for (portal, code) in [("mobile", "mobile_user"), ("customer", "default_place")] {
        let page = browser.open(&format!("{}/portal/{portal}", app.url)).await;
        assert!(page.status == 403 && page.body.contains(code), "{portal}: {}", page.body);
    }
}

#[testkit::both_databases]
async fn p05_signing_in_and_out_belongs_to_the_portal_that_was_asked_for(app: TestApp) {
    employee(&app, "nina", LicenceType::Studio).await;
    let mut browser = Browser::new();
    let page = browser.open(&format!("{}/portal/tech", app.url)).await;
    assert!(page.body.contains("Sign in to Tech Portal"), "{}", page.body);
    sign_in_to(&app, &mut browser, "studio", "nina", SECRET).await;
    assert_eq!(browser.open(&format!("{}/portal/elsewhere", app.url)).await.status, 404);
    let out = browser.post(&format!("{}/portal/studio/sign-out", app.url), &[]).await;
    assert!(out.body.contains("Sign in to Studio"));
    assert!(browser.open(&format!("{}/portal/studio", app.url)).await.url.contains("/sign-in"));
}

#[testkit::both_databases]
async fn p03_the_owner_hears_of_many_failed_sign_ins_once_a_day(app: TestApp) {
    let person = with_password(&app).await;
    app.hub.run_pending().await;
    let fail = async |login: &str, times: u32| {
        for _ in 0..times {
            let entered =
                app.hub.sign_in_person(login, "not the right password", "/", &Visit::default()).await.unwrap();
            assert_eq!(entered, SignInOutcome::Wrong);
        }
        app.hub.run_pending().await;
    };
    let told = || {
        let mails = app.mail.messages().into_iter().filter(|mail| mail.subject.contains("Failed sign-ins"));
        mails.map(|mail| (mail.to, mail.text.unwrap_or_default())).collect::<Vec<_>>()
    };
    fail(&person.person_id, 19).await;
    assert!(told().is_empty(), "people mistype");
    fail(&person.person_id, 1).await;
    let (to, text) = told().pop().unwrap();
    assert_eq!(to, [ADA.email.to_owned()]);
    assert!(text.contains(&person.person_id) && !text.contains("not the right password"), "{text}");
    fail(&person.person_id, 60).await;
    app.advance(Duration::from_hours(23));
    fail(&person.person_id, 60).await;
    assert_eq!(told().len(), 1, "one a day");
    app.advance(Duration::from_hours(2));
    fail(&person.person_id, 60).await;
    assert_eq!(told().len(), 2, "the next day");

    // Nobody hears of logins that nobody has, which leave the same job.
    let before = count_rows(&app.database).await["jobs"];
    fail("nobody-1", 60).await;
    assert_eq!((told().len(), count_rows(&app.database).await["jobs"]), (2, before + 1));
}
