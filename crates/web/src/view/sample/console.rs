//! Sample states of the staff console.

use super::super::console::{
    Badge, Candidate, Cell, CompareRow, Customer, CustomerDevice, CustomerHit, Decision, DeviceHit, Done, FreshLink,
    Health, Incident, InvitationRow, InvitationState, InviteForm, JobRow, Jobs, LinkRow, Quota, RecordHit, Requester,
    RequesterAsset, Review, ReviewLine, ReviewRow, Reviews, Search, StaffSignIn, SystemCard, SystemName, Systems,
    TimelineEntry, Unlink, Verdict, Verification,
};
use super::super::{Fact, Stale, Tone};
use super::{DAY, HOUR, Sample, ago};

fn desk() -> SystemName {
    SystemName::new("freshservice", "Freshservice")
}

fn crm() -> SystemName {
    SystemName::new("freshsales", "Freshsales")
}

fn done(minutes: i64, by: &str) -> Done {
    Done { at: ago(minutes), by: by.to_owned() }
}

impl Sample for StaffSignIn {
    fn samples() -> Vec<(String, Self)> {
        let first = Self {
            action: "/console/sign-in".to_owned(),
            login: String::new(),
            error: None,
            return_to: Some("/console".into()),
        };
        let failed = Self {
            login: "agnes".to_owned(),
            error: Some("Login and password do not match. Check both and try again.".into()),
            return_to: None,
            ..first.clone()
        };
        vec![("first".to_owned(), first), ("failed".to_owned(), failed)]
    }
}

impl Sample for Search {
    fn samples() -> Vec<(String, Self)> {
        let nothing_typed = Self {
            query: String::new(),
            customers: Vec::new(),
            records: Vec::new(),
            devices: Vec::new(),
            truncated: false,
        };
        let nothing_found = Self { query: "meyr".to_owned(), ..nothing_typed.clone() };
        let found = Self {
            query: "meyer".to_owned(),
            customers: vec![CustomerHit {
                url: "/console/customers/0199".to_owned(),
                name: "Jo Meyer".to_owned(),
                email: Some("jo.meyer@example.com".into()),
                systems: vec!["Sunfield ID".to_owned(), "Freshservice".to_owned(), "Freshsales".to_owned()],
                devices: 2,
                since: ago(40 * DAY),
            }],
            records: vec![
                RecordHit {
                    url: "/console/records/freshservice/requester/2002".to_owned(),
                    system: desk(),
                    kind: "requester".to_owned(),
                    external_id: "2002".to_owned(),
                    name: "Robin Meyer".to_owned(),
                    email: Some("robin.meyer@example.org".into()),
                    invitation: Badge::new("Invited", Tone::Plain),
                },
                RecordHit {
                    url: "/console/records/freshsales/contact/70012".to_owned(),
                    system: crm(),
                    kind: "contact".to_owned(),
                    external_id: "70012".to_owned(),
                    name: "Meyer Roofing".to_owned(),
                    email: None,
                    invitation: Badge::new("Not invited", Tone::Warn),
                },
            ],
            devices: vec![
                DeviceHit {
                    name: "Hybrid inverter, Meyer garage".to_owned(),
                    serial: Some("PC 5048 0017 22".into()),
                    state: Badge::new("In Use", Tone::Good),
                    owner: Some("Jo Meyer".into()),
                    owner_url: Some("/console/customers/0199".into()),
                },
                DeviceHit {
                    name: "Hybrid inverter (spare for Meyer)".to_owned(),
                    serial: None,
                    state: Badge::new("In Stock", Tone::Plain),
                    owner: None,
                    owner_url: None,
                },
            ],
            truncated: true,
        };
        vec![
            ("found".to_owned(), found),
            ("nothing-typed".to_owned(), nothing_typed),
            ("nothing-found".to_owned(), nothing_found),
        ]
    }
}

