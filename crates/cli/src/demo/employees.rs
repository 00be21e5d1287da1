//! The demo's employees: people of the operating company, who sign in with a person id and a password.

use std::borrow::Cow;

use tessera_core::access::licence::LicenceType;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::ids::PlaceId;
use tessera_core::persons::{Person, PersonDraft};
use tessera_hub::{Ctx, Hub};

/// The context of everything that the demo's staff do.
pub const STAFF: Ctx = Ctx::new(Actor::Staff(Cow::Borrowed("demo")), Channel::Console);

/// An employee of the operating company. The password is not a secret: the demo listens on this machine only.
#[derive(Debug, Clone, Copy)]
pub struct Employee {
    /// Name of the employee's work in the ready file.
    pub work: &'static str,
    pub login: &'static str,
    pub password: &'static str,
    name: &'static str,
    email: &'static str,
    licence: LicenceType,
}

/// Writes the news, and has several portals.
pub const EDITOR: Employee = Employee {
    work: "editor",
    login: "nora.editor",
    password: "seven-hedgehogs-in-spring",
    name: "Nora Example",
    email: "nora@example.com",
    licence: LicenceType::Studio,
};

/// Works in the Warehouse Portal.
pub const KEEPER: Employee = Employee {
    work: "keeper",
    login: "kim.keeper",
    password: "nine-pallets-by-the-door",
    name: "Kim Example",
    email: "kim@example.com",
    licence: LicenceType::Whseportal,
};

/// Works in the Tech Portal.
pub const TECHNICIAN: Employee = Employee {
    work: "technician",
    login: "sam.tech",
    password: "four-wires-and-a-ladder",
    name: "Sam Example",
    email: "sam@example.com",
    licence: LicenceType::Techportal,
};

/// Everyone.
pub const EMPLOYEES: [Employee; 3] = [EDITOR, KEEPER, TECHNICIAN];

impl Employee {
    /// Whether the employee was created when this data directory was used before.
    pub async fn exists(&self, hub: &Hub) -> anyhow::Result<bool> {
        Ok(hub.queries().person_called(self.login).await?.is_some())
    }

    /// Creates the employee, with these places.
    pub async fn create(&self, hub: &Hub, places: Vec<PlaceId>) -> anyhow::Result<Person> {
        let draft = PersonDraft {
            person_id: Some(self.login.to_owned()),
            name: self.name.to_owned(),
            email: Some(self.email.to_owned()),
            licence: Some(self.licence),
            active: true,
            mobile_user: false,
            default_place: None,
            places,
            role_functions: Vec::new(),
            contact_id: None,
        };
        let person = hub.create_person(draft, None, &STAFF).await?;
        hub.choose_password(person.id, self.password, None).await?;
        Ok(person)
    }
}
