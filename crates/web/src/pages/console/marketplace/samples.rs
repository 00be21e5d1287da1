//! Sample marketplaces.

use crate::pages::console::samples::done;
use crate::pages::console::{
    AccountRow, Badge, CallRow, InvitationRow, InvitationState, Marketplace, MarketplaceAccount, MarketplaceCall,
    MarketplaceRow, Marketplaces, Named, OptionForm, OptionRow, Pick, Replay,
};
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago};
use crate::pages::{Fact, Tone};

fn call(operation: &str, outcome: Badge) -> CallRow {
    CallRow {
        url: "/console/marketplaces/market/calls/c1".to_owned(),
        operation: operation.to_owned(),
        account: (operation != "SyncOptions").then(|| "3000".to_owned()),
        at: ago(4),
        millis: "1.2 ms".to_owned(),
        outcome,
        is_test: operation == "Exists",
    }
}

fn calls() -> Vec<CallRow> {
    vec![
        call("Synchronize", Badge::new("0 ok", Tone::Good)),
        call("Exists", Badge::new("-80010 several_customers", Tone::Warn)),
        call("SyncOptions", Badge::new("-90021 unavailable", Tone::Bad)),
    ]
}

fn named(name: &str, url: Option<&str>) -> Named {
    Named { name: name.to_owned(), url: url.map(str::to_owned) }
}

impl Sample for Marketplaces {
    fn samples() -> Vec<(String, Self)> {
        let row = |label: &str, last| MarketplaceRow {
            url: "/console/marketplaces/market".to_owned(),
            label: label.to_owned(),
            address: "https://accounts.example.com/market".to_owned(),
            options: 3,
            last,
        };
        let some = Self { items: vec![row("Example Market", calls().pop()), row("Partner Market", None)] };
        vec![("some".to_owned(), some), ("none".to_owned(), Self { items: Vec::new() })]
    }
}

inventory::submit! { PageSamples::of::<Marketplaces>(Shown::Staff("/console/marketplaces")) }

impl Sample for Marketplace {
    fn samples() -> Vec<(String, Self)> {
        let option = |id: &str, name: &str, values: &[&str]| OptionRow {
            url: format!("/console/marketplaces/market/options?id={id}"),
            id: id.to_owned(),
            name: name.to_owned(),
            kind: "List".to_owned(),
            data_type: "Text".to_owned(),
            required: values.is_empty(),
            filled_by: "The customer, at the first order".to_owned(),
            values: values.iter().map(ToString::to_string).collect(),
        };
        let account = |id: &str, name: &str, state| AccountRow {
            url: format!("/console/marketplaces/market/accounts/{id}"),
            id: id.to_owned(),
            name: name.to_owned(),
            state,
            read_at: ago(3 * DAY),
        };
        let busy = Self {
            label: "Example Market".to_owned(),
            address: "https://accounts.example.com".to_owned(),
            applications: vec!["5f2b3c1e-7a64-4d0b-9d53-3a7c1f0e2b90".to_owned(), "second".to_owned()],
            settings: vec!["PartnerCode".to_owned()],
            rules: vec!["option:domain as domain".to_owned(), "attribute:email as email".to_owned()],
            licence: Some("CUSTPORTAL".to_owned()),
            invites: true,
            options: vec![option("username", "Username", &[]), option("role", "Role", &["1 = User", "2 = Reseller"])],
            changed: Some(done(60, "agnes")),
            version: 3,
            add_url: "/console/marketplaces/market/options".to_owned(),
            reset_action: Some("/console/marketplaces/market/options/reset".to_owned()),
            accounts: vec![
                account("3000", "Sunny Roofs", Badge::new("Linked", Tone::Good)),
                account("3001", "Meyer Solar", Badge::new("Waits for a decision", Tone::Warn)),
            ],
            next: Some("/console/marketplaces/market?after=3001".to_owned()),
            calls: calls(),
        };
        let fresh = Self {
            settings: Vec::new(),
            rules: Vec::new(),
            licence: None,
            invites: false,
            options: Vec::new(),
            changed: None,
            reset_action: None,
            accounts: Vec::new(),
            next: None,
            calls: Vec::new(),
            ..busy.clone()
        };
        vec![("busy".to_owned(), busy), ("fresh".to_owned(), fresh)]
    }
}

inventory::submit! { PageSamples::of::<Marketplace>(Shown::Staff("/console/marketplaces")) }

