//! Disk usage of the database.

use std::path::Path;

use crate::engine::{beside, readers};
use crate::kernel::schema;
use crate::{Cause, Reads, StoreError};

/// Disk usage of an SQLite database, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Size of the database file.
    pub database: u64,
    /// Size of the write-ahead log. Large if a reader or a backup keeps it from being checkpointed.
    pub log: u64,
    /// Free space on the disk.
    pub free: u64,
    /// Size of the disk.
    pub total: u64,
}

impl Reads {
    /// Disk usage of an SQLite database. `None` for PostgreSQL, whose disk may be on another machine.
    ///
    /// # Errors
    /// If the disk cannot be queried.
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

    /// The processes that are reading an SQLite database now, except this one, each with its id and its command: as far as
    /// the system tells. A long read prevents the log from being folded back.
    pub fn other_readers(&self) -> Vec<String> {
        self.engine.path().map(|path| readers(&beside(path, "-shm"))).unwrap_or_default()
    }

    /// The schema version. Opening a database migrates it to this version.
    pub fn schema_version() -> usize {
        schema::MIGRATIONS.len()
    }
}
