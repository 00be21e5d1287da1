//! A store on its own database, and fictional customers.

mod activations;
mod customers;
mod jobs;
mod plans;
mod records;
pub(crate) mod template;

use tessera_store::{DatabaseKind, Store};

use crate::databases::{Databases, run_sql};
use crate::story::Stage;

pub use activations::{activated, claimed, claiming, completing, invitation, invited};
pub use customers::{
    ISSUER, ending, identity, identity_key, introducing, link, linking, new_customer, renaming, session, sign_in,
};
pub use jobs::{claim, worker};
pub use plans::{at, conflict, enqueue, keep_answer, plan, put_api_key, stamp};
pub use records::{DESK, asset, bundle, facts, requester, requester_key, seeing};

/// A store on a database without rows.
#[derive(Clone)]
pub struct Database {
    /// The store under test.
    pub store: Store,
    /// The URL of the database.
    pub url: String,
}

impl Stage for Database {
    async fn set(databases: Databases) -> Self {
        let url = databases.migrated().await;
        Self { store: Store::open(&url).await.expect("the database opens"), url }
    }
}

impl Database {
    /// Another store on the same database, like that of another process.
    pub async fn another(&self) -> Store {
        Store::open(&self.url).await.expect("the database opens again")
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.store.kind() == DatabaseKind::Postgres
    }

    /// Runs SQL on the database, bypassing the store.
    pub async fn raw(&self, sql: &str) {
        run_sql(&self.url, sql).await;
    }
}
