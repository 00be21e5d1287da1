//! Why something is missing: one catalogue of reasons, and one function that decides (`A19`, `A21`).
//!
//! [`why`] walks the way from a sign-in to a device, check by check. The reason is that of the first check that fails and has one, so the
//! decision and its explanation cannot disagree. App, portal, console and command line all ask it.

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
    AccountStanding, Attempt, Contact, Customer, Device, EmailProof, Facts, Invitation, LostDevice, RefreshTrouble,
    Requester, SignIn, Standing, Unlinked,
};
pub use finding::Finding;
pub use invitation::{ActivationFinding, InvitationFinding};
pub use pending_work::PendingWorkFinding;
pub use person::PersonFinding;
pub use requester::RequesterFinding;

use jiff::{SignedDuration, Timestamp};

/// After how long without a reading the hub calls what it knows stale.
pub const STALE_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// The answer: one reason, or none when nothing is missing, and every check on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The one reason.
    pub reason: Option<Reason>,
    /// Every check, in the order of the way.
    pub checks: Vec<Check>,
}

/// Decides, and explains.
pub fn why(facts: &Facts) -> Why {
    let mut checks = Vec::new();
    if let Some(device) = &facts.device {
        checks.extend(device::checks(device, facts));
    }
    // Nobody holds it: there is nobody on the way.
    if facts.device.as_ref().is_none_or(|device| device.holder.is_some()) {
        checks.extend(person::checks(facts));
        checks.extend(pending_work::checks(facts));
    }
    let reason = checks.iter().filter(|check| check.outcome == Outcome::Fail).find_map(|check| check.reason);
    Why { reason, checks }
}

/// Whether what was read then is too old to rest on now.
pub fn is_stale(read_at: Option<Timestamp>, now: Timestamp) -> bool {
    read_at.is_none_or(|read_at| now.duration_since(read_at) > STALE_AFTER)
}

/// Several things are meant by what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{asked}` may mean several things. Ask for one of: {}", meanings.join("; "))]
pub struct AmbiguousSubjectError {
    /// As asked.
    pub asked: String,
    /// How to ask for each, and what it is.
    pub meanings: Vec<String>,
}

impl Rejection for AmbiguousSubjectError {
    fn code(&self) -> &'static str {
        "ambiguous_subject"
    }
}
