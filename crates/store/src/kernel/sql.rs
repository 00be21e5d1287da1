//! Every statement the store runs, by name. One text serves both databases.
//!
//! A test prepares each of them on both and keeps its plan as a snapshot, so that no statement scans a table that grows.

use crate::engine::Sql;

/// The columns of a table that are read from it, in one place: `columns!(links)`, or `columns!(links "l.")` where the table has an alias.
macro_rules! columns {
    (customers $($alias:literal)?) => { listed!($($alias)?; "id", "version", "name", "email", "created_at", "updated_at", "devices_as_of", "contact_finding") };
    (timeline $($alias:literal)?) => { listed!($($alias)?; "customer_id", "seq", "at", "actor", "channel", "event", "personal", "salt", "commitment", "hash") };
    (records $($alias:literal)?) => { listed!($($alias)?; "system", "kind", "external_id", "attributes", "raw", "content_hash", "updated_at", "first_seen_at", "changed_at", "read_at", "gone_at", "missing_since", "misses", "merged_into", "held_at") };
    (links $($alias:literal)?) => { listed!($($alias)?; "id", "system", "kind", "external_id", "customer_id", "origin", "actor", "evidence", "created_at", "suspended_why", "ended_at", "ended_by", "ended_why") };
    (devices $($alias:literal)?) => { listed!($($alias)?; "system", "external_id", "holder", "name", "serial", "inverter_serial", "state", "product", "vendor", "inverter_vendor", "assigned_on", "read_at") };
    (persons $($alias:literal)?) => { listed!($($alias)?; "id", "person_id", "customer_id", "name", "email", "licence", "mobile_user", "default_place", "role_functions", "contact_id", "inactive_since", "inactive_why", "version", "created_at", "email_chosen") };
    (places $($alias:literal)?) => { listed!($($alias)?; "id", "name", "parent_id", "address", "owner_id", "active", "version", "created_at") };
    (contacts $($alias:literal)?) => { listed!($($alias)?; "id", "customer_id", "name", "email", "phone", "place_id", "version", "created_at") };
    (identities $($alias:literal)?) => { listed!($($alias)?; "id", "person_id", "customer_id", "sign_in", "created_at", "last_used_at") };
    (invitations $($alias:literal)?) => { listed!($($alias)?; "id", "system", "external_id", "name", "email", "token_hash", "created_at", "created_by", "expires_at", "opened_at", "claimed_issuer", "claimed_subject", "claimed_as", "claimed_at", "consumed_at", "revoked_at", "revoked_why", "ground", "kind") };
    (activations $($alias:literal)?) => { listed!($($alias)?; "id", "invitation_id", "sign_in", "state", "refusal", "progress", "customer_id", "created_at", "finished_at") };
    (reviews $($alias:literal)?) => { listed!($($alias)?; "id", "customer_id", "question", "created_at", "decided_at", "decided_by", "decision", "note") };
    (jobs $($alias:literal)?) => { listed!($($alias)?; "id", "task", "state", "run_at", "attempt", "error", "created_at", "finished_at") };
    (one_time_links $($alias:literal)?) => { listed!($($alias)?; "id", "person_id", "person_version", "email", "token_hash", "created_at", "created_by", "expires_at", "used_at", "revoked_at") };
    (passkeys $($alias:literal)?) => { listed!($($alias)?; "identity_id", "person_id", "credential_id", "passkey", "counter") };
    (registrations $($alias:literal)?) => { listed!($($alias)?; "id", "name", "email", "message", "token_hash", "created_at", "expires_at", "state", "person_id", "decided_by", "decided_at", "reason") };
    (sweeps $($alias:literal)?) => { listed!($($alias)?; "id", "system", "kind", "mode", "dry", "state", "asked_by", "started_at", "finished_at", "page", "expected", "seen", "changed", "takes_away", "missing", "first_forecast_at", "forecast_at", "since", "error", "decided_by") };
    (held_changes $($alias:literal)?) => { listed!($($alias)?; "id", "run_id", "system", "kind", "external_id", "title", "before_text", "after_text", "takes", "held_at", "chosen", "gone", "read_at", "merge_target_id", "merge_target_read_at", "attributes", "raw", "updated_at") };
    (alarms $($alias:literal)?) => { listed!($($alias)?; "system", "code", "about", "since", "detail") };
    (asset_writes $($alias:literal)?) => { listed!($($alias)?; "id", "system", "change", "note", "state", "asked_by", "channel", "created_at", "sent_at", "finished_at") };
    (marketplace_calls $($alias:literal)?) => { listed!($($alias)?; "id", "instance", "operation", "account_id", "at", "micros", "code", "is_test", "request", "answer") };
    (returns $($alias:literal)?) => { listed!($($alias)?; "id", "number", "version", "customer_id", "place_id", "person_id", "email", "lines", "created_at", "created_by", "updated_at") };
    (attachments $($alias:literal)?) => { listed!($($alias)?; "id", "owner_id", "name", "media_type", "size") };
    (forum_boards $($alias:literal)?) => { listed!($($alias)?; "id", "version", "name", "description", "everybody", "closed", "changed_by", "changed_at") };
    (forum_topics $($alias:literal)?) => { listed!($($alias)?; "id", "version", "board_id", "title", "author_id", "customer_id", "created_at", "last_at", "posts", "locked", "pinned", "hidden_at", "hidden_by", "hidden_why") };
    (forum_posts $($alias:literal)?) => { listed!($($alias)?; "id", "version", "topic_id", "body", "author_id", "customer_id", "created_at", "edited_at", "hidden_at", "hidden_by", "hidden_why") };
    (email_changes $($alias:literal)?) => { listed!($($alias)?; "id", "person_id", "email", "token_hash", "created_at", "expires_at") };
    (invoices $($alias:literal)?) => { listed!($($alias)?; "id", "source", "bill", "customer_id", "place_id", "unmatched", "confirmed_at", "missing_since", "created_at", "hash") };
    (requests $($alias:literal)?) => { listed!($($alias)?; "id", "version", "customer_id", "place_id", "person_id", "person_name", "kind", "subject", "description", "device_system", "device_id", "device_name", "answers", "desk_status", "status", "ticket_id", "mirror_note", "mirror", "sent_at", "read_at", "run", "created_at", "updated_at") };
    (request_remarks $($alias:literal)?) => { listed!($($alias)?; "id", "request_id", "act", "text", "author", "way", "entry", "sent_at", "note", "at") };
    (request_files $($alias:literal)?) => { listed!($($alias)?; "id", "request_id", "remark_id", "name", "media_type", "size", "sha256", "created_at", "created_by") };
}

macro_rules! listed {
    (; $first:literal $(, $next:literal)*) => { concat!($first $(, ", ", $next)*) };
    ($alias:literal; $first:literal $(, $next:literal)*) => { concat!($alias, $first $(, ", ", $alias, $next)*) };
}

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: Sql = Sql { name: stringify!($name), text: $sql };)*
        /// All of them.
        #[cfg(test)]
        pub(crate) const ALL: &[Sql] = &[$($name),*];
    };
}

