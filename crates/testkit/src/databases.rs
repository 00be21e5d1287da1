//! Separate databases for each story.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio_postgres::NoTls;
use uuid::Uuid;

/// Creates a story's databases and keeps them until it ends.
#[derive(Clone)]
pub struct Databases {
    home: Arc<Home>,
    at_end: Arc<Mutex<Vec<Check>>>,
}

type Check = Pin<Box<dyn Future<Output = ()> + Send>>;

impl fmt::Debug for Databases {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Databases").field(&self.home).finish()
    }
}

#[derive(Debug)]
enum Home {
    Files(TempDir),
    /// A server, and the names of the databases created on it.
    Server(String, Mutex<Vec<String>>),
}

impl Databases {
    /// SQLite files.
    pub(crate) fn in_files() -> Self {
        Self::at(Home::Files(tempfile::tempdir().expect("a temporary folder")))
    }

    /// Databases on the PostgreSQL test server.
    pub(crate) fn on_a_server() -> Self {
        let server = std::env::var("TESSERA_TEST_POSTGRES").expect(
            "TESSERA_TEST_POSTGRES names no PostgreSQL server to test on: run `./test`, or `just pg` and set what it prints",
        );
        Self::at(Home::Server(server, Mutex::default()))
    }

    /// Databases of the other kind, for what is moved between the two.
    #[must_use]
    pub fn of_the_other_kind(&self) -> Self {
        let other = match &*self.home {
            Home::Files(_) => Self::on_a_server(),
            Home::Server(..) => Self::in_files(),
        };
        let dropped = other.clone();
        self.check_at_end(async move { dropped.drop_all().await });
        other
    }

    fn at(home: Home) -> Self {
        Self { home: Arc::new(home), at_end: Arc::default() }
    }

    /// Registers a check that runs after the story, unless the story failed.
    pub fn check_at_end(&self, check: impl Future<Output = ()> + Send + 'static) {
        self.at_end.lock().unwrap().push(Box::pin(check));
    }

    pub(crate) async fn run_checks(&self) {
        let checks = std::mem::take(&mut *self.at_end.lock().unwrap());
        for check in checks {
            check.await;
        }
    }

    /// Creates an empty database and returns its URL.
    pub async fn empty(&self) -> String {
        let name = format!("tessera_{}", Uuid::now_v7().simple());
        match &*self.home {
            Home::Files(folder) => format!("sqlite:{}", folder.path().join(name).with_extension("db").display()),
            Home::Server(server, made) => {
                made.lock().unwrap().push(name.clone());
                run_sql(server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
                beside(server, &name)
            }
        }
    }

    /// Creates a database with the schema and without rows, and returns its URL.
    #[cfg(feature = "store")]
    pub async fn migrated(&self) -> String {
        let name = format!("tessera_{}", Uuid::now_v7().simple());
        match &*self.home {
            Home::Files(folder) => {
                let path = folder.path().join(name).with_extension("db");
                crate::store::template::copy_file(&path).await;
                format!("sqlite:{}", path.display())
            }
            Home::Server(server, made) => {
                made.lock().unwrap().push(name.clone());
                crate::store::template::copy(server, &name).await;
                beside(server, &name)
            }
        }
    }

    /// Makes a database with the schema of an earlier version and nothing else in it, and gives its URL.
    #[cfg(feature = "store")]
    pub async fn of_version(&self, version: usize) -> String {
        let url = self.empty().await;
        tessera_store::Store::migrate_to(&url, version).await.expect("the database opens");
        url
    }

    /// Drops the databases created on a server. Files are deleted automatically.
    pub(crate) async fn drop_all(&self) {
        let Home::Server(server, made) = &*self.home else { return };
        let made = std::mem::take(&mut *made.lock().unwrap());
        for name in made {
            run_sql(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

/// Runs SQL on a database, bypassing the store.
pub async fn run_sql(url: &str, sql: &str) {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
            connection.execute_batch(sql).expect("the SQL runs");
        }
        None => run_on_postgres(url, sql).await,
    }
}

/// The number of rows in every table of a database, bypassing the store.
pub async fn count_rows(url: &str) -> BTreeMap<String, i64> {
    let Some(path) = url.strip_prefix("sqlite:") else { return count_on_postgres(url).await };
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let count = |name: &String| connection.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0));
    names.iter().map(|name| (name.clone(), count(name).unwrap())).collect()
}

/// The tables that hold a text anywhere, bypassing the store.
pub async fn tables_containing(url: &str, text: &str) -> Vec<String> {
    let rows = rows_of_all_tables(url).await.into_iter();
    let mut found: Vec<_> = rows.filter(|(_, row)| row.contains(text)).map(|(table, _)| table).collect();
    found.sort();
    found.dedup();
    found
}

/// Every row of every table, by the database's own list of them, bypassing the store: the table, and the row's columns as
/// text. Bytes are in there as text, too.
pub async fn rows_of_all_tables(url: &str) -> Vec<(String, String)> {
    let Some(path) = url.strip_prefix("sqlite:") else { return rows_on_postgres(url).await };
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    let mut tables = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut rows = Vec::new();
    for name in names {
        let mut all = connection.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns = all.column_count();
        let read = |row: &rusqlite::Row<'_>| {
            let text = |column| match row.get_ref(column)? {
                rusqlite::types::ValueRef::Text(bytes) | rusqlite::types::ValueRef::Blob(bytes) => {
                    Ok(String::from_utf8_lossy(bytes).into_owned())
                }
                other => Ok(format!("{other:?}")),
            };
            (0..columns).map(text).collect::<rusqlite::Result<Vec<String>>>()
        };
        let found: Vec<Vec<String>> = all.query_map([], read).unwrap().map(Result::unwrap).collect();
        rows.extend(found.into_iter().map(|row| (name.clone(), row.join(" | "))));
    }
    rows
}

async fn rows_on_postgres(url: &str) -> Vec<(String, String)> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    let tables = client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", &[]).await.unwrap();
    let mut rows = Vec::new();
    for table in tables.iter().map(|table| table.get::<_, String>(0)) {
        // Bytes as escaped text, so that letters in them are letters.
        let columns = "SELECT column_name::text, data_type::text FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name = $1 ORDER BY ordinal_position";
        let columns = client.query(columns, &[&table]).await.unwrap();
        let text = |column: &tokio_postgres::Row| match (column.get::<_, String>(0), column.get::<_, String>(1)) {
            (name, kind) if kind == "bytea" => format!("encode(\"{name}\", 'escape')"),
            (name, _) => format!("\"{name}\"::text"),
        };
        let columns: Vec<String> = columns.iter().map(text).collect();
        let select = format!("SELECT concat_ws(' | ', {}) FROM {table}", columns.join(", "));
        let found = client.query(&select, &[]).await.unwrap();
        rows.extend(found.iter().map(|row| (table.clone(), row.get(0))));
    }
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
    rows
}

async fn count_on_postgres(url: &str) -> BTreeMap<String, i64> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    let tables = client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", &[]).await.unwrap();
    let names = tables.iter().map(|table| table.get::<_, String>(0));
    let counts: Vec<_> = names.map(|name| format!("SELECT '{name}'::text, count(*) FROM {name}")).collect();
    let rows = client.query(&counts.join(" UNION ALL "), &[]).await.unwrap();
    let counted = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
    counted
}

async fn run_on_postgres(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the SQL runs");
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
}

/// The URL of another database on the same server.
pub(crate) fn beside(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = address.split_once("://").expect("a postgres:// URL");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{name}?{options}")
}
