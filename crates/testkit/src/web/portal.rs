//! Customers in the portal.

use tessera_core::access::Viewer;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId};
use tessera_core::persons::PersonDraft;
use tessera_web::timeline::customer;

use super::app::TestApp;
use crate::browser::{Browser, Page};
use crate::hub::{JO, Known};
use crate::internal_name;

/// Input that would run or break out of its context if a page did not escape it.
pub const NASTY: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'";

/// The URL of a page of the customer portal.
pub fn url(app: &TestApp, path: &str) -> String {
    format!("{}/portal/customer{path}", app.url)
}

/// An activated customer with a signed-in browser.
pub struct PortalUser {
    /// The browser.
    pub browser: Browser,
    /// The person.
    pub person: PersonId,
    /// The person's customer.
    pub customer: CustomerId,
}

impl PortalUser {
    /// Activates a customer.
    pub async fn activated(app: &TestApp, who: Known) -> Self {
        let browser = app.activated(who).await;
        let customer = app.customer_id(who.requester).await;
        let person = app.store.people(customer).await.unwrap().remove(0).id;
        Self { browser, person, customer }
    }

    /// Opens a page of the portal.
    pub async fn open(&mut self, app: &TestApp, path: &str) -> Page {
        plain(self.browser.open(&url(app, path)).await)
    }

    /// Posts a form of the portal.
    pub async fn post(&mut self, app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Page {
        plain(self.browser.post(&url(app, path), fields).await)
    }

    /// Changes the person, as staff.
    pub async fn change(&self, app: &TestApp, change: impl Fn(PersonDraft) -> PersonDraft) {
        app.hub.change_person(self.person, None, |person| change(person.into()), &JO).await.unwrap();
    }

    /// Gives the person a role function, as staff.
    pub async fn give(&self, app: &TestApp, function: &str) {
        self.change(app, |draft| PersonDraft { role_functions: vec![function.to_owned()], ..draft }).await;
    }

    /// The customer's home place.
    pub fn home(&self) -> PlaceId {
        PlaceId::home_of(self.customer)
    }
}

/// The page, which must not show an internal name to the customer.
fn plain(page: Page) -> Page {
    assert_eq!(internal_name(&page.body), None, "at {}: {}", page.url, page.body);
    page
}

/// The viewer of a person.
pub async fn viewer(app: &TestApp, person: PersonId) -> Viewer {
    let person = app.store.person(person).await.unwrap().unwrap();
    Viewer {
        person: person.id,
        person_id: person.person_id,
        name: person.name,
        customer_id: person.customer_id,
        licence: person.licence.unwrap(),
        default_place: person.default_place.unwrap(),
        role_functions: person.role_functions,
        portals: Vec::new(),
        preview: None,
    }
}

/// The draft with the licence STUDIO.
pub fn studio(draft: PersonDraft) -> PersonDraft {
    PersonDraft { licence: Some(LicenceType::Studio), ..draft }
}

/// The id that follows a text in a URL or a page.
pub fn id_after<'a>(text: &'a str, piece: &str) -> &'a str {
    let rest = text.split_once(piece).unwrap_or_else(|| panic!("no {piece} in {text}")).1;
    &rest[..36]
}

/// Asserts that nothing of [`NASTY`] runs, breaks out or is evaluated.
pub fn assert_tame(page: &Page) {
    assert!(page.status < 500, "{} {}", page.url, page.status);
    for bad in ["<script>alert", "<img src=x", "\"><script", "}}49", "49&#39;"] {
        assert!(!page.body.contains(bad), "{bad} at {}: {}", page.url, page.body);
    }
}

/// A customer's timeline in the words shown to customers, oldest first.
pub async fn sentences(app: &TestApp, customer: CustomerId) -> Vec<String> {
    let entries = app.store.whole_timeline(customer).await.unwrap();
    entries.iter().filter_map(|entry| customer::sentence(&entry.event()?)).collect()
}
