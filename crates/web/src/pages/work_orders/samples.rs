//! Sample states of the pages about work orders.

use super::{
    BriefLine, CheckLine, MyWorkPage, NewWorkOrderPage, OfficeOrder, PartLine, PartsAtPlace, PartsPage, TechOrder,
    VanCard, Vans, WorkDay, WorkList, WorkNoteLine, WorkOrderFor, WorkOrderView, WorkOrdersPage, WorkRow,
};
use crate::pages::console::{Badge, CustomerChoice};
use crate::pages::returns::Choice;
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago, states};
use crate::pages::service_requests::FileLine;
use crate::pages::{Fact, Tone};

const TECH: Shown = Shown::Customer("/portal/tech");
const OFFICE: Shown = Shown::Staff("/console/work-orders");
const URL: &str = "/portal/tech/work/0197";
const WHEN: &str = "Mon 30 Nov 2026, 09:00–12:00";

/// A work order in a list, also for the pages of requests.
pub(crate) fn sample_row() -> WorkRow {
    WorkRow {
        url: URL.to_owned(),
        number: "W-7K3M-9QXD".to_owned(),
        subject: "New inverter in the garage".to_owned(),
        kind: "Installation".to_owned(),
        customer: "Jo Meyer".to_owned(),
        address: Some("1 Example Way\nExample Town".to_owned()),
        when: Some(WHEN.to_owned()),
        state: Badge::new("Accepted", Tone::Good),
        assignee: Some("Sam Okoro".to_owned()),
        assignee_unable: false,
    }
}

fn unplanned() -> WorkRow {
    WorkRow {
        subject: "The inverter hums".to_owned(),
        kind: "Repair".to_owned(),
        state: Badge::new("Open", Tone::Plain),
        when: None,
        address: None,
        assignee: None,
        ..sample_row()
    }
}

fn filters() -> Vec<Choice> {
    vec![Choice::new("open", "Not finished", true), Choice::new("all", "All", false)]
}

impl Sample for MyWorkPage {
    fn samples() -> Vec<(String, Self)> {
        let day = |title: &str, rows| WorkDay { title: title.to_owned(), rows };
        let some = Self {
            days: vec![
                day("Today, Mon 30 Nov", vec![sample_row()]),
                day("Tomorrow, Tue 1 Dec", vec![sample_row(), sample_row()]),
                day("Without an appointment", vec![unplanned()]),
            ],
            free: vec![unplanned()],
        };
        let nothing = Self { days: vec![day("Today, Mon 30 Nov", Vec::new())], free: Vec::new() };
        states([("some", some), ("nothing", nothing)])
    }
}

inventory::submit! { PageSamples::of::<MyWorkPage>(TECH) }

impl Sample for WorkList {
    fn samples() -> Vec<(String, Self)> {
        let some = Self {
            rows: vec![sample_row(), unplanned()],
            filters: filters(),
            search: String::new(),
            older_url: Some("/portal/tech/list?before=0197".to_owned()),
        };
        let nothing = Self { rows: Vec::new(), search: "inverter".to_owned(), older_url: None, ..some.clone() };
        let empty = Self { search: String::new(), ..nothing.clone() };
        states([("some", some), ("nothing", nothing), ("empty", empty)])
    }
}

inventory::submit! { PageSamples::of::<WorkList>(TECH) }

fn view() -> WorkOrderView {
    let brief = |subject: &str, state| BriefLine { subject: subject.to_owned(), state, at: ago(30 * DAY) };
    let note = |deed: Option<&str>, text: &str, files| WorkNoteLine {
        author: "Sam Okoro".to_owned(),
        at: ago(HOUR),
        deed: deed.map(ToOwned::to_owned),
        paragraphs: vec![text.to_owned()].into_iter().filter(|text| !text.is_empty()).collect(),
        files,
    };
    let photo = FileLine {
        url: format!("{URL}/files/0198"),
        name: "wall.jpg".to_owned(),
        size: "2.1 MB".to_owned(),
        picture: true,
    };
    let check = |position, item: &str, done| CheckLine { position, item: item.to_owned(), done };
    WorkOrderView {
        number: "W-7K3M-9QXD".to_owned(),
        subject: "New inverter in the garage".to_owned(),
        kind: "Installation".to_owned(),
        state: Badge::new("In progress", Tone::Good),
        when: Some(WHEN.to_owned()),
        assignee: Some("Sam Okoro".to_owned()),
        reason: None,
        paragraphs: vec!["Left wall, beside the meter.".to_owned()],
        customer: "Jo Meyer".to_owned(),
        phone: Some(("+44 1632 960001".to_owned(), "tel:+441632960001".to_owned())),
        place: Some("Home".to_owned()),
        address: Some("1 Example Way\nExample Town".to_owned()),
        map_url: Some("https://www.openstreetmap.org/search?query=1%20Example%20Way".to_owned()),
        device: Some("Hybrid inverter".to_owned()),
        device_facts: vec![Fact::new("Serial", "PC 5048 0017 22"), Fact::new("Product", "PACE")],
        model: None,
        checks: vec![check(0, "Device mounted and connected", true), check(1, "Customer shown how to use it", false)],
        parts: vec![PartLine { value: "p1 cable".to_owned(), label: "Cable, 1 m".to_owned(), quantity: 3 }],
        notes: vec![note(Some("Began to work"), "", Vec::new()), note(None, "The wall is dry.", vec![photo])],
        requests: vec![brief("The old inverter hums", Badge::new("Solved", Tone::Good))],
        earlier: vec![brief("Visit: look at the garage", Badge::new("Done", Tone::Plain))],
        version: 4,
    }
}

