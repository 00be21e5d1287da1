//! Search in the portal (`P09`). Finds only what is visible to the person.

use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::invoices::Invoice;
use tessera_core::returns::Return;
use tessera_core::search::{Source, holds};
use tessera_core::service_requests::ServiceRequest;
use tessera_store::{InvoiceFilter, RequestFilter, ReturnFilter, StoreError};

use super::Queries;
use super::service_requests::request_of_ticket;

pub use tessera_store::PortalHit;

/// Maximum number of candidates per source: the newest matches of the longest word, which are then filtered by the
/// other words.
const SIFTED: usize = 200;

/// Search results by source.
#[derive(Debug)]
pub struct PortalFinds {
    /// Devices, by name or serial number.
    pub devices: Vec<Device>,
    /// Service requests.
    pub requests: Vec<ServiceRequest>,
    /// Returns.
    pub returns: Vec<Return>,
    /// Invoices.
    pub invoices: Vec<Invoice>,
    /// Results from the full-text index.
    pub indexed: Vec<(Source, Vec<PortalHit>)>,
}

impl Queries<'_> {
    /// Finds objects that contain all words of a search. The longest word comes first. A request is also found by the
    /// number of its ticket. `size` limits the results from the index.
    pub async fn portal_search(
        &self,
        viewer: &Viewer,
        (search, words): (&str, &[String]),
        size: usize,
    ) -> Result<PortalFinds, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let longest = words.first().map(String::as_str).unwrap_or_default();
        let devices = store.devices_visible_to(person).await?.into_iter().map(|(_, device)| device);
        let devices = devices.filter(|device| holds(&device.search_text(), words)).collect();
        let filter = RequestFilter { search: longest, ..RequestFilter::default() };
        let mut requests = store.requests_visible_to(person, filter, SIFTED).await?;
        requests.retain(|request| holds(&request.search_text(), words));
        if let Some(named) = request_of_ticket(&store, search, Some(person)).await? {
            requests.retain(|request| request.id != named.id);
            requests.insert(0, named);
        }
        let mut returns = store.returns_visible_to(person, ReturnFilter::All, longest, None, SIFTED).await?;
        returns.retain(|customer_return| holds(&customer_return.search_text(), words));
        let mut invoices = store.invoices_visible_to(person, InvoiceFilter::All, longest, None, SIFTED).await?;
        invoices.retain(|invoice| holds(&invoice.bill.search_text(), words));
        let mut indexed = Vec::new();
        for source in Source::ALL {
            indexed.push((source, store.search_portal(person, words, Some(source), size).await?));
        }
        Ok(PortalFinds { devices, requests, returns, invoices, indexed })
    }
}
