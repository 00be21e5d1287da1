//! Statements that hand jobs to workers, and take them back.

use super::rows::columns;
use crate::engine::{room, statements};

/// The most urgent jobs of one lane and pool that are due, unless a system of the pool is paused.
macro_rules! due {
    ($lane:literal, $pool:literal, $systems:literal, $limit:literal) => {
        concat!(
            "SELECT * FROM (
                SELECT id, lane, pool, CAST(NULL AS UUID) AS share, run_at FROM jobs
                WHERE state = 'waiting' AND lane = ",
            $lane,
            " AND pool = ",
            $pool,
            " AND run_at <= $1
                  AND NOT EXISTS (SELECT 1 FROM paused_systems WHERE system IN (",
            $systems,
            "))
                ORDER BY run_at LIMIT $",
            $limit,
            "
            ) due_",
            $lane,
            "_",
            $pool
        )
    };
}

/// The shares of which jobs wait, from one to the next along an index, and the lanes.
macro_rules! shares {
    () => {
        "shares (share) AS (
            SELECT (
                SELECT x.share FROM jobs x
                WHERE x.state = 'waiting' AND x.share IS NOT NULL ORDER BY x.share LIMIT 1
            )
            UNION ALL
            SELECT (
                SELECT x.share FROM jobs x
                WHERE x.state = 'waiting' AND x.share > shares.share ORDER BY x.share LIMIT 1
            )
            FROM shares WHERE shares.share IS NOT NULL
        ), lanes (lane) AS (
            SELECT CAST(0 AS BIGINT) UNION ALL SELECT CAST(1 AS BIGINT) UNION ALL SELECT CAST(2 AS BIGINT)
        )"
    };
}

/// The most urgent jobs of each share that are due, by lane: a long queue of one vendor is not read for the others.
macro_rules! due_of_shares {
    (postgres, $limit:literal) => {
        concat!(
            "SELECT * FROM (
                WITH RECURSIVE ",
            shares!(),
            "
                SELECT first.id, lanes.lane, CAST(6 AS BIGINT) AS pool, shares.share, first.run_at
                FROM shares CROSS JOIN lanes CROSS JOIN LATERAL (
                    SELECT x.id, x.run_at FROM jobs x
                    WHERE x.state = 'waiting' AND x.share = shares.share AND x.lane = lanes.lane AND x.run_at <= $1
                    ORDER BY x.run_at, x.id LIMIT $",
            $limit,
            "
                ) first
                WHERE shares.share IS NOT NULL
            ) due_of_shares"
        )
    };
    // It knows no LATERAL, so it goes from job to job.
    (sqlite, $limit:literal) => {
        concat!(
            "SELECT * FROM (
                WITH RECURSIVE ",
            shares!(),
            ", steps (share, lane, n, id) AS (
                    SELECT shares.share, lanes.lane, 1, (
                        SELECT x.id FROM jobs x
                        WHERE x.state = 'waiting' AND x.share = shares.share AND x.lane = lanes.lane AND x.run_at <= $1
                        ORDER BY x.run_at, x.id LIMIT 1
                    )
                    FROM shares CROSS JOIN lanes WHERE shares.share IS NOT NULL
                    UNION ALL
                    SELECT steps.share, steps.lane, steps.n + 1, (
                        SELECT x.id FROM jobs x
                        WHERE x.state = 'waiting' AND x.share = steps.share AND x.lane = steps.lane
                          AND (x.run_at, x.id) > ((SELECT j.run_at FROM jobs j WHERE j.id = steps.id), steps.id)
                          AND x.run_at <= $1
                        ORDER BY x.run_at, x.id LIMIT 1
                    )
                    FROM steps WHERE steps.id IS NOT NULL AND steps.n < $",
            $limit,
            "
                )
                SELECT steps.id, steps.lane, 6 AS pool, steps.share,
                    (SELECT j.run_at FROM jobs j WHERE j.id = steps.id) AS run_at
                FROM steps WHERE steps.id IS NOT NULL
            ) due_of_shares"
        )
    };
}

/// The same for every pool of one lane, in the order of [`Pool::ALL`](tessera_core::kernel::job::Pool::ALL), except the
/// vendors', whose jobs have shares.
macro_rules! due_in_lane {
    ($lane:literal: $own:literal, $desk:literal, $crm:literal, $both:literal, $mail:literal, $invoices:literal) => {
        concat!(
            due!($lane, 0, "''", $own),
            " UNION ALL ",
            due!($lane, 1, "'service_desk'", $desk),
            " UNION ALL ",
            due!($lane, 2, "'crm'", $crm),
            " UNION ALL ",
            due!($lane, 3, "'service_desk', 'crm'", $both),
            " UNION ALL ",
            due!($lane, 4, "'mail'", $mail),
            " UNION ALL ",
            due!($lane, 5, "'invoices'", $invoices)
        )
    };
}

/// What is due, the most urgent first.
macro_rules! due_jobs {
    ($database:ident) => {
        concat!(
            "SELECT id, lane, pool, share FROM (",
            due_in_lane!(0: 2, 3, 4, 5, 6, 7),
            " UNION ALL ",
            due_in_lane!(1: 8, 9, 10, 11, 12, 13),
            " UNION ALL ",
            due_in_lane!(2: 14, 15, 16, 17, 18, 19),
            " UNION ALL ",
            due_of_shares!($database, 20),
            ") due ORDER BY lane, run_at, id"
        )
    };
}

