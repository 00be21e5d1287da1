//! Moving a whole hub to another database: from SQLite to PostgreSQL, back, or to another of the same kind.

use crate::engine;
use crate::kernel::schema::MIGRATIONS;

pub use crate::engine::{CopiedTable, MoveError};

/// Copies everything from the database at `from` to the new one at `to`, and reads it again there before it counts.
/// `copied` is called after each table. No hub may run on either of them.
///
/// # Errors
/// When the old database is in use, when the new one is not empty, or when either cannot be read or written. Then both
/// have the rows that they had before, under the current schema.
pub async fn copy(from: &str, to: &str, mut copied: impl FnMut(&CopiedTable) + Send) -> Result<(), MoveError> {
    engine::copy(from, to, &MIGRATIONS, &mut copied).await
}