/// A work order of which little is known yet.
fn bare() -> WorkOrderView {
    WorkOrderView {
        state: Badge::new("Open", Tone::Plain),
        when: None,
        assignee: None,
        paragraphs: Vec::new(),
        phone: None,
        address: None,
        map_url: None,
        device: None,
        device_facts: Vec::new(),
        model: Some("PACE 5 kW".to_owned()),
        checks: Vec::new(),
        parts: Vec::new(),
        notes: Vec::new(),
        requests: Vec::new(),
        earlier: Vec::new(),
        ..view()
    }
}

impl Sample for TechOrder {
    fn samples() -> Vec<(String, Self)> {
        let next = |name: &str, label: &str| Some((name.to_owned(), label.to_owned()));
        let working = Self {
            order: view(),
            next: next("finish", "Finish"),
            needs_serial: true,
            serials: vec!["PC 5048 0017 22".to_owned()],
            unchecked: true,
            may_refuse: true,
            in_hand: true,
            van_parts: vec![Choice::new("p1 cable", "Cable, 1 m (4 there)", false)],
            has_van: true,
            step_action: format!("{URL}/steps"),
            check_action: format!("{URL}/checks"),
            part_action: format!("{URL}/parts"),
            note_action: format!("{URL}/notes"),
            problem: None,
            typed: String::new(),
        };
        let open = Self {
            order: bare(),
            next: next("accept", "Accept"),
            needs_serial: false,
            unchecked: false,
            in_hand: false,
            ..working.clone()
        };
        let no_van = Self { van_parts: Vec::new(), has_van: false, serials: Vec::new(), ..working.clone() };
        let empty_van = Self {
            van_parts: Vec::new(),
            problem: Some("Write something, or add a photo.".to_owned()),
            ..working.clone()
        };
        let done = Self {
            order: WorkOrderView { state: Badge::new("Done", Tone::Plain), ..view() },
            next: None,
            may_refuse: false,
            in_hand: false,
            unchecked: false,
            ..working.clone()
        };
        states([("working", working), ("open", open), ("no van", no_van), ("empty van", empty_van), ("done", done)])
    }
}

inventory::submit! { PageSamples::of::<TechOrder>(TECH) }

impl Sample for Vans {
    fn samples() -> Vec<(String, Self)> {
        let full = VanCard {
            name: "Van 3".to_owned(),
            devices: vec![("Hybrid inverter".to_owned(), Some("PC 5048 0017 22".to_owned()))],
            parts: vec![("Cable, 1 m".to_owned(), 4)],
        };
        let empty = VanCard { name: "Van 4".to_owned(), devices: Vec::new(), parts: Vec::new() };
        states([("some", Self { vans: vec![full, empty] }), ("none", Self { vans: Vec::new() })])
    }
}

inventory::submit! { PageSamples::of::<Vans>(TECH) }

impl Sample for WorkOrdersPage {
    fn samples() -> Vec<(String, Self)> {
        let unable = WorkRow { assignee_unable: true, ..sample_row() };
        let some = Self {
            rows: vec![sample_row(), unplanned(), unable],
            filters: filters(),
            search: String::new(),
            older_url: Some("/console/work-orders?before=0197".to_owned()),
        };
        let nothing = Self { rows: Vec::new(), search: "inverter".to_owned(), older_url: None, ..some.clone() };
        let empty = Self { search: String::new(), ..nothing.clone() };
        states([("some", some), ("nothing", nothing), ("empty", empty)])
    }
}

inventory::submit! { PageSamples::of::<WorkOrdersPage>(OFFICE) }

