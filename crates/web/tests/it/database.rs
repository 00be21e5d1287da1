//! A database of its own for every story.

use std::future::Future;

use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

use crate::test_app::TestApp;

/// Tells a story on a fresh SQLite file.
pub fn on_sqlite<F>(story: impl FnOnce(TestApp) -> F)
where
    F: Future<Output = ()>,
{
    runtime().block_on(async { story(TestApp::new().await).await });
}

/// Tells a story on a fresh PostgreSQL database, which goes away even when the story fails.
pub fn on_postgres<F>(story: impl FnOnce(TestApp) -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = std::env::var("TESSERA_TEST_POSTGRES").expect(
        "TESSERA_TEST_POSTGRES names no PostgreSQL server to test on: run `./test`, or `just pg` and set what it prints",
    );
    let name = format!("tessera_{}", uuid::Uuid::now_v7().simple());
    let url = beside(&server, &name);
    runtime().block_on(async {
        raw(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
        let told = tokio::spawn(async move { story(TestApp::on(&url).await).await }).await;
        raw(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        if let Err(failed) = told {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

/// Runs SQL on a PostgreSQL database, behind the store's back.
pub async fn raw(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    client.batch_execute(sql).await.expect("the SQL runs");
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
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
