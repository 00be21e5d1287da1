//! Reviews and systems.

use super::super::super::console::{
    AlarmNotice, Badge, Candidate, Cell, CompareRow, Decision, Health, Hook, Incident, JobRow, Jobs, Quota, Reading,
    Review, ReviewRow, Reviews, SystemCard, Systems, Verdict,
};
use jiff::Timestamp;

use super::super::super::{Fact, Tone};
use super::super::{HOUR, Sample, ago};
use super::{crm, desk, done};

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

impl Sample for Systems {
    fn samples() -> Vec<(String, Self)> {
        let system = |label: &str, kind: &str, health| SystemCard {
            label: label.to_owned(),
            kind: kind.to_owned(),
            address: format!("https://{}.example.com", label.to_lowercase().replace(' ', "-")),
            health,
            last_success: Some(ago(3)),
            last_error: None,
            quota: None,
        };
        let mut desk = system("Freshservice", "Service desk", Health::Throttled { until: ago(-1) });
        desk.quota = Some(Quota { used: 352, limit: 400, per: "minute".to_owned(), reserve: 40 });
        desk.last_error = Some(Incident { at: ago(1), text: "429 Too Many Requests, retry after 42 s".to_owned() });
        let mut sales = system("Freshsales", "CRM", Health::BreakerOpen { until: ago(-2) });
        sales.quota = Some(Quota { used: 120, limit: 1000, per: "hour".to_owned(), reserve: 100 });
        sales.last_error =
            Some(Incident { at: ago(2), text: "connect timeout after 5 s, 5 times in a row".to_owned() });
        let provider = system("Sunfield ID", "Identity provider", Health::Healthy);
        let mut mail = system("Mail", "SMTP", Health::Unknown);
        mail.last_success = None;
        let sweep = system("Archive desk", "Service desk", Health::Stale { since: ago(5 * HOUR) });

        let reading = |system: &str, what: &str, state, finished_at| Reading {
            system: system.to_owned(),
            what: what.to_owned(),
            state,
            error: None,
            seen: 412,
            changed: 3,
            started_at: ago(30),
            finished_at,
        };
        let job = |id: &str, what: &str, next_at: Option<Timestamp>| JobRow {
            id: id.to_owned(),
            what: what.to_owned(),
            subject: "Jo Meyer, requester 2001".to_owned(),
            subject_url: Some("/console/records/freshservice/requester/2001".into()),
            attempts: 3,
            error: "Freshsales: connect timeout after 5 s".to_owned(),
            last_at: next_at.is_none().then(|| ago(4)),
            next_at,
            retry_action: Some(format!("/console/jobs/{id}/retry")),
        };
        let mut mailing = job("j3", "Send mail: your account is activated", None);
        mailing.subject_url = None;
        mailing.retry_action = None;
        let alarm = AlarmNotice {
            system: "Freshservice".to_owned(),
            text: "Reading the assets stopped at page 7: it answered 500. The hub tries again by itself.".to_owned(),
            since: ago(25),
        };
        let busy = Self {
            alarms: vec![alarm],
            systems: vec![desk, sales, provider, mail, sweep],
            hooks: vec![Hook {
                path: "/hooks/freshservice".to_owned(),
                good: 1204,
                last_good_at: Some(ago(1)),
                last_unusable: Some(Incident {
                    at: ago(2 * HOUR),
                    text: "it names nothing: looked for display_id, asset_tag, serial_number".to_owned(),
                }),
                excerpt: Some(r#"{"display_id":"","name":"xxxx"}"#.to_owned()),
            }],
            hook_url: "https://accounts.example.com/hooks/freshservice".to_owned(),
            readings: vec![
                reading("Freshservice", "Requesters", Badge::new("Complete", Tone::Good), Some(ago(20))),
                reading("Freshservice", "Assets", Badge::new("Under way", Tone::Plain), None),
                Reading {
                    error: Some("Freshsales: connect timeout after 5 s".to_owned()),
                    ..reading("Freshsales", "Contacts", Badge::new("Stopped", Tone::Bad), Some(ago(21)))
                },
            ],
            read_action: "/console/systems/read".to_owned(),
            jobs: Jobs {
                waiting: 3,
                running: 1,
                failed: vec![job("j1", "Re-read requester", None), mailing],
                retrying: vec![job("j2", "Finish activation", Some(ago(-3)))],
            },
        };
        let calm = Self {
            alarms: Vec::new(),
            systems: vec![system("Freshservice", "Service desk", Health::Healthy)],
            hooks: Vec::new(),
            hook_url: "https://accounts.example.com/hooks/freshservice".to_owned(),
            readings: Vec::new(),
            read_action: "/console/systems/read".to_owned(),
            jobs: Jobs { waiting: 0, running: 0, failed: Vec::new(), retrying: Vec::new() },
        };
        vec![("busy".to_owned(), busy), ("calm".to_owned(), calm)]
    }
}
