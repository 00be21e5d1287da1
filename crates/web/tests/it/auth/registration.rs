//! Self-registration: registration form, verified address, queue, and sign-in after approval (`P12`).

use std::time::Duration;

use serde_json::json;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::persons::Person;
use tessera_core::persons::registration::Registration;
use testkit::passwords::{SECRET, mailed_link, set, sign_in, with_password};
use testkit::{ADA, BEN, Browser, CLI, JO, Page, TestApp};

const APPLICANT: &str = "zoe@example.net";
const LOGIN: &str = "agnes";
const STAFF_PASSWORD: &str = "quince-heron-7";

async fn register(app: &TestApp, email: &str) -> Page {
    let form = [("name", "Zoe Example"), ("email", email), ("message", "Our device is HIB-A1")];
    Browser::new().post(&format!("{}/portal/customer/register", app.url), &form).await
}

async fn staff(app: &TestApp) -> Browser {
    app.hub.put_staff(LOGIN, "Agnes Example", STAFF_PASSWORD, &CLI).await.unwrap();
    let mut browser = Browser::new();
    let form = [("login", LOGIN), ("password", STAFF_PASSWORD)];
    browser.post(&format!("{}/console/sign-in", app.url), &form).await;
    browser
}

/// A registration with a verified address.
async fn waiting(app: &TestApp) -> (Registration, Person) {
    assert_eq!(register(app, APPLICANT).await.status, 200);
    let link = mailed_link(app).await;
    let mut browser = Browser::new();
    let page = browser.open(&link).await;
    assert!(page.body.contains("Confirm your address"), "{}", page.body);
    assert!(app.store.registrations_waiting(9).await.unwrap().is_empty(), "looking proves nothing");
    let page = browser.submit(&page, &[]).await;
    assert!(page.body.contains("Your address is confirmed"), "{}", page.body);
    let registration = app.store.registrations_waiting(9).await.unwrap().remove(0);
    let person = app.store.person(registration.person.unwrap()).await.unwrap().unwrap();
    (registration, person)
}

#[testkit::both_databases]
async fn p12_a_registration_is_approved_and_the_person_signs_in(app: TestApp) {
    app.activated(ADA).await;
    let (registration, person) = waiting(&app).await;
    assert_eq!(person.inactive.as_ref().map(|it| it.why.as_str()), Some("awaiting_approval"));
    assert_eq!((person.licence, person.places.len()), (None, 0));

    let mut console = staff(&app).await;
    let queue = console.open(&format!("{}/console/registrations", app.url)).await;
    assert!(queue.body.contains("Zoe Example") && queue.body.contains(APPLICANT), "{}", queue.body);
    let url = format!("{}/console/registrations/{}", app.url, registration.id);
    assert!(console.open(&url).await.body.contains("Our device is HIB-A1"));
    let wrong = console.post(&format!("{url}/approve"), &[("licence", "CUST_PORTAL")]).await;
    assert!(wrong.body.contains("did you mean CUSTPORTAL?"), "{}", wrong.body);
    let homeless = console.post(&format!("{url}/approve"), &[("licence", "CUSTPORTAL")]).await;
    assert!(homeless.body.contains("customer portal needs a place"), "{}", homeless.body);
    let ada = app.person_of(ADA.email).await;
    let form = [("licence", "CUSTPORTAL"), ("place", &*ada.customer_id.to_string())];
    let page = console.post(&format!("{url}/approve"), &form).await;
    assert!(page.body.contains("Approved"), "{}", page.body);

    let link = mailed_link(&app).await;
    let mail = app.mail.messages().remove(0);
    assert_eq!(mail.to, [APPLICANT.to_owned()]);
    assert!(mail.subject.contains("was approved") && mail.text.unwrap().contains(&person.person_id));
    set(&app, &link, SECRET).await;
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"), "they see what belongs to their place: {}", page.body);
    let after = app.store.person(person.id).await.unwrap().unwrap();
    assert_eq!((after.customer_id, after.places), (ada.customer_id, vec![PlaceId::home_of(ada.customer_id)]));
    let twice = console.post(&format!("{url}/refuse"), &[("reason", "too late")]).await;
    assert!(twice.body.contains("decided already"), "{}", twice.body);
}

