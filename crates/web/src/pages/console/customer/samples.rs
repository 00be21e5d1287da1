//! Sample states of a customer and of an unlinked record.

use crate::pages::console::samples::{crm, desk, done};
use crate::pages::console::{
    Badge, CrmContact, Customer, CustomerDevice, DealRow, DealingRow, Dealings, DomainRow, FreshLink, InvitationRow,
    InvitationState, InviteForm, LinkRow, Requester, RequesterAsset, ReviewLine, SystemName, TicketRow, TicketsPage,
    TimelineEntry, Unlink, Verification,
};
use crate::pages::samples::{DAY, HOUR, PageSamples, Sample, Shown, ago};
use crate::pages::{Fact, Stale, Tone};

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

fn domains() -> Vec<DomainRow> {
    let entered = DomainRow {
        domain: "meyer.example".to_owned(),
        source: "Entered".to_owned(),
        system: None,
        entered: Some(done(HOUR, "jo")),
        remove_action: Some("/console/customers/c1/domains/meyer.example/remove".to_owned()),
    };
    let named = DomainRow {
        domain: "xn--bcher-kva.example".to_owned(),
        source: "The requester’s company".to_owned(),
        system: Some("Freshservice".to_owned()),
        entered: None,
        remove_action: None,
    };
    vec![entered, named]
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

fn contact() -> CrmContact {
    let deal = |name: &str, stage, closed: Option<&str>| DealRow {
        name: name.to_owned(),
        url: Some("https://crm.example.com/deals/31".into()),
        amount: Some("ZAR 5 600.00".into()),
        stage: Some(stage),
        expected: Some("16 Mar 2026".into()),
        closed: closed.map(ToOwned::to_owned),
    };
    let bare = DealRow {
        url: None,
        amount: None,
        stage: None,
        expected: None,
        ..deal("Battery, second floor", Badge::new("New", Tone::Plain), None)
    };
    CrmContact {
        system: crm(),
        name: "Jo Meyer".to_owned(),
        url: Some("https://crm.example.com/contacts/70011".into()),
        standing: Some(Badge::new("Customer", Tone::Good)),
        stage: Some("Customer".into()),
        deals: vec![bare, deal("Hybrid Inverter Bundle", Badge::new("Won", Tone::Good), Some("18 Mar 2026"))],
        deals_known: 140,
    }
}

fn dealings() -> Dealings {
    let row = |url: &str, title: &str, state| DealingRow {
        url: url.to_owned(),
        title: title.to_owned(),
        detail: Some("Fault, Hybrid inverter, garage".into()),
        state,
        ticket: None,
        at: Some(ago(3 * HOUR)),
    };
    let ticket = Some(("264".to_owned(), Some("https://desk.example.com/tickets/264".to_owned())));
    let unlinked = Some(("265".to_owned(), None));
    let invoice = DealingRow { at: None, ..row("/console/invoices?q=I-1", "I-1", Badge::new("Overdue", Tone::Warn)) };
    Dealings {
        requests: vec![
            DealingRow { ticket, ..row("/console/requests/q1", "No sun", Badge::new("On hold", Tone::Warn)) },
            DealingRow { ticket: unlinked, ..row("/console/requests/q2", "It hums", Badge::new("Solved", Tone::Good)) },
            DealingRow { detail: None, ..row("/console/requests/q3", "Advice", Badge::new("Received", Tone::Plain)) },
        ],
        returns: vec![row("/console/returns/r1", "R-1001", Badge::new("In progress", Tone::Good))],
        invoices: vec![invoice],
        has_invoice_source: true,
        tickets_url: Some("/console/records/freshservice/requester/2001/tickets".into()),
    }
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
            contact: Some(contact()),
            dealings: dealings(),
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
            domains: domains(),
            domain_action: "/console/customers/c1/domains".to_owned(),
            no_devices: None,
            people: crate::pages::console::persons::samples::people(),
            why: crate::pages::console::explain::samples::gap(),
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
            assign_action: Some("/console/customers/0199/assign".into()),
            stock_url: Some("/console/devices?for=2001".into()),
            new_device_url: Some("/console/devices/new?for=2001".into()),
            invite_action: Some("/console/customers/0199/invite".into()),
            reread_action: "/console/customers/0199/reread".to_owned(),
            stale: None,
        };
        let bare = Self {
            email: None,
            facts: Vec::new(),
            contact: None,
            dealings: Dealings::default(),
            links: links()[..1].to_vec(),
            devices: Vec::new(),
            domains: Vec::new(),
            domain_action: "/console/customers/c1/domains".to_owned(),
            no_devices: Some("Activated, but the service desk has no device in this customer’s name.".into()),
            people: Vec::new(),
            why: crate::pages::console::explain::samples::nothing_missing(),
            invitations: Vec::new(),
            reviews: Vec::new(),
            timeline: Vec::new(),
            verification: Verification::Broken { sequence: 3 },
            older_url: None,
            assign_action: None,
            stock_url: None,
            new_device_url: None,
            invite_action: None,
            stale: Some(Stale { system: "Freshservice".to_owned(), since: ago(3 * HOUR) }),
            ..full.clone()
        };
        let unread = Self {
            contact: Some(CrmContact { standing: None, stage: None, deals: Vec::new(), deals_known: 3, ..contact() }),
            dealings: Dealings { has_invoice_source: true, ..Dealings::default() },
            ..full.clone()
        };
        vec![("full".to_owned(), full), ("bare".to_owned(), bare), ("unread deals".to_owned(), unread)]
    }
}

inventory::submit! { PageSamples::of::<Customer>(Shown::Staff("/console")) }

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
            contact: None,
            tickets_url: Some("/console/records/freshservice/requester/2002/tickets".into()),
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
                sent_to: "robin.meyer@example.org".to_owned(),
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
            contact: Some(CrmContact { deals: Vec::new(), deals_known: 0, ..contact() }),
            tickets_url: None,
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

inventory::submit! { PageSamples::of::<Requester>(Shown::Staff("/console")) }

impl Sample for TicketsPage {
    fn samples() -> Vec<(String, Self)> {
        let ticket = |id: &str, url: Option<&str>, at| TicketRow {
            id: id.to_owned(),
            url: url.map(ToOwned::to_owned),
            subject: "No sun".to_owned(),
            state: Badge::new("On hold", Tone::Warn),
            opened_at: at,
            updated_at: at,
        };
        let some = Self {
            system: desk(),
            name: "Robin Meyer".to_owned(),
            back_url: "/console/records/freshservice/requester/2002".to_owned(),
            tickets: Some(vec![
                ticket("265", Some("https://desk.example.com/tickets/265"), Some(ago(HOUR))),
                ticket("264", None, None),
            ]),
            problem: None,
            days: 90,
        };
        let none = Self { tickets: Some(Vec::new()), ..some.clone() };
        let silent = Self {
            tickets: None,
            problem: Some("Freshservice does not answer. Try again in a minute.".into()),
            ..some.clone()
        };
        vec![("some".to_owned(), some), ("none".to_owned(), none), ("silent".to_owned(), silent)]
    }
}

inventory::submit! { PageSamples::of::<TicketsPage>(Shown::Staff("/console")) }
