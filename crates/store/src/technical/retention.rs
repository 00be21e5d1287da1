//! What has expired, or is older than it is kept.

use jiff::Timestamp;

use super::Technical;
use crate::engine::Statement;
use crate::kernel::sql;
use crate::{ApplyError, values};

impl Technical<'_> {
    /// Forgets what has expired: sessions, sign-ins that never came back, answers older than a day, jobs done more than a week ago,
    /// sign-ins of nobody not seen for a month.
    pub async fn forget_expired(&self, now: Timestamp) -> Result<(), ApplyError> {
        let day_ago = now - jiff::SignedDuration::from_hours(24);
        let month_ago = now - jiff::SignedDuration::from_hours(24 * 30);
        let week_ago = now - jiff::SignedDuration::from_hours(24 * 7);
        let mut statements = credentials(now);
        statements.extend([
            Statement::any(sql::SESSIONS_EXPIRE, values![now]),
            Statement::any(sql::SIGN_INS_EXPIRE, values![now]),
            Statement::any(sql::IDEMPOTENCY_FORGET, values![day_ago]),
            Statement::any(sql::JOBS_FORGET, values![week_ago]),
            Statement::any(sql::EMAIL_CHANGES_FORGET, values![month_ago]),
            Statement::any(sql::UNLINKED_FORGET, values![month_ago]),
            Statement::any(sql::SWEEPS_FORGET, values![week_ago - jiff::SignedDuration::from_hours(24 * 7)]),
            Statement::any(sql::TAKINGS_FORGET, values![week_ago]),
            Statement::any(sql::LICENCES_REFUSED_FORGET, values![month_ago]),
        ]);
        self.batch(statements).await
    }

    /// Forgets calls older than `since`, and of a marketplace all but the newest `keep`.
    pub async fn forget_calls(&self, instance: &str, since: Timestamp, keep: usize) -> Result<(), ApplyError> {
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        self.batch(vec![
            Statement::any(sql::CALLS_FORGET, values![since]),
            Statement::any(sql::CALLS_TRIM, values![instance, keep]),
        ])
        .await
    }
}

/// What is past in the ways in.
fn credentials(now: Timestamp) -> Vec<Statement> {
    let month_ago = now - jiff::SignedDuration::from_hours(24 * 30);
    vec![
        Statement::any(sql::HALF_SIGN_INS_EXPIRE, values![now]),
        Statement::any(sql::CEREMONIES_EXPIRE, values![now]),
        Statement::any(sql::LOGINS_FORGET, values![month_ago]),
        Statement::any(sql::ONE_TIME_LINKS_FORGET, values![month_ago]),
        Statement::any(sql::REGISTRATIONS_FORGET, values![now]),
    ]
}
