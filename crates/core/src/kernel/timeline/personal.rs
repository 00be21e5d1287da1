//! Personal data of an event: names, addresses and free text. It is stored separately so that it can be erased.
//!
//! A personal field is serialised as `{"$personal": value}`. When an entry is created, the values move to a separate
//! document, keyed by JSON pointer, and leave `null`. Reading puts back the values that have not been erased.

use std::fmt::{Display, Formatter};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

const MARK: &str = "$personal";

/// A personal value of an event, which can be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Marked<T>", into = "Marked<T>", bound(serialize = "T: Clone + Serialize"))]
pub enum Personal<T = String> {
    /// Not erased.
    Known(T),
    /// Erased.
    Erased,
}

/// Serialised form of a personal value.
#[derive(Serialize, Deserialize)]
struct Marked<T> {
    #[serde(rename = "$personal")]
    value: Option<T>,
}

impl<T> From<Marked<T>> for Personal<T> {
    fn from(marked: Marked<T>) -> Self {
        marked.value.map_or(Self::Erased, Self::Known)
    }
}

impl<T> From<Personal<T>> for Marked<T> {
    fn from(personal: Personal<T>) -> Self {
        Self { value: personal.known() }
    }
}

impl<T> Personal<T> {
    /// The value, unless erased.
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Erased => None,
        }
    }

    /// Borrows the value.
    pub const fn as_ref(&self) -> Personal<&T> {
        match self {
            Self::Known(value) => Personal::Known(value),
            Self::Erased => Personal::Erased,
        }
    }
}

impl<T> From<T> for Personal<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl From<&str> for Personal {
    fn from(value: &str) -> Self {
        Self::Known(value.to_owned())
    }
}

impl From<&String> for Personal {
    fn from(value: &String) -> Self {
        Self::Known(value.clone())
    }
}

impl<T: Display> Display for Personal<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(value) => value.fmt(f),
            Self::Erased => f.write_str("(erased)"),
        }
    }
}

/// Moves the personal values out of a document. Returns them by JSON pointer.
pub(crate) fn split(document: &mut Value) -> Map<String, Value> {
    let mut values = Map::new();
    visit(document, &mut String::new(), &mut |pointer, value| {
        if !value.is_null() {
            values.insert(pointer.to_owned(), value.take());
        }
    });
    values
}

/// Puts personal values back at their JSON pointers.
pub(crate) fn merge(document: &mut Value, values: &Map<String, Value>) {
    visit(document, &mut String::new(), &mut |pointer, value| {
        if let Some(known) = values.get(pointer) {
            *value = known.clone();
        }
    });
}

/// The document without markers, for people and programs. An erased value becomes `{"erased": true}`.
pub(crate) fn plain(document: Value) -> Value {
    match document {
        Value::Object(mut fields) if is_marked(&fields) => match fields.remove(MARK) {
            Some(Value::Null) | None => serde_json::json!({ "erased": true }),
            Some(value) => plain(value),
        },
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, plain(value))).collect()),
        Value::Array(items) => Value::Array(items.into_iter().map(plain).collect()),
        other => other,
    }
}

fn is_marked(fields: &Map<String, Value>) -> bool {
    fields.len() == 1 && fields.contains_key(MARK)
}

fn visit(value: &mut Value, pointer: &mut String, each: &mut impl FnMut(&str, &mut Value)) {
    let length = pointer.len();
    match value {
        Value::Object(fields) if is_marked(fields) => {
            if let Some(value) = fields.get_mut(MARK) {
                each(pointer, value);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
                visit(value, pointer, each);
                pointer.truncate(length);
            }
        }
        Value::Array(items) => {
            for (place, value) in items.iter_mut().enumerate() {
                pointer.push('/');
                pointer.push_str(&place.to_string());
                visit(value, pointer, each);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}
