//! People, the places they see, and the seats they have (`P02`–`P08`, `P12`–`P14`).

pub(in crate::pages) mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, HistoryEntry, WhyCheck};
use crate::pages::{Fact, Page};

/// A list of people.
#[derive(Debug, Clone, Serialize)]
pub struct Persons {
    /// What was typed.
    pub query: String,
    /// The people.
    pub items: Vec<PersonRow>,
    /// The next page.
    pub more_url: Option<String>,
    /// Where a new person begins.
    pub new_url: String,
}

impl Page for Persons {
    const TEMPLATE: &'static str = "console/persons/list.html";
}

/// Somebody, in a list.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRow {
    /// Their page.
    pub url: String,
    /// What they sign in with.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// The known address.
    pub email: Option<String>,
    /// Their licence type.
    pub licence: Option<String>,
    /// Active or not.
    pub state: Badge,
}

/// Somebody who signs in.
#[derive(Debug, Clone, Serialize)]
pub struct PersonPage {
    /// What they sign in with.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// Active or not.
    pub state: Badge,
    /// Whose they are.
    pub customer: String,
    /// Its page.
    pub customer_url: String,
    /// What else is known.
    pub facts: Vec<Fact>,
    /// Every door.
    pub doors: Vec<PortalAccessRow>,
    /// The door whose rules are shown.
    pub door: String,
    /// Whether it opens.
    pub allowed: bool,
    /// Its rules.
    pub rules: Vec<WhyCheck>,
    /// Where to look through their eyes.
    pub preview_action: String,
    /// The page about passwords, sign-ins and sessions.
    pub security_url: String,
    /// To change them.
    pub form: PersonForm,
    /// What happened to them.
    pub story: Vec<HistoryEntry>,
}

impl Page for PersonPage {
    const TEMPLATE: &'static str = "console/persons/one.html";
}

/// A door, and whether it opens.
#[derive(Debug, Clone, Serialize)]
pub struct PortalAccessRow {
    /// Its name.
    pub name: String,
    /// Where its rules are shown.
    pub url: String,
    /// Open or shut.
    pub state: Badge,
    /// The first rule that fails.
    pub why: Option<String>,
    /// Whether its rules are shown now.
    pub current: bool,
}

/// A new person.
#[derive(Debug, Clone, Serialize)]
pub struct NewPerson {
    /// For whom, when it is known.
    pub customer: Option<String>,
    /// The form.
    pub form: PersonForm,
}

impl Page for NewPerson {
    const TEMPLATE: &'static str = "console/persons/new.html";
}

/// What a person is made of.
#[derive(Debug, Clone, Serialize)]
pub struct PersonForm {
    /// Where the form posts to.
    pub action: String,
    /// What was wrong with what was typed.
    pub problem: Option<String>,
    /// Counts changes; none: new.
    pub version: Option<i64>,
    /// The customer a new person is of.
    pub customer_id: Option<String>,
    /// What they sign in with.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// The known address.
    pub email: String,
    /// Every licence type, and whether it is theirs.
    pub licences: Vec<Pickable>,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether the mobile client is for them too.
    pub mobile_user: bool,
    /// The places that can be listed, and those that are.
    pub places: Vec<Pickable>,
    /// The same for the default place.
    pub default_places: Vec<Pickable>,
    /// Ids of more places, of other customers.
    pub other_places: String,
    /// What they may do beyond their licence, with blanks between.
    pub role_functions: String,
    /// The contacts they can be, and which they are.
    pub contacts: Vec<Pickable>,
}

/// Something that can be picked.
#[derive(Debug, Clone, Serialize)]
pub struct Pickable {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is picked.
    pub picked: bool,
}

/// The places of a customer.
#[derive(Debug, Clone, Serialize)]
pub struct Places {
    /// Whose.
    pub customer: String,
    /// Its page.
    pub customer_url: String,
    /// The places, each before those that are part of it.
    pub items: Vec<PlaceForm>,
    /// A new one.
    pub new: PlaceForm,
    /// The devices and where they are.
    pub devices: Vec<DeviceAt>,
    /// Who is kept as a contact.
    pub contacts: Vec<Fact>,
    /// Where a new contact is posted to.
    pub contact_action: String,
}

impl Page for Places {
    const TEMPLATE: &'static str = "console/persons/places.html";
}

/// A place, to be changed.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceForm {
    /// Where the form posts to.
    pub action: String,
    /// Its id; empty: new.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The postal address.
    pub address: String,
    /// Whether it is in use.
    pub active: bool,
    /// The places it can be part of.
    pub parents: Vec<Pickable>,
    /// Whether it is the customer's home place.
    pub home: bool,
    /// How deep it lies in the tree, from 0.
    pub depth: usize,
}

/// A device and where it is.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceAt {
    /// What it is called.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Where the form posts to.
    pub action: String,
    /// The places it can be at.
    pub places: Vec<Pickable>,
}

/// Licences and who has a seat.
#[derive(Debug, Clone, Serialize)]
pub struct Licences {
    /// Every licence type.
    pub items: Vec<LicenceRow>,
}

impl Page for Licences {
    const TEMPLATE: &'static str = "console/access.html";
}

/// A licence type.
#[derive(Debug, Clone, Serialize)]
pub struct LicenceRow {
    /// Its name.
    pub name: String,
    /// The doors it opens.
    pub opens: String,
    /// How its seats are counted; none: any number may use it.
    pub seats: Option<SeatCount>,
}

/// The seats of a licence.
#[derive(Debug, Clone, Serialize)]
pub struct SeatCount {
    /// How many there are.
    pub count: u32,
    /// How many are free.
    pub free: u32,
    /// How they are counted.
    pub counting: String,
    /// Who has one.
    pub holders: Vec<SeatHolder>,
}

/// Somebody with a seat.
#[derive(Debug, Clone, Serialize)]
pub struct SeatHolder {
    /// Their page.
    pub url: String,
    /// What they sign in with.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used.
    pub used_at: Timestamp,
    /// Where to free it.
    pub free_action: String,
}
