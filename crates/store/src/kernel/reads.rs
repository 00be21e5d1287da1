//! How rows are read: every decoder takes each column by its name.

use crate::engine::{Row, Sql};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Undecodable, Undecoded, Value};

impl Reads {
    /// The rows of many ids, by a statement that has [`room`](crate::engine::room) for some: as few queries as that takes, never one a row.
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

/// Asserts that a decoder fails without any of the columns its statement reads, so that no column can be forgotten, or read in vain. Debug
/// builds, and with them all tests, ask this of every statement they run.
fn needs_every_column<T>(row: &Row, read: impl Fn(&Row) -> Result<T, Undecodable>) {
    for column in row.columns() {
        let missing = read(&row.without(column)).err().filter(|error| error.problem == Undecoded::Missing);
        assert!(missing.is_some_and(|error| error.column == column), "{row:?} is read without its column {column}");
    }
}
