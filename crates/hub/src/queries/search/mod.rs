//! The console's search, and the selection of a customer by the same search, so that nobody needs to copy ids.

mod find;

use tessera_core::invitations::Invitation;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Asset, Attributes, Kind, RecordKey};
use tessera_core::persons::contact::Contact;
use tessera_core::persons::place::Place;
use tessera_core::returns;
use tessera_core::service_requests::ServiceRequest;
use tessera_core::work_orders;
use tessera_store::{Reads, SearchHit, StoreError};

use super::Queries;
use super::returns::ListedReturn;
use super::service_requests::request_of_ticket;
use super::work_orders::{ListedWorkOrder, listed};

pub use tessera_store::ListedCustomer;

/// Maximum number of customers offered for selection. A longer query narrows them down.
const MAX_OFFERED: usize = 8;

/// Search results of the console.
#[derive(Debug, Clone, Default)]
pub struct SearchResult {
    /// Nothing was found.
    pub is_empty: bool,
    /// The customers.
    pub customers: Vec<ListedCustomer>,
    /// Requesters and contacts that are not linked. Requesters come first, because they are invited, and their contacts
    /// follow.
    pub records: Vec<FreeHit>,
    /// The devices.
    pub devices: Vec<DeviceHit>,
    /// The request whose ticket is named.
    pub request: Option<ServiceRequest>,
    /// The return whose number is named.
    pub customer_return: Option<ListedReturn>,
    /// The work order whose number is named.
    pub work_order: Option<ListedWorkOrder>,
    /// Whether more results exist than are listed.
    pub truncated: bool,
}

/// A requester or a contact that is not linked.
#[derive(Debug, Clone)]
pub struct FreeHit {
    /// The record.
    pub key: RecordKey,
    /// The record's attributes.
    pub attributes: Attributes,
    /// The newest invitation that is not revoked.
    pub invitation: Option<Invitation>,
}

/// An asset that counts as a device.
#[derive(Debug, Clone)]
pub struct DeviceHit {
    /// The record.
    pub key: RecordKey,
    /// The asset.
    pub asset: Asset,
    /// The customer, if any.
    pub owner: Option<ListedCustomer>,
}

/// A customer with the places and contacts that a person can be linked to.
#[derive(Debug, Clone)]
pub struct OfferedCustomer {
    /// The customer's name.
    pub name: String,
    /// Active places.
    pub places: Vec<Place>,
    /// Contacts.
    pub contacts: Vec<Contact>,
}

