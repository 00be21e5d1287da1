//! Sample states of returns in the console.

use crate::pages::console::{
    Badge, CustomerChoice, Done, HistoryEntry, NewReturnFor, NextStep, Progress, ReturnDetail, ReturnFor, ReturnRow,
    ReturnWork, ReturnsPage,
};
use crate::pages::returns::samples::NUMBER;
use crate::pages::returns::{Choice, NewReturn};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::{Fact, Tone};

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

inventory::submit! { PageSamples::of::<ReturnsPage>(Shown::Staff("/console/returns")) }

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

inventory::submit! { PageSamples::of::<NewReturnFor>(Shown::Staff("/console/returns")) }

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

inventory::submit! { PageSamples::of::<ReturnDetail>(Shown::Staff("/console/returns")) }
