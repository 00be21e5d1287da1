//! Sessions, and the reauthentication required for changes (`P04`, `A23`).

use std::borrow::Cow;
use std::time::Duration;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::persons::PersonDraft;
use tessera_hub::Ctx;
use testkit::passwords::{SECRET, sent_link, set, sign_in, with_password};
use testkit::{BEN, Browser, TestApp};

#[testkit::both_databases]
async fn p04_deactivating_a_person_ends_their_sessions(app: TestApp) {
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
    assert!(page.status == 403 && page.body.contains("Your access has ended"), "{}", page.body);
    let page = sign_in(&app, &mut Browser::new(), &person.person_id, "not the right password").await;
    assert!(page.body.contains("do not match"), "a stranger is not told: {}", page.body);
}

#[testkit::both_databases]
async fn a23_sessions_are_listed_and_ended_and_never_reused(app: TestApp) {
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
    assert_eq!(page.body.matches("Sign out this device").count(), 1, "{}", page.body);
    assert!(page.body.contains("127.0.0.1") && page.body.contains("This session"));
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
    assert!(page.body.contains("You are not signed in anywhere else"), "{}", page.body);
    assert!(there.open(&list).await.url.contains("/sign-in"));
    assert!(bens.open(&list).await.body.contains("This session"), "nobody else is signed out");
}

#[testkit::both_databases]
async fn a23_changes_require_reauthentication_which_renews_the_session_token(app: TestApp) {
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
