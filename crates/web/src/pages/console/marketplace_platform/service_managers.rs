//! Service managers: the vendors that the marketplace calls.

use jiff::Timestamp;
use serde::Serialize;

use super::Link;
use crate::pages::console::samples::done;
use crate::pages::console::{Badge, Done};
use crate::pages::returns::Choice;
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago, states};
use crate::pages::{Page, Tone};

/// The list.
#[derive(Debug, Clone, Serialize)]
pub struct ServiceManagers {
    pub rows: Vec<ManagerRow>,
    pub more_url: Option<String>,
}

impl Page for ServiceManagers {
    const TEMPLATE: &'static str = "console/marketplace_platform/service_managers.html";
}

#[derive(Debug, Clone, Serialize)]
pub struct ManagerRow {
    pub url: String,
    pub name: String,
    pub address: String,
    pub fields: usize,
    pub state: Badge,
    pub saved: Done,
}

/// The form for connecting a vendor, and for its settings.
#[derive(Debug, Clone, Serialize)]
pub struct ManagerForm {
    /// Name of the one that is edited.
    pub of: Option<Link>,
    pub action: String,
    /// The number of times that the settings were saved when the form was opened.
    pub version: i64,
    pub name: String,
    pub base_url: String,
    pub application_id: String,
    /// Address of each operation that is elsewhere: the name of the form field, the operation, the entered address.
    pub endpoints: Vec<(String, String, String)>,
    /// Setting fields, with empty rows at the end.
    pub settings: Vec<SettingRow>,
    pub reseller_support: bool,
    pub pre_check: bool,
    pub problems: Vec<String>,
}

impl Page for ManagerForm {
    const TEMPLATE: &'static str = "console/marketplace_platform/service_manager_form.html";
}

/// A setting field. Its value is never shown.
#[derive(Debug, Clone, Serialize)]
pub struct SettingRow {
    pub number: usize,
    pub id: String,
    /// Whether a value is stored.
    pub stored: bool,
}

/// The page of a service manager.
#[derive(Debug, Clone, Serialize)]
pub struct ManagerPage {
    pub url: String,
    pub name: String,
    pub address: String,
    pub application_id: String,
    pub settings: Vec<String>,
    /// Operations with an address of their own.
    pub endpoints: Vec<(String, String)>,
    pub reseller_support: bool,
    pub pre_check: bool,
    pub notifies: bool,
    pub saved: Done,
    pub fetched_at: Option<Timestamp>,
    pub fetch_error: Option<String>,
    pub fields: Vec<FieldRow>,
    /// Values of fields that the vendor has taken back.
    pub kept: Vec<KeptValues>,
    pub test: Option<ConnectionTest>,
    pub refresh: Option<RefreshPreview>,
}

impl Page for ManagerPage {
    const TEMPLATE: &'static str = "console/marketplace_platform/service_manager.html";
}

/// A custom field.
#[derive(Debug, Clone, Serialize)]
pub struct FieldRow {
    pub id: String,
    pub name: String,
    pub description: Option<String>,
    pub kind: String,
    pub required: bool,
    pub filled_by: String,
    pub choices: Vec<String>,
    pub entered: i64,
}

#[derive(Debug, Clone, Serialize)]
pub struct KeptValues {
    pub id: String,
    pub entered: i64,
}

/// What a test of the connection found.
#[derive(Debug, Clone, Serialize)]
pub struct ConnectionTest {
    pub verdict: Badge,
    pub calls: usize,
    pub stopped: Option<String>,
    pub not_checked: usize,
    pub rules: Vec<TestedRule>,
}

#[derive(Debug, Clone, Serialize)]
pub struct TestedRule {
    pub id: String,
    pub title: String,
    pub outcome: Badge,
    pub found: Option<String>,
    pub fix: Option<String>,
    /// The request and the answer, if the rule is not kept.
    pub exchange: Option<(String, String)>,
}

