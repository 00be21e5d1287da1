//! Statements about invoices.

use super::rows::columns;
use crate::engine::statements;

statements! {
    INVOICE_PUT =
        "INSERT INTO invoices (id, source, number, bill, hash, customer_id, place_id, unmatched, status, due,
            sorted, search, confirmed_at, missing_since, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, $14)
        ON CONFLICT (source, number) DO UPDATE SET bill = excluded.bill, hash = excluded.hash,
            customer_id = excluded.customer_id, place_id = excluded.place_id, unmatched = excluded.unmatched,
            status = excluded.status, due = excluded.due, sorted = excluded.sorted, search = excluded.search,
            confirmed_at = excluded.confirmed_at, missing_since = NULL
        WHERE invoices.id = excluded.id AND invoices.confirmed_at <= excluded.confirmed_at";
    INVOICE_EXPECT = "UPDATE invoices SET confirmed_at = confirmed_at WHERE id = $1 AND confirmed_at = $2";
    INVOICE_CONFIRM = "UPDATE invoices SET confirmed_at = $1, missing_since = NULL WHERE id = $2 AND confirmed_at < $1";
    INVOICES_MISS =
        "UPDATE invoices SET missing_since = $1 WHERE source = $2 AND confirmed_at < $1 AND missing_since IS NULL";
    INVOICES_COUNT =
        "SELECT count(*) AS count FROM invoices WHERE source = $1 AND confirmed_at >= 0 AND missing_since IS NULL";
    INVOICES_UNSEEN =
        "SELECT count(*) AS count FROM invoices WHERE source = $1 AND confirmed_at < $2 AND missing_since IS NULL";
    INVOICE_BY_NUMBER = concat!(
        "SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.source = $1 AND i.number = $2"
    );
    INVOICE = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.id = $1");
    INVOICES_IN_PLACES = concat!(
        "SELECT ", columns!(invoices "i."), " FROM invoices i
        WHERE i.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $1) AND i.sorted < $2
          AND i.status IN ($3, $4, $5) AND i.due < $6 AND i.search LIKE $7 ESCAPE '\\'
        ORDER BY i.sorted DESC, i.id DESC LIMIT $8"
    );
    INVOICE_IN_PLACES = concat!(
        "SELECT ", columns!(invoices "i."), " FROM invoices i
        WHERE i.id = $1 AND i.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $2)"
    );
    INVOICES_OF_CUSTOMER = concat!(
        "SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.customer_id = $1
        ORDER BY i.sorted DESC, i.id DESC LIMIT $2"
    );
    INVOICES_UNMATCHED = concat!(
        "SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.unmatched IS NOT NULL
        ORDER BY i.sorted DESC, i.id DESC LIMIT $1"
    );
    INVOICES_FROM = concat!(
        "SELECT ", columns!(invoices "i."), " FROM invoices i
        WHERE i.number >= $1 AND i.number < $2 ORDER BY i.number, i.source LIMIT $3"
    );
    INVOICE_FEED = "SELECT etag, began_at, ended_at, rows_read, bad, error FROM invoice_feeds WHERE source = $1";
    INVOICE_FEED_PUT =
        "INSERT INTO invoice_feeds (source, etag, began_at, ended_at, rows_read, bad, error)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (source) DO UPDATE SET etag = excluded.etag, began_at = excluded.began_at,
            ended_at = excluded.ended_at, rows_read = excluded.rows_read, bad = excluded.bad, error = excluded.error";
}
