//! How an outside system is read: who waits for it, in which order, page by page.

use serde::Serialize;
use tessera_core::kernel::record::Observation;

/// Who waits for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// A person. May use the whole quota; gives up soon and says when to try again.
    Interactive,
    /// A sweep or a job. Leaves the reserve alone; waits patiently.
    Background,
}

/// The order in which a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest first, by creation: new objects come at the end, so that a full pass misses none.
    Created,
    /// Last changed first: a pass may stop at the watermark of the one before.
    LatestChange,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The objects, in the system's order.
    pub items: Vec<Observation>,
    /// Whether the system says that another page follows.
    pub next: bool,
    /// How many objects the whole list has, if the system tells.
    pub total: Option<u64>,
}
