//! Sample returns, in the portal and in the console.

use super::super::console::{
    Badge, CustomerChoice, Done, HistoryEntry, NewReturnFor, NextStep, Progress, ReturnDetail, ReturnFor, ReturnRow,
    ReturnWork, ReturnsPage,
};
use super::super::returns::{
    ApprovalForm, Choice, Happening, LineForm, LineStep, NewReturn, ReturnCard, ReturnLine, ReturnPage, Returns,
};
use super::super::{Fact, Tone};
use super::{DAY, HOUR, Sample, ago};

const URL: &str = "/portal/customer/returns";
const NUMBER: &str = "R-7K3M-9QXD";

fn filters() -> Vec<Choice> {
    vec![Choice::new("all", "All of them", true), Choice::new("open", "Under way", false)]
}

impl Sample for Returns {
    fn samples() -> Vec<(String, Self)> {
        let card = |units: &[&str], status: Badge, asked: &[&str]| ReturnCard {
            url: format!("{URL}/1"),
            number: NUMBER.to_owned(),
            status,
            units: units.iter().map(|&unit| unit.to_owned()).collect(),
            opened_at: ago(2 * DAY),
            asked: asked.iter().map(|&amount| amount.to_owned()).collect(),
        };
        let usual = Self {
            items: vec![
                card(&["PACE 5 kW"], Badge::new("Waiting for you", Tone::Warn), &["EUR 184.50"]),
                card(&["3 × Battery module", "Cable set"], Badge::new("In progress", Tone::Good), &[]),
            ],
            filters: filters(),
            search: String::new(),
            any: true,
            new_url: format!("{URL}/new"),
            more_url: Some(format!("{URL}?before=1")),
        };
        let none_like = Self { items: Vec::new(), search: "fan".to_owned(), more_url: None, ..usual.clone() };
        let none = Self { any: false, search: String::new(), ..none_like.clone() };
        vec![("usual".to_owned(), usual), ("none-like".to_owned(), none_like), ("none".to_owned(), none)]
    }
}

