//! Answers, read as the platform reads them.

use serde_json::{Map, Value};

use crate::reading::{self, Notes};

/// Maximum length of a quotation in a report, in characters.
const QUOTED: usize = 400;

/// The statuses by which HTTP itself refuses a request.
const REFUSING: [u16; 3] = [400, 401, 403];

/// A call with its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request, shortened.
    pub sent: String,
    /// The status. `None`: the connection failed.
    pub status: Option<u16>,
    /// The body, or the reason why there is none.
    pub body: String,
    /// The body in the names and types of the contract, if it is JSON.
    json: Value,
    /// Deviations from the names and types of the contract that the platform's reader accepts.
    pub notes: Notes,
}

impl Exchange {
    /// An answer with this body.
    pub fn answered(sent: String, status: u16, body: String) -> Self {
        // Any other status is a failure on the way, whatever the body claims.
        let success = (200..300).contains(&status);
        let (json, notes) = if success { reading::read(&body) } else { (Value::Null, Notes::new()) };
        Self { sent, status: Some(status), body, json, notes }
    }

    /// A call without an answer.
    pub fn unanswered(sent: String, why: String) -> Self {
        Self { sent, status: None, body: why, json: Value::Null, notes: Notes::new() }
    }

    /// Whether the status says that this is the answer to the call.
    pub fn is_answer(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    /// Whether the answer is JSON.
    pub fn is_json(&self) -> bool {
        !self.json.is_null()
    }

    /// Whether the status refuses the request.
    pub fn is_refused_by_status(&self) -> bool {
        self.status.is_some_and(|status| REFUSING.contains(&status))
    }

    /// The code: an integer member `Code` or `ErrorCode`.
    pub fn code(&self) -> Option<i64> {
        self.member(&["Code", "ErrorCode"]).and_then(Value::as_i64)
    }

    /// The message.
    pub fn message(&self) -> &str {
        self.member(&["Message", "ErrorMessage"]).and_then(Value::as_str).unwrap_or_default()
    }

    /// The result, if it is a text that is not blank.
    pub fn result(&self) -> Option<&str> {
        self.member(&["Result", "Results"]).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// The options, wrapped in `Fields` or bare.
    pub fn fields(&self) -> Option<&Vec<Value>> {
        self.json.get("Fields").unwrap_or(&self.json).as_array()
    }

    /// Whether the answer lists the options, in any form.
    pub fn lists_options(&self) -> bool {
        self.fields().is_some() && self.code().unwrap_or(0) == 0
    }

    /// The body, if it is a JSON object.
    pub fn object(&self) -> Option<&Map<String, Value>> {
        self.json.as_object()
    }

    /// The first of these members that exists and is not null.
    pub fn member(&self, names: &[&str]) -> Option<&Value> {
        let json = self.object()?;
        names.iter().filter_map(|name| json.get(*name)).find(|value| !value.is_null())
    }

    /// The answer, for quotation in a report.
    pub fn received(&self) -> String {
        match self.status {
            Some(status) => format!("HTTP {status} {}", shortened(&self.body)),
            None => self.body.clone(),
        }
    }

    /// The code as text, with its message.
    pub fn outcome(&self) -> String {
        match (self.status, self.code(), self.message().trim()) {
            (None, ..) => self.body.clone(),
            (Some(_), Some(code), "") => format!("Code is {code}"),
            (Some(_), Some(code), message) => format!("Code is {code}: {message}"),
            (Some(200..300), None, _) => "the answer has no Code".to_owned(),
            (Some(status), None, _) => format!("the answer is HTTP {status}"),
        }
    }

    /// The id of a successful Synchronize: code 0 and an id.
    pub fn created(&self) -> Result<&str, String> {
        match (self.code(), self.result()) {
            (Some(0), Some(id)) => Ok(id),
            (Some(0), None) => Err("Code is 0, but Result holds no id".to_owned()),
            _ => Err(self.outcome()),
        }
    }

    /// The code of a refusal, which is negative.
    pub fn refused(&self) -> Result<i64, String> {
        match self.code() {
            Some(code) if code < 0 => Ok(code),
            Some(code) => Err(format!("Code is {code}, which does not refuse anything")),
            None => Err(self.outcome()),
        }
    }

    /// Checks for code 0.
    pub fn succeeded(&self) -> Result<(), String> {
        if self.code() == Some(0) { Ok(()) } else { Err(self.outcome()) }
    }
}

/// A quotation for a report: shortened, without control characters and without characters that change its appearance in
/// a terminal.
pub fn shortened(text: &str) -> String {
    let mut rest = text.chars();
    let mut quoted = String::new();
    for c in rest.by_ref().take(QUOTED) {
        let hidden = c != '\n'
            && (c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'));
        if hidden { quoted.extend(c.escape_unicode()) } else { quoted.push(c) }
    }
    if rest.next().is_some() {
        quoted.push('…');
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m21_a_quotation_obeys_nobody() {
        assert_eq!(shortened("\u{1b}[2J\rok\u{202e}\nnext"), "\\u{1b}[2J\\u{d}ok\\u{202e}\nnext");
        assert_eq!(shortened(&"ä".repeat(QUOTED)).chars().count(), QUOTED);
        assert!(shortened(&"ä".repeat(QUOTED + 1)).ends_with('…'));
    }
}
