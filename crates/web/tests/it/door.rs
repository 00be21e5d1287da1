//! Getting in with person id and password: one-time links, recovery, guessing, sessions (`P03`, `P04`, `A23`).

use std::borrow::Cow;
use std::time::Duration;

use tessera_core::access::Portal;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::Ctx;
use testkit::passwords::{SECRET, employee, mailed_link, sent_link, set, sign_in, sign_in_to, with_password};
use testkit::{ADA, BEN, Browser, JO, PASSWORD, Page, TestApp, client};
use tokio::task::JoinSet;

async fn failing(app: &TestApp, asked: &str) -> Option<(String, String)> {
    let answer = app.hub.explain_access(asked, Portal::Customer).await.unwrap();
    answer.access.refusal().map(|check| (check.rule.to_owned(), check.fix.clone().unwrap_or_default()))
}

#[testkit::both_databases]
async fn p03_staff_send_a_link_and_the_person_signs_in(app: TestApp) {
    app.activated(ADA).await;
    let person = app.person_of(ADA.email).await;
    let link = sent_link(&app, person.id).await;
    let mail = app.mail.messages().remove(0);
    let person = app.person_of(ADA.email).await;
    assert_eq!(mail.to, [ADA.email.to_owned()]);
    assert!(mail.text.unwrap().contains(&person.person_id), "the mail tells what to sign in with");

    // Looking uses nothing up.
    for _ in 0..3 {
        assert!(Browser::new().open(&link).await.body.contains(&person.person_id));
    }
    let mut browser = Browser::new();
    let page = browser.open(&link).await;
    let weak = browser.submit(&page, &[("password", "password2026!"), ("again", "password2026!")]).await;
    assert_eq!(weak.status, 422);
    assert!(weak.body.contains("many people use this one"), "{}", weak.body);
    let differ = browser.submit(&page, &[("password", SECRET), ("again", "something else entirely")]).await;
    assert!(differ.body.contains("The two entries differ"), "{}", differ.body);
    let done = browser.submit(&page, &[("password", SECRET), ("again", SECRET)]).await;
    assert!(done.body.contains("Your password is set."), "{}", done.body);
    let again = Browser::new().open(&link).await;
    assert!(again.status == 410 && again.body.contains("used already"), "{}", again.body);

    let page = sign_in(&app, &mut Browser::new(), &person.person_id.to_lowercase(), SECRET).await;
    assert!(page.body.contains("HIB-A1"), "in, whatever the case: {}", page.body);
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A password was set")));
    let timeline = app.hub.store.timeline(person.customer_id, None, 50).await.unwrap();
    let told: Vec<_> = timeline
        .iter()
        .filter_map(tessera_core::kernel::timeline::Entry::event)
        .map(|event| event.name().to_owned())
        .collect();
    assert!(
        told.contains(&"password_link_sent".to_owned()) && told.contains(&"sign_in_secured".to_owned()),
        "{told:?}"
    );
}

#[testkit::both_databases]
async fn p03_an_email_as_login_is_neutral_outside_and_named_by_why(app: TestApp) {
    let person = with_password(&app).await;
    app.advance(Duration::from_mins(1));
    let outcome = |page: &Page| {
        (page.status, page.body.replace(ADA.email, "…").replace(&person.person_id, "…").replace("nobody-9", "…"))
    };
    let by_email = sign_in(&app, &mut Browser::new(), ADA.email, SECRET).await;
    let wrong = sign_in(&app, &mut Browser::new(), &person.person_id, "not the right password").await;
    let nobody = sign_in(&app, &mut Browser::new(), "nobody-9", SECRET).await;
    assert_eq!((by_email.status, by_email.body.contains("do not match")), (403, true));
    assert!(by_email.body.contains("Your person id, not your e-mail address."));
    assert_eq!(outcome(&by_email), outcome(&wrong));
    assert_eq!(outcome(&by_email), outcome(&nobody));

    let (rule, fix) = failing(&app, &person.person_id).await.expect("why knows");
    assert_eq!(rule, "login_is_person_id");
    assert!(fix.contains(&person.person_id), "{fix}");
    // Its advice is right.
    app.advance(Duration::from_mins(1));
    assert!(sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await.body.contains("HIB-A1"));
    assert_eq!(failing(&app, &person.person_id).await, None);
}

#[testkit::both_databases]
async fn p03_a_login_nobody_has_takes_as_long_as_a_wrong_password(app: TestApp) {
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
    // The difference between hashing and not hashing is more than tenfold.
    assert!(nobody * 3 > known && known * 3 > nobody, "{known:?} {nobody:?}");
}

