//! A database on a server, to copy from or to.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Object;
use futures_util::TryStreamExt as _;
use tokio::sync::mpsc;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::batch::{Batch, Digest};
use super::{MoveError, READ, Rows, Table, Value};
use crate::engine::StoreError;
use crate::engine::migrate::{self, Migration};
use crate::engine::postgres::{classify, classify_commit, from_postgres, no_connection, pool};
use crate::engine::row::Columns;

/// A running process beats several times in this time.
const BEATS: Duration = Duration::from_secs(6);

const TABLES: &str = "
    SELECT c.relname::text, array_agg(a.attname::text)
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
    GROUP BY 1";

/// References that are checked at each statement, in an order that copying cannot keep.
const CHECKED_AT_ONCE: &str = "
    SELECT format('ALTER TABLE %s ALTER CONSTRAINT %I', conrelid::regclass, conname)
    FROM pg_constraint
    WHERE contype = 'f' AND NOT condeferrable AND connamespace = current_schema()::regnamespace";

/// A connection to a database.
pub(super) struct Connection {
    client: Arc<Object>,
    /// The beginnings of the statements that change how the references are checked which the transaction defers.
    deferred: Vec<String>,
}

impl Connection {
    /// Connects, and brings the schema up to date.
    pub(super) async fn open(url: &str, schema: &[Migration]) -> Result<Self, StoreError> {
        let mut client = pool(url, 1).await?.get().await.map_err(no_connection)?;
        migrate::postgres(&mut client, schema).await?;
        Ok(Self { client: Arc::new(client), deferred: Vec::new() })
    }

    /// Connects to a database whose jobs no process runs.
    pub(super) async fn unused(url: &str, schema: &[Migration]) -> Result<Self, MoveError> {
        let connection = Self::open(url, schema).await?;
        let before = connection.beats().await?;
        if !before.is_empty() {
            tokio::time::sleep(BEATS).await;
            let alive = connection.beats().await?.into_iter().filter(|beat| !before.contains(beat)).count();
            if alive > 0 {
                return Err(MoveError::Served(alive));
            }
        }
        Ok(connection)
    }

    /// The processes that run jobs, with the number of their last beat.
    async fn beats(&self) -> Result<Vec<(Uuid, i64)>, StoreError> {
        let rows = self.client.query("SELECT id, beat FROM workers", &[]).await.map_err(classify)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(classify)
    }

    pub(super) async fn tables(&self) -> Result<Vec<Table>, StoreError> {
        let rows = self.client.query(TABLES, &[]).await.map_err(classify)?;
        let table = |row: &tokio_postgres::Row| Ok(Table { name: row.try_get(0)?, columns: row.try_get(1)? });
        rows.iter().map(table).collect::<Result<_, _>>().map_err(classify)
    }

    pub(super) fn read(&self, table: &Table) -> Rows {
        let (client, table) = (self.client.clone(), table.clone());
        let (sender, rows) = mpsc::channel(2);
        tokio::spawn(async move {
            if let Err(error) = send(&client, &table, &sender).await {
                // Nobody waits for the error of what is no longer read.
                let _ = sender.send(Err(error)).await;
            }
        });
        rows
    }

    pub(super) async fn begin(&mut self, tables: &[Table]) -> Result<(), StoreError> {
        self.run("BEGIN").await?;
        let alter = self.client.query(CHECKED_AT_ONCE, &[]).await.map_err(classify)?;
        self.deferred = alter.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(classify)?;
        for alter in &self.deferred {
            self.run(&format!("{alter} DEFERRABLE INITIALLY DEFERRED")).await?;
        }
        self.run("SET CONSTRAINTS ALL DEFERRED").await?;
        for table in tables {
            self.run(&format!("DELETE FROM {}", table.name)).await?;
        }
        Ok(())
    }

    pub(super) async fn load(&self, table: &Table, mut rows: Rows) -> Result<Digest, StoreError> {
        let columns = self.client.prepare(&table.select()).await.map_err(classify)?;
        let types: Vec<Type> = columns.columns().iter().map(|column| column.type_().clone()).collect();
        let copy = format!("COPY {} ({}) FROM STDIN BINARY", table.name, table.listed());
        let sink = self.client.copy_in(&copy).await.map_err(classify)?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
        let mut digest = Digest::default();
        while let Some(some) = rows.recv().await {
            let some = some?;
            digest.add(&some);
            for row in some {
                let row: Vec<Value> = row.into_iter().zip(&types).map(|(value, of)| typed(value, of)).collect();
                let row: Vec<&(dyn ToSql + Sync)> = row.iter().map(|value| value as _).collect();
                writer.as_mut().write(&row).await.map_err(classify)?;
            }
        }
        writer.finish().await.map_err(classify)?;
        Ok(digest)
    }

    pub(super) async fn commit(self) -> Result<(), StoreError> {
        self.run("SET CONSTRAINTS ALL IMMEDIATE").await?;
        for alter in &self.deferred {
            self.run(&format!("{alter} NOT DEFERRABLE")).await?;
        }
        self.client.batch_execute("COMMIT").await.map_err(classify_commit)?;
        // Without it, plans are made as for empty tables until the server finds the time.
        self.run("ANALYZE").await
    }

    async fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).await.map_err(classify)
    }
}

async fn send(
    client: &Object,
    table: &Table,
    sender: &mpsc::Sender<Result<Vec<Vec<Value>>, StoreError>>,
) -> Result<(), StoreError> {
    let columns = Arc::new(Columns { sql: READ, names: table.columns.clone() });
    let found = client.query_raw(table.select().as_str(), std::iter::empty::<Value>()).await.map_err(classify)?;
    let mut found = pin!(found);
    let mut batch = Batch::default();
    while let Some(row) = found.try_next().await.map_err(classify)? {
        let row = from_postgres(&row, &columns)?.into_values();
        if let Some(rows) = batch.add(row)
            && sender.send(Ok(rows)).await.is_err()
        {
            return Ok(());
        }
    }
    // Nobody waits for what is no longer read.
    let _ = sender.send(Ok(batch.take())).await;
    Ok(())
}

/// An id that SQLite stored as bytes, as the server wants it.
fn typed(value: Value, of: &Type) -> Value {
    match value {
        Value::Blob(bytes) if *of == Type::UUID => Uuid::from_slice(&bytes).map_or(Value::Blob(bytes), Value::Uuid),
        value => value,
    }
}
