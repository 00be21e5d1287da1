//! What staff see and do.

use std::time::Duration;

use reqwest::{Method, StatusCode, header};
use serde_json::json;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::Kind;
use tessera_sim::faults::{Fault, FaultKind};
use testkit::run_sql;
use testkit::web::{STAFF_LOGIN, STAFF_PASSWORD};
use testkit::{ADA, BEN, Browser, CLEO, CLI, Colleague, DESK, EVE, NO_EMAIL, Shown, TestApp, client};

async fn read_everything(app: &TestApp) {
    app.hub.request_sweeps().await.unwrap();
    app.hub.run_pending().await;
}

async fn customer(app: &TestApp, requester: &str) -> CustomerId {
    app.customer_of(requester).await.parse().unwrap()
}

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
async fn staff_who_guess_are_slowed_down(app: TestApp) {
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
async fn of_many_guesses_at_once_few_are_answered(app: TestApp) {
    app.hub.put_staff(STAFF_LOGIN, "Agnes Example", STAFF_PASSWORD, &CLI).await.unwrap();
    let guess = async |password: String| Colleague::signed_out(&app).sign_in(STAFF_LOGIN, &password).await.status;
    let all = (0..16).map(|n| guess(format!("guess {n}")));
    let answers = futures_util::future::join_all(all).await;
    let answered = answers.iter().filter(|status| **status == StatusCode::FORBIDDEN).count();
    assert!(answered <= 5, "{answers:?}");
    assert_eq!(guess(STAFF_PASSWORD.to_owned()).await, StatusCode::TOO_MANY_REQUESTS);
}

#[testkit::both_databases]
async fn another_sites_form_is_refused_and_what_does_not_exist_is_not_found(app: TestApp) {
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

#[testkit::both_databases]
async fn h01_search_finds_by_every_kind_of_term(app: TestApp) {
    let namesake = json!({ "first_name": "Ada", "last_name": "Sample", "primary_email": "ada@example.com.au" });
    app.call_desk(Method::POST, "/requesters", namesake).await;
    app.call_desk(Method::PUT, "/requesters/1002", json!({ "mobile_phone_number": "+27 21 555 0142" })).await;
    read_everything(&app).await;
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let ada_url = format!("/console/customers/{ada}");
    let identity = app.hub.store.identities(ada).await.unwrap().remove(0).sign_in.identity;
    let mut agnes = Colleague::signed_in(&app).await;

    let id = ada.to_string();
    for term in [
        "ada@example.com",
        " ADA@Example.com ",
        "ada@ex",
        "ada ex",
        "example ADA",
        "1001",
        "5001",
        "freshservice:requester:1001",
        &id,
        &identity.subject,
    ] {
        let found = agnes.search(term).await;
        found.says(&[&ada_url, "Ada Example", "Freshservice", "Freshsales", "idp"]);
        assert_eq!(found.body.matches(&ada_url).count(), 1, "{term}: once");
    }
    agnes.search("ada@example.com").await.lacks(&["Ada Sample"]);
    agnes.search("ada@example.com.").await.says(&["Ada Sample", "Not invited"]);
    agnes.search("ada").await.says(&["Ada Sample", &ada_url]);
    agnes.search("example sample").await.says(&["Nothing found"]);

    let ben = "/console/records/freshservice/requester/1002";
    for term in ["+27215550142", "0027 (21) 555-0142", "+27 21 555"] {
        agnes.search(term).await.says(&[ben, "Ben Example"]);
    }
    app.link(BEN.requester).await;
    agnes.search("ben example").await.says(&[ben, ">Invited<"]);

    let device = app.hub.store.devices_held("freshservice", BEN.requester).await.unwrap().remove(0);
    let serial = device.serial.unwrap();
    let tag = format!("asset {}", device.external_id);
    for term in [&serial, &serial.to_lowercase().replace('-', " "), &tag, &device.external_id] {
        agnes.search(term).await.says(&[&serial, "Requester 1002, not linked", ben]);
    }
    agnes.search("HIB-A1").await.says(&["HIB-A1", &ada_url, "Ada Example"]);
    agnes.search("HIB-S1").await.says(&["HIB-S1", "nobody"]);

    for term in ["zzz", "999999", "%", "' OR 1=1 --", "<script>alert(1)</script>", &"x".repeat(5000)] {
        let nothing = agnes.search(term).await;
        assert_eq!(nothing.status, StatusCode::OK, "{term}");
        nothing.says(&["Nothing found"]);
    }
}

#[testkit::both_databases]
async fn h01_search_is_bounded_and_says_so(app: TestApp) {
    for n in 0..60 {
        let twin = json!({ "first_name": "Twin", "last_name": format!("Number{n}"), "primary_email": format!("twin{n}@example.org") });
        app.call_desk(Method::POST, "/requesters", twin).await;
    }
    read_everything(&app).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let found = agnes.search("twin").await;
    found.says(&["There are more matches than shown"]);
    assert_eq!(found.body.matches("/console/records/freshservice/requester/").count(), 50);
    agnes.search("twin number7").await.lacks(&["There are more matches"]);
}

#[testkit::both_databases]
async fn a11_h01_staff_invite_somebody_the_hub_has_not_met(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let page = "/records/freshservice/requester/1005";
    agnes.open(page).await.says(&["Eve Example", "eve@example.com", "Never invited", "No asset is assigned"]);

    let made = agnes.post(&format!("{page}/invite"), &[]).await;
    let link = made.body.split(&format!("{}/activate/", app.url)).nth(1).expect("the link is shown");
    let link = format!("{}/activate/{}", app.url, link.split('<').next().unwrap());
    made.says(&["Invitation made", "eve@example.com", "Withdraw"]);
    assert!(!made.path.contains("activate"), "the link is in no address: {}", made.path);
    let again = agnes.go(Method::GET, &made.path, &[]).await;
    again.lacks(&["/activate/", "Invitation made"]);
    again.says(&["Open", "agnes", "The open invitation stops working"]);
    app.hub.run_pending().await;
    let mails = app.mail.messages();
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, [EVE.email.to_owned()].as_slice()));
    assert!(mails[0].text.as_deref().unwrap().contains(&link));

    agnes.post(&format!("{page}/withdraw"), &[]).await.says(&["is withdrawn", "Withdrawn"]);
    assert_eq!(Browser::new().open(&link).await.status, 410);

    app.activated(BEN).await;
    let customers = agnes.open("/records/freshservice/requester/1002").await;
    assert_eq!(customers.path, format!("/console/customers/{}", app.customer_of(BEN.requester).await));
    let again = agnes.go(Method::POST, &format!("{}/invite", customers.path), &[]).await;
    again.says(&["ben@example.com", "/activate/"]);
    agnes.go(Method::GET, &again.path, &[]).await.lacks(&["/activate/"]);
}