statements! {
    // Customers and their timeline.
    CUSTOMER_CREATE = "INSERT INTO customers (id, version, name, email, created_at, updated_at, devices_as_of, contact_finding, head_length, head_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)";
    CUSTOMER_UPDATE = "UPDATE customers SET version = version + 1, name = $1, email = $2, updated_at = $3, devices_as_of = $4, contact_finding = $5 WHERE id = $6 AND version = $7";
    CUSTOMER = concat!("SELECT ", columns!(customers), " FROM customers WHERE id = $1");
    CUSTOMER_OF_RECORD = concat!("SELECT ", columns!(customers "c."), " FROM links l JOIN customers c ON c.id = l.customer_id WHERE l.system = $1 AND l.kind = $2 AND l.external_id = $3 AND l.ended_at IS NULL");
    /// Whom somebody signs in for, unless that has ended.
    CUSTOMER_OF_IDENTITY = concat!("SELECT ", columns!(customers "c."), " FROM identities i JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL JOIN customers c ON c.id = i.customer_id WHERE i.issuer = $1 AND i.subject = $2");
    CUSTOMERS_AFTER = concat!("SELECT ", columns!(customers), " FROM customers WHERE id > $1 ORDER BY id LIMIT $2");
    CUSTOMERS_BY_REQUESTER_EMAIL = "SELECT l.customer_id FROM record_handles h JOIN links l ON l.system = h.system AND l.kind = h.kind AND l.external_id = h.external_id AND l.ended_at IS NULL WHERE h.handle = 'primary_email' AND h.value = $1 AND h.kind = 'requester'";
    /// Moves the head of a chain on. It goes first: it locks the customer's row, so that whatever else appends to this timeline waits until
    /// this plan is committed, and then goes on from the head that it finds.
    TIMELINE_ADVANCE = "UPDATE customers SET head_length = head_length + $1, head_hash = chain_hash(head_hash, head_length + 1, $2) WHERE id = $3";
    TIMELINE_APPEND = "INSERT INTO timeline (customer_id, seq, at, actor, channel, event, personal, salt, commitment, hash) SELECT c.id, c.head_length - $1, $2, $3, $4, $5, $6, $7, $8, chain_hash(COALESCE((SELECT p.hash FROM timeline p WHERE p.customer_id = c.id AND p.seq = c.head_length - $1 - 1), $9), c.head_length - $1, $10) FROM customers c WHERE c.id = $11";
    TIMELINE_HEAD = "SELECT head_length, head_hash FROM customers WHERE id = $1";
    TIMELINE_NEWEST = concat!("SELECT ", columns!(timeline), " FROM timeline WHERE customer_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    TIMELINE_ALL = concat!("SELECT ", columns!(timeline), " FROM timeline WHERE customer_id = $1 ORDER BY seq");
    TIMELINE_BETWEEN = concat!("SELECT ", columns!(timeline), " FROM timeline WHERE customer_id = $1 AND seq >= $2 AND seq <= $3 ORDER BY seq LIMIT $4");
    TIMELINE_HASH = "SELECT hash FROM timeline WHERE customer_id = $1 AND seq = $2";
    TIMELINE_SEQ_FROM = "SELECT seq FROM timeline WHERE customer_id = $1 AND seq >= $2 ORDER BY seq LIMIT 1";
    TIMELINE_ORPHAN = "SELECT t.customer_id, t.seq FROM timeline t WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.id = t.customer_id) ORDER BY t.customer_id, t.seq LIMIT 1";
    HEADS_FROM = "SELECT id, head_length, head_hash FROM customers WHERE id >= $1 ORDER BY id LIMIT $2";
    TIMELINE_ERASE = "UPDATE timeline SET personal = NULL, salt = NULL WHERE customer_id = $1 AND seq = $2";

    // Records and what they are found by. A read begun earlier never overwrites one begun later.
    RECORD_PUT = "INSERT INTO records (system, kind, external_id, title, attributes, raw, content_hash, holder, updated_at, first_seen_at, changed_at, read_at, gone_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $10, NULL) ON CONFLICT (system, kind, external_id) DO UPDATE SET title = excluded.title, attributes = excluded.attributes, raw = excluded.raw, holder = excluded.holder, updated_at = excluded.updated_at, changed_at = CASE WHEN records.content_hash = excluded.content_hash THEN records.changed_at ELSE excluded.changed_at END, content_hash = excluded.content_hash, first_seen_at = CASE WHEN records.read_at < 0 THEN excluded.first_seen_at ELSE records.first_seen_at END, read_at = excluded.read_at, gone_at = NULL, missing_since = NULL, misses = 0, merged_into = NULL WHERE records.read_at <= excluded.read_at";
    /// That it is gone was read too: what was read earlier does not bring it back.
    RECORD_BURY = "UPDATE records SET gone_at = $1, holder = NULL, read_at = $1 WHERE system = $2 AND kind = $3 AND external_id = $4 AND gone_at IS NULL AND read_at <= $1";
    RECORD_TOUCH = "UPDATE records SET read_at = $1, missing_since = NULL, misses = 0 WHERE system = $2 AND kind = $3 AND external_id = $4 AND read_at < $1 AND held_at IS NULL";
    RECORD_EXPECT = "UPDATE records SET read_at = read_at WHERE system = $1 AND kind = $2 AND external_id = $3 AND read_at = $4 AND held_at IS NULL";
    RECORD_HOLD = "UPDATE records SET held_at = COALESCE(held_at, $1) WHERE system = $2 AND kind = $3 AND external_id = $4 AND read_at = $5";
    RECORD_RELEASE = "UPDATE records SET held_at = NULL WHERE system = $1 AND kind = $2 AND external_id = $3 AND NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3)";
    RECORD_RELEASE_ONE = "UPDATE records SET held_at = NULL WHERE (system, kind, external_id) IN (SELECT h.system, h.kind, h.external_id FROM held_changes h WHERE h.id = $1 AND h.dry <> 1)";
    RECORDS_RELEASE_CHOSEN = "UPDATE records SET held_at = NULL WHERE (system, kind, external_id) IN (SELECT h.system, h.kind, h.external_id FROM held_changes h WHERE h.run_id = $1 AND h.dry <> 1 AND h.chosen = 2)";
    /// Takes the place of a record that was not there, so that of two who find it new one plans again. The plan writes the record next.
    RECORD_EXPECT_NONE = "INSERT INTO records (system, kind, external_id, title, attributes, raw, content_hash, first_seen_at, changed_at, read_at) VALUES ($1, $2, $3, '', '', '', $4, -1, -1, -1) ON CONFLICT (system, kind, external_id) DO NOTHING";
    RECORD_MISSING = "UPDATE records SET missing_since = COALESCE(missing_since, $1), misses = misses + 1, read_at = $1 WHERE system = $2 AND kind = $3 AND external_id = $4 AND read_at <= $1";
    RECORD_MERGE = "UPDATE records SET merged_into = $1, gone_at = COALESCE(gone_at, $2), holder = NULL, read_at = $2 WHERE system = $3 AND kind = $4 AND external_id = $5 AND read_at <= $2";
    RECORD = concat!("SELECT ", columns!(records), " FROM records WHERE system = $1 AND kind = $2 AND external_id = $3");
    RECORDS_HELD = concat!("SELECT ", columns!(records), " FROM records WHERE system = $1 AND holder = $2 ORDER BY external_id");
    RECORDS_BY_HANDLE = concat!("SELECT ", columns!(records "r."), " FROM record_handles h JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id WHERE h.handle = $1 AND h.value = $2 AND r.gone_at IS NULL LIMIT $3");
    RECORDS_GONE_BY_HANDLE = concat!("SELECT ", columns!(records "r."), " FROM record_handles h JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id WHERE h.handle = $1 AND h.value = $2 AND r.gone_at IS NOT NULL LIMIT $3");
    HANDLES_CLEAR = "DELETE FROM record_handles WHERE system = $1 AND kind = $2 AND external_id = $3 AND EXISTS (SELECT 1 FROM records r WHERE r.system = $1 AND r.kind = $2 AND r.external_id = $3 AND r.read_at = $4)";
    HANDLE_ADD = "INSERT INTO record_handles (handle, value, system, kind, external_id) SELECT $1, $2, r.system, r.kind, r.external_id FROM records r WHERE r.system = $3 AND r.kind = $4 AND r.external_id = $5 AND r.read_at = $6 ON CONFLICT (handle, value, system, kind, external_id) DO NOTHING";
    /// A record and whose it is. An asset is never linked itself: it is whose its holder is.
    SEARCH = "SELECT h.system, h.kind, h.external_id, r.attributes, COALESCE(l.customer_id, o.customer_id) AS customer_id FROM record_handles h JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id LEFT JOIN links l ON l.system = h.system AND l.kind = h.kind AND l.external_id = h.external_id AND l.ended_at IS NULL LEFT JOIN links o ON o.system = r.system AND o.kind = 'requester' AND o.external_id = r.holder AND o.ended_at IS NULL WHERE h.handle = $1 AND h.value >= $2 AND h.value < $3 AND r.gone_at IS NULL ORDER BY h.value, h.system, h.kind, h.external_id LIMIT $4";
    /// The same for one record by its id, gone or not.
    SEARCH_BY_ID = "SELECT r.system, r.kind, r.external_id, r.attributes, COALESCE(l.customer_id, o.customer_id) AS customer_id FROM records r LEFT JOIN links l ON l.system = r.system AND l.kind = r.kind AND l.external_id = r.external_id AND l.ended_at IS NULL LEFT JOIN links o ON o.system = r.system AND o.kind = 'requester' AND o.external_id = r.holder AND o.ended_at IS NULL WHERE r.system = $1 AND r.kind = $2 AND r.external_id = $3";
    /// Customers as lists show them, once per linked record. Fewer than there is room for: an id is repeated.
    CUSTOMERS_LISTED = "SELECT c.id, c.name, c.email, c.created_at, l.system, (SELECT count(*) FROM links h JOIN devices d ON d.system = h.system AND d.holder = h.external_id WHERE h.customer_id = c.id AND h.kind = 'requester' AND h.ended_at IS NULL AND h.suspended_why IS NULL) AS devices FROM customers c LEFT JOIN links l ON l.customer_id = c.id AND l.ended_at IS NULL WHERE c.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) ORDER BY c.id, l.created_at, l.id";

    // Links.
    LINK_CREATE = "INSERT INTO links (id, system, kind, external_id, customer_id, origin, actor, evidence, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    LINK_END = "UPDATE links SET ended_at = $1, ended_by = $2, ended_why = $3 WHERE id = $4 AND ended_at IS NULL";
    LINK_SUSPEND = "UPDATE links SET suspended_why = $1 WHERE id = $2 AND ended_at IS NULL";
    LINKS = concat!("SELECT ", columns!(links), " FROM links WHERE customer_id = $1 ORDER BY created_at, id");
    LINKS_OF_RECORD = concat!("SELECT ", columns!(links), " FROM links WHERE system = $1 AND kind = $2 AND external_id = $3 ORDER BY created_at DESC, id DESC LIMIT 50");
    LINK_OF_RECORD = concat!("SELECT ", columns!(links), " FROM links WHERE system = $1 AND kind = $2 AND external_id = $3 AND ended_at IS NULL");
    LINK_ENDED_OF_RECORD = concat!("SELECT ", columns!(links), " FROM links WHERE system = $1 AND kind = $2 AND external_id = $3 AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1");

    // Devices.
    /// A device that was dropped has no row to tell when, but its record has.
    DEVICE_PUT = "INSERT INTO devices (system, external_id, holder, name, serial, inverter_serial, state, product, vendor, inverter_vendor, assigned_on, read_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.system = $1 AND r.kind = 'asset' AND r.external_id = $2 AND r.read_at > $12) ON CONFLICT (system, external_id) DO UPDATE SET holder = excluded.holder, name = excluded.name, serial = excluded.serial, inverter_serial = excluded.inverter_serial, state = excluded.state, product = excluded.product, vendor = excluded.vendor, inverter_vendor = excluded.inverter_vendor, assigned_on = excluded.assigned_on, read_at = excluded.read_at WHERE devices.read_at <= excluded.read_at";
    DEVICE_DROP = "DELETE FROM devices WHERE system = $1 AND external_id = $2 AND read_at <= $3";
    DEVICE_TOUCH = "UPDATE devices SET read_at = $1 WHERE system = $2 AND external_id = $3 AND read_at < $1";
    DEVICE = concat!("SELECT ", columns!(devices), " FROM devices WHERE system = $1 AND external_id = $2");
    /// A device that the customer has already is not given to them twice.
    DEVICE_ASSIGN = "INSERT INTO device_assignments (customer_id, system, external_id, since) SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM device_assignments a WHERE a.customer_id = $1 AND a.system = $2 AND a.external_id = $3 AND a.ended_at IS NULL) ON CONFLICT (customer_id, system, external_id, since) DO UPDATE SET ended_at = NULL, leaving = NULL";
    DEVICE_UNASSIGN = "UPDATE device_assignments SET ended_at = $1, leaving = $2 WHERE customer_id = $3 AND system = $4 AND external_id = $5 AND ended_at IS NULL";
    DEVICES_ASSIGNED = "SELECT system, external_id FROM device_assignments WHERE customer_id = $1 AND ended_at IS NULL ORDER BY system, external_id";
    DEVICES_ASSIGNED_EVER = "SELECT system, external_id FROM device_assignments WHERE customer_id = $1 ORDER BY since DESC LIMIT $2";
    DEVICE_HISTORY = "SELECT since, ended_at FROM device_assignments WHERE customer_id = $1 AND system = $2 AND external_id = $3 ORDER BY since DESC LIMIT $4";
    /// Whoever takes a device from its holder does so while it is there.
    DEVICE_TAKE = "UPDATE devices SET read_at = read_at WHERE system = $1 AND external_id = $2 AND holder = $3";
    DEVICES_HELD = concat!("SELECT ", columns!(devices), " FROM devices WHERE system = $1 AND holder = $2 ORDER BY external_id");
    DEVICES_OF_CUSTOMER = concat!("SELECT ", columns!(devices "d."), " FROM links l JOIN devices d ON d.system = l.system AND d.holder = l.external_id WHERE l.customer_id = $1 AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL ORDER BY d.external_id");
    OTHER_ASSETS_OF_CUSTOMER = "SELECT count(*) AS count FROM links l JOIN records r ON r.system = l.system AND r.holder = l.external_id LEFT JOIN devices d ON d.system = r.system AND d.external_id = r.external_id WHERE l.customer_id = $1 AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL AND d.external_id IS NULL";
    /// "My devices" in one query: the customer without a device, then once for each device at the places of whoever asks.
    MY_DEVICES = concat!("SELECT c.id AS customer_id, c.name AS customer_name, c.devices_as_of, NULL AS system, NULL AS external_id, NULL AS holder, NULL AS name, NULL AS serial, NULL AS inverter_serial, NULL AS state, NULL AS product, NULL AS vendor, NULL AS inverter_vendor, NULL AS assigned_on, NULL AS read_at FROM identities i JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL JOIN customers c ON c.id = i.customer_id WHERE i.issuer = $1 AND i.subject = $2 UNION ALL SELECT c.id, c.name, c.devices_as_of, ", columns!(devices "d."), " FROM identities i JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL JOIN customers c ON c.id = i.customer_id JOIN person_places x ON x.person_id = p.id JOIN links l ON l.customer_id = x.place_id AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL JOIN devices d ON d.system = l.system AND d.holder = l.external_id WHERE i.issuer = $1 AND i.subject = $2 AND NOT EXISTS (SELECT 1 FROM device_places v JOIN places w ON w.id = v.place_id WHERE v.system = d.system AND v.external_id = d.external_id AND w.owner_id = l.customer_id) UNION ALL SELECT c.id, c.name, c.devices_as_of, ", columns!(devices "d."), " FROM identities i JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL JOIN customers c ON c.id = i.customer_id JOIN person_places x ON x.person_id = p.id JOIN device_places v ON v.place_id = x.place_id JOIN places w ON w.id = v.place_id JOIN devices d ON d.system = v.system AND d.external_id = v.external_id JOIN links l ON l.system = d.system AND l.kind = 'requester' AND l.external_id = d.holder AND l.ended_at IS NULL AND l.suspended_why IS NULL AND l.customer_id = w.owner_id WHERE i.issuer = $1 AND i.subject = $2");

    // Persons and identities.
    PERSON_CREATE = "INSERT INTO persons (id, person_id, person_key, customer_id, name, email, email_key, licence, mobile_user, default_place, role_functions, contact_id, inactive_since, inactive_why, version, created_at, email_chosen) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16)";
    PERSON_UPDATE = "UPDATE persons SET person_id = $1, person_key = $2, name = $3, email = $4, email_key = $5, licence = $6, mobile_user = $7, default_place = $8, role_functions = $9, contact_id = $10, inactive_since = $11, inactive_why = $12, email_chosen = $13, version = version + 1 WHERE id = $14 AND version = $15";
    PERSON_PLACES_CLEAR = "DELETE FROM person_places WHERE person_id = $1";
    PERSON_PLACE_ADD = "INSERT INTO person_places (person_id, place_id) VALUES ($1, $2)";
    PERSON_PLACES = "SELECT place_id FROM person_places WHERE person_id = $1 ORDER BY place_id";
    PERSON = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.id = $1");
    PERSON_BY_KEY = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.person_key = $1");
    PERSONS_BY_EMAIL = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.email_key = $1 ORDER BY p.id LIMIT 25");
    PERSON_OF_CONTACT = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.contact_id = $1 ORDER BY p.id LIMIT 1");
    PEOPLE = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.customer_id = $1 ORDER BY p.created_at, p.id");
    PEOPLE_AFTER = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.id > $1 ORDER BY p.id LIMIT $2");
    /// What the rules of every door look at, in one query.
    AT_DOOR_BY_ID = "SELECT p.id, p.person_id, p.name, p.customer_id, p.licence, p.mobile_user, p.role_functions, p.inactive_since, p.inactive_why, p.default_place, h.name AS place_name, h.active AS place_active, (SELECT count(*) FROM person_places x WHERE x.person_id = p.id) AS places, (SELECT count(*) FROM identities y WHERE y.person_id = p.id AND y.issuer <> 'urn:tessera:person') AS identities, (SELECT count(*) FROM credentials z WHERE z.person_id = p.id AND z.password_hash IS NOT NULL) AS has_password FROM persons p LEFT JOIN places h ON h.id = p.default_place WHERE p.id = $1";
    AT_DOOR_BY_IDENTITY = "SELECT p.id, p.person_id, p.name, p.customer_id, p.licence, p.mobile_user, p.role_functions, p.inactive_since, p.inactive_why, p.default_place, h.name AS place_name, h.active AS place_active, (SELECT count(*) FROM person_places x WHERE x.person_id = p.id) AS places, (SELECT count(*) FROM identities y WHERE y.person_id = p.id AND y.issuer <> 'urn:tessera:person') AS identities, (SELECT count(*) FROM credentials z WHERE z.person_id = p.id AND z.password_hash IS NOT NULL) AS has_password FROM identities i JOIN persons p ON p.id = i.person_id LEFT JOIN places h ON h.id = p.default_place WHERE i.issuer = $1 AND i.subject = $2";
    LICENCE_REFUSED = "INSERT INTO refused_licences (person_key, code, at) VALUES ($1, $2, $3) ON CONFLICT (person_key) DO UPDATE SET code = excluded.code, at = excluded.at";
    LICENCE_REFUSED_FORGET = "DELETE FROM refused_licences WHERE person_key = $1";
    LICENCES_REFUSED_FORGET = "DELETE FROM refused_licences WHERE at < $1";
    REFUSED_LICENCE = "SELECT code, at FROM refused_licences WHERE person_key = $1";

    // Seats of licences.
    SEATS = "SELECT s.number, s.person_id, p.person_id AS signs_in_as, p.name, s.session_hash, s.taken_at, s.used_at, CASE WHEN s.session_hash IS NULL THEN CASE WHEN p.inactive_since IS NULL AND p.licence = s.licence THEN 1 ELSE 0 END WHEN x.expires_at > $2 THEN 1 ELSE 0 END AS stands FROM seats s LEFT JOIN persons p ON p.id = s.person_id LEFT JOIN sessions x ON x.token_hash = s.session_hash WHERE s.licence = $1 ORDER BY s.number";
    SEAT_OF_SESSION = "SELECT used_at FROM seats WHERE session_hash = $1 AND licence = $2";
    SEAT_OF_PERSON = "SELECT number FROM seats WHERE person_id = $1 AND licence = $2 AND session_hash IS NULL LIMIT 1";
    /// A seat is new, or what was read of it still holds.
    SEAT_TAKE = "INSERT INTO seats (licence, number, person_id, session_hash, taken_at, used_at) VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (licence, number) DO UPDATE SET person_id = excluded.person_id, session_hash = excluded.session_hash, taken_at = excluded.taken_at, used_at = excluded.used_at WHERE seats.used_at = $6";
    SEAT_USE = "UPDATE seats SET used_at = $1 WHERE session_hash = $2";
    SEAT_MOVE = "UPDATE seats SET session_hash = $1 WHERE session_hash = $2";
    SEAT_FREE = "DELETE FROM seats WHERE licence = $1 AND number = $2";

    // Places and contacts.
    PLACE_CREATE = "INSERT INTO places (id, name, parent_id, address, owner_id, active, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, 1, $7)";
    PLACE_UPDATE = "UPDATE places SET name = $1, parent_id = $2, address = $3, active = $4, version = version + 1 WHERE id = $5 AND version = $6";
    PLACE = concat!("SELECT ", columns!(places), " FROM places WHERE id = $1");
    PLACES_OF_CUSTOMER = concat!("SELECT ", columns!(places), " FROM places WHERE owner_id = $1 ORDER BY id");
    PLACES_AFTER = concat!("SELECT ", columns!(places), " FROM places WHERE id > $1 ORDER BY id LIMIT $2");
    PLACES_OF_PERSON = concat!("SELECT ", columns!(places "p."), " FROM person_places x JOIN places p ON p.id = x.place_id WHERE x.person_id = $1 ORDER BY p.name, p.id");
    CONTACT_CREATE = "INSERT INTO contacts (id, customer_id, name, email, email_key, phone, place_id, version, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)";
    CONTACT_UPDATE = "UPDATE contacts SET name = $1, email = $2, email_key = $3, phone = $4, place_id = $5, version = version + 1 WHERE id = $6 AND version = $7";
    CONTACT = concat!("SELECT ", columns!(contacts), " FROM contacts WHERE id = $1");
    CONTACTS_OF_CUSTOMER = concat!("SELECT ", columns!(contacts), " FROM contacts WHERE customer_id = $1 ORDER BY id LIMIT 200");
    CONTACTS_AFTER = concat!("SELECT ", columns!(contacts), " FROM contacts WHERE id > $1 ORDER BY id LIMIT $2");
    CONTACTS_BY_EMAIL = concat!("SELECT ", columns!(contacts), " FROM contacts WHERE email_key = $1 ORDER BY id LIMIT 25");
    DEVICE_PLACE_PUT = "INSERT INTO device_places (system, external_id, place_id) VALUES ($1, $2, $3) ON CONFLICT (system, external_id) DO UPDATE SET place_id = excluded.place_id";
    DEVICE_PLACE_CLEAR = "DELETE FROM device_places WHERE system = $1 AND external_id = $2";
    DEVICE_PLACE = "SELECT place_id FROM device_places WHERE system = $1 AND external_id = $2";
    /// The devices at a person's places (P08), each with its place. A device is at the home place of whoever has it, unless it was put at
    /// another place of theirs: of a customer who had it before, no place counts any more.
    DEVICES_IN_PLACES = concat!("SELECT x.place_id, ", columns!(devices "d."), " FROM person_places x JOIN links l ON l.customer_id = x.place_id AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL JOIN devices d ON d.system = l.system AND d.holder = l.external_id WHERE x.person_id = $1 AND NOT EXISTS (SELECT 1 FROM device_places v JOIN places w ON w.id = v.place_id WHERE v.system = d.system AND v.external_id = d.external_id AND w.owner_id = l.customer_id) UNION ALL SELECT x.place_id, ", columns!(devices "d."), " FROM person_places x JOIN device_places v ON v.place_id = x.place_id JOIN places w ON w.id = v.place_id JOIN devices d ON d.system = v.system AND d.external_id = v.external_id JOIN links l ON l.system = d.system AND l.kind = 'requester' AND l.external_id = d.holder AND l.ended_at IS NULL AND l.suspended_why IS NULL AND l.customer_id = w.owner_id WHERE x.person_id = $1");
    ACCESS_END = "UPDATE persons SET inactive_since = $1, inactive_why = 'account_deleted' WHERE customer_id = $2 AND inactive_since IS NULL";
    ACCESS_GIVE_BACK = "UPDATE persons SET inactive_since = NULL, inactive_why = NULL WHERE customer_id = $1 AND inactive_why = 'account_deleted'";
    IDENTITY_CREATE = "INSERT INTO identities (id, issuer, subject, person_id, customer_id, sign_in, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    IDENTITY_REMOVE = "DELETE FROM identities WHERE id = $1";
    /// The customer's row, which the same plan changes first, keeps two removals apart; this keeps the last one whatever happens.
    IDENTITY_REMOVE_SPARE = "DELETE FROM identities WHERE id = $1 AND EXISTS (SELECT 1 FROM identities other WHERE other.person_id = identities.person_id AND other.id <> identities.id)";
    SESSIONS_END_OF_PERSON = "DELETE FROM sessions WHERE person_id = $1 AND token_hash <> $2";
    /// Those of a sign-in that began before the person did.
    SESSIONS_END_OF_IDENTITIES = "DELETE FROM sessions WHERE owner IN (SELECT i.issuer || ' ' || i.subject FROM identities i WHERE i.person_id = $1) AND token_hash <> $2";
    SESSIONS_END_OF_PEOPLE = "DELETE FROM sessions WHERE person_id IN (SELECT p.id FROM persons p WHERE p.customer_id = $1) AND token_hash <> $2";
    IDENTITY_USED = "UPDATE identities SET last_used_at = $1 WHERE issuer = $2 AND subject = $3";
    IDENTITY = concat!("SELECT ", columns!(identities), " FROM identities WHERE issuer = $1 AND subject = $2");
    IDENTITIES = concat!("SELECT ", columns!(identities), " FROM identities WHERE customer_id = $1 ORDER BY created_at, id");

    // Invitations.
    INVITATION_CREATE = "INSERT INTO invitations (id, system, external_id, name, email, token_hash, created_at, created_by, expires_at, ground, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    INVITATIONS_REVOKE = "UPDATE invitations SET revoked_at = $1, revoked_why = $2 WHERE system = $3 AND external_id = $4 AND claimed_at IS NULL AND revoked_at IS NULL AND consumed_at IS NULL";
    INVITATION_OPENED = "UPDATE invitations SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL";
    INVITATION_CLAIM = "UPDATE invitations SET claimed_issuer = $1, claimed_subject = $2, claimed_as = $3, claimed_at = $4 WHERE id = $5 AND claimed_at IS NULL AND revoked_at IS NULL AND consumed_at IS NULL AND expires_at > $4";
    INVITATION_RELEASE = "UPDATE invitations SET claimed_issuer = NULL, claimed_subject = NULL, claimed_as = NULL, claimed_at = NULL WHERE id = $1 AND consumed_at IS NULL";
    INVITATION_CONSUME = "UPDATE invitations SET consumed_at = $1 WHERE id = $2 AND claimed_at IS NOT NULL AND consumed_at IS NULL AND revoked_at IS NULL";
    INVITATION = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE id = $1");
    INVITATION_BY_TOKEN = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE token_hash = $1");
    /// Those that have a link: without one there is nothing to show, and nothing to take back.
    INVITATIONS = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE system = $1 AND external_id = $2 AND ground IS NULL ORDER BY created_at DESC, id DESC LIMIT $3");
    /// What was not taken back of several requesters. Fewer than there is room for: an id is repeated.
    INVITATIONS_STANDING = concat!("SELECT ", columns!(invitations), " FROM invitations WHERE system = $1 AND external_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26) AND revoked_at IS NULL AND ground IS NULL ORDER BY created_at DESC, id DESC");

    // Activations.
    ACTIVATION_CREATE = "INSERT INTO activations (id, invitation_id, issuer, subject, sign_in, state, refusal, progress, customer_id, created_at, finished_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    ACTIVATION_UPDATE = "UPDATE activations SET state = $1, refusal = $2, progress = $3, customer_id = $4, finished_at = $5 WHERE id = $6 AND state = 'pending'";
    ACTIVATION_PROGRESS = "UPDATE activations SET progress = $1 WHERE id = $2 AND state = 'pending'";
    ACTIVATION = concat!("SELECT ", columns!(activations), " FROM activations WHERE id = $1");
    ACTIVATIONS_OF_INVITATION = concat!("SELECT ", columns!(activations), " FROM activations WHERE invitation_id = $1 ORDER BY created_at DESC LIMIT 20");
    ACTIVATION_OF_SUBJECT = concat!("SELECT ", columns!(activations), " FROM activations WHERE issuer = $1 AND subject = $2 ORDER BY created_at DESC LIMIT 1");

    // Reviews.
    REVIEW_CREATE = "INSERT INTO reviews (id, customer_id, identity, question, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    REVIEW_DECIDE = "UPDATE reviews SET decided_at = $1, decided_by = $2, decision = $3, note = $4 WHERE id = $5 AND decided_at IS NULL";
    REVIEW = concat!("SELECT ", columns!(reviews), " FROM reviews WHERE id = $1");
    REVIEWS_OF_CUSTOMER = concat!("SELECT ", columns!(reviews), " FROM reviews WHERE customer_id = $1 ORDER BY created_at DESC");
    REVIEWS_OF_IDENTITY = concat!("SELECT ", columns!(reviews), " FROM reviews WHERE identity = $1 ORDER BY created_at DESC LIMIT 100");
    REVIEWS_OPEN = concat!("SELECT ", columns!(reviews), " FROM reviews WHERE decided_at IS NULL ORDER BY created_at LIMIT $1");

    // Jobs.
    /// Equal tasks that wait are one, due when the earlier of them is.
    JOB_ENQUEUE = "INSERT INTO jobs (id, key, task, lane, state, run_at, attempt, created_at) VALUES ($1, $2, $3, $4, 'waiting', $5, 0, $6) ON CONFLICT (key) WHERE state = 'waiting' DO UPDATE SET run_at = excluded.run_at WHERE excluded.run_at < jobs.run_at";
    JOB_FINISH = "UPDATE jobs SET state = 'done', finished_at = $1, leased_until = NULL, error = NULL WHERE id = $2 AND attempt = $3 AND state = 'running'";
    JOB_FAIL = "UPDATE jobs SET state = 'failed', finished_at = $1, leased_until = NULL, error = $2 WHERE id = $3 AND attempt = $4 AND state = 'running'";
    /// An equal task that began to wait meanwhile takes over; otherwise the job waits again itself.
    JOB_RETRY = "UPDATE jobs SET state = CASE WHEN EXISTS (SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting') THEN 'done' ELSE 'waiting' END, run_at = $1, finished_at = CASE WHEN EXISTS (SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting') THEN CAST($1 AS BIGINT) END, leased_until = NULL, error = $2 WHERE id = $3 AND attempt = $4 AND state = 'running'";
    JOB_EXTEND = "UPDATE jobs SET leased_until = $1 WHERE id = $2 AND attempt = $3 AND state = 'running'";
    JOB_REVIVE = "UPDATE jobs SET state = 'waiting', run_at = $1, finished_at = NULL WHERE id = $2 AND state = 'failed'";
    /// Lane by lane, because that is how the index of what waits is ordered.
    JOBS_NEXT_DUE = "SELECT min(due) AS due FROM (SELECT min(run_at) AS due FROM jobs WHERE state = 'waiting' AND lane = 0 UNION ALL SELECT min(run_at) FROM jobs WHERE state = 'waiting' AND lane = 1 UNION ALL SELECT min(run_at) FROM jobs WHERE state = 'waiting' AND lane = 2) lanes";
    JOBS_WAITING = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE state = 'waiting' ORDER BY lane, run_at LIMIT $1");
    JOBS_RUNNING = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE state = 'running' ORDER BY leased_until LIMIT $1");
    JOB = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE id = $1");
    JOBS_FAILED = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE state = 'failed' ORDER BY finished_at DESC LIMIT $1");
    JOBS_IN_TROUBLE = concat!("SELECT ", columns!(jobs), " FROM jobs WHERE key = $1 AND state = 'failed' UNION ALL SELECT ", columns!(jobs), " FROM jobs WHERE key = $1 AND state = 'waiting' AND error IS NOT NULL");
    JOB_LIVE = "SELECT 1 FROM jobs WHERE key = $1 AND state = 'waiting' UNION ALL SELECT 1 FROM jobs WHERE key = $1 AND state = 'running' LIMIT 1";
    JOBS_COUNT = "SELECT (SELECT count(*) FROM jobs WHERE state = 'waiting') AS waiting, (SELECT count(*) FROM jobs WHERE state = 'running') AS running, (SELECT count(*) FROM jobs WHERE state = 'failed') AS failed";
    JOBS_FORGET = "DELETE FROM jobs WHERE state = 'done' AND finished_at < $1";

    // Sessions and sign-ins under way.
    SESSION_CREATE = "INSERT INTO sessions (token_hash, who, owner, created_at, expires_at, device, place, person_id) VALUES ($1, $2, $3, $4, $5, $6, $7, (SELECT i.person_id FROM identities i WHERE i.issuer = $8 AND i.subject = $9))";
    SESSION = "SELECT who, created_at, COALESCE(proved_at, created_at) AS proved_at, COALESCE(last_used_at, created_at) AS last_used_at FROM sessions WHERE token_hash = $1 AND expires_at > $2";
    SESSION_USED = "UPDATE sessions SET last_used_at = $1 WHERE token_hash = $2";
    /// Whoever proved anew who they are goes on under a fresh token.
    SESSION_RENEW = "UPDATE sessions SET token_hash = $1, proved_at = $2, last_used_at = $2 WHERE token_hash = $3";
    /// Those begun as the person, and those begun with an identity before it was theirs.
    SESSIONS_OF_PERSON = "SELECT token_hash, who, created_at, last_used_at, device, place FROM sessions WHERE person_id = $1 AND expires_at > $2 UNION ALL SELECT s.token_hash, s.who, s.created_at, s.last_used_at, s.device, s.place FROM identities i JOIN sessions s ON s.owner = i.issuer || ' ' || i.subject AND s.person_id IS NULL AND s.expires_at > $2 WHERE i.person_id = $1";
    SESSION_END = "DELETE FROM sessions WHERE token_hash = $1";
    SESSIONS_END = "DELETE FROM sessions WHERE owner = $1";
    SESSIONS_END_OF_IDENTITY = "DELETE FROM sessions WHERE owner IN (SELECT i.issuer || ' ' || i.subject FROM identities i WHERE i.id = $1)";
    SESSIONS_END_OF_CUSTOMER = "DELETE FROM sessions WHERE owner IN (SELECT i.issuer || ' ' || i.subject FROM identities i WHERE i.customer_id = $1) AND token_hash <> $2";
    SESSIONS_EXPIRE = "DELETE FROM sessions WHERE expires_at <= $1";
    SIGN_IN_BEGIN = "INSERT INTO sign_ins (state_hash, browser_hash, provider, nonce, verifier, purpose, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Taking it is the only way to see it: a state works once.
    SIGN_IN_TAKE = "DELETE FROM sign_ins WHERE state_hash = $1 RETURNING browser_hash, provider, nonce, verifier, purpose, expires_at";
    SIGN_INS_EXPIRE = "DELETE FROM sign_ins WHERE expires_at <= $1";

    // How people prove who they are.
    PASSWORD_BY_KEY = "SELECT p.id, c.password_hash FROM persons p LEFT JOIN credentials c ON c.person_id = p.id WHERE p.person_key = $1";
    CREDENTIALS = "SELECT c.password_hash, c.password_set_at, c.factor_key, c.factor_since, c.factor_step, (SELECT count(*) FROM recovery_codes r WHERE r.person_id = p.id) AS codes_left, (SELECT count(*) FROM passkeys k WHERE k.person_id = p.id) AS passkeys FROM persons p LEFT JOIN credentials c ON c.person_id = p.id WHERE p.id = $1";
    PASSWORD_PUT = "INSERT INTO credentials (person_id, password_hash, password_set_at) VALUES ($1, $2, $3) ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash, password_set_at = excluded.password_set_at";
    CREDENTIALS_FORGET = "DELETE FROM credentials WHERE person_id = $1";
    FACTOR_PUT = "UPDATE credentials SET factor_key = $1, factor_since = $2, factor_step = $3 WHERE person_id = $4 AND password_hash IS NOT NULL";
    FACTOR_FORGET = "UPDATE credentials SET factor_key = NULL, factor_since = NULL, factor_step = NULL WHERE person_id = $1";
    /// Of two who show the same code, one comes first.
    FACTOR_STEP = "UPDATE credentials SET factor_step = $1 WHERE person_id = $2 AND factor_key = $3 AND factor_step < $1";
    RECOVERY_CODES_CLEAR = "DELETE FROM recovery_codes WHERE person_id = $1";
    /// When the app goes: codes stay for as long as a passkey is asked for after the password.
    RECOVERY_CODES_LEAVE = "DELETE FROM recovery_codes WHERE person_id = $1 AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = recovery_codes.person_id)";
    /// When a passkey goes: codes stay for as long as another one, or an app, is asked for after the password.
    RECOVERY_CODES_LEAVE_PASSKEY = "DELETE FROM recovery_codes WHERE person_id IN (SELECT k.person_id FROM passkeys k WHERE k.identity_id = $1) AND NOT EXISTS (SELECT 1 FROM passkeys k WHERE k.person_id = recovery_codes.person_id AND k.identity_id <> $1) AND NOT EXISTS (SELECT 1 FROM credentials c WHERE c.person_id = recovery_codes.person_id AND c.factor_key IS NOT NULL)";
    RECOVERY_CODE_ADD = "INSERT INTO recovery_codes (person_id, code_hash) VALUES ($1, $2)";
    RECOVERY_CODE_USE = "DELETE FROM recovery_codes WHERE person_id = $1 AND code_hash = $2";
    IDENTITIES_OF_PERSON = concat!("SELECT ", columns!(identities), " FROM identities WHERE person_id = $1 ORDER BY created_at, id");
    LAST_SIGN_IN = "SELECT max(last_used_at) AS last_used_at FROM identities WHERE person_id = $1";
    ONE_TIME_LINK_CREATE = "INSERT INTO one_time_links (id, person_id, person_version, email, token_hash, created_at, created_by, expires_at, used_at, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL)";
    ONE_TIME_LINKS_REVOKE = "UPDATE one_time_links SET revoked_at = $1 WHERE person_id = $2 AND used_at IS NULL AND revoked_at IS NULL";
    /// Open, and its person is active and as they were when it was sent.
    ONE_TIME_LINK_USE = "UPDATE one_time_links SET used_at = $1 WHERE id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $1 AND EXISTS (SELECT 1 FROM persons p WHERE p.id = one_time_links.person_id AND p.version = one_time_links.person_version AND p.inactive_since IS NULL)";
    ONE_TIME_LINK = concat!("SELECT ", columns!(one_time_links), " FROM one_time_links WHERE id = $1");
    ONE_TIME_LINK_BY_TOKEN = concat!("SELECT ", columns!(one_time_links), " FROM one_time_links WHERE token_hash = $1");
    ONE_TIME_LINKS = concat!("SELECT ", columns!(one_time_links), " FROM one_time_links WHERE person_id = $1 ORDER BY created_at DESC LIMIT 10");
    ONE_TIME_LINKS_FORGET = "DELETE FROM one_time_links WHERE created_at < $1";
    LOGIN_FAILED = "INSERT INTO failed_logins (login_mark, at) VALUES ($1, $2) ON CONFLICT (login_mark) DO UPDATE SET at = excluded.at";
    FAILED_LOGIN = "SELECT at FROM failed_logins WHERE login_mark = $1";
    LOGINS_FORGET = "DELETE FROM failed_logins WHERE at < $1";
    /// Waits for a concurrent change of the password, and touches no row after it.
    PASSWORD_STANDS = "UPDATE credentials SET password_hash = password_hash WHERE person_id = $1 AND password_hash = $2";
    HALF_SIGN_IN_BEGIN = "INSERT INTO half_sign_ins (token_hash, person_id, return_to, tries, expires_at) VALUES ($1, $2, $3, 0, $4)";
    HALF_SIGN_IN = "SELECT person_id, return_to FROM half_sign_ins WHERE token_hash = $1 AND expires_at > $2 AND tries < $3";
    /// Every look at a code counts as a try.
    HALF_SIGN_IN_TRY = "UPDATE half_sign_ins SET tries = tries + 1 WHERE token_hash = $1 AND expires_at > $2 AND tries < $3 RETURNING person_id, return_to";
    HALF_SIGN_IN_END = "DELETE FROM half_sign_ins WHERE token_hash = $1";
    HALF_SIGN_INS_END = "DELETE FROM half_sign_ins WHERE person_id = $1";
    HALF_SIGN_INS_EXPIRE = "DELETE FROM half_sign_ins WHERE expires_at <= $1";

    // Passkeys, and what they are asked to sign.
    PASSKEY_CREATE = "INSERT INTO passkeys (identity_id, person_id, credential_id, passkey, counter) VALUES ($1, $2, $3, $4, $5)";
    PASSKEY_REMOVE = "DELETE FROM passkeys WHERE identity_id = $1";
    PASSKEYS = concat!("SELECT ", columns!(passkeys), " FROM passkeys WHERE person_id = $1 ORDER BY identity_id");
    PASSKEY_BY_CREDENTIAL = concat!("SELECT ", columns!(passkeys), " FROM passkeys WHERE credential_id = $1");
    /// A device that counts has counted on; one that does not stays at 0.
    PASSKEY_USED = "UPDATE passkeys SET passkey = $1, counter = $2 WHERE identity_id = $3 AND (counter < $2 OR (counter = 0 AND $2 = 0))";
    CEREMONY_BEGIN = "INSERT INTO passkey_ceremonies (token_hash, purpose, bound_to, state, expires_at) VALUES ($1, $2, $3, $4, $5)";
    /// Whatever becomes of it, it is used up.
    CEREMONY_TAKE = "DELETE FROM passkey_ceremonies WHERE token_hash = $1 RETURNING purpose, bound_to, state, expires_at";
    CEREMONIES_EXPIRE = "DELETE FROM passkey_ceremonies WHERE expires_at <= $1";

    // Who asks to be let in.
    REGISTRATION_CREATE = "INSERT INTO registrations (id, name, email, message, token_hash, created_at, expires_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    REGISTRATION_UPDATE = "UPDATE registrations SET state = $1, person_id = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $6 AND state = $7";
    REGISTRATION = concat!("SELECT ", columns!(registrations), " FROM registrations WHERE id = $1");
    REGISTRATION_BY_TOKEN = concat!("SELECT ", columns!(registrations), " FROM registrations WHERE token_hash = $1");
    REGISTRATIONS_WAITING = concat!("SELECT ", columns!(registrations), " FROM registrations WHERE state = 'waiting' ORDER BY created_at LIMIT $1");
    REGISTRATIONS_FORGET = "DELETE FROM registrations WHERE state = 'unconfirmed' AND expires_at < $1";
    PERSON_MOVE = "UPDATE persons SET customer_id = $1 WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.person_id = persons.id)";

    // Sign-ins that belong to no customer.
    UNLINKED_SEEN = "INSERT INTO unlinked_sign_ins (issuer, subject, email, sign_in, seen_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (issuer, subject) DO UPDATE SET email = excluded.email, sign_in = excluded.sign_in, seen_at = excluded.seen_at";
    UNLINKED = "SELECT sign_in, seen_at FROM unlinked_sign_ins WHERE issuer = $1 AND subject = $2";
    UNLINKED_BY_EMAIL = "SELECT sign_in, seen_at FROM unlinked_sign_ins WHERE email = $1 LIMIT $2";
    UNLINKED_FORGET = "DELETE FROM unlinked_sign_ins WHERE seen_at < $1";

    // Staff and API keys.
    STAFF_CREATE = "INSERT INTO staff (id, login, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)";
    STAFF_PASSWORD = "UPDATE staff SET password_hash = $1, name = $2 WHERE login = $3";
    /// The same for a member of staff.
    STAFF_PASSWORD_STANDS = "UPDATE staff SET password_hash = password_hash WHERE login = $1 AND password_hash = $2";
    STAFF_BY_LOGIN = "SELECT id, login, name, password_hash FROM staff WHERE login = $1";
    API_KEY_CREATE = "INSERT INTO api_keys (id, name, key_hash, created_at) VALUES ($1, $2, $3, $4)";
    API_KEY_REPLACE = "DELETE FROM api_keys WHERE name = $1";
    API_KEY = "SELECT name FROM api_keys WHERE key_hash = $1";

    // Repeated requests.
    IDEMPOTENCY_KEEP = "INSERT INTO idempotency_keys (key, request_hash, status, answer, created_at) VALUES ($1, $2, $3, $4, $5)";
    IDEMPOTENCY = "SELECT request_hash, status, answer FROM idempotency_keys WHERE key = $1";
    IDEMPOTENCY_FORGET = "DELETE FROM idempotency_keys WHERE created_at < $1";

    // Sweeps.
    SWEEP_CREATE = "INSERT INTO sweeps (id, system, kind, mode, dry, state, asked_by, started_at, finished_at, page, expected, seen, changed, takes_away, missing, first_forecast_at, forecast_at, since, error, decided_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, 0, NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL)";
    /// It begins, or goes on at its page.
    SWEEP_BEGIN = "UPDATE sweeps SET started_at = CASE WHEN state = 'waiting' THEN $1 ELSE started_at END, mode = $2, since = $3, expected = $4, state = 'running', error = NULL WHERE id = $5 AND state IN ('waiting', 'running', 'paused')";
    SWEEP_PROGRESS = "UPDATE sweeps SET page = $1, expected = $2, seen = seen + $3, changed = changed + $4, takes_away = $5, first_forecast_at = COALESCE(first_forecast_at, $6), forecast_at = $6 WHERE id = $7 AND state = 'running' AND page < $1";
    SWEEP_PAUSE = "UPDATE sweeps SET state = 'paused', error = $1, forecast_at = $2 WHERE id = $3 AND state = 'running'";
    SWEEP_END = "UPDATE sweeps SET state = $1, finished_at = $2, missing = $3, takes_away = $4, error = $5, forecast_at = NULL WHERE id = $6 AND state IN ('waiting', 'running', 'paused') AND ($1 <> 'held' OR EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = $6)) AND ($1 <> 'finished' OR NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = $6))";
    SWEEP_DECIDE = "UPDATE sweeps SET state = COALESCE($1, state), decided_by = $2, finished_at = $3, error = NULL WHERE id = $4 AND state IN ('held', 'planned', 'applying') AND (SELECT count(*) FROM held_changes h WHERE h.run_id = $4 AND h.chosen = 2) = $5";
    SWEEP_DISCARDED = "UPDATE sweeps SET takes_away = CASE WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN (SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.run_id = sweeps.id) WHEN applied > 0 THEN took ELSE takes_away END, state = CASE WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN state WHEN applied > 0 THEN 'applied' ELSE 'discarded' END WHERE id = $1 AND state IN ('held', 'planned')";
    SWEEP_SETTLE = "UPDATE sweeps SET finished_at = $1, takes_away = CASE WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN (SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.run_id = sweeps.id) ELSE took END, state = CASE WHEN NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id) THEN 'applied' WHEN EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id AND h.chosen = 1) THEN 'applying' WHEN dry = 1 THEN 'planned' ELSE 'held' END WHERE id = $2 AND state = 'applying'";
    /// What cannot be applied whole waits for a decision again.
    SWEEP_NOT_APPLIED = "UPDATE sweeps SET state = CASE WHEN dry = 1 THEN 'planned' ELSE 'held' END, error = $1 WHERE id = $2 AND state = 'applying'";
    SWEEP_TOOK = "UPDATE sweeps SET applied = applied + 1, took = took + $1 WHERE id = $2";
    SWEEP_RECOUNT = "UPDATE sweeps SET takes_away = (SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.run_id = sweeps.id) WHERE id = $1";
    /// What was held is no longer so: nothing is left to decide.
    SWEEPS_EMPTIED = "UPDATE sweeps SET state = CASE WHEN applied > 0 THEN 'applied' ELSE 'discarded' END, takes_away = took, finished_at = $1, error = $2 WHERE system = $3 AND state = 'held' AND NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.run_id = sweeps.id)";
    /// Only one that still goes on, or holds something, takes in a change.
    SWEEP_JOIN = "UPDATE sweeps SET page = page WHERE id = $1 AND state IN ('waiting', 'running', 'paused', 'held', 'applying')";
    SWEEP_SINGLE = "INSERT INTO sweeps (id, system, kind, mode, dry, state, asked_by, started_at, page, seen, changed, takes_away, missing) VALUES ($1, $2, 'single', 'incremental', 0, 'held', 'hub', $3, 0, 0, 0, 0, 0)";
    /// What a hold takes from customers, with one change more, or read anew.
    SWEEP_HOLDS = "UPDATE sweeps SET takes_away = takes_away + $1 - COALESCE((SELECT h.takes FROM held_changes h WHERE h.dry = 0 AND h.system = $2 AND h.kind = $3 AND h.external_id = $4), 0) WHERE id = $5 AND state = 'held'";
    SWEEP_LETS_GO = "UPDATE sweeps SET takes_away = takes_away - (SELECT h.takes FROM held_changes h WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3) WHERE state = 'held' AND id IN (SELECT h.run_id FROM held_changes h WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3 AND h.read_at <= $4)";
    SWEEP = concat!("SELECT ", columns!(sweeps), " FROM sweeps WHERE id = $1");
    SWEEPS_NEWEST = concat!("SELECT ", columns!(sweeps), " FROM sweeps ORDER BY id DESC LIMIT $1");
    /// The last one of each kind.
    SWEEPS_LATEST = concat!("SELECT ", columns!(sweeps), " FROM sweeps s WHERE s.dry = 0 AND s.kind <> 'single' AND NOT EXISTS (SELECT 1 FROM sweeps later WHERE later.system = s.system AND later.kind = s.kind AND later.dry = 0 AND later.id > s.id) ORDER BY s.system, s.kind");
    SWEEP_OPEN = concat!("SELECT ", columns!(sweeps), " FROM sweeps WHERE system = $1 AND kind = $2 AND dry = $3 AND state IN ('waiting', 'running', 'paused')");
    SWEEP_HELD = "SELECT id FROM sweeps WHERE system = $1 AND kind IN ($2, 'single') AND dry = 0 AND state IN ('held', 'applying') ORDER BY CASE WHEN kind = 'single' THEN 1 ELSE 0 END, id DESC LIMIT 1";
    SWEEP_LAST_GOOD = concat!("SELECT ", columns!(sweeps), " FROM sweeps WHERE system = $1 AND kind = $2 AND dry = 0 AND state IN ('finished', 'applied') ORDER BY id DESC LIMIT 1");
    SWEEP_LAST_FULL = concat!("SELECT ", columns!(sweeps), " FROM sweeps WHERE system = $1 AND kind = $2 AND dry = 0 AND mode = 'full' AND state IN ('finished', 'applied') ORDER BY id DESC LIMIT 1");
    SWEEPS_FORGET = "DELETE FROM sweeps WHERE finished_at < $1 AND state IN ('finished', 'failed', 'applied', 'discarded', 'planned')";
    /// What the hub knows of the objects of one page. Fewer than there is room for: an id is repeated.
    RECORDS_KNOWN = "SELECT external_id, content_hash, gone_at, read_at, held_at FROM records WHERE system = $1 AND kind = $2 AND external_id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67, $68, $69, $70, $71, $72, $73, $74, $75, $76, $77, $78, $79, $80, $81, $82, $83, $84, $85, $86, $87, $88, $89, $90, $91, $92, $93, $94, $95, $96, $97, $98, $99, $100, $101, $102)";
    RECORDS_LIVE = "SELECT count(*) AS count FROM records WHERE system = $1 AND kind = $2 AND gone_at IS NULL";
    /// Live records that were not read since, and whose change is not held.
    RECORDS_UNSEEN = "SELECT r.external_id FROM records r WHERE r.system = $1 AND r.kind = $2 AND r.external_id > $3 AND r.gone_at IS NULL AND r.read_at < $4 AND NOT EXISTS (SELECT 1 FROM held_changes h WHERE h.dry = 0 AND h.system = r.system AND h.kind = r.kind AND h.external_id = r.external_id) ORDER BY r.external_id LIMIT $5";
    /// How much there is to take away: linked devices, and linked records without any.
    LINKED_COUNT = "SELECT count(*) AS count FROM links l LEFT JOIN devices d ON d.system = l.system AND d.holder = l.external_id WHERE l.system = $1 AND l.ended_at IS NULL";
    // What waits for a decision: held by the brake, or planned by a dry run.
    BRAKE = "INSERT INTO brakes (system, changes) VALUES ($1, 1) ON CONFLICT (system) DO UPDATE SET changes = brakes.changes + 1";
    BRAKE_PRESSURE = "SELECT (SELECT CAST(COALESCE(sum(t.takes), 0) AS BIGINT) FROM takings t WHERE t.system = $1 AND t.at > $2) AS taken, (SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.system = $1 AND h.dry = 0 AND h.chosen = 0 AND NOT (h.kind = $3 AND h.external_id = $4)) AS held";
    /// Whether what waits of a record is a hold, and not only put aside until its sweep ends.
    HELD_BINDS = "SELECT h.run_id, s.state, h.read_at FROM held_changes h JOIN sweeps s ON s.id = h.run_id WHERE h.dry = 0 AND h.system = $1 AND h.kind = $2 AND h.external_id = $3";
    /// What is held just now, by system.
    HOLDS = "SELECT h.system, count(*) AS changes, CAST(sum(h.takes) AS BIGINT) AS takes, min(h.held_at) AS since FROM held_changes h JOIN sweeps s ON s.id = h.run_id WHERE h.dry = 0 AND h.chosen = 0 AND s.state IN ('held', 'applying') GROUP BY h.system ORDER BY h.system";

    // What waits for a decision: held by the brake, or planned by a dry run.
    HELD_PUT = "INSERT INTO held_changes (id, run_id, read_by, dry, system, kind, external_id, title, before_text, after_text, takes, gone, attributes, raw, updated_at, read_at, merge_target_id, merge_target_read_at, held_at, before_hash, after_hash, holder) VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT (system, kind, external_id) WHERE dry = 0 DO UPDATE SET read_by = COALESCE(excluded.read_by, held_changes.read_by), chosen = CASE WHEN held_changes.after_hash = excluded.after_hash THEN held_changes.chosen ELSE 0 END, title = excluded.title, before_text = excluded.before_text, after_text = excluded.after_text, takes = excluded.takes, gone = excluded.gone, attributes = excluded.attributes, raw = excluded.raw, updated_at = excluded.updated_at, read_at = excluded.read_at, merge_target_id = excluded.merge_target_id, merge_target_read_at = excluded.merge_target_read_at, before_hash = excluded.before_hash, after_hash = excluded.after_hash, holder = excluded.holder WHERE held_changes.read_at <= excluded.read_at";
    STAGED_PUT = "INSERT INTO held_changes (id, run_id, read_by, dry, system, kind, external_id, title, before_text, after_text, takes, gone, attributes, raw, updated_at, read_at, merge_target_id, merge_target_read_at, held_at, before_hash, after_hash, holder) VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT (run_id, kind, external_id) WHERE dry = 1 DO UPDATE SET read_by = COALESCE(excluded.read_by, held_changes.read_by), chosen = CASE WHEN held_changes.after_hash = excluded.after_hash THEN held_changes.chosen ELSE 0 END, title = excluded.title, before_text = excluded.before_text, after_text = excluded.after_text, takes = excluded.takes, gone = excluded.gone, attributes = excluded.attributes, raw = excluded.raw, updated_at = excluded.updated_at, read_at = excluded.read_at, merge_target_id = excluded.merge_target_id, merge_target_read_at = excluded.merge_target_read_at, before_hash = excluded.before_hash, after_hash = excluded.after_hash, holder = excluded.holder WHERE held_changes.read_at <= excluded.read_at";
    HELD_PAGE = concat!("SELECT ", columns!(held_changes), " FROM held_changes WHERE run_id = $1 AND id > $2 ORDER BY id LIMIT $3");
    HELD_ONE = concat!("SELECT ", columns!(held_changes), " FROM held_changes WHERE id = $1");
    HELD_OF_RECORD = concat!("SELECT ", columns!(held_changes), " FROM held_changes WHERE dry = 0 AND system = $1 AND kind = $2 AND external_id = $3");
    HELD_FOR = "SELECT count(*) AS count FROM held_changes WHERE dry = 0 AND system = $1 AND holder = $2";
    HELD_COUNT = "SELECT count(*) AS count, CAST(COALESCE(sum(takes), 0) AS BIGINT) AS takes FROM held_changes WHERE run_id = $1 AND chosen = 0";
    /// What a sweep put aside, and what it met in the holds of others.
    HELD_MET = "SELECT count(*) AS count, CAST(COALESCE(sum(takes), 0) AS BIGINT) AS takes FROM held_changes WHERE read_by = $1 AND chosen = 0";
    /// Records that changed since their change was planned, unless they say what was planned already.
    HELD_MOVED = "SELECT h.id, h.title, h.chosen FROM held_changes h LEFT JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id WHERE h.run_id = $1 AND NOT (h.gone = 1 AND r.gone_at IS NOT NULL) AND (r.content_hash IS NULL OR r.content_hash <> h.after_hash OR r.gone_at IS NOT NULL) AND ((r.content_hash IS NULL AND h.before_hash IS NOT NULL) OR (r.content_hash IS NOT NULL AND (h.before_hash IS NULL OR r.content_hash <> h.before_hash OR r.read_at > h.read_at))) ORDER BY h.id";
    HELD_NEW = "SELECT count(*) AS count FROM held_changes WHERE run_id = $1 AND before_hash IS NULL";
    HELD_CHOOSE = "UPDATE held_changes SET chosen = 2 WHERE id = $1 AND run_id = $2 AND chosen = 0";
    HELD_CHOOSE_ALL = "UPDATE held_changes SET chosen = 2 WHERE run_id = $1 AND chosen = 0";
    HELD_TO_APPLY = "UPDATE held_changes SET chosen = 1 WHERE run_id = $1 AND chosen = 2";
    HELD_UNCHOOSE = "UPDATE held_changes SET chosen = 0 WHERE run_id = $1 AND chosen = 1";
    /// A later sweep holds what it met in the holds of others.
    HELD_ADOPT = "UPDATE held_changes SET run_id = $1 WHERE read_by = $1 AND run_id <> $1 AND chosen = 0";
    HELD_REMOVE = "DELETE FROM held_changes WHERE id = $1 AND read_at = $2 AND chosen = 1";
    HELD_CLEAR = "DELETE FROM held_changes WHERE dry = 0 AND system = $1 AND kind = $2 AND external_id = $3 AND read_at <= $4";
    HELD_DROP_CHOSEN = "DELETE FROM held_changes WHERE run_id = $1 AND chosen = 2";
    /// What is taken counts, unless it is more than the limit with everything else.
    TAKE = "INSERT INTO takings (id, system, at, takes) SELECT $1, $2, $3, CAST($4 AS BIGINT) WHERE (SELECT CAST(COALESCE(sum(t.takes), 0) AS BIGINT) FROM takings t WHERE t.system = $2 AND t.at > $5) + (SELECT CAST(COALESCE(sum(h.takes), 0) AS BIGINT) FROM held_changes h WHERE h.system = $2 AND h.dry = 0 AND h.chosen = 0) + CAST($4 AS BIGINT) <= CAST($6 AS BIGINT)";
    TAKINGS_SINCE = "SELECT CAST(COALESCE(sum(takes), 0) AS BIGINT) AS count FROM takings WHERE system = $1 AND at > $2";
    TAKINGS_FORGET = "DELETE FROM takings WHERE at < $1";

    // What somebody has to look at.
    ALARM_RAISE = "INSERT INTO alarms (system, code, about, since, detail) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (system, code, about) DO UPDATE SET detail = excluded.detail";
    ALARM_CLEAR = "DELETE FROM alarms WHERE system = $1 AND code = $2 AND about = $3";
    ALARMS = concat!("SELECT ", columns!(alarms), " FROM alarms ORDER BY since, system, code, about");

    // Writes to the service desk.
    ASSET_WRITE_CREATE = "INSERT INTO asset_writes (id, system, subject, change, state, asked_by, channel, created_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7)";
    ASSET_WRITE_END = "UPDATE asset_writes SET state = $1, note = $2, finished_at = $3 WHERE id = $4 AND state = 'waiting'";
    /// From now on the service desk may have it.
    ASSET_WRITE_SENT = "UPDATE asset_writes SET sent_at = $1 WHERE id = $2 AND state = 'waiting'";
    ASSET_WRITE = concat!("SELECT ", columns!(asset_writes), " FROM asset_writes WHERE id = $1");
    ASSET_WRITES_OF = concat!("SELECT ", columns!(asset_writes), " FROM asset_writes WHERE system = $1 AND subject = $2 ORDER BY created_at DESC LIMIT $3");

    // Marketplaces.
    ACCOUNTS_AFTER = concat!("SELECT ", columns!(records), " FROM records WHERE system = $1 AND kind = 'account' AND external_id > $2 ORDER BY external_id LIMIT $3");
    OPTION_SET = "SELECT options, version, changed_at, changed_by FROM option_sets WHERE instance = $1";
    /// The first change writes version 1; every other one must know the version it changes.
    SLOT = "SELECT version FROM correlation_slots WHERE slot = $1";
    SLOT_FIRST = "INSERT INTO correlation_slots (slot, version) VALUES ($1, 1) ON CONFLICT (slot) DO NOTHING";
    SLOT_TAKE = "UPDATE correlation_slots SET version = version + 1 WHERE slot = $1 AND version = $2";
    /// The first change writes version 1; every other one must know the version it changes.
    OPTIONS_PUT = "INSERT INTO option_sets (instance, version, options, changed_at, changed_by) VALUES ($1, 1, $2, $3, $4) ON CONFLICT (instance) DO UPDATE SET version = option_sets.version + 1, options = excluded.options, changed_at = excluded.changed_at, changed_by = excluded.changed_by WHERE option_sets.version = $5";
    CALL_KEEP = "INSERT INTO marketplace_calls (id, instance, operation, account_id, at, micros, code, is_test, request, answer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    CALLS = concat!("SELECT ", columns!(marketplace_calls), " FROM marketplace_calls WHERE instance = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
    CALLS_OF_ACCOUNT = concat!("SELECT ", columns!(marketplace_calls), " FROM marketplace_calls WHERE instance = $1 AND account_id = $2 ORDER BY id DESC LIMIT $3");
    CALL = concat!("SELECT ", columns!(marketplace_calls), " FROM marketplace_calls WHERE id = $1");
    CALLS_FORGET = "DELETE FROM marketplace_calls WHERE at < $1";
    CALLS_TRIM = "DELETE FROM marketplace_calls WHERE instance = $1 AND id <= (SELECT id FROM marketplace_calls WHERE instance = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
    // Deliveries of hooks.
    HOOK_GOOD = "INSERT INTO hook_deliveries (hook, good, last_good_at, unusable) VALUES ($1, 1, $2, 0) ON CONFLICT (hook) DO UPDATE SET good = hook_deliveries.good + 1, last_good_at = excluded.last_good_at";
    HOOK_UNUSABLE = "INSERT INTO hook_deliveries (hook, good, unusable, last_unusable_at, last_unusable_why, last_unusable_excerpt) VALUES ($1, 0, 1, $2, $3, $4) ON CONFLICT (hook) DO UPDATE SET unusable = hook_deliveries.unusable + 1, last_unusable_at = excluded.last_unusable_at, last_unusable_why = excluded.last_unusable_why, last_unusable_excerpt = excluded.last_unusable_excerpt";
    HOOK_DELIVERIES = "SELECT hook, good, last_good_at, unusable, last_unusable_at, last_unusable_why, last_unusable_excerpt FROM hook_deliveries ORDER BY hook";

    // Returns. Whatever the customer portal reads is at one of the reader's places.
    RETURN_CREATE = "INSERT INTO returns (id, number, version, customer_id, place_id, person_id, email, status, asks, lines, search, created_at, created_by, updated_at) VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    RETURN_UPDATE = "UPDATE returns SET version = version + 1, status = $1, asks = $2, lines = $3, search = $4, updated_at = $5 WHERE id = $6 AND version = $7";
    RETURN_UNITS_FREE = "DELETE FROM return_units WHERE rma_id = $1";
    RETURN_UNIT_TAKE = "INSERT INTO return_units (unit_key, rma_id) VALUES ($1, $2)";
    RETURN_WORD = "INSERT INTO return_words (word, rma_id) VALUES ($1, $2) ON CONFLICT (word, rma_id) DO NOTHING";
    RETURNS_IN_PLACES = concat!("SELECT ", columns!(returns "r."), " FROM returns r WHERE r.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $1) AND r.id < $2 AND r.status IN ($3, $4, $5, $6, $7) AND r.asks >= $8 AND r.search LIKE $9 ESCAPE '\\' ORDER BY r.id DESC LIMIT $10");
    RETURN_IN_PLACES = concat!("SELECT ", columns!(returns "r."), " FROM returns r WHERE r.id = $1 AND r.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $2)");
    RETURN = concat!("SELECT ", columns!(returns), " FROM returns WHERE id = $1");
    RETURNS_NEWEST = concat!("SELECT ", columns!(returns), " FROM returns WHERE id < $1 ORDER BY id DESC LIMIT $2");
    RETURNS_BY_STATUS = concat!("SELECT ", columns!(returns), " FROM returns WHERE status IN ($1, $2, $3) AND id < $4 AND asks >= $5 ORDER BY id DESC LIMIT $6");
    RETURNS_OF_CUSTOMER = concat!("SELECT ", columns!(returns), " FROM returns WHERE customer_id = $1 ORDER BY id DESC LIMIT $2");
    RETURNS_BY_WORD = concat!("SELECT ", columns!(returns "r."), " FROM return_words w JOIN returns r ON r.id = w.rma_id WHERE w.word >= $1 AND w.word < $2 ORDER BY w.word, r.id DESC LIMIT $3");
    RETURN_OF_UNIT = "SELECT rma_id FROM return_units WHERE unit_key = $1";
    // The blog (`P10`). Every read from the portal names the person, and gives what is for everybody or for one of their places.
    AUDIENCE_CLEAR = "DELETE FROM audiences WHERE kind = $1 AND id = $2";
    AUDIENCE_ADD = "INSERT INTO audiences (kind, id, place_id) VALUES ($1, $2, $3) ON CONFLICT (kind, id, place_id) DO NOTHING";
    AUDIENCE = "SELECT place_id FROM audiences WHERE kind = $1 AND id = $2 ORDER BY place_id";
    BLOG_CREATE = "INSERT INTO blog_posts (id, version, title, body, state, everybody, author_id, created_at, updated_at, published_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9)";
    BLOG_UPDATE = "UPDATE blog_posts SET version = version + 1, title = $1, body = $2, state = $3, everybody = $4, updated_at = $5, published_at = $6 WHERE id = $7 AND version = $8";
    BLOG_READ = "SELECT p.id, p.title, p.body, p.state, COALESCE(w.name, '') AS author, w.customer_id AS author_customer, p.created_at, p.updated_at, p.published_at FROM blog_posts p LEFT JOIN persons w ON w.id = p.author_id WHERE p.state = 'published' AND (p.published_at, p.id) < ($2, $3) AND (p.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'blog' AND a.id = p.id AND pp.person_id = $1)) ORDER BY p.published_at DESC, p.id DESC LIMIT $4";
    BLOG_POST_READ = "SELECT p.id, p.title, p.body, p.state, COALESCE(w.name, '') AS author, w.customer_id AS author_customer, p.created_at, p.updated_at, p.published_at FROM blog_posts p LEFT JOIN persons w ON w.id = p.author_id WHERE p.id = $2 AND p.state = 'published' AND (p.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'blog' AND a.id = p.id AND pp.person_id = $1))";
    /// Editors see what they read and what they wrote.
    BLOG_EDITED = "SELECT p.id, p.title, p.body, p.state, COALESCE(w.name, '') AS author, w.customer_id AS author_customer, p.created_at, p.updated_at, p.published_at FROM blog_posts p LEFT JOIN persons w ON w.id = p.author_id WHERE (p.author_id = $1 OR (p.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'blog' AND a.id = p.id AND pp.person_id = $1))) ORDER BY p.updated_at DESC, p.id DESC LIMIT $2";
    BLOG_POST_EDITED = "SELECT p.id, p.version, p.title, p.body, p.state, p.everybody, p.author_id, p.created_at, p.updated_at, p.published_at FROM blog_posts p WHERE p.id = $2 AND (p.author_id = $1 OR (p.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'blog' AND a.id = p.id AND pp.person_id = $1)))";

    // Files that people attached. What they are attached to says who may read them.
    ATTACHMENT_ADD = "INSERT INTO attachments (id, owner_kind, owner_id, name, media_type, size, sha256, bytes, created_at, person_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    ATTACHMENT_REMOVE = "DELETE FROM attachments WHERE id = $1 AND owner_kind = $2 AND owner_id = $3";
    ATTACHMENTS = concat!("SELECT ", columns!(attachments), " FROM attachments WHERE owner_kind = $1 AND owner_id = $2 ORDER BY id LIMIT 50");
    ATTACHMENTS_OF_POSTS = concat!("SELECT ", columns!(attachments "f."), " FROM forum_posts p JOIN attachments f ON f.owner_kind = 'forum' AND f.owner_id = p.id WHERE p.topic_id = $1 AND p.id >= $2 AND p.id <= $3 ORDER BY f.id");
    ATTACHMENT_KIND = "SELECT owner_kind FROM attachments WHERE id = $1";
    /// Of a post of the blog that the person may read, or edit.
    ATTACHMENT_OF_BLOG = "SELECT f.name, f.media_type, f.sha256, f.bytes FROM attachments f JOIN blog_posts p ON p.id = f.owner_id WHERE f.id = $2 AND f.owner_kind = 'blog' AND (p.author_id = $1 OR ((p.state = 'published' OR CAST($3 AS BIGINT) = 1) AND (p.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'blog' AND a.id = p.id AND pp.person_id = $1))))";
    /// Of a post of the forum that the person may read; moderators, `$3`, read hidden ones too.
    ATTACHMENT_OF_FORUM = "SELECT f.name, f.media_type, f.sha256, f.bytes FROM attachments f JOIN forum_posts p ON p.id = f.owner_id JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id WHERE f.id = $2 AND f.owner_kind = 'forum' AND ((p.hidden_at IS NULL AND t.hidden_at IS NULL) OR CAST($3 AS BIGINT) = 1) AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1))";

    // The forum (`P10`).
    BOARD_CREATE = "INSERT INTO forum_boards (id, version, name, description, everybody, closed, changed_by, changed_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7)";
    BOARD_UPDATE = "UPDATE forum_boards SET version = version + 1, name = $1, description = $2, everybody = $3, closed = $4, changed_by = $5, changed_at = $6 WHERE id = $7 AND version = $8";
    BOARDS = concat!("SELECT ", columns!(forum_boards "b."), " FROM forum_boards b ORDER BY b.name, b.id LIMIT $1");
    BOARD = concat!("SELECT ", columns!(forum_boards "b."), " FROM forum_boards b WHERE b.id = $1");
    BOARDS_READ = concat!("SELECT ", columns!(forum_boards "b."), ", (SELECT max(t.last_at) FROM forum_topics t WHERE t.board_id = b.id AND t.hidden_at IS NULL) AS last_at FROM forum_boards b WHERE (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) ORDER BY b.name, b.id LIMIT $2");
    BOARD_READ = concat!("SELECT ", columns!(forum_boards "b."), " FROM forum_boards b WHERE b.id = $2 AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1))");
    TOPIC_CREATE = "INSERT INTO forum_topics (id, version, board_id, title, author_id, customer_id, created_at, last_at, posts, locked, pinned) SELECT $1, 1, b.id, $2, $3, $4, $5, $5, 1, 0, 0 FROM forum_boards b WHERE b.id = $6 AND b.closed = 0";
    TOPIC_UPDATE = "UPDATE forum_topics SET version = version + 1, board_id = $1, locked = $2, pinned = $3, hidden_at = $4, hidden_by = $5, hidden_why = $6 WHERE id = $7 AND version = $8";
    TOPIC_EXPECT = "UPDATE forum_topics SET version = version WHERE id = $1 AND version = $2";
    TOPIC_REPLIED = "UPDATE forum_topics SET posts = posts + 1, last_at = $1 WHERE id = $2 AND board_id = $3 AND locked = 0 AND hidden_at IS NULL AND EXISTS (SELECT 1 FROM forum_boards b WHERE b.id = $3 AND b.closed = 0)";
    TOPIC_RECOUNT = "UPDATE forum_topics SET posts = posts + $1 WHERE id = $2";
    TOPICS_READ = concat!("SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name FROM forum_topics t JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = t.author_id WHERE t.board_id = $2 AND t.hidden_at IS NULL AND t.pinned = 0 AND (t.last_at, t.id) < ($3, $4) AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) ORDER BY t.last_at DESC, t.id DESC LIMIT $5");
    TOPICS_PINNED = concat!("SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name FROM forum_topics t JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = t.author_id WHERE t.board_id = $2 AND t.hidden_at IS NULL AND t.pinned = 1 AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) ORDER BY t.last_at DESC, t.id DESC LIMIT $3");
    /// Moderators, `$3`, see hidden ones too.
    TOPIC_READ = concat!("SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name FROM forum_topics t JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = t.author_id WHERE t.id = $2 AND (t.hidden_at IS NULL OR CAST($3 AS BIGINT) = 1) AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1))");
    TOPIC = concat!("SELECT ", columns!(forum_topics "t."), ", COALESCE(w.name, '') AS author_name FROM forum_topics t JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = t.author_id WHERE t.id = $1");
    POST_CREATE = "INSERT INTO forum_posts (id, version, topic_id, body, author_id, customer_id, created_at) VALUES ($1, 1, $2, $3, $4, $5, $6)";
    POST_UPDATE = "UPDATE forum_posts SET version = version + 1, body = $1, edited_at = $2, hidden_at = $3, hidden_by = $4, hidden_why = $5 WHERE id = $6 AND version = $7";
    POSTS_READ = concat!("SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name FROM forum_posts p JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = p.author_id WHERE p.topic_id = $2 AND p.id >= $3 AND (t.hidden_at IS NULL OR CAST($4 AS BIGINT) = 1) AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) ORDER BY p.id LIMIT $5");
    POSTS_BEFORE = concat!("SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name FROM forum_posts p JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = p.author_id WHERE p.topic_id = $2 AND p.id < $3 AND (t.hidden_at IS NULL OR CAST($4 AS BIGINT) = 1) AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) ORDER BY p.id DESC LIMIT $5");
    POST_READ = concat!("SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name FROM forum_posts p JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = p.author_id WHERE p.id = $2 AND (t.hidden_at IS NULL OR CAST($3 AS BIGINT) = 1) AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1))");
    POST = concat!("SELECT ", columns!(forum_posts "p."), ", COALESCE(w.name, '') AS author_name FROM forum_posts p JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons w ON w.id = p.author_id WHERE p.id = $1");
    POSTS_WRITTEN = "SELECT created_at FROM forum_posts WHERE author_id = $1 AND created_at > $2 ORDER BY created_at DESC LIMIT $3";
    REPORT = "INSERT INTO forum_reports (id, post_id, person_id, why, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (post_id, person_id) WHERE decided_at IS NULL DO NOTHING";
    REPORTS_CLOSE = "UPDATE forum_reports SET decided_at = $1, decided_by = $2, verdict = $3 WHERE post_id = $4 AND decided_at IS NULL";
    REPORTS_OPEN = "SELECT r.post_id, r.why, r.at, COALESCE(n.name, '') AS reporter, t.id AS topic_id, t.title, p.body, COALESCE(w.name, '') AS author FROM forum_reports r JOIN forum_posts p ON p.id = r.post_id JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons n ON n.id = r.person_id LEFT JOIN persons w ON w.id = p.author_id WHERE r.decided_at IS NULL ORDER BY r.at, r.id LIMIT $1";
    REPORTS_READ = "SELECT r.post_id, r.why, r.at, COALESCE(n.name, '') AS reporter, t.id AS topic_id, t.title, p.body, COALESCE(w.name, '') AS author FROM forum_reports r JOIN forum_posts p ON p.id = r.post_id JOIN forum_topics t ON t.id = p.topic_id JOIN forum_boards b ON b.id = t.board_id LEFT JOIN persons n ON n.id = r.person_id LEFT JOIN persons w ON w.id = p.author_id WHERE r.decided_at IS NULL AND (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) ORDER BY r.at, r.id LIMIT $2";
    FOLLOW = "INSERT INTO forum_followers (topic_id, person_id, since) VALUES ($1, $2, $3) ON CONFLICT (topic_id, person_id) DO NOTHING";
    UNFOLLOW = "DELETE FROM forum_followers WHERE topic_id = $1 AND person_id = $2";
    FOLLOWED = "SELECT since FROM forum_followers WHERE topic_id = $1 AND person_id = $2";
    FOLLOWERS = "SELECT person_id FROM forum_followers WHERE topic_id = $1 AND person_id > $2 ORDER BY person_id LIMIT $3";
    MUTE = "INSERT INTO forum_mutes (person_id, until, why, muted_by, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (person_id) DO UPDATE SET until = excluded.until, why = excluded.why, muted_by = excluded.muted_by, at = excluded.at";
    MUTED = "SELECT person_id, until, why, muted_by, at FROM forum_mutes WHERE person_id = $1";

    // What the portal's search finds (`P09`).
    SEARCH_ENTRY_PUT = "INSERT INTO search_entries (source, id, title, excerpt, path, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (source, id) DO UPDATE SET title = excluded.title, excerpt = excluded.excerpt, path = excluded.path, at = excluded.at";
    SEARCH_ENTRY_REMOVE = "DELETE FROM search_entries WHERE source = $1 AND id = $2";
    SEARCH_WORD_ADD = "INSERT INTO search_words (scope_id, word, source, id) VALUES ($1, $2, $3, $4) ON CONFLICT (scope_id, word, source, id) DO NOTHING";
    SEARCH_WORDS_CLEAR = "DELETE FROM search_words WHERE source = $1 AND id = $2";
    SEARCH_RESCOPE = "UPDATE search_words SET scope_id = $1 WHERE source = 'forum' AND id IN (SELECT p.id FROM forum_posts p WHERE p.topic_id = $2)";
    /// The first word, which finds the least, finds; the others sift. A scope is a place or a board of theirs, or everybody.
    SEARCH_PORTAL = "SELECT e.source, e.id, e.title, e.excerpt, e.path, e.at FROM (SELECT DISTINCT w.source, w.id FROM search_words w WHERE w.scope_id IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1 UNION SELECT b.id FROM forum_boards b WHERE (b.everybody = 1 OR EXISTS (SELECT 1 FROM audiences a JOIN person_places pp ON pp.place_id = a.place_id WHERE a.kind = 'board' AND a.id = b.id AND pp.person_id = $1)) UNION SELECT $2) AND w.word >= $3 AND w.word < $4 LIMIT 2000) f JOIN search_entries e ON e.source = f.source AND e.id = f.id WHERE EXISTS (SELECT 1 FROM search_words x WHERE x.source = e.source AND x.id = e.id AND x.word >= $5 AND x.word < $6) AND EXISTS (SELECT 1 FROM search_words x WHERE x.source = e.source AND x.id = e.id AND x.word >= $7 AND x.word < $8) AND EXISTS (SELECT 1 FROM search_words x WHERE x.source = e.source AND x.id = e.id AND x.word >= $9 AND x.word < $10) AND ($11 = '' OR e.source = $11) ORDER BY e.at DESC, e.id LIMIT $12";

    // Profiles (`P09`).
    PROFILE = "SELECT person_id, version, phone, told_of_replies FROM profiles WHERE person_id = $1";
    /// The first change writes version 1; every other one must know the version it changes.
    PROFILE_PUT = "INSERT INTO profiles (person_id, version, phone, told_of_replies) VALUES ($1, 1, $2, $3) ON CONFLICT (person_id) DO UPDATE SET version = profiles.version + 1, phone = excluded.phone, told_of_replies = excluded.told_of_replies WHERE profiles.version = $4";
    EMAIL_CHANGES_END = "UPDATE email_changes SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL";
    EMAIL_CHANGE_ASK = "INSERT INTO email_changes (id, person_id, email, token_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    EMAIL_CHANGE_TAKE = "UPDATE email_changes SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL AND expires_at > $1";
    EMAIL_CHANGE = concat!("SELECT ", columns!(email_changes), " FROM email_changes WHERE id = $1");
    /// By its token, for the person alone, while it can be confirmed.
    EMAIL_CHANGE_BY_TOKEN = concat!("SELECT ", columns!(email_changes), " FROM email_changes WHERE token_hash = $1 AND person_id = $2 AND ended_at IS NULL AND expires_at > $3");
    EMAIL_CHANGE_OPEN = concat!("SELECT ", columns!(email_changes), " FROM email_changes WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY created_at DESC LIMIT 1");
    EMAIL_CHANGES_ASKED = "SELECT created_at FROM email_changes WHERE person_id = $1 AND created_at > $2";
    EMAIL_CHANGES_FORGET = "DELETE FROM email_changes WHERE created_at < $1";
    /// The timeline of a customer whose home place the person has.
    TIMELINE_READ = concat!("SELECT ", columns!(timeline "t."), " FROM timeline t WHERE t.customer_id = $2 AND t.customer_id IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1) AND t.seq < $3 ORDER BY t.seq DESC LIMIT $4");
    PLACE_HELD = "SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1 AND pp.place_id = $2";
    /// The contacts of the person's organisation at one of their places; one without a place is at home.
    CONTACTS_READ = concat!("SELECT ", columns!(contacts "c."), " FROM contacts c WHERE c.customer_id = $2 AND COALESCE(c.place_id, c.customer_id) IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1) ORDER BY c.id LIMIT $3");
    CONTACT_READ = concat!("SELECT ", columns!(contacts "c."), " FROM contacts c WHERE c.id = $3 AND c.customer_id = $2 AND COALESCE(c.place_id, c.customer_id) IN (SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1)");

    // Invoices. Whatever the customer portal reads is at one of the reader's places.
    INVOICE_PUT = "INSERT INTO invoices (id, source, number, bill, hash, customer_id, place_id, unmatched, status, due, sorted, search, confirmed_at, missing_since, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, $14) ON CONFLICT (source, number) DO UPDATE SET bill = excluded.bill, hash = excluded.hash, customer_id = excluded.customer_id, place_id = excluded.place_id, unmatched = excluded.unmatched, status = excluded.status, due = excluded.due, sorted = excluded.sorted, search = excluded.search, confirmed_at = excluded.confirmed_at, missing_since = NULL WHERE invoices.id = excluded.id AND invoices.confirmed_at <= excluded.confirmed_at";
    INVOICE_CONFIRM = "UPDATE invoices SET confirmed_at = $1, missing_since = NULL WHERE id = $2 AND confirmed_at < $1";
    INVOICES_MISS = "UPDATE invoices SET missing_since = $1 WHERE source = $2 AND confirmed_at < $1 AND missing_since IS NULL";
    INVOICES_COUNT = "SELECT count(*) AS count FROM invoices WHERE source = $1 AND confirmed_at >= 0 AND missing_since IS NULL";
    INVOICES_UNSEEN = "SELECT count(*) AS count FROM invoices WHERE source = $1 AND confirmed_at < $2 AND missing_since IS NULL";
    INVOICE_BY_NUMBER = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.source = $1 AND i.number = $2");
    INVOICE = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.id = $1");
    INVOICES_IN_PLACES = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $1) AND i.sorted < $2 AND i.status IN ($3, $4, $5) AND i.due < $6 AND i.search LIKE $7 ESCAPE '\\' ORDER BY i.sorted DESC LIMIT $8");
    INVOICE_IN_PLACES = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.id = $1 AND i.place_id IN (SELECT p.place_id FROM person_places p WHERE p.person_id = $2)");
    INVOICES_UNMATCHED = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.unmatched IS NOT NULL ORDER BY i.sorted DESC LIMIT $1");
    INVOICES_FROM = concat!("SELECT ", columns!(invoices "i."), " FROM invoices i WHERE i.number >= $1 AND i.number < $2 ORDER BY i.number LIMIT $3");
    INVOICE_FEED = "SELECT etag, began_at, ended_at, rows_read, bad, error FROM invoice_feeds WHERE source = $1";
    INVOICE_FEED_PUT = "INSERT INTO invoice_feeds (source, etag, began_at, ended_at, rows_read, bad, error) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source) DO UPDATE SET etag = excluded.etag, began_at = excluded.began_at, ended_at = excluded.ended_at, rows_read = excluded.rows_read, bad = excluded.bad, error = excluded.error";
    // Service requests. What the portal reads carries the places of whoever reads.
    REQUEST_CREATE = "INSERT INTO requests (id, version, mark, customer_id, place_id, person_id, person_name, kind, subject, description, device_system, device_id, device_name, answers, status, desk_status, mirror, ticket_id, mirror_note, sent_at, read_at, run, awaited, search, created_at, updated_at) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25)";
    REQUEST_UPDATE = "UPDATE requests SET version = version + 1, device_system = $1, device_id = $2, device_name = $3, status = $4, desk_status = $5, mirror = $6, ticket_id = $7, mirror_note = $8, sent_at = $9, read_at = $10, run = $11, awaited = $12, search = $13, updated_at = $14 WHERE id = $15 AND version = $16";
    REQUEST = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.id = $1");
    REQUEST_BY_TICKET = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.ticket_id = $1");
    REQUEST_BY_MARK = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.mark = $1");
    REQUEST_SEEN = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.id = $2 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)");
    REQUESTS_SEEN = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1) AND r.id < $2 AND (CAST($3 AS BIGINT) = 0 OR r.person_id = $1) AND ($4 = '' OR r.status = $4 OR ($4 = 'active' AND r.status NOT IN ('declined', 'resolved', 'closed'))) AND ($5 = '' OR r.search LIKE $5 ESCAPE '!') ORDER BY r.id DESC LIMIT $6");
    REQUESTS_OF_DEVICE_SEEN = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.device_system = $2 AND r.device_id = $3 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1) ORDER BY r.id DESC LIMIT $4");
    REQUESTS_AWAITED_SEEN = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.awaited = $1 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1) ORDER BY r.id DESC LIMIT $2");
    REQUESTS_NEWEST = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.id < $1 AND ($2 = '' OR r.search LIKE $2 ESCAPE '!') ORDER BY r.id DESC LIMIT $3");
    REQUESTS_IN_TROUBLE = concat!("SELECT ", columns!(requests "r."), " FROM requests r WHERE r.mirror IN ('unlinked', 'refused', 'lost') AND r.id < $1 AND ($2 = '' OR r.search LIKE $2 ESCAPE '!') ORDER BY r.id DESC LIMIT $3");
    /// Requests that waited for a requester who is there now.
    REQUESTS_LINKED_NOW = "SELECT r.id FROM requests r WHERE r.mirror = 'unlinked' AND EXISTS (SELECT 1 FROM links l WHERE l.customer_id = r.customer_id AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL) ORDER BY r.id LIMIT $1";
    /// One job sends a request at a time, and goes on where it was after it died.
    REQUEST_TAKE = "UPDATE requests SET held_by = $1, held_until = $2 WHERE id = $3 AND (held_by IS NULL OR held_by = $1 OR held_until < $4)";
    REQUEST_GIVE_BACK = "UPDATE requests SET held_by = NULL, held_until = NULL WHERE id = $1 AND held_by = $2";
    /// From now on the service desk may have it.
    REQUEST_SENT = "UPDATE requests SET sent_at = $1, version = version + 1 WHERE id = $2 AND version = $3";
    REMARK_ADD = "INSERT INTO request_remarks (id, request_id, act, text, author, way, entry, sent_at, note, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    REMARK_MARK = "UPDATE request_remarks SET way = $1, entry = $2, note = $3 WHERE id = $4";
    REMARK_SENT = "UPDATE request_remarks SET sent_at = $1 WHERE id = $2 AND way = 'waiting'";
    REMARKS_RETRY = "UPDATE request_remarks SET way = 'waiting', note = NULL WHERE request_id = $1 AND way = 'refused'";
    REMARKS = concat!("SELECT ", columns!(request_remarks "m."), " FROM request_remarks m WHERE m.request_id = $1 ORDER BY m.id LIMIT 1000");
    REMARKS_SEEN = concat!("SELECT ", columns!(request_remarks "m."), " FROM request_remarks m JOIN requests r ON r.id = m.request_id WHERE m.request_id = $2 AND m.way <> 'withdrawn' AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1) ORDER BY m.id LIMIT 1000");
    /// A request holds ten files at most, however many are sent at once.
    FILE_ROOM = "UPDATE requests SET files = files + 1 WHERE id = $1 AND files < 10";
    FILE_KEEP = "INSERT INTO request_files (id, request_id, remark_id, name, media_type, size, sha256, bytes, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FILES = concat!("SELECT ", columns!(request_files "f."), " FROM request_files f WHERE f.request_id = $1 ORDER BY f.id");
    FILES_SEEN = concat!("SELECT ", columns!(request_files "f."), " FROM request_files f JOIN requests r ON r.id = f.request_id WHERE f.request_id = $2 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1) ORDER BY f.id");
    FILE = concat!("SELECT ", columns!(request_files "f."), ", f.bytes FROM request_files f WHERE f.request_id = $1 AND f.id = $2");
    FILE_SEEN = concat!("SELECT ", columns!(request_files "f."), ", f.bytes FROM request_files f JOIN requests r ON r.id = f.request_id WHERE f.request_id = $2 AND f.id = $3 AND r.place_id IN (SELECT x.place_id FROM person_places x WHERE x.person_id = $1)");
    /// The first definition writes version 1; every other one must know the version it changes.
    WORKFLOW_PUT = "INSERT INTO workflows (customer_id, kind, version, steps, changed_at, changed_by) VALUES ($1, $2, 1, $3, $4, $5) ON CONFLICT (customer_id, kind) DO UPDATE SET version = workflows.version + 1, steps = excluded.steps, changed_at = excluded.changed_at, changed_by = excluded.changed_by WHERE workflows.version = $6";
    WORKFLOWS = "SELECT customer_id, kind, version, steps, changed_at, changed_by FROM workflows WHERE customer_id = $1 ORDER BY kind";
    TICKETS_ASKED = "INSERT INTO ticket_readings (system, asked_at, seen) VALUES ($1, $2, 0) ON CONFLICT (system) DO UPDATE SET asked_at = excluded.asked_at";
    TICKETS_READ = "UPDATE ticket_readings SET since = $1, finished_at = $2, seen = $3 WHERE system = $4";
    TICKET_READING = "SELECT since, asked_at, finished_at, seen FROM ticket_readings WHERE system = $1";
    /// Requesters that were linked since, a page at a time.
    REQUESTERS_LINKED_SINCE = "SELECT external_id FROM links WHERE kind = 'requester' AND ended_at IS NULL AND created_at >= $1 AND system = $2 ORDER BY created_at LIMIT $3";

    PING = "SELECT 1";
}

