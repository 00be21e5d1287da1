//! Statements about staff accounts and API keys.

use crate::engine::statements;

macro_rules! columns {
    (staff) => {
        "id, login, name, password_hash, roles, created_at, last_sign_in_at, person_id, issuer, subject"
    };
    (api_keys) => {
        "id, name, scopes, created_at, expires_at, replaced_at, last_used_at"
    };
}

statements! {
    STAFF_CREATE = concat!(
        "INSERT INTO staff (id, login, name, password_hash, roles, created_at, person_id, issuer, subject) ",
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    STAFF_PASSWORD = "UPDATE staff SET password_hash = $1, name = $2 WHERE login = $3";
    STAFF_CHOOSE_PASSWORD = "UPDATE staff SET password_hash = $1 WHERE id = $2 AND password_hash = $3";
    STAFF_ROLES = "UPDATE staff SET roles = $1 WHERE id = $2";
    STAFF_REMOVE = "DELETE FROM staff WHERE id = $1";
    STAFF_SIGNED_IN = "UPDATE staff SET last_sign_in_at = $1 WHERE id = $2";
    STAFF_BY_LOGIN = concat!("SELECT ", columns!(staff), " FROM staff WHERE login = $1");
    STAFF_BY_ID = concat!("SELECT ", columns!(staff), " FROM staff WHERE id = $1");
    STAFF_BY_PERSON = concat!("SELECT ", columns!(staff), " FROM staff WHERE person_id = $1");
    STAFF_BY_IDENTITY = concat!("SELECT ", columns!(staff), " FROM staff WHERE issuer = $1 AND subject = $2");
    STAFF = concat!("SELECT ", columns!(staff), " FROM staff ORDER BY login LIMIT $1");
    API_KEY_CREATE =
        "INSERT INTO api_keys (id, name, key_hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)";
    API_KEY_REPLACE = "DELETE FROM api_keys WHERE name = $1";
    API_KEY_REPLACE_LATER = concat!(
        "UPDATE api_keys SET replaced_at = $1, ",
        "expires_at = CASE WHEN expires_at < $2 THEN expires_at ELSE $2 END WHERE name = $3 AND replaced_at IS NULL"
    );
    API_KEY_REVOKE = "DELETE FROM api_keys WHERE id = $1";
    API_KEY_USED = "UPDATE api_keys SET last_used_at = $1 WHERE id = $2";
    API_KEY_BY_HASH = concat!("SELECT ", columns!(api_keys), " FROM api_keys WHERE key_hash = $1");
    API_KEY = concat!("SELECT ", columns!(api_keys), " FROM api_keys WHERE id = $1");
    API_KEYS = concat!("SELECT ", columns!(api_keys), " FROM api_keys ORDER BY id LIMIT $1");
}
