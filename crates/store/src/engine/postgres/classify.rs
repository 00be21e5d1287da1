//! Classification of PostgreSQL errors.

use std::error::Error as _;
use std::fmt::Write;

use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::engine::error::{Cause, StoreError};

/// Classifies an error that occurred before a commit was sent.
pub(in crate::engine) fn classify(error: Error) -> StoreError {
    let Some(said) = error.as_db_error() else { return StoreError::Unavailable(cause(error)) };
    let code = said.code();
    if code.code().starts_with(INTEGRITY) {
        let name = rule(said);
        return StoreError::Constraint { name, cause: cause(error) };
    }
    match code.clone() {
        SqlState::DISK_FULL => StoreError::DiskFull(cause(error)),
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly(cause(error)),
        _ => StoreError::Unavailable(cause(error)),
    }
}

/// Classifies the error of a commit, or of a statement that commits by itself. The server answers a commit that it
/// rejects. If it shuts down or does not answer, it may have committed before.
pub(in crate::engine) fn classify_commit(error: Error) -> StoreError {
    let known =
        error.code().is_some_and(|code| !ends_connection(code) && *code != SqlState::TRANSACTION_RESOLUTION_UNKNOWN);
    if known { classify(error) } else { StoreError::CommitUnknown(cause(error)) }
}

/// Whether the connection is lost, and with it all uncommitted changes.
pub(super) fn is_lost(error: &Error) -> bool {
    match error.code() {
        Some(code) => ends_connection(code),
        None => error.is_closed() || error.source().is_some_and(<dyn std::error::Error>::is::<std::io::Error>),
    }
}

/// Whether two transactions conflicted and the server aborted this one.
pub(super) fn is_collision(error: &Error) -> bool {
    let collisions = [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE];
    error.code().is_some_and(|code| collisions.contains(code))
}

pub(super) fn is_unique(error: &Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

/// Class 57P: the server was shut down or crashed.
fn ends_connection(code: &SqlState) -> bool {
    [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code)
}

/// Class 23: integrity constraint violation.
const INTEGRITY: &str = "23";
/// Class 22: data exception.
const DATA: &str = "22";

/// The name of the violated constraint. A NOT NULL constraint has a name only on newer servers.
fn rule(said: &DbError) -> String {
    match (said.constraint(), said.table(), said.column()) {
        (_, Some(table), Some(column)) if *said.code() == SqlState::NOT_NULL_VIOLATION => format!("{table}.{column}"),
        (Some(name), ..) => name.to_owned(),
        _ => said.message().to_owned(),
    }
}

pub(super) fn cause(error: Error) -> Cause {
    let Some(said) = error.as_db_error() else { return Cause::of(error) };
    let code = said.code().code().to_owned();
    let mut message = format!("{} {code}: {}", said.severity(), said.message());
    // The details of these errors contain row values, which may be personal data.
    if let Some(detail) = said.detail()
        && !code.starts_with(INTEGRITY)
        && !code.starts_with(DATA)
    {
        let _ = write!(message, ". {detail}");
    }
    if let Some(hint) = said.hint() {
        let _ = write!(message, " ({hint})");
    }
    Cause::said(message, Some(code))
}
