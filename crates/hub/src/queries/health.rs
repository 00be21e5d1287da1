//! Liveness of the hub, and the counts of pending work shown on every console page.

use tessera_store::StoreError;

use super::Queries;

pub use tessera_store::WaitingForStaff;

impl Queries<'_> {
    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reads().ping().await
    }

    /// The name of the database in use.
    pub fn database(self) -> &'static str {
        self.reads().kind().as_str()
    }

    /// Numbers of open reviews and registrations, each counted up to `most`.
    pub async fn waiting_for_staff(&self, most: usize) -> Result<WaitingForStaff, StoreError> {
        self.reads().waiting_for_staff(most).await
    }
}
