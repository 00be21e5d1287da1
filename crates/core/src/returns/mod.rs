//! Returns, also known as RMAs (`P09`): units that a customer sends back, and their processing.
//!
//! A return has lines, each with units of one model. The *return reason* of a line defines its steps. A line's status
//! is derived from the completed steps, and the return's status from its lines; neither is stored as input.

mod actions;
pub mod change;
mod draft;
mod error;
mod event;
pub mod jobs;
mod line;
mod plan;
mod reason;
mod status;

use jiff::Timestamp;

pub use actions::ReturnAction;
pub use draft::{ReturnDraft, ReturnDraftLine, split_serials};
pub use error::{ReturnActionError, ReturnDraftError, ReturnOrderError};
pub use event::{Happened, ReturnEvent, ReturnedLine};
pub use line::{
    Answered, Approval, Cancelled, DeviceRef, Hold, HoldKind, Line, LineStatus, Posting, Tracking, Unit, UnitRole,
};
pub use plan::{Notice, change, open};
pub use reason::{ReturnReason, ReturnReasonError, Step};
pub use status::ReturnStatus;

use crate::kernel::ids::{CustomerId, PersonId, PlaceId, ReturnId};
use crate::kernel::unicode::searchable;
use crate::kernel::{normalise, searched, short_id};

/// Maximum number of lines of a return.
pub const MAX_LINES: usize = 20;
/// Maximum number of units of a line.
pub const MAX_UNITS: u32 = 500;
/// Maximum length of a text in a return, in characters.
pub const MAX_TEXT_LENGTH: usize = 2000;
/// Maximum length of a serial number, in characters.
pub const MAX_SERIAL_LENGTH: usize = 100;

/// A return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// The return's id.
    pub id: ReturnId,
    /// Return number, for example `R-7K3M-9QXD`.
    pub number: String,
    /// Version for optimistic locking: two changes planned from the same version cannot both be applied.
    pub version: i64,
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's place. People with access to the place can see the return.
    pub place_id: PlaceId,
    /// The person who opened it; `None` if staff or an API client did.
    pub person_id: Option<PersonId>,
    /// Recipient of its e-mails.
    pub email: Option<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Time of opening.
    pub created_at: Timestamp,
    /// Actor who opened it.
    pub created_by: String,
    /// Time of the last change.
    pub updated_at: Timestamp,
}

impl Return {
    /// A line by its number, from 1.
    pub fn line(&self, number: u32) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    /// Whether the customer may cancel it: it is open, and no unit has been received or shipped.
    pub fn customer_may_cancel(&self) -> bool {
        self.status().is_open() && self.lines.iter().all(|line| !line.has_moved())
    }

    /// Keys of the units that no other return may include while this one is open. A unit can have two keys: its serial
    /// number and its device.
    pub fn units_taken(&self) -> Vec<String> {
        let open = self.lines.iter().filter(|line| line.status().is_open());
        let mut keys: Vec<String> = open.flat_map(Line::unit_keys).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Text for the search in returns, in lower case.
    pub fn search_text(&self) -> String {
        let models = self.lines.iter().map(|line| line.model.clone());
        let words = models.chain(self.words()).chain([self.number.clone()]);
        searchable(&words.collect::<Vec<_>>().join(" ")).to_lowercase()
    }

    /// Search words for staff: number, serial numbers and models.
    pub fn words(&self) -> Vec<String> {
        let units = self.lines.iter().flat_map(|line| line.units.iter().map(|unit| unit.serial.as_str()));
        let models = self.lines.iter().flat_map(|line| line.model.split_whitespace());
        let typed = std::iter::once(self.number.as_str()).chain(units).chain(models);
        let mut words: Vec<String> = typed.filter_map(normalise::serial).collect();
        words.sort();
        words.dedup();
        words
    }
}

/// The return number, in letters and digits that are hard to confuse.
pub fn number_of(id: ReturnId) -> String {
    short_id::of('R', id.0)
}

/// The return number that a text names: `R-7K3M-9QXD`, `return R7K3M9QXD`, `#R-7K3M-9QXD.`
pub fn number_named(typed: &str) -> Option<String> {
    short_id::spelled('R', typed)
        .or_else(|| short_id::spelled('R', &searched::number(typed, &["return", "returns", "rma"])))
}

/// What a search is for: the return number that a text names, or else the text itself.
pub fn meant(typed: &str) -> String {
    number_named(typed).unwrap_or_else(|| typed.to_owned())
}
