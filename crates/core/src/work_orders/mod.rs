//! Work orders (`A06`–`A11`, `P05`): what a technician does at a customer's place, from the appointment to the finished
//! installation, repair or visit.
//!
//! A work order belongs to a customer and a place. The office gives it a window and an assignee; the assignee takes it
//! step by step. What happens is told on the customer's timeline, and on the service request that it is for.

pub mod change;
mod error;
mod event;
pub mod file;
mod install;
pub mod jobs;
mod kind;
mod plan;
mod report;
mod state;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::{CustomerId, PersonId, PlaceId, ReturnId, ServiceRequestId, WorkNoteId, WorkOrderId};
use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::searched;
use crate::kernel::short_id;
use crate::kernel::unicode::searchable;
use crate::service_requests::DeviceNamed;

pub use error::{WorkOrderDraftError, WorkOrderError};
pub use event::{WorkHappened, WorkOrderEvent};
pub use install::{InstalledDevice, StockedDevice, installed};
pub use kind::{Part, WorkKind, WorkSettings, WorkSettingsError};
pub use plan::{Surroundings, WorkOrderDraft, act, create, customer_for, note};
pub use state::{State, Step};

/// Maximum length of a text, in characters.
pub const MAX_TEXT_LENGTH: usize = 4000;
/// Maximum length of a subject, in characters.
pub const MAX_SUBJECT_LENGTH: usize = 150;
/// Maximum number of files of a work order.
pub const MAX_FILES: i64 = 30;
/// Maximum number of units of a part in one entry.
pub const MAX_QUANTITY: u32 = 999;

/// A work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOrder {
    /// The work order's id.
    pub id: WorkOrderId,
    /// Its number, for example `W-7K3M-9QXD`.
    pub number: String,
    /// Version for optimistic locking.
    pub version: i64,
    /// The kind as configured when the work order was made. Later changes of the configuration do not affect it.
    pub kind: WorkKind,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's place.
    pub place_id: PlaceId,
    /// The service request that it is for.
    pub request_id: Option<ServiceRequestId>,
    /// The return that it is for.
    pub return_id: Option<ReturnId>,
    /// Subject line.
    pub subject: String,
    /// What is to be done.
    pub description: String,
    /// The device concerned.
    pub device: Option<DeviceNamed>,
    /// The model, if no device is concerned yet.
    pub model: Option<String>,
    /// The appointment.
    pub window: Option<Window>,
    /// Who does it, or has refused it.
    pub assignee: Option<Assignee>,
    /// Current state.
    pub state: State,
    /// Why it was refused or cancelled.
    pub reason: Option<String>,
    /// The check list of its kind.
    pub checks: Vec<Check>,
    /// The parts used.
    pub parts: Vec<PartUsed>,
    /// The device that was installed.
    pub installed: Option<InstalledDevice>,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Actor who made it.
    pub created_by: String,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

/// The time in which someone comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Beginning.
    pub from: Timestamp,
    /// End.
    pub to: Timestamp,
}

/// The person who does the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignee {
    /// The person.
    pub person: PersonId,
    /// The name.
    pub name: String,
}

/// An item of a check list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What is to be checked.
    pub item: String,
    /// Whether it was.
    pub done: bool,
}

/// A part that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartUsed {
    /// The part's code.
    pub part: String,
    /// Its label.
    pub label: String,
    /// The van that it came from.
    pub place: PlaceId,
    /// Number of units.
    pub quantity: u32,
}

/// An entry in the log of a work order: a note or a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkNote {
    /// Time-ordered id.
    pub id: WorkNoteId,
    /// The work order.
    pub work_order_id: WorkOrderId,
    /// Name of the step; `note` for a note.
    pub act: String,
    /// The text; may be empty.
    pub text: String,
    /// The author's name.
    pub author: String,
    /// The author.
    pub actor: String,
    /// Time of writing.
    pub at: Timestamp,
}

