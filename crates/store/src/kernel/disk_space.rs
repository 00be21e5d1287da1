//! How much room the database has.

use std::path::{Path, PathBuf};

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
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        Ok(Some(Space {
            database: size(path),
            log: size(&PathBuf::from(log)),
            free: disk.f_bavail * disk.f_frsize,
            total: disk.f_blocks * disk.f_frsize,
        }))
    }

    /// The version of the schema, which opening the database brought up to date.
    pub fn schema_version() -> usize {
        schema::MIGRATIONS.len()
    }
}
