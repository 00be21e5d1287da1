//! The lock on a database file: only one process serves it.
//!
//! It is an advisory lock (`flock`) on a file beside the database, so it ends with the process, however that ends. The
//! file remains, and names the process that locked it last. Programs that open the database only briefly hold the lock
//! shared while they open it, so that none of them opens a file that is being replaced.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::files::{PRIVATE, beside, refused};
use crate::engine::error::StoreError;

/// Time to wait for programs that are opening the database.
const OPENING: Duration = Duration::from_secs(5);
const GLANCE: Duration = Duration::from_millis(10);
/// Maximum time between locking the file and writing the process id into it.
const WRITING: Duration = Duration::from_millis(200);

/// Purpose of an exclusive lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Serve,
    Migrate,
    Restore,
    Move,
}

impl Purpose {
    const ALL: [Self; 4] = [Self::Serve, Self::Migrate, Self::Restore, Self::Move];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Serve => "serve",
            Self::Migrate => "migrate",
            Self::Restore => "restore",
            Self::Move => "move",
        }
    }
}

/// A held lock. Dropping it releases it.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// The holder of the lock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Holder {
    pid: Option<u32>,
    purpose: Option<Purpose>,
}

impl Lock {
    /// Locks a database for this process alone. Fails with the holder's name if it is locked already.
    pub(crate) fn exclusive(database: &Path, purpose: Purpose) -> Result<Self, StoreError> {
        let path = beside(database, "-lock");
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(PRIVATE);
        let mut file = options.open(&path).map_err(|error| refused(&path, &error))?;
        give_to_owner_of(database, &path);
        let until = Instant::now() + OPENING;
        while !try_exclusive(&file, &path)? {
            // If the lock can be shared, it is held by programs that are opening the database, for milliseconds.
            if !try_shared(&file, &path)? || Instant::now() > until {
                return Err(in_use(database, holder(&mut file)));
            }
            file.unlock().map_err(|error| refused(&path, &error))?;
            thread::sleep(GLANCE);
        }
        let text = format!("{} {}\n", std::process::id(), purpose.as_str());
        let written = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes()));
        written.map_err(|error| refused(&path, &error))?;
        Ok(Self { _file: file })
    }

    /// Locks a database if it has a lock file. Without one, no process has ever served it.
    pub(crate) fn exclusive_if_known(database: &Path, purpose: Purpose) -> Result<Option<Self>, StoreError> {
        if !beside(database, "-lock").exists() {
            return Ok(None);
        }
        Self::exclusive(database, purpose).map(Some)
    }

    /// Prevents the replacement of a database while it is being opened. `None` if it was never locked, or is being
    /// served.
    pub(crate) fn while_opening(database: &Path) -> Result<Option<Self>, StoreError> {
        let path = beside(database, "-lock");
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|error| refused(&path, &error))?,
        };
        if try_shared(&file, &path)? {
            return Ok(Some(Self { _file: file }));
        }
        match holder(&mut file) {
            held @ Holder { purpose: Some(Purpose::Restore | Purpose::Migrate | Purpose::Move), .. } => {
                Err(in_use(database, held))
            }
            _ => Ok(None),
        }
    }
}

/// Gives the lock file to the database's owner. If root ran a command, the hub must be able to lock the file afterwards
/// as another user.
fn give_to_owner_of(database: &Path, path: &Path) {
    use std::os::unix::fs::MetadataExt as _;
    if let (Ok(owner), Ok(now)) = (database.metadata(), path.metadata())
        && (owner.uid(), owner.gid()) != (now.uid(), now.gid())
    {
        // Only root can change the owner. For other users, opening the lock file succeeded, which is sufficient.
        let _ = std::os::unix::fs::chown(path, Some(owner.uid()), Some(owner.gid()));
    }
}

fn try_exclusive(file: &File, path: &Path) -> Result<bool, StoreError> {
    locked(file.try_lock(), path)
}

fn try_shared(file: &File, path: &Path) -> Result<bool, StoreError> {
    locked(file.try_lock_shared(), path)
}

fn locked(tried: Result<(), TryLockError>, path: &Path) -> Result<bool, StoreError> {
    match tried {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(refused(path, &error)),
    }
}

/// Reads the holder of the lock. Until the new holder has written it, the file names the previous one.
fn holder(file: &mut File) -> Holder {
    let until = Instant::now() + WRITING;
    loop {
        let held = read_holder(file).unwrap_or_default();
        if held.pid.is_some_and(is_running) || Instant::now() > until {
            return held;
        }
        thread::sleep(GLANCE);
    }
}

fn read_holder(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut text)).ok()?;
    let (pid, purpose) = text.trim().split_once(' ')?;
    let purpose = Purpose::ALL.into_iter().find(|known| known.as_str() == purpose);
    Some(Holder { pid: pid.parse().ok(), purpose })
}

fn is_running(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    // For another user's process the signal is not permitted, which shows that the process runs.
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

fn in_use(database: &Path, Holder { pid, purpose }: Holder) -> StoreError {
    let process = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
    let (doing, remedy) = match purpose {
        Some(Purpose::Restore) => ("is restoring it", "Wait until it has ended."),
        Some(Purpose::Move) => ("is moving it to another database", "Wait until it has ended."),
        Some(Purpose::Migrate) => ("is bringing its schema up to date", "Wait until it has ended."),
        Some(Purpose::Serve) | None => (
            "is using it",
            "An SQLite file has one hub: stop that process first. For several processes, use PostgreSQL.",
        ),
    };
    StoreError::InUse(format!("{process} {doing}: {}. {remedy}", database.display()))
}
