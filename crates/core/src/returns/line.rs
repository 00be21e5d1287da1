//! A line: units of one model, and what was done to them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ReturnReason, Step};
use crate::kernel::money::Money;
use crate::kernel::normalise;

/// Units of one model on their way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number in the return, from 1.
    pub number: u32,
    /// What it is: the device's name, or as the customer wrote it.
    pub model: String,
    /// The device, when it is one of the hub's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceRef>,
    /// How many units.
    pub quantity: u32,
    /// Why, as configured when the return was opened: a later change of the configuration does not reorder what is under way.
    pub reason: ReturnReason,
    /// What the customer wrote about it.
    #[serde(default)]
    pub problem: String,
    /// The units known by serial number.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// What was done, in order.
    #[serde(default)]
    pub postings: Vec<Posting>,
    /// What it waits for; none: it does not wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// What was asked of the customer so far, oldest first.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Who gave it up, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancelled>,
}

/// A device of the hub: an asset of the service desk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeviceRef {
    /// The service desk's configured name.
    pub system: String,
    /// The asset's display id.
    pub external_id: String,
}

/// A unit known by its serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// As entered.
    pub serial: String,
    /// The customer's own, or one sent in its place.
    pub role: UnitRole,
    /// Somebody else has the device with this serial number, as far as the hub knows: what a customer types about it keeps nobody from
    /// returning their own.
    #[serde(default)]
    pub elsewhere: bool,
}

/// Which of the two units a serial number is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitRole {
    /// What the customer returns.
    Returned,
    /// What the customer gets in its place.
    Replacement,
}

/// A step done to some units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// Which.
    pub step: Step,
    /// To how many.
    pub quantity: u32,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// How to follow the parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
}

/// How to follow a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// Who carries it.
    pub carrier: Option<String>,
    /// The number they gave it.
    pub number: String,
}

/// What a line waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// What for.
    pub kind: HoldKind,
    /// What staff wrote about it.
    pub note: String,
    /// Since when.
    pub at: Timestamp,
    /// Who put it on hold.
    pub by: String,
}

/// What a line on hold waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Parts.
    Parts,
    /// The customer's approval of the last amount asked.
    Approval,
    /// Staff: the customer declined.
    Declined,
}

/// An amount that the customer was asked to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Which one of the line, from 1. Only the version shown is answered.
    pub version: u32,
    /// How much.
    pub amount: Money,
    /// For what.
    pub note: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// By whom.
    pub asked_by: String,
    /// What the customer said; none: nothing yet, or another amount was asked instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answered>,
}

/// What a customer said to an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Yes; otherwise no.
    pub approved: bool,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// What they added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The end of a line that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// Why.
    pub why: String,
}

/// How a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// Nothing was received or shipped yet.
    New,
    /// Something was.
    InProgress,
    /// It waits: for parts, for the customer, or for staff after the customer declined.
    OnHold,
    /// Every step was done to every unit.
    Closed,
    /// It was given up.
    Cancelled,
}

impl LineStatus {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::OnHold => "on_hold",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether anything is left to be done.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled)
    }
}

impl Line {
    /// To how many units a step was done.
    pub fn done(&self, step: Step) -> u32 {
        self.postings.iter().filter(|posting| posting.step == step).map(|posting| posting.quantity).sum()
    }

    /// To how many units a step may be done now: all that the step before it was done to, and not this one.
    pub fn ready_for(&self, step: Step) -> u32 {
        let Some(place) = self.reason.steps.iter().position(|other| *other == step) else { return 0 };
        let before = place.checked_sub(1).map_or(self.quantity, |before| self.done(self.reason.steps[before]));
        before.saturating_sub(self.done(step))
    }

    /// The steps that may be done now, with the number of units.
    pub fn next_steps(&self) -> Vec<(Step, u32)> {
        if !matches!(self.status(), LineStatus::New | LineStatus::InProgress) {
            return Vec::new();
        }
        let ready = self.reason.steps.iter().map(|step| (*step, self.ready_for(*step)));
        ready.filter(|(_, quantity)| *quantity > 0).collect()
    }

    /// Whether anything was received or shipped.
    pub fn has_moved(&self) -> bool {
        self.postings.iter().any(|posting| posting.step.moves())
    }

    /// How it stands.
    pub fn status(&self) -> LineStatus {
        if self.cancelled.is_some() {
            LineStatus::Cancelled
        } else if self.reason.steps.iter().all(|step| self.done(*step) >= self.quantity) {
            LineStatus::Closed
        } else if self.hold.is_some() {
            LineStatus::OnHold
        } else if self.has_moved() {
            LineStatus::InProgress
        } else {
            LineStatus::New
        }
    }

    /// The amount the customer is to approve now.
    pub fn asked(&self) -> Option<&Approval> {
        let waits = self.hold.as_ref().is_some_and(|hold| hold.kind == HoldKind::Approval) && self.cancelled.is_none();
        self.approvals.last().filter(|approval| waits && approval.answered.is_none())
    }

    /// The serial numbers of one role.
    pub fn serials(&self, role: UnitRole) -> impl Iterator<Item = &str> {
        self.units.iter().filter(move |unit| unit.role == role).map(|unit| unit.serial.as_str())
    }

    /// Whether the line has a unit with this serial number, however it is typed.
    pub fn has_unit(&self, serial: &str, role: UnitRole) -> bool {
        let wanted = normalise::serial(serial);
        self.serials(role).any(|known| normalise::serial(known) == wanted)
    }

    /// By what its units are known.
    pub fn unit_keys(&self) -> Vec<String> {
        let theirs = self.units.iter().filter(|unit| !unit.elsewhere);
        let serials = theirs.filter_map(|unit| normalise::serial(&unit.serial));
        let keys = serials.map(|serial| format!("serial:{serial}"));
        keys.chain(self.device.iter().map(DeviceRef::unit_key)).collect()
    }

    /// What it is, in a few words: `2 × PACE 5 kW`.
    pub fn summary(&self) -> String {
        if self.quantity == 1 { self.model.clone() } else { format!("{} × {}", self.quantity, self.model) }
    }
}

impl DeviceRef {
    /// By what the device is known as a unit.
    pub fn unit_key(&self) -> String {
        format!("asset:{}/{}", self.system, self.external_id)
    }
}
