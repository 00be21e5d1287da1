//! Links to set a password, and recovery (`P03`).

use std::borrow::Cow;
use std::time::Duration;

use serde_json::json;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::Ctx;
use tessera_store::JobState;
use testkit::passwords::{SECRET, mailed_link, sent_link, set, sign_in, with_password};
use testkit::{ADA, Browser, JO, TestApp};
use tokio::task::JoinSet;

#[testkit::both_databases]
async fn p03_staff_send_a_password_link_and_the_person_signs_in(app: TestApp) {
    app.activated(ADA).await;
    let person = app.person_of(ADA.email).await;
    let link = sent_link(&app, person.id).await;
    let mail = app.mail.messages().remove(0);
    let person = app.person_of(ADA.email).await;
    assert_eq!(mail.to, [ADA.email.to_owned()]);
    assert!(mail.text.unwrap().contains(&person.person_id), "the mail tells what to sign in with");

    // Opening the link does not consume it.
    for _ in 0..3 {
        assert!(Browser::new().open(&link).await.body.contains(&person.person_id));
    }
    let mut browser = Browser::new();
    let page = browser.open(&link).await;
    let weak = browser.submit(&page, &[("password", "password2026!"), ("again", "password2026!")]).await;
    assert_eq!(weak.status, 422);
    assert!(weak.body.contains("this one is too common"), "{}", weak.body);
    let differ = browser.submit(&page, &[("password", SECRET), ("again", "something else entirely")]).await;
    assert!(differ.body.contains("The two entries differ"), "{}", differ.body);
    let done = browser.submit(&page, &[("password", SECRET), ("again", SECRET)]).await;
    assert!(done.body.contains("Your password is set."), "{}", done.body);
    let again = Browser::new().open(&link).await;
    assert!(again.status == 410 && again.body.contains("already been used"), "{}", again.body);

    let page = sign_in(&app, &mut Browser::new(), &person.person_id.to_lowercase(), SECRET).await;
    assert!(page.body.contains("HIB-A1"), "in, whatever the case: {}", page.body);
    app.hub.run_pending().await;
    assert!(app.mail.messages().iter().any(|mail| mail.subject.contains("A password was set")));
    let timeline = app.store.timeline(person.customer_id, None, 50).await.unwrap();
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
async fn p03_a_password_link_is_requested_through_the_api(app: TestApp) {
    app.activated(ADA).await;
    let person = app.person_of(ADA.email).await;
    let request =
        async |who: &str| app.api.post(&format!("/persons/{who}/password-link"), &app.api_key, json!({})).await;
    let answer = request(&person.person_id).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""), "the link is in the e-mail only");
    app.hub.run_pending().await;
    let link = mailed_link(&app).await;
    let page = Browser::new().open(&link).await;
    assert!(page.body.contains(&person.person_id), "{}", page.body);
    assert_eq!(request("nobody").await.status, 404);

    let draft = |person: &Person| PersonDraft { active: false, ..PersonDraft::from(person) };
    app.hub.change_person(person.id, None, draft, &JO).await.unwrap();
    let refused = request(&person.person_id).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert!(refused.body.contains("inactive"), "{}", refused.body);
}

#[testkit::both_databases]
async fn p03_a_password_link_is_revoked_by_a_newer_one_expiry_or_any_change(app: TestApp) {
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
        email: Some("ada.new@example.com".to_owned()),
        active,
        ..PersonDraft::from(person)
    };
    app.hub.change_person(id, None, |person| draft(person, true), by).await.unwrap();
    assert!(dead(&second).await, "the person changed");
    // A form that was opened earlier must not succeed where the page is rejected.
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
    assert!(app.store.credentials(id).await.unwrap().password_hash.is_none());
    assert_eq!(Browser::new().open(&format!("{}/password/guessed", app.url)).await.status, 404);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_concurrent_uses_of_a_password_link_set_one_password(app: TestApp) {
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
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_recovery_does_not_reveal_whether_an_account_exists(app: TestApp) {
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

    // Mailbox flooding is prevented: a second link within two minutes is not sent, and requests are rate-limited by
    // client address.
    for _ in 0..2 {
        app.hub.request_password_link(ADA.email).await.unwrap();
        app.hub.run_pending().await;
    }
    let newest = app.store.one_time_links(person.id).await.unwrap();
    let asked = newest.iter().filter(|link| link.created_at == app.hub.env.now()).count();
    assert_eq!(asked, 1);
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(Browser::new().post(&forgot, &[("login", "x")]).await.status);
    }
    assert_eq!(statuses.last(), Some(&429), "{statuses:?}");
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn p03_what_is_typed_under_forgot_is_not_stored_in_clear(app: TestApp) {
    with_password(&app).await;
    app.hub.run_pending().await;
    for login in [ADA.email, "a secret password by mistake"] {
        app.hub.request_password_link(login).await.unwrap();
        app.hub.request_password_link(&format!(" {} ", login.to_uppercase())).await.unwrap();
    }
    let waiting = app.store.jobs(JobState::Waiting, 100).await.unwrap();
    let asked: Vec<_> = waiting.iter().filter(|job| job.task.kind() == "send_one_time_link").collect();
    assert_eq!(asked.len(), 2, "the same login is looked up once");
    let kept = format!("{asked:?}").to_lowercase();
    assert!(!kept.contains(ADA.email) && !kept.contains("mistake"), "{kept}");
    app.hub.run_pending().await;
    assert!(mailed_link(&app).await.contains("/password/"));
}
