//! Sample returns.

use crate::locale::text;
use crate::pages::console::Badge;
use crate::pages::returns::{
    ApprovalForm, Choice, Happening, LineForm, LineStep, NewReturn, ReturnCard, ReturnLine, ReturnPage, Returns,
};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::{Fact, Tone};

const URL: &str = "/portal/customer/returns";
pub(in crate::pages) const NUMBER: &str = "R-7K3M-9QXD";

fn filters() -> Vec<Choice> {
    vec![Choice::new("all", text!("invoices-all"), true), Choice::new("open", text!("returns-filter-open"), false)]
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
                card(&["PACE 5 kW"], Badge::new(text!("returns-status-waiting"), Tone::Warn), &["EUR 184.50"]),
                card(
                    &["3 × Battery module", "Cable set"],
                    Badge::new(text!("portal-check-in-progress"), Tone::Good),
                    &[],
                ),
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

inventory::submit! { PageSamples::of::<Returns>(Shown::Customer("/portal/customer/returns")) }

fn steps(states: [(&'static str, &str); 3]) -> Vec<LineStep> {
    let labels = [text!("returns-step-receive"), text!("returns-step-repair"), text!("returns-step-back")];
    let step =
        |(label, (state, note)): (String, (&'static str, &str))| LineStep { label, state, note: note.to_owned() };
    labels.into_iter().zip(states).map(step).collect()
}

impl Sample for ReturnPage {
    fn samples() -> Vec<(String, Self)> {
        let asked = Self {
            number: NUMBER.to_owned(),
            status: Badge::new(text!("returns-status-waiting"), Tone::Warn),
            opened_at: ago(2 * DAY),
            lines: vec![ReturnLine {
                number: 1,
                title: "PACE 5 kW".to_owned(),
                device_url: Some("/portal/customer/devices/41".to_owned()),
                status: Badge::new(text!("returns-status-waiting"), Tone::Warn),
                facts: vec![
                    Fact::new(text!("returns-fact-happens"), "Repair it and send it back"),
                    Fact::new(text!("portal-devices-list-serial-number"), "GX-99120-4471"),
                    Fact::new(text!("returns-fact-wrote"), "It hums loudly and stops at noon."),
                ],
                steps: steps([("done", "Done 19 Nov 2026"), ("next", &text!("returns-next")), ("waiting", "")]),
                waits: None,
                approval: Some(ApprovalForm {
                    action: format!("{URL}/1/lines/1/answer"),
                    version: 1,
                    amount: "EUR 184.50".to_owned(),
                    note: "The power board has to be replaced; two hours of work.".to_owned(),
                }),
            }],
            instructions: None,
            next: Some(text!("returns-next-approve")),
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
        fresh.lines[0].status = Badge::new(text!("returns-status-on-hold"), Tone::Warn);
        fresh.lines[0].waits = Some("It waits for parts: a fan, next week".to_owned());
        fresh.instructions = Some("Sunfield Repairs\n1 Example Way\n8001 Example Town".to_owned());
        fresh.cancel_action = Some(format!("{URL}/1/cancel"));
        vec![("asked".to_owned(), asked), ("fresh".to_owned(), fresh)]
    }
}

inventory::submit! { PageSamples::of::<ReturnPage>(Shown::Customer("/portal/customer/returns")) }

impl Sample for NewReturn {
    fn samples() -> Vec<(String, Self)> {
        let line = |number, model: &str| LineForm {
            number,
            devices: vec![
                Choice::new("", text!("returns-choose-device"), !model.is_empty()),
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

inventory::submit! { PageSamples::of::<NewReturn>(Shown::Customer("/portal/customer/returns")) }
