//! Writes that are no plan: they have no meaning beyond the moment, nothing is decided by them for long, and nobody looks for them on a
//! timeline. Everything else is a plan ([`crate::Store::apply`]).

mod jobs;
mod progress;
mod retention;
mod seats;
mod sessions;
mod sign_ins;
mod sweeps;

use crate::engine::{Row, Sql, Statement, Value};

use crate::{ApplyError, Store, StoreError};

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
    use std::path::Path;

    /// The Rust files below a folder.
    fn sources(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(sources(&path));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.display().to_string().replace('\\', "/"), text));
            }
        }
        found
    }

    #[test]
    fn h04_nothing_writes_but_plans_and_this_module() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let outside = sources(&root).into_iter().filter(|(path, _)| {
            !path.contains("/technical/") && !path.contains("/engine/") && !path.ends_with("/src/lib.rs")
        });
        for (path, text) in outside {
            for write in [".batch(", ".returning(", "Technical"] {
                assert!(!text.contains(write), "{path} writes past a plan: {write}");
            }
        }
        let lib = std::fs::read_to_string(root.join("lib.rs")).unwrap();
        let public: Vec<_> = lib
            .split("impl Store {")
            .nth(1)
            .and_then(|rest| rest.split("\nimpl ").next())
            .unwrap()
            .lines()
            .filter_map(|line| line.trim().strip_prefix("pub "))
            .map(|line| line.split('(').next().unwrap().rsplit(' ').next().unwrap())
            .collect();
        assert_eq!(public, ["open", "apply", "technical", "reads", "work_arrived"]);
    }
}
