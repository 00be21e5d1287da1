//! Sample states of the security tab and of registrations.

use crate::pages::console::Done;
use crate::pages::console::auth::{
    ContactChoice, DecidedPart, FactorRow, LinkRow, MethodRow, PlaceChoice, Registration, RegistrationRow,
    Registrations, Security, StaffSessionRow,
};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};

const TAB: &str = "/console/persons/0190b6a2-0000-7000-8000-000000000001/security";
const ONE: &str = "/console/registrations/0190b6a2-0000-7000-8000-000000000002";

fn done(minutes: i64) -> Done {
    Done { at: ago(minutes), by: "agnes".to_owned() }
}

impl Sample for Security {
    fn samples() -> Vec<(String, Self)> {
        let full = Self {
            name: "Jo Meyer".to_owned(),
            person_id: Some("P-7K3F-9QX2".to_owned()),
            inactive: false,
            address: Some("jo@example.com".to_owned()),
            password_since: Some(ago(40 * DAY)),
            send_action: Some(format!("{TAB}/send-link")),
            links: vec![LinkRow {
                sent_to: "j•••@example.com".to_owned(),
                sent: done(40 * DAY),
                expires_at: ago(37 * DAY),
                state: "used",
            }],
            factor: Some(FactorRow { since: ago(9 * DAY), remove_action: format!("{TAB}/remove-factor") }),
            passkeys: 1,
            codes_left: 8,
            methods: vec![
                MethodRow {
                    how: "Person ID and password".to_owned(),
                    since: ago(40 * DAY),
                    last_used_at: Some(ago(3)),
                    remove_action: None,
                },
                MethodRow {
                    how: "Firefox on Android (passkey)".to_owned(),
                    since: ago(9 * DAY),
                    last_used_at: None,
                    remove_action: Some(format!("{TAB}/passkeys/0190b6a2-0000-7000-8000-000000000004/remove")),
                },
            ],
            sessions: vec![StaffSessionRow {
                device: "Firefox on Android".to_owned(),
                how: "Person ID and password".to_owned(),
                since: ago(HOUR),
                last_used_at: ago(3),
                place: "192.0.2.7".to_owned(),
                end_action: format!("{TAB}/sessions/0123456789ab/end"),
            }],
            end_all_action: format!("{TAB}/sign-out"),
            person_url: "/console/persons/0190b6a2-0000-7000-8000-000000000001".to_owned(),
            customer_url: "/console/customers/0190b6a2-0000-7000-8000-000000000003".to_owned(),
            customer: "Meyer Farms".to_owned(),
            email_as_login: Some(ago(HOUR)),
        };
        let bare = Self {
            person_id: None,
            inactive: true,
            address: None,
            password_since: None,
            send_action: None,
            links: Vec::new(),
            factor: None,
            passkeys: 0,
            codes_left: 0,
            methods: Vec::new(),
            sessions: Vec::new(),
            email_as_login: None,
            ..full.clone()
        };
        vec![("full".to_owned(), full), ("bare".to_owned(), bare)]
    }
}

inventory::submit! { PageSamples::of::<Security>(Shown::Staff("/console/persons")) }

impl Sample for Registrations {
    fn samples() -> Vec<(String, Self)> {
        let row = RegistrationRow {
            url: ONE.to_owned(),
            name: "Jo Meyer".to_owned(),
            email: "jo@example.com".to_owned(),
            since: ago(HOUR),
        };
        let one = Self { waiting: vec![row], closed: false };
        let none = Self { waiting: Vec::new(), closed: true };
        vec![("one".to_owned(), one), ("none".to_owned(), none)]
    }
}

inventory::submit! { PageSamples::of::<Registrations>(Shown::Staff("/console/registrations")) }

impl Sample for Registration {
    fn samples() -> Vec<(String, Self)> {
        let place = |owner: &str, chosen| PlaceChoice {
            id: "0190b6a2-0000-7000-8000-000000000003".to_owned(),
            name: "Home".to_owned(),
            owner: owner.to_owned(),
            chosen,
        };
        let open = Self {
            name: "Jo Meyer".to_owned(),
            email: "jo@example.com".to_owned(),
            message: Some("Our inverter is PC 5048 0017 22, in the garage.".to_owned()),
            since: ago(HOUR),
            person_id: "P-7K3F-9QX2".to_owned(),
            decided: None,
            approve_action: format!("{ONE}/approve"),
            refuse_action: format!("{ONE}/refuse"),
            licences: vec!["STUDIO", "NAMED", "CUSTPORTAL"],
            query: String::new(),
            find_url: ONE.to_owned(),
            places: vec![place("Meyer Farms", true)],
            contacts: vec![ContactChoice {
                id: "0190b6a2-0000-7000-8000-000000000004".to_owned(),
                label: "Jo Meyer, Meyer Farms".to_owned(),
                chosen: true,
            }],
            more: false,
        };
        let found = Self {
            query: "meyer".to_owned(),
            places: vec![place("Meyer Farms", false), place("Meyer Roofing", false)],
            more: true,
            ..open.clone()
        };
        let nobody = Self { query: "nobody".to_owned(), places: Vec::new(), contacts: Vec::new(), ..open.clone() };
        let decided = DecidedPart {
            approved: false,
            done: done(5),
            reason: Some("We know no device of yours.".to_owned()),
            security_url: TAB.to_owned(),
        };
        let refused = Self { decided: Some(decided), message: None, places: Vec::new(), ..open.clone() };
        [("open", open), ("found", found), ("nobody", nobody), ("refused", refused)]
            .map(|(name, it)| (name.to_owned(), it))
            .into()
    }
}

inventory::submit! { PageSamples::of::<Registration>(Shown::Staff("/console/registrations")) }
