//! Tests that only the owner can read the files of a database, and that they keep nothing that was deleted.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::{SCHEMA, book, books};
use crate::engine::{Engine, StoreError};
use crate::engine::{Sql, Statement};
use crate::values;

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

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % end).unwrap()
    }
}

#[tokio::test]
async fn h10_nothing_that_was_deleted_is_left_in_gaps_of_the_file() {
    const RENAME: Sql = Sql { name: "RENAME", text: "UPDATE books SET title = $2 WHERE id = $1" };
    const ROUNDS: usize = 20;
    let rename = |id: i64, title: String| Statement::any(RENAME, values![id, title]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let engine = Engine::open(path.to_str().unwrap(), SCHEMA).await.unwrap();
    let (mut numbers, mut ids) = (Numbers(1), Vec::<i64>::new());
    for _ in 0..ROUNDS {
        let mut written = Vec::new();
        for _ in 0..ROUNDS {
            let id = i64::try_from(ids.len()).unwrap() * 7919 % 1_000_003;
            ids.push(id);
            written.push(book(id, &format!("{id}-Quillon{}", "x".repeat(numbers.below(900)))));
        }
        for _ in 0..ROUNDS {
            let id = ids[numbers.below(ids.len() as u64)];
            written.push(rename(id, format!("{id}-Quillon{}", "y".repeat(numbers.below(1500)))));
        }
        engine.batch(written).await.unwrap();
    }
    engine.batch(ids.iter().map(|id| rename(*id, id.to_string())).collect()).await.unwrap();
    engine.fold_log().await;
    for name in ["hub.db", "hub.db-wal"] {
        let bytes = fs::read(folder.path().join(name)).unwrap_or_default();
        assert!(!bytes.windows(7).any(|window| window == b"Quillon"), "{name} keeps what was deleted");
    }
    assert_eq!(books(&engine).await.len(), ids.len());
}
