//! Statements about messages.

use super::rows::columns;
use crate::engine::statements;

statements! {
    MESSAGE_CREDENTIAL_PUT =
        "INSERT INTO message_credentials (id, person_id, name, key_hash, created_at, created_by)
        VALUES ($1, $2, $3, $4, $5, $6)";
    MESSAGE_CREDENTIAL_REVOKE =
        "UPDATE message_credentials SET revoked_at = $1, revoked_by = $2 WHERE id = $3 AND revoked_at IS NULL";
    MESSAGE_CREDENTIAL_USED =
        "UPDATE message_credentials SET last_used_at = $1 WHERE id = $2 AND revoked_at IS NULL";
    MESSAGE_CREDENTIAL_BY_HASH =
        "SELECT id, person_id FROM message_credentials WHERE key_hash = $1 AND revoked_at IS NULL";
    MESSAGE_CREDENTIAL = concat!("SELECT ", columns!(message_credentials), " FROM message_credentials WHERE id = $1");
    MESSAGE_CREDENTIALS = concat!(
        "SELECT ", columns!(message_credentials), " FROM message_credentials
        WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2"
    );
    MESSAGE_RECEIVE =
        "INSERT INTO messages (id, person_id, external_id, credential_id, kind, body, digest, received_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    MESSAGE_SETTLE =
        "UPDATE messages SET finished_at = $1, result_kind = $2, result_id = $3, reason_code = $4, reason = $5
        WHERE id = $6 AND finished_at IS NULL";
    MESSAGE = concat!("SELECT ", columns!(messages), " FROM messages WHERE id = $1");
    MESSAGE_OF_PERSON = concat!(
        "SELECT ", columns!(messages), " FROM messages WHERE person_id = $1 AND external_id = $2"
    );
    MESSAGES_OF_PERSON = concat!(
        "SELECT ", columns!(messages), " FROM messages WHERE person_id = $1 ORDER BY id DESC LIMIT $2"
    );
    READING_KEEP =
        "INSERT INTO device_readings (id, system, external_id, measure, measured_at, value, unit, message_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $1)
        ON CONFLICT (system, external_id, measure, measured_at) DO UPDATE SET value = excluded.value,
            unit = excluded.unit, message_id = excluded.message_id";
    READINGS_OF_DEVICE =
        "SELECT system, external_id, measure, measured_at, value, unit, message_id FROM device_readings
        WHERE system = $1 AND external_id = $2 ORDER BY measured_at DESC, id DESC LIMIT $3";
}
