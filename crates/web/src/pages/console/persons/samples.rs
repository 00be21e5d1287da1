//! Sample states of persons, places and licences.

use crate::pages::Fact;
use crate::pages::Tone;
use crate::pages::console::samples::done;
use crate::pages::console::{
    Badge, DeviceAt, ErasedRow, ErasureForm, ExportedSection, HistoryEntry, KeptRow, KeyRow, LicenceRow, Licences,
    MessageRow, NewPerson, PersonExportPage, PersonForm, PersonMessages, PersonPage, PersonPrivacy, PersonRow, Persons,
    Pickable, PlaceForm, Places, PortalAccessRow, SeatCount, SeatHolder, WhyCheck,
};
use crate::pages::samples::{PageSamples, Sample, Shown, ago};

fn pick(value: &str, picked: bool) -> Pickable {
    Pickable { value: value.to_owned(), label: value.to_owned(), picked }
}

fn form(problem: Option<&str>, version: Option<i64>) -> PersonForm {
    PersonForm {
        action: "/console/persons".to_owned(),
        problem: problem.map(ToOwned::to_owned),
        version,
        customer_id: None,
        person_id: "jo.meyer".to_owned(),
        name: "Jo Meyer".to_owned(),
        email: "jo.meyer@example.com".to_owned(),
        licences: vec![pick("CUSTPORTAL", true), pick("NAMED", false)],
        active: true,
        mobile_user: false,
        places: vec![pick("Home", true), pick("Workshop", false)],
        default_places: vec![pick("Home", true)],
        other_places: String::new(),
        role_functions: "PORTALBLOGEDITACCESS".to_owned(),
        contacts: vec![pick("Jo Meyer", true)],
    }
}

/// An active and an inactive person.
pub(crate) fn people() -> Vec<PersonRow> {
    let row = PersonRow {
        url: "/console/persons/1".to_owned(),
        person_id: "jo.meyer".to_owned(),
        name: "Jo Meyer".to_owned(),
        email: Some("jo.meyer@example.com".to_owned()),
        licence: Some("CUSTPORTAL".to_owned()),
        state: Badge::new("Active", Tone::Good),
    };
    let bare = PersonRow { email: None, licence: None, state: Badge::new("Inactive", Tone::Plain), ..row.clone() };
    vec![row, bare]
}

impl Sample for Persons {
    fn samples() -> Vec<(String, Self)> {
        let list = Self {
            query: String::new(),
            items: people(),
            more_url: Some("/console/persons?after=1".to_owned()),
            new_url: "/console/persons/new".to_owned(),
        };
        let none = Self { items: Vec::new(), more_url: None, ..list.clone() };
        let nobody = Self { query: "meyr".to_owned(), ..none.clone() };
        vec![("list".to_owned(), list), ("none".to_owned(), none), ("nobody".to_owned(), nobody)]
    }
}

inventory::submit! { PageSamples::of::<Persons>(Shown::Staff("/console/persons")) }

impl Sample for NewPerson {
    fn samples() -> Vec<(String, Self)> {
        let of = Self { customer: Some("Jo Meyer".to_owned()), form: form(None, None) };
        let wrong = Self { customer: None, form: form(Some("The person ID jo.meyer is taken."), None) };
        vec![("customer".to_owned(), of), ("wrong".to_owned(), wrong)]
    }
}

inventory::submit! { PageSamples::of::<NewPerson>(Shown::Staff("/console/persons")) }

/// Keys in use and revoked, and messages in every state.
fn messages(new_key: Option<&str>) -> PersonMessages {
    let url = "/console/persons/1/message-keys";
    let key = KeyRow {
        name: "Meter gateway".to_owned(),
        issued: done(60, "agnes"),
        used_at: Some(ago(5)),
        revoked: None,
        revoke_action: Some(format!("{url}/1/revoke")),
    };
    let revoked = KeyRow {
        name: "Old gateway".to_owned(),
        used_at: None,
        revoked: Some(done(50, "agnes")),
        revoke_action: None,
        ..key.clone()
    };
    let message = |id: &str, state: Badge, url: Option<&str>, reason: Option<&str>| MessageRow {
        id: id.to_owned(),
        what: "Open a service request".to_owned(),
        received_at: ago(5),
        state,
        url: url.map(ToOwned::to_owned),
        reason: reason.map(ToOwned::to_owned),
    };
    PersonMessages {
        keys: vec![key, revoked],
        messages: vec![
            message("m-3", Badge::new("Received", Tone::Warn), None, None),
            message("m-2", Badge::new("Carried out", Tone::Good), Some("/console/requests/1"), None),
            message("m-1", Badge::new("Rejected", Tone::Bad), None, Some("Choose one of your places.")),
        ],
        issue_action: Some(url.to_owned()),
        new_key: new_key.map(ToOwned::to_owned),
    }
}

