//! The activation pages (A10–A14): one task, one next step, no navigation, no script needed.

mod rejection;
mod samples;

use jiff::Timestamp;
use serde::Serialize;

pub use rejection::{Refused, status};

use super::{Page, Provider};

/// What an opened link shows before anything happens. Showing it consumes nothing.
#[derive(Debug, Clone, Serialize)]
pub struct Invitation {
    /// Where the form posts to: `/activate/{token}`. The pressed button adds `provider`.
    pub action: String,
    /// Who invites, usually the brand.
    pub sender: String,
    /// The invited address, masked ([`tessera_core::kernel::mask::email`]).
    pub masked_email: String,
    /// What will be linked, as in "your devices at Sunfield".
    pub what: String,
    /// When the link stops working.
    pub expires_at: Timestamp,
    /// The ways to sign in; usually one.
    pub providers: Vec<Provider>,
}

impl Page for Invitation {
    const TEMPLATE: &'static str = "activation/invitation.html";
}

/// The background work after sign-in (A13). Complete without script: the page reloads itself.
#[derive(Debug, Clone, Serialize)]
pub struct Progress {
    /// The four steps, in order.
    pub steps: Vec<Step>,
    /// Answers a [`Poll`] as JSON.
    pub poll_url: String,
    /// The sign-in used, masked.
    pub signed_in_as: Option<String>,
    /// Set when a system is slow or down: the page then says that it finishes by itself.
    pub pending: Option<Pending>,
}

impl Page for Progress {
    const TEMPLATE: &'static str = "activation/progress.html";
}

/// What [`Progress::poll_url`] answers.
#[derive(Debug, Clone, Serialize)]
pub struct Poll {
    /// The steps as they stand.
    pub steps: Vec<Step>,
    /// Where to go when the activation has ended, well or not; the page then leaves.
    pub next: Option<String>,
    /// The page differs by more than its steps (it became pending): load it anew.
    pub reload: bool,
}

/// An activation that waits for an outside system.
#[derive(Debug, Clone, Serialize)]
pub struct Pending {
    /// The system's name for people, as in "The service desk".
    pub system: String,
    /// Since when the activation waits.
    pub since: Timestamp,
    /// Where the mail goes when it is done, masked; none when no address is known.
    pub masked_email: Option<String>,
}

/// One step and how far it is.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Which step.
    pub kind: StepKind,
    /// How far it is.
    pub state: StepState,
    /// The step in words, from [`StepKind::label`].
    pub label: &'static str,
    /// The state in words, from [`StepState::label`].
    pub note: &'static str,
}

impl Step {
    /// A step with its words.
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
    /// In the order of A13.
    pub const ALL: [Self; 4] = [Self::Requester, Self::Contact, Self::Assets, Self::Record];

    /// The step in the customer's words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Requester => "Find your service record",
            Self::Contact => "Match your customer details",
            Self::Assets => "Collect your devices",
            Self::Record => "Link everything to your sign-in",
        }
    }
}

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Going on.
    Running,
    /// Finished.
    Done,
    /// A system is slow; it is tried again by itself.
    NeedsTime,
}

impl StepState {
    /// The state in the customer's words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Running => "In progress",
            Self::Done => "Done",
            Self::NeedsTime => "Takes longer, we keep trying",
        }
    }
}

/// Success (A14).
#[derive(Debug, Clone, Serialize)]
pub struct Activated {
    /// The devices now visible; may be empty when none is assigned yet.
    pub devices: Vec<ActivatedDevice>,
    /// The portal's device page.
    pub devices_url: String,
    /// The sign-in to use from now on, masked.
    pub signed_in_as: Option<String>,
    /// The same person opened a used link again: nothing changed, and the page says so.
    pub again: bool,
}

impl Page for Activated {
    const TEMPLATE: &'static str = "activation/activated.html";
}

/// A device on the success page.
#[derive(Debug, Clone, Serialize)]
pub struct ActivatedDevice {
    /// Its display name.
    pub name: String,
    /// The serial number as printed on it.
    pub serial: Option<String>,
}

/// The neutral answer to "send me a new link": the same whether or not one was sent.
#[derive(Debug, Clone, Serialize)]
pub struct RenewSent {
    /// After how many minutes it is sensible to ask for help.
    pub wait_minutes: u32,
}

impl Page for RenewSent {
    const TEMPLATE: &'static str = "activation/renew_sent.html";
}
