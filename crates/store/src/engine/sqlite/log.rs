//! The write-ahead log: checkpointed and truncated when it is large, and on closing. Logs the readers that prevent it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::files::beside;
use super::{BUSY_TIMEOUT, classify};
use crate::engine::error::StoreError;

/// Size above which the log is truncated. SQLite checkpoints it much earlier, and overwrites it from the start unless a
/// reader prevents that.
pub(super) const LARGE: u64 = 64 << 20;
/// Time that the writer waits for readers when truncating.
const WAIT: Duration = Duration::from_millis(200);
/// Pause after a reader prevented truncation.
const PAUSE: Duration = Duration::from_secs(30);

/// The log of a database, owned by the writer thread.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    shared: PathBuf,
    limit: u64,
    not_before: Option<Instant>,
}

/// Result of truncating the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Whole,
    /// A reader still needs a part of it.
    Pinned,
}

impl Log {
    pub(super) fn of(database: &Path, limit: u64) -> Self {
        Self { path: beside(database, "-wal"), shared: beside(database, "-shm"), limit, not_before: None }
    }

    /// Truncates the log if it is large. Called between transactions.
    pub(super) fn keep_small(&mut self, connection: &Connection) {
        let size = self.size();
        if size <= self.limit || self.not_before.is_some_and(|time| Instant::now() < time) {
            return;
        }
        self.not_before = match cut(connection, WAIT) {
            Ok(Cut::Whole) => {
                tracing::info!(bytes = size, "the write-ahead log was folded back");
                None
            }
            Ok(Cut::Pinned) => {
                self.warn(size);
                Some(Instant::now() + PAUSE)
            }
            Err(error) => {
                tracing::warn!(%error, bytes = size, "the write-ahead log cannot be folded back");
                Some(Instant::now() + PAUSE)
            }
        };
    }

    /// Checkpoints the whole log on closing, and when something is to leave it for good. Parts that a reader still needs remain.
    pub(super) fn finish(&self, connection: &Connection) {
        match cut(connection, WAIT * 5) {
            Ok(Cut::Whole) => {}
            Ok(Cut::Pinned) => self.warn(self.size()),
            Err(error) => tracing::warn!(%error, "the write-ahead log cannot be folded back"),
        }
    }

    fn size(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    fn warn(&self, size: u64) {
        let readers = readers(&self.shared).join(", ");
        tracing::warn!(
            alarm = "write_ahead_log",
            bytes = size,
            readers,
            "a reader keeps the write-ahead log from being folded back: it grows until the reader ends, and the database file alone is not \
             complete until then"
        );
    }
}

/// Checkpoints the log, and truncates it if no reader needs it.
fn cut(connection: &Connection, wait: Duration) -> Result<Cut, StoreError> {
    connection.busy_timeout(wait).map_err(classify)?;
    let busy: Result<bool, _> = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(BUSY_TIMEOUT).map_err(classify)?;
    Ok(if busy.map_err(classify)? { Cut::Pinned } else { Cut::Whole })
}

/// The other processes that are reading the database, each with its id and command, as far as the operating system
/// reports them.
///
/// SQLite locks bytes 123 to 127 of the shared-memory file, one for each reader. Linux lists the holders of these
/// locks.
pub(crate) fn readers(shared: &Path) -> Vec<String> {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(file), Ok(locks)) = (fs::metadata(shared), fs::read_to_string("/proc/locks")) else { return Vec::new() };
    let mut pids: Vec<u32> = locks.lines().filter_map(|line| reader(line, file.ino())).collect();
    pids.sort_unstable();
    pids.dedup();
    pids.retain(|pid| *pid != std::process::id());
    let command = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    pids.iter().map(|pid| format!("process {pid} ({})", command(pid).trim())).collect()
}

/// The process that reads the file with this inode, from a line such as `1: POSIX  ADVISORY  READ 4711 fe:00:131 123
/// 123`.
fn reader(line: &str, inode: u64) -> Option<u32> {
    let mut words = line.split_whitespace().skip(1);
    let (kind, _, _, pid, file, from, to) =
        (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    let locked_inode: u64 = file.rsplit(':').next()?.parse().ok()?;
    let (from, to): (u64, u64) = (from.parse().ok()?, to.parse().ok()?);
    (kind == "POSIX" && locked_inode == inode && (123..=127).contains(&from) && to <= 127)
        .then(|| pid.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Read as _};
    use std::process::{Child, Command, Stdio};

    use super::*;
    use crate::engine::sqlite::connect;

    const LIMIT: u64 = 1 << 20;
    /// Environment variable that gives the database to the reading process.
    const DATABASE: &str = "TESSERA_TEST_READ_DATABASE";

    fn notes(path: &Path) -> Connection {
        let connection = connect(path).unwrap();
        connection.execute_batch("CREATE TABLE notes (text TEXT NOT NULL); INSERT INTO notes VALUES ('a')").unwrap();
        connection
    }

    fn write(connection: &Connection, bytes: u64) {
        connection.execute("INSERT INTO notes SELECT hex(zeroblob(?1 / 2))", [bytes.cast_signed()]).unwrap();
    }

    /// Starts another process that holds a read transaction.
    fn reader(path: &Path) -> Child {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "--nocapture", "--ignored", "engine::sqlite::log::tests::reading"]);
        let mut child = command.env(DATABASE, path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("has begun to read")));
        child
    }

    #[test]
    #[ignore = "run by the tests of a log that a reader pins, in a process of its own"]
    #[expect(clippy::print_stdout, reason = "the other process waits for it")]
    fn reading() {
        let connection = connect(Path::new(&std::env::var(DATABASE).unwrap())).unwrap();
        connection.execute_batch("BEGIN; SELECT * FROM notes").unwrap();
        println!("has begun to read");
        let _ = std::io::stdin().read(&mut [0]);
    }

    #[test]
    fn h04_a_large_log_is_cut_and_a_small_one_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.db");
        let connection = notes(&path);
        let mut log = Log::of(&path, LIMIT);
        log.keep_small(&connection);
        assert!(log.size() > 0, "a small log is folded back by SQLite when it wants to");
        write(&connection, 2 * LIMIT);
        assert!(log.size() > LIMIT);
        log.keep_small(&connection);
        assert_eq!(log.size(), 0);
    }

    #[test]
    fn h04_a_reader_that_keeps_the_log_large_is_named_and_not_waited_for_again_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.db");
        let connection = notes(&path);
        let mut log = Log::of(&path, LIMIT);
        let mut child = reader(&path);
        write(&connection, 2 * LIMIT);
        log.keep_small(&connection);
        assert!(log.size() > LIMIT, "it is being read");
        let named = readers(&beside(&path, "-shm"));
        assert!(named.len() == 1 && named[0].starts_with(&format!("process {} (", child.id())), "{named:?}");
        let began = Instant::now();
        log.keep_small(&connection);
        assert!(began.elapsed() < WAIT, "writing does not wait for the same reader each time");

        drop(child.stdin.take());
        child.wait().unwrap();
        log.not_before = None;
        log.keep_small(&connection);
        assert_eq!((log.size(), readers(&beside(&path, "-shm"))), (0, Vec::new()));
    }
}
