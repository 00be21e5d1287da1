//! Rows of an answer.

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::value::{FromValue, Value};

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