fn steps(states: [(&'static str, &str); 3]) -> Vec<LineStep> {
    let labels = ["You send it to us", "We repair it", "We send it back to you"];
    let step = |(label, (state, note)): (&str, (&'static str, &str))| LineStep {
        label: label.to_owned(),
        state,
        note: note.to_owned(),
    };
    labels.into_iter().zip(states).map(step).collect()
}

impl Sample for ReturnPage {
    fn samples() -> Vec<(String, Self)> {
        let asked = Self {
            number: NUMBER.to_owned(),
            status: Badge::new("Waiting for you", Tone::Warn),
            opened_at: ago(2 * DAY),
            lines: vec![ReturnLine {
                number: 1,
                title: "PACE 5 kW".to_owned(),
                device_url: Some("/portal/customer/devices/41".to_owned()),
                status: Badge::new("Waiting for you", Tone::Warn),
                facts: vec![
                    Fact::new("What happens", "Repair it and send it back"),
                    Fact::new("Serial number", "GX-99120-4471"),
                    Fact::new("What you wrote", "It hums loudly and stops at noon."),
                ],
                steps: steps([("done", "Done 19 Nov 2026"), ("next", "This is next"), ("waiting", "")]),
                waits: None,
                approval: Some(ApprovalForm {
                    action: format!("{URL}/1/lines/1/answer"),
                    version: 1,
                    amount: "EUR 184.50".to_owned(),
                    note: "The power board has to be replaced; two hours of work.".to_owned(),
                }),
            }],
            instructions: None,
            next: Some("Please look at the amount below and approve or decline it.".to_owned()),
            cancel_action: None,
            back_url: URL.to_owned(),
            history: vec![
                Happening { at: ago(HOUR), text: format!("We asked you to approve EUR 184.50 (return {NUMBER})") },
                Happening { at: ago(2 * DAY), text: format!("Return {NUMBER} was opened for PACE 5 kW") },
            ],
        };
        let mut fresh = asked.clone();
        fresh.status = Badge::new("Open", Tone::Plain);
        fresh.lines[0].approval = None;
        fresh.lines[0].status = Badge::new("On hold", Tone::Warn);
        fresh.lines[0].waits = Some("It waits for parts: a fan, next week".to_owned());
        fresh.instructions = Some("Sunfield Repairs\n1 Example Way\n8001 Example Town".to_owned());
        fresh.cancel_action = Some(format!("{URL}/1/cancel"));
        vec![("asked".to_owned(), asked), ("fresh".to_owned(), fresh)]
    }
}

impl Sample for NewReturn {
    fn samples() -> Vec<(String, Self)> {
        let line = |number, model: &str| LineForm {
            number,
            devices: vec![
                Choice::new("", "Choose a device…", !model.is_empty()),
                Choice::new("41", "PACE 5 kW, GX-99120-4471", model.is_empty()),
            ],
            reasons: vec![
                Choice::new("repair", "Repair it and send it back", true),
                Choice::new("credit", "Return it for a credit", false),
            ],
            model: model.to_owned(),
            quantity: "1".to_owned(),
            serials: String::new(),
            problem: String::new(),
        };
        let one = Self {
            action: URL.to_owned(),
            back_url: URL.to_owned(),
            places: Vec::new(),
            lines: vec![line(1, "")],
            can_add: true,
            problems: Vec::new(),
        };
        let wrong = Self {
            places: vec![Choice::new("1", "Home", true), Choice::new("2", "Cabin", false)],
            lines: vec![line(1, ""), line(2, "Battery module")],
            problems: vec!["Line 2: the number of units is 1 to 500.".to_owned()],
            ..one.clone()
        };
        vec![("one".to_owned(), one), ("wrong".to_owned(), wrong)]
    }
}

impl Sample for ReturnsPage {
    fn samples() -> Vec<(String, Self)> {
        let row = |customer: &str, status: Badge, next: &str| ReturnRow {
            url: "/console/returns/1".to_owned(),
            number: NUMBER.to_owned(),
            customer: customer.to_owned(),
            customer_url: "/console/customers/1".to_owned(),
            units: vec!["PACE 5 kW: Repair it and send it back".to_owned()],
            status,
            next: next.to_owned(),
            updated_at: ago(HOUR),
        };
        let usual = Self {
            items: vec![
                row("Jo Meyer", Badge::new("New", Tone::Plain), "receive"),
                row("Rosa Vega", Badge::new("On hold", Tone::Warn), "the customer answers"),
            ],
            filters: vec![Choice::new("open", "Open", true), Choice::new("all", "All", false)],
            search: String::new(),
            more_url: None,
            new_url: "/console/returns/new".to_owned(),
        };
        let none = Self { items: Vec::new(), ..usual.clone() };
        let none_like = Self { search: "GX-9".to_owned(), ..none.clone() };
        vec![("usual".to_owned(), usual), ("none".to_owned(), none), ("none-like".to_owned(), none_like)]
    }
}

impl Sample for NewReturnFor {
    fn samples() -> Vec<(String, Self)> {
        let first = Self { query: String::new(), found: Vec::new(), more: false, of: None };
        let choice = |name: &str, devices| CustomerChoice {
            url: "/console/returns/new?customer=1".to_owned(),
            name: name.to_owned(),
            email: Some("jo@example.com".to_owned()),
            devices,
        };
        let found = Self {
            query: "meyer".to_owned(),
            found: vec![choice("Jo Meyer", 2), choice("Meyer Farms", 0)],
            more: true,
            of: None,
        };
        let nobody = Self { query: "nobody".to_owned(), ..first.clone() };
        let form = |form: NewReturn| ReturnFor {
            customer_id: "1".to_owned(),
            customer: "Jo Meyer".to_owned(),
            customer_url: "/console/customers/1".to_owned(),
            form,
            told: vec![
                Choice::new("", "Jo Meyer, jo@example.com", true),
                Choice::new("2", "Ann Meyer, ann@example.com", false),
            ],
        };
        let mut states =
            vec![("first".to_owned(), first.clone()), ("found".to_owned(), found), ("nobody".to_owned(), nobody)];
        states.extend(
            NewReturn::samples().into_iter().map(|(name, it)| (name, Self { of: Some(form(it)), ..first.clone() })),
        );
        states
    }
}

impl Sample for ReturnDetail {
    fn samples() -> Vec<(String, Self)> {
        let done = |minutes| Done { at: ago(minutes), by: "agnes".to_owned() };
        let progress = |label: &str, done, notes: &[&str]| Progress {
            label: label.to_owned(),
            done,
            of: 2,
            notes: notes.iter().map(|&note| note.to_owned()).collect(),
        };
        let next = |step, label, serials, tracking| NextStep { step, label, ready: 2, serials, tracking };
        let work = ReturnWork {
            number: 1,
            title: "2 × PACE 5 kW".to_owned(),
            device_url: None,
            status: Badge::new("In progress", Tone::Good),
            facts: vec![Fact::new("Reason", "Swap it"), Fact::new("Serial", "GX-99120-4471")],
            progress: vec![progress("Received", 1, &["1 on 2026-11-19 by agnes"]), progress("Shipped", 0, &[])],
            next: vec![next("receive", "Received", true, false), next("ship", "Shipped", true, true)],
            waits: None,
            open: true,
            on_hold: false,
            approvals: vec![Fact::new("EUR 184.50", "Power board (declined: too dear)")],
        };
        let held = ReturnWork {
            number: 2,
            next: Vec::new(),
            waits: Some("Waits for parts: a fan".to_owned()),
            on_hold: true,
            device_url: Some("/console/devices/41".to_owned()),
            approvals: Vec::new(),
            ..work.clone()
        };
        let open = Self {
            number: NUMBER.to_owned(),
            status: Badge::new("On hold", Tone::Warn),
            customer: "Jo Meyer".to_owned(),
            customer_url: "/console/customers/1".to_owned(),
            opened: done(2 * DAY),
            version: 3,
            action: "/console/returns/1".to_owned(),
            currency: "EUR".to_owned(),
            lines: vec![work, held],
            story: vec![HistoryEntry { done: done(DAY), text: format!("Return {NUMBER}: 1 × PACE 5 kW received") }],
        };
        vec![("open".to_owned(), open)]
    }
}
