//! Sign-in methods: a customer adds and removes their own sign-ins (`A23`).

use std::time::Duration;

use serde_json::{Value, json};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::customer::{Identity, IdentityKey, SignIn};
use testkit::{ADA, BEN, Browser, Known, PASSWORD, Page, TestApp};
use tokio::task::JoinSet;

const WORK: &str = "ada.work@example.net";

fn page_of(app: &TestApp) -> String {
    format!("{}/portal/customer/identities", app.url)
}

/// Starts to add a sign-in and signs in at the provider. Returns the callback URL without opening it.
async fn sign_in_to_add(app: &TestApp, browser: &mut Browser, email: &str) -> String {
    let at_provider = browser.post(&format!("{}/add", page_of(app)), &[("provider", "idp")]).await;
    assert!(at_provider.url.starts_with(&app.idp_url), "at the identity provider: {}", at_provider.url);
    browser.submit_only(&at_provider, &[("email", email), ("password", PASSWORD)]).await
}

async fn adding(app: &TestApp, browser: &mut Browser, email: &str) -> Page {
    let callback = sign_in_to_add(app, browser, email).await;
    browser.open(&callback).await
}

/// Adds another sign-in to an activated customer, in a new browser.
pub async fn add(app: &TestApp, who: Known, email: &str) -> Browser {
    app.sign_up(email).await;
    let mut browser = Browser::new();
    sign_in(app, &mut browser, who.email).await;
    let page = adding(app, &mut browser, email).await;
    assert!(page.body.contains("Added."), "{}", page.body);
    browser
}

/// Signs in to the portal.
pub async fn sign_in(app: &TestApp, browser: &mut Browser, email: &str) -> Page {
    let at_provider = browser.post(&format!("{}/portal/customer/sign-in", app.url), &[("provider", "idp")]).await;
    browser.submit(&at_provider, &[("email", email), ("password", PASSWORD)]).await
}

async fn identities(app: &TestApp, who: Known) -> Vec<Identity> {
    let customer = app.customer_of(who.requester).await.parse().unwrap();
    app.store.identities(customer).await.unwrap()
}

async fn id_of(app: &TestApp, who: Known, email: &str) -> String {
    let all = identities(app, who).await;
    all.iter().find(|it| it.sign_in.email.as_deref() == Some(email)).unwrap().id.to_string()
}

#[testkit::both_databases]
async fn a23_a_customer_adds_a_sign_in_and_removes_one(app: TestApp) {
    let mut elsewhere = app.activated(ADA).await;
    app.sign_up(WORK).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, ADA.email).await;
    let page = browser.open(&page_of(&app)).await;
    assert!(page.body.contains("In use now") && page.body.contains("a•••@example.com"), "{}", page.body);
    assert!(!page.body.contains("Remove a•••"), "the only one stays");

    let page = adding(&app, &mut browser, WORK).await;
    assert!(page.body.contains("Added. You can now sign in with a•••@example.net."), "{}", page.body);
    let mut later = Browser::new();
    assert!(sign_in(&app, &mut later, WORK).await.body.contains("HIB-A1"), "the same devices");
    assert!(elsewhere.open(&page_of(&app)).await.url.contains("/sign-in"), "another session ended");
    app.hub.run_pending().await;
    let mail = app.mail.messages().remove(0);
    assert_eq!((mail.to.as_slice(), mail.subject.contains("added")), ([ADA.email.to_owned()].as_slice(), true));
    assert!(!mail.text.unwrap().contains(WORK), "the new sign-in is masked");

    let work = id_of(&app, ADA, WORK).await;
    let confirm = browser.open(&format!("{}/{work}/remove", page_of(&app))).await;
    assert!(confirm.body.contains("Remove a•••@example.net?"), "{}", confirm.body);
    let page = browser.post(&format!("{}/{work}/remove", page_of(&app)), &[]).await;
    assert!(page.body.contains("Removed."), "{}", page.body);
    assert!(later.open(&page_of(&app)).await.url.contains("/sign-in"), "its session ended");
    assert!(!sign_in(&app, &mut later, WORK).await.body.contains("HIB-A1"));
    app.hub.run_pending().await;
    assert!(app.mail.messages()[0].subject.contains("removed"));

    let path = format!("/customers/{}/timeline", app.customer_of(ADA.requester).await);
    let timeline = app.api.get(&path, &app.api_key).await.json();
    let events: Vec<_> = timeline["items"].as_array().unwrap().iter().map(|entry| &entry["event"]).collect();
    assert!(events.contains(&&json!("identity_added")) && events.contains(&&json!("identity_removed")), "{events:?}");
    assert_eq!(timeline["verified"], true);
    assert!(identities(&app, ADA).await[0].last_used_at.is_some());
}

