//! Statements about licences and their seats.

use crate::engine::{room, statements};

statements! {
    LICENCE_REFUSED =
        "INSERT INTO refused_licences (person_key, code, at)
        VALUES ($1, $2, $3)
        ON CONFLICT (person_key) DO UPDATE SET code = excluded.code, at = excluded.at";
    LICENCE_REFUSED_FORGET = "DELETE FROM refused_licences WHERE person_key = $1";
    REFUSED_LICENCE = "SELECT code, at FROM refused_licences WHERE person_key = $1";
    SEATS = concat!(
        "SELECT s.licence, s.number, s.person_id, p.person_id AS signs_in_as, p.name, s.session_hash, s.taken_at, s.used_at,
            CASE
                WHEN s.session_hash IS NULL THEN CASE
                    WHEN p.inactive_since IS NULL AND p.licence = s.licence THEN 1
                    ELSE 0
                END
                WHEN x.expires_at > $26 THEN 1
                ELSE 0
            END AS stands
        FROM seats s
        LEFT JOIN persons p ON p.id = s.person_id
        LEFT JOIN sessions x ON x.token_hash = s.session_hash
        WHERE s.licence IN (", room!(), ") ORDER BY s.licence, s.number"
    );
    SEAT_OF_SESSION = "SELECT used_at FROM seats WHERE session_hash = $1 AND licence = $2";
    SEAT_OF_PERSON = "SELECT number FROM seats WHERE person_id = $1 AND licence = $2 AND session_hash IS NULL LIMIT 1";
    /// Inserts a new seat, or updates the seat if it is unchanged since it was read.
    SEAT_TAKE =
        "INSERT INTO seats (licence, number, person_id, session_hash, taken_at, used_at)
        VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (licence, number) DO UPDATE SET person_id = excluded.person_id,
            session_hash = excluded.session_hash, taken_at = excluded.taken_at, used_at = excluded.used_at
        WHERE seats.used_at = $6";
    SEAT_USE = "UPDATE seats SET used_at = $1 WHERE session_hash = $2";
    SEAT_MOVE = "UPDATE seats SET session_hash = $1 WHERE session_hash = $2";
    SEAT_FREE = "DELETE FROM seats WHERE licence = $1 AND number = $2 AND person_id = $3";
}
