//! Runs a story on its own stage.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt;
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

/// A story that has begun. It is boxed, so that the runners are compiled once per stage, and stays on its thread: proving for
/// each story that its future is `Send` takes the compiler longer than everything else about it.
pub type Story = Pin<Box<dyn Future<Output = ()>>>;

/// Runs a story on its own SQLite files.
pub fn on_sqlite<S: Stage>(story: fn(S) -> Story) {
    // The files are deleted with the last handle, so one is kept until the story has ended.
    let databases = Databases::in_files();
    runtime().block_on(tell(story, databases.clone()));
    drop(databases);
}

/// Runs a story on its own PostgreSQL databases, which are dropped even if the story fails.
pub fn on_postgres<S: Stage>(story: fn(S) -> Story) {
    runtime().block_on(async {
        let databases = Databases::on_a_server();
        let ended = AssertUnwindSafe(tell(story, databases.clone())).catch_unwind().await;
        databases.drop_all().await;
        if let Err(failed) = ended {
            std::panic::resume_unwind(failed);
        }
    });
}

async fn tell<S: Stage>(story: fn(S) -> Story, databases: Databases) {
    story(S::set(databases.clone()).await).await;
    databases.run_checks().await;
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts")
}
