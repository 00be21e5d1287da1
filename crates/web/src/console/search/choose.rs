//! Choosing a customer: with the same search as the search box, and from a list, so that users never have to copy ids.

use tessera_hub::StoreError;
use tessera_hub::queries::search::ListedCustomer;

use crate::App;
use crate::console::PAGE_SIZE;

/// Maximum length of a query, in characters.
const MAX_QUERY_LENGTH: usize = 200;

/// Normalises a query.
pub(crate) fn query(typed: &str) -> String {
    typed.trim().chars().take(MAX_QUERY_LENGTH).collect()
}

/// The customers that match `query`, and whether there are more.
pub(crate) async fn customers(app: &App, query: &str) -> Result<(Vec<ListedCustomer>, bool), StoreError> {
    app.hub.queries().customers_meant(query, PAGE_SIZE).await
}
