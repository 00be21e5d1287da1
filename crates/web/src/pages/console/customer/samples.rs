//! Sample states of a customer and of an unlinked record.

use crate::pages::console::samples::{crm, desk, done};
use crate::pages::console::{
    Badge, Customer, CustomerDevice, DomainRow, FreshLink, InvitationRow, InvitationState, InviteForm, LinkRow,
    Requester, RequesterAsset, ReviewLine, SystemName, TimelineEntry, Unlink, Verification,
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
            new_device_url: Some("/console/devices/new?for=2001".into()),
            invite_action: Some("/console/customers/0199/invite".into()),
            reread_action: "/console/customers/0199/reread".to_owned(),
            stale: None,
        };
        let bare = Self {
            email: None,
            facts: Vec::new(),
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
            new_device_url: None,
            invite_action: None,
            stale: Some(Stale { system: "Freshservice".to_owned(), since: ago(3 * HOUR) }),
            ..full.clone()
        };
        vec![("full".to_owned(), full), ("bare".to_owned(), bare)]
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