fn links() -> Vec<LinkRow> {
    let unlink = |id: &str, effect: &str| {
        Some(Unlink { action: format!("/console/links/{id}/unlink"), effect: effect.to_owned() })
    };
    let active = || Badge::new("Active", Tone::Good);
    vec![
        LinkRow {
            id: "l1".to_owned(),
            system: SystemName::new("idp", "Sunfield ID"),
            kind: "user".to_owned(),
            external_id: "6c1f0b52-93aa-4f5e-8a07-5d2b1c9e7d11".to_owned(),
            title: "jo@example.org".to_owned(),
            issuer: Some("https://id.example.com/".into()),
            url: None,
            origin: "Activation".to_owned(),
            linked: done(40 * DAY, "the customer"),
            evidence: vec![
                Fact::new("Signed in through", "invitation of 11 Oct 2026"),
                Fact::new("E-mail verified by the provider", "yes"),
            ],
            seen_at: ago(2 * HOUR),
            state: active(),
            unlink: None,
        },
        LinkRow {
            id: "l2".to_owned(),
            system: desk(),
            kind: "requester".to_owned(),
            external_id: "2001".to_owned(),
            title: "Jo Meyer".to_owned(),
            issuer: None,
            url: Some("https://desk.example.com/requesters/2001".into()),
            origin: "Activation".to_owned(),
            linked: done(40 * DAY, "the customer"),
            evidence: vec![Fact::new("Invitation named", "requester 2001")],
            seen_at: ago(3),
            state: active(),
            unlink: unlink("l2", "The customer loses sight of 2 devices at once. History stays."),
        },
        LinkRow {
            id: "l3".to_owned(),
            system: crm(),
            kind: "contact".to_owned(),
            external_id: "70011".to_owned(),
            title: "Jo Meyer".to_owned(),
            issuer: None,
            url: Some("https://crm.example.com/contacts/70011".into()),
            origin: "E-mail".to_owned(),
            linked: done(40 * DAY, "the hub"),
            evidence: vec![Fact::new("Primary e-mail", "jo.meyer@example.com in both"), Fact::new("Candidates", "1")],
            seen_at: ago(26 * HOUR),
            state: Badge::new("Not seen since yesterday", Tone::Warn),
            unlink: unlink("l3", "Deals are no longer shown with this customer. Nothing changes in Freshsales."),
        },
    ]
}

fn invitations() -> Vec<InvitationRow> {
    let row = |state, minutes, used| InvitationRow {
        email: "jo.meyer@example.com".to_owned(),
        state,
        issued: done(minutes, "agnes"),
        expires_at: ago(minutes - 7 * DAY),
        used_at: used,
        revoke_action: (state == InvitationState::Open).then(|| "/console/invitations/i1/revoke".to_owned()),
    };
    vec![
        row(InvitationState::Open, HOUR, None),
        row(InvitationState::Pending, 30 * HOUR, None),
        row(InvitationState::Used, 41 * DAY, Some(ago(40 * DAY))),
        row(InvitationState::Superseded, 42 * DAY, None),
        row(InvitationState::Expired, 60 * DAY, None),
        row(InvitationState::Revoked, 61 * DAY, None),
    ]
}

impl Sample for Customer {
    fn samples() -> Vec<(String, Self)> {
        let device = |name: &str, serials: [&str; 2], state| CustomerDevice {
            name: name.to_owned(),
            product: Some("PACE".into()),
            serial: Some(serials[0].into()),
            inverter_serial: Some(serials[1].into()),
            serials_differ: serials[0] != serials[1],
            state,
            since: Some(ago(40 * DAY)),
            url: Some("https://desk.example.com/assets/41".into()),
        };
        let entry = |sequence, minutes, title: &str, actor: &str, channel: &str, facts| TimelineEntry {
            at: ago(minutes),
            title: title.to_owned(),
            actor: actor.to_owned(),
            channel: channel.to_owned(),
            sequence,
            facts,
        };
        let full = Self {
            id: "01998f3a-5c1e-7b52-9d40-2f7c8e6a1b03".to_owned(),
            name: "Jo Meyer".to_owned(),
            email: Some("jo.meyer@example.com".into()),
            facts: vec![Fact::new("Phone", "+27 21 555 0142"), Fact::new("Also known as", "jo@example.org")],
            since: ago(40 * DAY),
            links: links(),
            devices: vec![
                device("Hybrid inverter, garage", ["PC 5048 0017 22"; 2], Badge::new("In Use", Tone::Good)),
                device(
                    "Hybrid inverter, workshop",
                    ["PC 5048 0020 09", "GX-99120-4471"],
                    Badge::new("In Repair", Tone::Warn),
                ),
            ],
            no_devices: None,
            invitations: invitations(),
            reviews: vec![ReviewLine {
                url: "/console/reviews/r1".to_owned(),
                title: "Two contacts have this e-mail".to_owned(),
                opened_at: ago(5 * HOUR),
            }],
            timeline: vec![
                entry(
                    4,
                    2 * DAY,
                    "Device changed: Hybrid inverter, workshop",
                    "the hub",
                    "Webhook",
                    vec![Fact::new("State", "In Use → In Repair")],
                ),
                entry(3, 40 * DAY, "Two devices linked", "the hub", "Activation", Vec::new()),
                entry(
                    2,
                    40 * DAY,
                    "CRM contact linked",
                    "the hub",
                    "Activation",
                    vec![Fact::new("Evidence", "same primary e-mail, one candidate")],
                ),
                entry(1, 40 * DAY, "Account activated", "the customer", "Activation", Vec::new()),
            ],
            verification: Verification::Verified { entries: 4, head: "9f2c41d7".to_owned() },
            older_url: Some("/console/customers/0199?before=1".into()),
            invite_action: Some("/console/customers/0199/invite".into()),
            reread_action: "/console/customers/0199/reread".to_owned(),
            stale: None,
        };
        let bare = Self {
            email: None,
            facts: Vec::new(),
            links: links()[..1].to_vec(),
            devices: Vec::new(),
            no_devices: Some("Activated, but the service desk has no device in this customer’s name.".into()),
            invitations: Vec::new(),
            reviews: Vec::new(),
            timeline: Vec::new(),
            verification: Verification::Broken { sequence: 3 },
            older_url: None,
            invite_action: None,
            stale: Some(Stale { system: "Freshservice".to_owned(), since: ago(3 * HOUR) }),
            ..full.clone()
        };
        vec![("full".to_owned(), full), ("bare".to_owned(), bare)]
    }
}

