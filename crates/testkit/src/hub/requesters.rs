//! Additional requesters: `hub.requester("Lena").with_device("HIB-L1").create().await`.

use reqwest::Method;
use serde_json::json;
use tessera_sim::freshservice::Versioned;

use super::customers::Known;
use super::stand_ins::StandIns;

/// A requester to be created.
pub struct RequesterBuilder<'a> {
    stand_ins: &'a StandIns,
    first_name: String,
    devices: Vec<String>,
    contact: bool,
    account: bool,
}

impl StandIns {
    /// Starts a requester with only a first name and an e-mail address.
    pub fn requester(&self, first_name: &str) -> RequesterBuilder<'_> {
        let first_name = first_name.to_owned();
        RequesterBuilder { stand_ins: self, first_name, devices: Vec::new(), contact: false, account: false }
    }

    fn add_device(&self, requester: u64, serial: &str) {
        self.desk.change(|desk| {
            let mut device = desk.assets.values().next().unwrap().current().clone();
            desk.last_display_id += 1;
            let (id, display_id) = (desk.next_id(), desk.last_display_id);
            (device.asset.id, device.asset.display_id, device.asset.user_id) = (id, display_id, Some(requester));
            device.asset.name = format!("Bundle {serial}");
            for (name, value) in &mut device.asset.type_fields {
                if name.contains("serial") {
                    *value = serial.into();
                }
            }
            desk.assets.insert(display_id, Versioned::new(device.clone(), device.asset.created_at));
        });
    }
}

impl RequesterBuilder<'_> {
    /// Adds a device with a serial number.
    #[must_use]
    pub fn with_device(mut self, serial: &str) -> Self {
        self.devices.push(serial.to_owned());
        self
    }

    /// Adds a contact in the CRM.
    #[must_use]
    pub fn with_contact(self) -> Self {
        Self { contact: true, ..self }
    }

    /// Adds an account at the identity provider.
    #[must_use]
    pub fn with_account(self) -> Self {
        Self { account: true, ..self }
    }

    /// Creates the requester and the rest in the outside systems.
    pub async fn create(self) -> Known {
        let email = format!("{}@example.com", self.first_name.to_lowercase());
        let (first_name, stand_ins) = (&self.first_name, self.stand_ins);
        let person = json!({ "first_name": first_name, "last_name": "Example", "primary_email": email });
        let answer = stand_ins.call_desk(Method::POST, "/requesters", person).await;
        let requester = answer["requester"]["id"].as_u64().unwrap_or_else(|| panic!("a requester: {answer}"));
        for serial in &self.devices {
            stand_ins.add_device(requester, serial);
        }
        if self.contact {
            let contact = json!({ "first_name": first_name, "last_name": "Example", "email": email });
            stand_ins.call_crm(Method::POST, "/contacts", json!({ "contact": contact })).await;
        }
        if self.account {
            stand_ins.sign_up(&email).await;
        }
        // Tests are short-lived, so leaking is acceptable.
        Known { requester: requester.to_string().leak(), email: email.leak() }
    }
}
