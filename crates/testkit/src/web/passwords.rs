//! People who sign in with person id and password.

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PersonId;
use tessera_core::persons::Person;

use super::app::TestApp;
use crate::browser::{Browser, Page};
use crate::hub::{ADA, JO};

/// A password that satisfies the password rules.
pub const SECRET: &str = "seventeen green herons";

/// Ada as an activated customer, with [`SECRET`] as her password.
pub async fn with_password(app: &TestApp) -> Person {
    app.activated(ADA).await;
    let person = app.person_of(ADA.email).await;
    let link = sent_link(app, person.id).await;
    set(app, &link, SECRET).await;
    app.person_of(ADA.email).await
}

/// A person of the operating company with a licence, and [`SECRET`] as their password.
pub async fn employee(app: &TestApp, person_id: &str, licence: LicenceType) -> Person {
    let person = app.person(person_id).with_licence(licence).create().await;
    let link = sent_link(app, person.id).await;
    set(app, &link, SECRET).await;
    person
}

/// Sends a link to set a password, as staff, and returns it from the e-mail.
pub async fn sent_link(app: &TestApp, person: PersonId) -> String {
    app.hub.run_pending().await;
    app.hub.send_password_link(person, &JO).await.unwrap();
    mailed_link(app).await
}

/// The link to set a password or to confirm a registration, from the latest e-mail with such a link.
pub async fn mailed_link(app: &TestApp) -> String {
    app.hub.run_pending().await;
    let link = |text: String| {
        let line = text.lines().find(|line| line.contains("/password/") || line.contains("/register/"));
        line.map(|line| line.trim().to_owned())
    };
    app.mail.messages().into_iter().find_map(|mail| link(mail.text?)).expect("a mail has a link")
}

/// Chooses a password through a link, in a new browser.
pub async fn set(app: &TestApp, link: &str, password: &str) -> Page {
    let mut browser = Browser::new();
    let page = browser.open(link).await;
    assert!(page.body.contains("Choose a password"), "{}", page.body);
    let page = browser.submit(&page, &[("password", password), ("again", password)]).await;
    app.hub.run_pending().await;
    page
}

/// Signs in to the customer portal.
pub async fn sign_in(app: &TestApp, browser: &mut Browser, login: &str, password: &str) -> Page {
    sign_in_to(app, browser, "customer", login, password).await
}

/// Signs in to a portal.
pub async fn sign_in_to(app: &TestApp, browser: &mut Browser, portal: &str, login: &str, password: &str) -> Page {
    let url = format!("{}/portal/{portal}/sign-in/password", app.url);
    browser.post(&url, &[("login", login), ("password", password)]).await
}
