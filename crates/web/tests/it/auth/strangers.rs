//! E-mails that strangers can cause: through every form that needs no sign-in (`P12`, `A20`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reqwest::Method;
use tessera_web::{Route, Rule};
use testkit::passwords::with_password;
use testkit::{ADA, BEN, Colleague, TestApp, client};

/// The mailbox of someone who has nothing to do with the hub.
const THIRD: &str = "third@example.net";
/// What a stranger wants them to read.
const LURE: &str = "Win 900 EUR at win-now.example";
/// More than an hour's limit, within an hour.
const ROUNDS: u32 = 18;
/// Maximum number of such e-mails to a mailbox in an hour.
const IN_AN_HOUR: usize = 6;

/// The names of the fields of the page at a route's address, and those of all such pages.
async fn fields(app: &TestApp, routes: &[Route]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = ["name", "email", "message", "login", "company", "phone"].map(Into::into).into();
    for route in routes {
        let page = client().get(url(app, &route.path, "guessed")).send().await.unwrap().text().await.unwrap();
        names.extend(page.split(" name=\"").skip(1).filter_map(|part| part.split('"').next()).map(ToOwned::to_owned));
    }
    names
}

fn url(app: &TestApp, path: &str, token: &str) -> String {
    let path = path.replace("{portal}", "customer").replace("{provider}", "idp").replace("{token}", token);
    format!("{}{path}", app.url)
}

fn typed(name: &str) -> String {
    match name {
        "email" => THIRD,
        "login" => ADA.email,
        "provider" => "idp",
        _ => LURE,
    }
    .to_owned()
}

/// The texts of the e-mails to a mailbox, latest first.
fn mails_to(app: &TestApp, mailbox: &str) -> Vec<String> {
    let mails = app.mail.messages().into_iter().filter(|mail| mail.to == [mailbox.to_owned()]);
    mails.map(|mail| mail.text.unwrap_or_default()).collect()
}

#[testkit::both_databases]
async fn p12_a20_no_form_for_strangers_mails_their_words_or_floods_a_mailbox(app: TestApp) {
    with_password(&app).await;
    let link = app.link(BEN.requester).await;
    app.hub.run_pending().await;
    app.advance(Duration::from_hours(24 * 30));
    app.hub.run_pending().await;
    let before: BTreeMap<_, _> =
        [ADA.email, BEN.email, THIRD].map(|mailbox| (mailbox, mails_to(&app, mailbox).len())).into();

    let is_open = |route: &Route| matches!(route.rule, Rule::Anyone | Rule::SignIn | Rule::Link);
    let routes: Vec<_> =
        tessera_web::routes().into_iter().filter(|route| route.method == Method::POST && is_open(route)).collect();
    let fields = fields(&app, &routes).await;
    let fields: Vec<_> = fields.into_iter().map(|name| (name.clone(), typed(&name))).collect();
    let token = link.rsplit('/').next().unwrap();
    let mut statuses = BTreeMap::<String, BTreeSet<u16>>::new();
    for _ in 0..ROUNDS {
        for route in &routes {
            let answer = client().post(url(&app, &route.path, token)).form(&fields).send().await.unwrap();
            statuses.entry(route.path.clone()).or_default().insert(answer.status().as_u16());
        }
        app.hub.run_pending().await;
        app.advance(Duration::from_mins(3));
    }

    for mail in app.mail.messages() {
        assert!(!format!("{mail:?}").contains("win-now"), "a stranger's words: {mail:?}");
    }
    for (mailbox, before) in before {
        let sent = mails_to(&app, mailbox).len() - before;
        assert!((1..=IN_AN_HOUR).contains(&sent), "{sent} mails to {mailbox}");
    }
    for path in ["/portal/{portal}/register", "/portal/{portal}/forgot", "/activate/{token}/renew"] {
        assert_eq!(statuses[path], BTreeSet::from([200]), "{path} answers alike, whether or not a mail is sent");
    }
    // A link that arrived is not revoked for one that is not sent.
    let newest = mails_to(&app, BEN.email).remove(0);
    let newest = newest.split_whitespace().find(|word| word.contains("/activate/")).unwrap().to_owned();
    assert_eq!(client().get(&newest).send().await.unwrap().status(), 200, "the latest link works");
    // Later, they can ask again.
    app.advance(Duration::from_hours(2));
    let form = [("name", "Third Example"), ("email", THIRD), ("message", "")];
    client().post(url(&app, "/portal/{portal}/register", "")).form(&form).send().await.unwrap();
    let before = mails_to(&app, THIRD).len();
    app.hub.run_pending().await;
    assert_eq!(mails_to(&app, THIRD).len(), before + 1);
}