/// Who acts on a work order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// A technician, who acts on their own work only.
    Technician {
        /// The person.
        person: PersonId,
        /// The name.
        name: &'a str,
    },
    /// Staff, or a client of the API. They may also record what a technician reports.
    Office {
        /// The name.
        name: &'a str,
    },
}

impl By<'_> {
    /// The name.
    pub const fn name(&self) -> &str {
        match self {
            Self::Technician { name, .. } | Self::Office { name } => name,
        }
    }

    /// The name that customers read: they know who comes, and the office as one.
    pub const fn voice(&self) -> &str {
        match self {
            Self::Technician { name, .. } => name,
            Self::Office { .. } => "Service team",
        }
    }
}

/// An action on a work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Take it on. An open one that is nobody's becomes the technician's own.
    Accept,
    /// Set off.
    Depart,
    /// Begin to work.
    Begin,
    /// Finish it. An installation needs the device.
    Finish {
        /// The device that was installed.
        installed: Option<InstalledDevice>,
    },
    /// Give it back to the office.
    Refuse {
        /// Reason.
        reason: String,
    },
    /// Tick an item of the check list, or take the tick away.
    Check {
        /// The item's position, from 0.
        item: usize,
        /// Whether it is done.
        done: bool,
    },
    /// Use a part from a van.
    Use {
        /// The part's code.
        part: String,
        /// Number of units.
        quantity: u32,
        /// The van.
        place: PlaceId,
    },
    /// Put a part that was not used after all back into its van.
    PutBack {
        /// The part's code.
        part: String,
        /// Number of units.
        quantity: u32,
        /// The van.
        place: PlaceId,
    },
    /// Assign it, or take it away from its assignee. It is open again.
    Assign(Option<Assignee>),
    /// Set the appointment, or take it away.
    Schedule(Option<Window>),
    /// Give it up.
    Cancel {
        /// Reason.
        reason: String,
    },
}

impl WorkOrder {
    /// When it is due, for lists: those without an appointment come last.
    pub fn due_at(&self) -> Timestamp {
        self.window.map_or(Timestamp::MAX, |window| window.from)
    }

    /// Whether a technician sees it: it is their own, or it is nobody's and they may take it.
    pub fn is_for(&self, person: PersonId, self_assign: bool) -> bool {
        match &self.assignee {
            Some(assignee) => assignee.person == person,
            None => self_assign && self.state == State::Open,
        }
    }

    /// The record of the device that was installed, or is concerned.
    pub fn device_record(&self) -> Option<RecordKey> {
        let installed = self.installed.as_ref().map(|it| (&it.system, &it.external_id));
        let named = || self.device.as_ref().map(|it| (&it.system, &it.external_id));
        let (system, external_id) = installed.or_else(named)?;
        Some(RecordKey::new(system, Kind::Asset, external_id))
    }

    /// Whether every item of the check list is done.
    pub fn is_checked(&self) -> bool {
        self.checks.iter().all(|check| check.done)
    }

    /// Text for the search, in lower case.
    pub fn search_text(&self) -> String {
        let device = self.device.as_ref().map(|device| device.name.as_str()).unwrap_or_default();
        let serial = self.installed.as_ref().and_then(|it| it.serial.as_deref()).unwrap_or_default();
        let model = self.model.as_deref().unwrap_or_default();
        let words = [&self.number, &self.subject, &self.description, device, serial, model];
        searchable(&words.join("\n")).to_lowercase()
    }
}

/// The number of a work order, in letters and digits that are hard to confuse.
pub fn number_of(id: WorkOrderId) -> String {
    short_id::of('W', id.0)
}

/// The work order number that a text names: `W-7K3M-9QXD`, `work order W7K3M9QXD`, `#W-7K3M-9QXD.`
pub fn number_named(typed: &str) -> Option<String> {
    short_id::spelled('W', typed)
        .or_else(|| short_id::spelled('W', &searched::number(typed, &["work", "order", "orders"])))
}

/// What a search is for: the number that a text names, or else the text itself.
pub fn meant(typed: &str) -> String {
    number_named(typed).unwrap_or_else(|| typed.trim().to_owned())
}

#[cfg(test)]
mod tests;
