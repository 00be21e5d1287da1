//! Bare SQLite, as the baseline for the store: the same statements on one connection and one thread, prepared once.

use std::collections::HashMap;
use std::path::Path;

use rusqlite::{Connection, params_from_iter};
use tessera_store::bench::{Expect, Statement};

/// An open database file with a schema.
pub struct Bare(Connection);

impl Bare {
    /// Opens a file as durably as the store: WAL and `synchronous=FULL`, with the same caches.
    pub fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 4000;",
        )?;
        tessera_store::teach_chain_hash(&connection)?;
        Ok(Self(connection))
    }

    /// Opens a file for filling it, without waiting for the disk.
    pub fn open_careless(path: &Path) -> rusqlite::Result<Self> {
        let bare = Self::open(path)?;
        bare.0.execute_batch(
            "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA wal_autocheckpoint = 50000;",
        )?;
        Ok(bare)
    }

    /// Runs batches of statements, `group` of them per commit.
    pub fn run(&self, batches: impl Iterator<Item = Vec<Statement>>, group: usize) -> anyhow::Result<()> {
        // Keyed by address: each text is a constant, and comparing texts must not be part of the measurement.
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

    /// Marks every waiting activation as claimed once.
    pub fn claim_activations(&self) -> rusqlite::Result<usize> {
        self.0.execute("UPDATE jobs SET state = 'running', attempt = 1 WHERE state = 'waiting' AND lane = 0", [])
    }

    /// Marks all waiting jobs as done, so that nothing happens when a hub opens the database.
    pub fn nothing_to_do(&self) -> rusqlite::Result<usize> {
        self.0.execute("UPDATE jobs SET state = 'done', finished_at = run_at WHERE state IN ('waiting', 'running')", [])
    }

    /// Checkpoints the write-ahead log.
    pub fn checkpoint(&self) -> rusqlite::Result<()> {
        self.0.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}
