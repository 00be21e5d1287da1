//! Persons, their places, and licence seats (`P02`–`P08`, `P12`–`P14`).

mod privacy;
pub(in crate::pages) mod samples;

use jiff::Timestamp;
use serde::Serialize;

pub use privacy::{ErasedRow, ErasureForm, ExportedSection, KeptRow, PersonExportPage, PersonPrivacy};

use crate::pages::console::{Badge, Done, HistoryEntry, WhyCheck};
use crate::pages::{Fact, Page};

/// The list of persons.
#[derive(Debug, Clone, Serialize)]
pub struct Persons {
    /// The search text.
    pub query: String,
    /// The persons.
    pub items: Vec<PersonRow>,
    /// URL of the next page.
    pub more_url: Option<String>,
    /// URL for a new person.
    pub new_url: String,
}

impl Page for Persons {
    const TEMPLATE: &'static str = "console/persons/list.html";
}

/// A person in a list.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRow {
    /// URL of the person.
    pub url: String,
    /// The person id.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// The known e-mail address.
    pub email: Option<String>,
    /// The licence type.
    pub licence: Option<String>,
    /// Whether the person is active.
    pub state: Badge,
}

/// The page of a person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonPage {
    /// The person id.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// Whether the person is active.
    pub state: Badge,
    /// The customer the person signs in for.
    pub customer: String,
    /// URL of the customer.
    pub customer_url: String,
    /// Further facts.
    pub facts: Vec<Fact>,
    /// The access to each portal.
    pub doors: Vec<PortalAccessRow>,
    /// The portal whose access rules are shown.
    pub door: String,
    /// Whether the person has access to it.
    pub allowed: bool,
    /// The results of its access rules.
    pub rules: Vec<WhyCheck>,
    /// Form action for previewing the portal as this person.
    pub preview_action: String,
    /// URL of the security tab.
    pub security_url: String,
    /// URL of the privacy tab.
    pub privacy_url: String,
    /// The form for changing the person.
    pub form: PersonForm,
    /// The history.
    pub story: Vec<HistoryEntry>,
    /// Message keys and messages; `None` if the person sends none.
    pub messages: Option<PersonMessages>,
}

impl Page for PersonPage {
    const TEMPLATE: &'static str = "console/persons/one.html";
}

/// The message keys of a person, and the newest messages.
#[derive(Debug, Clone, Serialize)]
pub struct PersonMessages {
    /// The keys, newest first.
    pub keys: Vec<KeyRow>,
    /// The newest messages, newest first.
    pub messages: Vec<MessageRow>,
    /// POST action for issuing a key; field `name`. `None` without a MESSAGE licence.
    pub issue_action: Option<String>,
    /// The key that was just issued. It is shown only now.
    pub new_key: Option<String>,
}

/// A message key.
#[derive(Debug, Clone, Serialize)]
pub struct KeyRow {
    /// Its name.
    pub name: String,
    /// When and by whom it was issued.
    pub issued: Done,
    /// When the last message came with it.
    pub used_at: Option<Timestamp>,
    /// When and by whom it was revoked.
    pub revoked: Option<Done>,
    /// POST action for revoking it.
    pub revoke_action: Option<String>,
}

