//! Sample states of reviews.

use crate::pages::Fact;
use crate::pages::console::samples::{crm, desk, done};
use crate::pages::console::{Candidate, Cell, CompareRow, Decision, Review, ReviewRow, Reviews, Verdict};
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago};

impl Sample for Reviews {
    fn samples() -> Vec<(String, Self)> {
        let row = |id: u32, title: &str, subject: &str, customer_waits| ReviewRow {
            url: format!("/console/reviews/r{id}"),
            title: title.to_owned(),
            subject: subject.to_owned(),
            candidates: 2,
            opened_at: ago(5 * HOUR * i64::from(id)),
            customer_waits,
        };
        let open = Self {
            items: vec![
                row(2, "Two contacts have this e-mail", "Jo Meyer, requester 2001", true),
                row(1, "The invited address belongs to two requesters", "Sam Field, requester 2044", false),
            ],
        };
        vec![("open".to_owned(), open), ("none".to_owned(), Self { items: Vec::new() })]
    }
}

inventory::submit! { PageSamples::of::<Reviews>(Shown::Staff("/console/reviews")) }

impl Sample for Review {
    fn samples() -> Vec<(String, Self)> {
        let contact = |id: &str, title: &str, linked_to: Option<&str>| Candidate {
            id: id.to_owned(),
            system: crm(),
            kind: "contact".to_owned(),
            external_id: id.to_owned(),
            title: title.to_owned(),
            url: Some(format!("https://crm.example.com/contacts/{id}")),
            linked_to: linked_to.map(str::to_owned),
        };
        let row = |label: &str, subject: Option<&str>, cells: [(Option<&str>, Verdict); 2]| CompareRow {
            label: label.to_owned(),
            subject: subject.map(str::to_owned),
            cells: cells
                .into_iter()
                .map(|(value, verdict)| Cell { value: value.map(str::to_owned), verdict })
                .collect(),
        };
        let open = Self {
            id: "r1".to_owned(),
            title: "Two contacts have this e-mail".to_owned(),
            explanation: "Requester 2001 is to be linked by primary e-mail, but two CRM contacts have that address. \
                          A wrong choice would show one customer’s deals with another, so a person decides."
                .to_owned(),
            subject: Candidate {
                id: "2001".to_owned(),
                system: desk(),
                kind: "requester".to_owned(),
                external_id: "2001".to_owned(),
                title: "Jo Meyer".to_owned(),
                url: Some("https://desk.example.com/requesters/2001".into()),
                linked_to: None,
            },
            candidates: vec![contact("70011", "Jo Meyer", None), contact("70544", "Meyer Roofing", Some("Sam Field"))],
            rows: vec![
                row(
                    "E-mail",
                    Some("jo.meyer@example.com"),
                    [(Some("jo.meyer@example.com"), Verdict::Same), (Some("Jo.Meyer@example.com"), Verdict::Same)],
                ),
                row(
                    "Name",
                    Some("Jo Meyer"),
                    [(Some("Jo Meyer"), Verdict::Same), (Some("Meyer Roofing"), Verdict::Differs)],
                ),
                row(
                    "Phone",
                    Some("+27 21 555 0142"),
                    [(Some("021 555 0142"), Verdict::Same), (Some("021 555 0199"), Verdict::Differs)],
                ),
                row("City", None, [(Some("Cape Town"), Verdict::Unknown), (None, Verdict::Unknown)]),
            ],
            decide_action: Some("/console/reviews/r1/decide".into()),
            none_label: "None of these: link no contact".to_owned(),
            takes_note: true,
            opened_at: ago(5 * HOUR),
            decision: None,
        };
        let decided = Self {
            decide_action: None,
            decision: Some(Decision {
                done: done(20, "agnes"),
                text: "Contact 70011, Jo Meyer, is the same customer.".to_owned(),
                note: Some("Confirmed by telephone.".into()),
                effects: vec![Fact::new("Linked", "contact 70011"), Fact::new("Remembered", "70544 is not a match")],
            }),
            ..open.clone()
        };
        vec![("open".to_owned(), open), ("decided".to_owned(), decided)]
    }
}

inventory::submit! { PageSamples::of::<Review>(Shown::Staff("/console/reviews")) }
