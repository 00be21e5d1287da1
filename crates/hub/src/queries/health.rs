//! Liveness of the hub.

use tessera_store::StoreError;

use super::Queries;

impl Queries<'_> {
    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reads().ping().await
    }

    /// The name of the database in use.
    pub fn database(self) -> &'static str {
        self.reads().kind().as_str()
    }
}
