//! Statements about held changes.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    RECORD_HOLD =
        "UPDATE records SET held_at = COALESCE(held_at, $1)
        WHERE system = $2 AND kind = $3 AND external_id = $4 AND read_at = $5";
    RECORD_RELEASE =
        "UPDATE records SET held_at = NULL
        WHERE system = $1 AND kind = $2 AND external_id = $3
          AND NOT EXISTS (
              SELECT 1 FROM held_changes h WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3
          )";
    RECORD_RELEASE_ONE =
        "UPDATE records SET held_at = NULL
        WHERE (system, kind, external_id) IN (
            SELECT h.system, h.kind, h.external_id FROM held_changes h WHERE h.id = $1 AND h.dry <> 1
        )";
    RECORDS_RELEASE_CHOSEN =
        "UPDATE records SET held_at = NULL
        WHERE (system, kind, external_id) IN (
            SELECT h.system, h.kind, h.external_id
            FROM held_changes h
            WHERE h.run_id = $1 AND h.dry <> 1 AND h.chosen = 2
        )";
    SWEEP_CREATE =
        "INSERT INTO sweeps (id, system, kind, mode, dry, state, asked_by, started_at, finished_at, page, expected,
            seen, changed, takes_away, missing, first_forecast_at, forecast_at, since, error, decided_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, 0, NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL)";
    SWEEP_END =
        "UPDATE sweeps
        SET state = $1, finished_at = $2, missing = $3, takes_away = $4, error = $5, forecast_at = NULL
        WHERE id = $6 AND state IN ('waiting', 'running', 'paused')
          AND ($1 <> 'held' OR EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = $6))
          AND ($1 <> 'finished' OR NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = $6))";
    SWEEP_DECIDE =
        "UPDATE sweeps SET state = COALESCE($1, state), decided_by = $2, finished_at = $3, error = NULL
        WHERE id = $4 AND state IN ('held', 'planned', 'applying')
          AND (SELECT count(*) FROM held_changes h WHERE h.run_id = $4 AND h.chosen = 2) = $5";
    SWEEP_DISCARDED =
        "UPDATE sweeps
        SET takes_away = CASE
            WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN (
                SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.run_id = sweeps.id
            )
            WHEN applied > 0 THEN took
            ELSE takes_away
            END,
            state = CASE
                WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN state
                WHEN applied > 0 THEN 'applied'
                ELSE 'discarded'
            END
        WHERE id = $1 AND state IN ('held', 'planned')";
    SWEEP_SETTLE =
        "UPDATE sweeps
        SET finished_at = $1,
            takes_away = CASE
                WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN (
                    SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.run_id = sweeps.id
                )
                ELSE took
            END,
            state = CASE
                WHEN NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN 'applied'
                WHEN EXISTS (
                    SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id AND h.chosen = 1
                ) THEN 'applying'
                WHEN dry = 1 THEN 'planned'
                ELSE 'held'
            END
        WHERE id = $2 AND state = 'applying'";
    /// If a decision cannot be applied as a whole, the changes wait for a decision again.
    SWEEP_NOT_APPLIED =
        "UPDATE sweeps SET state = CASE WHEN dry = 1 THEN 'planned' ELSE 'held' END, error = $1
        WHERE id = $2 AND state = 'applying'";
    SWEEP_TOOK = "UPDATE sweeps SET applied = applied + 1, took = took + $1 WHERE id = $2";
    SWEEP_RECOUNT =
        "UPDATE sweeps
        SET takes_away = (
            SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.run_id = sweeps.id
        )
        WHERE id = $1";
    /// Ends a sweep without any held changes left.
    SWEEPS_EMPTIED =
        "UPDATE sweeps
        SET state = CASE WHEN applied > 0 THEN 'applied' ELSE 'discarded' END, takes_away = took, finished_at = $1,
            error = $2
        WHERE system = $3 AND state = 'held'
          AND NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id)";
    /// Only a sweep that is in progress or holds changes can take another change.
    SWEEP_JOIN =
        "UPDATE sweeps SET page = page
        WHERE id = $1 AND state IN ('waiting', 'running', 'paused', 'held', 'applying')";
    SWEEP_SINGLE =
        "INSERT INTO sweeps (id, system, kind, mode, dry, state, asked_by, started_at, page, seen, changed,
            takes_away, missing)
        VALUES ($1, $2, 'single', 'incremental', 0, 'held', 'hub', $3, 0, 0, 0, 0, 0)";
    /// Number of removals in a hold, after one change was added or read again.
    SWEEP_HOLDS =
        "UPDATE sweeps
        SET takes_away = takes_away + $1 - COALESCE(
            (SELECT h.takes FROM held_changes h WHERE h.dry = 0 AND h.system = $2 AND h.kind = $3 AND h.external_id = $4),
            0)
        WHERE id = $5 AND state = 'held'";
    SWEEP_LETS_GO =
        "UPDATE sweeps
        SET takes_away = takes_away - (
            SELECT h.takes FROM held_changes h
            WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3
        )
        WHERE state = 'held'
          AND id IN (
              SELECT h.run_id FROM held_changes h
              WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3 AND h.read_at <= $4
          )";
    SWEEP_HELD =
        "SELECT id FROM sweeps
        WHERE system = $1 AND kind IN ($2, 'single') AND dry = 0 AND state IN ('held', 'applying')
        ORDER BY CASE WHEN kind = 'single' THEN 1 ELSE 0 END, id DESC LIMIT 1";
    BRAKE =
        "INSERT INTO brakes (system, changes)
        VALUES ($1, 1)
        ON CONFLICT (system) DO UPDATE SET changes = brakes.changes + 1";
    BRAKE_PRESSURE =
        "SELECT (
            SELECT CAST(COALESCE(sum(t.takes), 0) AS BIGINT) FROM takings t WHERE t.system = $1 AND t.at > $2
            ) AS taken,
            (
                SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT)
                FROM held_changes h
                WHERE h.system = $1 AND h.dry = 0 AND h.chosen = 0 AND NOT (h.kind = $3 AND h.external_id = $4)
            ) AS held";
    /// Whether the change of a record is held, or only put aside until its sweep ends.
    HELD_BINDS =
        "SELECT h.run_id, s.state, h.read_at
        FROM held_changes h
        JOIN sweeps s ON s.id = h.run_id
        WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3";
    /// The held changes by system.
    HOLDS =
        "SELECT h.system, count(*) AS changes, CAST(sum(h.takes) AS BIGINT) AS takes, min(h.held_at) AS since
        FROM held_changes h
        JOIN sweeps s ON s.id = h.run_id
        WHERE h.dry = 0 AND h.chosen = 0 AND s.state IN ('held', 'applying')
        GROUP BY h.system ORDER BY h.system";
    HELD_PUT =
        "INSERT INTO held_changes (id, run_id, read_by, dry, system, kind, external_id, title, before_text,
            after_text, takes, gone, attributes, raw, updated_at, read_at, merge_target_id, merge_target_read_at,
            held_at, before_hash, after_hash, holder)
        VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        ON CONFLICT (system, kind, external_id) WHERE dry = 0 DO UPDATE SET read_by = COALESCE(excluded.read_by,
            held_changes.read_by),
            chosen = CASE WHEN held_changes.after_hash = excluded.after_hash THEN held_changes.chosen ELSE 0 END,
            title = excluded.title, before_text = excluded.before_text, after_text = excluded.after_text,
            takes = excluded.takes, gone = excluded.gone, attributes = excluded.attributes, raw = excluded.raw,
            updated_at = excluded.updated_at, read_at = excluded.read_at,
            merge_target_id = excluded.merge_target_id, merge_target_read_at = excluded.merge_target_read_at,
            before_hash = excluded.before_hash, after_hash = excluded.after_hash, holder = excluded.holder
        WHERE held_changes.read_at <= excluded.read_at";
    STAGED_PUT =
        "INSERT INTO held_changes (id, run_id, read_by, dry, system, kind, external_id, title, before_text,
            after_text, takes, gone, attributes, raw, updated_at, read_at, merge_target_id, merge_target_read_at,
            held_at, before_hash, after_hash, holder)
        VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        ON CONFLICT (run_id, kind, external_id) WHERE dry = 1 DO UPDATE SET read_by = COALESCE(excluded.read_by,
            held_changes.read_by),
            chosen = CASE WHEN held_changes.after_hash = excluded.after_hash THEN held_changes.chosen ELSE 0 END,
            title = excluded.title, before_text = excluded.before_text, after_text = excluded.after_text,
            takes = excluded.takes, gone = excluded.gone, attributes = excluded.attributes, raw = excluded.raw,
            updated_at = excluded.updated_at, read_at = excluded.read_at,
            merge_target_id = excluded.merge_target_id, merge_target_read_at = excluded.merge_target_read_at,
            before_hash = excluded.before_hash, after_hash = excluded.after_hash, holder = excluded.holder
        WHERE held_changes.read_at <= excluded.read_at";
    HELD_PAGE = concat!(
        "SELECT ", columns!(held_changes), " FROM held_changes WHERE run_id = $1 AND id > $2 ORDER BY id LIMIT $3"
    );
    HELD_ONE = concat!("SELECT ", columns!(held_changes), " FROM held_changes WHERE id = $1");
    HELD_RUNS = concat!("SELECT id, run_id FROM held_changes WHERE id IN (", room!(), ") AND chosen = 0");
    HELD_OF_RECORD = concat!(
        "SELECT ", columns!(held_changes), " FROM held_changes
        WHERE dry = 0 AND system = $1 AND kind = $2 AND external_id = $3"
    );
    HELD_AMONG = concat!(
        "SELECT external_id FROM held_changes
        WHERE dry = 0 AND system = $26 AND kind = $27 AND external_id IN (", room!(), ")"
    );
    HELD_FOR = "SELECT count(*) AS count FROM held_changes WHERE dry = 0 AND system = $1 AND holder = $2";
    HELD_COUNT =
        "SELECT count(*) AS count, CAST(COALESCE(sum(takes), 0) AS BIGINT) AS takes
        FROM held_changes
        WHERE run_id = $1 AND chosen = 0";
    /// The changes that a sweep put aside, and those it found in other holds.
    HELD_MET =
        "SELECT count(*) AS count, CAST(COALESCE(sum(takes), 0) AS BIGINT) AS takes
        FROM held_changes
        WHERE read_by = $1 AND chosen = 0";
    /// Records that have changed since their change was planned, unless they already match it.
    HELD_MOVED =
        "SELECT h.id, h.title, h.chosen FROM held_changes h
        LEFT JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id
        WHERE h.run_id = $1 AND NOT (h.gone = 1 AND r.gone_at IS NOT NULL)
          AND (r.content_hash IS NULL OR r.content_hash <> h.after_hash OR r.gone_at IS NOT NULL)
          AND (
              (r.content_hash IS NULL AND h.before_hash IS NOT NULL)
                OR (
                    r.content_hash IS NOT NULL
                      AND (h.before_hash IS NULL OR r.content_hash <> h.before_hash OR r.read_at > h.read_at)
                )
          )
        ORDER BY h.id";
    HELD_NEW = "SELECT count(*) AS count FROM held_changes WHERE run_id = $1 AND before_hash IS NULL";
    HELD_CHOOSE = "UPDATE held_changes SET chosen = 2 WHERE id = $1 AND run_id = $2 AND chosen = 0";
    HELD_CHOOSE_ALL = "UPDATE held_changes SET chosen = 2 WHERE run_id = $1 AND chosen = 0";
    HELD_TO_APPLY = "UPDATE held_changes SET chosen = 1 WHERE run_id = $1 AND chosen = 2";
    HELD_UNCHOOSE = "UPDATE held_changes SET chosen = 0 WHERE run_id = $1 AND chosen = 1";
    /// A later sweep takes over the changes that it found in other holds.
    HELD_ADOPT = "UPDATE held_changes SET run_id = $1 WHERE read_by = $1 AND run_id <> $1 AND chosen = 0";
    HELD_REMOVE = "DELETE FROM held_changes WHERE id = $1 AND read_at = $2 AND chosen = 1";
    HELD_CLEAR =
        "DELETE FROM held_changes WHERE dry = 0 AND system = $1 AND kind = $2 AND external_id = $3 AND read_at <= $4";
    HELD_DROP_CHOSEN = "DELETE FROM held_changes WHERE run_id = $1 AND chosen = 2";
    /// Counts a removal, unless the total would exceed the limit.
    TAKE =
        "INSERT INTO takings (id, system, at, takes)
        SELECT $1, $2, $3, CAST($4 AS BIGINT)
        WHERE (SELECT CAST(COALESCE(sum(t.takes), 0) AS BIGINT) FROM takings t WHERE t.system = $2 AND t.at > $5) + (
            SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT)
            FROM held_changes h
            WHERE h.system = $2 AND h.dry = 0 AND h.chosen = 0
        ) + CAST($4 AS BIGINT) <= CAST($6 AS BIGINT)";
    TAKINGS_SINCE =
        "SELECT CAST(COALESCE(sum(takes), 0) AS BIGINT) AS count FROM takings WHERE system = $1 AND at > $2";
}
