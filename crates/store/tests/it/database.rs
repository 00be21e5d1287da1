//! A database of its own for every test.

use std::future::Future;

use tessera_store::Store;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

/// An empty database, opened.
#[derive(Clone)]
pub struct Database {
    /// The store under test.
    pub store: Store,
    /// What opens it again.
    pub url: String,
}

impl Database {
    async fn open(url: String) -> Self {
        Self { store: Store::open(&url).await.expect("the database opens"), url }
    }

    /// Another store on the same database, as another process would have.
    pub async fn another(&self) -> Store {
        Store::open(&self.url).await.expect("the database opens again")
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.store.kind() == "postgres"
    }

    /// Runs SQL behind the store's back.
    pub async fn raw(&self, sql: &str) {
        if self.is_postgres() {
            postgres(&self.url, sql).await;
        } else {
            rusqlite::Connection::open(&self.url).and_then(|it| it.execute_batch(sql)).expect("the SQL runs");
        }
    }
}

async fn postgres(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the SQL runs");
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}

/// Tells a story on a fresh SQLite file.
pub fn on_sqlite<F>(story: impl FnOnce(Database) -> F)
where
    F: Future<Output = ()>,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("hub.db").to_string_lossy().into_owned();
    runtime().block_on(async { story(Database::open(path).await).await });
}

/// Tells a story on a fresh PostgreSQL database, which goes away even when the story fails.
pub fn on_postgres<F>(story: impl FnOnce(Database) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = std::env::var("TESSERA_TEST_POSTGRES").expect(
        "TESSERA_TEST_POSTGRES names no PostgreSQL server to test on: run `./test`, or `just pg` and set what it prints",
    );
    let name = format!("tessera_{}", uuid::Uuid::now_v7().simple());
    let url = beside(&server, &name);
    runtime().block_on(async {
        postgres(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let told = tokio::spawn(async move { story(Database::open(url).await).await }).await;
        postgres(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        if let Err(failed) = told {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

/// The URL of another database on the same server.
fn beside(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').unwrap_or((server, ""));
    let (scheme, rest) = address.split_once("://").expect("a postgres:// URL");
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    format!("{scheme}://{host}/{name}?{options}")
}
