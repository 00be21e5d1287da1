//! Holds: changes that would take too much from customers at once, or that a dry run planned, and that wait for a person (`H04`).
//!
//! Every write of what waits is a change of a plan, so that it is written in the transaction it counts. Those of one system are serialised by
//! the store: of many plans at once, none passes under a limit that together they exceed.

use jiff::Timestamp;
use uuid::Uuid;

use crate::kernel::ids::{HeldId, SweepId};
use crate::kernel::plan::FeatureChange;
use crate::kernel::record::{Kind, RecordKey};
use crate::sync::observe::ReadRecord;
use crate::sync::sweep::{Brake, Decision, SweepMode, SweepState};

/// A change that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldChange {
    /// Its id.
    pub id: HeldId,
    /// The sweep it belongs to.
    pub run: SweepId,
    /// The record's title.
    pub title: String,
    /// Current values, for display.
    pub before: String,
    /// Values after the change.
    pub after: String,
    /// Devices and links that it takes from customers.
    pub takes: i64,
    /// What was read, or looked for in vain.
    pub seen: ReadRecord,
    /// Since when it waits.
    pub held_at: Timestamp,
    /// Whether a person has chosen it to be applied.
    pub chosen: bool,
}

/// The record a change was planned on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedOn {
    /// When it was read.
    pub read_at: Timestamp,
    /// Digest of what it said.
    pub content_hash: [u8; 32],
}

/// A change of the held changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoldChange {
    /// Ask for a sweep; one of a kind is open at a time.
    Request(Box<SweepRequest>),
    /// Count what this plan takes from customers. Refused when, with what was taken lately and what is held, it is more than the limit.
    Take(Taking),
    /// Begin a hold of changes that came one by one; a system has one of these at a time.
    Open {
        /// The hold.
        run: SweepId,
        /// The system.
        system: String,
        /// When.
        at: Timestamp,
    },
    /// Put a change aside. A record that waits already goes on waiting where it does, with what was read now.
    PutAside(Box<PutAside>),
    /// The change of a record waits no longer: it was read again and takes nothing away. A hold that is empty now ends.
    Release {
        /// Which record.
        key: RecordKey,
        /// When that was read: what waits because of a later reading waits on.
        read_at: Timestamp,
        /// When.
        at: Timestamp,
    },
    /// A change that a person had applied is done with; it must still be the one that was chosen.
    Applied {
        /// Which.
        id: HeldId,
        /// When what it says was read.
        read_at: Timestamp,
        /// Its sweep.
        run: SweepId,
        /// The system.
        system: String,
        /// What it took.
        took: i64,
    },
    /// Decide about changes of a sweep; nobody may have decided about them meanwhile, and there must be exactly so many of them.
    Decide(Box<Decided>),
    /// What a person had applied is applied. Whatever was not chosen waits on.
    Settle {
        /// The sweep.
        run: SweepId,
        /// The system.
        system: String,
        /// When.
        at: Timestamp,
    },
    /// What a person wanted applied cannot be: it waits for a decision again.
    GiveBack {
        /// The sweep.
        run: SweepId,
        /// The system.
        system: String,
        /// Why.
        why: String,
    },
    /// End a sweep that still reads.
    End(Box<SweepEnd>),
}

impl FeatureChange for HoldChange {}

/// What a plan takes from customers, and what it may be at most with everything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// Names the entry.
    pub id: Uuid,
    /// The system.
    pub system: String,
    /// How much is taken.
    pub takes: i64,
    /// When.
    pub at: Timestamp,
    /// What was taken after this counts too.
    pub since: Timestamp,
    /// The most that may be taken and held together.
    pub limit: i64,
}

/// A change to be put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PutAside {
    /// The change.
    pub change: HeldChange,
    /// The stored record it was planned on, which must be unchanged; none if the object was unknown.
    pub on: Option<PlannedOn>,
    /// The sweep that read it, if one did.
    pub read_by: Option<SweepId>,
    /// Whether it is a dry run only, which binds no other plan.
    pub dry: bool,
}

/// A decision about held changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// The sweep they belong to.
    pub run: SweepId,
    /// The system.
    pub system: String,
    /// Applied or discarded.
    pub decision: Decision,
    /// Which of them; none: all.
    pub chosen: Option<Vec<HeldId>>,
    /// How many these are.
    pub count: i64,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A sweep that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepRequest {
    /// Its id.
    pub id: SweepId,
    /// The system.
    pub system: String,
    /// Requesters, contacts or assets.
    pub kind: String,
    /// How much it reads.
    pub mode: SweepMode,
    /// Whether it only plans.
    pub dry: bool,
    /// Who asks.
    pub asked_by: String,
    /// When.
    pub at: Timestamp,
}

/// How a sweep ends that still reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepEnd {
    /// Which.
    pub run: SweepId,
    /// The system.
    pub system: String,
    /// In what state. Held: everything it put aside or met on hold is held by it from now on, and there must be some of it.
    pub state: SweepState,
    /// When.
    pub at: Timestamp,
    /// Known objects that it did not see.
    pub missing: i64,
    /// What it takes from customers.
    pub takes_away: i64,
    /// What stopped it, or has to be looked at.
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
    /// What there would be with so much more.
    pub const fn with(&self, takes: i64) -> i64 {
        self.taken.saturating_add(self.held).saturating_add(takes)
    }
}

impl Brake {
    /// The most that may be taken and held together when so much is linked.
    pub const fn limit(&self, linked: i64) -> i64 {
        let part = linked.saturating_mul(self.percent) / 100;
        let below_floor = self.floor - 1;
        let number = if below_floor > self.count { below_floor } else { self.count };
        if part > number { part } else { number }
    }
}

/// Which of the changes that wait are meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldFilter {
    /// Words that all have to be found in title, id, before or after; upper and lower case are the same.
    pub text: String,
    /// The kind of record.
    pub kind: Option<Kind>,
}

impl HeldFilter {
    /// Whether it leaves nothing out.
    pub fn is_open(&self) -> bool {
        self.kind.is_none() && self.text.trim().is_empty()
    }

    /// Whether a change is meant.
    pub fn finds(&self, change: &HeldChange) -> bool {
        let key = change.seen.key();
        let everything =
            format!("{} {} {} {}", change.title, key.external_id, change.before, change.after).to_lowercase();
        self.kind.is_none_or(|kind| kind == key.kind)
            && self.text.to_lowercase().split_whitespace().all(|word| everything.contains(word))
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