#[testkit::both_databases]
async fn p12_spellings_of_a_mailbox_share_its_cap(app: TestApp) {
    let third = |n: u32| format!("third+{n}@example.net");
    for n in 0..12 {
        let form = [("name", "Third Example".to_owned()), ("email", third(n)), ("message", String::new())];
        client().post(url(&app, "/portal/{portal}/register", "")).form(&form).send().await.unwrap();
        app.hub.run_pending().await;
        app.advance(Duration::from_secs(61));
    }
    let sent = app.mail.messages().into_iter().filter(|mail| mail.to[0].starts_with("third+")).count();
    assert_eq!(sent, IN_AN_HOUR);
}

/// The outcome of the doctor's check of e-mails that were held back, and what it says.
async fn held_back(app: &TestApp) -> (String, String) {
    let report = app.api.get("/doctor", &app.api_key).await.json();
    let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "held_back").unwrap();
    (check["outcome"].as_str().unwrap().to_owned(), check["detail"].as_str().unwrap().to_owned())
}

#[testkit::both_databases]
async fn p12_h04_mail_that_is_held_back_is_shown_to_staff_and_counted(app: TestApp) {
    with_password(&app).await;
    app.advance(Duration::from_mins(5));
    assert_eq!(held_back(&app).await.0, "ok");
    for _ in 0..9 {
        for (path, form) in [
            ("/portal/{portal}/register", vec![("name", "Third Example"), ("email", THIRD), ("message", "")]),
            ("/portal/{portal}/forgot", vec![("login", ADA.email)]),
        ] {
            client().post(url(&app, path, "")).form(&form).send().await.unwrap();
        }
        app.hub.run_pending().await;
        app.advance(Duration::from_secs(150));
    }
    let (outcome, detail) = held_back(&app).await;
    assert!(outcome == "warn" && detail.contains(" e-mails that were asked for"), "{outcome}: {detail}");
    let metrics = client().get(format!("{}/metrics", app.url)).send().await.unwrap().text().await.unwrap();
    let counter = "tessera_emails_total{outcome=\"capped\"} ";
    let count = metrics.lines().find_map(|line| line.strip_prefix(counter));
    assert!(count.is_some_and(|count| count.parse::<u32>().unwrap() > 1), "{counter}: {metrics}");
    assert!(!metrics.contains("third@"), "metrics name nobody");
    let mut agnes = Colleague::signed_in(&app).await;
    agnes.post("/doctor", &[]).await.says(&["were not sent within the last hour"]);
    app.advance(Duration::from_hours(2));
    assert_eq!(held_back(&app).await.0, "ok");
}

#[testkit::both_databases]
async fn p03_p12_a_flood_of_registrations_does_not_hold_back_a_password_link(app: TestApp) {
    with_password(&app).await;
    app.advance(Duration::from_mins(5));
    for _ in 0..10 {
        let form = [("name", "Third Example"), ("email", ADA.email), ("message", "")];
        client().post(url(&app, "/portal/{portal}/register", "")).form(&form).send().await.unwrap();
        app.hub.run_pending().await;
        app.advance(Duration::from_secs(61));
    }
    let before = mails_to(&app, ADA.email);
    assert_eq!(before.iter().filter(|text| text.contains("You already have access")).count(), IN_AN_HOUR);
    client().post(url(&app, "/portal/{portal}/forgot", "")).form(&[("login", ADA.email)]).send().await.unwrap();
    app.hub.run_pending().await;
    let after = mails_to(&app, ADA.email);
    assert_eq!(after.len(), before.len() + 1);
    assert!(after[0].contains("/password/"), "{}", after[0]);
}

#[test]
fn p12_every_mail_that_strangers_can_cause_is_known_and_has_no_name_of_theirs() {
    let open: BTreeMap<_, _> = tessera_hub::email_samples()
        .into_iter()
        .filter(|sample| sample.is_open_to_strangers)
        .map(|sample| (format!("{}/{}", sample.name, sample.case), sample.fields))
        .collect();
    let names: Vec<_> = open.keys().map(String::as_str).collect();
    let expected = [
        "email_change/one",
        "failed_sign_ins/password",
        "failed_sign_ins/second_step",
        "invitation/asked",
        "one_time_link/asked",
        "registration/known",
        "registration/new",
        "registration/new_in_shop",
    ];
    assert_eq!(names, expected);
    // The names of an invitation, of a password link and of failed sign-ins are those of the service desk and of staff.
    for unproved in ["email_change/one", "registration/known", "registration/new", "registration/new_in_shop"] {
        for field in ["name", "message", "company"] {
            assert!(open[unproved].get(field).is_none(), "{unproved} has {field}");
        }
    }
}
