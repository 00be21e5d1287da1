//! Telling a story on a stage of its own.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use crate::databases::Databases;

/// What a story is told on: databases, a store, a hub, a whole app. Each story gets its own.
pub trait Stage: Sized + Send + 'static {
    /// Sets the stage, on databases that are empty.
    fn set(databases: Databases) -> impl Future<Output = Self> + Send;
}

impl Stage for Databases {
    async fn set(databases: Databases) -> Self {
        databases
    }
}

/// Tells a story on SQLite files of its own.
pub fn on_sqlite<S: Stage, F>(story: fn(S) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    // The files go away with the last handle, so one is held until the story has ended.
    let databases = Databases::in_files();
    runtime().block_on(tell(story, databases.clone()));
    drop(databases);
}

/// Tells a story on PostgreSQL databases of its own, which go away even when the story fails.
pub fn on_postgres<S: Stage, F>(story: fn(S) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    runtime().block_on(async {
        let databases = Databases::on_a_server();
        let told = tokio::spawn(tell(story, databases.clone())).await;
        databases.drop_all().await;
        if let Err(failed) = told {
            std::panic::resume_unwind(failed.into_panic());
        }
    });
}

async fn tell<S: Stage, F>(story: fn(S) -> F, databases: Databases)
where
    F: Future<Output = ()> + Send + 'static,
{
    story(S::set(databases.clone()).await).await;
    databases.run_checks().await;
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}
