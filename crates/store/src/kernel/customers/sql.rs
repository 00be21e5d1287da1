//! Statements about customers and links.

use super::rows::columns;
use super::table::columns as customers;
use crate::engine::{room, statements};

statements! {
    CUSTOMER = concat!("SELECT ", customers!(), " FROM customers WHERE id = $1");
    CUSTOMER_NAMES = concat!("SELECT id, name FROM customers WHERE id IN (", room!(), ")");
    /// The customers of some records of one kind.
    OWNERS_AMONG = concat!(
        "SELECT l.external_id, ", customers!("c."), " FROM links l
        JOIN customers c ON c.id = l.customer_id
        WHERE l.external_id IN (", room!(), ") AND l.system = $26 AND l.kind = $27 AND l.ended_at IS NULL"
    );
    CUSTOMER_OF_RECORD = concat!(
        "SELECT ", customers!("c."), " FROM links l
        JOIN customers c ON c.id = l.customer_id
        WHERE l.system = $1 AND l.kind = $2 AND l.external_id = $3 AND l.ended_at IS NULL"
    );
    /// The customer of a sign-in, unless the person is inactive.
    CUSTOMER_OF_IDENTITY = concat!(
        "SELECT ", customers!("c."), " FROM identities i
        JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL
        JOIN customers c ON c.id = i.customer_id
        WHERE i.issuer = $1 AND i.subject = $2"
    );
    CUSTOMERS_AFTER = concat!("SELECT ", customers!(), " FROM customers WHERE id > $1 ORDER BY id LIMIT $2");
    CUSTOMERS_BY_REQUESTER_EMAIL =
        "SELECT l.customer_id FROM record_handles h
        JOIN links l ON l.system = h.system AND l.kind = h.kind AND l.external_id = h.external_id
          AND l.ended_at IS NULL
        WHERE h.handle = 'primary_email' AND h.value = $1 AND h.kind = 'requester'
        ORDER BY l.customer_id, h.system, h.external_id";
    CUSTOMERS_BY_EMAIL = concat!(
        "SELECT ", customers!("c."), " FROM record_handles h
        JOIN links l ON l.system = h.system AND l.kind = h.kind AND l.external_id = h.external_id
          AND l.ended_at IS NULL
        JOIN customers c ON c.id = l.customer_id
        WHERE h.handle = 'primary_email' AND h.value = $1 AND h.kind = 'requester'
        ORDER BY l.customer_id, h.system, h.external_id"
    );
    DOMAIN_ADD = "INSERT INTO customer_domains (customer_id, domain, entered_by, at) VALUES ($1, $2, $3, $4)";
    DOMAIN_REMOVE = "DELETE FROM customer_domains WHERE customer_id = $1 AND domain = $2";
    DOMAINS = "SELECT domain, entered_by, at FROM customer_domains WHERE customer_id = $1 ORDER BY domain";
    /// The linked records of customers for whom a domain was entered.
    RECORDS_BY_ENTERED_DOMAIN =
        "SELECT l.system, l.kind, l.external_id FROM customer_domains d
        JOIN links l ON l.customer_id = d.customer_id AND l.ended_at IS NULL AND l.kind <> 'user'
        WHERE d.domain = $1
        ORDER BY d.customer_id, l.created_at, l.id LIMIT $2";
    /// The linked records that name a domain. A company may have thousands of records, of which few are linked.
    RECORDS_BY_OWN_DOMAIN =
        "SELECT l.system, l.kind, l.external_id FROM record_handles h
        JOIN links l ON l.system = h.system AND l.kind = h.kind AND l.external_id = h.external_id
          AND l.ended_at IS NULL
        WHERE h.handle = 'domain' AND h.value = $1
        ORDER BY h.system, h.kind, h.external_id LIMIT $2";
    LINK_CREATE =
        "INSERT INTO links (id, system, kind, external_id, customer_id, origin, actor, evidence, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LINK_END = "UPDATE links SET ended_at = $1, ended_by = $2, ended_why = $3 WHERE id = $4 AND ended_at IS NULL";
    LINK_SUSPEND = "UPDATE links SET suspended_why = $1 WHERE id = $2 AND ended_at IS NULL";
    LINKS = concat!("SELECT ", columns!(links), " FROM links WHERE customer_id = $1 ORDER BY created_at, id");
    LINKS_OF_RECORD = concat!(
        "SELECT ", columns!(links), " FROM links
        WHERE system = $1 AND kind = $2 AND external_id = $3
        ORDER BY created_at DESC, id DESC LIMIT 50"
    );
    LINK_OF_RECORD = concat!(
        "SELECT ", columns!(links), " FROM links
        WHERE system = $1 AND kind = $2 AND external_id = $3 AND ended_at IS NULL"
    );
    LINK_ENDED_OF_RECORD = concat!(
        "SELECT ", columns!(links), " FROM links
        WHERE system = $1 AND kind = $2 AND external_id = $3 AND ended_at IS NOT NULL
        ORDER BY ended_at DESC, id DESC LIMIT 1"
    );
}
