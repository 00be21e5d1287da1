//! The customers in the stand-ins.

use tessera_sim::world::{Person, World};

/// The password of all accounts at the identity provider.
pub const PASSWORD: &str = "plum-otter-42";

/// One device, one contact.
pub const ADA: Known = Known { requester: "1001", email: "ada@example.com" };
/// Two devices, one contact.
pub const BEN: Known = Known { requester: "1002", email: "ben@example.com" };
/// One device, two contacts with the same e-mail address.
pub const CLEO: Known = Known { requester: "1003", email: "cleo@example.com" };
/// Only a router.
pub const DAN: Known = Known { requester: "1004", email: "dan@example.com" };
/// Neither a device nor a contact.
pub const EVE: Known = Known { requester: "1005", email: "eve@example.com" };
/// A requester without e-mail.
pub const NO_EMAIL: &str = "1006";
/// Has an account and is not a customer.
pub const STRANGER: &str = "stranger@example.net";

/// A person who can become a customer.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    /// The requester's id.
    pub requester: &'static str,
    /// The primary e-mail address, also at the identity provider.
    pub email: &'static str,
}

/// Initial data of the outside systems.
pub(super) fn world() -> World {
    let person = |requester_id, first_name: &str, contacts: &[u64], devices: &[&str], others: &[&str]| Person {
        first_name: first_name.to_owned(),
        last_name: "Example".to_owned(),
        email: Some(format!("{}@example.com", first_name.to_lowercase())),
        phone: String::new(),
        address: String::new(),
        requester_id,
        contact_ids: contacts.to_vec(),
        password: Some(PASSWORD.to_owned()),
        devices: devices.iter().map(|&serial| serial.to_owned()).collect(),
        other_assets: others.iter().map(|&name| name.to_owned()).collect(),
    };
    let mut silent = person(1006, "Finn", &[5006], &[], &[]);
    (silent.email, silent.password) = (None, None);
    World {
        people: vec![
            person(1001, "Ada", &[5001], &["HIB-A1"], &[]),
            person(1002, "Ben", &[5002], &["HIB-B1", "HIB-B2"], &[]),
            person(1003, "Cleo", &[5003, 6003], &["HIB-C1"], &[]),
            person(1004, "Dan", &[5004], &[], &["Wi-Fi router"]),
            person(1005, "Eve", &[], &[], &[]),
            silent,
        ],
        stock: vec!["HIB-S1".to_owned()],
    }
}
