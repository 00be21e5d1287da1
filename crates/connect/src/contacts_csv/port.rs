//! The file as the hub's CRM. Nothing limits how often it is read, so no call has to wait for its priority.

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

    /// A line says when the contact changed in the system that writes the file, and not when the change came into the file. So a reading of
    /// "what changed since" would miss changes.
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
