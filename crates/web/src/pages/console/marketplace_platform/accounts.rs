//! Accounts: direct customers, resellers and their customers.

use serde::Serialize;

use super::{Link, OperationRow, operation_row};
use crate::pages::console::samples::done;
use crate::pages::console::{Badge, Done};
use crate::pages::returns::Choice;
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, states};
use crate::pages::{Fact, Page, Tone};

/// The list.
#[derive(Debug, Clone, Serialize)]
pub struct Accounts {
    pub search: String,
    /// Filter: accounts without a reseller, or all.
    pub shown: Vec<Choice>,
    /// The reseller whose customers are listed, with those above it, the highest first.
    pub chain: Vec<Link>,
    pub rows: Vec<AccountRow>,
    pub narrowed: bool,
    pub truncated: bool,
    pub more_url: Option<String>,
}

impl Page for Accounts {
    const TEMPLATE: &'static str = "console/marketplace_platform/accounts.html";
}

#[derive(Debug, Clone, Serialize)]
pub struct AccountRow {
    pub url: String,
    pub name: String,
    pub email: Option<String>,
    pub kind: String,
    pub reseller: Option<Link>,
    /// URL of the list of its customers.
    pub customers_url: Option<String>,
    pub state: Option<Badge>,
    pub vendors: Vec<AtVendor>,
}

/// The state of an account at a vendor.
#[derive(Debug, Clone, Serialize)]
pub struct AtVendor {
    pub name: String,
    pub state: Badge,
}

/// The form of an account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountForm {
    pub of: Option<Link>,
    pub action: String,
    /// What the account was when the form was opened.
    pub seen: String,
    pub name: String,
    pub code: String,
    pub email: String,
    pub phone: String,
    pub fax: String,
    pub web_site: String,
    pub description: String,
    pub first_name: String,
    pub last_name: String,
    pub contact_email: String,
    pub reseller: String,
    pub reseller_id: String,
    pub reseller_name: String,
    pub addresses: Vec<AddressFields>,
    pub problems: Vec<String>,
}

impl Page for AccountForm {
    const TEMPLATE: &'static str = "console/marketplace_platform/account_form.html";
}

/// The fields of an address, with their number in the form.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AddressFields {
    pub number: usize,
    pub kind: String,
    pub address1: String,
    pub address2: String,
    pub city: String,
    pub post_code: String,
    pub state_code: String,
    pub state: String,
    pub country_code: String,
    pub country: String,
}

/// The page of an account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountPage {
    pub url: String,
    pub name: String,
    pub kind: String,
    pub state: Option<Badge>,
    pub created: Done,
    pub facts: Vec<Fact>,
    pub customer: Option<Link>,
    /// Whether a review waits for a decision whose account it is.
    pub undecided: bool,
    pub above: Vec<Link>,
    pub customers: Vec<Link>,
    pub more_customers_url: Option<String>,
    pub vendors: Vec<VendorRow>,
    pub operations: Vec<OperationRow>,
    /// Whether it can be changed.
    pub active: bool,
    pub reseller: String,
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "console/marketplace_platform/account.html";
}

#[derive(Debug, Clone, Serialize)]
pub struct VendorRow {
    pub name: String,
    pub state: Badge,
    pub external_id: Option<String>,
    pub values: usize,
    /// URL of the synchronization options.
    pub url: String,
    pub calls_url: String,
}

/// What a deletion would do.
#[derive(Debug, Clone, Serialize)]
pub struct AccountDeletion {
    pub account: Link,
    /// POST action; `None` if something is in the way.
    pub action: Option<String>,
    /// What happens, one sentence each.
    pub effects: Vec<String>,
    /// What is in the way.
    pub obstacles: Vec<String>,
}

impl Page for AccountDeletion {
    const TEMPLATE: &'static str = "console/marketplace_platform/account_delete.html";
}

fn acme() -> Link {
    Link::new("Acme Ltd", "/console/marketplace-accounts/0199")
}

impl Sample for Accounts {
    fn samples() -> Vec<(String, Self)> {
        let row = |name: &str, kind: &str, reseller: Option<Link>, vendors: Vec<AtVendor>| AccountRow {
            url: acme().url,
            name: name.to_owned(),
            email: (kind != "Reseller").then(|| "office@example.com".to_owned()),
            kind: kind.to_owned(),
            reseller,
            customers_url: (kind == "Reseller").then(|| "/console/marketplace-accounts?reseller=0199".to_owned()),
            state: (kind == "Direct customer").then(|| Badge::new("Being deleted", Tone::Warn)),
            vendors,
        };
        let at = AtVendor { name: "Example Cloud".to_owned(), state: Badge::new("Linked", Tone::Good) };
        let shown = |all: bool| vec![Choice::new("", "Without a reseller", !all), Choice::new("all", "All", all)];
        let some = Self {
            search: String::new(),
            shown: shown(true),
            chain: Vec::new(),
            rows: vec![
                row("Acme Ltd", "Direct customer", None, vec![at]),
                row("Big Reseller", "Reseller", None, Vec::new()),
                row("Small", "Customer of a reseller", Some(acme()), Vec::new()),
            ],
            narrowed: false,
            truncated: true,
            more_url: Some("/console/marketplace-accounts?after=0199".into()),
        };
        let below = Self { chain: vec![acme(), acme()], truncated: false, more_url: None, ..some.clone() };
        let nothing =
            Self { rows: Vec::new(), search: "nobody".into(), narrowed: true, truncated: false, ..some.clone() };
        let empty = Self { rows: Vec::new(), shown: shown(false), truncated: false, more_url: None, ..some.clone() };
        states([("some", some), ("below a reseller", below), ("nothing found", nothing), ("empty", empty)])
    }
}

