//! How much room the database has.

use std::path::Path;

use crate::engine::{beside, readers};
use crate::kernel::schema;
use crate::{Cause, Reads, StoreError};

/// The room an SQLite database takes and has, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// The file.
    pub database: u64,
    /// Its write-ahead log; large: a reader or a backup holds it open.
    pub log: u64,
    /// What is free on its disk.
    pub free: u64,
    /// The size of its disk.
    pub total: u64,
}

impl Reads {
    /// The room an SQLite database takes and has; none for PostgreSQL, whose disk is another machine's.
    ///
    /// # Errors
    /// When the disk cannot be asked.
    pub fn space(&self) -> Result<Option<Space>, StoreError> {
        let Some(path) = self.engine.path() else { return Ok(None) };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let failed = |error: rustix::io::Errno| StoreError::Unavailable(Cause::of(error));
        let disk = rustix::fs::statvfs(folder).map_err(failed)?;
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        Ok(Some(Space {
            database: size(path),
            log: size(&beside(path, "-wal")),
            free: disk.f_bavail * disk.f_frsize,
            total: disk.f_blocks * disk.f_frsize,
        }))
    }

    /// Who is reading an SQLite database from another process just now, as far as the system tells: each with its id and its command. A
    /// reader that reads on for long keeps the log from being folded back.
    pub fn other_readers(&self) -> Vec<String> {
        self.engine.path().map(|path| readers(&beside(path, "-shm"))).unwrap_or_default()
    }

    /// The version of the schema, which opening the database brought up to date.
    pub fn schema_version() -> usize {
        schema::MIGRATIONS.len()
    }
}
