//! Plans: intended changes with reasons. A plan is data; the store applies it in one transaction or not at all.

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

/// The context of a plan: time, actor, channel, and a source of new ids.
#[derive(Clone, Copy)]
pub struct Stamp<'a> {
    /// Timestamp of every change in the plan.
    pub now: Timestamp,
    /// Timestamp of the reading clock, for what is read or received with the plan.
    pub reading: Timestamp,
    /// Actor of the changes.
    pub actor: &'a Actor,
    /// Channel of the changes.
    pub channel: Channel,
    /// Generates a `UUIDv7`, each greater than the one before. The last 32 bits are random.
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
    /// Generates an id.
    pub fn id<Id: From<Uuid>>(&self) -> Id {
        Id::from((self.mint)())
    }

    /// Creates an entry for a customer's timeline.
    pub fn entry(&self, customer_id: CustomerId, event: &Event) -> NewEntry {
        NewEntry::new(customer_id, self.now, (&self.actor.to_string(), self.channel.as_str()), event, || self.salt())
    }

    /// 16 unpredictable bytes. Most of a `UUIDv7` is a timestamp and a counter, but its last 32 bits are random. So four are hashed together.
    fn salt(&self) -> [u8; 16] {
        let ids = [(self.mint)(), (self.mint)(), (self.mint)(), (self.mint)()].map(Uuid::into_bytes);
        let hash: [u8; 32] = Sha256::digest(ids.concat()).into();
        hash.first_chunk().copied().unwrap_or_default()
    }

    /// Creates a job that is due immediately.
    pub fn job(&self, task: impl Into<Task>) -> Job {
        Job { id: self.id(), task: task.into(), run_at: self.now, created_at: self.now }
    }
}

/// A change with its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The change.
    pub change: Change,
    /// Reason, worded for people.
    pub reason: &'static str,
}

/// All changes of one decision, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes with their reasons.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Appends a change.
    pub fn push(&mut self, change: impl Into<Change>, reason: &'static str) {
        self.steps.push(Step { change: change.into(), reason });
    }

    /// Appends the guard that a record still has this read time, or is still unknown.
    pub fn expect(&mut self, key: &RecordKey, read_at: Option<Timestamp>) {
        self.push(RecordChange::Expect { key: key.clone(), read_at }, "it was planned from this reading");
    }

    /// Appends a change of held changes.
    pub fn hold(&mut self, change: HoldChange, reason: &'static str) {
        self.push(change, reason);
    }

    /// Appends all steps of another plan.
    pub fn extend(&mut self, other: Self) {
        self.steps.extend(other.steps);
    }

    /// Whether the plan changes nothing.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The changes without their reasons.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.steps.iter().map(|step| &step.change)
    }
}