#[testkit::both_databases]
async fn p12_an_e_mail_to_an_unverified_address_contains_no_applicant_text(app: TestApp) {
    let url = format!("{}/portal/customer/register", app.url);
    for name in [
        "Go to https://evil.example/login",
        "www.evil.example",
        "WWW.evil.example",
        "ｗｗｗ．evil.example",
        "https：//evil.example",
        "x＠evil.example",
        "\u{202e}",
        "x@evil.example",
    ] {
        let page = Browser::new().post(&url, &[("name", name), ("email", APPLICANT), ("message", "")]).await;
        assert_eq!(page.status, 422, "{name:?}");
        app.advance(Duration::from_mins(1));
    }
    // Legal names have slashes and colons.
    for name in ["Bob\r\n\r\nYour account is locked", "Win 900 EUR at win-now.example", "Bob c/o Meyer: A/S"] {
        let page = Browser::new().post(&url, &[("name", name), ("email", APPLICANT), ("message", name)]).await;
        assert_eq!(page.status, 200, "{name:?}");
        app.advance(Duration::from_mins(1));
    }
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    let mails: Vec<_> = mails.iter().filter(|mail| mail.to == [APPLICANT.to_owned()]).collect();
    assert_eq!(mails.len(), 3);
    for mail in mails {
        let mail = format!("{mail:?}");
        assert!(!mail.contains("Bob") && !mail.contains("win-now") && !mail.contains("locked"), "{mail}");
    }
}

#[testkit::both_databases]
async fn p12_what_an_applicant_writes_is_kept_as_it_is_seen(app: TestApp) {
    let url = format!("{}/portal/customer/register", app.url);
    // The mark turns the writing direction, so that staff would read something else than what is stored.
    let form = [
        ("name", "Zoe\u{200b} Example"),
        ("email", " zoe\u{200b}@exam\u{ad}ple.com"),
        ("message", "Please\u{202e} let\u{0} me in\r\nZoe"),
    ];
    assert_eq!(Browser::new().post(&url, &form).await.status, 200);
    app.hub.run_pending().await;
    assert_eq!(app.mail.messages()[0].to, ["zoe@example.com".to_owned()]);
    let link = mailed_link(&app).await;
    let mut applicant = Browser::new();
    let page = applicant.open(&link).await;
    applicant.submit(&page, &[]).await;
    let registration = app.store.registrations_waiting(9).await.unwrap().remove(0);
    assert_eq!((registration.name.as_str(), registration.email.as_str()), ("Zoe Example", "zoe@example.com"));
    assert_eq!(registration.message.as_deref(), Some("Please let me in\nZoe"));
    app.leave_jobs();
}

