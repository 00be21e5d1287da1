//! Statements about records.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    RECORD_PUT =
        "INSERT INTO records (system, kind, external_id, title, attributes, raw, content_hash, holder, updated_at,
            first_seen_at, changed_at, read_at, gone_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10, NULL)
        ON CONFLICT (system, kind, external_id) DO UPDATE SET title = excluded.title,
            attributes = excluded.attributes, raw = excluded.raw, holder = excluded.holder,
            updated_at = excluded.updated_at,
            changed_at = CASE
                WHEN records.content_hash = excluded.content_hash THEN records.changed_at
                ELSE excluded.changed_at
            END, content_hash = excluded.content_hash,
            first_seen_at = CASE
                WHEN records.read_at < 0 THEN excluded.first_seen_at
                ELSE records.first_seen_at
            END, read_at = excluded.read_at, gone_at = NULL, missing_since = NULL, misses = 0, merged_into = NULL
        WHERE records.read_at <= excluded.read_at";
    /// The deletion has a read time too: an earlier read does not restore the record.
    RECORD_BURY =
        "UPDATE records SET gone_at = $1, holder = NULL, read_at = $1
        WHERE system = $2 AND kind = $3 AND external_id = $4 AND gone_at IS NULL AND read_at <= $1";
    /// Only as long as the content is what was read. Another reading may have changed it meanwhile.
    RECORD_TOUCH =
        "UPDATE records SET read_at = $1, missing_since = NULL, misses = 0
        WHERE system = $2 AND kind = $3 AND external_id = $4 AND read_at < $1 AND held_at IS NULL AND content_hash = $5";
    RECORD_EXPECT =
        "UPDATE records SET read_at = read_at
        WHERE system = $1 AND kind = $2 AND external_id = $3 AND read_at = $4 AND held_at IS NULL";
    /// Inserts a placeholder for a missing record, so that of two plans that create it, one conflicts. The plan writes
    /// the record next.
    RECORD_EXPECT_NONE =
        "INSERT INTO records (system, kind, external_id, title, attributes, raw, content_hash, first_seen_at,
            changed_at, read_at)
        VALUES ($1, $2, $3, '', '', '', $4, -1, -1, -1)
        ON CONFLICT (system, kind, external_id) DO NOTHING";
    RECORD_MISSING =
        "UPDATE records SET missing_since = COALESCE(missing_since, $1), misses = misses + 1, read_at = $1
        WHERE system = $2 AND kind = $3 AND external_id = $4 AND read_at <= $1";
    RECORD_MERGE =
        "UPDATE records SET merged_into = $1, gone_at = COALESCE(gone_at, $2), holder = NULL, read_at = $2
        WHERE system = $3 AND kind = $4 AND external_id = $5 AND read_at <= $2";
    READINGS_RESERVE =
        "UPDATE reading_clock
        SET latest = CASE WHEN latest < $1 THEN $1 ELSE latest END,
            reserved = CASE WHEN reserved < $2 THEN $2 ELSE reserved END
        WHERE id = 1";
    READING_CLOCK = "SELECT latest, reserved FROM reading_clock WHERE id = 1";
    RECORD = concat!(
        "SELECT ", columns!(records), " FROM records WHERE system = $1 AND kind = $2 AND external_id = $3"
    );
    RECORDS_AMONG = concat!(
        "SELECT ", columns!(records), " FROM records
        WHERE external_id IN (", room!(), ") AND system = $26 AND kind = $27"
    );
    /// Records by several values.
    RECORDS_BY_HANDLES = concat!(
        "SELECT h.value AS handle_value, ", columns!(records "r."), " FROM record_handles h
        JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id
        WHERE h.value IN (", room!(), ") AND h.handle = $26 AND r.gone_at IS NULL
        ORDER BY h.value, h.system, h.kind, h.external_id LIMIT 2000"
    );
    RECORDS_LINKED = concat!(
        "SELECT ", columns!(records "r."), " FROM links l
        JOIN records r ON r.system = l.system AND r.kind = l.kind AND r.external_id = l.external_id
        WHERE l.customer_id = $1 AND l.ended_at IS NULL
        ORDER BY l.created_at, l.id"
    );
    RECORDS_HELD = concat!(
        "SELECT ", columns!(records), " FROM records WHERE system = $1 AND holder = $2 ORDER BY external_id, kind"
    );
    RECORDS_BY_HANDLE = concat!(
        "SELECT ", columns!(records "r."), " FROM record_handles h
        JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id
        WHERE h.handle = $1 AND h.value = $2 AND r.gone_at IS NULL
        ORDER BY h.system, h.kind, h.external_id LIMIT $3"
    );
    RECORDS_GONE_BY_HANDLE = concat!(
        "SELECT ", columns!(records "r."), " FROM record_handles h
        JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id
        WHERE h.handle = $1 AND h.value = $2 AND r.gone_at IS NOT NULL
        ORDER BY h.system, h.kind, h.external_id LIMIT $3"
    );
    HANDLES_CLEAR =
        "DELETE FROM record_handles
        WHERE system = $1 AND kind = $2 AND external_id = $3
          AND EXISTS (
              SELECT 1 FROM records r WHERE r.system = $1 AND r.kind = $2 AND r.external_id = $3 AND r.read_at = $4
          )";
    HANDLE_ADD =
        "INSERT INTO record_handles (handle, value, system, kind, external_id)
        SELECT $1, $2, r.system, r.kind, r.external_id
        FROM records r
        WHERE r.system = $3 AND r.kind = $4 AND r.external_id = $5 AND r.read_at = $6
        ON CONFLICT (handle, value, system, kind, external_id) DO NOTHING";
    RECORDS_AFTER = concat!(
        "SELECT ", columns!(records), " FROM records
        WHERE (system, kind, external_id) > ($1, $2, $3)
        ORDER BY system, kind, external_id LIMIT $4"
    );
    ACCOUNTS_AFTER = concat!(
        "SELECT ", columns!(records), " FROM records
        WHERE system = $1 AND kind = 'account' AND external_id > $2
        ORDER BY external_id LIMIT $3"
    );
}
