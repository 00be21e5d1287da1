//! Restoring a backup of an SQLite database.

use std::path::Path;

use crate::engine::begin_restore;
use crate::kernel::schema::MIGRATIONS;

pub use crate::engine::{RestoreError, Restoring};

/// Copies a backup beside the database that `url` names, and checks it. Nothing is replaced before [`Restoring::finish`]; until then the
/// database is locked, so that no hub starts on it.
///
/// # Errors
/// When the file is not whole, is of a newer program, or when the database is in use.
pub fn begin(url: &str, file: &Path) -> Result<Restoring, RestoreError> {
    begin_restore(url, file, &MIGRATIONS)
}
