//! Retention periods of data that is no longer needed.

use jiff::SignedDuration;

const fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// Retention period of each kind of row, counted from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Jobs that succeeded or were dismissed.
    pub done_jobs: SignedDuration,
    /// Jobs that were given up.
    pub failed_jobs: SignedDuration,
    /// Completed sweeps.
    pub sweeps: SignedDuration,
    /// Undecided dry runs, with their planned changes.
    pub dry_runs: SignedDuration,
    /// Failed sign-ins, sign-ins without a customer, one-time links, and requested changes of an e-mail address.
    pub sign_ins: SignedDuration,
    /// Stored answers of idempotent requests.
    pub answers: SignedDuration,
    /// Expired invitations and completed activations. The last successful activation of each sign-in is kept.
    pub invitations: SignedDuration,
    /// Decided registrations.
    pub registrations: SignedDuration,
    /// Refused licences.
    pub refused_licences: SignedDuration,
    /// Raw bodies of records that are gone.
    pub raw_bodies: SignedDuration,
    /// Completed and failed changes of devices.
    pub device_writes: SignedDuration,
    /// Logged marketplace calls, and imports of marketplace accounts.
    pub marketplace_calls: SignedDuration,
    /// Finished operations of marketplace accounts at their vendors.
    pub account_operations: SignedDuration,
    /// Marketplace accounts that were deleted.
    pub deleted_accounts: SignedDuration,
    /// Messages that were carried out or rejected.
    pub messages: SignedDuration,
    /// Readings of devices.
    pub device_readings: SignedDuration,
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
            account_operations: days(400),
            deleted_accounts: days(400),
            messages: days(90),
            device_readings: days(90),
        }
    }
}

impl Retention {
    /// Each period with what it is about.
    pub const fn listed(&self) -> [(&'static str, SignedDuration); 16] {
        [
            ("done jobs", self.done_jobs),
            ("failed jobs", self.failed_jobs),
            ("sweeps", self.sweeps),
            ("dry runs", self.dry_runs),
            ("sign-ins", self.sign_ins),
            ("answers", self.answers),
            ("invitations", self.invitations),
            ("registrations", self.registrations),
            ("refused licences", self.refused_licences),
            ("raw bodies", self.raw_bodies),
            ("device writes", self.device_writes),
            ("marketplace calls", self.marketplace_calls),
            ("account operations", self.account_operations),
            ("deleted accounts", self.deleted_accounts),
            ("messages", self.messages),
            ("device readings", self.device_readings),
        ]
    }
}