inventory::submit! { PageSamples::of::<Accounts>(Shown::Staff("/console/marketplace-accounts")) }

impl Sample for AccountForm {
    fn samples() -> Vec<(String, Self)> {
        let new = Self {
            of: None,
            action: "/console/marketplace-accounts".to_owned(),
            seen: String::new(),
            name: String::new(),
            code: String::new(),
            email: String::new(),
            phone: String::new(),
            fax: String::new(),
            web_site: String::new(),
            description: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            contact_email: String::new(),
            reseller: String::new(),
            reseller_id: String::new(),
            reseller_name: String::new(),
            addresses: vec![AddressFields { number: 1, kind: "billing".into(), ..AddressFields::default() }],
            problems: Vec::new(),
        };
        let refused = Self { problems: vec!["Name: 1 to 200 characters".into()], email: "no".into(), ..new.clone() };
        let saved = Self { of: Some(acme()), action: acme().url, name: acme().name, ..new.clone() };
        states([("new", new), ("refused", refused), ("saved", saved)])
    }
}

inventory::submit! { PageSamples::of::<AccountForm>(Shown::Staff("/console/marketplace-accounts/new")) }

impl Sample for AccountPage {
    fn samples() -> Vec<(String, Self)> {
        let vendor = |state, external_id: Option<&str>| VendorRow {
            name: "Example Cloud".to_owned(),
            state,
            external_id: external_id.map(ToOwned::to_owned),
            values: 2,
            url: "/console/marketplace-accounts/0199/synchronize/0199".to_owned(),
            calls_url: "/console/service-managers/0199/calls?account=0199".to_owned(),
        };
        let usual = Self {
            url: acme().url,
            name: acme().name,
            kind: "Reseller".to_owned(),
            state: None,
            created: done(DAY, "agnes"),
            facts: vec![Fact::new("E-mail", "office@example.com")],
            customer: Some(Link::new("Acme", "/console/customers/0199")),
            undecided: false,
            above: vec![Link::new("Big Reseller", "/console/marketplace-accounts/0198")],
            customers: vec![Link::new("Small", "/console/marketplace-accounts/0200")],
            more_customers_url: Some("/console/marketplace-accounts?reseller=0199".into()),
            vendors: vec![
                vendor(Badge::new("Linked", Tone::Good), Some("c-1")),
                vendor(Badge::new("Not there", Tone::Plain), None),
            ],
            operations: vec![
                operation_row(Badge::new("Done", Tone::Good)),
                operation_row(Badge::new("Waiting", Tone::Warn)),
            ],
            active: true,
            reseller: "Big Reseller".to_owned(),
        };
        let fresh = Self {
            customer: None,
            undecided: true,
            above: Vec::new(),
            customers: Vec::new(),
            more_customers_url: None,
            vendors: Vec::new(),
            operations: Vec::new(),
            facts: Vec::new(),
            reseller: String::new(),
            ..usual.clone()
        };
        let deleted = Self {
            state: Some(Badge::new("Deleted", Tone::Plain)),
            active: false,
            customer: None,
            undecided: false,
            ..usual.clone()
        };
        states([("usual", usual), ("fresh", fresh), ("deleted", deleted)])
    }
}

inventory::submit! { PageSamples::of::<AccountPage>(Shown::Staff("/console/marketplace-accounts/0199")) }

impl Sample for AccountDeletion {
    fn samples() -> Vec<(String, Self)> {
        let possible = Self {
            account: acme(),
            action: Some("/console/marketplace-accounts/0199/delete".into()),
            effects: vec!["Example Cloud deletes customer c-1.".to_owned()],
            obstacles: Vec::new(),
        };
        let impossible = Self {
            action: None,
            obstacles: vec!["Small is a customer of this account.".to_owned()],
            ..possible.clone()
        };
        states([("possible", possible), ("impossible", impossible)])
    }
}

inventory::submit! { PageSamples::of::<AccountDeletion>(Shown::Staff("/console/marketplace-accounts/0199/delete")) }
