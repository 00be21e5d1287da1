//! Sample states of the staff console.

use crate::pages::console::{Done, StaffSignIn, SystemName};
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

inventory::submit! { PageSamples::of::<StaffSignIn>(Shown::Anyone) }
