//! Restoring: a backup is copied beside the database and checked, and only then replaces it. The old database is moved
//! aside.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::classify;
use super::files::{PRIVATE, beside, refused};
use super::lock::{Lock, Purpose};
use crate::engine::error::StoreError;
use crate::engine::migrate::{self, Migration};

/// Time to wait for other programs to close the old database.
const OTHERS: Duration = Duration::from_millis(500);
/// Suffixes of the files that SQLite keeps beside a database.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// Why a backup was not restored. The database is unchanged.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// PostgreSQL has its own tools for this.
    #[error(
        "a PostgreSQL database is restored with its own tools: stop every hub, restore into an empty database with pg_restore or psql, and \
         start the hub"
    )]
    Postgres,
    /// The file is not a backup of a hub, or is damaged.
    #[error("{} cannot be restored: {why}", .file.display())]
    Backup {
        /// The backup.
        file: PathBuf,
        /// The problem.
        why: String,
    },
    /// The database or its lock returned an error.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A checked copy of a backup, beside the database that it replaces. Dropping it deletes the copy and changes nothing.
#[derive(Debug)]
pub struct Restoring {
    database: PathBuf,
    copy: Copy,
    _lock: Lock,
}

#[derive(Debug)]
struct Copy(PathBuf);

impl Drop for Copy {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(beside(&self.0, suffix));
        }
    }
}

impl Restoring {
    /// Locks the database, copies the backup beside it, and checks that the copy is intact and has a schema that this
    /// program knows.
    pub(crate) fn begin(database: &Path, file: &Path, schema: &[Migration]) -> Result<Self, RestoreError> {
        let database = place(database)?;
        let lock = Lock::exclusive(&database, Purpose::Restore)?;
        let unreadable = |error: io::Error| RestoreError::Backup { file: file.to_owned(), why: error.to_string() };
        let source = file.canonicalize().map_err(unreadable)?;
        if source == database {
            return Err(RestoreError::Backup { file: source, why: "it is the database itself".to_owned() });
        }
        let copy = Copy(beside(&database, "-restoring"));
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(beside(&copy.0, suffix));
        }
        copied(&source, &copy.0)?;
        // A file copied from a running hub is complete only with its log.
        if fs::metadata(beside(&source, "-wal")).is_ok_and(|log| log.len() > 0) {
            copied(&beside(&source, "-wal"), &beside(&copy.0, "-wal"))?;
        }
        if let Some(why) = fault(&copy.0, schema) {
            return Err(RestoreError::Backup { file: file.to_owned(), why });
        }
        Ok(Self { database, copy, _lock: lock })
    }

    /// The URL of the copy, for opening and reading it. It must be closed before [`finish`](Self::finish).
    pub fn url(&self) -> String {
        format!("sqlite:{}", self.copy.0.display())
    }

    /// The database that is replaced.
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// Replaces the database with the copy, durably. Returns the path of the old database, which is kept with its log
    /// beside the new one and named with `label`.
    ///
    /// # Errors
    /// Fails if another program has the database open, or on a disk error. The database is then unchanged.
    pub fn finish(self, label: &str) -> Result<Option<PathBuf>, RestoreError> {
        let failed = |error: io::Error| refused(&self.database, &error);
        let folder = self.database.parent().unwrap_or(Path::new("/"));
        File::open(&self.copy.0).and_then(|copy| copy.sync_all()).map_err(failed)?;
        let aside = self.database.exists().then(|| free_name(&self.database, label));
        if let Some(aside) = &aside {
            only_here(&self.database)?;
            give_owner(&self.database, &self.copy.0);
            keep(&self.database, aside).map_err(failed)?;
            sync(folder).map_err(failed)?;
        }
        for suffix in COMPANIONS {
            // The old database's companion files are kept with it. They would corrupt the new one.
            match fs::remove_file(beside(&self.database, suffix)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error).into()),
                _ => {}
            }
        }
        fs::rename(&self.copy.0, &self.database).and_then(|()| sync(folder)).map_err(failed)?;
        Ok(aside)
    }
}

/// A free name for the old database. Two restores within a second get different names.
fn free_name(database: &Path, label: &str) -> PathBuf {
    let name = |n: usize| match n {
        1 => beside(database, &format!("-before-restore-{label}")),
        n => beside(database, &format!("-before-restore-{label}-{n}")),
    };
    (1..1000).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(1))
}

/// The canonical path of a database, which need not exist.
fn place(database: &Path) -> Result<PathBuf, StoreError> {
    let resolved = database.canonicalize().or_else(|error| match (database.parent(), database.file_name()) {
        (Some(folder), Some(name)) if error.kind() == ErrorKind::NotFound => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            Ok(folder.canonicalize()?.join(name))
        }
        _ => Err(error),
    });
    resolved.map_err(|error| refused(database, &error))
}

fn copied(from: &Path, to: &Path) -> Result<(), StoreError> {
    let copy = || {
        let mut to = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(to)?;
        io::copy(&mut File::open(from)?, &mut to)?;
        to.sync_all()
    };
    copy().map_err(|error| refused(to, &error))
}

/// Checks the copy, and returns its problem if it has one.
fn fault(copy: &Path, schema: &[Migration]) -> Option<String> {
    let checked = || -> Result<Option<String>, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(copy, flags).map_err(classify)?;
        let first = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
        // What is worse damaged is not even checked.
        let damage: String = first.or_else(|error| match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => Ok(error.to_string()),
            _ => Err(classify(error)),
        })?;
        if damage != "ok" {
            return Ok(Some(format!("it is damaged: {damage}")));
        }
        if !connection.table_exists(None, "schema_migrations").map_err(classify)? {
            return Ok(Some("it is not the database of a hub".to_owned()));
        }
        let mut references = connection.prepare("PRAGMA foreign_key_check").map_err(classify)?;
        if let Some(row) = references.query([]).map_err(classify)?.next().map_err(classify)? {
            let table: String = row.get(0).map_err(classify)?;
            return Ok(Some(format!("it is damaged: a row of {table} refers to one that is not there")));
        }
        migrate::is_pending(&connection, schema).map(|_| None)
    };
    checked().unwrap_or_else(|error| Some(error.to_string()))
}

/// Ensures that no other program has the database open, and checkpoints its log. A damaged database is moved unchanged.
fn only_here(database: &Path) -> Result<(), StoreError> {
    let fold = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(database, flags)?;
        connection.busy_timeout(OTHERS)?;
        // Reading in this mode locks the whole file, and every other open connection holds a lock on a part of it.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    };
    match fold() {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Err(StoreError::InUse(format!(
            "another program has {} open: end it first, for example a `tessera` command or an SQLite shell",
            database.display()
        ))),
        _ => Ok(()),
    }
}

/// Gives the restored file to the old owner. If root restores, the hub must be able to open the file as another user.
fn give_owner(of: &Path, to: &Path) {
    if let Ok(owner) = fs::metadata(of)
        && let Err(error) = chown(to, Some(owner.uid()), Some(owner.gid()))
    {
        tracing::warn!(%error, file = %of.display(), "the restored database cannot be given to the owner of the old one");
    }
}

/// Gives the old database and its companion files a second name. So they have a name at every moment, even if this is
/// interrupted.
fn keep(database: &Path, aside: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let (old, kept) = (beside(database, suffix), beside(aside, suffix));
        let named = fs::hard_link(&old, &kept).or_else(|error| match error.kind() {
            // The file system does not support hard links.
            ErrorKind::Unsupported | ErrorKind::PermissionDenied => fs::rename(&old, &kept),
            _ => Err(error),
        });
        match named {
            Err(error) if suffix.is_empty() || error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