impl Sample for Requester {
    fn samples() -> Vec<(String, Self)> {
        let asset = |name: &str, kind: &str, is_device: bool| RequesterAsset {
            name: name.to_owned(),
            asset_type: kind.to_owned(),
            serial: is_device.then(|| "PC 5048 0031 40".to_owned()),
            state: Badge::new("In Use", Tone::Good),
            is_device,
        };
        let form = InviteForm {
            action: "/console/records/freshservice/requester/2002/invite".to_owned(),
            email: Some("robin.meyer@example.org".into()),
            blocked: None,
            replaces_open: false,
            valid_days: 7,
        };
        let fresh = Self {
            system: desk(),
            kind: "requester".to_owned(),
            external_id: "2002".to_owned(),
            name: "Robin Meyer".to_owned(),
            state: Badge::new("Active", Tone::Good),
            url: Some("https://desk.example.com/requesters/2002".into()),
            facts: vec![
                Fact::new("Primary e-mail", "robin.meyer@example.org"),
                Fact::new("Phone", "+27 21 555 0177"),
                Fact::new("Department", "Residential"),
            ],
            assets: vec![
                asset("Hybrid inverter, roof", "Hybrid Inverter Bundle", true),
                asset("Router", "Network Device", false),
            ],
            invitations: Vec::new(),
            invite: Some(form.clone()),
            fresh_link: None,
            seen_at: ago(3),
            stale: None,
            reread_action: "/console/records/freshservice/requester/2002/reread".to_owned(),
        };
        let invited = Self {
            invitations: invitations()[..1].to_vec(),
            invite: Some(InviteForm { replaces_open: true, ..form.clone() }),
            fresh_link: Some(FreshLink {
                url: "https://hub.example.com/activate/kq3vR0pZ8sT1mWc5yXb7Ng".to_owned(),
                sent_to: Some("robin.meyer@example.org".into()),
                expires_at: ago(-7 * DAY),
            }),
            ..fresh.clone()
        };
        let blocked = Self {
            facts: Vec::new(),
            assets: Vec::new(),
            invite: Some(InviteForm {
                email: None,
                blocked: Some(
                    "This requester has no e-mail address. Add one in Freshservice, then re-read the record.".into(),
                ),
                ..form
            }),
            stale: Some(Stale { system: "Freshservice".to_owned(), since: ago(3 * HOUR) }),
            ..fresh.clone()
        };
        let contact = Self {
            system: crm(),
            kind: "contact".to_owned(),
            external_id: "70012".to_owned(),
            name: "Meyer Roofing".to_owned(),
            url: None,
            assets: Vec::new(),
            invite: None,
            ..fresh.clone()
        };
        vec![
            ("fresh".to_owned(), fresh),
            ("invited".to_owned(), invited),
            ("blocked".to_owned(), blocked),
            ("contact".to_owned(), contact),
        ]
    }
}

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
            decided: 12,
        };
        vec![("open".to_owned(), open), ("none".to_owned(), Self { items: Vec::new(), decided: 0 })]
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
        let mirror = system("Archive desk", "Service desk", Health::Stale { since: ago(5 * HOUR) });

        let job = |id: &str, what: &str, next_at| JobRow {
            id: id.to_owned(),
            what: what.to_owned(),
            subject: "Jo Meyer, requester 2001".to_owned(),
            subject_url: Some("/console/records/freshservice/requester/2001".into()),
            attempts: 3,
            error: "Freshsales: connect timeout after 5 s".to_owned(),
            last_at: ago(4),
            next_at,
            retry_action: Some(format!("/console/jobs/{id}/retry")),
        };
        let mut mailing = job("j3", "Send mail: your account is activated", None);
        mailing.subject_url = None;
        mailing.retry_action = None;
        let busy = Self {
            systems: vec![desk, sales, provider, mail, mirror],
            jobs: Jobs {
                waiting: 3,
                running: 1,
                failed: vec![job("j1", "Re-read requester", None), mailing],
                retrying: vec![job("j2", "Finish activation", Some(ago(-3)))],
            },
        };
        let calm = Self {
            systems: vec![system("Freshservice", "Service desk", Health::Healthy)],
            jobs: Jobs { waiting: 0, running: 0, failed: Vec::new(), retrying: Vec::new() },
        };
        vec![("busy".to_owned(), busy), ("calm".to_owned(), calm)]
    }
}
