//! Work orders, for technicians, the office and the API.

use std::collections::BTreeMap;

use tessera_core::access::Portal;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId, WorkFileId, WorkOrderId};
use tessera_core::persons::Person;
use tessera_core::persons::place::Place;
use tessera_core::service_requests::ServiceRequest;
use tessera_core::work_orders::file::WorkFile;
use tessera_core::work_orders::{self, WorkNote, WorkOrder};
use tessera_store::{Holding, InventoryFilter, InventoryItem, Reads, StoreError};

use super::Queries;
use crate::work_orders::vans_of;

pub use tessera_store::{PartStock, WorkOrderFilter};

/// Number of open work orders that are listed for a person.
const DUE: usize = 200;
/// Number of requests and earlier work orders on a work order's page, each.
const HISTORY: usize = 10;
/// Number of devices in a van that are listed.
const IN_VAN: usize = 200;

/// A work order in a list.
#[derive(Debug, Clone)]
pub struct ListedWorkOrder {
    /// The work order.
    pub order: WorkOrder,
    /// The customer's name.
    pub customer: Option<String>,
    /// The place.
    pub place: Option<Place>,
    /// Whether the assignee can do it: they are active, and their licence opens the Tech Portal.
    pub assignee_is_able: bool,
}

/// What a technician has to do.
#[derive(Debug, Clone)]
pub struct MyWork {
    /// What is assigned to them, by appointment.
    pub mine: Vec<ListedWorkOrder>,
    /// What is nobody's, if they may take it.
    pub free: Vec<ListedWorkOrder>,
}

/// A van with what is in it.
#[derive(Debug, Clone)]
pub struct Van {
    /// The place.
    pub place: Place,
    /// The devices in stock there.
    pub devices: Vec<InventoryItem>,
    /// The parts.
    pub parts: Vec<PartStock>,
}

/// The data of a work order's page.
#[derive(Debug, Clone)]
pub struct WorkOrderPage {
    /// The work order.
    pub listed: ListedWorkOrder,
    /// The customer.
    pub customer: Customer,
    /// The notes and steps, in order.
    pub notes: Vec<WorkNote>,
    /// The files.
    pub files: Vec<WorkFile>,
    /// The device concerned, as it is now.
    pub device: Option<Device>,
    /// The service request that it is for.
    pub request: Option<ServiceRequest>,
    /// The customer's newest requests.
    pub requests: Vec<ServiceRequest>,
    /// The customer's newest other work orders.
    pub earlier: Vec<WorkOrder>,
    /// The assignee's vans.
    pub vans: Vec<Van>,
}

/// The options in the form for a new work order.
#[derive(Debug, Clone)]
pub struct WorkOrderChoices {
    /// The customer.
    pub customer: Customer,
    /// The customer's places that are in use.
    pub places: Vec<Place>,
    /// The customer's devices.
    pub devices: Vec<Device>,
    /// Who can do the work.
    pub technicians: Vec<Person>,
}

