//! The search for names, e-mail addresses, telephone numbers, serial numbers and ids.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::console::{Badge, ReturnRow, SystemName};
use crate::pages::work_orders::WorkRow;

/// The results of a search. The search box is a GET form with field `q`.
#[derive(Debug, Clone, Serialize)]
pub struct Search {
    /// The query.
    pub query: String,
    /// Linked customers that match.
    pub customers: Vec<CustomerHit>,
    /// Records (requesters, contacts) without a customer that match.
    pub records: Vec<RecordHit>,
    /// Devices that match.
    pub devices: Vec<DeviceHit>,
    /// The service request whose ticket is named.
    pub request: Option<RequestHit>,
    /// The return whose number is named.
    pub customer_return: Option<ReturnRow>,
    /// The work order whose number is named.
    pub work_order: Option<WorkRow>,
    /// Whether there are more matches than are shown.
    pub truncated: bool,
}

impl Page for Search {
    const TEMPLATE: &'static str = "console/search.html";
}

/// A customer that matches.
#[derive(Debug, Clone, Serialize)]
pub struct CustomerHit {
    /// URL of the customer.
    pub url: String,
    /// The name.
    pub name: String,
    /// The primary e-mail.
    pub email: Option<String>,
    /// Names of the linked systems, as in "Freshservice".
    pub systems: Vec<String>,
    /// Number of devices.
    pub devices: u32,
    /// When the record was linked.
    pub since: Timestamp,
}

/// A record without a customer.
#[derive(Debug, Clone, Serialize)]
pub struct RecordHit {
    /// URL of the record.
    pub url: String,
    /// The record's system.
    pub system: SystemName,
    /// `requester` or `contact`.
    pub kind: String,
    /// The record's id in that system.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// The primary e-mail.
    pub email: Option<String>,
    /// The state of its activation, as in "Invited" or "Not invited".
    pub invitation: Badge,
}

/// A service request.
#[derive(Debug, Clone, Serialize)]
pub struct RequestHit {
    /// URL of the request.
    pub url: String,
    /// The subject.
    pub subject: String,
    /// Ticket number.
    pub ticket: String,
    /// Name of the person who opened it.
    pub person: String,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// A device that matches.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceHit {
    /// URL of the device.
    pub url: String,
    /// The display name.
    pub name: String,
    /// The hardware serial number as printed.
    pub serial: Option<String>,
    /// The state, as in "In Stock".
    pub state: Badge,
    /// The owner's name.
    pub owner: Option<String>,
    /// URL of the owner.
    pub owner_url: Option<String>,
}
