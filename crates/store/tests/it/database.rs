//! The store on a database of its own.

use tessera_store::Store;
use testkit::{Databases, Stage, run_sql};

/// An empty database, opened.
#[derive(Clone)]
pub struct Database {
    /// The store under test.
    pub store: Store,
    /// What opens it again.
    pub url: String,
}

impl Stage for Database {
    async fn set(databases: Databases) -> Self {
        let url = databases.empty().await;
        Self { store: Store::open(&url).await.expect("the database opens"), url }
    }
}

impl Database {
    /// Another store on the same database, as another process would have.
    pub async fn another(&self) -> Store {
        Store::open(&self.url).await.expect("the database opens again")
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.store.kind() == "postgres"
    }

    /// Runs SQL behind the store's back.
    pub async fn raw(&self, sql: &str) {
        run_sql(&self.url, sql).await;
    }
}
