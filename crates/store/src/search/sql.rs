//! Statements about the search.

use crate::engine::statements;

/// The scopes of a person ($1): their places and boards, and everyone ($2).
macro_rules! scopes {
    () => {
        "
                SELECT pp.place_id FROM person_places pp
                WHERE pp.person_id = $1
                UNION
                SELECT b.id FROM forum_boards b
                WHERE (
                    b.everybody = 1
                      OR EXISTS (
                          SELECT 1 FROM audiences a
                          JOIN person_places pp ON pp.place_id = a.place_id
                          WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1
                      )
                )
                UNION
                SELECT $2
            "
    };
}

statements! {
    /// A record with its customer. An asset is never linked itself; its customer is that of its holder.
    SEARCH =
        "SELECT h.system, h.kind, h.external_id, r.attributes, COALESCE(l.customer_id, o.customer_id) AS customer_id
        FROM record_handles h
        JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id
        LEFT JOIN links l ON l.system = h.system AND l.kind = h.kind AND l.external_id = h.external_id
          AND l.ended_at IS NULL
        LEFT JOIN links o ON o.system = r.system AND o.kind = 'requester' AND o.external_id = r.holder
          AND o.ended_at IS NULL
        WHERE h.handle = $1 AND h.value >= $2 AND h.value < $3 AND r.gone_at IS NULL
        ORDER BY h.value, h.system, h.kind, h.external_id LIMIT $4";
    /// A record by id with its customer, deleted or not.
    SEARCH_BY_ID =
        "SELECT r.system, r.kind, r.external_id, r.attributes, COALESCE(l.customer_id, o.customer_id) AS customer_id
        FROM records r
        LEFT JOIN links l ON l.system = r.system AND l.kind = r.kind AND l.external_id = r.external_id
          AND l.ended_at IS NULL
        LEFT JOIN links o ON o.system = r.system AND o.kind = 'requester' AND o.external_id = r.holder
          AND o.ended_at IS NULL
        WHERE r.system = $1 AND r.kind = $2 AND r.external_id = $3";
    /// Customers for a list, one row per linked record. If there are fewer ids than placeholders, one is repeated.
    CUSTOMERS_LISTED =
        "SELECT c.id, c.name, c.email, c.created_at, l.system,
            (
                SELECT count(*) FROM links h
                JOIN devices d ON d.system = h.system AND d.holder = h.external_id
                WHERE h.customer_id = c.id AND h.kind = 'requester' AND h.ended_at IS NULL
                  AND h.suspended_why IS NULL
            ) AS devices
        FROM customers c
        LEFT JOIN links l ON l.customer_id = c.id AND l.ended_at IS NULL
        WHERE c.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
            $21, $22, $23, $24, $25)
        ORDER BY c.id, l.created_at, l.id";
    SEARCH_ENTRY_PUT =
        "INSERT INTO search_entries (source, id, title, excerpt, path, at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (source, id) DO UPDATE SET title = excluded.title, excerpt = excluded.excerpt,
            path = excluded.path, at = excluded.at";
    SEARCH_ENTRY_REMOVE = "DELETE FROM search_entries WHERE source = $1 AND id = $2";
    SEARCH_WORD_ADD =
        "INSERT INTO search_words (scope_id, word, source, id)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (scope_id, word, source, id) DO NOTHING";
    SEARCH_WORDS_CLEAR = "DELETE FROM search_words WHERE source = $1 AND id = $2";
    SEARCH_RESCOPE =
        "UPDATE search_words SET scope_id = $1
        WHERE source = 'forum' AND id IN (SELECT p.id FROM forum_posts p WHERE p.topic_id = $2)";
    /// The candidates are the newest entries with the first word, which is the most selective; the other words filter. A
    /// scope is one of the person's places or boards, or everyone.
    SEARCH_PORTAL = concat!(
        "SELECT e.source, e.id, e.title, e.excerpt, e.path, e.at
        FROM (
            SELECT DISTINCT n.at, w.source, w.id
            FROM search_words w
            JOIN search_entries n ON n.source = w.source AND n.id = w.id
            WHERE w.scope_id IN (", scopes!(), ")
              AND w.word >= $3 AND w.word < $4
              AND ($11 = '' OR w.source = $11)
            ORDER BY n.at DESC, w.source, w.id LIMIT $12
        ) f
        JOIN search_entries e ON e.source = f.source AND e.id = f.id AND e.at = f.at
        WHERE EXISTS (
            SELECT 1 FROM search_words x WHERE x.source = e.source AND x.id = e.id AND x.word >= $5 AND x.word < $6
        )
          AND EXISTS (
              SELECT 1 FROM search_words x
              WHERE x.source = e.source AND x.id = e.id AND x.word >= $7 AND x.word < $8
          )
          AND EXISTS (
              SELECT 1 FROM search_words x
              WHERE x.source = e.source AND x.id = e.id AND x.word >= $9 AND x.word < $10
          )
        ORDER BY e.at DESC, e.source, e.id LIMIT $13"
    );
    /// How many candidates there are, up to a limit.
    SEARCH_PORTAL_CANDIDATES = concat!(
        "SELECT count(*) AS candidates
        FROM (
            SELECT DISTINCT w.source, w.id
            FROM search_words w
            WHERE w.scope_id IN (", scopes!(), ")
              AND w.word >= $3 AND w.word < $4
              AND ($5 = '' OR w.source = $5)
            LIMIT $6
        ) f"
    );
}
