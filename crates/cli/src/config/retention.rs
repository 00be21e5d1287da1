//! `[retention]`: retention periods in days.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Jobs that succeeded.
    pub done_jobs_days: u16,
    /// Jobs that failed for good.
    pub failed_jobs_days: u16,
    /// Completed sweeps.
    pub sweeps_days: u16,
    /// Undecided dry runs.
    pub dry_runs_days: u16,
    /// Failed sign-ins, sign-ins without a customer, one-time links.
    pub sign_ins_days: u16,
    /// Stored answers of idempotent requests.
    pub answers_days: u16,
    /// Expired invitations and completed activations.
    pub invitations_days: u16,
    /// Decided registrations.
    pub registrations_days: u16,
    /// Refused licences.
    pub refused_licences_days: u16,
    /// Raw bodies of records that are gone.
    pub raw_bodies_days: u16,
    /// Completed and failed changes of devices.
    pub device_writes_days: u16,
    /// Logged marketplace calls.
    pub marketplace_calls_days: u16,
    /// Finished operations of marketplace accounts at their vendors.
    pub account_operations_days: u16,
    /// Marketplace accounts that were deleted.
    pub deleted_accounts_days: u16,
    /// Messages that were carried out or rejected.
    pub messages_days: u16,
    /// Readings of devices.
    pub device_readings_days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            done_jobs_days: 7,
            failed_jobs_days: 90,
            sweeps_days: 14,
            dry_runs_days: 14,
            sign_ins_days: 30,
            answers_days: 1,
            invitations_days: 400,
            registrations_days: 400,
            refused_licences_days: 30,
            raw_bodies_days: 90,
            device_writes_days: 400,
            marketplace_calls_days: 30,
            account_operations_days: 400,
            deleted_accounts_days: 400,
            messages_days: 90,
            device_readings_days: 90,
        }
    }
}

impl Retention {
    /// The periods, each at least one day.
    pub fn periods(&self) -> tessera_hub::Retention {
        let days = |days: u16| SignedDuration::from_hours(24 * i64::from(days.max(1)));
        tessera_hub::Retention {
            done_jobs: days(self.done_jobs_days),
            failed_jobs: days(self.failed_jobs_days),
            sweeps: days(self.sweeps_days),
            dry_runs: days(self.dry_runs_days),
            sign_ins: days(self.sign_ins_days),
            answers: days(self.answers_days),
            invitations: days(self.invitations_days),
            registrations: days(self.registrations_days),
            refused_licences: days(self.refused_licences_days),
            raw_bodies: days(self.raw_bodies_days),
            device_writes: days(self.device_writes_days),
            marketplace_calls: days(self.marketplace_calls_days),
            account_operations: days(self.account_operations_days),
            deleted_accounts: days(self.deleted_accounts_days),
            messages: days(self.messages_days),
            device_readings: days(self.device_readings_days),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h04_the_default_retention_periods_are_those_of_the_hub() {
        assert_eq!(Retention::default().periods(), tessera_hub::Retention::default());
    }
}
