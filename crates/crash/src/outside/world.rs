//! The customers, one for each number.

use tessera_sim::world::{Person, World};

/// Requester id of customer 0.
const FIRST_REQUESTER: u64 = 1_000;
/// Everyone's password at the identity provider.
pub const PASSWORD: &str = "seventeen green herons";

/// A customer's requester id.
pub const fn requester(n: u64) -> u64 {
    FIRST_REQUESTER + n
}

/// A customer's e-mail address.
pub fn email(n: u64) -> String {
    format!("life-{n}@example.com")
}

/// The serial number of a customer's first device.
pub fn serial(n: u64) -> String {
    format!("CR-{n}")
}

pub(super) fn world(people: u64) -> World {
    let person = |n| Person {
        first_name: "Life".to_owned(),
        last_name: format!("Number{n}"),
        email: Some(email(n)),
        phone: String::new(),
        address: String::new(),
        requester_id: requester(n),
        contact_ids: vec![500_000 + n],
        password: Some(PASSWORD.to_owned()),
        devices: vec![serial(n)],
        other_assets: Vec::new(),
    };
    World { people: (0..people).map(person).collect(), stock: Vec::new() }
}
