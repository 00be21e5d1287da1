//! Holds: changes that would take too much from customers at once, or that a dry run planned, and that wait for a
//! person's decision (`H04`).
//!
//! Every write to a hold is a change of a plan, so that it is part of the transaction that it counts. The store
//! serialises the writes of one system, so that concurrent plans cannot exceed the limit together.

use jiff::Timestamp;
use uuid::Uuid;

use crate::kernel::ids::{HeldId, SweepId};
use crate::kernel::plan::FeatureChange;
use crate::kernel::record::{Kind, RecordKey};
use crate::kernel::unicode::searchable;
use crate::sync::observe::ReadRecord;
use crate::sync::sweep::{Brake, Decision, SweepMode, SweepState};

/// A change that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldChange {
    /// Id.
    pub id: HeldId,
    /// The sweep or hold that it belongs to.
    pub run: SweepId,
    /// The record's title.
    pub title: String,
    /// Current values, for display.
    pub before: String,
    /// Values after the change.
    pub after: String,
    /// Number of devices and links that it takes from customers.
    pub takes: i64,
    /// The reading, or the failed lookup.
    pub seen: ReadRecord,
    /// Time since which it waits.
    pub held_at: Timestamp,
    /// Whether a person has selected it to be applied.
    pub chosen: bool,
}

/// The record a change was planned on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedOn {
    /// Time of the reading.
    pub read_at: Timestamp,
    /// Digest of its content.
    pub content_hash: [u8; 32],
}

/// A change of sweeps and holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldChange {
    /// Request a sweep. Only one of a kind is open at a time.
    Request(Box<SweepRequest>),
    /// Count the removals of this plan. Rejected if, together with recent and held removals, they exceed the limit.
    Take(Taking),
    /// Open a hold for changes outside a sweep. A system has only one of these at a time.
    Open {
        /// The hold.
        run: SweepId,
        /// The system.
        system: String,
        /// Time of the change.
        at: Timestamp,
    },
    /// Put a change aside. If the record already has a held change, that one is updated with the new reading.
    PutAside(Box<PutAside>),
    /// Release a record's held change: it was read again and takes nothing away. A hold that becomes empty ends.
    Release {
        /// The record.
        key: RecordKey,
        /// Time of the new reading. A change held because of a later reading stays held.
        read_at: Timestamp,
        /// Time of the change.
        at: Timestamp,
    },
    /// Remove a selected change after it was applied. It must still be the one that was selected.
    Applied {
        /// The held change.
        id: HeldId,
        /// Time of its reading.
        read_at: Timestamp,
        /// The sweep.
        run: SweepId,
        /// The system.
        system: String,
        /// Number of devices and links that it took.
        took: i64,
    },
    /// Decide on changes of a sweep. They must be undecided, and their number must match.
    Decide(Box<Decided>),
    /// End the applying of selected changes. Other changes keep waiting.
    Settle {
        /// The sweep.
        run: SweepId,
        /// The system.
        system: String,
        /// Time of the change.
        at: Timestamp,
    },
    /// Return selected changes that could not be applied. They wait for a decision again.
    GiveBack {
        /// The sweep.
        run: SweepId,
        /// The system.
        system: String,
        /// The reason.
        why: String,
    },
    /// End a running sweep.
    End(Box<SweepEnd>),
}

impl FeatureChange for HoldChange {}

/// The removals of a plan, and the limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// Id of the entry.
    pub id: Uuid,
    /// The system.
    pub system: String,
    /// Number of devices and links taken.
    pub takes: i64,
    /// Time of the change.
    pub at: Timestamp,
    /// Start of the window: later removals count, too.
    pub since: Timestamp,
    /// Maximum of applied and held removals together.
    pub limit: i64,
}

/// A change to put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutAside {
    /// The change.
    pub change: HeldChange,
    /// The stored record that it was planned on, which must be unchanged. `None` if the object was unknown.
    pub on: Option<PlannedOn>,
    /// The sweep that read the record, if any.
    pub read_by: Option<SweepId>,
    /// Whether it belongs to a dry run, which does not bind other plans.
    pub dry: bool,
}

/// A decision on held changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The sweep they belong to.
    pub run: SweepId,
    /// The system.
    pub system: String,
    /// Applied or discarded.
    pub decision: Decision,
    /// The selected changes. `None` for all.
    pub chosen: Option<Vec<HeldId>>,
    /// Their number.
    pub count: i64,
    /// The person who decided.
    pub by: String,
    /// Time of the change.
    pub at: Timestamp,
}

/// A request for a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepRequest {
    /// Id.
    pub id: SweepId,
    /// The system.
    pub system: String,
    /// Requesters, contacts or assets.
    pub kind: String,
    /// Full or incremental.
    pub mode: SweepMode,
    /// Dry run.
    pub dry: bool,
    /// The requesting actor.
    pub asked_by: String,
    /// Time of the change.
    pub at: Timestamp,
}

/// The end of a running sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepEnd {
    /// The sweep.
    pub run: SweepId,
    /// The system.
    pub system: String,
    /// The final state. If held, the sweep now holds all changes that it put aside or found on hold, and there must be
    /// at least one.
    pub state: SweepState,
    /// Time of the change.
    pub at: Timestamp,
    /// Number of known objects that were not listed.
    pub missing: i64,
    /// Number of devices and links that it takes from customers.
    pub takes_away: i64,
    /// Error, or a problem that staff have to check.
    pub error: Option<String>,
}

/// Pressure on a system's brake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pressure {
    /// Changes applied within the window.
    pub taken: i64,
    /// Held changes without a decision, except the record in question.
    pub held: i64,
}

impl Pressure {
    /// The pressure after `takes` more removals.
    pub const fn with(&self, takes: i64) -> i64 {
        self.taken.saturating_add(self.held).saturating_add(takes)
    }
}

impl Brake {
    /// The maximum of applied and held removals together, for this number of links.
    pub const fn limit(&self, linked: i64) -> i64 {
        let part = linked.saturating_mul(self.percent) / 100;
        let below_floor = self.floor - 1;
        let number = if below_floor > self.count { below_floor } else { self.count };
        if part > number { part } else { number }
    }
}

/// A filter for held changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldFilter {
    /// Words that must all occur in title, id, before or after. Case-insensitive.
    pub text: String,
    /// The kind of record.
    pub kind: Option<Kind>,
}

impl HeldFilter {
    /// Whether it matches everything.
    pub fn is_open(&self) -> bool {
        self.kind.is_none() && self.text.trim().is_empty()
    }

    /// Whether a change matches.
    pub fn finds(&self, change: &HeldChange) -> bool {
        let key = change.seen.key();
        let lower = |text: &str| searchable(text).to_lowercase();
        let everything = lower(&format!("{} {} {} {}", change.title, key.external_id, change.before, change.after));
        self.kind.is_none_or(|kind| kind == key.kind)
            && lower(&self.text).split_whitespace().all(|word| everything.contains(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h04_the_limit_is_the_most_that_does_not_trip_the_brake() {
        for brake in [
            Brake::default(),
            Brake { count: 5, floor: 5, ..Brake::default() },
            Brake { floor: 50, ..Brake::default() },
        ] {
            for linked in [0, 1, 20, 399, 419, 420, 1000, 10_000] {
                let limit = brake.limit(linked);
                assert!(!brake.trips(limit, linked), "{limit} of {linked} are within the limit");
                assert!(brake.trips(limit + 1, linked), "{limit} and one more of {linked} are too many");
            }
        }
    }
}
