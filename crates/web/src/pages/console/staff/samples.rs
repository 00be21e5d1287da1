//! Sample states of staff accounts and API keys.

use super::{
    ApiKeyRow, ApiKeys, NewApiKey, NewStaff, RoleChoice, RoleLine, ScopeChoice, StaffAccounts, StaffLink, StaffRow,
    StaffWelcome,
};
use crate::pages::Tone;
use crate::pages::console::Badge;
use crate::pages::samples::{PageSamples, Sample, Shown, ago};

const ROLES: [(&str, &str, &str); 3] = [
    ("administrator", "Administrator", "Does everything, and decides what others may do."),
    ("support", "Support", "Helps customers."),
    ("auditor", "Auditor", "Reads everything and changes nothing."),
];

fn choices(chosen: &str) -> Vec<RoleChoice> {
    let choice = |(value, label, _): (&str, &str, &str)| RoleChoice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: value == chosen,
    };
    ROLES.map(choice).into()
}

fn row(login: &str, name: &str, role: Option<&str>) -> StaffRow {
    let title = ROLES.iter().find(|(value, ..)| Some(*value) == role).map(|(_, title, _)| (*title).to_owned());
    StaffRow {
        login: login.to_owned(),
        name: name.to_owned(),
        is_you: login == "agnes",
        titles: title.into_iter().collect(),
        roles: choices(role.unwrap_or_default()),
        person_url: (login == "kim").then(|| "/console/persons/0190b6a2-0000-7000-8000-000000000002".to_owned()),
        waits_for_password: role.is_none(),
        created_at: ago(60 * 24 * 30),
        last_sign_in_at: role.map(|_| ago(35)),
        roles_action: format!("/console/staff/{login}/roles"),
        link_action: (login != "kim").then(|| format!("/console/staff/{login}/link")),
        remove_action: format!("/console/staff/{login}/remove"),
    }
}

impl Sample for StaffAccounts {
    fn samples() -> Vec<(String, Self)> {
        let new = NewStaff {
            action: "/console/staff".to_owned(),
            login: String::new(),
            name: String::new(),
            roles: choices(""),
        };
        let usual = Self {
            accounts: vec![
                row("agnes", "Agnes Example", Some("administrator")),
                row("kim", "Kim Example", Some("support")),
                row("lee", "Lee Example", None),
            ],
            roles: ROLES.map(|(_, title, purpose)| RoleLine::new(title, purpose)).into(),
            employ_action: "/console/staff/persons".to_owned(),
            person_id: String::new(),
            new: new.clone(),
            problem: None,
            link: None,
        };
        let url = "https://accounts.example.com/console/welcome/0190b6a2-0000-7000-8000-000000000002.1795529100.c2lnbg";
        let link = StaffLink { name: "Lee Example".to_owned(), url: url.to_owned(), expires_at: ago(-60 * 72) };
        let invited = Self { link: Some(link), ..usual.clone() };
        let typed =
            NewStaff { login: "kim".to_owned(), name: "Kim Example".to_owned(), roles: choices("support"), ..new };
        let refused = Self { problem: Some("Another account has this login".to_owned()), new: typed, ..usual.clone() };
        vec![("usual".to_owned(), usual), ("invited".to_owned(), invited), ("refused".to_owned(), refused)]
    }
}

inventory::submit! { PageSamples::of::<StaffAccounts>(Shown::Staff("/console/staff")) }

impl Sample for StaffWelcome {
    fn samples() -> Vec<(String, Self)> {
        let first = Self {
            action: Some("/console/welcome/sample".to_owned()),
            name: Some("Lee Example".to_owned()),
            login: Some("lee".to_owned()),
            min_length: 12,
            problem: None,
        };
        let refused = Self { problem: Some("The two passwords are not the same.".to_owned()), ..first.clone() };
        let over = Self {
            action: None,
            name: None,
            login: None,
            problem: Some("This link was used already, or is too old".to_owned()),
            ..first.clone()
        };
        vec![("first".to_owned(), first), ("refused".to_owned(), refused), ("over".to_owned(), over)]
    }
}

inventory::submit! { PageSamples::of::<StaffWelcome>(Shown::Anyone) }

impl Sample for ApiKeys {
    fn samples() -> Vec<(String, Self)> {
        let scope = |area: &str, level: &str| ScopeChoice {
            name: format!("scope-{area}"),
            label: area.to_owned(),
            level: level.to_owned(),
        };
        let key = |name: &str, state: Badge, scopes: &[&str]| ApiKeyRow {
            name: name.to_owned(),
            state,
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            created_at: ago(60 * 24 * 90),
            expires_at: Some(ago(-60 * 24 * 10)),
            last_used_at: Some(ago(20)),
            revoke_action: "/console/api-keys/0190b6a2-0000-7000-8000-000000000002/revoke".to_owned(),
        };
        let new = NewApiKey {
            action: "/console/api-keys".to_owned(),
            name: String::new(),
            scopes: vec![scope("customers", ""), scope("devices", "")],
            days: String::new(),
            overlap_days: String::new(),
        };
        let empty = Self { keys: Vec::new(), new: new.clone(), problem: None, issued_name: None, issued_key: None };
        let usual = Self {
            keys: vec![
                key("billing", Badge::new("In use", Tone::Good), &["customers:read", "devices"]),
                ApiKeyRow {
                    expires_at: None,
                    last_used_at: None,
                    ..key("portal", Badge::new("In use", Tone::Good), &["everything"])
                },
                key("billing", Badge::new("Replaced", Tone::Warn), &["customers:read"]),
            ],
            ..empty.clone()
        };
        let issued = Self {
            issued_name: Some("billing".to_owned()),
            issued_key: Some("tsk_sample".to_owned()),
            ..usual.clone()
        };
        let typed = NewApiKey {
            name: "billing".to_owned(),
            scopes: vec![scope("customers", "read"), scope("devices", "change")],
            days: "soon".to_owned(),
            ..new
        };
        let refused = Self { problem: Some("soon is not a number of days.".to_owned()), new: typed, ..usual.clone() };
        [("usual", usual), ("empty", empty), ("issued", issued), ("refused", refused)]
            .map(|(name, page)| (name.to_owned(), page))
            .into()
    }
}

inventory::submit! { PageSamples::of::<ApiKeys>(Shown::Staff("/console/api-keys")) }
