//! The audit: all timelines are checked, and checkpoints of them are kept outside the database (`H05`).

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

/// How many rows are read at once.
const PAGE: usize = 500;

/// What the operator decided about checkpoints.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where their files lie.
    pub directory: PathBuf,
    /// How many of them stay.
    pub keep: usize,
    /// How often one is made.
    pub every: SignedDuration,
    /// Who is told of each.
    pub witnesses: Vec<Arc<dyn CheckpointWitness>>,
}

/// Makes and reads checkpoints.
#[derive(Debug, Clone)]
pub struct Checkpoints {
    settings: Settings,
    key: SecretKey,
    /// The host that made them, for the witnesses.
    host: String,
}

impl Checkpoints {
    /// As the operator decided, signed with a key derived from the installation's.
    pub const fn new(settings: Settings, key: SecretKey, host: String) -> Self {
        Self { settings, key, host }
    }

    /// Those there are.
    pub fn directory(&self) -> Directory {
        Directory::new(self.settings.directory.clone(), self.key.clone())
    }
}

/// Why an audit or a checkpoint did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The database does not go on from the last checkpoint: a new one would only hide that.
    #[error("{0}. No checkpoint was made; run `tessera audit verify`")]
    Tampered(Finding),
    /// A checkpoint is not what was signed.
    #[error("{0}")]
    Checkpoint(String),
    /// A file cannot be read or written.
    #[error("{what}: {error}")]
    File {
        /// Which, and what was tried.
        what: String,
        /// Why not.
        error: std::io::Error,
    },
    /// The store could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AuditError {
    fn file(what: impl std::fmt::Display) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.to_string();
        move |error| Self::File { what, error }
    }
}
