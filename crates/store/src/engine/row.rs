//! Rows of a result, read by column name.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::statement::Sql;
use super::value::{FromValue, Value};

/// A row that cannot be decoded. Either the statement does not select a column, or the database was changed by hand or
/// by a newer version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of {statement} {problem}")]
pub struct Undecodable {
    /// Name of the statement.
    pub statement: &'static str,
    /// Name of the column.
    pub column: String,
    /// Reason why a column cannot be decoded.
    pub problem: Undecoded,
}

/// Reason why a column cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecoded {
    /// The result has no such column.
    #[error("is not there")]
    Missing,
    /// The column has another type or value.
    #[error("holds {found}, expected {expected}")]
    Unexpected {
        /// The expected type.
        expected: &'static str,
        /// The type found, without the value.
        found: String,
    },
}

/// Columns of a result.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) sql: Sql,
    pub(super) names: Vec<String>,
}

impl Columns {
    pub(super) fn unexpected(&self, column: usize, found: &str, expected: &'static str) -> Undecodable {
        let column = self.names.get(column).cloned().unwrap_or_default();
        let problem = Undecoded::Unexpected { expected, found: found.to_owned() };
        Undecodable { statement: self.sql.name, column, problem }
    }
}

/// A row of a result.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<Columns>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn new(columns: Arc<Columns>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The values, in the order of the columns.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The column names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.names.iter().map(String::as_str)
    }

    /// The columns with their values.
    pub fn each(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.columns().zip(&self.values)
    }

    /// A copy of the row without a column, as if the statement had not selected it. For tests of decoders.
    pub fn without(&self, column: &str) -> Self {
        let named = self.columns.names.iter().zip(&self.values).filter(|(name, _)| *name != column);
        let (names, values) = named.map(|(name, value)| (name.clone(), value.clone())).unzip();
        Self { columns: Arc::new(Columns { sql: self.columns.sql, names }), values }
    }

    /// Reads a column.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Undecodable> {
        let at = self.columns.names.iter().position(|name| name == column);
        let value =
            at.and_then(|at| self.values.get(at)).ok_or_else(|| self.undecodable(column, Undecoded::Missing))?;
        T::from_value(value).ok_or_else(|| self.unexpected::<T>(column, shape(value)))
    }

    /// Reads an id.
    pub fn id<Id: From<Uuid>>(&self, column: &str) -> Result<Id, Undecodable> {
        self.get::<Uuid>(column).map(Id::from)
    }

    /// Reads an id or NULL.
    pub fn optional_id<Id: From<Uuid>>(&self, column: &str) -> Result<Option<Id>, Undecodable> {
        Ok(self.get::<Option<Uuid>>(column)?.map(Id::from))
    }

    /// Reads JSON.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, Undecodable> {
        self.text(column, |text| serde_json::from_str(text).ok())
    }

    /// Reads JSON or NULL.
    pub fn optional_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, Undecodable> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| self.parsed(column, &text, |text| serde_json::from_str(text).ok())).transpose()
    }

    /// Reads text with `parse`.
    pub fn text<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Undecodable> {
        let text: String = self.get(column)?;
        self.parsed(column, &text, parse)
    }

    /// Reads a number with `read`.
    pub fn number<T>(&self, column: &str, read: impl FnOnce(i64) -> Option<T>) -> Result<T, Undecodable> {
        let number: i64 = self.get(column)?;
        read(number).ok_or_else(|| self.unexpected::<T>(column, format!("the number {number}")))
    }

    fn parsed<T>(&self, column: &str, text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Undecodable> {
        parse(text).ok_or_else(|| {
            self.unexpected::<T>(column, format!("{} characters that it does not understand", text.len()))
        })
    }

    fn unexpected<T>(&self, column: &str, found: String) -> Undecodable {
        self.undecodable(column, Undecoded::Unexpected { expected: std::any::type_name::<T>(), found })
    }

    fn undecodable(&self, column: &str, problem: Undecoded) -> Undecodable {
        Undecodable { statement: self.columns.sql.name, column: column.to_owned(), problem }
    }
}

/// Describes the type of a value without its content, which may be personal data.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Int(_) => "a number".to_owned(),
        Value::Text(text) => format!("text of {} bytes", text.len()),
        Value::Blob(bytes) => format!("{} bytes", bytes.len()),
        Value::Uuid(_) => "an id".to_owned(),
    }
}
