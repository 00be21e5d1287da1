//! Statements about sweeps.

use super::rows::columns;
use crate::engine::statements;

statements! {
    /// Starts the sweep, or resumes it at its page.
    SWEEP_BEGIN =
        "UPDATE sweeps
        SET started_at = CASE WHEN state = 'waiting' THEN $1 ELSE started_at END,
            read_from = CASE WHEN state = 'waiting' THEN $2 ELSE read_from END,
            began_there = CASE WHEN state = 'waiting' THEN $3 ELSE began_there END, mode = $4, since = $5,
            expected = $6, state = 'running', error = NULL
        WHERE id = $7 AND state IN ('waiting', 'running', 'paused')";
    SWEEP_PROGRESS =
        "UPDATE sweeps
        SET page = $1, expected = $2, seen = seen + $3, changed = changed + $4, takes_away = $5,
            first_forecast_at = COALESCE(first_forecast_at, $6), forecast_at = $6
        WHERE id = $7 AND state = 'running' AND page < $1";
    SWEEP_PAUSE =
        "UPDATE sweeps SET state = 'paused', error = $1, forecast_at = $2 WHERE id = $3 AND state = 'running'";
    SWEEP = concat!("SELECT ", columns!(sweeps), " FROM sweeps WHERE id = $1");
    SWEEPS_NEWEST = concat!("SELECT ", columns!(sweeps), " FROM sweeps ORDER BY id DESC LIMIT $1");
    /// The latest sweep of each kind.
    SWEEPS_LATEST = concat!(
        "SELECT ", columns!(sweeps), " FROM sweeps s
        WHERE s.dry = 0 AND s.kind <> 'single'
          AND NOT EXISTS (
              SELECT 1 FROM sweeps later
              WHERE later.system = s.system AND later.kind = s.kind AND later.dry = 0 AND later.id > s.id
          )
        ORDER BY s.system, s.kind, s.id"
    );
    SWEEP_OPEN = concat!(
        "SELECT ", columns!(sweeps), " FROM sweeps
        WHERE system = $1 AND kind = $2 AND dry = $3 AND state IN ('waiting', 'running', 'paused')"
    );
    SWEEP_LAST_GOOD = concat!(
        "SELECT ", columns!(sweeps), " FROM sweeps
        WHERE system = $1 AND kind = $2 AND dry = 0 AND state IN ('finished', 'applied')
        ORDER BY id DESC LIMIT 1"
    );
    SWEEP_LAST_FULL = concat!(
        "SELECT ", columns!(sweeps), " FROM sweeps
        WHERE system = $1 AND kind = $2 AND dry = 0 AND mode = 'full' AND state IN ('finished', 'applied')
        ORDER BY id DESC LIMIT 1"
    );
    /// The known records of the objects of one page. If there are fewer ids than placeholders, one is repeated.
    RECORDS_KNOWN =
        "SELECT external_id, content_hash, gone_at, read_at, held_at
        FROM records
        WHERE system = $1 AND kind = $2
          AND external_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
              $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,
              $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60,
              $61, $62, $63, $64, $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79, $80,
              $81, $82, $83, $84, $85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100,
              $101, $102)";
    RECORDS_LIVE = "SELECT count(*) AS count FROM records WHERE system = $1 AND kind = $2 AND gone_at IS NULL";
    /// Live records that were not read since a time and have no held change.
    RECORDS_UNSEEN =
        "SELECT r.external_id FROM records r
        WHERE r.system = $1 AND r.kind = $2 AND r.external_id > $3 AND r.gone_at IS NULL AND r.read_at < $4
          AND NOT EXISTS (
              SELECT 1 FROM held_changes h
              WHERE h.dry = 0 AND h.system = r.system AND h.kind = r.kind AND h.external_id = r.external_id
          )
        ORDER BY r.external_id LIMIT $5";
    /// Number of possible removals: linked devices, and linked records without devices.
    LINKED_COUNT =
        "SELECT count(*) AS count FROM links l
        LEFT JOIN devices d ON d.system = l.system AND d.holder = l.external_id
        WHERE l.system = $1 AND l.ended_at IS NULL";
    ALARM_RAISE =
        "INSERT INTO alarms (system, code, about, since, detail)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (system, code, about) DO UPDATE SET detail = excluded.detail";
    ALARM_CLEAR = "DELETE FROM alarms WHERE system = $1 AND code = $2 AND about = $3";
    ALARMS = concat!("SELECT ", columns!(alarms), " FROM alarms ORDER BY since, system, code, about");
}
