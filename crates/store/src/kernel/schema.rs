//! The schema, step by step. A step that was applied never changes.

use crate::engine::Migration;

/// Version 1 of the schema, a file for each feature.
const VERSION_1: &str = concat!(
    include_str!("../../migrations/0001/customers.sql"),
    include_str!("../../migrations/0001/records.sql"),
    include_str!("../../migrations/0001/persons.sql"),
    include_str!("../../migrations/0001/credentials.sql"),
    include_str!("../../migrations/0001/sign_in.sql"),
    include_str!("../../migrations/0001/invitations.sql"),
    include_str!("../../migrations/0001/operator.sql"),
    include_str!("../../migrations/0001/jobs.sql"),
    include_str!("../../migrations/0001/sweeps.sql"),
    include_str!("../../migrations/0001/marketplace.sql"),
    include_str!("../../migrations/0001/service_requests.sql"),
    include_str!("../../migrations/0001/returns.sql"),
    include_str!("../../migrations/0001/invoices.sql"),
    include_str!("../../migrations/0001/community.sql"),
);

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "first",
    sql: VERSION_1,
    postgres: include_str!("../../migrations/0001/chain_hash.postgres.sql"),
}];

/// Gives an SQLite connection the functions of the schema, which PostgreSQL keeps in the database.
pub(crate) fn teach(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    crate::kernel::timeline::teach_chain_hash(connection)
}
