//! Values that both databases support.

use jiff::Timestamp;
use uuid::Uuid;

/// A parameter of a statement, or a column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// NULL.
    Null,
    /// An integer; also a time in microseconds, and a boolean as 1 or 0.
    Int(i64),
    /// Text; also JSON.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// An id. SQLite stores it as 16 bytes.
    Uuid(Uuid),
}

macro_rules! into_value {
    ($($from:ty => |$it:ident| $into:expr),* $(,)?) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self { $into }
        }
    )*};
}

into_value! {
    i64 => |it| Self::Int(it),
    bool => |it| Self::Int(i64::from(it)),
    String => |it| Self::Text(if it.contains('\0') { storable(&it) } else { it }),
    &str => |it| Self::Text(storable(it)),
    &String => |it| Self::Text(storable(it)),
    Vec<u8> => |it| Self::Blob(it),
    &Vec<u8> => |it| Self::Blob(it.clone()),
    &[u8; 32] => |it| Self::Blob(it.to_vec()),
    [u8; 32] => |it| Self::Blob(it.to_vec()),
    Uuid => |it| Self::Uuid(it),
    Timestamp => |it| Self::Int(it.as_microsecond()),
}

/// PostgreSQL cannot store NUL in text. A NUL sent by an outside system must not prevent storing the rest.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A type that a column can be read as.
pub trait FromValue: Sized {
    /// Converts a value. `None` if it has another type.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for usize {
    fn from_value(value: &Value) -> Option<Self> {
        Self::try_from(i64::from_value(value)?).ok()
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.as_slice().try_into().ok(),
            _ => None,
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Uuid(id) => Some(*id),
            Value::Blob(bytes) => Self::from_slice(bytes).ok(),
            _ => None,
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Option<Self> {
        Self::from_microsecond(i64::from_value(value)?).ok()
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}
