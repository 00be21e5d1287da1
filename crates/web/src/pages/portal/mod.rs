//! The customer portal, `/portal/customer` (A15, A19, A21).

pub(crate) mod documents;
mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::passkeys::PasskeyForm;
use crate::pages::service_requests::RequestLine;
use crate::pages::{Page, Provider, Stale, Tone};

/// The way in.
#[derive(Debug, Clone, Serialize)]
pub struct SignIn {
    /// What the page is for, as in "Sign in to see your devices".
    pub heading: String,
    /// What to sign in with.
    pub lead: Option<String>,
    /// Where the form posts to. The pressed button adds `provider`.
    pub action: String,
    /// The ways to sign in; usually one.
    pub providers: Vec<Provider>,
    /// Where to go afterwards: a path of this site, sent as form field `return_to`.
    pub return_to: Option<String>,
    /// Why the person is asked again, as in "You were signed out after 30 minutes."
    pub notice: Option<String>,
    /// Where the form with person id and password posts to.
    pub password_action: String,
    /// The person id as it was typed.
    pub login: String,
    /// Why the last try was in vain.
    pub error: Option<String>,
    /// Signing in with a passkey alone; none: this hub has none.
    pub passkey: Option<PasskeyForm>,
    /// Where somebody goes who cannot sign in.
    pub forgot_url: String,
    /// Where somebody registers (P12); none: nobody does.
    pub register_url: Option<String>,
    /// Whether activation links are for here.
    pub first_time: bool,
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "auth/sign_in.html";
}

/// "My devices": at least one. Without any, show [`NoDevices`].
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_field_names, reason = "the page is named after the one thing it lists")]
pub struct Devices {
    /// The customer's devices.
    pub devices: Vec<Device>,
    /// How old the data is: when the service desk last confirmed it.
    pub as_of: Timestamp,
    /// Set when the service desk does not answer.
    pub stale: Option<Stale>,
}

impl Page for Devices {
    const TEMPLATE: &'static str = "portal/devices/list.html";
}

/// Somebody is signed in, and the rules keep them out (`P13`).
#[derive(Debug, Clone, Serialize)]
pub struct KeptOut {
    /// The portal's name.
    pub portal: String,
    /// The rule that does not hold.
    pub code: String,
    /// What is the matter.
    pub title: String,
    /// What it means.
    pub explanation: String,
    /// What to do.
    pub next_step: String,
}

impl Page for KeptOut {
    const TEMPLATE: &'static str = "portal/access_denied.html";
}

/// One device as its customer sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Device {
    /// Its page.
    pub url: String,
    /// Display name.
    pub name: String,
    /// Product, as in "PACE".
    pub product: Option<String>,
    /// The bundle's vendor.
    pub vendor: Option<String>,
    /// Hardware serial as printed (A06).
    pub serial: Option<String>,
    /// Inverter serial as printed (A06).
    pub inverter_serial: Option<String>,
    /// The inverter's vendor, as in "GoodWe".
    pub inverter_vendor: Option<String>,
    /// Both serials are known and differ: keep both and warn gently (A06).
    pub serials_differ: bool,
    /// The state's name in the service desk, as in "In Use".
    pub state: String,
    /// How to colour the state.
    pub state_tone: Tone,
    /// Since when it is assigned to this customer.
    pub since: Option<Timestamp>,
}

/// One device in detail.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceDetail {
    /// The device.
    pub device: Device,
    /// The device list.
    pub devices_url: String,
    /// Its documents.
    pub documents_url: String,
    /// Where a return of it begins.
    pub return_url: String,
    /// When the service desk last confirmed it.
    pub as_of: Timestamp,
    /// Set when the service desk does not answer.
    pub stale: Option<Stale>,
    /// What happened to it, newest first.
    pub history: Vec<DeviceEvent>,
    /// Requests about it, newest first (P15).
    pub requests: Vec<RequestLine>,
    /// Where a problem with it is reported (P15).
    pub report_url: String,
}

impl Page for DeviceDetail {
    const TEMPLATE: &'static str = "portal/devices/one.html";
}

/// Something that happened to a device, in plain language (H05).
#[derive(Debug, Clone, Serialize)]
pub struct DeviceEvent {
    /// When.
    pub at: Timestamp,
    /// What, as in "Assigned to you".
    pub text: String,
}

/// The empty screen (A19, A21): the one true cause and the next step.
#[derive(Debug, Clone, Serialize)]
pub struct NoDevices {
    /// The reason shared by all faces.
    pub reason: Reason,
    /// Where the customer stands.
    pub checklist: Checklist,
    /// What the customer can do here, if anything.
    pub action: Option<Action>,
    /// When the service desk last confirmed it; none when nothing is linked.
    pub as_of: Option<Timestamp>,
}

impl Page for NoDevices {
    const TEMPLATE: &'static str = "portal/devices/none.html";
}

/// A reason code in words.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// The code, as in `never_activated`.
    pub code: String,
    /// What is the case.
    pub title: String,
    /// Why, in one or two sentences.
    pub explanation: String,
    /// What to do.
    pub next_step: String,
}

/// The four conditions for seeing a device.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Checklist {
    /// Signed in.
    pub signed_in: Check,
    /// An invitation was sent.
    pub invited: Check,
    /// The sign-in is linked to a record.
    pub activated: Check,
    /// A device of the right type is assigned.
    pub device_assigned: Check,
}

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// It holds.
    Yes,
    /// It will hold soon, by itself.
    UnderWay,
    /// It does not hold: this is where things stop.
    No,
    /// Not reached, because an earlier one does not hold.
    NotYet,
}

/// Something to press.
#[derive(Debug, Clone, Serialize)]
pub struct Action {
    /// The words on it.
    pub label: String,
    /// Where it leads.
    pub url: String,
    /// `true` for a POST form, `false` for a link.
    pub post: bool,
}

/// After sign-out.
#[derive(Debug, Clone, Serialize)]
pub struct SignedOut {
    /// The way back in.
    pub sign_in_url: String,
}

impl Page for SignedOut {
    const TEMPLATE: &'static str = "portal/signed_out.html";
}
