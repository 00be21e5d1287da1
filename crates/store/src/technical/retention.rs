//! What has expired, or is older than it is kept.

use jiff::Timestamp;

use super::Technical;
use crate::engine::Statement;
use crate::kernel::{answers, jobs};
use crate::sync::{holds, sweeps};
use crate::{ApplyError, access, credentials, marketplace, persons, values};

/// How long jobs are kept that were given up.
const FAILED_JOBS_KEPT: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 90);

impl Technical<'_> {
    /// Forgets what has expired: sessions, sign-ins that never came back, answers older than a day, jobs done more than a week ago,
    /// sign-ins of nobody not seen for a month.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<(), ApplyError> {
        let day_ago = now - jiff::SignedDuration::from_hours(24);
        let month_ago = now - jiff::SignedDuration::from_hours(24 * 30);
        let week_ago = now - jiff::SignedDuration::from_hours(24 * 7);
        let mut statements = expired_credentials(now);
        statements.extend([
            Statement::any(credentials::sql::SESSIONS_EXPIRE, values![now]),
            Statement::any(credentials::sql::SIGN_INS_EXPIRE, values![now]),
            Statement::any(answers::IDEMPOTENCY_FORGET, values![day_ago]),
            Statement::any(jobs::sql::JOBS_FORGET, values![week_ago]),
            Statement::any(jobs::sql::JOBS_FORGET_FAILED, values![now - FAILED_JOBS_KEPT]),
            Statement::any(persons::sql::EMAIL_CHANGES_FORGET, values![month_ago]),
            Statement::any(credentials::sql::UNLINKED_FORGET, values![month_ago]),
            Statement::any(sweeps::sql::SWEEPS_FORGET, values![week_ago - jiff::SignedDuration::from_hours(24 * 7)]),
            Statement::any(holds::sql::TAKINGS_FORGET, values![week_ago]),
            Statement::any(access::sql::LICENCES_REFUSED_FORGET, values![month_ago]),
        ]);
        self.batch(statements).await
    }

    /// Forgets calls older than `since`, and of a marketplace all but the newest `keep`.
    pub async fn forget_calls(&self, marketplace: &str, since: Timestamp, keep: usize) -> Result<(), ApplyError> {
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        self.batch(vec![
            Statement::any(marketplace::sql::CALLS_FORGET, values![since]),
            Statement::any(marketplace::sql::CALLS_TRIM, values![marketplace, keep]),
        ])
        .await
    }
}

/// What is past in the ways in.
fn expired_credentials(now: Timestamp) -> Vec<Statement> {
    let month_ago = now - jiff::SignedDuration::from_hours(24 * 30);
    vec![
        Statement::any(credentials::sql::HALF_SIGN_INS_EXPIRE, values![now]),
        Statement::any(credentials::sql::CEREMONIES_EXPIRE, values![now]),
        Statement::any(credentials::sql::LOGINS_FORGET, values![month_ago]),
        Statement::any(credentials::sql::ONE_TIME_LINKS_FORGET, values![month_ago]),
        Statement::any(persons::sql::REGISTRATIONS_FORGET, values![now]),
    ]
}
