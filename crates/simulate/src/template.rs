//! An empty database with the schema, which each story copies. Databases are in memory where the system has a place for that.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tessera_store::Store;

/// An empty database, and the folder in which stories have theirs.
#[derive(Debug)]
pub struct Template {
    folder: TempDir,
}

impl Template {
    /// Makes the database.
    ///
    /// # Panics
    /// When no temporary folder can be made.
    pub fn make() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
        let made = Self { folder: folder.expect("a temporary folder can be made") };
        drop(Store::open_in_line(&made.path()).expect("the database opens"));
        made
    }

    /// The empty database.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("template.db")
    }

    /// A folder for one story.
    pub(crate) fn folder(&self) -> TempDir {
        TempDir::new_in(self.folder.path()).expect("a temporary folder can be made")
    }
}
