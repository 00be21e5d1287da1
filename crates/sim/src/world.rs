//! The demo world: plainly fictional people, and what each outside system knows of them.

/// Everybody and everything the stand-ins start with.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The customers, in the order of their requester ids.
    pub people: Vec<Person>,
    /// Serial numbers of devices that nobody uses yet (`A07`: stock).
    pub stock: Vec<String>,
}

/// One fictional customer, as the outside systems know them.
#[derive(Debug, Clone)]
pub struct Person {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The primary e-mail, at a domain reserved for examples. `None`: the requester has only a phone number.
    pub email: Option<String>,
    /// Mobile phone number as a person would type it.
    pub phone: String,
    /// Street, city and postal code in one line.
    pub address: String,
    /// The requester id in the service desk (`A01`).
    pub requester_id: u64,
    /// The contact ids in the CRM: usually one, none for some, two for a few duplicates.
    pub contact_ids: Vec<u64>,
    /// The password of this person's account at the identity provider, when they have one already.
    pub password: Option<String>,
    /// Serial numbers of their devices ("Hybrid Inverter Bundle" assets), each used for both serial fields (`A06`).
    pub devices: Vec<String>,
    /// Names of other assets of theirs, which are not devices (a router, a laptop).
    pub other_assets: Vec<String>,
}

impl World {
    /// A world with nobody in it, for tests that build their own.
    pub fn empty() -> Self {
        Self::default()
    }
}
