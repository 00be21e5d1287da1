//! What a marketplace asked and was answered, as staff see it. Secrets are taken out before it is kept.

use jiff::Timestamp;
use serde_json::Value;

use crate::id::CallId;

/// What a marketplace can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Which options there are (`M01`).
    SyncOptions,
    /// Make a customer, or bring it up to date (`M07`).
    Synchronize,
    /// Is there such a customer already (`M16`)?
    Exists,
    /// Delete a customer (`M15`).
    Delete,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 4] = [Self::SyncOptions, Self::Synchronize, Self::Exists, Self::Delete];

    /// The contract's name, the last part of the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SyncOptions => "SyncOptions",
            Self::Synchronize => "Synchronize",
            Self::Exists => "Exists",
            Self::Delete => "Delete",
        }
    }

    /// Reads the name, in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.as_str().eq_ignore_ascii_case(text))
    }
}

/// One call, kept for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id; ids sort by time.
    pub id: CallId,
    /// The marketplace.
    pub instance: String,
    /// What was asked; none: something that does not exist.
    pub operation: Option<Operation>,
    /// The account it was about, if it named one.
    pub account_id: Option<String>,
    /// When it came.
    pub at: Timestamp,
    /// How long the answer took, in microseconds.
    pub micros: i64,
    /// The code of the answer.
    pub code: i32,
    /// It asked for nothing to be done.
    pub is_test: bool,
    /// The request's body, redacted, or why it is not kept.
    pub request: String,
    /// The answer's body, redacted.
    pub answer: String,
}

/// The longest body that is kept, in bytes.
const LONGEST: usize = 16 * 1024;

/// Words in a field's name that make its value a secret.
const SECRET_WORDS: [&str; 6] = ["password", "secret", "token", "apikey", "api_key", "activation_url"];

/// A body as it is kept: without secrets, and not endless.
pub fn redacted(mut body: Value) -> String {
    redact(&mut body);
    let text = body.to_string();
    if text.len() <= LONGEST { text } else { format!("{{\"not_kept\":\"{} bytes\"}}", text.len()) }
}

/// Takes secrets out of JSON: the values of fields whose name says so, at any depth.
pub fn redact(body: &mut Value) {
    match body {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                let name = name.to_lowercase();
                if SECRET_WORDS.iter().any(|word| name.contains(word)) && !value.is_null() && *value != "" {
                    *value = Value::from("•••");
                } else {
                    redact(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(redact),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_not_kept_at_any_depth() {
        let body = json!({
            "Name": "A", "GeneratedPassword": "x", "SyncOptions": { "admin_password": "y", "role": "1" },
            "AccountExtraInfo": { "activation_url": "https://hub.example.com/activate/z", "portal_url": "p" },
        });
        let kept = redacted(body);
        for secret in ["\"x\"", "\"y\"", "/activate/z"] {
            assert!(!kept.contains(secret), "{kept}");
        }
        assert!(kept.contains("\"role\":\"1\"") && kept.contains("\"portal_url\":\"p\""), "{kept}");
        assert!(redacted(json!({ "Description": "x".repeat(20_000) })).len() < 100);
    }

    #[test]
    fn m18_an_operation_is_known_in_any_letter_case() {
        assert_eq!(Operation::parse("syncoptions"), Some(Operation::SyncOptions));
        assert_eq!(Operation::parse("SYNCHRONIZE"), Some(Operation::Synchronize));
        assert_eq!(Operation::parse("Sync"), None);
    }
}
