//! Rows of an answer, read by the names of their columns.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::statement::Sql;
use super::value::{FromValue, Value};

/// A row that does not hold what the program reads there. Either the statement forgot a column, or the database was changed by hand or by
/// a newer version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column} of {statement} {problem}")]
pub struct Undecodable {
    /// The name of the statement.
    pub statement: &'static str,
    /// The column.
    pub column: String,
    /// What is wrong with it.
    pub problem: Undecoded,
}

/// What is wrong with a column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undecoded {
    /// The statement has no such column.
    #[error("is not there")]
    Missing,
    /// It holds something else.
    #[error("holds {found}, expected {expected}")]
    Unexpected {
        /// What the program reads there.
        expected: &'static str,
        /// What is there, without telling it.
        found: String,
    },
}

/// The columns of an answer.
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

/// One row of an answer.
#[derive(Debug, Clone)]
pub struct Row {
    columns: Arc<Columns>,
    values: Vec<Value>,
}

impl Row {
    pub(super) fn new(columns: Arc<Columns>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.names.iter().map(String::as_str)
    }

    /// The row as a statement would return it that forgot a column.
    pub fn without(&self, column: &str) -> Self {
        let named = self.columns.names.iter().zip(&self.values).filter(|(name, _)| *name != column);
        let (names, values) = named.map(|(name, value)| (name.clone(), value.clone())).unzip();
        Self { columns: Arc::new(Columns { sql: self.columns.sql, names }), values }
    }

    /// A column.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Undecodable> {
        let at = self.columns.names.iter().position(|name| name == column);
        let value =
            at.and_then(|at| self.values.get(at)).ok_or_else(|| self.undecodable(column, Undecoded::Missing))?;
        T::from_value(value).ok_or_else(|| self.unexpected::<T>(column, shape(value)))
    }

    /// A column that holds an id.
    pub fn id<Id: From<Uuid>>(&self, column: &str) -> Result<Id, Undecodable> {
        self.get::<Uuid>(column).map(Id::from)
    }

    /// A column that holds an id or nothing.
    pub fn optional_id<Id: From<Uuid>>(&self, column: &str) -> Result<Option<Id>, Undecodable> {
        Ok(self.get::<Option<Uuid>>(column)?.map(Id::from))
    }

    /// A column that holds JSON.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T, Undecodable> {
        self.text(column, |text| serde_json::from_str(text).ok())
    }

    /// A column that holds JSON or nothing.
    pub fn optional_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>, Undecodable> {
        let text: Option<String> = self.get(column)?;
        text.map(|text| self.parsed(column, &text, |text| serde_json::from_str(text).ok())).transpose()
    }

    /// A column that holds text that `parse` understands.
    pub fn text<T>(&self, column: &str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Undecodable> {
        let text: String = self.get(column)?;
        self.parsed(column, &text, parse)
    }

    /// A column that holds a number that `read` understands.
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
