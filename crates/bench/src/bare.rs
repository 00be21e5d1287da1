//! SQLite as bare as it gets: the same statements on one connection, one thread, prepared once. What the store is compared with.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, params_from_iter};
use tessera_store::bench::{Expect, Statement};

/// An open database file whose schema is there already.
pub struct Bare(Connection);

impl Bare {
    /// As durable as the store: WAL and `synchronous=FULL`, with the same caches.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        tessera_store::teach_chain_hash(&connection)?;
        Ok(Self(connection))
    }

    /// For filling a database: nothing is waited for.
    pub fn open_careless(path: &Path) -> rusqlite::Result<Self> {
        let bare = Self::open(path)?;
        bare.0.execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA wal_autocheckpoint = 50000;",
        )?;
        Ok(bare)
    }

    /// Runs batches of statements, `group` of them to a commit.
    pub fn run(&self, batches: impl Iterator<Item = Vec<Statement>>, group: usize) -> anyhow::Result<()> {
        // By address: each text is a constant, and comparing the text is not what is measured.
        let mut prepared = HashMap::<*const u8, rusqlite::Statement<'_>>::new();
        let mut open = 0;
        for batch in batches {
            if open == 0 {
                self.0.execute_batch("BEGIN IMMEDIATE")?;
            }
            for statement in batch {
                let run = match prepared.entry(statement.sql.text.as_ptr()) {
                    std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
                    std::collections::hash_map::Entry::Vacant(new) => {
                        new.insert(self.0.prepare(&statement.sql.text.replace('$', "?"))?)
                    }
                };
                let changed = run.execute(params_from_iter(&statement.values))?;
                anyhow::ensure!(
                    statement.expect == Expect::Any || changed == 1,
                    "no row changed by {}",
                    statement.sql.name
                );
            }
            open += 1;
            if open == group {
                self.0.execute_batch("COMMIT")?;
                open = 0;
            }
        }
        if open > 0 {
            self.0.execute_batch("COMMIT")?;
        }
        Ok(())
    }

    /// Has every waiting activation be in a worker's hands, as if it had been claimed once.
    pub fn claim_activations(&self) -> rusqlite::Result<usize> {
        self.0.execute("UPDATE jobs SET state = 'running', attempt = 1 WHERE state = 'waiting' AND lane = 0", [])
    }

    /// Has everything that waits be done, so that nothing happens when a hub opens the database.
    pub fn nothing_to_do(&self) -> rusqlite::Result<usize> {
        self.0.execute("UPDATE jobs SET state = 'done', finished_at = run_at WHERE state IN ('waiting', 'running')", [])
    }

    /// Moves the journal's content into the database.
    pub fn checkpoint(&self) -> rusqlite::Result<()> {
        self.0.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
