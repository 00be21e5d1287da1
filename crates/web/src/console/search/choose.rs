//! Choosing a customer and what is theirs: found by whatever the search box finds, chosen from a list, so that nobody copies ids.

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::normalise;
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_store::{ListedCustomer, StoreError};

use super::find::find;
use crate::App;

/// The most customers that are offered: who looks for one types more of the name.
const MAX_OFFERED: usize = 8;
/// The longest query that is looked up, in characters.
const MAX_QUERY_LENGTH: usize = 200;

/// What is looked up of what was typed.
pub(crate) fn query(typed: &str) -> String {
    typed.trim().chars().take(MAX_QUERY_LENGTH).collect()
}

/// The customers that `query` can mean, and whether there are more of them.
pub(crate) async fn customers(app: &App, query: &str) -> Result<(Vec<ListedCustomer>, bool), StoreError> {
    let found = find(app, query).await?;
    let mut ids: Vec<CustomerId> = found.customer.into_iter().collect();
    for id in found.hits.iter().filter_map(|hit| hit.customer_id) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let more = found.more || ids.len() > MAX_OFFERED;
    ids.truncate(MAX_OFFERED);
    Ok((app.hub.store.customers_listed(&ids).await?, more))
}

/// A customer with what somebody can be tied to.
pub(crate) struct Offered {
    /// Whose it is.
    pub owner: String,
    /// The places in use.
    pub places: Vec<Place>,
    /// The contacts.
    pub contacts: Vec<Contact>,
}

/// The places and contacts of the customers known by an address, and of those that `query` finds.
pub(crate) async fn offered(app: &App, email: &str, query: &str) -> Result<(Vec<Offered>, bool), StoreError> {
    let store = &app.hub.store;
    let mut owners = match normalise::email(email) {
        Some(email) => store.customers_by_requester_email(&email).await?,
        None => Vec::new(),
    };
    owners.truncate(MAX_OFFERED);
    let (found, more) = customers(app, query).await?;
    for customer in found {
        if !owners.contains(&customer.id) {
            owners.push(customer.id);
        }
    }
    let mut offered = Vec::with_capacity(owners.len());
    for id in owners {
        let Some(customer) = store.customer(id).await? else { continue };
        let (mut places, contacts) = tokio::try_join!(store.places_of(id), store.contacts_of(id))?;
        places.retain(|place| place.active);
        offered.push(Offered { owner: customer.name, places, contacts });
    }
    Ok((offered, more))
}
