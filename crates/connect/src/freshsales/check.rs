//! The doctor's checks: read-only calls of everything the hub needs from the CRM.

use tessera_hub::ports::{Finding, Priority};

use super::Freshsales;
use crate::discipline::checks::{Settings, Tried, judged};

/// An address without a contact.
const NOBODY: &str = "doctor@example.com";

impl Freshsales {
    /// Runs all checks, and reports failures with remedies.
    pub(super) async fn findings(&self) -> Vec<Finding> {
        let lookup = self.contacts_by_email(NOBODY, Priority::Interactive).await;
        let views = self.all_contacts_view(Priority::Interactive).await;
        let tried = [
            Tried {
                check: "find_contacts",
                what: "finding contacts by e-mail",
                outcome: lookup.map(|_| "Allowed.".to_owned()),
                permit: "a role that may view all contacts",
            },
            Tried {
                check: "list_contacts",
                what: "the view of all contacts",
                outcome: views.map(|view| format!("View {view} holds all contacts.")),
                permit: "a role that may view all contacts",
            },
        ];
        let settings = Settings {
            address: self.address().as_str(),
            address_setting: "freshsales.url",
            key_setting: "freshsales.api_key",
        };
        let mut findings = judged(self.name(), &settings, &tried);
        findings.extend(Finding::clock_and_quota(&self.health()));
        findings
    }
}
