//! PostgreSQL: a small pool of connections. A batch is one transaction whose statements are pipelined.

mod classify;
mod connect;
mod snapshot;
mod tls;

use std::sync::Arc;

use deadpool_postgres::{Object, Pool, PoolError};
use futures_util::future::join_all;
use tokio_postgres::Statement as Prepared;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use self::classify::{cause, is_collision, is_lost, is_unique};
pub(super) use self::classify::{classify, classify_commit};
pub(super) use self::connect::{check_url, pool};
pub(crate) use self::snapshot::Snapshot;
use super::error::{ApplyError, Cause, StoreError};
use super::load::{Connections, Load};
use super::migrate::{self, Migration};
use super::row::{Columns, Row};
use super::statement::{Expect, Sql, Statement};
use super::value::Value;

/// Measured: beyond about eight, more connections make durable commits slower, not faster.
const CONNECTIONS: usize = 8;
/// Maximum number of open snapshots. Further ones wait.
const SNAPSHOTS: usize = 4;
/// Number of attempts after a deadlock or a lost connection, when nothing was committed. After a restart of the server,
/// every connection of the pool may be dead.
const ATTEMPTS: usize = CONNECTIONS + 2;

/// An open PostgreSQL database.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
    snapshots: Pool,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Postgres {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(url: &str, schema: &[Migration]) -> Result<Self, StoreError> {
        let pool = connect::pool(url, CONNECTIONS).await?;
        let mut client = pool.get().await.map_err(no_connection)?;
        migrate::postgres(&mut client, schema).await?;
        drop(client);
        let snapshots = connect::pool(url, SNAPSHOTS).await?;
        Ok(Self { pool, snapshots })
    }

    pub(crate) fn load(&self) -> Load {
        let (pool, snapshots) = (self.pool.status(), self.snapshots.status());
        let idle = pool.available + snapshots.available;
        let connections = Connections {
            busy: (pool.size + snapshots.size).saturating_sub(idle),
            idle,
            most: pool.max_size + snapshots.max_size,
        };
        let waiting = vec![("connection", pool.waiting), ("snapshot", snapshots.waiting)];
        Load { waiting, connections: Some(connections) }
    }

    /// Closes idle connections immediately, and the others after use.
    pub(crate) fn close(&self) {
        self.pool.close();
        self.snapshots.close();
    }

    /// Runs a query. If the connection is lost, the query is repeated.
    pub(crate) async fn query(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.asked(sql, &values, Failed::from).await
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::begin(&self.snapshots, ATTEMPTS).await
    }

    /// Runs a statement that writes and returns rows. It commits by itself, so it is never resent.
    pub(crate) async fn returning(&self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        let this = self.clone();
        detached(async move { this.asked(sql, &values, |error| Failed::For(classify_commit(error))).await }).await
    }

    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        let this = self.clone();
        detached(async move {
            let mut last = None;
            for _ in 0..ATTEMPTS {
                match this.attempt(&statements).await {
                    Err(Failed::Transient(error)) => last = Some(error),
                    Err(Failed::For(error)) => return Err(error),
                    Ok(()) => return Ok(()),
                }
            }
            Err(lost_again(last).into())
        })
        .await
    }

    async fn asked(
        &self,
        sql: Sql,
        values: &[Value],
        failed: fn(tokio_postgres::Error) -> Failed<StoreError>,
    ) -> Result<Vec<Row>, StoreError> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            match self.ask(sql, values, failed).await {
                Err(Failed::Transient(error)) => last = Some(error),
                Err(Failed::For(error)) => return Err(error),
                Ok(rows) => return Ok(rows),
            }
        }
        Err(lost_again(last))
    }

    async fn attempt(&self, statements: &[Statement]) -> Result<(), Failed<ApplyError>> {
        let client = self.client().await?;
        let mut prepared: Vec<Prepared> = Vec::with_capacity(statements.len());
        for statement in statements {
            prepared.push(client.prepare_cached(statement.sql.text).await?);
        }
        // All statements are sent before the first answer is awaited. The server runs them in order.
        let begin = client.batch_execute("BEGIN");
        let runs = statements.iter().zip(&prepared).map(|(statement, prepared)| run(&client, statement, prepared));
        let (begun, outcomes) = futures_util::future::join(begin, join_all(runs)).await;
        begun?;
        match outcomes.into_iter().find_map(Result::err) {
            None => client.batch_execute("COMMIT").await.map_err(|error| {
                if is_collision(&error) { Failed::Transient(error) } else { Failed::For(classify_commit(error).into()) }
            }),
            Some(first) => {
                // This fails only on a lost connection, whose transaction ends with it.
                let _ = client.batch_execute("ROLLBACK").await;
                Err(first)
            }
        }
    }

    async fn ask(
        &self,
        sql: Sql,
        values: &[Value],
        failed: fn(tokio_postgres::Error) -> Failed<StoreError>,
    ) -> Result<Vec<Row>, Failed<StoreError>> {
        rows(&self.client().await?, sql, values, failed).await
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(no_connection)
    }
}

