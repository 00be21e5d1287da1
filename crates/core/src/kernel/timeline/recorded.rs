//! The stored form of an event: name, format version and fields.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::personal;
use super::{Event, PersonalPart};

/// Format version of the events. An incompatible change of fields needs a higher version.
pub const VERSION: u32 = 1;

/// A decoded event of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// An event that this version can decode.
    Event(Box<Event>),
    /// An event written by a newer version: it is kept and shown undecoded, never dropped.
    Newer(Written),
}

/// An event in its stored form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The event's name.
    pub event: String,
    /// Format version.
    pub v: u32,
    /// The event's fields.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub detail: Value,
}

impl Written {
    fn of(event: &Event) -> Self {
        Self { event: event.name().to_owned(), v: VERSION, detail: event.detail() }
    }

    /// Reads the output of [`write`].
    pub(crate) fn read(public: &str, part: Option<&PersonalPart>) -> Self {
        let unreadable = || Self { event: "unreadable".to_owned(), v: 0, detail: Value::String(public.to_owned()) };
        let mut written: Self = serde_json::from_str(public).unwrap_or_else(|_| unreadable());
        if let Some(values) = part.and_then(|part| serde_json::from_str::<Map<String, Value>>(&part.document).ok()) {
            personal::merge(&mut written.detail, &values);
        }
        written
    }

    /// Decodes the event if this version can.
    pub fn recorded(self) -> Recorded {
        if self.v != VERSION {
            return Recorded::Newer(self);
        }
        Event::read(&self.event, &self.detail)
            .map_or_else(|| Recorded::Newer(self), |event| Recorded::Event(Box::new(event)))
    }

    /// The form for people and programs, without the markers of personal data.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.detail = personal::plain(self.detail);
        self
    }
}

/// Splits an event into two documents: the permanent part, and the personal data, if any.
pub(crate) fn write(event: &Event) -> (String, Option<String>) {
    let mut written = Written::of(event);
    let values = personal::split(&mut written.detail);
    let text = |value: &Value| value.to_string();
    let public = serde_json::to_value(&written).map(|value| text(&value)).unwrap_or_default();
    (public, (!values.is_empty()).then(|| text(&Value::Object(values))))
}
