//! A device, giving it to somebody, making a new one, and what became of that.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done};
use crate::pages::{Fact, Page, Stale};

/// A device as the hub knows it, with the forms that change who has it. Fields: `to`, `expected`.
#[derive(Debug, Clone, Serialize)]
pub struct Device {
    /// Its display id.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Its state in the service desk's words.
    pub state: Badge,
    /// Type, serial numbers, product…
    pub facts: Vec<Fact>,
    /// The two serial numbers differ (A06).
    pub serials_differ: bool,
    /// The requester who has it; none: stock (A07).
    pub holder: Option<Holder>,
    /// When it was last read from the service desk.
    pub seen_at: Timestamp,
    /// What may be done with it; none: it is in the trash or gone.
    pub hand_action: Option<String>,
    /// What was typed into the form, after it was not taken.
    pub to: String,
    /// What was asked of the service desk for it lately, newest first.
    pub writes: Vec<WriteLine>,
    /// The service desk does not answer.
    pub stale: Option<Stale>,
    /// POST here re-reads it.
    pub reread_action: String,
}

impl Page for Device {
    const TEMPLATE: &'static str = "console/devices/one.html";
}

/// Who has a device.
#[derive(Debug, Clone, Serialize)]
pub struct Holder {
    /// The requester's id.
    pub requester_id: String,
    /// The customer's name, or the requester's.
    pub name: String,
    /// Their page.
    pub url: String,
    /// Whether they have activated, and so see it.
    pub linked: bool,
}

/// A write in a list.
#[derive(Debug, Clone, Serialize)]
pub struct WriteLine {
    /// Its page.
    pub url: String,
    /// What was asked for.
    pub what: String,
    /// How it stands.
    pub state: Badge,
    /// When and by whom it was asked for.
    pub asked: Done,
}

/// The form of a new device, made of the fields that the service desk defines. Fields: `name`, `for`, and those of the form with `field.` in
/// front.
#[derive(Debug, Clone, Serialize)]
pub struct NewDevice {
    /// Where the form posts to.
    pub action: String,
    /// The asset type it will have.
    pub asset_type: String,
    /// The display name typed so far.
    pub name: String,
    /// Whom it is for, as typed so far: a requester's number or e-mail address; empty: stock.
    pub to: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// What was wrong with what was sent.
    pub problems: Vec<String>,
}

impl Page for NewDevice {
    const TEMPLATE: &'static str = "console/devices/new.html";
}

/// A field of the service desk's.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    /// Its name in the form.
    pub key: String,
    /// What people call it.
    pub label: String,
    /// Whether it must be told.
    pub required: bool,
    /// What may be chosen; empty: any text.
    pub choices: Vec<String>,
    /// What was typed so far.
    pub value: String,
}

/// What became of something asked of the service desk.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceWrite {
    /// What was asked for.
    pub what: String,
    /// `wanted`, `done`, `failed`, `superseded` or `cancelled`.
    pub state: String,
    /// The same in a word.
    pub standing: Badge,
    /// Why it was not done, or by whom it was cancelled.
    pub detail: Option<String>,
    /// When and by whom it was asked for.
    pub asked: Done,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// The device's page, once there is one.
    pub device_url: Option<String>,
    /// POST here takes it back.
    pub cancel_action: Option<String>,
    /// The service desk does not answer.
    pub stale: Option<Stale>,
}

impl Page for DeviceWrite {
    const TEMPLATE: &'static str = "console/devices/write.html";
}
