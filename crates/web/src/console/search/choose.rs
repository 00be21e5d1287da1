//! Choosing a customer: found by whatever the search box finds, chosen from a list, so that nobody copies ids.

use tessera_hub::StoreError;
use tessera_hub::queries::search::ListedCustomer;

use crate::App;
use crate::console::PAGE_SIZE;

/// The longest query that is looked up, in characters.
const MAX_QUERY_LENGTH: usize = 200;

/// What is looked up of what was typed.
pub(crate) fn query(typed: &str) -> String {
    typed.trim().chars().take(MAX_QUERY_LENGTH).collect()
}

/// The customers that `query` can mean, and whether there are more of them.
pub(crate) async fn customers(app: &App, query: &str) -> Result<(Vec<ListedCustomer>, bool), StoreError> {
    app.hub.queries().customers_meant(query, PAGE_SIZE).await
}
