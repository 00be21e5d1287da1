//! One search box over names, e-mail addresses, phones, serials and ids.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::{Badge, SystemName};

/// The search page, which is also the console's start. The box is a GET form with field `q`.
#[derive(Debug, Clone, Serialize)]
pub struct Search {
    /// What was typed; empty when nothing was.
    pub query: String,
    /// Linked customers that match.
    pub customers: Vec<CustomerHit>,
    /// Records (requesters, contacts) that match and belong to no customer yet.
    pub records: Vec<RecordHit>,
    /// Devices that match.
    pub devices: Vec<DeviceHit>,
    /// More match than are shown.
    pub truncated: bool,
}

impl Page for Search {
    const TEMPLATE: &'static str = "console/search.html";
}

/// A customer that matches.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerHit {
    /// The customer's page.
    pub url: String,
    /// Name.
    pub name: String,
    /// Primary e-mail.
    pub email: Option<String>,
    /// Names of the linked systems, as in "Freshservice".
    pub systems: Vec<String>,
    /// How many devices.
    pub devices: u32,
    /// Since when the record is linked.
    pub since: Timestamp,
}

/// A record that belongs to no customer yet.
#[derive(Debug, Clone, Serialize)]
pub struct RecordHit {
    /// Its page.
    pub url: String,
    /// Its system.
    pub system: SystemName,
    /// `requester` or `contact`.
    pub kind: String,
    /// Its id there.
    pub external_id: String,
    /// Name.
    pub name: String,
    /// Primary e-mail.
    pub email: Option<String>,
    /// Where its activation stands, as in "Invited" or "Not invited".
    pub invitation: Badge,
}

/// A device that matches.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceHit {
    /// Its page.
    pub url: String,
    /// Display name.
    pub name: String,
    /// Hardware serial as printed.
    pub serial: Option<String>,
    /// State, as in "In Stock".
    pub state: Badge,
    /// Whose it is.
    pub owner: Option<String>,
    /// The owner's page.
    pub owner_url: Option<String>,
}
