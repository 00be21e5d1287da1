//! A line of a return: units of one model, and the steps completed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ReturnReason, Step};
use crate::kernel::money::Money;
use crate::kernel::normalise;

/// Units of one model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Line number in the return, from 1.
    pub number: u32,
    /// Model: the device's name, or as entered by the customer.
    pub model: String,
    /// The device, if the hub knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceRef>,
    /// Number of units.
    pub quantity: u32,
    /// Return reason as configured when the return was opened. Later changes of the configuration do not affect it.
    pub reason: ReturnReason,
    /// Description of the problem by the customer.
    #[serde(default)]
    pub problem: String,
    /// Units with known serial numbers.
    #[serde(default)]
    pub units: Vec<Unit>,
    /// Completed steps, in order.
    #[serde(default)]
    pub postings: Vec<Posting>,
    /// Hold; `None` if the line is not on hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// Amounts that the customer was asked to approve, oldest first.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Cancellation, if cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancelled>,
}

/// Reference to a device, which is an asset of the service desk.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeviceRef {
    /// The service desk's configured name.
    pub system: String,
    /// The asset's display id.
    pub external_id: String,
}

/// A unit with a known serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Serial number, as entered.
    pub serial: String,
    /// Whether it is the customer's unit or its replacement.
    pub role: UnitRole,
    /// Whether the device with this serial number belongs to another customer, as far as the hub knows. Such an entry
    /// does not block the owner's own return.
    #[serde(default)]
    pub elsewhere: bool,
}

/// The role of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitRole {
    /// A unit that the customer returns.
    Returned,
    /// A unit that the customer receives instead.
    Replacement,
}

/// A step completed for a number of units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// The step.
    pub step: Step,
    /// Number of units.
    pub quantity: u32,
    /// Time of completion.
    pub at: Timestamp,
    /// Actor who recorded it.
    pub by: String,
    /// Tracking data of the parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
}

/// Tracking data of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// Carrier.
    pub carrier: Option<String>,
    /// Tracking number.
    pub number: String,
}

/// The hold of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Reason for the hold.
    pub kind: HoldKind,
    /// Note by staff.
    pub note: String,
    /// Time of the hold.
    pub at: Timestamp,
    /// Actor who put it on hold.
    pub by: String,
}

/// Reason for a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldKind {
    /// Waiting for parts.
    Parts,
    /// Waiting for the customer's approval of the last amount.
    Approval,
    /// Waiting for staff, because the customer declined the amount.
    Declined,
}

/// An amount for the customer to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Version on the line, from 1. An answer applies only to the version shown.
    pub version: u32,
    /// The amount.
    pub amount: Money,
    /// Purpose of the amount.
    pub note: String,
    /// Time of the request.
    pub asked_at: Timestamp,
    /// Actor who requested it.
    pub asked_by: String,
    /// The customer's answer; `None` if there is none yet, or another amount replaced this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<Answered>,
}

/// A customer's answer to an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// Whether it was approved.
    pub approved: bool,
    /// Time of the answer.
    pub at: Timestamp,
    /// Actor who answered.
    pub by: String,
    /// Comment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The cancellation of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancelled {
    /// Time of cancellation.
    pub at: Timestamp,
    /// Actor who cancelled it.
    pub by: String,
    /// Reason.
    pub why: String,
}

/// Status of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// No unit has been received or shipped yet.
    New,
    /// A unit has been received or shipped.
    InProgress,
    /// On hold: waiting for parts, for the customer, or for staff after the customer declined.
    OnHold,
    /// Every step is completed for every unit.
    Closed,
    /// Cancelled.
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

    /// Whether steps remain.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled)
    }
}

impl Line {
    /// Number of units for which a step is completed.
    pub fn done(&self, step: Step) -> u32 {
        self.postings.iter().filter(|posting| posting.step == step).map(|posting| posting.quantity).sum()
    }

    /// Number of units that are ready for a step: the previous step is completed, this one is not.
    pub fn ready_for(&self, step: Step) -> u32 {
        let Some(place) = self.reason.steps.iter().position(|other| *other == step) else { return 0 };
        let before = place.checked_sub(1).map_or(self.quantity, |before| self.done(self.reason.steps[before]));
        before.saturating_sub(self.done(step))
    }

    /// Steps that can be recorded now, with the number of units.
    pub fn next_steps(&self) -> Vec<(Step, u32)> {
        if !matches!(self.status(), LineStatus::New | LineStatus::InProgress) {
            return Vec::new();
        }
        let ready = self.reason.steps.iter().map(|step| (*step, self.ready_for(*step)));
        ready.filter(|(_, quantity)| *quantity > 0).collect()
    }

    /// Whether a unit has been received or shipped.
    pub fn has_moved(&self) -> bool {
        self.postings.iter().any(|posting| posting.step.moves())
    }

    /// Status derived from cancellation, steps and hold.
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

    /// The amount waiting for the customer's approval.
    pub fn asked(&self) -> Option<&Approval> {
        let waits = self.hold.as_ref().is_some_and(|hold| hold.kind == HoldKind::Approval) && self.cancelled.is_none();
        self.approvals.last().filter(|approval| waits && approval.answered.is_none())
    }

    /// The serial numbers of one role.
    pub fn serials(&self, role: UnitRole) -> impl Iterator<Item = &str> {
        self.units.iter().filter(move |unit| unit.role == role).map(|unit| unit.serial.as_str())
    }

    /// Whether the line has a unit with this serial number, compared in normalised form.
    pub fn has_unit(&self, serial: &str, role: UnitRole) -> bool {
        let wanted = normalise::serial(serial);
        self.serials(role).any(|known| normalise::serial(known) == wanted)
    }

    /// Unit keys: normalised serial numbers, and the device.
    pub fn unit_keys(&self) -> Vec<String> {
        let theirs = self.units.iter().filter(|unit| !unit.elsewhere);
        let serials = theirs.filter_map(|unit| normalise::serial(&unit.serial));
        let keys = serials.map(|serial| format!("serial:{serial}"));
        keys.chain(self.device.iter().map(DeviceRef::unit_key)).collect()
    }

    /// Short description: `2 × PACE 5 kW`.
    pub fn summary(&self) -> String {
        if self.quantity == 1 { self.model.clone() } else { format!("{} × {}", self.quantity, self.model) }
    }
}

impl DeviceRef {
    /// The unit key of the device.
    pub fn unit_key(&self) -> String {
        format!("asset:{}/{}", self.system, self.external_id)
    }
}