#[testkit::both_databases]
async fn a11_h04_who_cannot_be_invited_is_told_with_the_way_out(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/records/freshservice/requester/{NO_EMAIL}");
    agnes.open(&page).await.says(&["no e-mail address", "Add one in Freshservice"]);
    agnes.post(&format!("{page}/invite"), &[]).await.says(&["Requester 1006 has no e-mail address", "enter one there"]);

    let down = FaultKind::Status { status: 503, retry_after: None, body: None };
    let path = "/api/v2/*".to_owned();
    app.desk.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    let unknown = agnes.open("/records/freshservice/requester/1005").await;
    assert_eq!((unknown.path.as_str(), unknown.status), ("/console", StatusCode::OK));
    unknown.says(&["Freshservice is not available", "requester 1005", "Try again at"]);
    let known = agnes.post(&format!("{page}/reread"), &[]).await;
    assert_eq!(known.path, format!("/console{page}"));
    known.says(&["Freshservice is not available", "Finn Example"]);
    assert!(app.mail.messages().is_empty());
}

#[testkit::both_databases]
async fn a01_h01_a_customer_page_shows_every_link_with_its_evidence(app: TestApp) {
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = agnes.open(&format!("/customers/{ada}")).await;
    page.says(&[
        "Opened the invitation sent to: ada@example.com",
        "Same primary e-mail, one contact: ada@example.com",
        "Verified by the provider: yes",
        "by the customer",
        "1001",
        "5001",
        "HIB-A1",
        "Used",
        "API key test",
        "Account activated",
        ">Verified<",
    ]);
    let identity = app.hub.store.identities(ada).await.unwrap().remove(0).sign_in.identity;
    page.says(&[&identity.subject, &identity.issuer]);
    for kind in ["user", "requester", "contact"] {
        page.says(&[&format!("Unlink this {kind}")]);
    }
    assert!(page.body.find("· user") < page.body.find("· requester"), "the identity first");

    agnes.post(&format!("/customers/{ada}/reread"), &[]).await.says(&["being read again"]);
    app.call_desk(Method::PUT, "/requesters/1001", json!({ "first_name": "Adela" })).await;
    app.hub.run_pending().await;
    agnes.open(&format!("/customers/{ada}")).await.says(&["Adela Example", "Name changed from Ada Example"]);

    let entries = app.hub.store.timeline_head(ada).await.unwrap().unwrap().length;
    let older = agnes.open(&format!("/customers/{ada}?before=3")).await;
    older.says(&[">Verified<", "#2</span>", "#1</span>"]);
    older.lacks(&[&format!("#{entries}</span>")]);
}

