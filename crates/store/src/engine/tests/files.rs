//! Tests that only the owner can read the files of a database.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{SCHEMA, book, books};
use crate::engine::{Engine, StoreError};

fn modes(folder: &Path) -> Vec<(String, u32)> {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap())
        .map(|file| (file.file_name().into_string().unwrap(), file.metadata().unwrap().permissions().mode() & 0o777))
        .collect();
    found.sort();
    found
}

#[tokio::test]
async fn h05_database_files_and_backups_are_private_from_the_start_and_made_so_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let url = format!("sqlite:{}", path.display());
    let engine = Engine::open(&url, SCHEMA).await.unwrap();
    engine.batch(vec![book(1, "Physics")]).await.unwrap();
    engine.backup(folder.path().join("copy.db")).await.unwrap();
    let private = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), 0o600)).collect::<Vec<_>>();
    let all = private(&["copy.db", "hub.db", "hub.db-shm", "hub.db-wal"]);
    assert_eq!(modes(folder.path()), all);

    for name in ["hub.db", "hub.db-shm", "hub.db-wal"] {
        fs::set_permissions(folder.path().join(name), Permissions::from_mode(0o664)).unwrap();
    }
    let again = Engine::open(&url, SCHEMA).await.unwrap();
    assert_eq!(modes(folder.path()), all);
    assert_eq!(books(&again).await, [1]);
}

#[tokio::test]
async fn h05_a_backup_does_not_overwrite_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(folder.path().join("hub.db").to_str().unwrap(), SCHEMA).await.unwrap();
    let copy = folder.path().join("copy.db");
    fs::write(&copy, "something else").unwrap();
    let told = engine.backup(copy.clone()).await;
    assert!(matches!(&told, Err(StoreError::Unavailable(cause)) if cause.to_string().contains("copy.db")), "{told:?}");
    assert_eq!(fs::read_to_string(copy).unwrap(), "something else");
}
