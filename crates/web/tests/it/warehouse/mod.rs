//! The Warehouse Portal, and the start page of all portals (`P05`, `P08`, `P13`, `A06`–`A09`).

mod portals;
mod stock;
mod work;

use reqwest::Method;
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::persons::place::PlaceDraft;
use testkit::passwords::{SECRET, employee};
use testkit::{Colleague, JO, Shown, TestApp};

pub const HOME: &str = "/portal/warehouse";

/// A person of the operating company with a browser in the Warehouse Portal.
pub struct Keeper(Colleague);

impl Keeper {
    /// Creates the person, and signs in.
    pub async fn signed_in(app: &TestApp, person_id: &str, licence: LicenceType) -> Self {
        employee(app, person_id, licence).await;
        let mut browser = Colleague::signed_out(app);
        let fields = [("login", person_id), ("password", SECRET)];
        let start = browser.go(Method::POST, &format!("{HOME}/sign-in/password"), &fields).await;
        assert_eq!((start.path.as_str(), start.status.as_u16()), (HOME, 200), "{}", start.body);
        Self(browser)
    }

    /// Opens a page, relative to the portal.
    pub async fn open(&mut self, path: &str) -> Shown {
        self.at(&format!("{HOME}{path}")).await
    }

    /// Opens any page.
    pub async fn at(&mut self, path: &str) -> Shown {
        self.0.go(Method::GET, path, &[]).await
    }

    /// Posts a form, relative to the portal.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        self.0.go(Method::POST, &format!("{HOME}{path}"), fields).await
    }

    /// The value of the `Cookie` header.
    pub fn cookie(&self) -> String {
        self.0.cookie()
    }
}

/// A warehouse worker.
pub async fn keeper(app: &TestApp) -> Keeper {
    Keeper::signed_in(app, "kim.keeper", LicenceType::Whseportal).await
}

/// A place of the operating company.
pub async fn place(app: &TestApp, name: &str) -> PlaceId {
    let draft = PlaceDraft { name: name.to_owned(), parent_id: None, address: None, active: true };
    app.hub.create_place(draft, None, &JO).await.unwrap().id
}
