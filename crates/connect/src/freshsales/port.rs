//! Freshsales as a `Crm`.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tessera_core::kernel::record::Observation;
use tessera_hub::ports::{ConnectError, Crm, CrmCapabilities, Finding, Health, InvoiceSource, Order, Page, Priority};
use url::Url;

use super::Freshsales;
use super::deals::WonDeals;

#[async_trait]
impl Crm for Freshsales {
    fn name(&self) -> &str {
        self.name()
    }

    fn address(&self) -> &Url {
        self.address()
    }

    fn capabilities(&self) -> CrmCapabilities {
        CrmCapabilities { merged_contacts: true, contacts_by_change: true }
    }

    fn health(&self) -> Health {
        self.health()
    }

    fn forecast(&self, priority: Priority, contacts: u64) -> Timestamp {
        self.forecast(priority, contacts)
    }

    async fn check(&self) -> Vec<Finding> {
        self.findings().await
    }

    async fn contact(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        self.contact(id, priority).await
    }

    async fn contacts_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.contacts_by_email(email, priority).await
    }

    async fn contacts_with_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.contacts_with_email(email, priority).await
    }

    /// Freshsales lists contacts by view. The id of the view of all contacts is read with the first page and cached for
    /// the others.
    async fn contacts_page(&self, page: u32, order: Order, priority: Priority) -> Result<Page, ConnectError> {
        let mut remembered = self.all_contacts.lock().await;
        let view = match &*remembered {
            Some(view) if page > 1 => view.clone(),
            _ => self.all_contacts_view(priority).await?,
        };
        *remembered = Some(view.clone());
        drop(remembered);
        self.contacts_page(&view, page, order, priority).await
    }

    fn won_deals(self: Arc<Self>) -> Option<Arc<dyn InvoiceSource>> {
        Some(Arc::new(WonDeals::new(self)))
    }
}
