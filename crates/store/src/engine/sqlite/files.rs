//! Permissions of the database files: readable by their owner only.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::engine::error::{Cause, StoreError};

pub(super) const PRIVATE: u32 = 0o600;

/// Creates a file that only its owner may read, if it does not exist. Removes other users' permissions from an existing
/// file and from the files that SQLite keeps beside it. SQLite creates later ones with the mode of the database.
/// Returns the canonical path, by which everything beside the database is found, whichever spelling or link was given.
pub(super) fn make_private(path: &Path) -> Result<PathBuf, StoreError> {
    match create(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(refused(path, &error)),
        _ => {}
    }
    let path = resolved(path).map_err(|error| refused(path, &error))?;
    for file in [path.clone(), beside(&path, "-wal"), beside(&path, "-shm")] {
        if let Ok(now) = fs::metadata(&file)
            && now.permissions().mode() & 0o077 != 0
        {
            tighten(&file, now.permissions().mode());
        }
    }
    Ok(path)
}

/// The canonical path of a file. The target of a dangling link is created.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            OpenOptions::new().write(true).create(true).truncate(false).mode(PRIVATE).open(path)?;
            path.canonicalize()
        }
        resolved => resolved,
    }
}

/// Creates a file that only its owner may read, if it does not exist.
pub(in crate::engine) fn create_private(path: &Path) -> Result<(), StoreError> {
    create(path).map_err(|error| refused(path, &error))
}

fn create(path: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path).map(drop)
}

fn tighten(file: &Path, mode: u32) {
    let mode = format!("{:o}", mode & 0o777);
    match fs::set_permissions(file, Permissions::from_mode(PRIVATE)) {
        Ok(()) => tracing::warn!(file = %file.display(), mode, "others could read the database; its mode is 600 now"),
        Err(error) => {
            tracing::warn!(file = %file.display(), mode, %error, "others can read the database, and its mode cannot be changed");
        }
    }
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

pub(in crate::engine) fn refused(path: &Path, error: &io::Error) -> StoreError {
    let cause = Cause::new(format!("{}: {error}", path.display()));
    match error.kind() {
        ErrorKind::StorageFull => StoreError::DiskFull(cause),
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreError::ReadOnly(cause),
        _ => StoreError::Unavailable(cause),
    }
}
