//! Statements about jobs.

use super::rows::columns;
use crate::engine::statements;

statements! {
    /// Equal tasks that wait are one, due when the earlier of them is.
    JOB_ENQUEUE =
        "INSERT INTO jobs (id, key, task, lane, state, run_at, attempt, created_at)
        VALUES ($1, $2, $3, $4, 'waiting', $5, 0, $6)
        ON CONFLICT (key)
        WHERE state = 'waiting' DO UPDATE SET run_at = excluded.run_at
        WHERE excluded.run_at < jobs.run_at";
    JOB_FINISH =
        "UPDATE jobs SET state = 'done', finished_at = $1, leased_until = NULL, error = NULL
        WHERE id = $2 AND attempt = $3 AND state = 'running'";
    /// The effect of a job is under way, as far as it is not already.
    JOB_UNDER_WAY =
        "UPDATE jobs SET under_way_at = $1
        WHERE id = $2 AND attempt = $3 AND state = 'running' AND under_way_at IS NULL";
    JOB_NOT_UNDER_WAY =
        "UPDATE jobs SET under_way_at = NULL WHERE id = $1 AND attempt = $2 AND state = 'running'";
    JOB_FAIL =
        "UPDATE jobs SET state = 'failed', finished_at = $1, leased_until = NULL, error = $2
        WHERE id = $3 AND attempt = $4 AND state = 'running'";
    /// An equal task that began to wait meanwhile takes over; otherwise the job waits again itself. One whose effect may have happened does
    /// neither.
    JOB_RETRY =
        "UPDATE jobs
        SET state = CASE
            WHEN under_way_at IS NOT NULL THEN 'failed'
            WHEN EXISTS (
                SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting'
            ) THEN 'done'
            ELSE 'waiting'
            END, run_at = $1,
            finished_at = CASE
                WHEN under_way_at IS NOT NULL THEN under_way_at
                WHEN EXISTS (
                    SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting'
                ) THEN CAST($1 AS BIGINT)
            END, leased_until = NULL, error = $2
        WHERE id = $3 AND attempt = $4 AND state = 'running'";
    JOB_EXTEND = "UPDATE jobs SET leased_until = $1 WHERE id = $2 AND attempt = $3 AND state = 'running'";
    JOB_DISMISS = "UPDATE jobs SET state = 'done', finished_at = $1 WHERE id = $2 AND state = 'failed'";
    JOB_REVIVE =
        "UPDATE jobs SET state = 'waiting', run_at = $1, finished_at = NULL, under_way_at = NULL
        WHERE id = $2 AND state = 'failed'";
    /// Lane by lane, because that is how the index of what waits is ordered.
    JOBS_NEXT_DUE =
        "SELECT min(due) AS due
        FROM (
            SELECT min(run_at) AS due FROM jobs
            WHERE state = 'waiting' AND lane = 0
            UNION ALL
            SELECT min(run_at) FROM jobs
            WHERE state = 'waiting' AND lane = 1
            UNION ALL
            SELECT min(run_at) FROM jobs
            WHERE state = 'waiting' AND lane = 2
        ) lanes";
    JOBS_WAITING = concat!(
        "SELECT ", columns!(jobs), " FROM jobs WHERE state = 'waiting' ORDER BY lane, run_at LIMIT $1"
    );
    JOBS_RUNNING = concat!(
        "SELECT ", columns!(jobs), " FROM jobs WHERE state = 'running' ORDER BY leased_until LIMIT $1"
    );
    /// A job that is not done yet.
    JOB = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE id = $1 AND state <> 'done'");
    JOBS_FAILED = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE state = 'failed' AND under_way_at IS NULL
        ORDER BY finished_at DESC LIMIT $1"
    );
    /// Jobs whose effect may have happened.
    JOBS_IN_DOUBT = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE state = 'failed' AND under_way_at IS NOT NULL
        ORDER BY finished_at DESC LIMIT $1"
    );
    JOBS_IN_TROUBLE = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE key = $1 AND state = 'failed'
        UNION ALL
        SELECT ", columns!(jobs), " FROM jobs
        WHERE key = $1 AND state = 'waiting' AND error IS NOT NULL"
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
    JOBS_FORGET = "DELETE FROM jobs WHERE state = 'done' AND finished_at < $1";
    /// Claims jobs that are due or whose worker is gone. Only one process writes to an SQLite file, so nothing needs to be skipped there.
    JOBS_CLAIM_SQLITE =
        "UPDATE jobs SET state = 'running', attempt = attempt + 1, leased_until = $1
        WHERE id IN (SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $2 ORDER BY lane, run_at LIMIT $3)
        RETURNING id, task, attempt";
    /// The same, skipping what another process is claiming at the same moment. Materialised, so that the choice is made once whatever the plan:
    /// made again for each row, it would claim more than was asked for.
    JOBS_CLAIM_POSTGRES =
        "WITH due AS MATERIALIZED (
            SELECT id FROM jobs
            WHERE state = 'waiting' AND run_at <= $2
            ORDER BY lane, run_at LIMIT $3
            FOR UPDATE SKIP LOCKED
        ) UPDATE jobs
        SET state = 'running', attempt = attempt + 1, leased_until = $1
        WHERE id IN (SELECT id FROM due) RETURNING id, task, attempt";
    /// Gives back what a worker that died was holding. It may have died after the effect.
    JOBS_RECLAIM =
        "UPDATE jobs
        SET state = CASE
            WHEN under_way_at IS NOT NULL THEN 'failed'
            WHEN EXISTS (
                SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting'
            ) THEN 'done'
            ELSE 'waiting'
            END,
            finished_at = CASE
                WHEN under_way_at IS NOT NULL THEN under_way_at
                WHEN EXISTS (
                    SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting'
                ) THEN $1
            END, leased_until = NULL
        WHERE state = 'running' AND leased_until < $1
          AND NOT EXISTS (
              SELECT 1 FROM jobs twin WHERE twin.key = jobs.key AND twin.state = 'running' AND twin.id < jobs.id
          )";
}
