//! The audit: verifies all timelines, and keeps checkpoints of them outside the database (`H05`).

mod directory;
mod make_checkpoint;
mod verify;

use std::path::PathBuf;
use std::sync::Arc;

use jiff::SignedDuration;
use tessera_core::audit::Finding;
use tessera_store::StoreError;

use crate::ports::CheckpointWitness;
use crate::secret::SecretKey;
pub use directory::{Checkpoint, Directory};
pub use make_checkpoint::Made;
pub use verify::{Against, verify};

/// Rows per read.
const PAGE: usize = 500;

/// Configuration of checkpoints.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The directory of the checkpoint files.
    pub directory: PathBuf,
    /// Number of files to keep.
    pub keep: usize,
    /// Interval between checkpoints.
    pub every: SignedDuration,
    /// The witnesses that receive each checkpoint.
    pub witnesses: Vec<Arc<dyn CheckpointWitness>>,
}

/// Makes and reads checkpoints.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    settings: Settings,
    key: SecretKey,
    /// The host name of this hub, for the witnesses.
    host: String,
}

impl Checkpoints {
    /// Creates the checkpoints of this configuration, signed with a key derived from the installation's.
    pub const fn new(settings: Settings, key: SecretKey, host: String) -> Self {
        Self { settings, key, host }
    }

    /// The directory of the existing checkpoints.
    pub fn directory(&self) -> Directory {
        Directory::new(self.settings.directory.clone(), self.key.clone())
    }
}

/// Errors of an audit or a checkpoint.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database does not extend the last checkpoint. A new checkpoint would only hide that.
    #[error("{0}. No checkpoint was made; run `tessera audit verify`")]
    Tampered(Finding),
    /// A checkpoint is malformed or has a wrong signature.
    #[error("{0}")]
    Checkpoint(String),
    /// A file cannot be read or written.
    #[error("{what}: {error}")]
    File {
        /// The file, and the operation that failed.
        what: String,
        /// The cause.
        error: std::io::Error,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuditError {
    fn file(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.to_string();
        move |error| Self::File { what, error }
    }
}