impl Sample for OptionForm {
    fn samples() -> Vec<(String, Self)> {
        let pick = |value: &str, selected| Pick { value: value.to_owned(), selected };
        let changed = Self {
            label: "Example Market".to_owned(),
            back_url: "/console/marketplaces/market".to_owned(),
            action: "/console/marketplaces/market/options".to_owned(),
            remove_action: Some("/console/marketplaces/market/options/remove".to_owned()),
            version: 3,
            id: "role".to_owned(),
            name: "Role".to_owned(),
            description: String::new(),
            kinds: vec![pick("SimpleValue", false), pick("List", true)],
            data_types: vec![pick("Text", true), pick("Number", false)],
            required: true,
            read_only: false,
            storefront: true,
            values: "*1 = User\n2 = Reseller".to_owned(),
        };
        let fresh = Self {
            remove_action: None,
            id: String::new(),
            name: String::new(),
            values: String::new(),
            ..changed.clone()
        };
        vec![("changed".to_owned(), changed), ("new".to_owned(), fresh)]
    }
}

inventory::submit! { PageSamples::of::<OptionForm>(Shown::Staff("/console/marketplaces")) }

impl Sample for MarketplaceAccount {
    fn samples() -> Vec<(String, Self)> {
        let linked = Self {
            marketplace: named("Example Market", Some("/console/marketplaces/market")),
            id: "3000".to_owned(),
            name: "Sunny Roofs".to_owned(),
            state: Badge::new("Linked", Tone::Good),
            read_at: ago(90),
            facts: vec![
                Fact::new("E-mail", "office@sunny.example"),
                Fact::new("Address", "1 Example Street, Chicago, United States"),
                Fact::new("Option role", "1"),
            ],
            customer: Some(named("Sunny Roofs", Some("/console/customers/0199"))),
            reseller: Some(named("77, not synchronized yet", None)),
            serves: vec![named("Meyer Solar", Some("/console/marketplaces/market/accounts/3001"))],
            invitations: vec![InvitationRow {
                email: "office@sunny.example".to_owned(),
                state: InvitationState::Open,
                issued: done(90, "Example Market"),
                expires_at: ago(-10 * DAY),
                used_at: None,
                revoke_action: None,
            }],
            restore_action: None,
            calls: calls(),
        };
        let deleted = Self {
            state: Badge::new("Deleted", Tone::Plain),
            restore_action: Some("/console/marketplaces/market/accounts/3000/restore".to_owned()),
            ..linked.clone()
        };
        let waiting = Self {
            state: Badge::new("Waits for a decision", Tone::Warn),
            customer: None,
            reseller: None,
            serves: Vec::new(),
            invitations: Vec::new(),
            calls: Vec::new(),
            facts: Vec::new(),
            ..linked.clone()
        };
        vec![("linked".to_owned(), linked), ("deleted".to_owned(), deleted), ("waiting".to_owned(), waiting)]
    }
}

inventory::submit! { PageSamples::of::<MarketplaceAccount>(Shown::Staff("/console/marketplaces")) }

impl Sample for MarketplaceCall {
    fn samples() -> Vec<(String, Self)> {
        let refused = Self {
            marketplace: named("Example Market", Some("/console/marketplaces/market")),
            operation: "Synchronize".to_owned(),
            at: ago(4),
            millis: "1.2 ms".to_owned(),
            outcome: Badge::new("-80003 option_missing", Tone::Warn),
            to_do: Some("Fill in the sync option.".to_owned()),
            is_test: true,
            account: Some(named("3000", Some("/console/marketplaces/market/accounts/3000"))),
            request: "{\n  \"ID\": \"3000\",\n  \"Name\": \"Sunny Roofs\"\n}".to_owned(),
            answer: "{\n  \"Code\": -80003,\n  \"Message\": \"Fill in “Domain”.\"\n}".to_owned(),
            replay_action: Some("/console/marketplaces/market/calls/c1/replay".to_owned()),
            replay: None,
        };
        let replayed = Self {
            is_test: false,
            replay: Some(Replay {
                answer: "{\n  \"Code\": 0\n}".to_owned(),
                outcome: Badge::new("0 ok", Tone::Good),
                steps: vec!["create customer Sunny Roofs, because the first link makes the customer record".to_owned()],
            }),
            ..refused.clone()
        };
        let unknown = Self { account: None, to_do: None, replay_action: None, is_test: false, ..refused.clone() };
        vec![("refused".to_owned(), refused), ("replayed".to_owned(), replayed), ("unknown".to_owned(), unknown)]
    }
}

inventory::submit! { PageSamples::of::<MarketplaceCall>(Shown::Staff("/console/marketplaces")) }
