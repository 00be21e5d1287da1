//! Deletion of rows that have expired, or whose retention period is over. It runs in small steps, so that no statement holds
//! the database for long.

use jiff::{SignedDuration, Timestamp};
use tessera_core::kernel::retention::Retention;

use super::Technical;
use crate::engine::{Sql, Value, statements};
use crate::kernel::reads::read_one;
use crate::{Reads, StoreError, values};

/// Maximum number of rows per statement.
const STEP: i64 = 500;
/// Maximum number of steps per kind of row in one pass. The next pass continues.
const STEPS: usize = 20;
/// Retention period of removals counted by the brake, whose window is shorter.
const TAKINGS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Retention period of e-mails of vendors that were never sent. Their jobs are given up before.
const NOTIFICATIONS: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Retention period of rate limits, whose longest window is as long.
const RATE_LIMITS: SignedDuration = SignedDuration::from_hours(1);

/// Retention period of forms that were sent. A page that stayed open for longer is sent again on purpose.
const FORM_POSTS: SignedDuration = SignedDuration::from_hours(24);

/// Deletes rows `x` of a table by their key. `$1` is the time before which they ended, `$2` the maximum number. The
/// condition is repeated outside: PostgreSQL evaluates only that one again on a row that was changed meanwhile.
macro_rules! forget {
    ($table:literal by $key:literal where $condition:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " AS x WHERE x.",
            $key,
            " IN (SELECT x.",
            $key,
            " FROM ",
            $table,
            " x WHERE ",
            $condition,
            " LIMIT $2) AND ",
            $condition,
            " RETURNING 1 AS forgotten"
        )
    };
}

/// Deletes what belongs to accounts that were deleted before `$1`, the earliest first. Accounts that ordered something stay with
/// their orders.
macro_rules! forget_of_account {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE account_id IN (
                SELECT x.id FROM marketplace_accounts x
                WHERE x.deleted_at < $1 AND (SELECT count(*) FROM storefront_orders o WHERE o.account_id = x.id) = 0
                ORDER BY x.deleted_at, x.id LIMIT $2
            )
            RETURNING 1 AS forgotten"
        )
    };
}