impl Sample for OfficeOrder {
    fn samples() -> Vec<(String, Self)> {
        let working = Self {
            order: view(),
            customer_url: "/console/customers/0197".to_owned(),
            request: Some(("/console/requests/0197".to_owned(), "New inverter".to_owned())),
            return_url: Some("/console/returns/0197".to_owned()),
            device_url: Some("/console/devices/41".to_owned()),
            assignee_unable: true,
            technicians: vec![Choice::new("sam", "Sam Okoro", true), Choice::new("kim", "Kim Example", false)],
            window: ("2026-11-30T09:00".to_owned(), "2026-11-30T12:00".to_owned()),
            is_open: true,
            steps: vec![("finish".to_owned(), "Finish".to_owned()), ("refuse".to_owned(), "Give it back".to_owned())],
            needs_serial: true,
            action: "/console/work-orders/0197".to_owned(),
            zone: "Europe/London".to_owned(),
        };
        let open = Self {
            order: bare(),
            request: None,
            return_url: None,
            device_url: None,
            assignee_unable: false,
            technicians: Vec::new(),
            window: (String::new(), String::new()),
            steps: Vec::new(),
            needs_serial: false,
            ..working.clone()
        };
        let reason = Some("The customer moved.".to_owned());
        let cancelled = Self {
            order: WorkOrderView { state: Badge::new("Cancelled", Tone::Plain), reason, ..view() },
            is_open: false,
            ..open.clone()
        };
        states([("working", working), ("open", open), ("cancelled", cancelled)])
    }
}

inventory::submit! { PageSamples::of::<OfficeOrder>(OFFICE) }

impl Sample for NewWorkOrderPage {
    fn samples() -> Vec<(String, Self)> {
        let looking = Self { query: String::new(), found: Vec::new(), more: false, of: None };
        let choice = CustomerChoice {
            url: "/console/work-orders/new?customer=0197".to_owned(),
            name: "Jo Meyer".to_owned(),
            email: Some("jo@example.com".to_owned()),
            devices: 1,
        };
        let without = CustomerChoice { email: None, ..choice.clone() };
        let found = Self { query: "jo".to_owned(), found: vec![choice, without], more: true, of: None };
        let nobody = Self { query: "xy".to_owned(), ..looking.clone() };
        let form = WorkOrderFor {
            customer_id: "0197".to_owned(),
            customer: "Jo Meyer".to_owned(),
            customer_url: "/console/customers/0197".to_owned(),
            requester_id: String::new(),
            request_id: "0198".to_owned(),
            return_id: String::new(),
            about: Some("Request: The inverter hums".to_owned()),
            kinds: vec![Choice::new("repair", "Repair", true)],
            places: vec![Choice::new("0197", "Home", true)],
            devices: vec![Choice::new("", "None of these", true), Choice::new("41", "Hybrid inverter", false)],
            model: String::new(),
            subject: "The inverter hums".to_owned(),
            description: String::new(),
            from: String::new(),
            to: String::new(),
            technicians: vec![Choice::new("", "Nobody yet", true), Choice::new("sam", "Sam Okoro", false)],
            problems: Vec::new(),
            zone: "Europe/London".to_owned(),
        };
        let problems = vec!["Choose one of the customer’s places that are in use".to_owned()];
        let wrong = Self { of: Some(WorkOrderFor { problems, about: None, ..form.clone() }), ..looking.clone() };
        let newcomer = WorkOrderFor {
            customer_id: String::new(),
            requester_id: "1001".to_owned(),
            about: None,
            places: Vec::new(),
            ..form.clone()
        };
        let newcomer = Self { of: Some(newcomer), ..looking.clone() };
        let filling = Self { of: Some(form), ..looking.clone() };
        states([
            ("form", filling),
            ("newcomer", newcomer),
            ("wrong", wrong),
            ("looking", looking),
            ("found", found),
            ("nobody", nobody),
        ])
    }
}

inventory::submit! { PageSamples::of::<NewWorkOrderPage>(OFFICE) }

impl Sample for PartsPage {
    fn samples() -> Vec<(String, Self)> {
        let some = Self {
            places: vec![
                PartsAtPlace { name: "Van 3".to_owned(), parts: vec![("Cable, 1 m".to_owned(), 4)] },
                PartsAtPlace { name: "Main warehouse".to_owned(), parts: Vec::new() },
            ],
            choices: vec![Choice::new("p1", "Van 3", false)],
            parts: vec![Choice::new("cable", "Cable, 1 m", false)],
        };
        let none = Self { places: Vec::new(), choices: Vec::new(), ..some.clone() };
        states([("some", some), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<PartsPage>(OFFICE) }
