//! Statements about service requests.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    REQUEST_CREATE =
        "INSERT INTO requests (id, version, mark, customer_id, place_id, person_id, person_name, kind, subject,
            description, device_system, device_id, device_name, answers, status, desk_status, mirror, ticket_id,
            mirror_note, sent_at, read_at, run, awaited, search, created_at, updated_at)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
            $22, $23, $24, $25)";
    REQUEST_UPDATE =
        "UPDATE requests
        SET version = version + 1, device_system = $1, device_id = $2, device_name = $3, status = $4,
            desk_status = $5, mirror = $6, ticket_id = $7, mirror_note = $8, sent_at = $9, read_at = $10,
            missing_since = $11, run = $12, awaited = $13, search = $14, updated_at = $15
        WHERE id = $16 AND version = $17";
    REQUEST = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.id = $1");
    REQUESTS_LISTED = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r WHERE r.id IN (", room!(), ")"
    );
    REQUEST_BY_TICKET = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.ticket_id = $1");
    REQUEST_BY_MARK = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.mark = $1");
    REQUEST_SEEN = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r
        WHERE r.id = $2 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)"
    );
    REQUESTS_SEEN = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r
        WHERE r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1) AND r.id < $2
          AND (CAST($3 AS BIGINT) = 0 OR r.person_id = $1)
          AND ($4 = '' OR r.status = $4 OR ($4 = 'active' AND r.status NOT IN ('declined', 'resolved', 'closed')))
          AND ($5 = '' OR r.search LIKE $5 ESCAPE '!')
        ORDER BY r.id DESC LIMIT $6"
    );
    REQUESTS_OF_DEVICE_SEEN = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r
        WHERE r.device_system = $2 AND r.device_id = $3
          AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)
        ORDER BY r.id DESC LIMIT $4"
    );
    REQUESTS_AWAITED_SEEN = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r
        WHERE r.awaited = $1 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)
        ORDER BY r.id DESC LIMIT $2"
    );
    REQUESTS_NEWEST = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r
        WHERE r.id < $1 AND ($2 = '' OR r.search LIKE $2 ESCAPE '!')
        ORDER BY r.id DESC LIMIT $3"
    );
    REQUESTS_OF_CUSTOMER = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r WHERE r.customer_id = $1 ORDER BY r.id DESC LIMIT $2"
    );
    REQUESTS_IN_TROUBLE = concat!(
        "SELECT ", columns!(requests "r."), " FROM requests r
        WHERE r.mirror IN ('unlinked', 'refused', 'lost') AND r.id < $1 AND ($2 = '' OR r.search LIKE $2 ESCAPE '!')
        ORDER BY r.id DESC LIMIT $3"
    );
    /// Requests that waited for a requester that is linked by now.
    REQUESTS_LINKED_NOW =
        "SELECT r.id FROM requests r
        WHERE r.mirror = 'unlinked'
          AND EXISTS (
              SELECT 1 FROM links l
              WHERE l.customer_id = r.customer_id AND l.kind = 'requester' AND l.ended_at IS NULL
                AND l.suspended_why IS NULL
          )
        ORDER BY r.id LIMIT $1";
    /// Only one job at a time sends a request. The same job continues after a crash.
    REQUEST_TAKE =
        "UPDATE requests SET held_by = $1
        WHERE id = $2
          AND (
              held_by IS NULL OR held_by = $1
              OR NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = requests.held_by AND jobs.state = 'running')
          )";
    REQUEST_GIVE_BACK = "UPDATE requests SET held_by = NULL WHERE id = $1 AND held_by = $2";
    /// From now on, the service desk may have received the request.
    REQUEST_SENT = "UPDATE requests SET sent_at = $1, version = version + 1 WHERE id = $2 AND version = $3";
    REQUEST_TOUCH =
        "UPDATE requests SET updated_at = CASE WHEN updated_at < $1 THEN $1 ELSE updated_at END
        WHERE id = $2 AND mirror = $3";
    COMMENT_ADD =
        "INSERT INTO request_comments (id, request_id, act, text, author, delivery, entry, sent_at, note, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    COMMENT_MARK = "UPDATE request_comments SET delivery = $1, entry = $2, note = $3 WHERE id = $4";
    COMMENT_SENT =
        "UPDATE request_comments SET sent_at = $1
        WHERE id = $2 AND delivery = 'waiting' AND sent_at IS NOT DISTINCT FROM $3";
    COMMENTS_RETRY = "UPDATE request_comments SET delivery = 'waiting', note = NULL WHERE request_id = $1 AND delivery = 'refused'";
    COMMENTS = concat!(
        "SELECT ", columns!(request_comments "m."), " FROM request_comments m WHERE m.request_id = $1 ORDER BY m.id LIMIT 1000"
    );
    COMMENTS_SEEN = concat!(
        "SELECT ", columns!(request_comments "m."), " FROM request_comments m
        JOIN requests r ON r.id = m.request_id
        WHERE m.request_id = $2 AND m.delivery <> 'withdrawn'
          AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)
        ORDER BY m.id LIMIT 1000"
    );
    /// A request has at most ten files, even with concurrent uploads.
    FILE_ROOM = "UPDATE requests SET files = files + 1 WHERE id = $1 AND files < 10";
    FILE_KEEP =
        "INSERT INTO request_files (id, request_id, comment_id, name, media_type, size, sha256, bytes, created_at,
            created_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FILES = concat!(
        "SELECT ", columns!(request_files "f."), " FROM request_files f WHERE f.request_id = $1 ORDER BY f.id"
    );
    FILES_SEEN = concat!(
        "SELECT ", columns!(request_files "f."), " FROM request_files f
        JOIN requests r ON r.id = f.request_id
        WHERE f.request_id = $2 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)
        ORDER BY f.id"
    );
    FILE = concat!(
        "SELECT ", columns!(request_files "f."), ", f.bytes FROM request_files f WHERE f.request_id = $1 AND f.id = $2"
    );
    FILE_SEEN = concat!(
        "SELECT ", columns!(request_files "f."), ", f.bytes
        FROM request_files f
        JOIN requests r ON r.id = f.request_id
        WHERE f.request_id = $2 AND f.id = $3
          AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)"
    );
    /// The first definition writes version 1. Every other one must name the version that it replaces.
    WORKFLOW_PUT =
        "INSERT INTO workflows (customer_id, kind, version, steps, changed_at, changed_by)
        VALUES ($1, $2, 1, $3, $4, $5)
        ON CONFLICT (customer_id, kind) DO UPDATE SET version = workflows.version + 1, steps = excluded.steps,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        WHERE workflows.version = $6";
    WORKFLOWS =
        "SELECT customer_id, kind, version, steps, changed_at, changed_by
        FROM workflows
        WHERE customer_id = $1 ORDER BY kind";
    TICKETS_ASKED =
        "INSERT INTO ticket_readings (system, asked_at, seen)
        VALUES ($1, $2, 0)
        ON CONFLICT (system) DO UPDATE SET asked_at = excluded.asked_at";
    TICKETS_PAGE_READ =
        "UPDATE ticket_readings
        SET page = $1, page_since = $2, page_began = $3, seen = $4
        WHERE system = $5";
    TICKETS_READ =
        "UPDATE ticket_readings
        SET since = $1, finished_at = $2, seen = $3, page = NULL, page_since = NULL, page_began = NULL
        WHERE system = $4";
    TICKET_READING =
        "SELECT since, asked_at, finished_at, seen, page, page_since, page_began
        FROM ticket_readings WHERE system = $1";
    /// Requesters that were linked after a moment, by page.
    REQUESTERS_LINKED_SINCE =
        "SELECT created_at, id, external_id FROM links
        WHERE kind = 'requester' AND ended_at IS NULL AND (created_at, id) > ($1, $2) AND system = $3
        ORDER BY created_at, id LIMIT $4";
}