#[testkit::both_databases]
async fn p03_a_link_dies_with_a_newer_one_with_time_and_with_every_change(app: TestApp) {
    app.activated(ADA).await;
    let id = app.person_of(ADA.email).await.id;
    let first = sent_link(&app, id).await;
    let second = sent_link(&app, id).await;
    let dead = async |link: &str| {
        let page = Browser::new().open(link).await;
        page.status == 410 && !page.body.contains("name=\"again\"")
    };
    assert!(dead(&first).await, "a newer one was sent");

    let by = &Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);
    let draft = |person: &Person, active| PersonDraft {
        person_id: Some(person.person_id.clone()),
        name: person.name.clone(),
        email: Some("ada.new@example.com".to_owned()),
        licence: person.licence,
        active,
        mobile_user: person.mobile_user,
        default_place: person.default_place,
        places: person.places.clone(),
        role_functions: person.role_functions.clone(),
        contact_id: person.contact_id,
    };
    app.hub.change_person(id, None, |person| draft(person, true), by).await.unwrap();
    assert!(dead(&second).await, "the person changed");
    // What the page does not show, a form that was open before cannot do either.
    let page = Browser::new().post(&second, &[("password", SECRET), ("again", SECRET)]).await;
    assert_eq!(page.status, 410);
    let third = sent_link(&app, id).await;
    app.hub.change_person(id, None, |person| draft(person, false), by).await.unwrap();
    assert!(dead(&third).await, "the person is inactive");
    let refused = app.hub.send_password_link(id, &JO).await.unwrap_err();
    assert!(refused.to_string().contains("inactive"), "{refused}");
    app.hub.change_person(id, None, |person| draft(person, true), by).await.unwrap();
    let fourth = sent_link(&app, id).await;
    app.advance(Duration::from_hours(73));
    assert!(dead(&fourth).await, "its time ran out");
    assert!(app.hub.store.credentials(id).await.unwrap().password_hash.is_none());
    assert_eq!(Browser::new().open(&format!("{}/password/guessed", app.url)).await.status, 404);
}

#[testkit::both_databases]
async fn p03_of_many_who_use_one_link_one_sets_the_password(app: TestApp) {
    app.activated(ADA).await;
    let id = app.person_of(ADA.email).await.id;
    let link = sent_link(&app, id).await;
    let token = link.rsplit('/').next().unwrap().to_owned();
    let mut race = JoinSet::new();
    for n in 0..8 {
        let (hub, token) = (app.hub.clone(), token.clone());
        race.spawn(
            async move { hub.set_password_by_link(&token, &format!("{SECRET} number {n}")).await.unwrap().is_ok() },
        );
    }
    let won = race.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 1);
}

#[testkit::both_databases]
async fn p03_recovery_tells_nobody_but_the_mailbox(app: TestApp) {
    let person = with_password(&app).await;
    app.advance(Duration::from_mins(5));
    let forgot = format!("{}/portal/customer/forgot", app.url);
    let ask = async |login: &str| {
        let page = Browser::new().post(&forgot, &[("login", login)]).await;
        app.advance(Duration::from_mins(3));
        let before = app.mail.messages().len();
        app.hub.run_pending().await;
        let body = page.body.lines().filter(|line| !line.contains("data-now")).collect::<String>();
        (page.status, body, app.mail.messages().len() - before)
    };
    let (status, body, mails) = ask("nobody@example.com").await;
    assert_eq!((status, mails), (200, 0), "strangers are not written to");
    for login in [ADA.email.to_uppercase(), person.person_id.to_lowercase()] {
        assert_eq!(ask(&login).await, (200, body.clone(), 1), "{login}");
        let mail = app.mail.messages().remove(0);
        assert!(mail.text.unwrap().contains(&person.person_id));
        assert_eq!(mail.to, [ADA.email.to_owned()], "to the known address, whatever was typed");
    }
    let link = mailed_link(&app).await;
    set(&app, &link, "another green heron").await;
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert_eq!(page.status, 403, "the old password is gone");
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, "another green heron").await;
    assert!(page.body.contains("HIB-A1"));

    // Nobody fills a mailbox: a second link within two minutes is not sent, and one place asks only so often.
    for _ in 0..2 {
        app.hub.request_password_link(ADA.email).await.unwrap();
        app.hub.run_pending().await;
    }
    let newest = app.hub.store.one_time_links(person.id).await.unwrap();
    let asked = newest.iter().filter(|link| link.created_at == app.hub.env.now()).count();
    assert_eq!(asked, 1);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(Browser::new().post(&forgot, &[("login", "x")]).await.status);
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
}

