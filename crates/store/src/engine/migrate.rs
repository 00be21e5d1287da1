//! Schema migrations. They only go forward, and an applied migration never changes.

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tokio_postgres::Client;

use super::error::StoreError;

/// A migration.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    /// SQL for both databases.
    pub(crate) sql: &'static str,
    /// SQL for SQLite only, run after `sql`.
    pub(crate) sqlite: &'static str,
    /// SQL for PostgreSQL only, run after `sql`.
    pub(crate) postgres: &'static str,
}

const BOOKKEEPING: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";
const APPLIED: &str = "SELECT version, checksum FROM schema_migrations ORDER BY version";

/// Key of the advisory lock: an arbitrary number that no other program is likely to use.
const LOCK: i64 = 0x7465_7373_6572_6101;

fn checksum(migration: &Migration) -> String {
    let parts = [migration.sql, migration.sqlite, migration.postgres];
    let digest = parts.into_iter().fold(Sha256::new(), Sha256::chain_update).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The migrations that are not applied yet.
fn pending<'a>(migrations: &'a [Migration], applied: &[(i64, String)]) -> Result<&'a [Migration], StoreError> {
    if applied.len() > migrations.len() {
        let latest = applied.last().map_or(0, |(version, _)| *version);
        return Err(StoreError::Schema(format!(
            "the database has schema version {latest}, this program knows {}: start the newer program",
            migrations.len()
        )));
    }
    for ((version, stored), migration) in applied.iter().zip(migrations) {
        if *version != migration.version || *stored != checksum(migration) {
            return Err(StoreError::Schema(format!(
                "schema migration {version} of the database is not the one this program has: it was changed after it was applied"
            )));
        }
    }
    Ok(&migrations[applied.len()..])
}

/// Whether an SQLite database lacks a migration. Fails if it has a migration that this program does not know.
pub(crate) fn is_pending(connection: &Connection, schema: &[Migration]) -> Result<bool, StoreError> {
    let known = connection.table_exists(None, "schema_migrations").map_err(super::sqlite::classify)?;
    let applied = if known { applied(connection)? } else { Vec::new() };
    Ok(!pending(schema, &applied)?.is_empty())
}

fn applied(connection: &Connection) -> Result<Vec<(i64, String)>, StoreError> {
    let applied = connection
        .prepare(APPLIED)
        .and_then(|mut statement| statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect());
    applied.map_err(super::sqlite::classify)
}

pub(crate) fn sqlite(connection: &mut Connection, schema: &[Migration]) -> Result<(), StoreError> {
    let failed = super::sqlite::classify;
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(failed)?;
    transaction.execute_batch(BOOKKEEPING).map_err(failed)?;
    let applied = applied(&transaction)?;
    for migration in pending(schema, &applied)? {
        transaction.execute_batch(migration.sql).map_err(failed)?;
        transaction.execute_batch(migration.sqlite).map_err(failed)?;
        let values = rusqlite::params![migration.version, migration.name, checksum(migration)];
        transaction.execute("INSERT INTO schema_migrations VALUES (?1, ?2, ?3)", values).map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

pub(crate) async fn postgres(client: &mut Client, schema: &[Migration]) -> Result<(), StoreError> {
    let failed = super::postgres::classify;
    let transaction = client.transaction().await.map_err(failed)?;
    // Several processes may start at once. The first one migrates while the others wait.
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await.map_err(failed)?;
    transaction.batch_execute(BOOKKEEPING).await.map_err(failed)?;
    let rows = transaction.query(APPLIED, &[]).await.map_err(failed)?;
    let applied: Vec<(i64, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    for migration in pending(schema, &applied)? {
        transaction.batch_execute(&by_bytes(migration.sql)).await.map_err(failed)?;
        transaction.batch_execute(migration.postgres).await.map_err(failed)?;
        let sql = "INSERT INTO schema_migrations VALUES ($1, $2, $3)";
        transaction.execute(sql, &[&migration.version, &migration.name, &checksum(migration)]).await.map_err(failed)?;
    }
    transaction.commit().await.map_err(failed)
}

/// SQLite compares text by bytes. PostgreSQL uses the database's locale unless a collation is given.
fn by_bytes(sql: &str) -> String {
    sql.replace(" TEXT", " TEXT COLLATE \"C\"")
}
