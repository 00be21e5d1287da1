//! Statements about staff accounts and API keys.

use crate::engine::statements;

statements! {
    STAFF_CREATE = "INSERT INTO staff (id, login, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)";
    STAFF_PASSWORD = "UPDATE staff SET password_hash = $1, name = $2 WHERE login = $3";
    STAFF_BY_LOGIN = "SELECT id, login, name, password_hash FROM staff WHERE login = $1";
    API_KEY_CREATE = "INSERT INTO api_keys (id, name, key_hash, created_at) VALUES ($1, $2, $3, $4)";
    API_KEY_REPLACE = "DELETE FROM api_keys WHERE name = $1";
    API_KEY = "SELECT name FROM api_keys WHERE key_hash = $1";
}