#[testkit::both_databases]
async fn p03_who_guesses_is_slowed_down_and_locks_nobody_out(app: TestApp) {
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

    // The mark of one login is of no use for another one, and cannot be made.
    let ben = sign_in(&app, &mut known, "nobody-1", SECRET).await;
    assert_eq!(ben.status, 403);
    app.advance(Duration::from_secs(61));
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert!(page.body.contains("HIB-A1"), "a minute later everybody may try again");
}

#[testkit::both_databases]
async fn p03_credential_stuffing_from_one_place_is_stopped(app: TestApp) {
    let person = with_password(&app).await;
    app.advance(Duration::from_secs(61));
    let mut statuses = Vec::new();
    for n in 0..24 {
        statuses.push(sign_in(&app, &mut Browser::new(), &format!("person-{n}"), SECRET).await.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 403).count(), 20, "{statuses:?}");
    assert_eq!(sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await.status, 429);

    // Sent all at once, no more of them are answered.
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
    assert!(answered <= 6, "{answered}");
}

#[testkit::both_databases]
async fn p03_other_sites_cannot_sign_anybody_in_or_change_anything(app: TestApp) {
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
async fn p04_whoever_becomes_inactive_is_signed_out_at_once(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    let draft = PersonDraft {
        person_id: Some(person.person_id.clone()),
        name: person.name.clone(),
        email: person.email.clone(),
        licence: person.licence,
        active: false,
        mobile_user: false,
        default_place: person.default_place,
        places: person.places.clone(),
        role_functions: Vec::new(),
        contact_id: None,
    };
    let by = &Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);
    app.hub.change_person(person.id, None, |_| draft.clone(), by).await.unwrap();
    assert!(browser.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in"));
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await;
    assert!(page.status == 403 && page.body.contains("Your access was ended"), "{}", page.body);
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, "not the right password").await;
    assert!(page.body.contains("do not match"), "a stranger is not told: {}", page.body);
}

#[testkit::both_databases]
async fn a23_a_session_is_listed_ended_and_never_carried_over(app: TestApp) {
    let person = with_password(&app).await;
    let (mut here, mut there) = (Browser::new(), Browser::new());
    sign_in(&app, &mut here, &person.person_id, SECRET).await;
    let planted = here.cookie("tessera").unwrap();
    sign_in(&app, &mut here, &person.person_id, SECRET).await;
    assert_ne!(here.cookie("tessera").unwrap(), planted, "a fresh token at each sign-in");
    let mut stolen = Browser::new();
    stolen.put_cookie("tessera", &planted);
    assert!(stolen.open(&format!("{}/portal/customer", app.url)).await.url.contains("/sign-in"), "the old one is dead");

    app.advance(Duration::from_mins(10));
    sign_in(&app, &mut there, &person.person_id, SECRET).await;
    let list = format!("{}/portal/customer/sessions", app.url);
    let page = here.open(&list).await;
    assert_eq!(page.body.matches("Sign out there").count(), 1, "{}", page.body);
    assert!(page.body.contains("127.0.0.1") && page.body.contains("This one"));
    let end = page.body.split("action=\"").find(|part| part.contains("/end\"")).unwrap().split('"').next().unwrap();
    let end = format!("{}{end}", app.url);
    app.activated(BEN).await;
    let ben = app.person_of(BEN.email).await;
    let link = sent_link(&app, ben.id).await;
    set(&app, &link, SECRET).await;
    let mut bens = Browser::new();
    let ben = app.person_of(BEN.email).await;
    sign_in(&app, &mut bens, &ben.person_id, SECRET).await;
    assert_eq!(bens.post(&end, &[]).await.status, 404, "somebody else's session does not exist here");
    here.post(&end, &[]).await;
    let page = here.post(&format!("{list}/end-others"), &[]).await;
    assert!(page.body.contains("You are signed in nowhere else"), "{}", page.body);
    assert!(there.open(&list).await.url.contains("/sign-in"));
    assert!(bens.open(&list).await.body.contains("This one"), "nobody else is signed out");
}