statements! {
    /// Whether what is deleted most often is there for longer than it should be.
    RETENTION_BEHIND =
        "SELECT
            CAST(CASE WHEN EXISTS (SELECT 1 FROM sessions x WHERE x.expires_at <= $1) THEN 1 ELSE 0 END AS BIGINT) AS sessions,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM failed_logins x WHERE x.at < $2) THEN 1 ELSE 0 END AS BIGINT) AS logins,
            CAST(
                CASE WHEN EXISTS (SELECT 1 FROM jobs x WHERE x.state = 'done' AND x.finished_at < $3) THEN 1 ELSE 0 END
                AS BIGINT
            ) AS done_jobs";
    SESSIONS_FORGET = forget!("sessions" by "token_hash" where "x.expires_at <= $1");
    SIGN_INS_FORGET = forget!("sign_ins" by "state_hash" where "x.expires_at <= $1");
    HALF_SIGN_INS_FORGET = forget!("half_sign_ins" by "token_hash" where "x.expires_at <= $1");
    CEREMONIES_FORGET = forget!("passkey_ceremonies" by "token_hash" where "x.expires_at <= $1");
    LOGINS_FORGET = forget!("failed_logins" by "login_mark" where "x.at < $1");
    UNLINKED_FORGET =
        "DELETE FROM unlinked_sign_ins
        WHERE (issuer, subject) IN (SELECT x.issuer, x.subject FROM unlinked_sign_ins x WHERE x.seen_at < $1 LIMIT $2)
          AND seen_at < $1
        RETURNING 1 AS forgotten";
    ONE_TIME_LINKS_FORGET = forget!("one_time_links" by "id" where "x.created_at < $1");
    EMAIL_CHANGES_FORGET = forget!("email_changes" by "id" where "x.created_at < $1");
    RATE_LIMITS_FORGET = forget!("rate_limits" by "key" where "x.since < $1");
    FORM_POSTS_FORGET = forget!("form_posts" by "key" where "x.begun_at < $1");
    REGISTRATIONS_FORGET = forget!("registrations" by "id" where "x.state = 'unconfirmed' AND x.expires_at < $1");
    REGISTRATIONS_DECIDED_FORGET = forget!("registrations" by "id" where "x.decided_at < $1");
    ANSWERS_FORGET = forget!("idempotency_keys" by "key" where "x.created_at < $1");
    JOBS_DONE_FORGET = forget!("jobs" by "id" where "x.state = 'done' AND x.finished_at < $1");
    JOBS_FAILED_FORGET = forget!("jobs" by "id" where "x.state = 'failed' AND x.finished_at < $1");
    /// Runs before the sweeps are deleted. A decision about a dry run chooses its changes first.
    DRY_RUNS_FORGET = forget!("held_changes" by "id" where
        "x.dry = 1 AND x.chosen = 0 AND x.run_id IN (
            SELECT s.id FROM sweeps s WHERE s.dry = 1 AND s.finished_at < $1 AND s.state NOT IN ('waiting', 'running', 'paused', 'applying')
        )");
    SWEEPS_FORGET = forget!("sweeps" by "id" where
        "x.finished_at < $1 AND x.state IN ('finished', 'failed', 'applied', 'discarded', 'planned')
          AND NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = x.id)");
    TAKINGS_FORGET = forget!("takings" by "id" where "x.at < $1");
    LICENCES_REFUSED_FORGET = forget!("refused_licences" by "person_key" where "x.at < $1");
    /// Runs before the invitations are deleted.
    ACTIVATIONS_FORGET = forget!("activations" by "id" where
        "x.finished_at < $1
          AND (x.state = 'refused' OR EXISTS (
              SELECT 1 FROM activations later
              WHERE later.issuer = x.issuer AND later.subject = x.subject AND later.created_at > x.created_at
          ))");
    INVITATIONS_FORGET = forget!("invitations" by "id" where
        "x.expires_at < $1 AND (SELECT count(*) FROM activations a WHERE a.invitation_id = x.id) = 0");
    DEVICE_WRITES_FORGET = forget!("device_writes" by "id" where "x.finished_at < $1");
    /// With their lines.
    DEVICE_LOADS_FORGET = forget!("device_loads" by "id" where "x.created_at < $1 AND x.state <> 'running'");
    /// With their lines.
    ACCOUNT_IMPORTS_FORGET = forget!("account_imports" by "id" where "x.created_at < $1 AND x.state <> 'running'");
    CALLS_FORGET = forget!("marketplace_calls" by "id" where "x.at < $1");
    SERVICE_MANAGER_CALLS_FORGET = forget!("service_manager_calls" by "id" where "x.at < $1");
    VENDOR_NOTIFICATIONS_FORGET = forget!("vendor_notifications" by "id" where "x.created_at < $1");
    OPERATIONS_FORGET = forget!(
        "account_operations" by "id"
        where "x.finished_at < $1 AND (SELECT count(*) FROM storefront_order_lines l WHERE l.operation_id = x.id) = 0"
    );
    ACCOUNT_VALUES_FORGET = forget_of_account!("marketplace_account_values");
    ACCOUNT_LINKS_FORGET = forget_of_account!("vendor_links");
    ACCOUNT_OPERATIONS_FORGET = forget_of_account!("account_operations");
    BUYERS_FORGET = forget_of_account!("storefront_buyers");
    /// Runs after what belongs to the accounts is deleted. A reseller goes after its customers.
    ACCOUNTS_FORGET =
        "DELETE FROM marketplace_accounts
        WHERE id IN (
            SELECT x.id FROM marketplace_accounts x
            WHERE x.deleted_at < $1 AND (SELECT count(*) FROM marketplace_accounts c WHERE c.reseller_id = x.id) = 0
              AND (SELECT count(*) FROM marketplace_account_values v WHERE v.account_id = x.id) = 0
              AND (SELECT count(*) FROM vendor_links l WHERE l.account_id = x.id) = 0
              AND (SELECT count(*) FROM account_operations p WHERE p.account_id = x.id) = 0
              AND (SELECT count(*) FROM storefront_buyers b WHERE b.account_id = x.id) = 0
              AND (SELECT count(*) FROM storefront_orders o WHERE o.account_id = x.id) = 0
            ORDER BY x.deleted_at, x.id LIMIT $2
        )
        RETURNING 1 AS forgotten";
    MESSAGES_FORGET = forget!("messages" by "id" where "x.finished_at < $1");
    DEVICE_READINGS_FORGET = forget!("device_readings" by "id" where "x.measured_at < $1");
    CALLS_TRIM =
        "DELETE FROM marketplace_calls
        WHERE id IN (
            SELECT x.id FROM marketplace_calls x WHERE x.marketplace = $1 ORDER BY x.id DESC LIMIT $2 OFFSET $3
        )
        RETURNING 1 AS forgotten";
    /// Marketplace accounts keep their raw body, because a deleted account can be restored.
    RAW_BODIES_FORGET =
        "UPDATE records SET raw = 'null'
        WHERE (system, kind, external_id) IN (
            SELECT x.system, x.kind, x.external_id FROM records x
            WHERE x.gone_at < $1 AND x.raw <> 'null' AND x.kind <> 'account'
            LIMIT $2
        )
          AND gone_at < $1
        RETURNING 1 AS forgotten";
}