/// Claims jobs that are due or whose worker is gone. Only one process writes to an SQLite file, so nothing needs to be skipped there.
pub(crate) const JOBS_CLAIM_SQLITE: Sql = Sql {
    name: "JOBS_CLAIM_SQLITE",
    text: "UPDATE jobs SET state = 'running', attempt = attempt + 1, leased_until = $1 WHERE id IN (SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $2 ORDER BY lane, run_at LIMIT $3) RETURNING id, task, attempt",
};
/// The same, skipping what another process is claiming at the same moment. Materialised, so that the choice is made once whatever the plan:
/// made again for each row, it would claim more than was asked for.
pub(crate) const JOBS_CLAIM_POSTGRES: Sql = Sql {
    name: "JOBS_CLAIM_POSTGRES",
    text: "WITH due AS MATERIALIZED (SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $2 ORDER BY lane, run_at LIMIT $3 FOR UPDATE SKIP LOCKED) UPDATE jobs SET state = 'running', attempt = attempt + 1, leased_until = $1 WHERE id IN (SELECT id FROM due) RETURNING id, task, attempt",
};
/// Gives back what a worker that died was holding.
pub(crate) const JOBS_RECLAIM: Sql = Sql {
    name: "JOBS_RECLAIM",
    text: "UPDATE jobs SET state = CASE WHEN EXISTS (SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting') THEN 'done' ELSE 'waiting' END, finished_at = CASE WHEN EXISTS (SELECT 1 FROM jobs other WHERE other.key = jobs.key AND other.state = 'waiting') THEN $1 END, leased_until = NULL WHERE state = 'running' AND leased_until < $1 AND NOT EXISTS (SELECT 1 FROM jobs twin WHERE twin.key = jobs.key AND twin.state = 'running' AND twin.id < jobs.id)",
};
