//! The thread that writes.
//!
//! It takes everything that is waiting into one transaction, a savepoint each, and answers when that transaction is durable
//! (`synchronous=FULL`). So the disk is asked to sync once for many plans, and nobody hears "yes" before it has.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, params_from_iter};
use tokio::sync::mpsc;

use super::classify::{Broken, broken, broken_foreign_key, classify, classify_commit, classify_in};
use super::{Reply, files, numbered, query};
use crate::engine::error::{ApplyError, Cause, StoreError};
use crate::engine::row::Row;
use crate::engine::statement::{Expect, Sql, Statement};
use crate::engine::value::Value;

/// How many savepoints share one transaction at most: beyond this the sync is no longer what costs.
const GROUP: usize = 256;

pub(super) enum Write {
    Work(Work, Reply<Result<Vec<Row>, ApplyError>>),
    Backup(PathBuf, Reply<Result<(), StoreError>>),
}

pub(super) enum Work {
    Batch(Vec<Statement>),
    Returning(Sql, Vec<Value>),
}

type Member = (Work, Reply<Result<Vec<Row>, ApplyError>>);

pub(super) fn run(connection: &Connection, mut queue: mpsc::Receiver<Write>) {
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
                    commit_group(connection, std::mem::take(&mut group));
                    let _ = reply.send(backup(connection, &to));
                }
            }
        }
        commit_group(connection, group);
    }
}

fn backup(connection: &Connection, to: &Path) -> Result<(), StoreError> {
    files::create_private(to)?;
    let copied = connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]);
    copied.map(drop).map_err(|error| {
        // What is there now is no backup.
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
        // References are checked here, for the whole group at once: only alone can each be told whether it is to blame.
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
        // Whoever asked may have gone away; then nobody needs the answer.
        let _ = reply.send(outcome);
    }
}

/// Runs each member of a group in a savepoint of its own. An error is the whole group's, of which nothing was kept.
fn in_transaction(connection: &Connection, group: &[Member]) -> Result<Vec<Result<Vec<Row>, ApplyError>>, StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE").map_err(classify)?;
    let outcomes = group.iter().map(|(work, _)| in_savepoint(connection, work)).collect();
    if let Err(error) = &outcomes {
        tracing::error!(%error, plans = group.len(), "a transaction was lost with all its plans");
        roll_back(connection);
    }
    outcomes
}

/// Runs one member in a savepoint. An error of the member itself is inside; outside is one that ends the whole transaction.
fn in_savepoint(connection: &Connection, work: &Work) -> Result<Result<Vec<Row>, ApplyError>, StoreError> {
    connection.execute_batch("SAVEPOINT member").map_err(classify)?;
    let outcome = match work {
        Work::Batch(statements) => {
            statements.iter().try_for_each(|statement| run_one(connection, statement)).map(|()| Vec::new())
        }
        Work::Returning(sql, values) => query(connection, *sql, values).map_err(Into::into),
    };
    // After a full disk or a failing one SQLite may have rolled back everything by itself, the members before included. The next
    // savepoint would then begin a transaction of its own, and its release commit it.
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
            // The statement was undone, and with it what tells which reference it broke. Run again, it may break it until it was looked up.
            let _ = connection.execute_batch("PRAGMA defer_foreign_keys = ON");
            let _ = prepared.execute(params_from_iter(&statement.values));
            let error = broken_foreign_key(connection, error);
            let _ = connection.execute_batch("PRAGMA defer_foreign_keys = OFF");
            Err(error.into())
        }
        (Err(error), _) => Err(classify_in(connection, error).into()),
    }
}
