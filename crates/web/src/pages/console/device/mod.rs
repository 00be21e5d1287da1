//! The pages of a device, of a new device, and of device writes.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done};
use crate::pages::{Fact, Page, Stale};

/// A device as known to the hub, with the forms for changing its holder. Fields: `to`, `expected`.
#[derive(Debug, Clone, Serialize)]
pub struct Device {
    /// The display id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The state, as named in the service desk.
    pub state: Badge,
    /// Type, serial numbers, product…
    pub facts: Vec<Fact>,
    /// Whether the two serial numbers differ (A06).
    pub serials_differ: bool,
    /// URL of the asset in the service desk.
    pub url: Option<String>,
    /// The requester it is assigned to; `None` for stock (A07).
    pub holder: Option<Holder>,
    /// When it was last read from the service desk.
    pub seen_at: Timestamp,
    /// Form action for changing the holder; `None` if the device is in the trash or deleted.
    pub hand_action: Option<String>,
    /// The entered value of a rejected form.
    pub to: String,
    /// Recent device writes, newest first.
    pub writes: Vec<WriteLine>,
    /// The latest readings that messages reported, latest first.
    pub readings: Vec<ReadingLine>,
    /// Set if the service desk does not respond.
    pub stale: Option<Stale>,
    /// POST action for reading it again.
    pub reread_action: String,
}

impl Page for Device {
    const TEMPLATE: &'static str = "console/devices/one.html";
}

/// The holder of a device.
#[derive(Debug, Clone, Serialize)]
pub struct Holder {
    /// The requester's id.
    pub requester_id: String,
    /// The customer's name, or the requester's.
    pub name: String,
    /// URL of the customer or requester.
    pub url: String,
    /// Whether the account is activated, so that the holder sees the device.
    pub linked: bool,
}

/// A reading of the device.
#[derive(Debug, Clone, Serialize)]
pub struct ReadingLine {
    /// What was measured.
    pub measure: String,
    /// The value with its unit.
    pub value: String,
    /// When.
    pub at: Timestamp,
}

/// A device write in a list.
#[derive(Debug, Clone, Serialize)]
pub struct WriteLine {
    /// URL of the write.
    pub url: String,
    /// The requested change.
    pub what: String,
    /// The state.
    pub state: Badge,
    /// When and by whom it was requested.
    pub asked: Done,
}

/// The form of a new device, with the fields that the service desk defines. Fields: `name`, `for`, and those of the
/// service desk with the prefix `field.`.
#[derive(Debug, Clone, Serialize)]
pub struct NewDevice {
    /// The form's action.
    pub action: String,
    /// The asset type of the new device.
    pub asset_type: String,
    /// The entered display name.
    pub name: String,
    /// The entered holder: a requester's number or e-mail address; empty for stock.
    pub to: String,
    /// The fields of the service desk.
    pub fields: Vec<Field>,
    /// Error messages of the rejected form.
    pub problems: Vec<String>,
}

impl Page for NewDevice {
    const TEMPLATE: &'static str = "console/devices/new.html";
}

/// A field of the service desk.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// The field's name in the form.
    pub key: String,
    /// The label.
    pub label: String,
    /// Whether a value is required.
    pub required: bool,
    /// The allowed values; empty if any text is allowed.
    pub choices: Vec<String>,
    /// The entered value.
    pub value: String,
}

/// The page of a device write.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceWrite {
    /// The requested change.
    pub what: String,
    /// `waiting`, `done`, `failed`, `superseded` or `cancelled`.
    pub state: String,
    /// The state as text.
    pub standing: Badge,
    /// Why it failed, or who cancelled it.
    pub detail: Option<String>,
    /// When and by whom it was requested.
    pub asked: Done,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// URL of the device, once it exists.
    pub device_url: Option<String>,
    /// POST action for cancelling the write.
    pub cancel_action: Option<String>,
    /// Set if the service desk does not respond.
    pub stale: Option<Stale>,
}

impl Page for DeviceWrite {
    const TEMPLATE: &'static str = "console/devices/write.html";
}
