//! Changes of reviews, webhooks and holds.

use tessera_core::sync::change::{HookChange, ReviewChange};
use tessera_core::sync::hold::HoldChange;

use super::Describe;

impl Describe for HoldChange {
    fn describe(&self) -> String {
        match self {
            Self::Take(it) => format!("{} taken from customers, within the limit of {}", it.takes, it.limit),
            Self::Open { system, .. } => format!("begin a hold of single changes of {system}"),
            Self::PutAside(it) => format!("put aside what changes of record {}", it.change.seen.key()),
            Self::Release { key, .. } => format!("no change of record {key} is held any more"),
            Self::Request(it) => format!("sweep {} {}", it.system, it.kind),
            Self::Applied { id, .. } => format!("change {id} is applied"),
            Self::Decide(it) => format!("{} changes of sweep {} are decided by {}", it.count, it.run, it.by),
            Self::Settle { run, .. } => format!("what was decided about sweep {run} is done"),
            Self::GiveBack { run, why, .. } => format!("the changes of sweep {run} wait again: {why}"),
            Self::End(it) => format!("sweep {} is {}", it.run, it.state.as_str()),
        }
    }
}

impl Describe for ReviewChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(it) => format!("ask staff: {}", it.question.sentence()),
            Self::Decide { id, by, .. } => format!("review {id} is decided by {by}"),
        }
    }
}

impl Describe for HookChange {
    fn describe(&self) -> String {
        match self {
            Self::NoteDelivery { hook, .. } => format!("a delivery of the hook {hook}"),
        }
    }
}
