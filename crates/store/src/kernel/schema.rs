//! The schema migrations. An applied migration never changes.

use std::sync::LazyLock;

use include_dir::{Dir, File, include_dir};

use crate::engine::Migration;

/// Version 1 of the schema, one file for each feature.
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

/// One file for each further migration, `NNNN_name.sql`: first the SQL for both databases, then, each after its marker
/// line, the SQL for only one of them.
static STEPS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");
const ONLY_SQLITE: &str = "\n-- only sqlite\n";
const ONLY_POSTGRES: &str = "\n-- only postgres\n";

/// All migrations, in order.
pub(crate) static MIGRATIONS: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let first = Migration {
        version: 1,
        name: "first",
        sql: VERSION_1,
        sqlite: "",
        postgres: include_str!("../../migrations/0001/chain_hash.postgres.sql"),
    };
    let mut steps: Vec<_> = std::iter::once(first).chain(STEPS.files().filter_map(step)).collect();
    steps.sort_by_key(|step| step.version);
    steps
});

/// The migration in a file. `None`: the file name is not that of a migration.
fn step(file: &'static File<'_>) -> Option<Migration> {
    let (version, name) = file.path().to_str()?.strip_suffix(".sql")?.split_once('_')?;
    let (rest, postgres) = split(file.contents_utf8()?, ONLY_POSTGRES);
    let (sql, sqlite) = split(rest, ONLY_SQLITE);
    Some(Migration { version: version.parse().ok()?, name, sql, sqlite, postgres })
}

fn split(text: &'static str, at: &str) -> (&'static str, &'static str) {
    text.split_once(at).unwrap_or((text, ""))
}

/// Registers the schema's functions on an SQLite connection. In PostgreSQL they are part of the database.
pub(crate) fn teach(connection: &rusqlite::Connection) -> rusqlite::Result<()> {
    crate::kernel::timeline::teach_chain_hash(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_without_a_gap_and_each_does_something() {
        for (step, version) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(step.version, version, "{}", step.name);
            assert!(!step.sql.trim().is_empty(), "{}", step.name);
        }
        assert_eq!(MIGRATIONS.len(), 1 + STEPS.files().count(), "a file in migrations/ is named NNNN_name.sql");
    }
}
