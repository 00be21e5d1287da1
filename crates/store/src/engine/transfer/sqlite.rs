//! A file to copy from, or a new one to copy to.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params_from_iter};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::batch::{Batch, Digest};
use super::{Cause, MoveError, READ, Rows, Table, Value};
use crate::engine::StoreError;
use crate::engine::migrate::{self, Migration};
use crate::engine::row::Columns;
use crate::engine::sqlite::{Lock, Purpose, beside, classify, connect, create_private, from_sqlite, refused};

/// Suffixes of the files that SQLite keeps beside a database.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// A database file, locked for this process.
pub(super) struct File {
    connection: Arc<Mutex<Connection>>,
    /// Where a new database is made before it gets its name. Deleted if it does not.
    unfinished: Option<Unfinished>,
    _lock: Lock,
}

struct Unfinished {
    path: PathBuf,
    name: PathBuf,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        for suffix in [""].into_iter().chain(COMPANIONS) {
            let _ = fs::remove_file(beside(&self.path, suffix));
        }
    }
}

impl File {
    /// Opens a file that no other process uses, and brings its schema up to date.
    pub(super) fn existing(path: &Path, schema: &[Migration]) -> Result<Self, StoreError> {
        let path = path.canonicalize().map_err(|error| refused(path, &error))?;
        let lock = Lock::exclusive(&path, Purpose::Move)?;
        let mut connection = connect(&path)?;
        migrate::sqlite(&mut connection, schema)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), unfinished: None, _lock: lock })
    }

    /// Makes a file with the schema. It gets its name when everything was copied to it.
    pub(super) fn new(path: &Path, schema: &[Migration]) -> Result<Self, MoveError> {
        if path.exists() {
            return Err(MoveError::Exists(path.to_owned()));
        }
        let unfinished = Unfinished { path: beside(path, "-moving"), name: path.to_owned() };
        let lock = Lock::exclusive(path, Purpose::Move)?;
        for suffix in [""].into_iter().chain(COMPANIONS) {
            let _ = fs::remove_file(beside(&unfinished.path, suffix));
        }
        create_private(&unfinished.path)?;
        let mut connection = connect(&unfinished.path)?;
        migrate::sqlite(&mut connection, schema)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), unfinished: Some(unfinished), _lock: lock })
    }

    pub(super) fn tables(&self) -> Result<Vec<Table>, StoreError> {
        tables(&held(&self.connection)).map_err(classify)
    }

    pub(super) fn read(&self, table: &Table) -> Rows {
        let (connection, table) = (self.connection.clone(), table.clone());
        let (sender, rows) = mpsc::channel(2);
        spawn_blocking(move || {
            if let Err(error) = send(&held(&connection), &table, &sender) {
                // Nobody waits for the error of what is no longer read.
                let _ = sender.blocking_send(Err(error));
            }
        });
        rows
    }

    pub(super) fn begin(&self, tables: &[Table]) -> Result<(), StoreError> {
        let connection = held(&self.connection);
        // It has no effect within a transaction.
        connection.pragma_update(None, "foreign_keys", false).map_err(classify)?;
        let emptied = tables.iter().map(|table| format!("DELETE FROM {};", table.name));
        let sql = std::iter::once("BEGIN IMMEDIATE;".to_owned()).chain(emptied).collect::<String>();
        connection.execute_batch(&sql).map_err(classify)
    }

    pub(super) async fn load(&self, table: &Table, rows: Rows) -> Result<Digest, StoreError> {
        let places: Vec<_> = (1..=table.columns.len()).map(|place| format!("?{place}")).collect();
        let insert = format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.listed(), places.join(", "));
        let connection = self.connection.clone();
        let loaded = spawn_blocking(move || insert_all(&held(&connection), &insert, rows));
        loaded.await.map_err(|error| StoreError::Unavailable(Cause::of(error)))?
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        let connection = held(&self.connection);
        let broken = connection.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0));
        let broken: i64 = broken.map_err(classify)?;
        if broken > 0 {
            let cause = Cause::new(format!("{broken} rows refer to rows that do not exist"));
            return Err(StoreError::Constraint { name: "foreign keys".to_owned(), cause });
        }
        connection.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);").map_err(classify)?;
        drop(connection);
        let Some(unfinished) = self.unfinished.take() else { return Ok(()) };
        // Closing the last connection removes the log, so that the file is complete under its new name.
        drop(std::mem::replace(&mut *held(&self.connection), Connection::open_in_memory().map_err(classify)?));
        fs::rename(&unfinished.path, &unfinished.name).map_err(|error| refused(&unfinished.name, &error))?;
        let folder = unfinished.name.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let synced = fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| refused(folder, &error))
    }
}

/// How many rows each table has after the migrations.
pub(super) fn rows_of_a_new_database(schema: &[Migration]) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut connection = Connection::open_in_memory().map_err(classify)?;
    crate::kernel::schema::teach(&connection).map_err(classify)?;
    migrate::sqlite(&mut connection, schema)?;
    let count = |table: Table| {
        let count: i64 = connection.query_row(&format!("SELECT count(*) FROM {}", table.name), [], |row| row.get(0))?;
        Ok((table.name, u64::try_from(count).unwrap_or_default()))
    };
    tables(&connection).and_then(|tables| tables.into_iter().map(count).collect()).map_err(classify)
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<Table>> {
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let names: Vec<String> = connection.prepare(names)?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut listed = connection.prepare("SELECT name FROM pragma_table_info(?1)")?;
    let table = |name: String| {
        let columns = listed.query_map([&name], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(Table { name, columns })
    };
    names.into_iter().map(table).collect()
}

fn send(
    connection: &Connection,
    table: &Table,
    sender: &mpsc::Sender<Result<Vec<Vec<Value>>, StoreError>>,
) -> Result<(), StoreError> {
    let columns = Columns { sql: READ, names: table.columns.clone() };
    let mut prepared = connection.prepare(&table.select()).map_err(classify)?;
    let mut found = prepared.query([]).map_err(classify)?;
    let mut batch = Batch::default();
    while let Some(row) = found.next().map_err(classify)? {
        let value = |column| from_sqlite(row.get_ref(column).map_err(classify)?, column, &columns);
        let row = (0..columns.names.len()).map(value).collect::<Result<_, StoreError>>()?;
        if let Some(rows) = batch.add(row)
            && sender.blocking_send(Ok(rows)).is_err()
        {
            return Ok(());
        }
    }
    // Nobody waits for what is no longer read.
    let _ = sender.blocking_send(Ok(batch.take()));
    Ok(())
}

fn insert_all(connection: &Connection, insert: &str, mut rows: Rows) -> Result<Digest, StoreError> {
    let mut insert = connection.prepare(insert).map_err(classify)?;
    let mut digest = Digest::default();
    while let Some(some) = rows.blocking_recv() {
        let some = some?;
        digest.add(&some);
        for row in &some {
            insert.execute(params_from_iter(row)).map_err(classify)?;
        }
    }
    Ok(digest)
}

fn held(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