impl Queries<'_> {
    /// What a technician has to do.
    pub async fn my_work(&self, person: PersonId) -> Result<MyWork, StoreError> {
        let store = self.snapshot().await?;
        let mine = store.work_orders_due(person, DUE).await?;
        let free = if self.hub.config.work.self_assign { store.work_orders_free(DUE).await? } else { Vec::new() };
        Ok(MyWork { mine: listed(&store, mine).await?, free: listed(&store, free).await? })
    }

    /// A page of a technician's work orders, newest first.
    pub async fn work_orders_of_assignee(
        &self,
        person: PersonId,
        asked: (WorkOrderFilter, &str),
        before: Option<WorkOrderId>,
        size: usize,
    ) -> Result<Vec<ListedWorkOrder>, StoreError> {
        let store = self.snapshot().await?;
        let (filter, search) = (asked.0, work_orders::meant(asked.1));
        let found = store.work_orders_of_assignee(person, (filter, &search), before, size).await?;
        listed(&store, found).await
    }

    /// A page of all work orders, newest first.
    pub async fn work_orders(
        &self,
        asked: (WorkOrderFilter, &str),
        before: Option<WorkOrderId>,
        size: usize,
    ) -> Result<Vec<ListedWorkOrder>, StoreError> {
        let store = self.snapshot().await?;
        let search = work_orders::meant(asked.1);
        let found = store.work_orders((asked.0, &search), before, size).await?;
        listed(&store, found).await
    }

    /// A work order's page. For a technician: if it is theirs, or they may take it.
    pub async fn work_order_page(
        &self,
        id: WorkOrderId,
        technician: Option<PersonId>,
    ) -> Result<Option<WorkOrderPage>, StoreError> {
        let store = self.snapshot().await?;
        let Some(order) = store.work_order(id).await? else { return Ok(None) };
        if technician.is_some_and(|person| !order.is_for(person, self.hub.config.work.self_assign)) {
            return Ok(None);
        }
        let Some(customer) = store.customer(order.customer_id).await? else { return Ok(None) };
        let (notes, files) = (store.work_notes(id).await?, store.work_files(id).await?);
        let device = match order.device_record() {
            Some(record) => store.device(&record.system, &record.external_id).await?,
            None => None,
        };
        let request = match order.request_id {
            Some(request) => store.request(request).await?,
            None => None,
        };
        let requests = store.requests_of(order.customer_id, HISTORY).await?;
        let mut earlier = store.work_orders_of_customer(order.customer_id, HISTORY + 1).await?;
        earlier.retain(|other| other.id != id);
        earlier.truncate(HISTORY);
        let vans = match &order.assignee {
            Some(assignee) => self.vans(&store, assignee.person).await?,
            None => Vec::new(),
        };
        let Some(listed) = listed(&store, vec![order]).await?.pop() else { return Ok(None) };
        Ok(Some(WorkOrderPage { listed, customer, notes, files, device, request, requests, earlier, vans }))
    }

    /// A file of a work order. For a technician: if the work order is theirs, or they may take it.
    pub async fn work_file(
        &self,
        id: WorkOrderId,
        file: WorkFileId,
        technician: Option<PersonId>,
    ) -> Result<Option<(WorkFile, Vec<u8>)>, StoreError> {
        let store = self.snapshot().await?;
        let Some(order) = store.work_order(id).await? else { return Ok(None) };
        if technician.is_some_and(|person| !order.is_for(person, self.hub.config.work.self_assign)) {
            return Ok(None);
        }
        store.work_file(id, file).await
    }

    /// A person's vans with what is in them.
    pub async fn vans_of(&self, person: PersonId) -> Result<Vec<Van>, StoreError> {
        let store = self.snapshot().await?;
        self.vans(&store, person).await
    }

    async fn vans(&self, store: &Reads, person: PersonId) -> Result<Vec<Van>, StoreError> {
        let mut vans = Vec::new();
        for place in vans_of(store, person).await? {
            vans.push(self.van(store, place).await?);
        }
        Ok(vans)
    }

    async fn van(&self, store: &Reads, place: Place) -> Result<Van, StoreError> {
        let filter = InventoryFilter { holding: Holding::Stock, place: Some(place.id), ..InventoryFilter::default() };
        let devices = store.inventory(self.hub.desk.name(), filter, IN_VAN).await?;
        let parts = store.part_stock(place.id).await?;
        Ok(Van { place, devices, parts })
    }

    /// The parts at the places of the operating company that are in use.
    pub async fn parts_by_place(&self) -> Result<Vec<(Place, Vec<PartStock>)>, StoreError> {
        let store = self.snapshot().await?;
        let mut places = store.places_of(CustomerId::OPERATOR).await?;
        places.retain(|place| place.active);
        let stocks = store.part_stocks(CustomerId::OPERATOR).await?;
        let at = |place: Place| {
            let parts = stocks.iter().filter(|stock| stock.place == place.id).cloned().collect();
            (place, parts)
        };
        Ok(places.into_iter().map(at).collect())
    }

    /// Who can do work.
    pub async fn technicians(&self) -> Result<Vec<Person>, StoreError> {
        technicians(self.reads()).await
    }

    /// The options in the form for a new work order of a customer.
    pub async fn work_order_choices(&self, customer: CustomerId) -> Result<Option<WorkOrderChoices>, StoreError> {
        let store = self.snapshot().await?;
        let Some(customer) = store.customer(customer).await? else { return Ok(None) };
        let mut places = store.places_of(customer.id).await?;
        places.retain(|place| place.active);
        let devices = store.devices_of(customer.id).await?;
        let technicians = technicians(&store).await?;
        Ok(Some(WorkOrderChoices { customer, places, devices, technicians }))
    }
}

async fn technicians(store: &Reads) -> Result<Vec<Person>, StoreError> {
    let mut people = store.people(CustomerId::OPERATOR).await?;
    people.retain(is_able);
    people.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(people)
}

fn is_able(person: &Person) -> bool {
    person.inactive.is_none() && person.licence.is_some_and(|licence| licence.opens(Portal::Tech))
}

pub(super) async fn listed(store: &Reads, orders: Vec<WorkOrder>) -> Result<Vec<ListedWorkOrder>, StoreError> {
    let customers: Vec<CustomerId> = orders.iter().map(|order| order.customer_id).collect();
    let places: Vec<PlaceId> = orders.iter().map(|order| order.place_id).collect();
    let people: Vec<PersonId> =
        orders.iter().filter_map(|order| order.assignee.as_ref()).map(|assignee| assignee.person).collect();
    let names = store.customer_names(&customers).await?;
    let places: BTreeMap<PlaceId, Place> =
        store.places_listed(&places).await?.into_iter().map(|place| (place.id, place)).collect();
    let people: BTreeMap<PersonId, Person> =
        store.people_listed(&people).await?.into_iter().map(|person| (person.id, person)).collect();
    let line = |order: WorkOrder| {
        let assignee = order.assignee.as_ref();
        ListedWorkOrder {
            customer: names.get(&order.customer_id).cloned(),
            place: places.get(&order.place_id).cloned(),
            assignee_is_able: assignee.is_none_or(|it| people.get(&it.person).is_some_and(is_able)),
            order,
        }
    };
    Ok(orders.into_iter().map(line).collect())
}
