//! Statements about persons, places, contacts, registrations and profiles.

use super::rows::columns;
use crate::engine::{room, statements};

statements! {
    PERSON_CREATE =
        "INSERT INTO persons (id, person_id, person_key, customer_id, name, email, email_key, licence, mobile_user,
            default_place, role_functions, contact_id, inactive_since, inactive_why, version, created_at,
            email_chosen)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16)";
    PERSON_UPDATE =
        "UPDATE persons
        SET person_id = $1, person_key = $2, name = $3, email = $4, email_key = $5, licence = $6, mobile_user = $7,
            default_place = $8, role_functions = $9, contact_id = $10, inactive_since = $11, inactive_why = $12,
            email_chosen = $13, version = version + 1
        WHERE id = $14 AND version = $15";
    PERSON_PLACES_CLEAR = "DELETE FROM person_places WHERE person_id = $1";
    PERSON_PLACE_ADD = "INSERT INTO person_places (person_id, place_id) VALUES ($1, $2)";
    PERSON_PLACES = "SELECT place_id FROM person_places WHERE person_id = $1 ORDER BY place_id";
    PERSON = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.id = $1");
    PERSONS_LISTED = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.id IN (", room!(), ")");
    /// The person with exactly this id comes before the one whose generated id the text spells.
    PERSON_BY_KEY = concat!(
        "SELECT ", columns!(persons "p."), " FROM persons p WHERE p.person_key IN ($1, $2)
        ORDER BY CASE WHEN p.person_key = $1 THEN 0 ELSE 1 END, p.id LIMIT 1"
    );
    PERSON_OF_IDENTITY = concat!(
        "SELECT ", columns!(persons "p."), " FROM identities i
        JOIN persons p ON p.id = i.person_id
        WHERE i.issuer = $1 AND i.subject = $2"
    );
    PERSONS_BY_EMAIL = concat!(
        "SELECT ", columns!(persons "p."), " FROM persons p WHERE p.email_key = $1 ORDER BY p.id LIMIT 25"
    );
    PERSON_OF_CONTACT = concat!(
        "SELECT ", columns!(persons "p."), " FROM persons p WHERE p.contact_id = $1 ORDER BY p.id LIMIT 1"
    );
    PEOPLE = concat!(
        "SELECT ", columns!(persons "p."), " FROM persons p WHERE p.customer_id = $1 ORDER BY p.created_at, p.id"
    );
    PEOPLE_AFTER = concat!("SELECT ", columns!(persons "p."), " FROM persons p WHERE p.id > $1 ORDER BY p.id LIMIT $2");
    /// The facts of every portal's access rules, in one query.
    AT_DOOR_BY_ID =
        "SELECT p.id, p.person_id, p.name, p.customer_id, p.licence, p.mobile_user, p.role_functions,
            p.inactive_since, p.inactive_why, p.default_place, h.name AS place_name, h.active AS place_active,
            (SELECT count(*) FROM person_places x WHERE x.person_id = p.id) AS places,
            (
                SELECT count(*) FROM identities y WHERE y.person_id = p.id AND y.issuer <> 'urn:tessera:person'
            ) AS identities,
            (
                SELECT count(*) FROM credentials z WHERE z.person_id = p.id AND z.password_hash IS NOT NULL
            ) AS has_password
        FROM persons p
        LEFT JOIN places h ON h.id = p.default_place
        WHERE p.id = $1";
    AT_DOOR_BY_IDENTITY =
        "SELECT p.id, p.person_id, p.name, p.customer_id, p.licence, p.mobile_user, p.role_functions,
            p.inactive_since, p.inactive_why, p.default_place, h.name AS place_name, h.active AS place_active,
            (SELECT count(*) FROM person_places x WHERE x.person_id = p.id) AS places,
            (
                SELECT count(*) FROM identities y WHERE y.person_id = p.id AND y.issuer <> 'urn:tessera:person'
            ) AS identities,
            (
                SELECT count(*) FROM credentials z WHERE z.person_id = p.id AND z.password_hash IS NOT NULL
            ) AS has_password
        FROM identities i
        JOIN persons p ON p.id = i.person_id
        LEFT JOIN places h ON h.id = p.default_place
        WHERE i.issuer = $1 AND i.subject = $2";
    PLACE_CREATE =
        "INSERT INTO places (id, name, parent_id, address, owner_id, active, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, $7)";
    PLACE_UPDATE =
        "UPDATE places SET name = $1, parent_id = $2, address = $3, active = $4, version = version + 1
        WHERE id = $5 AND version = $6";
    PLACE_EXPECT_PARENT =
        "UPDATE places SET version = version WHERE id = $1 AND parent_id IS NOT DISTINCT FROM $2";
    PLACE = concat!("SELECT ", columns!(places), " FROM places WHERE id = $1");
    PLACES_LISTED = concat!("SELECT ", columns!(places), " FROM places WHERE id IN (", room!(), ")");
    PLACES_OF_CUSTOMER = concat!("SELECT ", columns!(places), " FROM places WHERE owner_id = $1 ORDER BY id");
    PLACES_OF_CUSTOMERS = concat!(
        "SELECT ", columns!(places), " FROM places WHERE owner_id IN (", room!(), ") ORDER BY owner_id, id"
    );
    PLACES_AFTER = concat!("SELECT ", columns!(places), " FROM places WHERE id > $1 ORDER BY id LIMIT $2");
    PLACES_OF_PERSON = concat!(
        "SELECT ", columns!(places "p."), " FROM person_places x
        JOIN places p ON p.id = x.place_id
        WHERE x.person_id = $1 ORDER BY p.name, p.id"
    );
    CONTACT_CREATE =
        "INSERT INTO contacts (id, customer_id, name, email, email_key, phone, place_id, version, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)";
    CONTACT_UPDATE =
        "UPDATE contacts SET name = $1, email = $2, email_key = $3, phone = $4, place_id = $5, version = version + 1
        WHERE id = $6 AND version = $7";
    CONTACT = concat!("SELECT ", columns!(contacts), " FROM contacts WHERE id = $1");
    CONTACTS_OF_CUSTOMER = concat!(
        "SELECT ", columns!(contacts), " FROM contacts WHERE customer_id = $1 ORDER BY id LIMIT 200"
    );
    /// The contacts of several customers, with a limit for each.
    CONTACTS_OF_CUSTOMERS = concat!(
        "SELECT ", columns!(contacts "n."), " FROM (
            SELECT ", columns!(contacts "c."), ",
                row_number() OVER (PARTITION BY c.customer_id ORDER BY c.id) AS number
            FROM contacts c
            WHERE c.customer_id IN (", room!(), ")
        ) n
        WHERE n.number <= 200 ORDER BY n.customer_id, n.id"
    );
    CONTACTS_AFTER = concat!("SELECT ", columns!(contacts), " FROM contacts WHERE id > $1 ORDER BY id LIMIT $2");
    CONTACTS_BY_EMAIL = concat!(
        "SELECT ", columns!(contacts), " FROM contacts WHERE email_key = $1 ORDER BY id LIMIT 25"
    );
    /// The version rises, so that a change of a person that was planned before does not undo it.
    ACCESS_END =
        "UPDATE persons SET inactive_since = $1, inactive_why = 'account_deleted', version = version + 1
        WHERE customer_id = $2 AND inactive_since IS NULL";
    ACCESS_GIVE_BACK =
        "UPDATE persons SET inactive_since = NULL, inactive_why = NULL, version = version + 1
        WHERE customer_id = $1 AND inactive_why = 'account_deleted'";
    REGISTRATION_CREATE =
        "INSERT INTO registrations (id, name, email, message, for_shop, token_hash, created_at, expires_at, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    REGISTRATION_UPDATE =
        "UPDATE registrations SET state = $1, person_id = $2, decided_by = $3, decided_at = $4, reason = $5
        WHERE id = $6 AND state = $7";
    REGISTRATION = concat!("SELECT ", columns!(registrations), " FROM registrations WHERE id = $1");
    REGISTRATIONS_LISTED = concat!(
        "SELECT ", columns!(registrations), " FROM registrations WHERE id IN (", room!(), ")"
    );
    REGISTRATION_BY_TOKEN = concat!("SELECT ", columns!(registrations), " FROM registrations WHERE token_hash = $1");
    REGISTRATIONS_WAITING = concat!(
        "SELECT ", columns!(registrations), " FROM registrations WHERE state = 'waiting'
        ORDER BY created_at, id LIMIT $1"
    );
    /// Locks a person before what belongs to them is compared: on PostgreSQL, the next statement sees what was committed
    /// until then.
    PERSON_LOCK = "UPDATE persons SET version = version WHERE id = $1";
    PERSON_LOCK_OF_LINK =
        "UPDATE persons SET version = version WHERE id = (SELECT l.person_id FROM one_time_links l WHERE l.id = $1)";
    PERSON_MOVE =
        "UPDATE persons SET customer_id = $1
        WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.person_id = persons.id)";
    PROFILE =
        "SELECT person_id, version, phone, notify_of_replies, language, time_zone FROM profiles WHERE person_id = $1";
    /// The first change writes version 1. Every other change must name the version that it replaces.
    PROFILE_PUT =
        "INSERT INTO profiles (person_id, version, phone, notify_of_replies, language, time_zone)
        VALUES ($1, 1, $2, $3, $5, $6)
        ON CONFLICT (person_id) DO UPDATE SET version = profiles.version + 1, phone = excluded.phone,
            notify_of_replies = excluded.notify_of_replies, language = excluded.language,
            time_zone = excluded.time_zone
        WHERE profiles.version = $4";
    EMAIL_CHANGES_END = "UPDATE email_changes SET ended_at = $1 WHERE person_id = $2 AND ended_at IS NULL";
    EMAIL_CHANGE_ASK =
        "INSERT INTO email_changes (id, person_id, email, token_hash, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    EMAIL_CHANGE_TAKE = "UPDATE email_changes SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL AND expires_at > $1";
    EMAIL_CHANGE = concat!("SELECT ", columns!(email_changes), " FROM email_changes WHERE id = $1");
    EMAIL_CHANGES_LISTED = concat!(
        "SELECT ", columns!(email_changes), " FROM email_changes WHERE id IN (", room!(), ")"
    );
    /// By token, only for its person and while it is pending.
    EMAIL_CHANGE_BY_TOKEN = concat!(
        "SELECT ", columns!(email_changes), " FROM email_changes
        WHERE token_hash = $1 AND person_id = $2 AND ended_at IS NULL AND expires_at > $3"
    );
    EMAIL_CHANGE_OPEN = concat!(
        "SELECT ", columns!(email_changes), " FROM email_changes
        WHERE person_id = $1 AND ended_at IS NULL AND expires_at > $2
        ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    EMAIL_CHANGES_ASKED = "SELECT created_at FROM email_changes WHERE person_id = $1 AND created_at > $2";
    PLACE_HELD = "SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1 AND pp.place_id = $2";
    /// The contacts of the person's organisation at one of the person's places. A contact without a place is at the
    /// home place.
    CONTACTS_READ = concat!(
        "SELECT ", columns!(contacts "c."), " FROM contacts c
        WHERE c.customer_id = $2
          AND COALESCE(c.place_id, c.customer_id) IN (
              SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1
          )
        ORDER BY c.id LIMIT $3"
    );
    CONTACT_READ = concat!(
        "SELECT ", columns!(contacts "c."), " FROM contacts c
        WHERE c.id = $3 AND c.customer_id = $2
          AND COALESCE(c.place_id, c.customer_id) IN (
              SELECT pp.place_id FROM person_places pp WHERE pp.person_id = $1
          )"
    );
}
