//! The file as a `Crm`. There is no rate limit, so priorities have no effect.

use async_trait::async_trait;
use jiff::Timestamp;
use tessera_core::kernel::record::Observation;
use tessera_hub::ports::{ConnectError, Crm, CrmCapabilities, Finding, Health, Order, Page, Priority};
use url::Url;

use super::ContactsCsv;

#[async_trait]
impl Crm for ContactsCsv {
    fn name(&self) -> &str {
        self.name()
    }

    fn address(&self) -> &Url {
        &self.address
    }

    /// `updated_at` is the time of the change in the exporting system, not of its export. Reading only changes since a
    /// time would therefore miss some.
    fn capabilities(&self) -> CrmCapabilities {
        CrmCapabilities { merged_contacts: false, contacts_by_change: false }
    }

    fn health(&self) -> Health {
        self.health()
    }

    fn forecast(&self, _priority: Priority, _contacts: u64) -> Timestamp {
        self.environment.clock.now()
    }

    async fn check(&self) -> Vec<Finding> {
        self.findings().await
    }

    async fn contact(&self, id: &str, _priority: Priority) -> Result<Option<Observation>, ConnectError> {
        self.contact(id).await
    }

    async fn contacts_by_email(&self, email: &str, _priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.contacts_by_email(email).await
    }

    async fn contacts_with_email(&self, email: &str, _priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.contacts_with_email(email).await
    }

    async fn contacts_page(&self, page: u32, _order: Order, _priority: Priority) -> Result<Page, ConnectError> {
        self.contacts_page(page).await
    }
}