impl Sample for PersonPage {
    fn samples() -> Vec<(String, Self)> {
        let door = |name: &str, open: bool| PortalAccessRow {
            name: name.to_owned(),
            url: "/console/persons/1?portal=tech".to_owned(),
            state: if open { Badge::new("Open", Tone::Good) } else { Badge::new("Shut", Tone::Plain) },
            why: (!open).then(|| "CUSTPORTAL does not open Tech Portal".to_owned()),
            current: open,
        };
        let pass = WhyCheck {
            what: "The person is active".to_owned(),
            outcome: Badge::new("Pass", Tone::Good),
            detail: "active".to_owned(),
            fix: None,
            button: None,
        };
        let fail = WhyCheck {
            what: "A default place is chosen and in use".to_owned(),
            outcome: Badge::new("Fail", Tone::Bad),
            detail: "no default place for portal access".to_owned(),
            fix: Some("Choose a default place for portal access".to_owned()),
            button: None,
        };
        let page = Self {
            person_id: "jo.meyer".to_owned(),
            name: "Jo Meyer".to_owned(),
            state: Badge::new("Active", Tone::Good),
            customer: "Meyer Ltd".to_owned(),
            customer_url: "/console/customers/1".to_owned(),
            facts: vec![Fact::new("Licence type", "CUSTPORTAL"), Fact::new("Sees", "Home (default), Workshop")],
            doors: vec![door("Customer Portal", true), door("Tech Portal", false)],
            door: "Customer Portal".to_owned(),
            allowed: false,
            rules: vec![pass, fail],
            preview_action: "/console/persons/1/preview".to_owned(),
            security_url: "/console/persons/1/security".to_owned(),
            privacy_url: "/console/persons/1/privacy".to_owned(),
            form: form(None, Some(3)),
            story: vec![HistoryEntry {
                done: done(30, "agnes"),
                text: "jo.meyer changed: licence none → CUSTPORTAL".to_owned(),
            }],
            messages: None,
        };
        let machine = Self { messages: Some(messages(Some("tsm_x1y2z3"))), ..page.clone() };
        let former = Self { messages: Some(PersonMessages { issue_action: None, ..messages(None) }), ..page.clone() };
        let fresh = Self { story: Vec::new(), form: form(Some("It was changed meanwhile."), Some(3)), ..page.clone() };
        vec![
            ("story".to_owned(), page),
            ("problem".to_owned(), fresh),
            ("machine".to_owned(), machine),
            ("former-machine".to_owned(), former),
        ]
    }
}

inventory::submit! { PageSamples::of::<PersonPage>(Shown::Staff("/console/persons")) }

impl Sample for Places {
    fn samples() -> Vec<(String, Self)> {
        let place = |name: &str, home: bool| PlaceForm {
            action: "/console/customers/1/places/2".to_owned(),
            id: "0199".to_owned(),
            name: name.to_owned(),
            address: "1 Example Street".to_owned(),
            active: home,
            parents: vec![pick("Yard", !home)],
            home,
            depth: usize::from(!home),
        };
        let full = Self {
            customer: "Jo Meyer".to_owned(),
            customer_url: "/console/customers/1".to_owned(),
            items: vec![place("Home", true), place("Shed", false)],
            new: PlaceForm { id: String::new(), name: String::new(), address: String::new(), ..place("", false) },
            devices: vec![DeviceAt {
                name: "PACE 5 kW".to_owned(),
                url: "/console/devices/7".to_owned(),
                action: "/console/customers/1/device-places/7".to_owned(),
                places: vec![pick("Home", true), pick("Shed", false)],
            }],
            contacts: vec![Fact::new("Pat Meyer", "pat@example.com")],
            contact_action: "/console/customers/1/contacts".to_owned(),
        };
        let bare = Self { devices: Vec::new(), contacts: Vec::new(), ..full.clone() };
        vec![("full".to_owned(), full), ("bare".to_owned(), bare)]
    }
}

