//! Sample states of "Why?".

use crate::pages::Tone;
use crate::pages::console::{
    Badge, DoctorCheck, DoctorPage, DoctorReport, DoctorSystem, Link, WhyButton, WhyCheck, WhyPage, WhyPanel, WhyReason,
};
use crate::pages::samples::{PageSamples, Sample, Shown, ago};

fn check(what: &str, outcome: Badge, detail: &str) -> WhyCheck {
    WhyCheck { what: what.to_owned(), outcome, detail: detail.to_owned(), fix: None, button: None }
}

fn pass() -> Badge {
    Badge::new("Pass", Tone::Good)
}

/// Something is missing, and there is a button for fixing it.
pub(crate) fn gap() -> WhyPanel {
    let ambiguous = WhyCheck {
        fix: Some("Decide the review: it asks which contact is this customer.".to_owned()),
        button: Some(WhyButton {
            label: "Decide the review".to_owned(),
            url: "/console/reviews/r1".to_owned(),
            post: false,
        }),
        ..check(
            "The CRM contact is linked",
            Badge::new("Fail", Tone::Bad),
            "2 CRM contacts have the e-mail jo.meyer@example.com. Which one is this customer?",
        )
    };
    let stale = WhyCheck {
        fix: Some("When the service desk answers, read again.".to_owned()),
        button: Some(WhyButton {
            label: "Read again".to_owned(),
            url: "/console/customers/0199/reread".to_owned(),
            post: true,
        }),
        ..check(
            "The data is fresh",
            Badge::new("Fail", Tone::Bad),
            "The service desk was last read 20 Nov 2026, 11:05 UTC.",
        )
    };
    WhyPanel {
        reason: Some(WhyReason {
            code: "data_stale".to_owned(),
            title: "Data is stale".to_owned(),
            explanation: "The service desk was not read for longer than it should be.".to_owned(),
            next_step: "Look at the systems page. When the service desk answers, read again.".to_owned(),
            customer_reads: "We cannot show your devices right now".to_owned(),
        }),
        checks: vec![
            check("The sign-in is linked", pass(), "The sign-in belongs to Jo Meyer."),
            check("Assets are assigned", Badge::new("Unknown", Tone::Plain), "It could not be read since yesterday."),
            stale,
            ambiguous,
        ],
    }
}

/// All checks pass.
pub(crate) fn nothing_missing() -> WhyPanel {
    let checks = vec![check("The sign-in is linked", pass(), "The sign-in belongs to Jo Meyer.")];
    WhyPanel { reason: None, checks }
}

impl Sample for WhyPage {
    fn samples() -> Vec<(String, Self)> {
        let asked = Self {
            query: "PC 5048 0017 22".to_owned(),
            subject: Some(Link {
                label: "Asset 41, Hybrid inverter".to_owned(),
                url: Some("/console/customers/0199".into()),
            }),
            panel: Some(gap()),
            nothing: None,
            choices: Vec::new(),
        };
        let empty = Self { query: String::new(), subject: None, panel: None, ..asked.clone() };
        let fine = Self {
            panel: Some(nothing_missing()),
            subject: Some(Link { label: "Sign-in jo@example.org".to_owned(), url: None }),
            ..asked.clone()
        };
        let nothing =
            Self { query: "5049".to_owned(), nothing: Some("a serial number, a subject".into()), ..empty.clone() };
        let choice = |label: &str| Link { label: label.to_owned(), url: Some("/console/why?subject=1".into()) };
        let several = Self {
            query: "1001".to_owned(),
            choices: vec![choice("Requester 1001"), choice("Contact 1001")],
            ..empty.clone()
        };
        [("gap", asked), ("fine", fine), ("empty", empty), ("nothing", nothing), ("several", several)]
            .map(|(name, page)| (name.to_owned(), page))
            .into()
    }
}

inventory::submit! { PageSamples::of::<WhyPage>(Shown::Staff("/console/why")) }

impl Sample for DoctorPage {
    fn samples() -> Vec<(String, Self)> {
        let refused = DoctorCheck {
            what: "Credentials".to_owned(),
            outcome: Badge::new("Fail", Tone::Bad),
            detail: "The API key is not accepted.".to_owned(),
            remedy: Some("Put a valid key into freshservice.api_key and restart the hub.".to_owned()),
        };
        let fine = DoctorCheck {
            what: "Write".to_owned(),
            outcome: Badge::new("OK", Tone::Good),
            detail: "Writing works.".to_owned(),
            remedy: None,
        };
        let system = |label: &str, check| DoctorSystem { label: label.to_owned(), checks: vec![check] };
        let first = Self { action: "/console/doctor".to_owned(), report: None };
        let report = DoctorReport {
            at: ago(0),
            verdict: Badge::new("Something does not work", Tone::Bad),
            systems: vec![system("Freshservice", refused), system("Database", fine)],
        };
        let examined = Self { report: Some(report), ..first.clone() };
        vec![("first".to_owned(), first), ("examined".to_owned(), examined)]
    }
}

inventory::submit! { PageSamples::of::<DoctorPage>(Shown::Staff("/console/doctor")) }