#[testkit::both_databases]
async fn h01_unlinking_frees_the_identity_and_ends_its_session(app: TestApp) {
    let mut customers = app.activated(ADA).await;
    let portal = format!("{}/portal/customer", app.url);
    assert!(customers.open(&portal).await.body.contains("HIB-A1"));
    let ada = customer(&app, ADA.requester).await;
    let links = app.hub.store.links(ada).await.unwrap();
    let of = |kind| links.iter().find(|link| link.record.kind == kind).unwrap().id;
    let unlink = |kind| format!("/customers/{ada}/links/{}/unlink", of(kind));
    let mut agnes = Colleague::signed_in(&app).await;

    agnes.post(&unlink(Kind::User), &[("reason", "  ")]).await.says(&["Nothing was unlinked: give a reason"]);
    assert_eq!(app.hub.store.identities(ada).await.unwrap().len(), 1);
    let why = [("reason", "signed in for somebody else")];
    let page = agnes.post(&unlink(Kind::User), &why).await;
    page.says(&[
        "Unlinked. The link and the reason stay",
        "signed in for somebody else",
        "agnes",
        "Console",
        ">Verified<",
    ]);
    page.lacks(&["Unlink this user"]);
    assert!(app.hub.store.identities(ada).await.unwrap().is_empty());
    assert!(customers.open(&portal).await.url.ends_with("/portal/customer/sign-in"));
    agnes.post(&unlink(Kind::User), &why).await.says(&["has no active link"]);

    let page = agnes.post(&unlink(Kind::Requester), &why).await;
    page.says(&["The requester was unlinked on", "identity_unlinked"]);
    page.lacks(&["Invite again", "HIB-A1</code>"]);
    let free = agnes.open("/records/freshservice/requester/1001").await;
    assert_eq!(free.path, "/console/records/freshservice/requester/1001");
    free.says(&["Ada Example", "Used"]);
}

#[testkit::both_databases]
async fn h03_a_review_is_decided_for_a_candidate(app: TestApp) {
    app.activated(CLEO).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let list = agnes.open("/reviews").await;
    list.says(&["2 CRM contacts have the e-mail cleo@example.com", "Cleo Example", "1<span class=\"sr\"> open"]);
    let review = app.hub.store.open_reviews(9).await.unwrap().remove(0);
    let page = format!("/reviews/{}", review.id);
    let shown = agnes.open(&page).await;
    shown.says(&["5003", "6003", "same", "freshsales:contact:6003", "None of these"]);

    agnes.post(&page, &[("choice", "nonsense")]).await.says(&["Nothing was decided"]);
    agnes.post(&page, &[("choice", "freshsales:contact:5001")]).await.says(&["is not one of the candidates"]);
    let decided = [("choice", "freshsales:contact:6003"), ("note", "the address on the deal")];
    let shown = agnes.post(&page, &decided).await;
    shown.says(&["Decided", "Contact 6003 is this customer’s", "the address on the deal", "agnes"]);
    shown.lacks(&["name=\"choice\""]);
    agnes.post(&page, &decided).await.says(&["was answered before"]);
    agnes.open("/reviews").await.says(&["Nothing to decide"]);

    let cleo = customer(&app, CLEO.requester).await;
    let page = agnes.open(&format!("/customers/{cleo}")).await;
    page.says(&["Decided in review", "6003", "Unlink this contact", "the address on the deal", ">Verified<"]);
}