/// What a refresh would change.
#[derive(Debug, Clone, Serialize)]
pub struct RefreshPreview {
    pub seen: String,
    pub added: Vec<ChangedField>,
    pub changed: Vec<ChangedField>,
    pub removed: Vec<ChangedField>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChangedField {
    pub id: String,
    pub name: String,
    /// Number of accounts with a value.
    pub entered: i64,
}

/// The history of calls.
#[derive(Debug, Clone, Serialize)]
pub struct ManagerCalls {
    pub manager: Link,
    pub url: String,
    /// The account of the filter.
    pub account: Option<Link>,
    pub rows: Vec<ManagerCallRow>,
    pub more_url: Option<String>,
}

impl Page for ManagerCalls {
    const TEMPLATE: &'static str = "console/marketplace_platform/calls.html";
}

#[derive(Debug, Clone, Serialize)]
pub struct ManagerCallRow {
    pub url: String,
    pub operation: String,
    pub account: Option<Link>,
    pub outcome: Badge,
    pub took: String,
    pub at: Timestamp,
}

/// A call with its request and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct ManagerCall {
    pub manager: Link,
    pub calls_url: String,
    pub operation: String,
    pub account: Option<Link>,
    /// URL of the operation of which it was a part.
    pub operation_url: Option<String>,
    pub outcome: Badge,
    pub meaning: String,
    pub took: String,
    pub at: Timestamp,
    pub track_id: String,
    pub request: String,
    pub answer: String,
    /// POST action that makes the call again; only for one that changes nothing.
    pub repeat_action: Option<String>,
    /// POST action that requests a new operation instead.
    pub again_action: Option<String>,
    /// URL of the preview of a deletion.
    pub delete_url: Option<String>,
}

impl Page for ManagerCall {
    const TEMPLATE: &'static str = "console/marketplace_platform/call.html";
}

/// The editor of the e-mail to new customers.
#[derive(Debug, Clone, Serialize)]
pub struct NotificationEditor {
    pub manager: Link,
    pub action: String,
    pub version: i64,
    pub enabled: bool,
    pub subject: String,
    pub body: String,
    /// Merge fields, each with its meaning.
    pub fields: Vec<(String, String)>,
    /// The account of the preview.
    pub accounts: Vec<Choice>,
    pub to: String,
    pub preview_subject: String,
    pub preview_text: String,
    pub advice: Vec<String>,
    pub problems: Vec<String>,
}

impl Page for NotificationEditor {
    const TEMPLATE: &'static str = "console/marketplace_platform/notification.html";
}

fn manager() -> Link {
    Link::new("Example Cloud", "/console/service-managers/0199")
}

impl Sample for ServiceManagers {
    fn samples() -> Vec<(String, Self)> {
        let row = |state| ManagerRow {
            url: manager().url,
            name: manager().name,
            address: "https://vendor.example/api".to_owned(),
            fields: 3,
            state,
            saved: done(HOUR, "agnes"),
        };
        let some = Self {
            rows: vec![row(Badge::new("Up to date", Tone::Good)), row(Badge::new("Not fetched", Tone::Warn))],
            more_url: Some("/console/service-managers?after=0199".into()),
        };
        states([("some", some), ("none", Self { rows: Vec::new(), more_url: None })])
    }
}

inventory::submit! { PageSamples::of::<ServiceManagers>(Shown::Staff("/console/service-managers")) }

