//! Values that both databases understand, and rows of them.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A value on its way into a statement or out of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number; also a time in microseconds, and 1/0 for yes/no.
    Int(i64),
    /// Text; also JSON.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
    /// An id. SQLite keeps it as 16 bytes.
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
    tessera_core::id::CustomerId => |it| Self::Uuid(it.0),
    tessera_core::id::PersonId => |it| Self::Uuid(it.0),
    tessera_core::id::IdentityId => |it| Self::Uuid(it.0),
    tessera_core::id::LinkId => |it| Self::Uuid(it.0),
    tessera_core::id::InvitationId => |it| Self::Uuid(it.0),
    tessera_core::id::ActivationId => |it| Self::Uuid(it.0),
    tessera_core::id::JobId => |it| Self::Uuid(it.0),
    tessera_core::id::ReviewId => |it| Self::Uuid(it.0),
    tessera_core::id::StaffId => |it| Self::Uuid(it.0),
    tessera_core::id::ApiKeyId => |it| Self::Uuid(it.0),
    tessera_core::id::SweepId => |it| Self::Uuid(it.0),
    tessera_core::id::HeldId => |it| Self::Uuid(it.0),
    tessera_core::id::AssetWriteId => |it| Self::Uuid(it.0),
    tessera_core::id::CallId => |it| Self::Uuid(it.0),
    tessera_core::id::PlaceId => |it| Self::Uuid(it.0),
    tessera_core::id::RequestId => |it| Self::Uuid(it.0),
    tessera_core::id::RemarkId => |it| Self::Uuid(it.0),
    tessera_core::id::RequestFileId => |it| Self::Uuid(it.0),
    tessera_core::id::ContactId => |it| Self::Uuid(it.0),
    tessera_core::id::RmaId => |it| Self::Uuid(it.0),
    tessera_core::id::InvoiceId => |it| Self::Uuid(it.0),
    tessera_core::id::OneTimeLinkId => |it| Self::Uuid(it.0),
    tessera_core::id::RegistrationId => |it| Self::Uuid(it.0),
    tessera_core::id::AttachmentId => |it| Self::Uuid(it.0),
    tessera_core::id::BlogPostId => |it| Self::Uuid(it.0),
    tessera_core::id::BoardId => |it| Self::Uuid(it.0),
    tessera_core::id::TopicId => |it| Self::Uuid(it.0),
    tessera_core::id::ForumPostId => |it| Self::Uuid(it.0),
    tessera_core::id::ReportId => |it| Self::Uuid(it.0),
    tessera_core::id::EmailChangeId => |it| Self::Uuid(it.0),
}

/// PostgreSQL keeps no NUL in text. One that an outside system sends must not keep the rest of what it says out.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row that does not hold what the statement promises. It means that the database was changed by hand or by a newer version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of a row of the database holds {found}, expected {expected}")]
pub struct Undecodable {
    /// Which column, from 0.
    pub column: usize,
    /// What the program reads there.
    pub expected: &'static str,
    /// What is there.
    pub found: String,
}

/// One row of an answer, read column by column in the order of the statement.
#[derive(Debug, Clone)]
pub struct Row {
    values: std::vec::IntoIter<Value>,
    column: usize,
}

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self { values: values.into_iter(), column: 0 }
    }

    /// The next column.
    pub fn get<T: FromValue>(&mut self) -> Result<T, Undecodable> {
        let column = self.column;
        self.column += 1;
        let value = self.values.next().unwrap_or(Value::Null);
        T::from_value(value).map_err(|found| Undecodable {
            column,
            expected: std::any::type_name::<T>(),
            found: shape(&found),
        })
    }

    /// The next column, an id.
    pub fn id<Id: From<Uuid>>(&mut self) -> Result<Id, Undecodable> {
        self.get::<Uuid>().map(Id::from)
    }

    /// The next column, JSON.
    pub fn json<T: DeserializeOwned>(&mut self) -> Result<T, Undecodable> {
        let text: String = self.get()?;
        self.parse(&text, |text| serde_json::from_str(text).ok())
    }

    /// The next column, JSON or nothing.
    pub fn optional_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Undecodable> {
        let text: Option<String> = self.get()?;
        text.map(|text| self.parse(&text, |text| serde_json::from_str(text).ok())).transpose()
    }

    /// The next column, text that `parse` understands.
    pub fn text<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Undecodable> {
        let text: String = self.get()?;
        self.parse(&text, parse)
    }

    fn parse<T>(&self, text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Undecodable> {
        parse(text).ok_or_else(|| Undecodable {
            column: self.column - 1,
            expected: std::any::type_name::<T>(),
            found: format!("{} characters that it does not understand", text.len()),
        })
    }
}

/// Describes a value without telling it: it may be somebody's data.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Int(_) => "a number".to_owned(),
        Value::Text(text) => format!("text of {} bytes", text.len()),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
        Value::Uuid(_) => "an id".to_owned(),
    }
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// Reads it, or gives the value back.
    fn from_value(value: Value) -> Result<Self, Value>;
}

impl FromValue for i64 {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Int(number) => Ok(number),
            other => Err(other),
        }
    }
}

impl FromValue for bool {
    fn from_value(value: Value) -> Result<Self, Value> {
        i64::from_value(value).map(|number| number != 0)
    }
}

impl FromValue for usize {
    fn from_value(value: Value) -> Result<Self, Value> {
        i64::from_value(value).and_then(|number| Self::try_from(number).map_err(|_| Value::Int(number)))
    }
}

impl FromValue for String {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Text(text) => Ok(text),
            other => Err(other),
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Blob(bytes) => bytes.try_into().map_err(Value::Blob),
            other => Err(other),
        }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Blob(bytes) => Ok(bytes),
            other => Err(other),
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Uuid(id) => Ok(id),
            Value::Blob(bytes) => Self::from_slice(&bytes).map_err(|_| Value::Blob(bytes)),
            other => Err(other),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value) -> Result<Self, Value> {
        i64::from_value(value).and_then(|micros| Self::from_microsecond(micros).map_err(|_| Value::Int(micros)))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value) -> Result<Self, Value> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}
