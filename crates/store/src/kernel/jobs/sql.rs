//! Statements about jobs.

use super::rows::columns;
use crate::engine::statements;

/// Whether a job is of the kind `$2`, by its key; every job if there is none.
macro_rules! of_kind {
    () => {
        "(CAST($2 AS TEXT) IS NULL
            OR substr(key, 1, length(CAST($2 AS TEXT)) + 1) IN (CAST($2 AS TEXT), CAST($2 AS TEXT) || ':'))"
    };
}

statements! {
    /// Equal tasks that wait are one, due when the earlier of them is.
    JOB_ENQUEUE =
        "INSERT INTO jobs (id, key, task, lane, pool, share, state, run_at, attempt, created_at, waiting_since)
        VALUES ($1, $2, $3, $4, $5, $8, 'waiting', $6, 0, $7, $7)
        ON CONFLICT (key)
        WHERE state = 'waiting' DO UPDATE SET run_at = excluded.run_at
        WHERE excluded.run_at < jobs.run_at";
    JOB_FINISH =
        "UPDATE jobs SET state = 'done', finished_at = $1, worker = NULL, error = NULL
        WHERE id = $2 AND attempt = $3 AND state = 'running'";
    /// The effect of a job is under way, as far as it is not already.
    JOB_UNDER_WAY =
        "UPDATE jobs SET under_way_at = $1
        WHERE id = $2 AND attempt = $3 AND state = 'running' AND under_way_at IS NULL";
    JOB_NOT_UNDER_WAY =
        "UPDATE jobs SET under_way_at = NULL WHERE id = $1 AND attempt = $2 AND state = 'running'";
    JOB_FAIL =
        "UPDATE jobs SET state = 'failed', finished_at = $1, worker = NULL, error = $2
        WHERE id = $3 AND attempt = $4 AND state = 'running'";
    JOB_DISMISS = "UPDATE jobs SET state = 'done', finished_at = $1 WHERE id = $2 AND state = 'failed'";
    JOB_REVIVE =
        "UPDATE jobs SET state = 'waiting', run_at = $1, waiting_since = $1, failures = 0, finished_at = NULL,
            under_way_at = NULL
        WHERE id = $2 AND state = 'failed'";
    JOBS_WAITING = concat!(
        "SELECT ", columns!(jobs), " FROM jobs WHERE state = 'waiting' AND ", of_kind!(), "
        ORDER BY lane, run_at, id LIMIT $1"
    );
    JOBS_RUNNING = concat!(
        "SELECT ", columns!(jobs), " FROM jobs WHERE state = 'running' AND ", of_kind!(), "
        ORDER BY run_at, id LIMIT $1"
    );
    /// A job that is not done yet.
    JOB = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE id = $1 AND state <> 'done'");
    JOBS_FAILED = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE state = 'failed' AND under_way_at IS NULL AND ", of_kind!(), "
        ORDER BY finished_at DESC, id DESC LIMIT $1"
    );
    /// Jobs whose effect may have happened.
    JOBS_IN_DOUBT = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE state = 'failed' AND under_way_at IS NOT NULL AND ", of_kind!(), "
        ORDER BY finished_at DESC, id DESC LIMIT $1"
    );
    JOBS_IN_TROUBLE = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE key = $1 AND state = 'failed'
        UNION ALL
        SELECT ", columns!(jobs), " FROM jobs
        WHERE key = $1 AND state = 'waiting' AND error IS NOT NULL
        ORDER BY created_at, id"
    );
    JOB_LIVE =
        "SELECT 1 FROM jobs
        WHERE key = $1 AND state = 'waiting'
        UNION ALL
        SELECT 1 FROM jobs
        WHERE key = $1 AND state = 'running' LIMIT 1";
    JOBS_COUNT =
        "SELECT (SELECT count(*) FROM jobs WHERE state = 'waiting' AND run_at <= $1) AS waiting,
            (SELECT count(*) FROM jobs WHERE state = 'running') AS running,
            (SELECT count(*) FROM jobs WHERE state = 'failed' AND under_way_at IS NULL) AS failed,
            (SELECT count(*) FROM jobs WHERE state = 'failed' AND under_way_at IS NOT NULL) AS in_doubt";
}
