//! The activation pages (A10–A14): one task, one next step, no navigation, and usable without a script.

mod rejection;
mod samples;

use crate::locale::text;
use jiff::Timestamp;
use serde::Serialize;

pub use rejection::{Refused, status};

use super::portal::Reason;
use super::{Page, Provider};

/// The page of an activation link. Showing it does not use the link.
#[derive(Debug, Clone, Serialize)]
pub struct Invitation {
    /// The form's action: `/activate/{token}`. The pressed button adds `provider`.
    pub action: String,
    /// The sender of the invitation, usually the brand.
    pub sender: String,
    /// The invited address, masked ([`tessera_core::kernel::mask::email`]).
    pub masked_email: String,
    /// What the activation links, as in "your devices at Sunfield".
    pub what: String,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// When the link was used, if it was. The page then leads back to the account.
    pub used_at: Option<Timestamp>,
    /// The identity providers to choose from; usually one.
    pub providers: Vec<Provider>,
}

impl Page for Invitation {
    const TEMPLATE: &'static str = "activation/invitation.html";
}

/// The progress of the background steps after the sign-in (A13). It works without a script, because the page reloads
/// itself.
#[derive(Debug, Clone, Serialize)]
pub struct Progress {
    /// The four steps, in order.
    pub steps: Vec<Step>,
    /// URL of the state to poll: a [`Poll`] as JSON.
    pub poll_url: String,
    /// The sign-in used, masked.
    pub signed_in_as: Option<String>,
    /// The system that is slow or unavailable, if any. The page then says that the activation completes automatically.
    pub pending: Option<Pending>,
}

impl Page for Progress {
    const TEMPLATE: &'static str = "activation/progress.html";
}

/// The response at [`Progress::poll_url`].
#[derive(Debug, Clone, Serialize)]
pub struct Poll {
    /// The current state of the steps.
    pub steps: Vec<Step>,
    /// The URL of the next page, once the activation has succeeded or failed.
    pub next: Option<String>,
    /// Whether to reload the page, because more than its steps has changed: the activation is now pending.
    pub reload: bool,
}

/// An activation that is waiting for an outside system.
#[derive(Debug, Clone, Serialize)]
pub struct Pending {
    /// The system's display name, as in "The service desk".
    pub system: String,
    /// When the activation started to wait.
    pub since: Timestamp,
    /// The address of the notification e-mail, masked; `None` if no address is known.
    pub masked_email: Option<String>,
}

/// A step and its state.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The kind of step.
    pub kind: StepKind,
    /// The state of the step.
    pub state: StepState,
    /// The step's label, from [`StepKind::label`].
    pub label: String,
    /// The state's label, from [`StepState::label`].
    pub note: String,
}

impl Step {
    /// A step with its labels.
    pub fn new(kind: StepKind, state: StepState) -> Self {
        Self { kind, state, label: kind.label(), note: state.label() }
    }

    /// The four steps of A13 in order, each with its state.
    pub fn all(states: [StepState; 4]) -> Vec<Self> {
        StepKind::ALL.into_iter().zip(states).map(|(kind, state)| Self::new(kind, state)).collect()
    }
}

/// The background steps of A13.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Fetch the requester from the service desk.
    Requester,
    /// Find the CRM contact by the primary e-mail.
    Contact,
    /// List the requester's assets.
    Assets,
    /// Write the linked record and the devices.
    Record,
}

impl StepKind {
    /// All steps, in the order of A13.
    pub const ALL: [Self; 4] = [Self::Requester, Self::Contact, Self::Assets, Self::Record];

    /// The step's label for customers.
    pub fn label(self) -> String {
        match self {
            Self::Requester => text!("activation-step-requester"),
            Self::Contact => text!("activation-step-contact"),
            Self::Assets => text!("activation-step-assets"),
            Self::Record => text!("activation-step-record"),
        }
    }
}

/// The state of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not started.
    Waiting,
    /// In progress.
    Running,
    /// Completed.
    Done,
    /// Delayed by a slow system, and retried automatically.
    NeedsTime,
}

impl StepState {
    /// The state's label for customers.
    pub fn label(self) -> String {
        match self {
            Self::Waiting => text!("activation-state-waiting"),
            Self::Running => text!("activation-state-running"),
            Self::Done => text!("activation-state-done"),
            Self::NeedsTime => text!("activation-state-needs-time"),
        }
    }
}

/// The page after a successful activation (A14).
#[derive(Debug, Clone, Serialize)]
pub struct Activated {
    /// The devices that are now visible.
    pub devices: Vec<ActivatedDevice>,
    /// Why there are none: the reason that portal and app give.
    pub reason: Option<Reason>,
    /// The records that belong to the account.
    pub records: Vec<LinkedRecord>,
    /// The portals that the sign-in opens.
    pub portals: Vec<PortalLink>,
    /// URL of the portal's list of devices.
    pub devices_url: String,
    /// The sign-in to use from now on, masked.
    pub signed_in_as: Option<String>,
    /// Whether the same user has opened a used link again. Nothing is changed, and the page says so.
    pub again: bool,
}

impl Page for Activated {
    const TEMPLATE: &'static str = "activation/activated.html";
}

/// A record on the success page.
#[derive(Debug, Clone, Serialize)]
pub struct LinkedRecord {
    /// What it is, for customers.
    pub label: String,
    /// Its number, which support may ask for.
    pub number: Option<String>,
    /// Whether it is linked.
    pub linked: bool,
}

/// A portal on the success page.
#[derive(Debug, Clone, Serialize)]
pub struct PortalLink {
    /// Its name.
    pub title: String,
    /// Its URL.
    pub url: String,
}

/// A device on the success page.
#[derive(Debug, Clone, Serialize)]
pub struct ActivatedDevice {
    /// Its display name.
    pub name: String,
    /// The serial number as printed on it.
    pub serial: Option<String>,
}

/// The response to "send me a new link", which does not reveal whether one was sent.
#[derive(Debug, Clone, Serialize)]
pub struct RenewSent {
    /// Number of minutes after which the user should contact support.
    pub wait_minutes: u32,
}

impl Page for RenewSent {
    const TEMPLATE: &'static str = "activation/renew_sent.html";
}
