//! Runs a story on its own stage.

use std::future::Future;

use tokio::runtime::{Builder, Runtime};

use crate::databases::Databases;

/// The stage of a story: databases, a store, a hub, or a whole application. Each story gets its own.
pub trait Stage: Sized + Send + 'static {
    /// Sets the stage up on empty databases.
    fn set(databases: Databases) -> impl Future<Output = Self> + Send;
}

impl Stage for Databases {
    async fn set(databases: Databases) -> Self {
        databases
    }
}

/// Runs a story on its own SQLite files.
pub fn on_sqlite<S: Stage, F>(story: fn(S) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    // The files are deleted with the last handle, so one is kept until the story has ended.
    let databases = Databases::in_files();
    runtime().block_on(tell(story, databases.clone()));
    drop(databases);
}

/// Runs a story on its own PostgreSQL databases, which are dropped even if the story fails.
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
