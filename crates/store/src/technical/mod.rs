//! Technical writes: writes that are not plans, because their meaning is short-lived, no lasting decision rests on
//! them, and they do not appear on a timeline. Everything else is a plan ([`crate::Store::apply`]).

pub(crate) mod calls;
pub(crate) mod form_posts;
mod jobs;
pub(crate) mod probe;
mod progress;
pub(crate) mod rate_limits;
pub(crate) mod retention;
pub(crate) mod sealed;
pub(crate) mod search_keys;
mod seats;
mod sessions;
mod sign_ins;
mod sweeps;
mod workers;

pub use calls::Spending;
pub use sealed::{Sealed, SealedKind, SealedPage, SealedPosition};
pub use search_keys::SearchKeyPosition;

use crate::engine::{Row, Sql, Statement, Value};

use crate::{ApplyError, Store, StoreError};

pub use workers::Predecessors;

/// The technical writes of a store.
#[derive(Debug, Clone, Copy)]
pub struct Technical<'a>(pub(crate) &'a Store);

impl Technical<'_> {
    async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        self.0.batch(statements).await
    }

    async fn write(&self, statement: Statement) -> Result<(), ApplyError> {
        self.0.batch(vec![statement]).await
    }

    async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.0.returning(sql, values).await
    }
}

#[cfg(test)]
mod tests {
    use crate::sources::sources;

    #[test]
    fn h04_nothing_writes_but_plans_and_this_module() {
        let (root, elsewhere): (Vec<_>, Vec<_>) =
            sources().into_iter().partition(|(path, _)| path.ends_with("/src/lib.rs"));
        let outside =
            elsewhere.into_iter().filter(|(path, _)| !path.contains("/technical/") && !path.contains("/engine/"));
        for (path, text) in outside {
            for write in [".batch(", ".returning(", "Technical"] {
                assert!(!text.contains(write), "{path} writes past a plan: {write}");
            }
        }
        let public: Vec<_> = root[0]
            .1
            .split("impl Store {")
            .nth(1)
            .and_then(|rest| rest.split("\nimpl ").next())
            .unwrap()
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub "))
            .map(|line| line.split('(').next().unwrap().rsplit(' ').next().unwrap())
            .collect();
        // `migrate_to` exists for tests of upgrades only, and `check_url` opens nothing.
        assert_eq!(public, ["open", "check_url", "migrate_to", "apply", "technical", "reads", "work_arrived"]);
    }
}
