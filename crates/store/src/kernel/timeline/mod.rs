//! Timelines: entries get their sequence number and hash at the commit.

mod reads;
mod rows;
pub(crate) mod sql;
pub(crate) mod write;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use tessera_core::kernel::timeline::chain_hash;

pub use rows::ReadHead;

/// Registers the function `chain_hash` on an SQLite connection. In PostgreSQL it is part of the schema.
pub fn teach_chain_hash(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("chain_hash", 3, flags, |context: &Context<'_>| {
        let (before, digests) = (context.get_raw(0).as_blob()?, context.get_raw(2).as_blob()?);
        Ok(chain_hash(before, context.get(1)?, digests))
    })
}
