//! The writer thread: group commit for SQLite.
//!
//! Commits all waiting writes in one transaction, with a savepoint each, and answers when that transaction is durable (`synchronous=FULL`).
//! One disk sync serves many plans, and no caller gets an answer before it.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params_from_iter};
use tokio::sync::mpsc;

use super::classify::{Broken, broken, broken_foreign_key, classify, classify_commit, classify_in};
use super::log::Log;
use super::{Reply, closed, files, numbered, query};
use crate::engine::error::{ApplyError, Cause, StoreError};
use crate::engine::row::Row;
use crate::engine::statement::{Expect, Sql, Statement};
use crate::engine::value::Value;

/// Maximum number of savepoints in a transaction. Beyond it, the sync is no longer the dominant cost.
const GROUP: usize = 256;
/// Maximum size of a database that is written anew while the hub runs, in bytes. Nothing else is written meanwhile: a second or two.
const MAX_REWRITTEN: i64 = 256 << 20;

pub(super) enum Write {
    Work(Work, Reply<Result<Vec<Row>, ApplyError>>),
    Backup(PathBuf, Reply<Result<(), StoreError>>),
    /// Writes the database anew, folds the write-ahead log back and truncates it.
    FoldLog(Reply<()>),
    /// Ends the thread after the earlier requests.
    Close(Reply<()>),
}

pub(super) enum Work {
    Batch(Vec<Statement>),
    Returning(Sql, Vec<Value>),
}

type Member = (Work, Reply<Result<Vec<Row>, ApplyError>>);

pub(super) fn run(connection: Connection, mut log: Log, mut queue: mpsc::Receiver<Write>) {
    while let Some(first) = queue.blocking_recv() {
        let mut group = Vec::new();
        let mut next = Some(first);
        while let Some(write) = next.take() {
            match write {
                Write::Work(work, reply) => {
                    group.push((work, reply));
                    if group.len() < GROUP {
                        next = queue.try_recv().ok();
                    }
                }
                Write::Backup(to, reply) => {
                    commit_group(&connection, std::mem::take(&mut group));
                    let _ = reply.send(backup(&connection, &to));
                }
                Write::FoldLog(reply) => {
                    commit_group(&connection, std::mem::take(&mut group));
                    rewrite(&connection);
                    log.finish(&connection);
                    let _ = reply.send(());
                }
                Write::Close(reply) => {
                    commit_group(&connection, group);
                    refuse_rest(queue);
                    log.finish(&connection);
                    drop(connection);
                    let _ = reply.send(());
                    return;
                }
            }
        }
        commit_group(&connection, group);
        log.keep_small(&connection);
    }
}

/// Rejects requests that arrive after closing. None of them was carried out.
fn refuse_rest(mut queue: mpsc::Receiver<Write>) {
    queue.close();
    while let Ok(write) = queue.try_recv() {
        match write {
            Write::Work(_, reply) => drop(reply.send(Err(closed().into()))),
            Write::Backup(_, reply) => drop(reply.send(Err(closed()))),
            Write::FoldLog(reply) | Write::Close(reply) => drop(reply.send(())),
        }
    }
}

/// Writes the whole database anew, so that nothing of what was deleted is left in it. SQLite overwrites a deleted row, but not the copies
/// of it that stay in the gaps of pages when rows move between them.
fn rewrite(connection: &Connection) {
    let size =
        connection.query_row("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size", [], |row| {
            row.get::<_, i64>(0)
        });
    match size {
        Ok(bytes) if bytes > MAX_REWRITTEN => {
            tracing::warn!(
                bytes,
                "somebody was erased, and the database is too large to be written anew while the hub runs: gaps in the file may keep copies of \
                 what was deleted; `tessera backup` and then `tessera restore` leave none"
            );
            return;
        }
        Ok(_) => {}
        Err(error) => return tracing::warn!(%error, "the size of the database cannot be read"),
    }
    // The copy that SQLite makes on the way is as large as the database, so it is not kept in memory.
    let rewritten = connection.execute_batch("PRAGMA temp_store = FILE; VACUUM;");
    let restored = connection.execute_batch("PRAGMA temp_store = MEMORY");
    if let Err(error) = rewritten.and(restored) {
        tracing::warn!(%error, "somebody was erased, but the database could not be written anew: gaps in the file may keep copies");
    }
}

fn backup(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    files::create_private(to)?;
    let copied = connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]);
    copied.map(drop).map_err(|error| {
        // A partial file is not a backup.
        let _ = std::fs::remove_file(to);
        classify(error)
    })
}

