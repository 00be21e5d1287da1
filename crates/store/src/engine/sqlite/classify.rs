//! Classification of SQLite errors.

use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_PRIMARYKEY};
use rusqlite::ffi::{SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{Connection, Error, ErrorCode};

use crate::engine::error::{Cause, StoreError};

/// A kind of constraint whose name needs a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    Unique,
    ForeignKey,
}

/// The kind of the violated constraint, if it is one of these.
pub(super) fn broken(error: &Error) -> Option<Broken> {
    match error.sqlite_extended_error_code() {
        Some(SQLITE_CONSTRAINT_UNIQUE | SQLITE_CONSTRAINT_PRIMARYKEY | SQLITE_CONSTRAINT_ROWID) => Some(Broken::Unique),
        Some(SQLITE_CONSTRAINT_FOREIGNKEY) => Some(Broken::ForeignKey),
        _ => None,
    }
}

/// Classifies an error that occurred before anything was committed.
pub(in crate::engine) fn classify(error: Error) -> StoreError {
    let code = error.sqlite_error_code();
    let cause = cause(error);
    match code {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull(cause),
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly(cause),
        Some(ErrorCode::ConstraintViolation) => StoreError::Constraint { name: named_in(&cause.to_string()), cause },
        _ => StoreError::Unavailable(cause),
    }
}

/// Classifies the error of a commit. A disk error may occur after the commit was written and before it was synced, so
/// it is unknown what a restart would find.
pub(super) fn classify_commit(error: Error) -> StoreError {
    if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
        StoreError::CommitUnknown(cause(error))
    } else {
        classify(error)
    }
}

/// Classifies the error of a statement. For a unique index, SQLite reports the columns. The name of the index is looked
/// up in the schema.
pub(super) fn classify_in(connection: &Connection, error: Error) -> StoreError {
    if broken(&error) != Some(Broken::Unique) {
        return classify(error);
    }
    let columns = named_in(&error.to_string());
    let name = unique_index(connection, &columns).unwrap_or(columns);
    StoreError::Constraint { name, cause: cause(error) }
}

/// Classifies a foreign key violation. SQLite does not report which key it was, but it can be looked up in the
/// transaction before the rollback. The name is PostgreSQL's name for the same key.
pub(super) fn broken_foreign_key(connection: &Connection, error: Error) -> StoreError {
    let looked_up = connection.query_row(
        "SELECT c.\"table\" || '_' || l.\"from\" || '_fkey' FROM pragma_foreign_key_check() c
         JOIN pragma_foreign_key_list(c.\"table\") l ON l.id = c.fkid LIMIT 1",
        [],
        |row| row.get(0),
    );
    let name = looked_up.unwrap_or_else(|_| "foreign key".to_owned());
    StoreError::Constraint { name, cause: cause(error) }
}

/// The part after the colon in `UNIQUE constraint failed: links.system, links.kind`.
fn named_in(message: &str) -> String {
    let after = message.split_once("constraint failed: ").map_or(message, |(_, after)| after);
    let name = after.split_once(" (").map_or(after, |(name, _)| name);
    name.trim_start_matches("index '").trim_end_matches('\'').to_owned()
}

/// The name of the unique index over columns such as `links.system, links.kind`.
fn unique_index(connection: &Connection, columns: &str) -> Option<String> {
    let table = columns.split('.').next()?;
    let wanted = columns.replace(&format!("{table}."), "");
    let mut indexes = connection
        .prepare(
            "SELECT CASE i.origin WHEN 'pk' THEN ?1 || '_pkey' ELSE i.name END,
                    (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
             FROM pragma_index_list(?1) i WHERE i.\"unique\" = 1",
        )
        .ok()?;
    let mut found = indexes.query_map([table], |row| Ok((row.get(0)?, row.get::<_, String>(1)?))).ok()?;
    found.find_map(|index| index.ok().filter(|(_, over)| *over == wanted).map(|(name, _)| name))
}

fn cause(error: Error) -> Cause {
    let code = error.sqlite_extended_error_code().map(|code| code.to_string());
    let message = match &error {
        Error::SqliteFailure(failure, message) => {
            let words = message.clone().unwrap_or_else(|| rusqlite::ffi::code_to_str(failure.extended_code).to_owned());
            format!("{words} (SQLite {})", failure.extended_code)
        }
        other => other.to_string(),
    };
    Cause::said(message, code)
}
