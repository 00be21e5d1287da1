//! Tests of snapshots: reads that all see the database at one moment.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use super::*;
use crate::engine::Snapshot;

async fn books_in(snapshot: &Snapshot) -> Vec<i64> {
    snapshot.query(BOOKS, Vec::new()).await.unwrap().iter().map(|row| row.get("id").unwrap()).collect()
}

#[tokio::test]
async fn h06_a_snapshot_does_not_see_concurrent_writes() {
    on_both(async |engine| {
        engine.batch(vec![book(1, "One")]).await.unwrap();
        let before = engine.snapshot().await.unwrap();
        assert_eq!(books_in(&before).await, [1]);
        engine.batch(vec![book(2, "Two")]).await.unwrap();
        assert_eq!(books(&engine).await, [1, 2], "a read beside it sees the write");
        assert_eq!(books_in(&before).await, [1]);
        assert_eq!(books_in(&engine.snapshot().await.unwrap()).await, [1, 2], "a later snapshot sees it");
    })
    .await;
}

#[tokio::test]
async fn h06_a_snapshot_writes_nothing() {
    on_both(async |engine| {
        let snapshot = engine.snapshot().await.unwrap();
        snapshot.query(BOOK, values![1, "One"]).await.expect_err("it only reads");
        drop(snapshot);
        assert_eq!(books(&engine).await, [0; 0]);
    })
    .await;
}

#[tokio::test]
async fn h06_more_snapshots_than_can_be_served_wait_for_their_turn() {
    on_both(async |engine| {
        engine.batch(vec![book(1, "One")]).await.unwrap();
        let readers = (0..50).map(|_| {
            let engine = engine.clone();
            tokio::spawn(async move {
                let snapshot = engine.snapshot().await.unwrap();
                // Reading and writing while holding a snapshot must not wait for other snapshots.
                assert_eq!(books(&engine).await, [1]);
                books_in(&snapshot).await
            })
        });
        let all = timeout(Duration::from_mins(1), join_all(readers)).await.expect("none waits for ever");
        assert!(all.into_iter().all(|read| read.unwrap() == [1]));
    })
    .await;
}

#[tokio::test]
async fn h06_a_snapshot_that_is_given_up_frees_its_place() {
    on_both(async |engine| {
        for _ in 0..20 {
            let snapshot = engine.snapshot().await.unwrap();
            drop(snapshot.query(BOOKS, Vec::new()));
            drop(snapshot);
        }
        let snapshot = timeout(Duration::from_mins(1), engine.snapshot()).await.expect("a place is free").unwrap();
        assert_eq!(books_in(&snapshot).await, [0; 0]);
    })
    .await;
}
