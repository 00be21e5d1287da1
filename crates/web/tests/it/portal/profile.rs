//! The profile (`P09`).

use std::borrow::Cow;
use std::time::Duration;

use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::persons::PersonDraft;
use tessera_core::persons::contact::ContactDraft;
use tessera_hub::Ctx;
use testkit::portal::{PortalUser, id_after, sentences, url};
use testkit::{ADA, BEN, Browser, PASSWORD, TestApp};

#[testkit::both_databases]
async fn p09_people_see_and_change_their_profile(app: TestApp) {
    let mut ada = PortalUser::activated(&app, ADA).await;
    let page = ada.open(&app, "/profile").await;
    let person = app.store.person(ada.person).await.unwrap().unwrap();
    assert!(page.body.contains(&person.person_id) && page.body.contains("Ada Example"), "{}", page.body);
    let bad = ada.post(&app, "/profile", &[("name", "Ada"), ("phone", "12")]).await;
    assert!(bad.status == 422 && bad.body.contains("at least four digits"), "{}", bad.body);
    let fields = [("name", "Ada B. Example"), ("phone", "+27 21 555 0101"), ("notify_of_replies", "true")];
    let page = ada.post(&app, "/profile", &fields).await;
    assert!(page.body.contains("Saved.") && page.body.contains("+27 21 555 0101"), "{}", page.body);
    let told = sentences(&app, ada.customer).await;
    assert!(told.contains(&"Ada B. Example changed their name, telephone number".to_owned()), "{told:?}");
    let before = told.len();
    ada.post(&app, "/profile", &fields).await;
    assert_eq!(sentences(&app, ada.customer).await.len(), before, "nothing changed, nothing is told");
    let page = ada.open(&app, "/timeline").await;
    assert!(
        page.body.contains("You activated your account") && page.body.contains("telephone number"),
        "{}",
        page.body
    );
    assert!(ada.open(&app, "/profile").await.body.contains("Ada B. Example</span>"), "the corner says so too");
}

async fn sign_in(app: &TestApp, email: &str) -> Browser {
    let mut browser = Browser::new();
    let page = browser.post(&url(app, "/sign-in"), &[("provider", "idp")]).await;
    browser.submit(&page, &[("email", email), ("password", PASSWORD)]).await;
    browser
}

#[testkit::both_databases]
async fn p09_a_new_address_takes_effect_after_confirmation(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    ada.change(&app, |draft| PersonDraft { email: Some(ADA.email.to_owned()), ..draft }).await;
    let mut elsewhere = sign_in(&app, ADA.email).await;
    app.advance(Duration::from_mins(16));
    let page = ada.open(&app, "/profile/email").await;
    assert!(page.body.contains("First confirm that it is you"), "{}", page.body);
    let page = ada.post(&app, "/profile/email", &[("email", "new@example.org")]).await;
    assert!(page.body.contains("Nothing was changed: first confirm"), "{}", page.body);
    let confirm = url(&app, "/identities/confirm?return_to=/portal/customer/profile/email");
    let page = ada.browser.post(&confirm, &[]).await;
    let page = ada.browser.submit(&page, &[("email", ADA.email), ("password", PASSWORD)]).await;
    assert!(page.url.ends_with("/profile/email") && page.body.contains("New e-mail address"), "{}", page.url);

    for (typed, words) in [("nobody", "This is not a valid e-mail address"), (ADA.email, "already your address")] {
        let page = ada.post(&app, "/profile/email", &[("email", typed)]).await;
        assert!(page.status == 422 && page.body.contains(words), "{typed}: {}", page.body);
        let marked = r#"name="email" aria-invalid="true" aria-describedby="wrong email-help""#;
        assert!(page.body.contains(marked), "what is wrong stands beside its field: {}", page.body);
    }
    let page = ada.post(&app, "/profile/email", &[("email", "new@example.org")]).await;
    assert!(page.body.contains("new@example.org is not confirmed yet"), "{}", page.body);
    app.hub.run_pending().await;
    let mail = app.mail.messages().remove(0);
    assert_eq!(mail.to, ["new@example.org".to_owned()]);
    let text = mail.text.unwrap();
    let link = text.lines().find(|line| line.contains("/profile/email/")).unwrap().to_owned();
    assert_eq!(app.store.person(ada.person).await.unwrap().unwrap().email.as_deref(), Some(ADA.email));

    // Another user cannot use the link, and opening does not consume it.
    assert!(Browser::new().open(&link).await.url.contains("/sign-in"));
    assert!(ben.browser.open(&link).await.body.contains("This link does not work"));
    assert_eq!(ben.browser.post(&link, &[]).await.status, 422);
    assert!(ada.browser.open(&link).await.body.contains("Is new@example.org yours?"));
    let page = ada.browser.post(&link, &[]).await;
    assert!(page.body.contains("Your e-mail address was changed"), "{}", page.body);
    assert_eq!(app.store.person(ada.person).await.unwrap().unwrap().email.as_deref(), Some("new@example.org"));
    assert!(elsewhere.open(&url(&app, "/profile")).await.url.contains("/sign-in"), "other sessions ended");
    assert_eq!(ada.browser.post(&link, &[]).await.status, 422, "it works once");
    app.hub.run_pending().await;
    let notice = app.mail.messages().remove(0);
    assert_eq!(notice.to, [ADA.email.to_owned()]);
    assert!(notice.text.unwrap().contains("n•••@example.org"));
    let told = sentences(&app, ada.customer).await;
    assert!(told.contains(&"Ada Example changed their e-mail address to n•••@example.org".to_owned()), "{told:?}");

    // A newer request replaces an older one, links expire, and the number of e-mails is limited.
    let mut links = Vec::new();
    for to in ["one@example.org", "two@example.org"] {
        ada.post(&app, "/profile/email", &[("email", to)]).await;
        app.hub.run_pending().await;
        let text = app.mail.messages().remove(0).text.unwrap();
        links.push(text.lines().find(|line| line.contains("/profile/email/")).unwrap().to_owned());
    }
    assert!(ada.browser.open(&links[0]).await.body.contains("This link does not work"));
    let page = ada.post(&app, "/profile/email", &[("email", "three@example.org")]).await;
    assert!(page.body.contains("several times within an hour"), "{}", page.body);
    app.advance(Duration::from_secs(24 * 3600 + 1));
    ada.browser = sign_in(&app, ADA.email).await;
    assert!(ada.browser.open(&links[1]).await.body.contains("This link does not work"));
}

