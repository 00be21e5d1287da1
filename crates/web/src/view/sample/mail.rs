//! Sample mails.

use super::super::mail::{ActivatedMail, InvitationMail};
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
