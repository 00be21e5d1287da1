//! Search in the portal (`P09`). Finds only what is visible to the person.

use tessera_core::access::Viewer;
use tessera_core::devices::Device;
use tessera_core::invoices::{self, Invoice};
use tessera_core::returns::Return;
use tessera_core::search::{Source, asked, holds};
use tessera_core::service_requests::ServiceRequest;
use tessera_store::{InvoiceFilter, PortalQuery, RequestFilter, ReturnFilter, StoreError};

use super::Queries;
use super::service_requests::request_of_ticket;

pub use tessera_store::{PortalHit, PortalHits};

/// Maximum number of candidates per source: the newest matches of the longest word, which are then filtered by the
/// other words.
const SIFTED: usize = 200;
/// The same for the full-text index.
const SIFTED_IN_INDEX: usize = 2000;

/// Results of one source, newest first.
#[derive(Debug)]
pub struct Found<T> {
    /// The results.
    pub items: Vec<T>,
    /// Whether older objects with the longest word were not compared with the other words, so that results may be missing.
    pub is_cut: bool,
}

impl<T> Found<T> {
    /// Filters candidates by all words.
    fn sifted(mut candidates: Vec<T>, words: &[String], text: impl Fn(&T) -> String) -> Self {
        let is_cut = candidates.len() >= SIFTED;
        candidates.retain(|candidate| holds(&text(candidate), words));
        Self { items: candidates, is_cut }
    }
}

/// Search results by source.
#[derive(Debug)]
pub struct PortalFinds {
    /// Devices, by name or serial number.
    pub devices: Vec<Device>,
    /// Service requests.
    pub requests: Found<ServiceRequest>,
    /// Returns.
    pub returns: Found<Return>,
    /// Invoices.
    pub invoices: Found<Invoice>,
    /// Results from the full-text index.
    pub indexed: Vec<(Source, PortalHits)>,
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
        let requests = store.requests_visible_to(person, filter, SIFTED).await?;
        let returns = store.returns_visible_to(person, ReturnFilter::All, longest, None, SIFTED).await?;
        let named = asked(&invoices::number_named(search)).unwrap_or_else(|| words.to_vec());
        let longest = named.first().map(String::as_str).unwrap_or_default();
        let invoices = store.invoices_visible_to(person, InvoiceFilter::All, longest, None, SIFTED).await?;
        let mut indexed = Vec::new();
        for source in Source::ALL {
            let query = PortalQuery { words, source: Some(source), limit: size, candidates: SIFTED_IN_INDEX };
            indexed.push((source, store.search_portal(person, query).await?));
        }
        let mut requests = Found::sifted(requests, words, ServiceRequest::search_text);
        if let Some(named) = request_of_ticket(&store, search, Some(person)).await? {
            requests.items.retain(|request| request.id != named.id);
            requests.items.insert(0, named);
        }
        let returns = Found::sifted(returns, words, Return::search_text);
        let invoices = Found::sifted(invoices, &named, |invoice| invoice.bill.search_text());
        Ok(PortalFinds { devices, requests, returns, invoices, indexed })
    }
}
