//! Sample states of the staff console.

use crate::pages::console::{CompanyChoice, Done, StaffSignIn, SystemName};
use crate::pages::samples::{PageSamples, Sample, Shown, ago};

pub(in crate::pages) fn desk() -> SystemName {
    SystemName::new("freshservice", "Freshservice")
}

pub(in crate::pages) fn crm() -> SystemName {
    SystemName::new("freshsales", "Freshsales")
}

pub(in crate::pages) fn done(minutes: i64, by: &str) -> Done {
    Done { at: ago(minutes), by: by.to_owned() }
}

impl Sample for StaffSignIn {
    fn samples() -> Vec<(String, Self)> {
        let first = Self {
            action: "/console/sign-in".to_owned(),
            login: String::new(),
            error: None,
            return_to: Some("/console".into()),
            company: None,
        };
        let failed = Self {
            login: "agnes".to_owned(),
            error: Some("Login and password do not match. Check both and try again.".into()),
            return_to: None,
            ..first.clone()
        };
        let company =
            CompanyChoice { action: "/console/sign-in/company".to_owned(), label: "Sunfield Staff".to_owned() };
        let company = Self { company: Some(company), ..first.clone() };
        let refused = Self {
            error: Some(
                "None of the groups of your company account may use the console. Ask it-desk@example.com.".into(),
            ),
            ..company.clone()
        };
        let samples = [("first", first), ("failed", failed), ("company", company), ("company-refused", refused)];
        samples.into_iter().map(|(name, page)| (name.to_owned(), page)).collect()
    }
}

inventory::submit! { PageSamples::of::<StaffSignIn>(Shown::Anyone) }
