//! Both databases classify the same errors alike.

use std::error::Error as _;

use super::{BOOKS, SCHEMA, book, books, on_both, on_postgres, run};
use crate::engine::{ApplyError, Engine, Sql, Statement, StoreError, Undecodable, Undecoded};
use crate::{Conflict, values};

const NOTE: Sql =
    Sql { name: "NOTE", text: "INSERT INTO notes (id, book_id, page, read, text) VALUES ($1, $2, $3, $4, $5)" };

fn note(id: i64, book: Option<i64>, page: Option<i64>, read: i64, text: &str) -> Vec<crate::Value> {
    values![id, book, page, read, text]
}

/// A statement with its expected result, and the constraint that it violates. `None` for a conflict.
fn situations() -> Vec<(&'static str, Statement, Option<&'static str>)> {
    let any = |values| Statement::any(NOTE, values);
    let one = |values| Statement::one(NOTE, values, Conflict::Exists);
    vec![
        ("primary key", any(note(1, None, Some(1), 0, "b")), Some("notes_pkey")),
        ("primary key, expected", one(note(1, None, Some(1), 0, "b")), None),
        ("unique index", book(2, "Physics"), Some("books_title")),
        ("partial unique index", any(note(2, None, Some(1), 0, "a")), Some("notes_unread")),
        ("partial unique index, expected", one(note(2, None, Some(1), 0, "a")), None),
        ("reference", any(note(2, None, Some(9), 0, "b")), Some("notes_page_fkey")),
        ("reference, one expected", one(note(2, None, Some(9), 0, "b")), Some("notes_page_fkey")),
        ("deferred reference", any(note(2, Some(9), Some(1), 0, "b")), Some("notes_book_id_fkey")),
        ("deferred reference, one expected", one(note(2, Some(9), Some(1), 0, "b")), Some("notes_book_id_fkey")),
        ("check", any(note(2, None, Some(1), 7, "b")), Some("notes_read_check")),
        ("check, one expected", one(note(2, None, Some(1), 7, "b")), Some("notes_read_check")),
        ("not null", any(note(2, None, None, 0, "b")), Some("notes.page")),
    ]
}

#[tokio::test]
async fn h04_a_broken_rule_is_named_alike_on_both_databases() {
    on_both(async |engine| {
        let first = Statement::any(NOTE, note(1, None, Some(1), 0, "a"));
        engine.batch(vec![book(1, "Physics"), first]).await.unwrap();
        for (situation, statement, rule) in situations() {
            // A change in the same batch is rolled back with it.
            let told = engine.batch(vec![book(7, "Chemistry"), statement]).await;
            match (told, rule) {
                (Err(ApplyError::Conflict(Conflict::Exists)), None) => {}
                (Err(ApplyError::Store(StoreError::Constraint { name, .. })), Some(rule)) => {
                    assert_eq!(name, rule, "{situation} on {}", engine.kind());
                }
                (told, _) => panic!("{situation} on {}: {told:?}", engine.kind()),
            }
            assert_eq!(books(&engine).await, [1], "{situation} on {}", engine.kind());
        }
    })
    .await;
}

#[tokio::test]
async fn h04_a_plan_may_write_a_reference_before_what_it_refers_to() {
    on_both(async |engine| {
        let early = Statement::any(NOTE, note(1, Some(2), Some(1), 0, "a"));
        engine.batch(vec![book(1, "Physics"), early, book(2, "Chemistry")]).await.unwrap();
        assert_eq!(books(&engine).await, [1, 2]);
    })
    .await;
}

/// Foreign keys are checked at the commit, which plans share on SQLite. A violation must not fail the other plans.
#[tokio::test]
async fn h04_a_foreign_key_violation_fails_only_its_own_plan() {
    on_both(async |engine| {
        engine.batch(vec![book(0, "Physics")]).await.unwrap();
        let plans = (1..=50).map(|id| {
            let refers_to = if id % 10 == 0 { 99 } else { 0 };
            let made = Statement::any(NOTE, note(id, Some(refers_to), Some(0), 1, "a"));
            engine.batch(vec![book(id, &format!("Volume {id}")), made])
        });
        let told = futures_util::future::join_all(plans).await;
        let done: Vec<i64> = (1..).zip(&told).filter(|(_, told)| told.is_ok()).map(|(id, _)| id).collect();
        assert_eq!(done, (1..=50).filter(|id| id % 10 != 0).collect::<Vec<_>>(), "{told:?}");
        assert_eq!(books(&engine).await, [vec![0], done].concat());
    })
    .await;
}

#[tokio::test]
async fn h04_a_database_error_keeps_its_message_and_code() {
    const NO_TABLE: Sql = Sql { name: "NO_TABLE", text: "SELECT id FROM nowhere" };
    on_both(async |engine| {
        let error = engine.query(NO_TABLE, Vec::new()).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert!(error.source().is_some_and(|cause| cause.to_string().contains("nowhere")), "{error:?}");
        let StoreError::Unavailable(cause) = &error else { return };
        assert_eq!(cause.code(), Some(if engine.kind() == crate::DatabaseKind::Postgres { "42P01" } else { "1" }));
    })
    .await;
}

/// Row values may be personal data, and error messages are logged.
#[tokio::test]
async fn h04_a_constraint_error_does_not_reveal_row_values() {
    on_both(async |engine| {
        engine.batch(vec![book(1, "a secret")]).await.unwrap();
        let error = engine.batch(vec![book(2, "a secret")]).await.unwrap_err().to_string();
        assert!(error.contains("books_title") && !error.contains("a secret"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn h04_a_column_that_a_statement_forgot_is_an_error_and_not_nothing() {
    const FORGETS: Sql = Sql { name: "FORGETS", text: "SELECT id FROM books" };
    on_both(async |engine| {
        engine.batch(vec![book(1, "Physics")]).await.unwrap();
        let row = engine.query(FORGETS, Vec::new()).await.unwrap().remove(0);
        let missing = Undecodable { statement: "FORGETS", column: "title".to_owned(), problem: Undecoded::Missing };
        assert_eq!(row.get::<Option<String>>("title"), Err(missing.clone()));
        assert_eq!(row.get::<String>("title"), Err(missing.clone()));
        assert_eq!(row.optional_json::<i64>("title"), Err(missing.clone()));
        assert_eq!(row.optional_id::<uuid::Uuid>("title"), Err(missing));
        let row = engine.query(BOOKS, Vec::new()).await.unwrap().remove(0);
        let other = row.get::<i64>("title").unwrap_err();
        assert_eq!(other.to_string(), "column title of BOOKS holds text of 7 bytes, expected i64");
    })
    .await;
}

#[tokio::test]
async fn h04_a_read_only_database_is_reported_as_such() {
    on_postgres(async |url| {
        let (_, name) = url.rsplit_once('/').unwrap();
        run(&url, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
        let told = Engine::open(&url, SCHEMA).await;
        assert!(matches!(told, Err(StoreError::ReadOnly(_))), "{told:?}");
    })
    .await;
}
