//! The beginning and the end of a process that serves the database.

use crate::engine::Engine;
use crate::kernel::schema::MIGRATIONS;
use crate::{Store, StoreError};

impl Store {
    /// Opens the database that `url` names, to serve it, and brings its schema up to date. An SQLite file has one process that serves it:
    /// it is locked until the store is closed or the process ends, however it ends. Programs that only [`open`](Self::open) the database
    /// are let in beside it.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process serves the file.
    pub async fn open_to_serve(url: &str) -> Result<Self, StoreError> {
        Ok(Self::on(Engine::open_to_serve(url, &MIGRATIONS).await?))
    }

    /// Opens an SQLite file without threads: statements run in the task that asks for them.
    ///
    /// # Errors
    /// When the file cannot be opened or migrated.
    #[cfg(feature = "simulation")]
    pub fn open_in_line(path: &std::path::Path) -> Result<Self, StoreError> {
        Ok(Self::on(Engine::open_in_line(path, &MIGRATIONS)?))
    }

    /// The same database, with `faults` that decide the fate of each call.
    #[cfg(feature = "simulation")]
    #[must_use]
    pub fn with_faults(&self, faults: std::sync::Arc<dyn crate::Faults>) -> Self {
        Self::on(self.engine.clone().with_faults(faults))
    }

    /// Ends all connections, after what was asked of them before. An SQLite database is one file then, without its log, unless another
    /// program has it open. Whatever is asked of this store or a clone of it afterwards fails.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}
