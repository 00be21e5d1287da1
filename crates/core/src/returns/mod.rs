//! Returns, RMAs by their trade name (`P09`): what a customer sends back, and what becomes of it.
//!
//! A return has lines; a line holds units of one model. Its *return reason* orders the steps. How a line stands is never set, but follows from
//! what was done to it; how the return stands follows from its lines.

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
use crate::kernel::normalise;

/// The most lines of one return.
pub const MAX_LINES: usize = 20;
/// The most units of one line.
pub const MAX_UNITS: u32 = 500;
/// The longest text somebody may write into a return, in characters.
pub const MAX_TEXT_LENGTH: usize = 2000;

/// A return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Return {
    /// Its id.
    pub id: ReturnId,
    /// What people call it, `R-7K3M-9QXD`.
    pub number: String,
    /// Counts changes, so that two planned on the same state cannot both be applied.
    pub version: i64,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// At which of their places: who may see the place sees it.
    pub place_id: PlaceId,
    /// The person who opened it; none: staff or a machine did.
    pub person_id: Option<PersonId>,
    /// Where its mails go.
    pub email: Option<String>,
    /// What is returned.
    pub lines: Vec<Line>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Return {
    /// A line by its number, from 1.
    pub fn line(&self, number: u32) -> Option<&Line> {
        self.lines.iter().find(|line| line.number == number)
    }

    /// Whether the customer may cancel it: nothing was received or shipped, and something is left to cancel.
    pub fn customer_may_cancel(&self) -> bool {
        self.status().is_open() && self.lines.iter().all(|line| !line.has_moved())
    }

    /// By what each unit is known that nobody else may return while this is open. A unit may have two such keys: its serial number, and the
    /// device it is here.
    pub fn units_taken(&self) -> Vec<String> {
        let open = self.lines.iter().filter(|line| line.status().is_open());
        let mut keys: Vec<String> = open.flat_map(Line::unit_keys).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// What a search at somebody's own places looks into.
    pub fn search_text(&self) -> String {
        let models = self.lines.iter().map(|line| line.model.clone());
        let words = models.chain(self.words()).chain([self.number.clone()]);
        words.collect::<Vec<_>>().join(" ").to_lowercase()
    }

    /// By what staff find it: number, serial numbers, models.
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

/// What people call a return: the random part of its id, in letters and digits that are not mistaken for each other.
pub fn number_of(id: ReturnId) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let random = id.0.as_u128();
    let letter = |at: u32| char::from(LETTERS[(random >> (5 * at)) as usize & 31]);
    let part = |from: u32| (from..from + 4).rev().map(letter).collect::<String>();
    format!("R-{}-{}", part(4), part(0))
}
