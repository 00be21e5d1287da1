//! The history of a service manager's calls, without secrets.

use jiff::Timestamp;

use crate::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId};
use crate::marketplace::Operation;
use crate::marketplace::call::redact;

/// Maximum length of a stored body, in bytes.
const MAX_LENGTH: usize = 16 * 1024;
/// Replacement of a secret.
const HIDDEN: &str = "•••";

/// A call of a vendor, with its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceManagerCall {
    /// Time-ordered id.
    pub id: ServiceManagerCallId,
    /// The vendor.
    pub service_manager: ServiceManagerId,
    /// The account in the request, if any.
    pub account: Option<MarketplaceAccountId>,
    /// The operation of which it is a part, if any.
    pub operation_id: Option<AccountOperationId>,
    /// What was called.
    pub operation: Operation,
    /// The id of the call, which the vendor's log has too.
    pub track_id: String,
    /// When it was sent.
    pub at: Timestamp,
    /// Duration, in microseconds.
    pub micros: i64,
    /// Outcome.
    pub outcome: CallOutcome,
    /// HTTP status, if there was an answer.
    pub status: Option<i64>,
    /// Code in the answer, if it was of the contract.
    pub code: Option<i64>,
    /// Request body, redacted.
    pub request: String,
    /// The answer's body, redacted; or why there is none.
    pub answer: String,
}

/// Outcome of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum CallOutcome {
    /// An answer of the contract, whatever its code.
    Answered,
    /// An answer that is not of the contract, or another status than 2xx.
    Unusable,
    /// The vendor could not be reached, so it did nothing.
    NotSent,
    /// It was sent, and no whole answer came: the vendor may have done it.
    Lost,
}

/// A body for the history: secrets are hidden, and it is limited in length. `secrets` are hidden wherever they stand,
/// because a vendor may repeat what it was sent.
pub fn stored_body(body: &str, secrets: &[&str]) -> String {
    let mut text = match serde_json::from_str(body) {
        Ok(mut json) => {
            redact(&mut json);
            json.to_string()
        }
        // What is no JSON cannot be redacted by its names.
        Err(_) if body.trim().is_empty() => String::new(),
        Err(_) => format!("{{\"not_json\":\"{} bytes\"}}", body.len()),
    };
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        text = text.replace(secret, HIDDEN);
    }
    if text.len() > MAX_LENGTH {
        let cut = (0..=MAX_LENGTH).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(cut);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_the_history_of_calls_has_no_secrets_and_no_long_bodies() {
        let kept = stored_body(
            r#"{"Code":0,"GeneratedPassword":"{P@ss}","Message":"key c2VjcmV0 is fine","Result":"c-1"}"#,
            &["c2VjcmV0", "", "x"],
        );
        assert!(!kept.contains("P@ss") && !kept.contains("c2VjcmV0"), "{kept}");
        assert!(kept.contains("\"Result\":\"c-1\""), "{kept}");
        assert_eq!(stored_body("<html>secret</html>", &[]), "{\"not_json\":\"19 bytes\"}");
        let long = stored_body(&format!("{{\"Message\":\"{}\"}}", "ä".repeat(20_000)), &[]);
        assert!(long.len() <= MAX_LENGTH + 4, "{}", long.len());
    }
}
