//! Tests of the file lock and of closing.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{SCHEMA, book, books};
use crate::engine::error::ApplyError;
use crate::engine::{Engine, Migration, StoreError};

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn h04_a_closed_database_is_one_file_that_holds_everything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let engine = Engine::open_to_serve(&url(&path), SCHEMA).await.unwrap();
    let snapshot = engine.snapshot().await.unwrap();
    for id in 0..200 {
        engine.batch(vec![book(id, &format!("Volume {id}"))]).await.unwrap();
    }
    drop(snapshot);
    engine.close().await;
    assert_eq!(names(folder.path()), ["hub.db", "hub.db-lock"]);
    fs::copy(&path, folder.path().join("copy.db")).unwrap();
    let copy = Engine::open(&url(&folder.path().join("copy.db")), SCHEMA).await.unwrap();
    assert_eq!(books(&copy).await.len(), 200);

    let refused = engine.batch(vec![book(999, "Too late")]).await;
    assert!(matches!(refused, Err(ApplyError::Store(StoreError::Unavailable(_)))), "{refused:?}");
    let refused = engine.query(super::BOOKS, Vec::new()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    engine.close().await;
}

#[tokio::test]
async fn h04_a_served_file_is_not_served_twice_under_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let path = data.join("hub.db");
    let served = Engine::open_to_serve(&url(&path), SCHEMA).await.unwrap();
    symlink(&data, folder.path().join("elsewhere")).unwrap();
    symlink(&path, folder.path().join("link.db")).unwrap();
    let spellings = [
        path.clone(),
        data.join("./hub.db"),
        data.join("../data/hub.db"),
        folder.path().join("elsewhere/hub.db"),
        folder.path().join("link.db"),
    ];
    for path in &spellings {
        let Err(StoreError::InUse(told)) = Engine::open_to_serve(&url(path), SCHEMA).await else {
            panic!("{} is served twice", path.display())
        };
        assert!(
            told.contains(&format!("process {} ", std::process::id())) && told.contains("stop that process"),
            "{told}"
        );
    }
    let beside = Engine::open(&url(&spellings[4]), SCHEMA).await.unwrap();
    beside.batch(vec![book(1, "Physics")]).await.unwrap();
    assert_eq!(books(&served).await, [1], "commands work beside it, on the same file");
    served.close().await;
    Engine::open_to_serve(&url(&path), SCHEMA).await.unwrap();
}

#[tokio::test]
async fn h04_the_schema_is_not_changed_under_a_process_that_serves_the_file() {
    const NEWER: &[Migration] = &[
        Migration { version: 1, name: SCHEMA[0].name, sql: SCHEMA[0].sql, sqlite: "", postgres: "" },
        Migration { version: 2, name: "more", sql: "CREATE TABLE more (id BIGINT NOT NULL)", sqlite: "", postgres: "" },
    ];
    let folder = tempfile::tempdir().unwrap();
    let url = url(&folder.path().join("hub.db"));
    let served = Engine::open_to_serve(&url, SCHEMA).await.unwrap();
    let refused = Engine::open(&url, NEWER).await.map(drop);
    assert!(matches!(refused, Err(StoreError::InUse(_))), "{refused:?}");
    served.batch(vec![book(1, "Physics")]).await.unwrap();
    served.close().await;
    assert_eq!(books(&Engine::open(&url, NEWER).await.unwrap()).await, [1]);
}