inventory::submit! { PageSamples::of::<Places>(Shown::Staff("/console/customers")) }

impl Sample for Licences {
    fn samples() -> Vec<(String, Self)> {
        let row = |name: &str, seats| LicenceRow { name: name.to_owned(), opens: "Customer Portal".to_owned(), seats };
        let holder = SeatHolder {
            url: "/console/persons/1".to_owned(),
            person_id: "jo.meyer".to_owned(),
            name: "Jo Meyer".to_owned(),
            since: ago(30),
            used_at: ago(2),
            free_action: "/console/licences/NAMED/seats/1/free".to_owned(),
        };
        let seats = |holders: Vec<SeatHolder>| SeatCount {
            count: 5,
            free: 5 - u32::try_from(holders.len()).unwrap_or_default(),
            counting: "so many sessions at once".to_owned(),
            holders,
        };
        let counted = Self {
            items: vec![
                row("NAMED", Some(seats(vec![holder]))),
                row("MOBILE", Some(seats(Vec::new()))),
                row("STUDIO", None),
            ],
        };
        vec![("counted".to_owned(), counted), ("any".to_owned(), Self { items: vec![row("STUDIO", None)] })]
    }
}

inventory::submit! { PageSamples::of::<Licences>(Shown::Staff("/console/licences")) }

impl Sample for PersonPrivacy {
    fn samples() -> Vec<(String, Self)> {
        let erased = |title: &str, is_deleted| ErasedRow { title: title.to_owned(), count: 2, is_deleted };
        let why = "Accounting law requires that invoices are kept".to_owned();
        let form = ErasureForm {
            action: "/console/persons/1/erasure".to_owned(),
            erased: vec![erased("Sessions", true), erased("Service requests", false)],
            kept: vec![KeptRow { title: "Invoices".to_owned(), count: 3, why }],
            with_customer: true,
            other_url: "/console/persons/1/privacy?with_customer=false".to_owned(),
        };
        let page = Self {
            name: "Jo Meyer".to_owned(),
            person_id: "jo.meyer".to_owned(),
            person_url: "/console/persons/1".to_owned(),
            export_url: "/console/persons/1/export".to_owned(),
            download_url: "/console/persons/1/export?format=json".to_owned(),
            erasure: Some(form.clone()),
            problem: None,
        };
        let shared = Some(ErasureForm { with_customer: false, kept: Vec::new(), ..form });
        let wrong = Some("Type the person ID jo.meyer to confirm.".to_owned());
        let unconfirmed = Self { erasure: shared, problem: wrong, ..page.clone() };
        let staff = Some("The person jo.meyer works in the console; remove the staff account first.".to_owned());
        let colleague = Self { erasure: None, problem: staff, ..page.clone() };
        vec![("preview".to_owned(), page), ("unconfirmed".to_owned(), unconfirmed), ("colleague".to_owned(), colleague)]
    }
}

inventory::submit! { PageSamples::of::<PersonPrivacy>(Shown::Staff("/console/persons")) }

impl Sample for PersonExportPage {
    fn samples() -> Vec<(String, Self)> {
        let section = |title: &str, facts: &[(&str, &str)]| ExportedSection {
            title: title.to_owned(),
            items: vec![facts.iter().map(|(label, value)| Fact::new(*label, *value)).collect()],
        };
        let page = Self {
            name: "Jo Meyer".to_owned(),
            person_id: "jo.meyer".to_owned(),
            exported_at: ago(0),
            back_url: Some("/console/persons/1/privacy".to_owned()),
            sections: vec![
                section("Person", &[("name", "Jo Meyer"), ("email", "jo.meyer@example.com")]),
                section("Sessions", &[("device", "Firefox on Linux")]),
            ],
        };
        let sent = Self { back_url: None, ..page.clone() };
        vec![("console".to_owned(), page), ("sent".to_owned(), sent)]
    }
}

inventory::submit! { PageSamples::of::<PersonExportPage>(Shown::Staff("/console/persons")) }