/// Makes a running job wait again, unless an equal one waits already, which does it then. One whose effect may have happened is in doubt
/// instead.
macro_rules! give_back {
    ($set:literal) => {
        concat!(
            "UPDATE jobs
            SET state = CASE
                WHEN under_way_at IS NOT NULL THEN 'failed'
                WHEN (SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting' LIMIT 1) IS NOT NULL THEN 'done'
                ELSE 'waiting'
                END,
                finished_at = CASE
                    WHEN under_way_at IS NOT NULL THEN under_way_at
                    WHEN (SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting' LIMIT 1) IS NOT NULL
                    THEN CAST($1 AS BIGINT)
                END,
                waiting_since = $1, worker = NULL", $set, "
            WHERE state = 'running'"
        )
    };
}

statements! {
    /// What is due, as much of each lane and pool, and of each share, as there is room for; the most urgent first.
    JOBS_DUE_POSTGRES = due_jobs!(postgres);
    JOBS_DUE_SQLITE = due_jobs!(sqlite);
    /// Claims those of the chosen jobs that still wait, for a worker that is still known.
    JOBS_CLAIM_SQLITE = concat!(
        "UPDATE jobs SET state = 'running', attempt = attempt + 1, worker = $26
        WHERE id IN (", room!(), ") AND state = 'waiting' AND EXISTS (SELECT 1 FROM workers WHERE id = $26)
        RETURNING id, task, attempt, failures"
    );
    /// The same, skipping what another process is claiming at the same moment. The worker is locked against removal until
    /// the claim is committed: [`ORPHANS_TAKE_BACK`] would not see it, and nobody would own the jobs.
    JOBS_CLAIM_POSTGRES = concat!(
        "WITH owner AS MATERIALIZED (
            SELECT id FROM workers WHERE id = $26 FOR KEY SHARE
        ), chosen AS MATERIALIZED (
            SELECT id FROM jobs
            WHERE id IN (", room!(), ") AND state = 'waiting' AND EXISTS (SELECT 1 FROM owner)
            FOR UPDATE OF jobs SKIP LOCKED
        ) UPDATE jobs
        SET state = 'running', attempt = attempt + 1, worker = $26
        WHERE id IN (SELECT id FROM chosen) RETURNING id, task, attempt, failures"
    );
    /// The job waits again. $3: what went wrong last; none: as before. $4: whether that counts as a failure.
    JOB_AGAIN = concat!(
        give_back!(", run_at = $2, error = COALESCE($3, error), failures = failures + $4"),
        " AND id = $5 AND attempt = $6"
    );
    /// Jobs of workers that are gone wait again. Of two equal ones, one at a time. They were due already, also if the clock was set back
    /// since.
    ORPHANS_TAKE_BACK = concat!(
        give_back!(", run_at = CASE WHEN run_at > $1 THEN CAST($1 AS BIGINT) ELSE run_at END"),
        " AND NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = jobs.worker)
          AND NOT EXISTS (
              SELECT 1 FROM jobs twin WHERE twin.key = jobs.key AND twin.state = 'running' AND twin.id < jobs.id
          )"
    );
    /// After the clock was set back: what began to wait in the future waits as long from now on as it was to wait then.
    JOBS_CLOCK_SET_BACK =
        "UPDATE jobs SET run_at = run_at - (waiting_since - $1), waiting_since = $1
        WHERE state = 'waiting' AND waiting_since > $2";
    WORKER_ADD = "INSERT INTO workers (id, name, process, beat, started_at) VALUES ($1, $2, $3, 0, $4)";
    WORKER_BEAT = "UPDATE workers SET beat = beat + 1 WHERE id = $1";
    WORKER_RETIRE = "DELETE FROM workers WHERE id = $1";
    /// Nothing is removed if it has counted its beat up meanwhile.
    WORKER_BURY = "DELETE FROM workers WHERE id = $1 AND beat = $2";
    WORKERS_REPLACE = "DELETE FROM workers WHERE name = $1 AND id <> $2";
    WORKERS_REPLACE_ALL = "DELETE FROM workers WHERE id <> $1";
    WORKERS = "SELECT id, name, process, beat, started_at FROM workers ORDER BY started_at, id";
    SYSTEM_PAUSE = "INSERT INTO paused_systems (system, since, paused_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    SYSTEM_RESUME = "DELETE FROM paused_systems WHERE system = $1";
    SYSTEMS_PAUSED = "SELECT system, since, paused_by FROM paused_systems ORDER BY system";
    /// How many jobs of each pool are due, and how many were given up since $2.
    JOBS_BY_POOL =
        "SELECT pool, CAST(sum(due) AS BIGINT) AS due, CAST(sum(failed) AS BIGINT) AS failed
        FROM (
            SELECT pool, count(*) AS due, 0 AS failed FROM jobs
            WHERE state = 'waiting' AND run_at <= $1
            GROUP BY pool
            UNION ALL
            SELECT pool, 0 AS due, count(*) AS failed FROM jobs
            WHERE state = 'failed' AND under_way_at IS NULL AND finished_at > $2
            GROUP BY pool
        ) pools GROUP BY pool ORDER BY pool";
    /// Of equal jobs that were given up the newest, unless an equal one waits.
    JOBS_REVIVABLE = concat!(
        "SELECT ", columns!(jobs), " FROM jobs
        WHERE state = 'failed' AND under_way_at IS NULL
          AND NOT EXISTS (
              SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting'
          )
          AND NOT EXISTS (
              SELECT 1 FROM jobs newer WHERE newer.key = jobs.key AND newer.state = 'failed' AND newer.id > jobs.id
          )
        ORDER BY finished_at DESC, id DESC LIMIT $1"
    );
}
