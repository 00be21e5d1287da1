//! The Tech Portal and work orders (`P05`, `P08`, `A06`–`A11`).

mod isolation;
mod journey;
mod office;

use reqwest::Method;
use serde_json::{Value, json};
use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::ids::PlaceId;
use tessera_core::persons::{Person, PersonDraft};
use testkit::passwords::{SECRET, employee};
use testkit::{Answer, Colleague, JO, Shown, TestApp};

use crate::api::device_writes::{id_of, swept};
use crate::warehouse::place;

pub const HOME: &str = "/portal/tech";

/// A technician with a van and a browser in the Tech Portal.
pub struct Technician {
    browser: Colleague,
    pub person: Person,
    pub van: PlaceId,
}

impl Technician {
    /// Creates the technician with a van, and signs in.
    pub async fn signed_in(app: &TestApp, person_id: &str) -> Self {
        let person = employee(app, person_id, LicenceType::Techportal).await;
        let van = place(app, &format!("Van of {person_id}")).await;
        let with_van = |before: &Person| PersonDraft { places: vec![van], ..PersonDraft::from(before) };
        app.hub.change_person(person.id, None, with_van, &JO).await.unwrap();
        let mut browser = Colleague::signed_out(app);
        let fields = [("login", person_id), ("password", SECRET)];
        let start = browser.go(Method::POST, &format!("{HOME}/sign-in/password"), &fields).await;
        assert_eq!((start.path.as_str(), start.status.as_u16()), (HOME, 200), "{}", start.body);
        Self { browser, person, van }
    }

    /// Opens a page, relative to the portal.
    pub async fn open(&mut self, path: &str) -> Shown {
        self.browser.go(Method::GET, &format!("{HOME}{path}"), &[]).await
    }

    /// Posts a form, relative to the portal.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        self.browser.go(Method::POST, &format!("{HOME}{path}"), fields).await
    }

    /// Takes a step of a work order from its page, as it is now.
    pub async fn step(&mut self, order: &str, step: &str, more: &[(&str, &str)]) -> Shown {
        let version = version(&self.open(&format!("/work/{order}")).await);
        let fields = [&[("step", step), ("version", version.as_str())], more].concat();
        self.post(&format!("/work/{order}/steps"), &fields).await
    }

    /// The value of the `Cookie` header.
    pub fn cookie(&self) -> String {
        self.browser.cookie()
    }
}

/// The version on which the forms of a page rest.
pub fn version(page: &Shown) -> String {
    let field = page.body.split("name=\"version\" value=\"").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    field.split('"').next().unwrap().to_owned()
}

/// Posts to the API.
pub async fn posted(app: &TestApp, path: &str, body: Value) -> Answer {
    app.api.send(Method::POST, path, |request| request.bearer_auth(&app.api_key).json(&body)).await
}

/// Makes a work order through the API, and returns it.
pub async fn made(app: &TestApp, body: Value) -> Value {
    let answer = posted(app, "/work-orders", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()
}

/// A visit at a customer that is assigned to someone.
pub async fn visit(app: &TestApp, customer: &str, assignee: &str) -> String {
    let order = made(app, json!({ "kind": "visit", "customer_id": customer, "assignee": assignee })).await;
    order["id"].as_str().unwrap().to_owned()
}

/// Calls every operation of the API about work orders.
pub async fn ask_everything(app: &TestApp, customer: &str) {
    employee(app, "sam.tech", LicenceType::Techportal).await;
    let id = visit(app, customer, "sam.tech").await;
    assert_eq!(app.api.get("/work-orders", &app.api_key).await.json()["items"][0]["id"], id.as_str());
    assert_eq!(app.api.get(&format!("/work-orders/{id}"), &app.api_key).await.json()["state"], "open");
    let accepted = posted(app, &format!("/work-orders/{id}/steps"), json!({ "step": "accept" })).await;
    assert_eq!(accepted.json()["state"], "accepted", "{}", accepted.body);
}

/// Reads the service desk, and puts a device that is in stock into a van. Returns its id.
pub async fn in_van(app: &TestApp, serial: &str, van: PlaceId) -> String {
    swept(app).await;
    let device = id_of(app, serial).await;
    app.hub.place_device(&device, Some(van), &JO).await.unwrap();
    device
}
