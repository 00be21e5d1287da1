//! An event as it is written, and read again: its name, the version of its form, and its fields.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::personal;
use super::{Event, PersonalPart};

/// The version of the form of the events below. An event whose fields change gets a higher one.
pub const VERSION: u32 = 1;

/// An event of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    /// One that this version of the program knows.
    Event(Box<Event>),
    /// One that a newer version wrote: it is kept and shown, and never taken for nothing.
    Newer(Written),
}

/// An event as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// Its name.
    pub event: String,
    /// The version of its form.
    pub v: u32,
    /// Its fields.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub detail: Value,
}

impl Written {
    fn of(event: &Event) -> Self {
        // Events are plain data: serialising them cannot fail.
        let mut fields = serde_json::to_value(event).unwrap_or_default();
        let detail = fields.get_mut("detail").map(Value::take).unwrap_or_default();
        Self { event: event.name().to_owned(), v: VERSION, detail }
    }

    /// Reads what [`write`] wrote.
    pub(crate) fn read(public: &str, part: Option<&PersonalPart>) -> Self {
        let unreadable = || Self { event: "unreadable".to_owned(), v: 0, detail: Value::String(public.to_owned()) };
        let mut written: Self = serde_json::from_str(public).unwrap_or_else(|_| unreadable());
        if let Some(values) = part.and_then(|part| serde_json::from_str::<Map<String, Value>>(&part.document).ok()) {
            personal::merge(&mut written.detail, &values);
        }
        written
    }

    /// The event, if this version of the program knows it.
    pub fn recorded(self) -> Recorded {
        if self.v != VERSION {
            return Recorded::Newer(self);
        }
        let fields = serde_json::json!({ "event": self.event, "detail": self.detail });
        serde_json::from_value(fields).map_or_else(|_| Recorded::Newer(self), |event| Recorded::Event(Box::new(event)))
    }

    /// As people and programs read it: without the marks of what is personal.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.detail = personal::plain(self.detail);
        self
    }
}

/// An event as two documents: what stays for ever, and what is personal, if anything is.
pub(crate) fn write(event: &Event) -> (String, Option<String>) {
    let mut written = Written::of(event);
    let values = personal::split(&mut written.detail);
    let text = |value: &Value| value.to_string();
    let public = serde_json::to_value(&written).map(|value| text(&value)).unwrap_or_default();
    (public, (!values.is_empty()).then(|| text(&Value::Object(values))))
}