#[testkit::both_databases]
async fn p09_p01_editing_contacts_requires_the_role_function_and_the_place(app: TestApp) {
    let (mut ada, mut ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    assert_eq!(ada.open(&app, "/contacts").await.status, 404);
    assert!(!ada.open(&app, "/profile").await.body.contains("Contacts of your organisation"));
    for somebody in [&ada, &ben] {
        somebody.give(&app, "PORTALCONTACTEDIT").await;
    }
    let (home, his) = (ada.home().to_string(), ben.home().to_string());
    let fields = |place| [("name", "Sam Porter"), ("email", "sam@example.com"), ("phone", "0211234"), ("place", place)];
    assert_eq!(ada.post(&app, "/contacts/new", &fields(&his)).await.status, 404, "his place is none of hers");
    let page = ada.post(&app, "/contacts/new", &[("name", "Sam"), ("email", "sam"), ("place", &home)]).await;
    assert!(page.status == 422 && page.body.contains("not a valid e-mail address"), "{}", page.body);
    assert!(page.body.contains(r#"name="email" aria-invalid="true""#), "{}", page.body);
    let page = ada.post(&app, "/contacts/new", &fields(&home)).await;
    assert!(page.body.contains("The contact was added.") && page.body.contains("Sam Porter"), "{}", page.body);
    let contact = id_after(&page.body, "/contacts/0").to_owned();
    let contact = format!("/contacts/0{}", &contact[..35]);
    let page = ada.post(&app, &contact, &[("name", "Samuel Porter"), ("place", &home)]).await;
    assert!(page.body.contains("Samuel Porter") && !page.body.contains("sam@example.com"), "{}", page.body);

    for path in [contact.as_str(), "/contacts/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(ben.open(&app, path).await.status, 404);
        assert_eq!(ben.post(&app, path, &[("name", "Stolen"), ("place", &his)]).await.status, 404);
    }
    assert!(!ben.open(&app, "/contacts").await.body.contains("Porter"));
    // A contact of the same organisation at a place that she does not have.
    let other =
        tessera_core::persons::place::PlaceDraft { name: "Vault".into(), parent_id: None, address: None, active: true };
    let by = &Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);
    let vault = app.hub.create_place(other, Some(ada.customer), by).await.unwrap();
    let hidden = ContactDraft { name: "Vera Vault".into(), place_id: Some(vault.id), ..ContactDraft::default() };
    let hidden = app.hub.create_contact(hidden, Some(ada.customer), by).await.unwrap();
    assert!(!ada.open(&app, "/contacts").await.body.contains("Vera"));
    assert_eq!(ada.open(&app, &format!("/contacts/{}", hidden.id)).await.status, 404);
}

#[testkit::both_databases]
async fn h05_p08_the_timeline_is_visible_only_with_the_home_place(app: TestApp) {
    let (mut ada, ben) = (PortalUser::activated(&app, ADA).await, PortalUser::activated(&app, BEN).await);
    assert!(ada.open(&app, "/timeline").await.body.contains("was added to your devices"));
    let elsewhere = ben.home();
    let moved = |draft| PersonDraft { default_place: Some(elsewhere), places: vec![elsewhere], ..draft };
    ada.change(&app, moved).await;
    let page = ada.open(&app, "/timeline").await;
    assert!(page.body.contains("a place that you do not have access to"), "{}", page.body);
    assert!(!page.body.contains("was added to your devices"));
}
