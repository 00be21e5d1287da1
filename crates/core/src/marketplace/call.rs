//! Marketplace calls with their answers, stored for staff. Secrets are removed before storage.

use jiff::Timestamp;
use serde_json::Value;

use crate::kernel::ids::CallId;

/// Operations of the marketplace contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// List the sync options (`M01`).
    SyncOptions,
    /// Create or update a customer (`M07`).
    Synchronize,
    /// Check whether a customer exists (`M16`).
    Exists,
    /// Delete a customer (`M15`).
    Delete,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 4] = [Self::SyncOptions, Self::Synchronize, Self::Exists, Self::Delete];

    /// The contract's name, which is the last segment of the URL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SyncOptions => "SyncOptions",
            Self::Synchronize => "Synchronize",
            Self::Exists => "Exists",
            Self::Delete => "Delete",
        }
    }

    /// Parses the name; case does not matter.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str().eq_ignore_ascii_case(text))
    }
}

/// A stored call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Time-ordered id.
    pub id: CallId,
    /// The marketplace.
    pub marketplace: String,
    /// The operation; `None` if unknown.
    pub operation: Option<Operation>,
    /// The account id in the request, if any.
    pub account_id: Option<String>,
    /// Time of arrival.
    pub at: Timestamp,
    /// Duration, in microseconds.
    pub micros: i64,
    /// Code of the answer.
    pub code: i32,
    /// Whether the call was a test without effect.
    pub is_test: bool,
    /// The request body, redacted, or the reason why it is not stored.
    pub request: String,
    /// The answer's body, redacted.
    pub answer: String,
}

/// Maximum length of a stored body, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

/// Parts of field names that mark the value as secret.
const SECRET_WORDS: [&str; 14] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "credential",
    "authorization",
    "apikey",
    "api_key",
    "api-key",
    "private_key",
    "privatekey",
    "activation_url",
];
/// Members that name the field of which the neighbouring `Value` is the value.
const NAMING: [&str; 3] = ["ID", "Name", "Key"];
/// Text by which activation links are recognised.
const LINK: &str = "/activate/";
/// Replacement of a secret.
const HIDDEN: &str = "•••";

/// The body for storage: redacted and limited in length.
pub fn redacted(mut body: Value) -> String {
    redact(&mut body);
    let text = body.to_string();
    if text.len() <= MAX_LENGTH { text } else { left_out(text.len()) }
}

/// Placeholder for a body that is not JSON. It cannot be redacted, so it is not stored.
pub fn unreadable(size: usize) -> String {
    format!("{{\"not_json\":\"{size} bytes\"}}")
}

/// Placeholder for a body that exceeds the limit.
pub fn left_out(size: usize) -> String {
    format!("{{\"not_kept\":\"{size} bytes\"}}")
}

impl Call {
    /// Whether the request is stored completely, so that it can be replayed.
    pub fn is_whole(&self) -> bool {
        !self.request.starts_with("{\"not_json\"") && !self.request.starts_with("{\"not_kept\"")
    }
}

/// Redacts JSON at any depth: the values of fields with secret names, and activation links.
pub fn redact(body: &mut Value) {
    match body {
        Value::Object(fields) => {
            let named = |name: &&str| fields.get(*name).and_then(Value::as_str).is_some_and(is_secret);
            let value_is_secret = NAMING.iter().any(named);
            for (name, value) in fields.iter_mut() {
                let secret = is_secret(name) || (value_is_secret && name.eq_ignore_ascii_case("value"));
                if secret && !value.is_null() && *value != "" {
                    *value = Value::from(HIDDEN);
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        Value::String(text) if text.contains(LINK) => HIDDEN.clone_into(text),
        _ => {}
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_redacted_at_any_depth() {
        let body = json!({
            "Name": "A", "GeneratedPassword": "x", "SyncOptions": { "admin_password": "y", "role": "1" },
            "AccountExtraInfo": { "activation_url": "https://hub.example.com/activate/z", "portal_url": "p" },
        });
        let kept = redacted(body);
        for secret in ["\"x\"", "\"y\"", "/activate/z"] {
            assert!(!kept.contains(secret), "{kept}");
        }
        assert!(kept.contains("\"role\":\"1\"") && kept.contains("\"portal_url\":\"p\""), "{kept}");
        let pairs =
            redacted(json!({ "Fields": [{ "ID": "Passphrase", "Value": "open" }, { "ID": "role", "Value": "1" }] }));
        assert!(!pairs.contains("open") && pairs.contains("\"1\""), "{pairs}");
        let elsewhere = redacted(json!({ "Description": "see https://hub.example.com/activate/z" }));
        assert!(!elsewhere.contains("/activate/z"), "{elsewhere}");
        assert_eq!(unreadable(24), "{\"not_json\":\"24 bytes\"}");
        assert!(redacted(json!({ "Description": "x".repeat(20_000) })).len() < 100);
    }

    #[test]
    fn m18_operations_are_parsed_case_insensitively() {
        assert_eq!(Operation::parse("syncoptions"), Some(Operation::SyncOptions));
        assert_eq!(Operation::parse("SYNCHRONIZE"), Some(Operation::Synchronize));
        assert_eq!(Operation::parse("Sync"), None);
    }
}