/// Commits a group as one transaction and answers each of its members.
pub(super) fn commit_group(connection: &Connection, group: Vec<Member>) {
    if group.is_empty() {
        return;
    }
    let outcomes = match in_transaction(connection, &group) {
        Ok(outcomes) => outcomes,
        Err(error) => return fail_all(group, &error),
    };
    if let Err(error) = connection.execute_batch("COMMIT") {
        // Foreign keys are checked here for the whole group at once. Only a member that runs alone can be identified as the cause.
        let told_alone = broken(&error) == Some(Broken::ForeignKey) && group.len() > 1;
        let error = match broken(&error) {
            Some(Broken::ForeignKey) if !told_alone => broken_foreign_key(connection, error),
            _ => classify_commit(error),
        };
        roll_back(connection);
        if told_alone {
            return group.into_iter().for_each(|member| commit_group(connection, vec![member]));
        }
        return fail_all(group, &error);
    }
    for ((_, reply), outcome) in group.into_iter().zip(outcomes) {
        // The caller may have been cancelled. Then the answer is dropped.
        let _ = reply.send(outcome);
    }
}

/// Runs each member of a group in its own savepoint. An outer error fails the whole group, which is rolled back.
fn in_transaction(connection: &Connection, group: &[Member]) -> Result<Vec<Result<Vec<Row>, ApplyError>>, StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE").map_err(classify)?;
    let outcomes = group.iter().map(|(work, _)| in_savepoint(connection, work)).collect();
    if let Err(error) = &outcomes {
        // Each caller gets the error, and says what it was about.
        tracing::debug!(%error, plans = group.len(), "a transaction was lost with all its plans");
        roll_back(connection);
    }
    outcomes
}

/// Runs one member in a savepoint. The inner error is the member's own; the outer error ends the transaction.
fn in_savepoint(connection: &Connection, work: &Work) -> Result<Result<Vec<Row>, ApplyError>, StoreError> {
    connection.execute_batch("SAVEPOINT member").map_err(classify)?;
    let outcome = match work {
        Work::Batch(statements) => {
            statements.iter().try_for_each(|statement| run_one(connection, statement)).map(|()| Vec::new())
        }
        Work::Returning(sql, values) => query(connection, *sql, values).map_err(Into::into),
    };
    // After a full or failing disk SQLite may have rolled back the transaction by itself, including the members before. The next savepoint
    // would then start a transaction of its own, and its release would commit it.
    if connection.is_autocommit() {
        return Err(match outcome {
            Err(ApplyError::Store(error)) => error,
            _ => StoreError::Unavailable(Cause::new("SQLite rolled the transaction back")),
        });
    }
    let end = if outcome.is_ok() { "RELEASE member" } else { "ROLLBACK TO member; RELEASE member" };
    connection.execute_batch(end).map_err(classify)?;
    Ok(outcome)
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch("ROLLBACK")
    {
        tracing::error!(%error, "a transaction cannot be rolled back");
    }
}

fn fail_all(group: Vec<Member>, error: &StoreError) {
    for (_, reply) in group {
        let _ = reply.send(Err(error.clone().into()));
    }
}

fn run_one(connection: &Connection, statement: &Statement) -> Result<(), ApplyError> {
    let mut prepared = connection.prepare_cached(&numbered(statement.sql.text)).map_err(classify)?;
    match (prepared.execute(params_from_iter(&statement.values)), statement.expect) {
        (Ok(_), Expect::Any) | (Ok(1), Expect::One(_)) => Ok(()),
        (Ok(_), Expect::One(conflict)) => Err(conflict.into()),
        (Err(error), Expect::One(conflict)) if broken(&error) == Some(Broken::Unique) => {
            tracing::debug!(%error, statement = statement.sql.name, "a row stands in the way");
            Err(conflict.into())
        }
        (Err(error), _) if broken(&error) == Some(Broken::ForeignKey) => {
            // The failed statement was undone, and with it the information which reference it violated. Deferred, it may run again for the
            // lookup.
            let _ = connection.execute_batch("PRAGMA defer_foreign_keys = ON");
            let _ = prepared.execute(params_from_iter(&statement.values));
            let error = broken_foreign_key(connection, error);
            let _ = connection.execute_batch("PRAGMA defer_foreign_keys = OFF");
            Err(error.into())
        }
        (Err(error), _) => Err(classify_in(connection, error).into()),
    }
}
