//! Databases of their own for every story.

use std::future::Future;

use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

/// Where a story's databases are: files, or databases of a server.
#[derive(Debug)]
pub enum Databases {
    Files(TempDir),
    Server(String, Vec<String>),
}

impl Databases {
    /// The URLs of two databases with nothing in them.
    pub fn two(&self) -> [String; 2] {
        match self {
            Self::Files(folder) => {
                ["one.db", "two.db"].map(|name| format!("sqlite:{}", folder.path().join(name).display()))
            }
            Self::Server(server, names) => [0, 1].map(|at| beside(server, &names[at])),
        }
    }

    /// The URL of one.
    pub fn one(&self) -> String {
        let [one, _] = self.two();
        one
    }
}

/// Tells a story on SQLite files.
pub fn on_sqlite<F>(story: impl FnOnce(Databases) -> F)
where
    F: Future<Output = ()>,
{
    runtime().block_on(story(Databases::Files(tempfile::tempdir().unwrap())));
}

/// Tells a story on PostgreSQL databases, which go away even when it fails.
pub fn on_postgres<F>(story: impl FnOnce(Databases) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = std::env::var("TESSERA_TEST_POSTGRES").expect(
        "TESSERA_TEST_POSTGRES names no PostgreSQL server to test on: run `./test`, or `just pg` and set what it prints",
    );
    let names: Vec<String> = (0..2).map(|_| format!("tessera_{}", uuid::Uuid::now_v7().simple())).collect();
    runtime().block_on(async {
        for name in &names {
            raw(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        }
        let databases = Databases::Server(server.clone(), names.clone());
        let told = tokio::spawn(async move { story(databases).await }).await;
        for name in &names {
            raw(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
        if let Err(failed) = told {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

/// Runs SQL on a PostgreSQL database, behind the hub's back.
pub async fn raw(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the SQL runs");
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
}

/// Runs SQL on either database, behind the hub's back.
pub async fn raw_on(url: &str, sql: &str) {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let connection = rusqlite::Connection::open(path).unwrap();
            connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
            connection.execute_batch(sql).unwrap();
        }
        None => raw(url, sql).await,
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

/// The URL of another database on the same server.
fn beside(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = address.split_once("://").expect("a postgres:// URL");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{name}?{options}")
}
