//! PostgreSQL: a small pool of connections; a batch is one transaction, its statements sent without waiting for each other.

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures_util::future::join_all;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use tokio_postgres::{Config, NoTls, Statement as Prepared};

use super::error::{ApplyError, StoreError};
use super::migrate::{self, Migration};
use super::row::Row;
use super::statement::{Expect, Statement};
use super::value::Value;

/// Measured: beyond about eight, more connections make durable commits slower, not faster.
const CONNECTIONS: usize = 8;
/// A deadlock or a lost connection is tried again this often: nothing was committed. After a restart of the server every connection of the
/// pool may be dead.
const ATTEMPTS: usize = CONNECTIONS + 2;

/// An open PostgreSQL database.
#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Postgres {
    /// Connects and brings the schema up to date.
    pub(crate) async fn open(url: &str, schema: &[Migration]) -> Result<Self, StoreError> {
        let config: Config =
            url.parse().map_err(|error| StoreError::Unavailable(format!("the database URL is not valid: {error}")))?;
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager).max_size(CONNECTIONS).build().map_err(unavailable)?;
        let mut client = pool.get().await.map_err(unavailable)?;
        migrate::postgres(&mut client, schema).await?;
        drop(client);
        Ok(Self { pool })
    }

    pub(crate) async fn query(&self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        for _ in 0..ATTEMPTS {
            match self.ask(sql, &values).await {
                Err(Failed::Transient) => {}
                Err(Failed::For(error)) => return Err(error),
                Ok(rows) => return rows.iter().map(from_postgres).collect(),
            }
        }
        Err(lost_again())
    }

    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<(), ApplyError> {
        // In a task of its own: a caller who goes away must not leave a connection in the middle of a transaction.
        let this = self.clone();
        let task = tokio::spawn(async move {
            for _ in 0..ATTEMPTS {
                match this.attempt(&statements).await {
                    Err(Failed::Transient) => {}
                    Err(Failed::For(error)) => return Err(error),
                    Ok(()) => return Ok(()),
                }
            }
            Err(lost_again().into())
        });
        task.await.map_err(unavailable)?
    }

    async fn attempt(&self, statements: &[Statement]) -> Result<(), Failed<ApplyError>> {
        let client = self.client().await?;
        let mut prepared: Vec<Prepared> = Vec::with_capacity(statements.len());
        for statement in statements {
            prepared.push(client.prepare_cached(statement.sql).await?);
        }
        // All are sent before the first answer is waited for; the server runs them in order.
        let begin = client.batch_execute("BEGIN");
        let runs = statements.iter().zip(&prepared).map(|(statement, prepared)| run(&client, statement, prepared));
        let (begun, outcomes) = futures_util::future::join(begin, join_all(runs)).await;
        begun?;
        match outcomes.into_iter().find_map(Result::err) {
            // When the connection is lost here, nobody knows whether the plan was applied: it is not tried again.
            None => Ok(client.batch_execute("COMMIT").await.map_err(refused)?),
            Some(first) => {
                // It fails only on a lost connection, whose transaction ends with it.
                let _ = client.batch_execute("ROLLBACK").await;
                Err(first)
            }
        }
    }

    async fn ask(&self, sql: &str, values: &[Value]) -> Result<Vec<tokio_postgres::Row>, Failed<StoreError>> {
        let client = self.client().await?;
        let prepared = client.prepare_cached(sql).await?;
        let parameters: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| value as _).collect();
        Ok(client.query(&prepared, &parameters).await?)
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(unavailable)
    }
}

/// Why a question or a batch failed.
enum Failed<E> {
    /// Worth trying again at once.
    Transient,
    For(E),
}

impl<E: From<StoreError>> From<StoreError> for Failed<E> {
    fn from(error: StoreError) -> Self {
        Self::For(error.into())
    }
}

impl<E: From<StoreError>> From<tokio_postgres::Error> for Failed<E> {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_lost(&error) { Self::Transient } else { refused(error).into() }
    }
}

/// Whether the connection is gone, and with it whatever was not committed.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.code() {
        Some(code) => [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN].contains(code),
        None => {
            error.is_closed()
                || std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
        }
    }
}

fn lost_again() -> StoreError {
    StoreError::Unavailable("transactions keep colliding, or connections getting lost".to_owned())
}

async fn run(client: &Object, statement: &Statement, prepared: &Prepared) -> Result<(), Failed<ApplyError>> {
    let parameters: Vec<&(dyn ToSql + Sync)> = statement.values.iter().map(|value| value as _).collect();
    match (client.execute(prepared, &parameters).await, statement.expect) {
        (Ok(_), Expect::Any) | (Ok(1), Expect::One(_)) => Ok(()),
        (Ok(_), Expect::One(conflict)) => Err(Failed::For(conflict.into())),
        (Err(error), expect) => Err(match (error.code(), expect) {
            (Some(code), Expect::One(conflict)) if *code == SqlState::UNIQUE_VIOLATION => Failed::For(conflict.into()),
            (Some(code), _)
                if *code == SqlState::T_R_DEADLOCK_DETECTED || *code == SqlState::T_R_SERIALIZATION_FAILURE =>
            {
                Failed::Transient
            }
            _ => error.into(),
        }),
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

fn from_postgres(row: &tokio_postgres::Row) -> Result<Row, StoreError> {
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
    (0..row.len()).map(value).collect::<Result<Vec<_>, _>>().map(Row::new).map_err(refused)
}

fn refused(error: tokio_postgres::Error) -> StoreError {
    // The outer error says only "db error"; what happened is in its source.
    let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    StoreError::Unavailable(cause)
}

fn unavailable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unavailable(error.to_string())
}
