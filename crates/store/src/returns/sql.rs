//! Statements about returns.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    RETURN_CREATE =
        "INSERT INTO returns (id, number, version, customer_id, place_id, person_id, email, status, asks, lines,
            search, created_at, created_by, updated_at)
        VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    RETURN_UPDATE =
        "UPDATE returns SET version = version + 1, status = $1, asks = $2, lines = $3, search = $4, updated_at = $5
        WHERE id = $6 AND version = $7";
    RETURN_UNITS_FREE = "DELETE FROM return_units WHERE return_id = $1";
    RETURN_UNIT_TAKE = "INSERT INTO return_units (unit_key, return_id) VALUES ($1, $2)";
    RETURN_WORD = "INSERT INTO return_words (word, return_id) VALUES ($1, $2) ON CONFLICT (word, return_id) DO NOTHING";
    RETURNS_IN_PLACES = concat!(
        "SELECT ", columns!(returns "r."), " FROM returns r
        WHERE r.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $1) AND r.id < $2
          AND r.status IN ($3, $4, $5, $6, $7) AND r.asks >= $8 AND r.search LIKE $9 ESCAPE '\\'
        ORDER BY r.id DESC LIMIT $10"
    );
    RETURN_IN_PLACES = concat!(
        "SELECT ", columns!(returns "r."), " FROM returns r
        WHERE r.id = $1 AND r.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $2)"
    );
    RETURN = concat!("SELECT ", columns!(returns), " FROM returns WHERE id = $1");
    RETURNS_LISTED = concat!("SELECT ", columns!(returns), " FROM returns WHERE id IN (", room!(), ")");
    RETURNS_NEWEST = concat!("SELECT ", columns!(returns), " FROM returns WHERE id < $1 ORDER BY id DESC LIMIT $2");
    RETURNS_BY_STATUS = concat!(
        "SELECT ", columns!(returns), " FROM returns
        WHERE status IN ($1, $2, $3) AND id < $4 AND asks >= $5
        ORDER BY id DESC LIMIT $6"
    );
    RETURNS_OF_CUSTOMER = concat!(
        "SELECT ", columns!(returns), " FROM returns WHERE customer_id = $1 ORDER BY id DESC LIMIT $2"
    );
    RETURNS_BY_WORD = concat!(
        "SELECT ", columns!(returns "r."), " FROM return_words w
        JOIN returns r ON r.id = w.return_id
        WHERE w.word >= $1 AND w.word < $2 ORDER BY w.word, r.id DESC LIMIT $3"
    );
    RETURN_OF_UNIT = "SELECT return_id FROM return_units WHERE unit_key = $1";
}
