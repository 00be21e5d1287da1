//! News, forum, search and profile of the customer portal (`P09`, `P10`).

pub mod forum;
pub mod isolation;
pub mod moderation;
pub mod news;
pub mod profile;

use std::borrow::Cow;
use std::collections::BTreeSet;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_hub::Ctx;

use tessera_core::access::licence::LicenceType;
use tessera_core::forum::Board;
use tessera_core::kernel::audience::Audience;
use tessera_core::kernel::ids::{BoardId, CustomerId, PersonId, PlaceId};
use tessera_core::persons::{Person, PersonDraft};
use tessera_web::timeline::customer;
use uuid::Uuid;

use crate::browser::{Browser, Page};
use crate::people::Known;
use crate::test_app::{JO, TestApp};

/// What would run, or break out, if any field were shown as it was typed.
pub const NASTY: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}'";

pub fn url(app: &TestApp, path: &str) -> String {
    format!("{}/portal/customer{path}", app.url)
}

/// Somebody of the portal with a browser in which they are signed in.
pub struct Somebody {
    pub browser: Browser,
    pub person: PersonId,
    pub customer: CustomerId,
}

/// A customer who has activated.
pub async fn somebody(app: &TestApp, who: Known) -> Somebody {
    let browser = app.activated(who).await;
    let customer = app.customer_of(who.requester).await.parse().unwrap();
    let person = app.hub.store.people(customer).await.unwrap().remove(0).id;
    Somebody { browser, person, customer }
}

impl Somebody {
    pub async fn open(&mut self, app: &TestApp, path: &str) -> Page {
        self.browser.open(&url(app, path)).await
    }

    pub async fn post(&mut self, app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Page {
        self.browser.post(&url(app, path), fields).await
    }

    /// Changes the person as staff would.
    pub async fn change(&self, app: &TestApp, change: impl Fn(PersonDraft) -> PersonDraft) {
        let by = &Ctx::new(Actor::Staff(Cow::Borrowed("jo")), Channel::Console);
        app.hub.change_person(self.person, None, |person| change(as_it_is(person)), by).await.unwrap();
    }

    /// Gives a role function.
    pub async fn give(&self, app: &TestApp, function: &str) {
        self.change(app, |draft| PersonDraft { role_functions: vec![function.to_owned()], ..draft }).await;
    }

    pub fn home(&self) -> PlaceId {
        PlaceId::home_of(self.customer)
    }
}

fn as_it_is(person: &Person) -> PersonDraft {
    PersonDraft {
        person_id: Some(person.person_id.clone()),
        name: person.name.clone(),
        email: person.email.clone(),
        licence: person.licence,
        active: person.inactive.is_none(),
        mobile_user: person.mobile_user,
        default_place: person.default_place,
        places: person.places.clone(),
        role_functions: person.role_functions.clone(),
        contact_id: person.contact_id,
    }
}

pub fn studio(draft: PersonDraft) -> PersonDraft {
    PersonDraft { licence: Some(LicenceType::Studio), ..draft }
}

/// A board, as staff make one.
pub async fn board(app: &TestApp, name: &str, places: &[PlaceId]) -> BoardId {
    let chosen: BTreeSet<_> = places.iter().copied().collect();
    let audience = if places.is_empty() { Audience::Everybody } else { Audience::Places(chosen) };
    let wanted = Board {
        id: BoardId(Uuid::nil()),
        version: 0,
        name: name.to_owned(),
        description: String::new(),
        audience,
        closed: false,
        changed_by: String::new(),
        changed_at: app.hub.env.now(),
    };
    app.hub.put_board(None, &wanted, &JO).await.unwrap()
}

/// The id that follows a piece of an address or a page.
pub fn id_after<'a>(text: &'a str, piece: &str) -> &'a str {
    let rest = text.split_once(piece).unwrap_or_else(|| panic!("no {piece} in {text}")).1;
    &rest[..36]
}

/// Nothing that was typed runs, breaks out or is computed.
pub fn tame(page: &Page) {
    assert!(page.status < 500, "{} {}", page.url, page.status);
    for bad in ["<script>alert", "<img src=x", "\"><script", "}}49", "49&#39;"] {
        assert!(!page.body.contains(bad), "{bad} at {}: {}", page.url, page.body);
    }
}

/// The sentences on a customer's timeline, as customers read them, oldest first.
pub async fn sentences(app: &TestApp, customer: CustomerId) -> Vec<String> {
    let entries = app.hub.store.whole_timeline(customer).await.unwrap();
    entries.iter().filter_map(|entry| customer::sentence(&entry.event()?)).collect()
}
