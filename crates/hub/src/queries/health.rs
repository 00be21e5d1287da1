//! Whether the hub can work, and what waits for staff on every page.

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
        self.reads().kind()
    }

    /// How many open reviews and registrations there are; many are counted as `most`.
    pub async fn waiting_for_staff(&self, most: usize) -> Result<WaitingForStaff, StoreError> {
        self.reads().waiting_for_staff(most).await
    }
}
