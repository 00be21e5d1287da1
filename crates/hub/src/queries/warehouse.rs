//! The Warehouse Portal. It shows no more of a customer than the work needs: name, number and address.

use tessera_core::kernel::ids::{CustomerId, PlaceId};
use tessera_core::kernel::record::{Attributes, Kind};
use tessera_core::persons::place::{self, Place};
use tessera_store::{SearchHit, StoreError};

use super::Queries;
use super::devices::DevicePage;

/// A device, as shown to warehouse workers.
#[derive(Debug, Clone)]
pub struct StockDevice {
    /// The device.
    pub page: DevicePage,
    /// The place where it is, if one is known.
    pub place: Option<Place>,
    /// The places in use to which it can be moved: the operating company's for a device in stock, and the holder's for an
    /// assigned one.
    pub places: Vec<Place>,
}

/// A requester to whom a device can be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The requester's id.
    pub requester_id: String,
    /// The requester's name.
    pub name: String,
    /// The address of the customer's home place, with line breaks.
    pub address: Option<String>,
    /// Whether the requester is active, so that a device can be issued.
    pub active: bool,
}

impl Queries<'_> {
    /// A device of the inventory with its place. Assets of other types and assets in the trash are none.
    pub async fn stock_device(&self, display_id: &str) -> Result<Option<StockDevice>, StoreError> {
        let store = self.snapshot().await?;
        let system = self.hub.desk.name();
        let Some(device) = store.device(system, display_id).await? else { return Ok(None) };
        let Some(page) = self.device_page_in(&store, display_id).await? else { return Ok(None) };
        let owner = match &device.holder {
            None => Some(CustomerId::OPERATOR),
            Some(_) => page.holder.as_ref().and_then(|holder| holder.customer),
        };
        let mut places = match owner {
            Some(owner) => store.places_of(owner).await?,
            None => Vec::new(),
        };
        let put = store.device_place(system, display_id).await?;
        let at = match owner {
            Some(owner) if device.holder.is_some() => Some(place::of_device(put, owner, &places)),
            _ => put,
        };
        let place = places.iter().find(|place| Some(place.id) == at).cloned();
        places.retain(|place| place.active);
        Ok(Some(StockDevice { page, place, places }))
    }

    /// The places of the operating company that are in use: warehouses, vans.
    pub async fn stock_places(&self) -> Result<Vec<Place>, StoreError> {
        let mut places = self.reads().places_of(CustomerId::OPERATOR).await?;
        places.retain(|place| place.active);
        Ok(places)
    }

    /// The requesters that match a name, a number, an e-mail address or a telephone number, and whether there are more.
    pub async fn recipients(&self, query: &str, size: usize) -> Result<(Vec<Recipient>, bool), StoreError> {
        let store = self.snapshot().await?;
        let found = self.find(&store, query.trim(), size).await?;
        let desk = self.hub.desk.name();
        let requesters = found.hits.iter().filter(|hit| hit.key.kind == Kind::Requester && hit.key.system == desk);
        let mut requesters: Vec<_> = requesters.collect();
        let more = found.more || requesters.len() > size;
        requesters.truncate(size);
        let owners: Vec<CustomerId> = requesters.iter().filter_map(|hit| hit.customer_id).collect();
        let places = store.places_of_customers(&owners).await?;
        let address = |customer: Option<CustomerId>| {
            let home = PlaceId::home_of(customer?);
            places.iter().find(|place| place.id == home)?.address.clone()
        };
        let recipient = |hit: &&SearchHit| {
            let Attributes::Requester(requester) = &hit.attributes else { return None };
            Some(Recipient {
                requester_id: hit.key.external_id.clone(),
                name: requester.name.clone(),
                address: address(hit.customer_id),
                active: requester.active,
            })
        };
        Ok((requesters.iter().filter_map(recipient).collect(), more))
    }
}
