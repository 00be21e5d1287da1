//! Queries of the invoice pages (`P09`).

use tessera_core::access::Viewer;
use tessera_core::invoices::{self, Invoice};
use tessera_core::kernel::ids::{CustomerId, InvoiceId};
use tessera_store::StoreError;

use super::Queries;

pub use tessera_store::{FeedState, InvoiceFilter, sorted};

/// Query for a person's invoices.
#[derive(Debug, Clone, Copy)]
pub struct InvoicesQuery<'a> {
    /// The filter.
    pub filter: InvoiceFilter,
    /// Text to search for. Empty: no search.
    pub search: &'a str,
    /// Cursor: the last invoice of the previous page; see [`sorted`].
    pub before: Option<&'a str>,
    /// Page size.
    pub size: usize,
}

/// A page of the invoices at a person's places.
#[derive(Debug)]
pub struct InvoicesVisible {
    /// The invoices, newest first.
    pub invoices: Vec<Invoice>,
    /// Whether there are any invoices without filter and search.
    pub any: bool,
}

/// The state of the invoice source, and some of its invoices.
#[derive(Debug)]
pub struct InvoiceOverview {
    /// The source's name and its last reading. `None`: no source is configured.
    pub feed: Option<(String, Option<FeedState>)>,
    /// The invoices, each with the customer's name.
    pub invoices: Vec<(Invoice, Option<String>)>,
}

impl Queries<'_> {
    /// A page of the invoices at the viewer's places.
    pub async fn invoices_visible_to(
        &self,
        viewer: &Viewer,
        asked: InvoicesQuery<'_>,
    ) -> Result<InvoicesVisible, StoreError> {
        let (store, person) = (self.snapshot().await?, viewer.person);
        let InvoicesQuery { filter, search, before, size } = asked;
        let mut invoices = store.invoices_visible_to(person, filter, search, before, size).await?;
        let named = invoices::number_named(search);
        if invoices.is_empty() && !named.is_empty() && named != search {
            invoices = store.invoices_visible_to(person, filter, &named, before, size).await?;
        }
        let any = !invoices.is_empty()
            || !store.invoices_visible_to(person, InvoiceFilter::All, "", None, 1).await?.is_empty();
        Ok(InvoicesVisible { invoices, any })
    }

    /// An invoice, if it is at one of the viewer's places.
    pub async fn invoice_visible_to(&self, viewer: &Viewer, id: InvoiceId) -> Result<Option<Invoice>, StoreError> {
        self.reads().invoice_visible_to(viewer.person, id).await
    }

    /// For staff: the invoices whose number has this prefix. Without a number, the unmatched invoices.
    pub async fn invoice_overview(&self, number: &str, size: usize) -> Result<InvoiceOverview, StoreError> {
        let store = self.snapshot().await?;
        let found = if number.is_empty() {
            store.unmatched_invoices(size).await?
        } else {
            let mut found = store.invoices_from(number, size).await?;
            let named = invoices::number_named(number);
            if found.is_empty() && !named.is_empty() && named != number {
                found = store.invoices_from(&named, size).await?;
            }
            found
        };
        let ids: Vec<CustomerId> = found.iter().filter_map(|invoice| invoice.customer_id).collect();
        let names = store.customer_names(&ids).await?;
        let named = |invoice: Invoice| {
            let customer = invoice.customer_id.and_then(|id| names.get(&id).cloned());
            (invoice, customer)
        };
        let feed = match self.hub.invoices.as_ref().map(|source| source.name().to_owned()) {
            Some(name) => Some((name.clone(), store.invoice_feed(&name).await?)),
            None => None,
        };
        Ok(InvoiceOverview { feed, invoices: found.into_iter().map(named).collect() })
    }
}