#[testkit::both_databases]
async fn a23_changes_need_a_fresh_proof_which_renews_the_token(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, &person.person_id, SECRET).await;
    app.advance(Duration::from_mins(16));
    let password = format!("{}/portal/customer/password", app.url);
    for path in ["password", "second-factor"] {
        let page = browser.open(&format!("{}/portal/customer/{path}", app.url)).await;
        assert!(page.url.contains("/confirm?return_to="), "{}", page.url);
    }
    let form = [("password", "another green heron"), ("again", "another green heron")];
    let page = browser.post(&password, &form).await;
    assert!(page.url.contains("/confirm"), "nothing was changed: {}", page.url);
    let before = browser.cookie("tessera").unwrap();
    let confirm = format!("{}/portal/customer/confirm", app.url);
    let proof = |password| [("return_to", "/portal/customer/password"), ("password", password)];
    let wrong = browser.post(&confirm, &proof("not the right password")).await;
    assert_eq!(wrong.status, 403);
    let page = browser.post(&confirm, &proof(SECRET)).await;
    assert!(page.url.ends_with("/portal/customer/password"), "{}", page.url);
    assert_ne!(browser.cookie("tessera").unwrap(), before, "a fresh token at step-up");
    let mut stolen = Browser::new();
    stolen.put_cookie("tessera", &before);
    assert!(stolen.open(&password).await.url.contains("/sign-in"));

    let mut elsewhere = Browser::new();
    sign_in(&app, &mut elsewhere, &person.person_id, SECRET).await;
    let page = browser.post(&password, &form).await;
    assert!(page.body.contains("Your password is set."), "{}", page.body);
    assert!(elsewhere.open(&password).await.url.contains("/sign-in"), "other sessions ended");
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A password was set")));
}

#[testkit::both_databases]
async fn a23_the_password_is_a_way_in_like_the_others(app: TestApp) {
    let person = with_password(&app).await;
    let mut browser = Browser::new();
    let provider = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    browser.submit(&provider, &[("email", ADA.email), ("password", PASSWORD)]).await;
    let page = browser.open(&format!("{}/portal/customer/identities", app.url)).await;
    assert!(page.body.contains("Person id and password") && page.body.contains(&person.person_id), "{}", page.body);
    let page = browser.post(&format!("{}/portal/customer/password/remove", app.url), &[]).await;
    assert!(page.body.contains("Removed."), "{}", page.body);
    assert_eq!(sign_in(&app, &mut Browser::new(), &person.person_id, SECRET).await.status, 403);
    assert_eq!(app.hub.store.identities_of_person(person.id).await.unwrap().len(), 1);

    // Of the last way in nobody is rid.
    let sam = employee(&app, "sam", LicenceType::Techportal).await;
    let refused = app.hub.remove_password(sam.id, None).await.unwrap_err();
    assert!(refused.to_string().contains("only sign-in method"), "{refused}");
}

#[testkit::both_databases]
async fn p05_every_portal_has_a_door_with_its_rule(app: TestApp) {
    employee(&app, "sam", LicenceType::Techportal).await;
    employee(&app, "nina", LicenceType::Studio).await;
    let mut browser = Browser::new();
    let page = browser.open(&format!("{}/portal/tech", app.url)).await;
    assert!(page.body.contains("Sign in to Tech Portal"), "{}", page.body);
    let page = sign_in_to(&app, &mut browser, "tech", "sam", SECRET).await;
    assert!(page.url.ends_with("/portal/tech") && page.body.contains("This workspace is empty."), "{}", page.body);
    for portal in Portal::ALL.into_iter().filter(|portal| !matches!(portal, Portal::Tech | Portal::Customer)) {
        let page = browser.open(&format!("{}/portal/{}", app.url, portal.as_str())).await;
        assert_eq!(page.status, 403, "{portal:?}");
        assert!(page.body.contains("This is not part of your access"), "{portal:?}");
    }
    assert!(browser.open(&format!("{}/portal/customer", app.url)).await.body.contains("not part of your access"));
    let mut studio = Browser::new();
    sign_in_to(&app, &mut studio, "studio", "nina", SECRET).await;
    for portal in ["tech", "warehouse", "dealer", "repair", "smart_client", "studio"] {
        assert_eq!(studio.open(&format!("{}/portal/{portal}", app.url)).await.status, 200, "{portal}");
    }
    assert_eq!(studio.open(&format!("{}/portal/mobile", app.url)).await.status, 403, "not a mobile user");
    assert_eq!(studio.open(&format!("{}/portal/elsewhere", app.url)).await.status, 404);
    let out = studio.post(&format!("{}/portal/studio/sign-out", app.url), &[]).await;
    assert!(out.body.contains("Sign in to Studio"));
    assert!(studio.open(&format!("{}/portal/studio", app.url)).await.url.contains("/sign-in"));
}
