//! How long is kept what has no meaning any more.

use jiff::SignedDuration;

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// How long each kind of row is kept after it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Jobs that are done, or were dismissed.
    pub done_jobs: SignedDuration,
    /// Jobs that were given up.
    pub failed_jobs: SignedDuration,
    /// Sweeps that ended.
    pub sweeps: SignedDuration,
    /// Dry runs that nobody decided about, with what they planned.
    pub dry_runs: SignedDuration,
    /// Failed sign-ins, sign-ins that belong to nobody, links that were mailed for one sign-in, and requested changes
    /// of an address.
    pub sign_ins: SignedDuration,
    /// Answers that a repeated request gets again.
    pub answers: SignedDuration,
    /// Invitations that expired, and activations that ended. The last successful activation of a sign-in stays.
    pub invitations: SignedDuration,
    /// Registrations that were decided.
    pub registrations: SignedDuration,
    /// Licences that were refused.
    pub refused_licences: SignedDuration,
    /// What an outside system said word for word of an object that is gone.
    pub raw_bodies: SignedDuration,
    /// Changes of devices that were made, or given up.
    pub device_writes: SignedDuration,
    /// Calls of marketplaces.
    pub marketplace_calls: SignedDuration,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            done_jobs: days(7),
            failed_jobs: days(90),
            sweeps: days(14),
            dry_runs: days(14),
            sign_ins: days(30),
            answers: days(1),
            invitations: days(400),
            registrations: days(400),
            refused_licences: days(30),
            raw_bodies: days(90),
            device_writes: days(400),
            marketplace_calls: days(30),
        }
    }
}
