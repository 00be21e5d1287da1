//! Statements about marketplaces.

use super::rows::columns;
use crate::engine::statements;

statements! {
    OPTION_SET = "SELECT options, version, changed_at, changed_by FROM option_sets WHERE instance = $1";
    /// The first change writes version 1; every other one must know the version it changes.
    SLOT = "SELECT version FROM correlation_slots WHERE slot = $1";
    SLOT_FIRST = "INSERT INTO correlation_slots (slot, version) VALUES ($1, 1) ON CONFLICT (slot) DO NOTHING";
    SLOT_TAKE = "UPDATE correlation_slots SET version = version + 1 WHERE slot = $1 AND version = $2";
    /// The first change writes version 1; every other one must know the version it changes.
    OPTIONS_PUT =
        "INSERT INTO option_sets (instance, version, options, changed_at, changed_by)
        VALUES ($1, 1, $2, $3, $4)
        ON CONFLICT (instance) DO UPDATE SET version = option_sets.version + 1, options = excluded.options,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        WHERE option_sets.version = $5";
    CALL_KEEP =
        "INSERT INTO marketplace_calls (id, instance, operation, account_id, at, micros, code, is_test, request,
            answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CALLS = concat!(
        "SELECT ", columns!(marketplace_calls), " FROM marketplace_calls
        WHERE instance = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    CALLS_OF_ACCOUNT = concat!(
        "SELECT ", columns!(marketplace_calls), " FROM marketplace_calls
        WHERE instance = $1 AND account_id = $2 ORDER BY id DESC LIMIT $3"
    );
    CALL = concat!("SELECT ", columns!(marketplace_calls), " FROM marketplace_calls WHERE id = $1");
    CALLS_FORGET = "DELETE FROM marketplace_calls WHERE at < $1";
    CALLS_TRIM =
        "DELETE FROM marketplace_calls
        WHERE instance = $1
          AND id <= (SELECT id FROM marketplace_calls WHERE instance = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
}
