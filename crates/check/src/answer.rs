//! What came back, read with both spellings that are in use.

use serde_json::{Map, Value};

/// The longest text that a report quotes, in characters.
const QUOTED: usize = 400;

/// One call with its answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was sent, shortened.
    pub sent: String,
    /// The status; none: the connection broke.
    pub status: Option<u16>,
    /// The body, or why there is none.
    pub body: String,
    /// The body as a JSON object, if it is one.
    pub json: Option<Map<String, Value>>,
}

impl Exchange {
    /// The code: an integer named `Code` or `ErrorCode`.
    pub fn code(&self) -> Option<i64> {
        self.member(&["Code", "ErrorCode"]).and_then(Value::as_i64)
    }

    /// The message.
    pub fn message(&self) -> &str {
        self.member(&["Message", "ErrorMessage"]).and_then(Value::as_str).unwrap_or_default()
    }

    /// The result, if it is text that says something.
    pub fn result(&self) -> Option<&str> {
        self.member(&["Result", "Results"]).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }

    /// The first of these members that is there.
    pub fn member(&self, names: &[&str]) -> Option<&Value> {
        let json = self.json.as_ref()?;
        names.iter().find_map(|name| json.get(*name)).filter(|value| !value.is_null())
    }

    /// What came back, as a report quotes it.
    pub fn received(&self) -> String {
        match self.status {
            Some(status) => format!("HTTP {status} {}", shortened(&self.body)),
            None => self.body.clone(),
        }
    }

    /// Code 0 and an id.
    pub fn created(&self) -> Result<&str, String> {
        match (self.code(), self.result()) {
            (Some(0), Some(id)) => Ok(id),
            (Some(0), None) => Err("Code is 0, but Result holds no id as text".to_owned()),
            (Some(code), _) => Err(format!("Code is {code}: {}", self.message())),
            (None, _) => Err("there is no Code".to_owned()),
        }
    }

    /// A negative code.
    pub fn refused(&self) -> Result<i64, String> {
        match self.code() {
            Some(code) if code < 0 => Ok(code),
            Some(code) => Err(format!("Code is {code}, which is no refusal")),
            None => Err("there is no Code that says so".to_owned()),
        }
    }
}

/// A text as a report quotes it: not endless, and without anything that a terminal would obey or that would make it look otherwise.
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
