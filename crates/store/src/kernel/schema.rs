//! The schema, step by step. A step that was applied never changes.

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};

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

/// A folder for each further step: `NNNN_name` holds any of `both.sql`, `sqlite.sql` and `postgres.sql`.
static STEPS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/migrations");

/// All steps, in their order.
pub(crate) static MIGRATIONS: LazyLock<Vec<Migration>> = LazyLock::new(|| {
    let first = Migration {
        version: 1,
        name: "first",
        sql: VERSION_1,
        sqlite: "",
        postgres: include_str!("../../migrations/0001/chain_hash.postgres.sql"),
    };
    let mut steps: Vec<_> = std::iter::once(first).chain(STEPS.dirs().filter_map(step)).collect();
    steps.sort_by_key(|step| step.version);
    steps
});

/// The step in a folder; none: the folder is not named as a step is.
fn step(folder: &'static Dir<'_>) -> Option<Migration> {
    let (version, name) = folder.path().to_str()?.split_once('_')?;
    let sql = |file: &str| {
        let file = folder.get_file(folder.path().join(file));
        file.and_then(include_dir::File::contents_utf8).unwrap_or_default()
    };
    let version = version.parse().ok()?;
    Some(Migration { version, name, sql: sql("both.sql"), sqlite: sql("sqlite.sql"), postgres: sql("postgres.sql") })
}

/// Gives an SQLite connection the functions of the schema, which PostgreSQL keeps in the database.
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
            assert!(!step.sql.is_empty() || !(step.sqlite.is_empty() || step.postgres.is_empty()), "{}", step.name);
        }
        let folders = STEPS.dirs().count();
        assert_eq!(MIGRATIONS.len(), folders, "a folder in migrations/ is named NNNN_name");
    }
}
