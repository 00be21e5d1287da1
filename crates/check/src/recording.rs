//! The recording of a conversation with a vendor: JSON lines, one call per line.
//!
//! The format is described in `docs/marketplace/check-vendor.md`. A line says everything about its call, so a recording
//! that was cut off is a shorter recording.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::Exchange;

/// The version of the format. A member may be added without a new version.
pub const RECORDING_VERSION: u32 = 1;
/// What stands in place of a secret.
pub const HIDDEN: &str = "•••";

/// A byte order mark, as text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallEnd {
    /// A whole answer came, of any status.
    Answered,
    /// The vendor could not be reached, so it did nothing.
    NotSent,
    /// It was sent, and no whole answer came: the vendor may have done it.
    Lost,
}

/// A recorded call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecordedCall {
    /// The version of the format.
    pub version: u32,
    /// When it was sent, in UTC.
    pub at: String,
    /// `SyncOptions`, `Exists`, `Synchronize` or `Delete`.
    pub endpoint: String,
    /// HTTP method.
    pub method: String,
    /// The headers that depend on the call. The API key is not among them, and the values of setting fields are hidden.
    pub headers: BTreeMap<String, String>,
    /// The body that was sent; null if there was none.
    pub request: Value,
    /// How it ended.
    pub outcome: CallEnd,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The answer: its JSON, or its text if it is not JSON. Null if there was none.
    pub answer: Value,
    /// Whether the answer began with a byte order mark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub byte_order_mark: bool,
    /// Why there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// Duration, in milliseconds.
    pub duration_ms: u64,
}

/// Why a recording cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRecording {
    /// A line is not of the format.
    #[error("line {line} of the recording is not a call: {why}")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// A later version of the format.
    #[error(
        "line {line} of the recording has version {version} of the format; this program reads up to version {RECORDING_VERSION}"
    )]
    Version {
        /// Number of the line, from 1.
        line: usize,
        /// Its version.
        version: u32,
    },
    /// There is no call.
    #[error("the recording is empty")]
    Empty,
}

/// A recorded conversation, in the order in which the calls ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// The calls.
    pub calls: Vec<RecordedCall>,
}

impl Recording {
    /// Reads the lines of a recording. A last line that was cut off, because the recorder was killed, does not count.
    pub fn read(text: &str) -> Result<Self, UnreadableRecording> {
        let mut calls = Vec::new();
        let whole = text.ends_with('\n');
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let number = at + 1;
            match read_line(number, line) {
                Ok(call) => calls.push(call),
                Err(UnreadableRecording::Line { .. }) if !whole && number == lines.len() => {}
                Err(error) => return Err(error),
            }
        }
        if calls.is_empty() { Err(UnreadableRecording::Empty) } else { Ok(Self { calls }) }
    }
}

fn read_line(line: usize, text: &str) -> Result<RecordedCall, UnreadableRecording> {
    #[derive(Deserialize)]
    struct Versioned {
        version: u32,
    }
    let wrong = |error: serde_json::Error| UnreadableRecording::Line { line, why: error.to_string() };
    // A later version may have other members, so its number is read first.
    let Versioned { version } = serde_json::from_str(text).map_err(wrong)?;
    if version > RECORDING_VERSION {
        return Err(UnreadableRecording::Version { line, version });
    }
    serde_json::from_str(text).map_err(wrong)
}

impl RecordedCall {
    /// The call as a line of a recording, with its end.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self).map(|text| text + "\n")
    }

    /// The body of an answer as it is recorded: its JSON or its text, and whether a byte order mark came first.
    pub fn answer_of(body: &str) -> (Value, bool) {
        let (text, marked) = match body.strip_prefix(BYTE_ORDER_MARK) {
            Some(text) => (text, true),
            None => (body, false),
        };
        (serde_json::from_str(text).unwrap_or_else(|_| Value::from(text)), marked)
    }

    /// The answer, read like every answer is.
    pub(crate) fn exchange(&self) -> Exchange {
        let sent = format!("{} /API/Accounts/{}", self.method, self.endpoint);
        match (self.outcome, self.status) {
            (CallEnd::Answered, Some(status)) => {
                let text = match &self.answer {
                    Value::Null => String::new(),
                    // Text that is not JSON. A JSON text alone is no answer of the contract either.
                    Value::String(text) => text.clone(),
                    json => json.to_string(),
                };
                let mark = if self.byte_order_mark { "\u{feff}" } else { "" };
                Exchange::answered(sent, status, format!("{mark}{text}"))
            }
            _ => Exchange::unanswered(sent, self.problem.clone().unwrap_or_else(|| "no answer".to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call() -> RecordedCall {
        RecordedCall {
            version: RECORDING_VERSION,
            at: "2026-03-01T10:00:00Z".to_owned(),
            endpoint: "Synchronize".to_owned(),
            method: "POST".to_owned(),
            headers: [("X-CloudPlatform-TrackId".to_owned(), "t-1".to_owned())].into(),
            request: json!({ "ID": "1" }),
            outcome: CallEnd::Answered,
            status: Some(200),
            answer: json!({ "Code": 0, "Result": "c-1" }),
            byte_order_mark: false,
            problem: None,
            duration_ms: 12,
        }
    }

    #[test]
    fn m22_a_recording_is_read_back_line_by_line() {
        let lost = RecordedCall {
            outcome: CallEnd::Lost,
            status: None,
            answer: Value::Null,
            problem: Some("it took too long".to_owned()),
            ..call()
        };
        let text = format!("{}\n{}", call().line().unwrap(), lost.line().unwrap());
        assert_eq!(Recording::read(&text).unwrap().calls, [call(), lost]);
        assert_eq!(call().line().unwrap().matches('\n').count(), 1);
    }

    #[test]
    fn m22_a_line_that_was_cut_off_does_not_count_and_any_other_is_named() {
        let line = call().line().unwrap();
        let cut = format!("{line}{}", &line[..40]);
        assert_eq!(Recording::read(&cut).unwrap().calls.len(), 1);
        let error = Recording::read(&format!("{}\n{line}", &line[..40])).unwrap_err();
        assert!(matches!(error, UnreadableRecording::Line { line: 1, .. }), "{error}");
        let later = line.replace("\"version\":1", "\"version\":2");
        let error = Recording::read(&later).unwrap_err();
        assert_eq!(error, UnreadableRecording::Version { line: 1, version: 2 });
        let more = line.replace("\"version\":1", "\"version\":1,\"added\":true");
        assert_eq!(Recording::read(&more).unwrap().calls, [call()], "a member may be added");
        for empty in ["", "\n \n"] {
            assert_eq!(Recording::read(empty).unwrap_err(), UnreadableRecording::Empty);
        }
    }

    #[test]
    fn m22_an_answer_is_read_as_it_came() {
        let odd = "\u{feff}{\"code\":0,\"result\":7}";
        let (answer, byte_order_mark) = RecordedCall::answer_of(odd);
        assert_eq!((&answer, byte_order_mark), (&json!({ "code": 0, "result": 7 }), true));
        let exchange = RecordedCall { answer, byte_order_mark, ..call() }.exchange();
        assert_eq!((exchange.created(), exchange.notes.len()), (Ok("7"), 4));
        let (page, marked) = RecordedCall::answer_of("<h1>Maintenance</h1>");
        assert_eq!((&page, marked), (&json!("<h1>Maintenance</h1>"), false));
        assert!(!RecordedCall { answer: page, ..call() }.exchange().is_json());
    }
}
