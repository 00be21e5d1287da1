//! What a marketplace asked and was answered, as staff see it. Secrets are taken out before it is kept.

use jiff::Timestamp;
use serde_json::Value;

use crate::kernel::ids::CallId;

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
    pub marketplace: String,
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
const MAX_LENGTH: usize = 16 * 1024;

/// Words in a field's name that make its value a secret.
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
/// Members that say of their neighbour `Value` what it is.
const NAMING: [&str; 3] = ["ID", "Name", "Key"];
/// What an activation link has in it, wherever it stands.
const LINK: &str = "/activate/";
/// What stands in a secret's place.
const HIDDEN: &str = "•••";

/// A body as it is kept: without secrets, and not endless.
pub fn redacted(mut body: Value) -> String {
    redact(&mut body);
    let text = body.to_string();
    if text.len() <= MAX_LENGTH { text } else { left_out(text.len()) }
}

/// What is kept of a body that is no JSON: nobody knows where in it a secret stands.
pub fn unreadable(size: usize) -> String {
    format!("{{\"not_json\":\"{size} bytes\"}}")
}

/// What is kept of a body that was not read to its end.
pub fn left_out(size: usize) -> String {
    format!("{{\"not_kept\":\"{size} bytes\"}}")
}

impl Call {
    /// Whether the request was kept, so that it can be asked again.
    pub fn is_whole(&self) -> bool {
        !self.request.starts_with("{\"not_json\"") && !self.request.starts_with("{\"not_kept\"")
    }
}

/// Takes secrets out of JSON, at any depth: the values of fields whose name says so, and activation links.
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
        let pairs =
            redacted(json!({ "Fields": [{ "ID": "Passphrase", "Value": "open" }, { "ID": "role", "Value": "1" }] }));
        assert!(!pairs.contains("open") && pairs.contains("\"1\""), "{pairs}");
        let elsewhere = redacted(json!({ "Description": "see https://hub.example.com/activate/z" }));
        assert!(!elsewhere.contains("/activate/z"), "{elsewhere}");
        assert_eq!(unreadable(24), "{\"not_json\":\"24 bytes\"}");
        assert!(redacted(json!({ "Description": "x".repeat(20_000) })).len() < 100);
    }

    #[test]
    fn m18_an_operation_is_known_in_any_letter_case() {
        assert_eq!(Operation::parse("syncoptions"), Some(Operation::SyncOptions));
        assert_eq!(Operation::parse("SYNCHRONIZE"), Some(Operation::Synchronize));
        assert_eq!(Operation::parse("Sync"), None);
    }
}