#[testkit::both_databases]
async fn a23_removing_the_current_sign_in_ends_the_session(app: TestApp) {
    let mut activated = app.activated(ADA).await;
    assert!(!activated.open(&page_of(&app)).await.body.contains("not known"), "in use right now");
    let mut browser = add(&app, ADA, WORK).await;
    let ada = id_of(&app, ADA, ADA.email).await;
    let confirm = browser.open(&format!("{}/{ada}/remove", page_of(&app))).await;
    assert!(confirm.body.contains("You are signed in with it right now"), "{}", confirm.body);
    let page = browser.post(&format!("{}/{ada}/remove", page_of(&app)), &[]).await;
    assert!(page.body.contains("You are signed out"), "{}", page.body);
    assert!(browser.open(&page_of(&app)).await.url.contains("/sign-in"));
    assert!(sign_in(&app, &mut Browser::new(), WORK).await.body.contains("HIB-A1"));
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a23_concurrent_removals_keep_the_last_sign_in(app: TestApp) {
    app.activated(ADA).await;
    for n in 0..7 {
        add(&app, ADA, &format!("ada{n}@example.net")).await;
    }
    let all = identities(&app, ADA).await;
    assert_eq!(all.len(), 8);
    let mut race = JoinSet::new();
    for identity in all {
        let hub = app.hub.clone();
        race.spawn(async move {
            loop {
                match hub.remove_identity(&identity.sign_in.identity, identity.id, None, Channel::Portal).await {
                    Err(tessera_hub::HubError::Busy) => {}
                    outcome => return outcome.is_ok(),
                }
            }
        });
    }
    let removed = race.join_all().await.into_iter().filter(|removed| *removed).count();
    assert_eq!((removed, identities(&app, ADA).await.len()), (7, 1));

    let last = identities(&app, ADA).await.remove(0);
    let refused = app.hub.remove_identity(&last.sign_in.identity, last.id, None, Channel::Portal).await;
    assert!(refused.unwrap_err().to_string().contains("your only sign-in method"));
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, last.sign_in.email.as_deref().unwrap()).await;
    let page = browser.open(&format!("{}/{}/remove", page_of(&app), last.id)).await;
    assert!(
        page.body.contains("This sign-in method cannot be removed") && page.body.contains("Add another one first"),
        "{}",
        page.body
    );
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a23_a_linked_sign_in_cannot_be_added(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, ADA.email).await;
    let page = adding(&app, &mut browser, BEN.email).await;
    assert!(page.body.contains("belongs to another customer record"), "{}", page.body);
    let page = adding(&app, &mut browser, ADA.email).await;
    assert!(page.body.contains("one of yours already"), "{}", page.body);
    assert_eq!((identities(&app, ADA).await.len(), identities(&app, BEN).await.len()), (1, 1));

    // Two customers add the same unlinked sign-in concurrently. Only one of them gets it.
    let free = SignIn {
        identity: IdentityKey { issuer: app.idp_url.clone(), subject: "free".into() },
        provider: "idp".into(),
        email: None,
        email_verified: false,
        name: None,
    };
    let (ada, ben) = (identities(&app, ADA).await.remove(0), identities(&app, BEN).await.remove(0));
    let (first, second) = tokio::join!(
        app.hub.add_identity(&ada.sign_in.identity, &free, None, Channel::Portal),
        app.hub.add_identity(&ben.sign_in.identity, &free, None, Channel::Portal),
    );
    assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    assert_eq!(identities(&app, ADA).await.len() + identities(&app, BEN).await.len(), 3);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a23_changes_require_a_recent_sign_in(app: TestApp) {
    app.activated(ADA).await;
    let mut browser = add(&app, ADA, WORK).await;
    app.advance(Duration::from_mins(16));
    let page = browser.open(&page_of(&app)).await;
    assert!(page.body.contains("confirm that it is you") && !page.body.contains("Add another"), "{}", page.body);
    let work = id_of(&app, ADA, WORK).await;
    for path in ["/add".to_owned(), format!("/{work}/remove")] {
        let page = browser.post(&format!("{}{path}", page_of(&app)), &[("provider", "idp")]).await;
        assert!(page.body.contains("Nothing was changed: first confirm that it is you."), "{}", page.body);
    }
    assert_eq!(identities(&app, ADA).await.len(), 2);

    // The provider has a session for this browser, but must ask for the password again.
    let at_provider = browser.post(&format!("{}/confirm", page_of(&app)), &[]).await;
    assert!(at_provider.url.starts_with(&app.idp_url) && at_provider.body.contains("password"));
    let page = browser.submit(&at_provider, &[("email", ADA.email), ("password", PASSWORD)]).await;
    assert_eq!(page.url, page_of(&app));
    let page = browser.post(&format!("{}/{work}/remove", page_of(&app)), &[]).await;
    assert!(page.body.contains("Removed."), "{}", page.body);
    app.hub.run_pending().await;
}

#[testkit::both_databases]
async fn a23_adding_is_bound_to_session_and_browser(app: TestApp) {
    app.activated(ADA).await;
    app.activated(BEN).await;
    app.sign_up(WORK).await;
    let mut browser = Browser::new();
    sign_in(&app, &mut browser, ADA.email).await;
    let callback = sign_in_to_add(&app, &mut browser, WORK).await;
    assert!(Browser::new().open(&callback).await.status >= 400, "another browser");

    let callback = sign_in_to_add(&app, &mut browser, WORK).await;
    browser.post(&format!("{}/portal/customer/sign-out", app.url), &[]).await;
    sign_in(&app, &mut browser, BEN.email).await;
    let page = browser.open(&callback).await;
    assert!(page.body.contains("you were signed out here in the meantime"), "somebody else's session: {}", page.body);
    assert_eq!((identities(&app, ADA).await.len(), identities(&app, BEN).await.len()), (1, 1));
    let other = id_of(&app, ADA, ADA.email).await;
    let page = browser.post(&format!("{}/{other}/remove", page_of(&app)), &[]).await;
    assert_eq!(page.status, 404, "somebody else's sign-in does not exist here");
}

#[testkit::both_databases]
async fn a23_api_lists_and_removes_sign_ins(app: TestApp) {
    let token = app.access_token(ADA.email).await;
    assert_eq!(app.api.get("/me/identities", &token).await.json()["items"], json!([]));
    app.activated(ADA).await;
    app.advance(Duration::from_secs(1));
    add(&app, ADA, WORK).await;
    let list = app.api.get("/me/identities", &token).await.json()["items"].clone();
    let shown = |item: &Value| (item["shown_as"].as_str().unwrap().to_owned(), item["current"].as_bool().unwrap());
    let shown: Vec<_> = list.as_array().unwrap().iter().map(shown).collect();
    assert_eq!(shown, [("a•••@example.com".to_owned(), true), ("a•••@example.net".to_owned(), false)]);

    let path = format!("/me/identities/{}", list[1]["id"].as_str().unwrap());
    app.advance(Duration::from_mins(16));
    let stale = app.api.delete(&path, &token, None).await;
    stale.problem(401, "sign_in_again");
    assert!(stale.header("www-authenticate").contains("insufficient_user_authentication"));
    let fresh = app.access_token(ADA.email).await;
    assert_eq!(app.api.delete(&path, &fresh, None).await.status, 204);
    app.api.delete(&path, &fresh, None).await.problem(404, "not_found");
    let last = format!("/me/identities/{}", list[0]["id"].as_str().unwrap());
    app.api.delete(&last, &fresh, None).await.problem(409, "last_identity");
    app.hub.run_pending().await;
}