impl Sample for ManagerForm {
    fn samples() -> Vec<(String, Self)> {
        let endpoint = |name: &str, operation: &str| (name.to_owned(), operation.to_owned(), String::new());
        let new = Self {
            of: None,
            action: "/console/service-managers".to_owned(),
            version: 0,
            name: String::new(),
            base_url: String::new(),
            application_id: String::new(),
            endpoints: vec![endpoint("sync_options", "SyncOptions"), endpoint("exists", "Exists")],
            settings: vec![SettingRow { number: 1, id: String::new(), stored: false }],
            reseller_support: true,
            pre_check: false,
            problems: Vec::new(),
        };
        let refused = Self { problems: vec!["Enter the vendor’s API key".into()], ..new.clone() };
        let saved = Self {
            of: Some(manager()),
            action: manager().url,
            version: 2,
            name: "Example Cloud".into(),
            settings: vec![SettingRow { number: 1, id: "FieldUsername".into(), stored: true }],
            pre_check: true,
            ..new.clone()
        };
        states([("new", new), ("refused", refused), ("saved", saved)])
    }
}

inventory::submit! { PageSamples::of::<ManagerForm>(Shown::Staff("/console/service-managers/new")) }

impl Sample for ManagerPage {
    fn samples() -> Vec<(String, Self)> {
        let field = |id: &str, description: Option<&str>, choices: &[&str]| FieldRow {
            id: id.to_owned(),
            name: format!("The {id}"),
            description: description.map(ToOwned::to_owned),
            kind: "Text".to_owned(),
            required: choices.is_empty(),
            filled_by: "The customer, at the first order".to_owned(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            entered: 2,
        };
        let usual = Self {
            url: manager().url,
            name: manager().name,
            address: "https://vendor.example/api".to_owned(),
            application_id: "5f2b3c1e".to_owned(),
            settings: vec!["FieldUsername".to_owned()],
            endpoints: vec![("Delete".to_owned(), "https://vendor.example/delete".to_owned())],
            reseller_support: true,
            pre_check: false,
            notifies: true,
            saved: done(HOUR, "agnes"),
            fetched_at: Some(ago(5)),
            fetch_error: None,
            fields: vec![field("domain", Some("Without www"), &[]), field("role", None, &["1 = User"])],
            kept: vec![KeptValues { id: "colour".to_owned(), entered: 4 }],
            test: None,
            refresh: None,
        };
        let rule = |tone, broken: bool| TestedRule {
            id: "O6".to_owned(),
            title: "SyncOptions answers the same twice".to_owned(),
            outcome: Badge::new("Kept", tone),
            found: broken.then(|| "the second answer differs".to_owned()),
            fix: broken.then(|| "Answer from configuration.".to_owned()),
            exchange: broken.then(|| ("GET /API/Accounts/SyncOptions".to_owned(), "200 {}".to_owned())),
        };
        let tested = Self {
            test: Some(ConnectionTest {
                verdict: Badge::new("1 rule broken", Tone::Bad),
                calls: 6,
                stopped: Some("the time limit of 20 seconds was reached".into()),
                not_checked: 30,
                rules: vec![rule(Tone::Good, false), rule(Tone::Bad, true)],
            }),
            ..usual.clone()
        };
        let changed = |id: &str, entered| ChangedField { id: id.to_owned(), name: format!("The {id}"), entered };
        let differs = Self {
            refresh: Some(RefreshPreview {
                seen: "00".to_owned(),
                added: vec![changed("colour", 0)],
                changed: vec![changed("role", 2)],
                removed: vec![changed("domain", 1)],
            }),
            ..usual.clone()
        };
        let same = Self {
            refresh: Some(RefreshPreview {
                seen: "00".to_owned(),
                added: Vec::new(),
                changed: Vec::new(),
                removed: Vec::new(),
            }),
            ..usual.clone()
        };
        let empty = Self {
            settings: Vec::new(),
            endpoints: Vec::new(),
            fetched_at: None,
            fetch_error: Some("The vendor cannot be reached".into()),
            fields: Vec::new(),
            kept: Vec::new(),
            ..usual.clone()
        };
        states([("usual", usual), ("tested", tested), ("differs", differs), ("same", same), ("empty", empty)])
    }
}

inventory::submit! { PageSamples::of::<ManagerPage>(Shown::Staff("/console/service-managers/0199")) }

impl Sample for ManagerCalls {
    fn samples() -> Vec<(String, Self)> {
        let row = |account: Option<Link>| ManagerCallRow {
            url: "/console/service-managers/0199/calls/0200".to_owned(),
            operation: "Exists".to_owned(),
            account,
            outcome: Badge::new("0 · 200", Tone::Good),
            took: "31 ms".to_owned(),
            at: ago(2),
        };
        let acme = Link::new("Acme Ltd", "/console/marketplace-accounts/0199");
        let all = Self {
            manager: manager(),
            url: "/console/service-managers/0199/calls".to_owned(),
            account: None,
            rows: vec![row(Some(acme.clone())), row(None)],
            more_url: Some("/console/service-managers/0199/calls?before=0200".into()),
        };
        let of_one = Self { account: Some(acme), more_url: None, ..all.clone() };
        let none = Self { rows: Vec::new(), more_url: None, ..all.clone() };
        states([("all", all), ("of one account", of_one), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<ManagerCalls>(Shown::Staff("/console/service-managers/0199/calls")) }

impl Sample for ManagerCall {
    fn samples() -> Vec<(String, Self)> {
        let exists = Self {
            manager: manager(),
            calls_url: "/console/service-managers/0199/calls".to_owned(),
            operation: "Exists".to_owned(),
            account: Some(Link::new("Acme Ltd", "/console/marketplace-accounts/0199")),
            operation_url: Some("/console/operations/0199".into()),
            outcome: Badge::new("0 · 200", Tone::Good),
            meaning: "The vendor has no such customer.".to_owned(),
            took: "31 ms".to_owned(),
            at: ago(2),
            track_id: "0199".to_owned(),
            request: "{\n  \"ID\": \"0199\"\n}".to_owned(),
            answer: "{\n  \"Code\": 0\n}".to_owned(),
            repeat_action: Some("/console/service-managers/0199/calls/0200/repeat".into()),
            again_action: None,
            delete_url: None,
        };
        let synchronize = Self {
            operation: "Synchronize".to_owned(),
            repeat_action: None,
            again_action: Some("/console/marketplace-accounts/0199/synchronize/0199/again".into()),
            ..exists.clone()
        };
        let delete = Self {
            operation: "Delete".to_owned(),
            account: None,
            operation_url: None,
            request: String::new(),
            repeat_action: None,
            delete_url: Some("/console/marketplace-accounts/0199/delete".into()),
            ..exists.clone()
        };
        states([("exists", exists), ("synchronize", synchronize), ("delete", delete)])
    }
}

inventory::submit! { PageSamples::of::<ManagerCall>(Shown::Staff("/console/service-managers/0199/calls/0200")) }

impl Sample for NotificationEditor {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            manager: manager(),
            action: "/console/service-managers/0199/notification".to_owned(),
            version: 1,
            enabled: true,
            subject: "Welcome, [#Contacts.FullName#]".to_owned(),
            body: "Hi [#Contacts.FullName#],\n\nyour password is [#Password#].".to_owned(),
            fields: vec![("[#Contacts.FullName#]".to_owned(), "the name of the primary contact".to_owned())],
            accounts: vec![Choice::new("", "Made-up account", true), Choice::new("0199", "Acme Ltd", false)],
            to: String::new(),
            preview_subject: "Welcome, Jo Example".to_owned(),
            preview_text: "Hi Jo Example,\n\nyour password is ••••••••.".to_owned(),
            advice: vec!["Ask the vendor for an activation link instead of a password.".to_owned()],
            problems: Vec::new(),
        };
        let refused = Self { problems: vec!["Enter an e-mail address".into()], advice: Vec::new(), ..usual.clone() };
        states([("usual", usual), ("refused", refused)])
    }
}

inventory::submit! { PageSamples::of::<NotificationEditor>(Shown::Staff("/console/service-managers/0199/notification")) }
