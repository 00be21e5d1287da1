//! Persistence of a stand-in's state.
//!
//! The state is one JSON file. Changes are collected for a short time and written together. The file is replaced
//! atomically, so after a crash it is either the old or the new one.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, Weak};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Time during which changes are collected before they are written.
const GATHERING: Duration = Duration::from_millis(200);

/// The state of a stand-in, shared by its clones, and stored in a file if configured. Dropping the last clone writes
/// pending changes.
#[derive(Debug)]
pub struct Kept<S: Serialize>(Arc<Inner<S>>);

#[derive(Debug)]
struct Inner<S: Serialize> {
    state: RwLock<S>,
    changed: AtomicBool,
    file: Option<PathBuf>,
}

impl<S> Kept<S>
where
    S: Serialize + DeserializeOwned + Send + Sync + 'static,
{
    /// Reads the file, or starts with `initial` if it does not exist.
    ///
    /// With a file, it must be called within a Tokio runtime, which writes the changes in the background.
    pub fn open(file: Option<PathBuf>, initial: impl FnOnce() -> S) -> io::Result<Self> {
        let state = match file.as_deref().map(read).transpose()?.flatten() {
            Some(state) => state,
            None => initial(),
        };
        let keeps = file.is_some();
        let inner = Arc::new(Inner { state: RwLock::new(state), changed: AtomicBool::new(keeps), file });
        if keeps {
            tokio::spawn(write_while_open(Arc::downgrade(&inner)));
        }
        Ok(Self(inner))
    }

    /// The state, for reading. Do not hold the guard across an await.
    pub fn read(&self) -> RwLockReadGuard<'_, S> {
        self.0.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state. The file is written in the background.
    pub fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let result = change(&mut self.0.state.write().unwrap_or_else(PoisonError::into_inner));
        self.0.changed.store(true, Ordering::Release);
        result
    }

    /// Writes pending changes.
    pub fn flush(&self) -> io::Result<()> {
        self.0.write()
    }
}

impl<S: Serialize> Clone for Kept<S> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S: Serialize> Inner<S> {
    fn write(&self) -> io::Result<()> {
        let Some(path) = &self.file else { return Ok(()) };
        if !self.changed.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let json = serde_json::to_vec(&*self.state.read().unwrap_or_else(PoisonError::into_inner))?;
        replace(path, &json).inspect_err(|_| self.changed.store(true, Ordering::Release))
    }
}

impl<S: Serialize> Drop for Inner<S> {
    fn drop(&mut self) {
        if let Err(error) = self.write() {
            tracing::error!(%error, file = ?self.file, "a stand-in's state could not be written");
        }
    }
}

async fn write_while_open<S: Serialize + Send + Sync + 'static>(inner: Weak<Inner<S>>) {
    loop {
        tokio::time::sleep(GATHERING).await;
        let Some(inner) = inner.upgrade() else { return };
        let written = tokio::task::spawn_blocking(move || inner.write()).await;
        if let Ok(Err(error)) = written {
            tracing::error!(%error, "a stand-in's state could not be written");
        }
    }
}

fn read<S: DeserializeOwned>(path: &Path) -> io::Result<Option<S>> {
    match fs::read(path) {
        Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn replace(path: &Path, json: &[u8]) -> io::Result<()> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)?;
    }
    let draft = path.with_extension("part");
    let mut file = File::create(&draft)?;
    file.write_all(json)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}