/// A message in a list.
#[derive(Debug, Clone, Serialize)]
pub struct MessageRow {
    /// The id that the sender gave it.
    pub id: String,
    /// What it asked for.
    pub what: String,
    /// When it was received.
    pub received_at: Timestamp,
    /// What came of it.
    pub state: Badge,
    /// URL of what it made or changed.
    pub url: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// A portal, and whether the person has access to it.
#[derive(Debug, Clone, Serialize)]
pub struct PortalAccessRow {
    /// The portal's name.
    pub name: String,
    /// URL of the results of its access rules.
    pub url: String,
    /// Whether access is allowed.
    pub state: Badge,
    /// The first rule that fails.
    pub why: Option<String>,
    /// Whether its rules are shown now.
    pub current: bool,
}

/// The page for a new person.
#[derive(Debug, Clone, Serialize)]
pub struct NewPerson {
    /// The customer, if it is known.
    pub customer: Option<String>,
    /// The form.
    pub form: PersonForm,
}

impl Page for NewPerson {
    const TEMPLATE: &'static str = "console/persons/new.html";
}

/// The form of a person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonForm {
    /// The form's action.
    pub action: String,
    /// Error message of the rejected form.
    pub problem: Option<String>,
    /// The version that is changed; `None` for a new person.
    pub version: Option<i64>,
    /// The customer of a new person.
    pub customer_id: Option<String>,
    /// The person id.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// The known e-mail address.
    pub email: String,
    /// Every licence type, with the person's one selected.
    pub licences: Vec<Pickable>,
    /// Whether the person may sign in.
    pub active: bool,
    /// Whether the person may also use the mobile client.
    pub mobile_user: bool,
    /// The places to choose from, with the person's places selected.
    pub places: Vec<Pickable>,
    /// The places to choose from, with the default place selected.
    pub default_places: Vec<Pickable>,
    /// Ids of further places, which belong to other customers.
    pub other_places: String,
    /// The role functions, separated by spaces.
    pub role_functions: String,
    /// The contacts to choose from, with the person's contact selected.
    pub contacts: Vec<Pickable>,
}

/// A choice in a form.
#[derive(Debug, Clone, Serialize)]
pub struct Pickable {
    /// The submitted value.
    pub value: String,
    /// The label.
    pub label: String,
    /// Whether it is selected.
    pub picked: bool,
}

/// The places of a customer.
#[derive(Debug, Clone, Serialize)]
pub struct Places {
    /// The customer's name.
    pub customer: String,
    /// URL of the customer.
    pub customer_url: String,
    /// The places, each before those that are part of it.
    pub items: Vec<PlaceForm>,
    /// The form for a new place.
    pub new: PlaceForm,
    /// The devices and their places.
    pub devices: Vec<DeviceAt>,
    /// The customer's contacts.
    pub contacts: Vec<Fact>,
    /// Form action for adding a contact.
    pub contact_action: String,
}

impl Page for Places {
    const TEMPLATE: &'static str = "console/persons/places.html";
}

/// The form of a place.
#[derive(Debug, Clone, Serialize)]
pub struct PlaceForm {
    /// The form's action.
    pub action: String,
    /// The place's id; empty for a new one.
    pub id: String,
    /// The place's name.
    pub name: String,
    /// The postal address.
    pub address: String,
    /// Whether the place is in use.
    pub active: bool,
    /// The places that it can be part of.
    pub parents: Vec<Pickable>,
    /// Whether it is the customer's home place.
    pub home: bool,
    /// The depth in the tree, from 0.
    pub depth: usize,
}

/// A device and its place.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceAt {
    /// The device's name.
    pub name: String,
    /// URL of the device.
    pub url: String,
    /// The form's action.
    pub action: String,
    /// The places to choose from.
    pub places: Vec<Pickable>,
}

/// The licences with their seats.
#[derive(Debug, Clone, Serialize)]
pub struct Licences {
    /// The licence types.
    pub items: Vec<LicenceRow>,
}

impl Page for Licences {
    const TEMPLATE: &'static str = "console/access.html";
}

/// A licence type.
#[derive(Debug, Clone, Serialize)]
pub struct LicenceRow {
    /// The name.
    pub name: String,
    /// The portals that the licence gives access to.
    pub opens: String,
    /// Its seats; `None` if their number is not limited.
    pub seats: Option<SeatCount>,
}

/// The seats of a licence type.
#[derive(Debug, Clone, Serialize)]
pub struct SeatCount {
    /// Number of seats.
    pub count: u32,
    /// Number of free seats.
    pub free: u32,
    /// How the seats are counted.
    pub counting: String,
    /// The persons with a seat.
    pub holders: Vec<SeatHolder>,
}

/// A person with a seat.
#[derive(Debug, Clone, Serialize)]
pub struct SeatHolder {
    /// URL of the person.
    pub url: String,
    /// The person id.
    pub person_id: String,
    /// The name.
    pub name: String,
    /// When the person took the seat.
    pub since: Timestamp,
    /// When the seat was last used.
    pub used_at: Timestamp,
    /// Form action for freeing the seat.
    pub free_action: String,
}
