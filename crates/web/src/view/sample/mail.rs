//! Sample mails.

use super::super::mail::{ActivatedMail, InvitationMail, SignInChangedMail};
use super::{DAY, Sample, ago};
use tessera_core::mask;

impl Sample for InvitationMail {
    fn samples() -> Vec<(String, Self)> {
        let named = Self {
            name: Some("Jo Meyer".to_owned()),
            sender: "Sunfield Energy".to_owned(),
            what: "your devices at Sunfield Energy".to_owned(),
            url: "https://hub.example.com/activate/kq3vR0pZ8sT1mWc5yXb7Ng".to_owned(),
            expires_at: ago(-7 * DAY),
        };
        let unnamed = Self { name: None, ..named.clone() };
        vec![("named".to_owned(), named), ("unnamed".to_owned(), unnamed)]
    }
}

impl Sample for ActivatedMail {
    fn samples() -> Vec<(String, Self)> {
        let one = Self {
            name: Some("Jo Meyer".to_owned()),
            sign_in: mask::email("jo@example.org"),
            at: ago(1),
            devices: 1,
            devices_url: "https://hub.example.com/portal/customer/devices".to_owned(),
        };
        let none = Self { name: None, devices: 0, ..one.clone() };
        vec![("one".to_owned(), one), ("none".to_owned(), none)]
    }
}

impl Sample for SignInChangedMail {
    fn samples() -> Vec<(String, Self)> {
        let added = Self {
            name: Some("Jo Meyer".to_owned()),
            added: true,
            sign_in: mask::email("jo.work@example.org"),
            at: ago(1),
            sign_ins_url: "https://hub.example.com/portal/customer/identities".to_owned(),
        };
        let removed = Self { name: None, added: false, ..added.clone() };
        vec![("added".to_owned(), added), ("removed".to_owned(), removed)]
    }
}
