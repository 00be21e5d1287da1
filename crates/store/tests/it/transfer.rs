//! A hub moves to another database: everything, or nothing.

use std::collections::BTreeMap;

use tessera_store::transfer::{MoveError, copy};
use tessera_store::{Store, StoreError};
use testkit::{Databases, count_rows, run_sql};

/// A reseller that is younger than its customer, so that rows refer to later ones, and a row with every type of a column.
const ROWS: &str = "
    INSERT INTO marketplace_accounts
        (id, reseller_id, is_reseller, attached, profile, state, version, created_at, created_by)
    VALUES
        (ID2, NULL, 1, 1, '{\"name\":\"Zoë 😀\"}', 'active', 1, 9007199254740993, ''),
        (ID1, ID2, 0, 0, '{}', 'active', 1, -5, 'staff:kim');
    INSERT INTO paused_systems (system, since, paused_by) VALUES ('crm', 1, 'staff:kim');
    INSERT INTO workers (id, name, process, beat, started_at) VALUES (ID1, 'one', 'a process that ended', 7, 1)";

/// The rows, with ids as the database writes them.
fn rows(url: &str) -> String {
    let bytes = if url.starts_with("sqlite:") { "x" } else { "" };
    let id = |number: u8| format!("{bytes}'{number:032x}'");
    ROWS.replace("ID1", &id(1)).replace("ID2", &id(2))
}

async fn filled(databases: &Databases) -> String {
    let url = databases.migrated().await;
    run_sql(&url, &rows(&url)).await;
    url
}

/// Every table with rows.
async fn kept(url: &str) -> BTreeMap<String, i64> {
    let mut counts = count_rows(url).await;
    counts.retain(|table, rows| *rows > 0 && !table.starts_with("sqlite_"));
    counts
}

async fn refused(from: &str, to: &str) -> MoveError {
    let mut copied = 0;
    let error = copy(from, to, |_| copied += 1).await.unwrap_err();
    assert_eq!(copied, 0, "nothing was copied");
    error
}

#[testkit::both_databases]
async fn h04_everything_moves_to_a_database_of_the_other_kind_and_back(databases: Databases) {
    let (first, others) = (filled(&databases).await, databases.of_the_other_kind());
    let (second, third) = (others.empty().await, databases.empty().await);
    let mut named = Vec::new();
    copy(&first, &second, |table| named.push((table.name.clone(), table.rows))).await.unwrap();
    assert!(named.contains(&("marketplace_accounts".to_owned(), 2)), "{named:?}");
    assert_eq!(kept(&second).await, kept(&first).await);
    copy(&second, &third, |_| {}).await.unwrap();
    assert_eq!(kept(&third).await, kept(&first).await);
    // The copy is read by value; a store that opens it changes no row.
    Store::open(&third).await.unwrap().close().await;
    assert_eq!(kept(&third).await, kept(&first).await);
}

#[testkit::both_databases]
async fn h04_a_reference_is_checked_at_once_again_after_a_move(databases: Databases) {
    let url = filled(&databases.of_the_other_kind()).await;
    let moved = databases.empty().await;
    copy(&url, &moved, |_| {}).await.unwrap();
    assert_eq!(deferrable(&moved).await, deferrable(&databases.migrated().await).await);
}

/// How often the schema defers a reference.
async fn deferrable(url: &str) -> i64 {
    if url.starts_with("sqlite:") {
        return 0;
    }
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let sql = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND condeferrable";
    let count = client.query_one(sql, &[]).await.unwrap().get(0);
    drop(client);
    connection.await.unwrap().unwrap();
    count
}

#[testkit::both_databases]
async fn h04_a_hub_moves_into_a_new_database_only(databases: Databases) {
    let (old, others) = (filled(&databases).await, databases.of_the_other_kind());
    for (taken, kind) in [(filled(&databases).await, "the same"), (filled(&others).await, "the other")] {
        let before = kept(&taken).await;
        let error = refused(&old, &taken).await;
        assert!(matches!(error, MoveError::NotEmpty { .. } | MoveError::Exists(_)), "{kind}: {error}");
        assert_eq!(kept(&taken).await, before, "{kind}");
    }
    assert!(matches!(refused(&old, "mysql://host/tessera").await, MoveError::Store(StoreError::Url(_))));
}

#[testkit::both_databases]
async fn h04_a_move_that_fails_leaves_no_row_and_no_file(databases: Databases) {
    let old = filled(&databases).await;
    let (unchecked, missing) = if old.starts_with("sqlite:") {
        ("PRAGMA foreign_keys = OFF", "x'00000000000000000000000000000009'")
    } else {
        (
            "ALTER TABLE marketplace_accounts DROP CONSTRAINT marketplace_accounts_reseller_id_fkey",
            "'00000000000000000000000000000009'::uuid",
        )
    };
    // It refers to an account that does not exist, which is noticed at the end.
    let broken = "UPDATE marketplace_accounts SET reseller_id = id WHERE is_reseller = 0;
        UPDATE marketplace_accounts SET id = MISSING WHERE is_reseller = 0";
    run_sql(&old, &format!("{unchecked}; {}", broken.replace("MISSING", missing))).await;

    let server = if old.starts_with("sqlite:") { databases.of_the_other_kind() } else { databases.clone() };
    let target = server.empty().await;
    let error = copy(&old, &target, |_| {}).await.unwrap_err();
    assert!(matches!(error, MoveError::Store(StoreError::Constraint { .. })), "{error}");
    assert_eq!(kept(&target).await, kept(&server.migrated().await).await);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("moved.db");
    let error = copy(&old, &format!("sqlite:{}", file.display()), |_| {}).await.unwrap_err();
    assert!(matches!(error, MoveError::Store(StoreError::Constraint { .. })), "{error}");
    assert!(!file.exists() && !folder.path().join("moved.db-moving").exists());
}

#[tokio::test]
async fn h04_a_database_in_use_is_not_moved() {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let served = Store::open_to_serve(&url("hub.db")).await.unwrap();
    let error = refused(&url("hub.db"), &url("moved.db")).await;
    assert!(matches!(&error, MoveError::Store(StoreError::InUse(why)) if why.contains("stop that process")), "{error}");
    served.close().await;
    copy(&url("hub.db"), &url("moved.db"), |_| {}).await.unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("-moving")), "{left:?}");
    assert!(matches!(refused(&url("none.db"), &url("other.db")).await, MoveError::Store(_)), "nothing to move");
}
