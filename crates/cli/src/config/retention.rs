//! `[retention]`: how many days is kept what has ended.

use jiff::SignedDuration;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Jobs that are done.
    pub done_jobs_days: u16,
    /// Jobs that were given up.
    pub failed_jobs_days: u16,
    /// Sweeps that ended.
    pub sweeps_days: u16,
    /// Dry runs that nobody decided about.
    pub dry_runs_days: u16,
    /// Failed sign-ins, sign-ins of nobody, links for one sign-in.
    pub sign_ins_days: u16,
    /// Answers that a repeated request gets again.
    pub answers_days: u16,
    /// Invitations that expired, and activations that ended.
    pub invitations_days: u16,
    /// Registrations that were decided.
    pub registrations_days: u16,
    /// Licences that were refused.
    pub refused_licences_days: u16,
    /// The raw bodies of objects that are gone.
    pub raw_bodies_days: u16,
    /// Changes of devices that ended.
    pub device_writes_days: u16,
    /// Calls of marketplaces.
    pub marketplace_calls_days: u16,
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
        }
    }
}

impl Retention {
    /// The same as lengths of time; at least a day each.
    pub fn lengths(&self) -> tessera_hub::Retention {
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
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h04_what_nobody_configures_is_kept_as_long_as_the_hub_says() {
        assert_eq!(Retention::default().lengths(), tessera_hub::Retention::default());
    }
}
