//! Statements about devices.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    /// A deleted device has no row, but its record still has the time of the read.
    DEVICE_PUT =
        "INSERT INTO devices (system, external_id, holder, name, serial, inverter_serial, state, product, vendor,
            inverter_vendor, asset_type, assigned_on, read_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
        WHERE NOT EXISTS (
            SELECT 1 FROM records r
            WHERE r.system = $1 AND r.kind = 'asset' AND r.external_id = $2 AND r.read_at > $13
        )
        ON CONFLICT (system, external_id) DO UPDATE SET holder = excluded.holder, name = excluded.name,
            serial = excluded.serial, inverter_serial = excluded.inverter_serial, state = excluded.state,
            product = excluded.product, vendor = excluded.vendor, inverter_vendor = excluded.inverter_vendor,
            asset_type = excluded.asset_type, assigned_on = excluded.assigned_on, read_at = excluded.read_at
        WHERE devices.read_at <= excluded.read_at";
    DEVICE_DROP = "DELETE FROM devices WHERE system = $1 AND external_id = $2 AND read_at <= $3";
    /// After its record.
    DEVICE_TOUCH =
        "UPDATE devices SET read_at = $1
        WHERE system = $2 AND external_id = $3 AND read_at < $1
          AND EXISTS (
              SELECT 1 FROM records r
              WHERE r.system = $2 AND r.kind = 'asset' AND r.external_id = $3 AND r.read_at = $1
          )";
    DEVICE = concat!("SELECT ", columns!(devices), " FROM devices WHERE system = $1 AND external_id = $2");
    DEVICES_AMONG = concat!(
        "SELECT ", columns!(devices), " FROM devices WHERE external_id IN (", room!(), ") AND system = $26"
    );
    /// Does nothing if the customer has the device already.
    DEVICE_ASSIGN =
        "INSERT INTO device_assignments (customer_id, system, external_id, since)
        SELECT $1, $2, $3, $4
        WHERE NOT EXISTS (
            SELECT 1 FROM device_assignments a
            WHERE a.customer_id = $1 AND a.system = $2 AND a.external_id = $3 AND a.ended_at IS NULL
        )
        ON CONFLICT (customer_id, system, external_id, since) DO UPDATE SET ended_at = NULL, leaving = NULL";
    DEVICE_UNASSIGN =
        "UPDATE device_assignments SET ended_at = $1, leaving = $2
        WHERE customer_id = $3 AND system = $4 AND external_id = $5 AND ended_at IS NULL";
    DEVICES_ASSIGNED =
        "SELECT system, external_id FROM device_assignments
        WHERE customer_id = $1 AND ended_at IS NULL
        ORDER BY system, external_id";
    DEVICES_ASSIGNED_EVER =
        "SELECT system, external_id FROM device_assignments WHERE customer_id = $1
        ORDER BY since DESC, system, external_id LIMIT $2";
    DEVICE_HISTORY =
        "SELECT since, ended_at FROM device_assignments
        WHERE customer_id = $1 AND system = $2 AND external_id = $3
        ORDER BY since DESC LIMIT $4";
    /// Guard of a reassignment: the device still has this holder.
    DEVICE_TAKE = "UPDATE devices SET read_at = read_at WHERE system = $1 AND external_id = $2 AND holder = $3";
    DEVICES_HELD = concat!(
        "SELECT ", columns!(devices), " FROM devices WHERE system = $1 AND holder = $2 ORDER BY external_id"
    );
    DEVICES_OF_CUSTOMER = concat!(
        "SELECT ", columns!(devices "d."), " FROM links l
        JOIN devices d ON d.system = l.system AND d.holder = l.external_id
        WHERE l.customer_id = $1 AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL
        ORDER BY d.system, d.external_id"
    );
    /// The devices of a customer, each with its place, if one is set.
    DEVICES_PUT_OF_CUSTOMER = concat!(
        "SELECT v.place_id, ", columns!(devices "d."), " FROM links l
        JOIN devices d ON d.system = l.system AND d.holder = l.external_id
        LEFT JOIN device_places v ON v.system = d.system AND v.external_id = d.external_id
        WHERE l.customer_id = $1 AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL
        ORDER BY d.system, d.external_id"
    );
    /// The devices with a serial number, each with the customer of its holder.
    DEVICES_BY_SERIAL = concat!(
        "SELECT c.id AS customer_id, c.name AS customer_name, ", columns!(devices "d."), " FROM record_handles h
        JOIN records r ON r.system = h.system AND r.kind = h.kind AND r.external_id = h.external_id
          AND r.gone_at IS NULL
        JOIN devices d ON d.system = h.system AND d.external_id = h.external_id
        LEFT JOIN links l ON l.system = d.system AND l.kind = 'requester' AND l.external_id = d.holder
          AND l.ended_at IS NULL
        LEFT JOIN customers c ON c.id = l.customer_id
        WHERE h.handle = 'serial' AND h.value = $1 AND h.kind = 'asset'
        ORDER BY h.system, h.kind, h.external_id LIMIT $2"
    );
    OTHER_ASSETS_OF_CUSTOMER =
        "SELECT count(*) AS count FROM links l
        JOIN records r ON r.system = l.system AND r.holder = l.external_id
        LEFT JOIN devices d ON d.system = r.system AND d.external_id = r.external_id
        WHERE l.customer_id = $1 AND l.kind = 'requester' AND l.ended_at IS NULL AND l.suspended_why IS NULL
          AND d.external_id IS NULL";
    /// "My devices" in one query: one row with the customer only, then one row for each device at the person's places.
    MY_DEVICES = concat!(
        "SELECT c.id AS customer_id, c.name AS customer_name, c.devices_as_of, NULL AS system, NULL AS external_id,
            NULL AS holder, NULL AS name, NULL AS serial, NULL AS inverter_serial, NULL AS state, NULL AS product,
            NULL AS vendor, NULL AS inverter_vendor, NULL AS asset_type, NULL AS assigned_on, NULL AS read_at
        FROM identities i
        JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL
        JOIN customers c ON c.id = i.customer_id
        WHERE i.issuer = $1 AND i.subject = $2
        UNION ALL
        SELECT c.id, c.name, c.devices_as_of, ", columns!(devices "d."), "
        FROM identities i
        JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL
        JOIN customers c ON c.id = i.customer_id
        JOIN person_places x ON x.person_id = p.id
        JOIN links l ON l.customer_id = x.place_id AND l.kind = 'requester' AND l.ended_at IS NULL
          AND l.suspended_why IS NULL
        JOIN devices d ON d.system = l.system AND d.holder = l.external_id
        WHERE i.issuer = $1 AND i.subject = $2
          AND NOT EXISTS (
              SELECT 1 FROM device_places v
              JOIN places w ON w.id = v.place_id
              WHERE v.system = d.system AND v.external_id = d.external_id AND w.owner_id = l.customer_id
          )
        UNION ALL
        SELECT c.id, c.name, c.devices_as_of, ", columns!(devices "d."), "
        FROM identities i
        JOIN persons p ON p.id = i.person_id AND p.inactive_since IS NULL
        JOIN customers c ON c.id = i.customer_id
        JOIN person_places x ON x.person_id = p.id
        JOIN device_places v ON v.place_id = x.place_id
        JOIN places w ON w.id = v.place_id
        JOIN devices d ON d.system = v.system AND d.external_id = v.external_id
        JOIN links l ON l.system = d.system AND l.kind = 'requester' AND l.external_id = d.holder
          AND l.ended_at IS NULL AND l.suspended_why IS NULL AND l.customer_id = w.owner_id
        WHERE i.issuer = $1 AND i.subject = $2"
    );
    DEVICE_PLACE_PUT =
        "INSERT INTO device_places (system, external_id, place_id)
        VALUES ($1, $2, $3)
        ON CONFLICT (system, external_id) DO UPDATE SET place_id = excluded.place_id";
    DEVICE_PLACE_CLEAR = "DELETE FROM device_places WHERE system = $1 AND external_id = $2";
    DEVICE_PLACE = "SELECT place_id FROM device_places WHERE system = $1 AND external_id = $2";
    DEVICE_PLACES = concat!(
        "SELECT external_id, place_id FROM device_places WHERE external_id IN (", room!(), ") AND system = $26"
    );
    /// The subset of a system's devices whose place is none of the person's. Where a device was in stock says nothing
    /// about the person.
    DEVICES_PUT_ELSEWHERE = concat!(
        "SELECT v.system, v.external_id FROM device_places v
        JOIN places w ON w.id = v.place_id AND w.owner_id <> $28
        WHERE v.external_id IN (", room!(), ") AND v.system = $26
          AND NOT EXISTS (
              SELECT 1 FROM person_places pp WHERE pp.person_id = $27 AND pp.place_id = v.place_id
          )"
    );
    /// The devices at a person's places (P08), each with its place. A device is at its holder's home place, unless it
    /// was put at another of the holder's places. Places of a previous holder no longer count.
    DEVICES_IN_PLACES = concat!(
        "SELECT x.place_id, ", columns!(devices "d."), "
        FROM person_places x
        JOIN links l ON l.customer_id = x.place_id AND l.kind = 'requester' AND l.ended_at IS NULL
          AND l.suspended_why IS NULL
        JOIN devices d ON d.system = l.system AND d.holder = l.external_id
        WHERE x.person_id = $1
          AND NOT EXISTS (
              SELECT 1 FROM device_places v
              JOIN places w ON w.id = v.place_id
              WHERE v.system = d.system AND v.external_id = d.external_id AND w.owner_id = l.customer_id
          )
        UNION ALL
        SELECT x.place_id, ", columns!(devices "d."), "
        FROM person_places x
        JOIN device_places v ON v.place_id = x.place_id
        JOIN places w ON w.id = v.place_id
        JOIN devices d ON d.system = v.system AND d.external_id = v.external_id
        JOIN links l ON l.system = d.system AND l.kind = 'requester' AND l.external_id = d.holder
          AND l.ended_at IS NULL AND l.suspended_why IS NULL AND l.customer_id = w.owner_id
        WHERE x.person_id = $1"
    );
}
