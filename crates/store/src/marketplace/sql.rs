//! Statements about marketplaces.

use super::rows::columns;
use crate::engine::{room, statements};

/// The id of a marketplace's latest call.
macro_rules! last {
    ($marketplace:literal) => {
        concat!("(SELECT id FROM marketplace_calls WHERE marketplace = ", $marketplace, " ORDER BY id DESC LIMIT 1)")
    };
}

statements! {
    OPTION_SET = "SELECT options, version, changed_at, changed_by FROM option_sets WHERE marketplace = $1";
    OPTION_SETS = concat!(
        "SELECT marketplace, options, version, changed_at, changed_by FROM option_sets WHERE marketplace IN (", room!(), ")"
    );
    SLOT = "SELECT version FROM correlation_slots WHERE slot = $1";
    SLOT_FIRST = "INSERT INTO correlation_slots (slot, version) VALUES ($1, 1) ON CONFLICT (slot) DO NOTHING";
    SLOT_TAKE = "UPDATE correlation_slots SET version = version + 1 WHERE slot = $1 AND version = $2";
    /// The first change writes version 1. Every other change must name the version that it replaces.
    OPTIONS_PUT =
        "INSERT INTO option_sets (marketplace, version, options, changed_at, changed_by)
        VALUES ($1, 1, $2, $3, $4)
        ON CONFLICT (marketplace) DO UPDATE SET version = option_sets.version + 1, options = excluded.options,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        WHERE option_sets.version = $5";
    CALL_KEEP =
        "INSERT INTO marketplace_calls (id, marketplace, operation, account_id, at, micros, code, is_test, request,
            answer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CALLS = concat!(
        "SELECT ", columns!(marketplace_calls), " FROM marketplace_calls
        WHERE marketplace = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    /// The latest call of each marketplace.
    CALLS_LAST = concat!(
        "SELECT ", columns!(marketplace_calls), " FROM marketplace_calls
        WHERE id IN (",
        last!("$1"), ", ", last!("$2"), ", ", last!("$3"), ", ", last!("$4"), ", ", last!("$5"), ", ",
        last!("$6"), ", ", last!("$7"), ", ", last!("$8"), ", ", last!("$9"), ", ", last!("$10"), ", ",
        last!("$11"), ", ", last!("$12"), ", ", last!("$13"), ", ", last!("$14"), ", ", last!("$15"), ", ",
        last!("$16"), ", ", last!("$17"), ", ", last!("$18"), ", ", last!("$19"), ", ", last!("$20"), ", ",
        last!("$21"), ", ", last!("$22"), ", ", last!("$23"), ", ", last!("$24"), ", ", last!("$25"), ")"
    );
    CALLS_OF_ACCOUNT = concat!(
        "SELECT ", columns!(marketplace_calls), " FROM marketplace_calls
        WHERE marketplace = $1 AND account_id = $2 ORDER BY id DESC LIMIT $3"
    );
    CALL = concat!("SELECT ", columns!(marketplace_calls), " FROM marketplace_calls WHERE id = $1");
}
