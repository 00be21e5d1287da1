//! The CRM: contacts.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tessera_core::kernel::record::Observation;
use url::Url;

use super::check::Finding;
use super::error::ConnectError;
use super::health::Health;
use super::invoice_source::InvoiceSource;
use super::reading::{Order, Page, Priority};

/// What a CRM can do beyond being read. Whether its deals can be read as invoices is told by [`Crm::won_deals`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrmCapabilities {
    /// After a merge, the contact that stayed has the address of the one that vanished.
    pub merged_contacts: bool,
    /// Contacts are listed latest change first.
    pub contacts_by_change: bool,
}

/// A CRM. Its contacts are named by their ids there; an id that cannot be one is not found, and not asked for.
#[async_trait]
pub trait Crm: Debug + Send + Sync {
    /// The configured name of the system, which record keys carry.
    fn name(&self) -> &str;

    /// Where it is.
    fn address(&self) -> &Url;

    /// What it can do.
    fn capabilities(&self) -> CrmCapabilities;

    /// What the CRM is doing.
    fn health(&self) -> Health;

    /// When a full pass over so many contacts would be read.
    fn forecast(&self, priority: Priority, contacts: u64) -> Timestamp;

    /// Tries everything that the hub needs of it, by reading. Each failure comes with its remedy.
    async fn check(&self) -> Vec<Finding>;

    /// One contact, or `None` when the CRM has none of this id.
    async fn contact(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError>;

    /// Every contact whose primary address this is (`A04`): none, one or many.
    async fn contacts_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError>;

    /// Every contact who has this address, as primary or other one.
    async fn contacts_with_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError>;

    /// A page (from 1) of all contacts.
    async fn contacts_page(&self, page: u32, order: Order, priority: Priority) -> Result<Page, ConnectError>;

    /// The deals that were won, as a source of invoices; `None`: this CRM has no deals.
    fn won_deals(self: Arc<Self>) -> Option<Arc<dyn InvoiceSource>> {
        None
    }
}