/// The failure of an attempt.
enum Failed<E> {
    /// Nothing was committed, and a retry may succeed.
    Transient(tokio_postgres::Error),
    For(E),
}

impl<E: From<StoreError>> From<StoreError> for Failed<E> {
    fn from(error: StoreError) -> Self {
        Self::For(error.into())
    }
}

impl<E: From<StoreError>> From<tokio_postgres::Error> for Failed<E> {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_lost(&error) || is_collision(&error) { Self::Transient(error) } else { classify(error).into() }
    }
}

/// Runs in a task of its own, because a cancelled caller must not leave a connection in the middle of a transaction.
async fn detached<T, E>(work: impl Future<Output = Result<T, E>> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    tokio::spawn(work).await.map_err(|error| StoreError::CommitUnknown(Cause::of(error)))?
}

fn lost_again(last: Option<tokio_postgres::Error>) -> StoreError {
    StoreError::Unavailable(last.map_or_else(|| Cause::new("connections keep getting lost"), cause))
}

pub(super) fn no_connection(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => classify(error),
        other => StoreError::Unavailable(Cause::of(other)),
    }
}

async fn rows(
    client: &Object,
    sql: Sql,
    values: &[Value],
    failed: fn(tokio_postgres::Error) -> Failed<StoreError>,
) -> Result<Vec<Row>, Failed<StoreError>> {
    let prepared = client.prepare_cached(sql.text).await?;
    let names = prepared.columns().iter().map(|column| column.name().to_owned()).collect();
    let columns = Arc::new(Columns { sql, names });
    let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
    let rows = client.query(&prepared, &parameters).await.map_err(failed)?;
    Ok(rows.iter().map(|row| from_postgres(row, &columns)).collect::<Result<_, _>>()?)
}

async fn run(client: &Object, statement: &Statement, prepared: &Prepared) -> Result<(), Failed<ApplyError>> {
    let parameters: Vec<&(dyn ToSql + Sync)> = statement.values.iter().map(|value| value as _).collect();
    match (client.execute(prepared, &parameters).await, statement.expect) {
        (Ok(_), Expect::Any) | (Ok(1), Expect::One(_)) => Ok(()),
        (Ok(_), Expect::One(conflict)) => Err(Failed::For(conflict.into())),
        (Err(error), Expect::One(conflict)) if is_unique(&error) => Err(Failed::For(conflict.into())),
        (Err(error), _) => Err(error.into()),
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Blob(bytes) => bytes.to_sql(ty, out),
            Self::Uuid(id) => id.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA | Type::UUID)
    }

    to_sql_checked!();
}

pub(super) fn from_postgres(row: &tokio_postgres::Row, columns: &Arc<Columns>) -> Result<Row, StoreError> {
    let value = |column: usize| -> Result<Value, tokio_postgres::Error> {
        Ok(match *row.columns()[column].type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(column)?.into(),
            Type::INT4 => row.try_get::<_, Option<i32>>(column)?.map(i64::from).into(),
            Type::BOOL => row.try_get::<_, Option<bool>>(column)?.into(),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column)?.into(),
            Type::UUID => row.try_get::<_, Option<uuid::Uuid>>(column)?.into(),
            _ => row.try_get::<_, Option<String>>(column)?.into(),
        })
    };
    let value = |column: usize| {
        value(column).map_err(|_| columns.unexpected(column, row.columns()[column].type_().name(), "another type"))
    };
    let values = (0..row.len()).map(value).collect::<Result<Vec<_>, _>>()?;
    Ok(Row::new(columns.clone(), values))
}
