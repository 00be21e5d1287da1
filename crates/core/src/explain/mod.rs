//! Explains why something is missing: a catalogue of reasons, and one function that decides (`A19`, `A21`).
//!
//! [`why`] runs the checks between a sign-in and a device, in order. The result is the reason of the first failed check
//! that gives one, so decision and explanation cannot contradict each other. App, portal, console and command line use
//! the same function.

mod assets;
mod catalogue;
mod check;
mod device;
mod facts;
mod finding;
mod invitation;
mod pending_work;
mod person;
mod requester;
#[cfg(test)]
mod tests;

use crate::kernel::rejection::Rejection;

pub use assets::AssetsFinding;
pub use catalogue::{Action, Reason};
pub use check::{Check, Fix, Outcome, Target};
pub use device::DeviceFinding;
pub use facts::{
    AccountStanding, Attempt, Contact, Customer, Device, EmailProof, Facts, Invitation, LostDevice, OperatorPerson,
    RefreshTrouble, Requester, SignIn, Standing, Unlinked,
};
pub use finding::Finding;
pub use invitation::{ActivationFinding, InvitationFinding};
pub use pending_work::PendingWorkFinding;
pub use person::PersonFinding;
pub use requester::RequesterFinding;

use jiff::{SignedDuration, Timestamp};

/// Age after which data counts as stale.
pub const STALE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// An explanation: the reason, and all checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The reason; `None` if nothing is missing.
    pub reason: Option<Reason>,
    /// All checks, in order.
    pub checks: Vec<Check>,
}

/// Runs all checks and determines the reason.
pub fn why(facts: &Facts) -> Why {
    let mut checks = Vec::new();
    if let Some(device) = &facts.device {
        checks.extend(device::checks(device, facts));
    }
    // A device in stock has no holder, so there is no person to check.
    if facts.device.as_ref().is_none_or(|device| device.holder.is_some()) {
        checks.extend(person::checks(facts));
        checks.extend(pending_work::checks(facts));
    }
    let reason = checks.iter().filter(|check| check.outcome == Outcome::Fail).find_map(|check| check.reason);
    Why { reason, checks }
}

/// Whether data read at `read_at` is stale at `now`.
pub fn is_stale(read_at: Option<Timestamp>, now: Timestamp) -> bool {
    read_at.is_none_or(|read_at| now.duration_since(read_at) > STALE_AFTER)
}

/// Rejection of a subject that can mean several things.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{asked}` may mean several things. Ask for one of: {}", meanings.join("; "))]
pub struct AmbiguousSubjectError {
    /// The subject requested.
    pub asked: String,
    /// For each meaning, how to ask for it, with a description.
    pub meanings: Vec<String>,
}

impl Rejection for AmbiguousSubjectError {
    fn code(&self) -> &'static str {
        "ambiguous_subject"
    }
}