#[testkit::both_databases]
async fn p12_staff_find_an_applicants_customer_by_search(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let ada = app.person_of(ADA.email).await;
    let contact = json!({ "name": "Zoe at Ada's", "email": APPLICANT, "customer_id": ada.customer_id });
    let contact = app.api.post("/contacts", &app.api_key, contact).await.json();
    let (registration, person) = waiting(&app).await;
    let mut console = staff(&app).await;
    let url = format!("{}/console/registrations/{}", app.url, registration.id);
    let first = console.open(&url).await;
    assert!(first.body.contains("Find the customer first") && !first.body.contains("Ada Example"), "{}", first.body);
    let nobody = console.open(&format!("{url}?q=nobody-like-that")).await;
    assert!(nobody.body.contains("No customer fits"), "{}", nobody.body);
    // Finds the customer by the serial number in the application. The customer's only place and the owner of the
    // address are preselected.
    let found = console.open(&format!("{url}?q=hib-a1")).await;
    let place = format!("value=\"{}\" checked", ada.customer_id);
    let known = format!("value=\"{}\" selected", contact["id"].as_str().unwrap());
    assert!(found.body.contains(&place) && found.body.contains(&known), "{}", found.body);
    assert!(!found.body.contains("Ben Example"), "{}", found.body);
    let wrong = [("licence", "CUSTPORTAL"), ("place", ""), ("q", "hib-a1")];
    let wrong = console.post(&format!("{url}/approve"), &wrong).await;
    assert!(
        wrong.body.contains("needs a place") && wrong.body.contains(&place),
        "the choice is there again: {}",
        wrong.body
    );
    let (place, contact_id) = (ada.customer_id.to_string(), contact["id"].as_str().unwrap());
    let right = [("licence", "CUSTPORTAL"), ("place", &*place), ("contact", contact_id), ("q", "hib-a1")];
    let page = console.post(&format!("{url}/approve"), &right).await;
    assert!(page.body.contains("Approved"), "{}", page.body);
    let after = app.store.person(person.id).await.unwrap().unwrap();
    assert_eq!(
        (after.customer_id, after.contact_id.map(|id| id.to_string())),
        (ada.customer_id, contact["id"].as_str().map(ToOwned::to_owned))
    );
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p12_a_refusal_is_explained_to_the_applicant(app: TestApp) {
    let (registration, person) = waiting(&app).await;
    let mut console = staff(&app).await;
    let url = format!("{}/console/registrations/{}", app.url, registration.id);
    let silent = console.post(&format!("{url}/refuse"), &[("reason", " ")]).await;
    assert!(silent.body.contains("the applicant reads it"), "{}", silent.body);
    let reason = "We know no device of yours.";
    let page = console.post(&format!("{url}/refuse"), &[("reason", reason)]).await;
    assert!(page.body.contains("Refused"), "{}", page.body);
    app.hub.run_pending().await;
    let mail = app.mail.messages().remove(0);
    assert!(mail.subject.contains("not approved") && mail.text.unwrap().contains(reason));
    let refused = app.hub.send_password_link(person.id, &JO).await.unwrap_err();
    assert!(refused.to_string().contains("inactive"));
}

#[testkit::both_databases]
async fn p12_registration_does_not_reveal_whether_an_address_is_known(app: TestApp) {
    app.activated(ADA).await;
    let same = |page: &Page, email: &str| {
        let lines = page.body.lines().filter(|line| !line.contains("data-now"));
        (page.status, lines.collect::<String>().replace(email, "…"))
    };
    let fresh = register(&app, APPLICANT).await;
    let known = register(&app, ADA.email).await;
    assert_eq!(same(&fresh, APPLICANT), same(&known, ADA.email));
    app.hub.run_pending().await;
    let ada = app.person_of(ADA.email).await;
    let to_ada = app.mail.messages().into_iter().find(|mail| mail.to == [ADA.email.to_owned()]).unwrap();
    let text = to_ada.text.unwrap();
    assert!(text.contains("You already have access") && text.contains(&ada.person_id) && !text.contains("/register/"));

    let wrong = register(&app, "no address").await;
    assert!(wrong.status == 422 && wrong.body.contains("enter a valid e-mail address"), "{}", wrong.body);
    let mut statuses = Vec::new();
    for n in 0..4 {
        statuses.push(register(&app, &format!("mass{n}@example.net")).await.status);
    }
    assert_eq!(statuses.last(), Some(&429), "nobody has us send mails by the hundred: {statuses:?}");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p12_an_expired_or_used_confirmation_link_is_rejected(app: TestApp) {
    register(&app, APPLICANT).await;
    let link = mailed_link(&app).await;
    app.advance(Duration::from_hours(49));
    let late = Browser::new().post(&link, &[]).await;
    assert!(late.status == 410 && late.body.contains("no longer works"), "{}", late.body);
    assert_eq!(Browser::new().open(&format!("{}/register/guessed", app.url)).await.status, 410);
    let (registration, _) = waiting(&app).await;
    let again = app.hub.confirm_registration(&app.hub.config.secret_key.registration_token(registration.id)).await;
    assert!(again.is_err(), "one link, one person");
    assert_eq!(app.store.registrations_waiting(9).await.unwrap().len(), 1);
    for portal in ["tech", "studio"] {
        assert_eq!(Browser::new().open(&format!("{}/portal/{portal}/register", app.url)).await.status, 404);
    }
}

#[testkit::both_databases]
async fn p03_staff_see_and_revoke_a_persons_credentials_but_no_password(app: TestApp) {
    let person = with_password(&app).await;
    let mut theirs = Browser::new();
    sign_in(&app, &mut theirs, &person.person_id, SECRET).await;
    sign_in(&app, &mut Browser::new(), ADA.email, SECRET).await;
    let mut console = staff(&app).await;
    let url = format!("{}/console/persons/{}/security", app.url, person.id);
    let page = console.open(&url).await;
    for told in [&*person.person_id, "Person ID and password", "127.0.0.1", ADA.email] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert!(!page.body.contains("type=\"password\""), "staff type no password");
    let end = page.body.split("action=\"").find(|part| part.contains("/end\"")).unwrap().split('"').next().unwrap();
    console.post(&format!("{}{end}", app.url), &[]).await;
    assert!(theirs.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in"));
    let mut again = Browser::new();
    sign_in(&app, &mut again, &person.person_id, SECRET).await;
    console.post(&format!("{url}/sign-out"), &[]).await;
    assert!(again.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in"));
    let page = console.post(&format!("{url}/send-link"), &[]).await;
    assert!(page.body.contains("Sent.") && page.body.contains("open"), "{}", page.body);
    let timeline = app.store.timeline(person.customer_id, None, 50).await.unwrap();
    let by_staff = timeline.iter().filter(|entry| entry.actor == "staff:agnes").count();
    assert_eq!(by_staff, 2, "signing out and sending a link are on the timeline");
    app.hub.run_pending().await;
}
