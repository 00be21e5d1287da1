//! Sample states of the systems.

use jiff::Timestamp;

use crate::pages::Tone;
use crate::pages::console::{
    AlarmNotice, Badge, Done, FailedKind, Health, Hook, Incident, JobRow, Jobs, Quota, Reading, SystemCard, SystemWork,
    Systems,
};
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago};

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
        let mut stock = system("Stock list", "CRM", Health::Failing { since: ago(HOUR) });
        stock.last_error = Some(Incident {
            at: ago(1),
            text: "it answered 512 bytes of text/html that are not JSON, a page with the title “Sign in”".to_owned(),
        });
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
            dismiss_action: Some(format!("/console/jobs/{id}/dismiss")),
        };
        let mut mailing = job("j3", "Send mail: your account is activated", None);
        mailing.subject_url = None;
        mailing.retry_action = None;
        mailing.dismiss_action = None;
        let mut doubtful = job("j4", "Send mail: invitation", None);
        "The mail server may have accepted the message: it was silent after the message."
            .clone_into(&mut doubtful.error);
        let work = |label: &str, failed: i64, paused: Option<Done>| SystemWork {
            label: label.to_owned(),
            due: 3,
            failed,
            toggle_action: format!("/console/systems/mail/{}", if paused.is_some() { "resume" } else { "pause" }),
            paused,
            retry_action: (failed > 0).then(|| "/console/failed-jobs/systems/mail/retry".to_owned()),
        };
        let alarm = AlarmNotice {
            system: "Freshservice".to_owned(),
            text: "Reading the assets stopped at page 7: it answered 500. The hub tries again by itself.".to_owned(),
            since: ago(25),
        };
        let busy = Self {
            alarms: vec![alarm],
            systems: vec![desk, sales, stock, provider, mail, sweep],
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
                systems: vec![
                    work("Freshservice", 0, None),
                    work("Mail server", 2, Some(Done { at: ago(12), by: "agnes".to_owned() })),
                ],
                kinds: vec![FailedKind {
                    what: "Re-read record".to_owned(),
                    jobs: 2,
                    retry_action: "/console/failed-jobs/kinds/fetch_record/retry".to_owned(),
                }],
                failed: vec![job("j1", "Re-read requester", None), mailing],
                in_doubt: vec![doubtful],
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
            jobs: Jobs {
                waiting: 0,
                running: 0,
                systems: vec![work("Freshservice", 0, None)],
                kinds: Vec::new(),
                failed: Vec::new(),
                in_doubt: Vec::new(),
                retrying: Vec::new(),
            },
        };
        vec![("busy".to_owned(), busy), ("calm".to_owned(), calm)]
    }
}

inventory::submit! { PageSamples::of::<Systems>(Shown::Staff("/console/systems")) }
