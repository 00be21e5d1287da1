//! Decoding of rows. Every decoder reads columns by name.

use crate::engine::{Row, Sql};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Undecodable, Undecoded, Value};

impl Reads {
    /// Reads the rows of many ids with a statement that has [`room`](crate::engine::room) for some, in as few queries
    /// as possible.
    pub(crate) async fn rows_of<Id: Copy + Into<Value>>(&self, sql: Sql, ids: &[Id]) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        for some in ids.chunks(ROOM) {
            rows.extend(self.query(sql, filled(some.iter().map(|id| (*id).into()))).await?);
        }
        Ok(rows)
    }
}

pub(crate) fn read_one<T>(
    row: Option<Row>,
    read: impl Fn(&Row) -> Result<T, Undecodable>,
) -> Result<Option<T>, StoreError> {
    Ok(read_all(row.into_iter().collect(), read)?.pop())
}

pub(crate) fn read_all<T>(rows: Vec<Row>, read: impl Fn(&Row) -> Result<T, Undecodable>) -> Result<Vec<T>, StoreError> {
    let all = rows.iter().map(&read).collect::<Result<_, _>>()?;
    if cfg!(debug_assertions) {
        rows.first().into_iter().for_each(|row| needs_every_column(row, &read));
    }
    Ok(all)
}

/// Asserts that a decoder fails if any column of its statement is missing, so that no column is forgotten or read in
/// vain. Debug builds, and so all tests, check this for every statement.
fn needs_every_column<T>(row: &Row, read: impl Fn(&Row) -> Result<T, Undecodable>) {
    for column in row.columns() {
        let missing = read(&row.without(column)).err().filter(|error| error.problem == Undecoded::Missing);
        assert!(missing.is_some_and(|error| error.column == column), "{row:?} is read without its column {column}");
    }
}