#[testkit::both_databases]
async fn h03_a_review_is_decided_for_none(app: TestApp) {
    app.activated(CLEO).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let cleo = customer(&app, CLEO.requester).await;
    let waits = agnes.open(&format!("/customers/{cleo}")).await;
    waits.says(&["Waits for a decision", "2 CRM contacts"]);
    let review = app.hub.store.open_reviews(9).await.unwrap().remove(0);
    let shown = agnes.post(&format!("/reviews/{}", review.id), &[("choice", "none"), ("note", "")]).await;
    shown.says(&["None of the candidates is this customer"]);
    let page = agnes.open(&format!("/customers/{cleo}")).await;
    page.lacks(&["Waits for a decision", "Unlink this contact"]);
    agnes.post(&format!("/customers/{cleo}/reread"), &[]).await;
    app.hub.run_pending().await;
    agnes.open("/reviews").await.says(&["Nothing to decide"]);
}

#[testkit::both_databases]
async fn h04_h06_systems_and_failed_jobs_are_shown_and_tried_again(app: TestApp) {
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.open("/systems").await.says(&["Not called yet", "Nothing was swept yet", "Nothing has failed"]);
    agnes.post("/systems/read", &[]).await.says(&["Everything is being read", "3 jobs wait"]);
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&[
        "Requesters",
        "Assets",
        "Contacts",
        "Complete",
        "Healthy",
        "kept for people who wait",
    ]);

    app.hub.ask_invitation(NO_EMAIL, DESK.actor.clone()).await.unwrap();
    app.hub.run_pending().await;
    let failed = agnes.open("/systems").await;
    failed.says(&["Gave up", "Invite requester", "Requester 1006", "Requester 1006 has no e-mail address", "Try now"]);
    app.call_desk(Method::PUT, &format!("/requesters/{NO_EMAIL}"), json!({ "primary_email": "finn@example.com" }))
        .await;
    let retry = failed.body.split("/console/jobs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let retry = format!("/jobs/{retry}");
    agnes.post(&retry, &[]).await.says(&["is being tried again", "Will be tried again"]);
    agnes.post(&retry, &[]).await.says(&["was not started again"]);
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&["Nothing has failed"]);
    assert_eq!(app.mail.messages()[0].to, ["finn@example.com"]);

    let down = FaultKind::Status { status: 500, retry_after: None, body: None };
    let path = "/crm/*".to_owned();
    app.crm.faults().add(Fault { path, method: None, kind: down, times: None, skip: 0, probability: None });
    agnes.post("/systems/read", &[]).await;
    app.hub.run_pending().await;
    agnes.open("/systems").await.says(&[
        "Paused",
        "Sweep",
        "Will be tried again",
        "Reading the contacts stopped at page 1",
    ]);
}

#[testkit::both_databases]
async fn h05_a_changed_timeline_shows_on_the_customers_page(app: TestApp) {
    app.activated(ADA).await;
    let ada = customer(&app, ADA.requester).await;
    let mut agnes = Colleague::signed_in(&app).await;
    let page = format!("/customers/{ada}");
    agnes.open(&page).await.says(&[">Verified<"]);
    run_sql(&app.database, "DELETE FROM timeline WHERE seq = (SELECT max(seq) FROM timeline)").await;
    agnes.open(&page).await.says(&["Chain broken"]);
    run_sql(&app.database, "UPDATE timeline SET actor = 'nobody' WHERE seq = 2").await;
    let broken = agnes.open(&page).await;
    broken.says(&["Chain broken", "Entry 2 does not fit"]);
    broken.lacks(&[">Verified<"]);
}
