//! Statements about timelines.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    /// Advances the head of a chain. It locks the customer's row first, so that concurrent appends to this timeline
    /// wait until this plan is committed and continue from the new head.
    TIMELINE_ADVANCE =
        "UPDATE customers SET head_length = head_length + $1, head_hash = chain_hash(head_hash, head_length + 1, $2)
        WHERE id = $3";
    TIMELINE_APPEND =
        "INSERT INTO timeline (customer_id, seq, at, actor, channel, event, personal, salt, commitment, hash)
        SELECT c.id, c.head_length - $1, $2, $3, $4, $5, $6, $7, $8,
            chain_hash(
                COALESCE((SELECT p.hash FROM timeline p WHERE p.customer_id = c.id AND p.seq = c.head_length - $1 - 1), $9),
                c.head_length - $1, $10
            )
        FROM customers c
        WHERE c.id = $11";
    TIMELINE_HEAD = "SELECT head_length, head_hash FROM customers WHERE id = $1";
    TIMELINE_NEWEST = concat!(
        "SELECT ", columns!(timeline), " FROM timeline WHERE customer_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"
    );
    TIMELINE_ALL = concat!("SELECT ", columns!(timeline), " FROM timeline WHERE customer_id = $1 ORDER BY seq");
    TIMELINE_BETWEEN = concat!(
        "SELECT ", columns!(timeline), " FROM timeline
        WHERE customer_id = $1 AND seq >= $2 AND seq <= $3
        ORDER BY seq LIMIT $4"
    );
    TIMELINE_HASH = "SELECT hash FROM timeline WHERE customer_id = $1 AND seq = $2";
    TIMELINE_SEQ_FROM = "SELECT seq FROM timeline WHERE customer_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1";
    TIMELINE_ORPHAN =
        "SELECT t.customer_id, t.seq FROM timeline t
        WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = t.customer_id)
        ORDER BY t.customer_id, t.seq LIMIT 1";
    HEADS_FROM = "SELECT id, head_length, head_hash FROM customers WHERE id >= $1 ORDER BY id LIMIT $2";
    /// The entry must be as it was read, so that two erasures do not undo each other.
    TIMELINE_REWRITE =
        "UPDATE timeline SET personal = NULL, salt = NULL, actor = $1, event = $2, digest = $3
        WHERE customer_id = $4 AND seq = $5 AND actor = $6 AND event = $7";
    TIMELINE_ERASE = "UPDATE timeline SET personal = NULL, salt = NULL WHERE customer_id = $1 AND seq = $2";
    /// The subset of these returns, invoices, places and contacts that a person can see.
    TIMELINE_NAMED_READ = concat!(
        "SELECT r.id FROM returns r
        WHERE r.id IN (", room!(), ")
          AND r.place_id IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $26)
        UNION ALL
        SELECT i.id FROM invoices i
        WHERE i.id IN (", room!(), ")
          AND i.place_id IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $26)
        UNION ALL
        SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $26 AND pp.place_id IN (", room!(), ")
        UNION ALL
        SELECT c.id FROM contacts c
        WHERE c.id IN (", room!(), ") AND c.customer_id = $27
          AND COALESCE(c.place_id, c.customer_id) IN (
              SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $26
          )"
    );
    /// The timeline of a customer, if the person has the customer's home place.
    TIMELINE_READ = concat!(
        "SELECT ", columns!(timeline "t."), " FROM timeline t
        WHERE t.customer_id = $2
          AND t.customer_id IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1) AND t.seq < $3
        ORDER BY t.seq DESC LIMIT $4"
    );
}
