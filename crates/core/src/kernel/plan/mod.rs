//! Plans: what is to change, and why. A plan is data; the store applies it in one transaction, or not at all.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kernel::actor::{Actor, Channel};
use crate::kernel::ids::CustomerId;
use crate::kernel::job::{Job, Task};
use crate::kernel::record::RecordKey;
use crate::kernel::record::change::RecordChange;
use crate::kernel::timeline::{Event, NewEntry};
use crate::sync::hold::HoldChange;

mod change;
mod draft;

pub use change::{Change, FeatureChange};
pub use draft::CustomerEdit;

/// When, by whom and through which channel a plan is made, and where fresh ids come from.
#[derive(Clone, Copy)]
pub struct Stamp<'a> {
    /// The time of every change in the plan.
    pub now: Timestamp,
    /// The stamp of what is read or received with the plan, in the order of readings.
    pub reading: Timestamp,
    /// Who causes it.
    pub actor: &'a Actor,
    /// Through which channel it came.
    pub channel: Channel,
    /// Makes a fresh `UUIDv7`.
    pub mint: &'a (dyn Fn() -> Uuid + Sync),
}

impl std::fmt::Debug for Stamp<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stamp")
            .field("now", &self.now)
            .field("actor", &self.actor)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl Stamp<'_> {
    /// A fresh id.
    pub fn id<Id: From<Uuid>>(&self) -> Id {
        Id::from((self.mint)())
    }

    /// An entry of a customer's timeline.
    pub fn entry(&self, customer_id: CustomerId, event: &Event) -> NewEntry {
        NewEntry::new(customer_id, self.now, (&self.actor.to_string(), self.channel.as_str()), event, || self.salt())
    }

    /// Sixteen bytes that nobody guesses. An id is in part a time, so several are mixed.
    fn salt(&self) -> [u8; 16] {
        let ids = [(self.mint)(), (self.mint)(), (self.mint)()].map(Uuid::into_bytes);
        let hash: [u8; 32] = Sha256::digest(ids.concat()).into();
        hash.first_chunk().copied().unwrap_or_default()
    }

    /// A job to be run at once.
    pub fn job(&self, task: impl Into<Task>) -> Job {
        Job { id: self.id(), task: task.into(), run_at: self.now, created_at: self.now }
    }
}

/// A change with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub change: Change,
    /// Why, in words a person understands.
    pub reason: &'static str,
}

/// Everything one decision changes, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Adds a change.
    pub fn push(&mut self, change: impl Into<Change>, reason: &'static str) {
        self.steps.push(Step { change: change.into(), reason });
    }

    /// Adds the guard that a record is still the one planned from: read then, or not known.
    pub fn expect(&mut self, key: &RecordKey, read_at: Option<Timestamp>) {
        self.push(RecordChange::Expect { key: key.clone(), read_at }, "it was planned from this reading");
    }

    /// Adds a change of what waits for a decision.
    pub fn hold(&mut self, change: HoldChange, reason: &'static str) {
        self.push(change, reason);
    }

    /// Adds all of another plan.
    pub fn extend(&mut self, other: Self) {
        self.steps.extend(other.steps);
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The changes alone.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().map(|step| &step.change)
    }
}
