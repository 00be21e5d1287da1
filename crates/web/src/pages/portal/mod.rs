//! The customer portal, `/portal/customer` (A15, A19, A21).

pub(crate) mod documents;
mod samples;

use jiff::Timestamp;
use serde::Serialize;
use tessera_core::explain;

use crate::explain::for_customer;
use crate::pages::passkeys::PasskeyForm;
use crate::pages::service_requests::RequestLine;
use crate::pages::{Page, Provider, Stale, Tone};

/// The sign-in page.
#[derive(Debug, Clone, Serialize)]
pub struct SignIn {
    /// The heading, as in "Sign in to see your devices".
    pub heading: String,
    /// Explanation of the credentials to use.
    pub lead: Option<String>,
    /// Form action for signing in with a provider. The pressed button adds `provider`.
    pub action: String,
    /// The identity providers to choose from; usually one.
    pub providers: Vec<Provider>,
    /// The path of this site to go to afterwards, submitted as form field `return_to`.
    pub return_to: Option<String>,
    /// Why the user has to sign in again, as in "You were signed out after 30 minutes."
    pub notice: Option<String>,
    /// Form action for signing in with person id and password.
    pub password_action: String,
    /// The entered person id.
    pub login: String,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// The form for signing in with a passkey alone; `None` if passkeys are not available on this hub.
    pub passkey: Option<PasskeyForm>,
    /// URL of the page for account recovery.
    pub forgot_url: String,
    /// URL of the registration form (P12); `None` if self-registration is disabled.
    pub register_url: Option<String>,
    /// Whether to explain activation links.
    pub first_time: bool,
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "auth/sign_in.html";
}

/// "My devices" with at least one device. Without any, use [`NoDevices`].
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_field_names, reason = "the page is named after the one thing it lists")]
pub struct Devices {
    /// The customer's devices.
    pub devices: Vec<Device>,
    /// When the service desk last confirmed the data.
    pub as_of: Timestamp,
    /// Set if the service desk does not respond.
    pub stale: Option<Stale>,
}

impl Page for Devices {
    const TEMPLATE: &'static str = "portal/devices/list.html";
}

/// The page of a signed-in user without access to the portal (`P13`).
#[derive(Debug, Clone, Serialize)]
pub struct KeptOut {
    /// The portal's name.
    pub portal: String,
    /// The rule that fails.
    pub code: String,
    /// The reason, as a heading.
    pub title: String,
    /// Explanation of the reason.
    pub explanation: String,
    /// The next step.
    pub next_step: String,
}

impl Page for KeptOut {
    const TEMPLATE: &'static str = "portal/access_denied.html";
}

/// A device, as its customer sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Device {
    /// URL of the device.
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
    /// The colour of the state.
    pub state_tone: Tone,
    /// When it was assigned to this customer.
    pub since: Option<Timestamp>,
}

/// The page of a device.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceDetail {
    /// The device.
    pub device: Device,
    /// URL of the list of devices.
    pub devices_url: String,
    /// URL of its documents.
    pub documents_url: String,
    /// URL for starting a return.
    pub return_url: String,
    /// When the service desk last confirmed the data.
    pub as_of: Timestamp,
    /// Set if the service desk does not respond.
    pub stale: Option<Stale>,
    /// The device's history, newest first.
    pub history: Vec<DeviceEvent>,
    /// Requests about the device, newest first (P15).
    pub requests: Vec<RequestLine>,
    /// URL for reporting a problem (P15).
    pub report_url: String,
}

impl Page for DeviceDetail {
    const TEMPLATE: &'static str = "portal/devices/one.html";
}

/// An event in a device's history, in plain language (H05).
#[derive(Debug, Clone, Serialize)]
pub struct DeviceEvent {
    /// When it happened.
    pub at: Timestamp,
    /// The text, as in "Assigned to you".
    pub text: String,
}

/// The page without devices (A19, A21): the reason and the next step.
#[derive(Debug, Clone, Serialize)]
pub struct NoDevices {
    /// The reason, which is the same on all interfaces.
    pub reason: Reason,
    /// The customer's progress; `None` for users who are no customers.
    pub checklist: Option<Checklist>,
    /// The action the customer can take here, if any.
    pub action: Option<Action>,
    /// When the service desk last confirmed the data; `None` if nothing is linked.
    pub as_of: Option<Timestamp>,
}

impl Page for NoDevices {
    const TEMPLATE: &'static str = "portal/devices/none.html";
}

/// A reason with its text.
#[derive(Debug, Clone, Serialize)]
pub struct Reason {
    /// The code, as in `never_activated`.
    pub code: String,
    /// The reason, as a heading.
    pub title: String,
    /// Explanation in one or two sentences.
    pub explanation: String,
    /// The next step.
    pub next_step: String,
}

impl Reason {
    /// The reason with its text for customers.
    pub fn of(reason: explain::Reason) -> Self {
        let words = for_customer(reason);
        Self {
            code: reason.code().to_owned(),
            title: words.title,
            explanation: words.explanation,
            next_step: words.next_step,
        }
    }
}

/// The four conditions for seeing devices.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Checklist {
    /// Signed in.
    pub signed_in: Check,
    /// An invitation was sent; `None` if none is needed.
    pub invited: Option<Check>,
    /// The account was activated; `None` if staff set the access up without.
    pub activated: Option<Check>,
    /// A device of the right type is assigned.
    pub device_assigned: Check,
}

/// The state of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The condition is met.
    Yes,
    /// The condition will be met soon, automatically.
    UnderWay,
    /// The condition is not met and blocks the following ones.
    No,
    /// Not reached, because an earlier condition is not met.
    NotYet,
}

/// A button or link.
#[derive(Debug, Clone, Serialize)]
pub struct Action {
    /// The label.
    pub label: String,
    /// The URL.
    pub url: String,
    /// `true` for a POST form, `false` for a link.
    pub post: bool,
}

/// The page after signing out.
#[derive(Debug, Clone, Serialize)]
pub struct SignedOut {
    /// URL of the sign-in page.
    pub sign_in_url: String,
}

impl Page for SignedOut {
    const TEMPLATE: &'static str = "portal/signed_out.html";
}