impl Queries<'_> {
    /// Finds everything that matches `query`, at most `size` results of each type.
    pub async fn search(&self, query: &str, size: usize) -> Result<SearchResult, StoreError> {
        let store = self.snapshot().await?;
        let found = self.find(&store, query, size).await?;
        let request = request_of_ticket(&store, query, None).await?;
        let customer_return = return_named(&store, query).await?;
        let work_order = work_order_named(&store, query).await?;
        if found.is_empty() && request.is_none() && customer_return.is_none() && work_order.is_none() {
            return Ok(SearchResult { is_empty: true, ..SearchResult::default() });
        }
        let mut ids = found.customers();
        let (assets, people): (Vec<_>, Vec<_>) = found.hits.into_iter().partition(|hit| hit.key.kind == Kind::Asset);
        let mut devices: Vec<_> = assets.into_iter().filter_map(|hit| self.device_found(hit)).collect();
        let is_free =
            |hit: &SearchHit| hit.customer_id.is_none() && matches!(hit.key.kind, Kind::Requester | Kind::Contact);
        let mut free: Vec<SearchHit> = people.into_iter().filter(is_free).collect();
        free.sort_by_key(|hit| hit.key.kind != Kind::Requester);
        let truncated = found.more || ids.len() > size || free.len() > size || devices.len() > size;
        ids.truncate(size);
        free.truncate(size);
        devices.truncate(size);
        Ok(SearchResult {
            is_empty: false,
            customers: store.customers_listed(&ids).await?,
            records: self.with_invitations(&store, free).await?,
            devices: with_owners(&store, devices).await?,
            request,
            customer_return,
            work_order,
            truncated,
        })
    }

    /// The customers that match `query`, and whether there are more. Reads at most `size` matches of each
    /// interpretation.
    pub async fn customers_meant(&self, query: &str, size: usize) -> Result<(Vec<ListedCustomer>, bool), StoreError> {
        self.meant(&self.snapshot().await?, query, size).await
    }

    /// The customers with an e-mail address, and those that match `query`, with their places and contacts; and whether
    /// there are more.
    pub async fn customers_offered(
        &self,
        email: &str,
        query: &str,
        size: usize,
    ) -> Result<(Vec<OfferedCustomer>, bool), StoreError> {
        let store = self.snapshot().await?;
        let known = match normalise::email(email) {
            Some(email) => store.customers_by_email(&email).await?,
            None => Vec::new(),
        };
        let known = known.into_iter().take(MAX_OFFERED).map(|customer| (customer.id, customer.name));
        let (found, more) = self.meant(&store, query, size).await?;
        let mut owners: Vec<(CustomerId, String)> = Vec::new();
        for owner in known.chain(found.into_iter().map(|customer| (customer.id, customer.name))) {
            if owners.iter().all(|(id, _)| *id != owner.0) {
                owners.push(owner);
            }
        }
        Ok((offered(&store, owners).await?, more))
    }

    async fn meant(&self, store: &Reads, query: &str, size: usize) -> Result<(Vec<ListedCustomer>, bool), StoreError> {
        let found = self.find(store, query, size).await?;
        let mut ids = found.customers_and_holders();
        let more = found.more || ids.len() > MAX_OFFERED;
        ids.truncate(MAX_OFFERED);
        Ok((store.customers_listed(&ids).await?, more))
    }

    /// The asset of a search result, if it counts as a device (`A05`), with its customer.
    fn device_found(self, hit: SearchHit) -> Option<(RecordKey, Asset, Option<CustomerId>)> {
        let Attributes::Asset(asset) = hit.attributes else { return None };
        self.hub.config.device_type.makes_device(&asset).then_some((hit.key, asset, hit.customer_id))
    }

    async fn with_invitations(&self, store: &Reads, hits: Vec<SearchHit>) -> Result<Vec<FreeHit>, StoreError> {
        let desk = self.hub.desk.name();
        let is_requester = |key: &RecordKey| key.kind == Kind::Requester && key.system == desk;
        let requesters = hits.iter().map(|hit| &hit.key).filter(|key| is_requester(key));
        let ids: Vec<&str> = requesters.map(|key| key.external_id.as_str()).collect();
        // Newest first.
        let invited = store.open_invitations(desk, &ids).await?;
        let free = |hit: &SearchHit| FreeHit {
            invitation: invited
                .iter()
                .find(|it| is_requester(&hit.key) && it.external_id == hit.key.external_id)
                .cloned(),
            key: hit.key.clone(),
            attributes: hit.attributes.clone(),
        };
        Ok(hits.iter().map(free).collect())
    }
}

/// The return whose number a query names.
async fn return_named(store: &Reads, query: &str) -> Result<Option<ListedReturn>, StoreError> {
    let Some(word) = returns::number_named(query).and_then(|number| normalise::serial(&number)) else {
        return Ok(None);
    };
    let Some(customer_return) = store.returns_by_word(&word, 1).await?.pop() else { return Ok(None) };
    let customer = store.customer(customer_return.customer_id).await?.map(|customer| customer.name);
    Ok(Some(ListedReturn { customer_return, customer }))
}

/// The work order whose number a query names.
async fn work_order_named(store: &Reads, query: &str) -> Result<Option<ListedWorkOrder>, StoreError> {
    let Some(number) = work_orders::number_named(query) else { return Ok(None) };
    let found = store.work_order_by_number(&number).await?;
    Ok(listed(store, found.into_iter().collect()).await?.pop())
}

async fn with_owners(
    store: &Reads,
    devices: Vec<(RecordKey, Asset, Option<CustomerId>)>,
) -> Result<Vec<DeviceHit>, StoreError> {
    let ids: Vec<CustomerId> = devices.iter().filter_map(|(.., owner)| *owner).collect();
    let owners = store.customers_listed(&ids).await?;
    let hit = |(key, asset, owner): (RecordKey, Asset, Option<CustomerId>)| DeviceHit {
        owner: owners.iter().find(|known| Some(known.id) == owner).cloned(),
        key,
        asset,
    };
    Ok(devices.into_iter().map(hit).collect())
}

async fn offered(store: &Reads, owners: Vec<(CustomerId, String)>) -> Result<Vec<OfferedCustomer>, StoreError> {
    let ids: Vec<CustomerId> = owners.iter().map(|(id, _)| *id).collect();
    let (places, contacts) = (store.places_of_customers(&ids).await?, store.contacts_of_customers(&ids).await?);
    let of = |(id, name): (CustomerId, String)| OfferedCustomer {
        name,
        places: places.iter().filter(|place| place.owner == Some(id) && place.active).cloned().collect(),
        contacts: contacts.iter().filter(|contact| contact.customer_id == id).cloned().collect(),
    };
    Ok(owners.into_iter().map(of).collect())
}
