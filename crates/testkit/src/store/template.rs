//! Template databases with the schema, from which a story's databases are copied, because migrating each of them takes
//! several times longer.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use tessera_store::Store;
use tokio_postgres::{Client, NoTls};

use crate::databases::beside;

/// Any number that no other program is likely to use for its own advisory lock on a test server.
const LOCK: i64 = 0x7465_7374_6b69_7401;

/// Creates an SQLite file as a copy of the template. The first caller creates the template; of several at once, the last
/// one's stays.
pub(crate) async fn copy_file(path: &Path) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests");
    let original = folder.join(format!("schema-{:016x}.db", fingerprint()));
    if !original.exists() {
        std::fs::create_dir_all(&folder).expect("the folder of what tests keep");
        make_file(&folder, &original).await;
    }
    std::fs::copy(original, path).expect("the database is copied");
}

async fn make_file(folder: &Path, original: &Path) {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let migrated = temporary.path().join("migrated.db");
    Store::open(&format!("sqlite:{}", migrated.display())).await.expect("the database opens").close().await;
    // Nothing is left in a write-ahead log beside a file that was vacuumed into.
    let complete = NamedTempFile::new_in(folder).expect("a temporary file").into_temp_path();
    let connection = rusqlite::Connection::open(&migrated).expect("the database opens");
    connection.execute("VACUUM INTO ?1", [complete.to_str()]).expect("the database is copied");
    complete.persist(original).expect("the template gets its name");
}

/// Creates a database on a server as a copy of the template. The first caller creates the template, while others wait.
pub(crate) async fn copy(server: &str, name: &str) {
    let original = format!("tessera_schema_{:016x}", fingerprint());
    let (client, connection) = tokio_postgres::connect(server, NoTls).await.expect("the test server answers");
    let connection = tokio::spawn(connection);
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.expect("the lock is free in the end");
    if client.query("SELECT 1 FROM pg_database WHERE datname = $1", &[&original]).await.unwrap().is_empty() {
        make(&client, server, &original).await;
    }
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK]).await.expect("the lock is held");
    let version = client.query_one("SELECT current_setting('server_version_num')::int", &[]).await.unwrap();
    // Older servers copy files by default.
    let strategy = if version.get::<_, i32>(0) >= 150_000 { "STRATEGY file_copy" } else { "" };
    let sql = format!("CREATE DATABASE {name} TEMPLATE {original} {strategy}");
    client.batch_execute(&sql).await.expect("the database is copied");
    drop(client);
    connection.await.expect("the connection ends").expect("the connection ends well");
}

async fn make(client: &Client, server: &str, name: &str) {
    let unfinished = format!("{name}_unfinished");
    let run = async |sql: String| client.batch_execute(&sql).await.expect("the SQL runs");
    run(format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await;
    run(format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await;
    drop(Store::open(&beside(server, &unfinished)).await.expect("the database opens"));
    // A database can be renamed and copied only while there are no connections to it.
    let sql = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1";
    client.query(sql, &[&unfinished]).await.expect("the store's connections end");
    run(format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
}

/// A hash that changes with every migration.
fn fingerprint() -> u64 {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../store/migrations"), &mut files);
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).expect("a migration can be read").hash(&mut hasher);
    }
    hasher.finish()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the migrations are there") {
        let path = entry.expect("the migrations can be listed").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}
