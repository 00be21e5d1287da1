//! Tests of the engine on both databases, with a schema of their own.

mod ends;
mod errors;
mod files;
mod lost_answers;
mod snapshots;
mod tls;
mod urls;

use std::future::Future;

use tokio_postgres::NoTls;

use super::{Engine, Migration, Sql, Statement, StoreError};
use crate::values;

const SCHEMA: &[Migration] = &[Migration {
    version: 1,
    name: "notes",
    sql: "CREATE TABLE books (id BIGINT NOT NULL PRIMARY KEY, title TEXT NOT NULL);
          CREATE UNIQUE INDEX books_title ON books (title);
          CREATE TABLE notes (
              id BIGINT NOT NULL PRIMARY KEY,
              book_id BIGINT REFERENCES books (id) DEFERRABLE INITIALLY DEFERRED,
              page BIGINT NOT NULL REFERENCES books (id),
              read BIGINT NOT NULL CONSTRAINT notes_read_check CHECK (read IN (0, 1)),
              text TEXT
          );
          CREATE UNIQUE INDEX notes_unread ON notes (page, text) WHERE read = 0;",
    sqlite: "",
    postgres: "",
}];

const BOOK: Sql = Sql { name: "BOOK", text: "INSERT INTO books (id, title) VALUES ($1, $2)" };
const BOOKS: Sql = Sql { name: "BOOKS", text: "SELECT id, title FROM books ORDER BY id" };

fn book(id: i64, title: &str) -> Statement {
    Statement::any(BOOK, values![id, title])
}

async fn books(engine: &Engine) -> Vec<i64> {
    engine.query(BOOKS, Vec::new()).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

fn server() -> String {
    std::env::var("TESSERA_TEST_POSTGRES").expect(
        "TESSERA_TEST_POSTGRES names no PostgreSQL server to test on: run `./test`, or `just pg` and set what it prints",
    )
}

async fn run(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(sql).await.unwrap();
}

/// Runs a test on a new SQLite file and on a new PostgreSQL database.
async fn on_both<F: Future<Output = ()>>(story: impl Fn(Engine) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("books.db");
    story(Engine::open(path.to_str().unwrap(), SCHEMA).await.unwrap()).await;
    on_postgres(async |url| story(Engine::open(&url, SCHEMA).await.unwrap()).await).await;
}

/// Runs a test with the URL of a new PostgreSQL database.
async fn on_postgres(story: impl AsyncFnOnce(String)) {
    let name = format!("engine_{}", uuid::Uuid::now_v7().simple());
    run(&server(), &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    let (server, _) =
        server().rsplit_once('/').map(|(server, database)| (server.to_owned(), database.to_owned())).unwrap();
    story(format!("{server}/{name}")).await;
    run(&self::server(), &format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn refusal(url: &str) -> StoreError {
    Engine::open(url, SCHEMA).await.expect_err("it is refused")
}