impl Reads {
    /// What should have been deleted before `late`, of what is deleted most often.
    pub async fn overdue_deletions(&self, late: Timestamp, keep: &Retention) -> Result<Vec<&'static str>, StoreError> {
        let row = self.one(RETENTION_BEHIND, values![late, late - keep.sign_ins, late - keep.done_jobs]).await?;
        let overdue = read_one(row, |row| {
            let kinds = [("sessions", "sessions"), ("logins", "failed sign-ins"), ("done_jobs", "done jobs")];
            let mut overdue = Vec::new();
            for (column, kind) in kinds {
                if row.get::<i64>(column)? > 0 {
                    overdue.push(kind);
                }
            }
            Ok(overdue)
        })?;
        Ok(overdue.unwrap_or_default())
    }
}

impl Technical<'_> {
    /// Deletes rows that have expired, and rows whose retention period is over.
    pub async fn forget_expired(&self, now: Timestamp, keep: &Retention) -> Result<(), StoreError> {
        for (statement, before) in expired(now, keep) {
            self.forget(statement, values![before, STEP]).await?;
        }
        Ok(())
    }

    /// Deletes all but the newest calls of a marketplace.
    pub async fn trim_calls(&self, marketplace: &str, keep: usize) -> Result<(), StoreError> {
        let keep = i64::try_from(keep).unwrap_or(i64::MAX);
        self.forget(CALLS_TRIM, values![marketplace, STEP, keep]).await
    }

    async fn forget(&self, statement: Sql, values: Vec<Value>) -> Result<(), StoreError> {
        for _ in 0..STEPS {
            let forgotten = self.returning(statement, values.clone()).await?;
            if i64::try_from(forgotten.len()).unwrap_or(i64::MAX) < STEP {
                break;
            }
        }
        Ok(())
    }
}

/// All deletions in order, each with the time before which rows must have ended.
fn expired(now: Timestamp, keep: &Retention) -> [(Sql, Timestamp); 36] {
    [
        (SESSIONS_FORGET, now),
        (SIGN_INS_FORGET, now),
        (HALF_SIGN_INS_FORGET, now),
        (CEREMONIES_FORGET, now),
        (LOGINS_FORGET, now - keep.sign_ins),
        (RATE_LIMITS_FORGET, now - RATE_LIMITS),
        (FORM_POSTS_FORGET, now - FORM_POSTS),
        (UNLINKED_FORGET, now - keep.sign_ins),
        (ONE_TIME_LINKS_FORGET, now - keep.sign_ins),
        (EMAIL_CHANGES_FORGET, now - keep.sign_ins),
        (REGISTRATIONS_FORGET, now),
        (REGISTRATIONS_DECIDED_FORGET, now - keep.registrations),
        (ANSWERS_FORGET, now - keep.answers),
        (JOBS_DONE_FORGET, now - keep.done_jobs),
        (JOBS_FAILED_FORGET, now - keep.failed_jobs),
        (DRY_RUNS_FORGET, now - keep.dry_runs),
        (SWEEPS_FORGET, now - keep.sweeps),
        (TAKINGS_FORGET, now - TAKINGS),
        (LICENCES_REFUSED_FORGET, now - keep.refused_licences),
        (ACTIVATIONS_FORGET, now - keep.invitations),
        (INVITATIONS_FORGET, now - keep.invitations),
        (DEVICE_WRITES_FORGET, now - keep.device_writes),
        (DEVICE_LOADS_FORGET, now - keep.device_writes),
        (ACCOUNT_IMPORTS_FORGET, now - keep.marketplace_calls),
        (CALLS_FORGET, now - keep.marketplace_calls),
        (SERVICE_MANAGER_CALLS_FORGET, now - keep.marketplace_calls),
        (VENDOR_NOTIFICATIONS_FORGET, now - NOTIFICATIONS),
        (OPERATIONS_FORGET, now - keep.account_operations),
        (ACCOUNT_VALUES_FORGET, now - keep.deleted_accounts),
        (ACCOUNT_LINKS_FORGET, now - keep.deleted_accounts),
        (ACCOUNT_OPERATIONS_FORGET, now - keep.deleted_accounts),
        (BUYERS_FORGET, now - keep.deleted_accounts),
        (ACCOUNTS_FORGET, now - keep.deleted_accounts),
        (MESSAGES_FORGET, now - keep.messages),
        (DEVICE_READINGS_FORGET, now - keep.device_readings),
        (RAW_BODIES_FORGET, now - keep.raw_bodies),
    ]
}
