//! Devices: holders, device writes, and lookup by the names people use.

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::devices::device_writes::DeviceWrite;
use tessera_core::devices::load::{DeviceLoad, Progress};
use tessera_core::devices::{AmbiguousNameError, Device, is_there};
use tessera_core::kernel::customer::{Customer, IdentityKey};
use tessera_core::kernel::ids::{CustomerId, DeviceLoadId, PersonId};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Asset, Attributes, HandleKind, Kind, RecordKey};
use tessera_core::messages::DeviceReading;
use tessera_core::service_requests::ServiceRequest;
use tessera_store::{Reads, StoreError};

use super::Queries;
use crate::HubError;

pub use tessera_store::{FoundDevice, Holding, InventoryFilter, InventoryItem, LoadLineState};

/// Maximum number of device writes on a device's page.
const WRITES: usize = 20;
/// Maximum number of readings on a device's page.
const READINGS: i64 = 20;
/// Maximum number of service requests on a device's page.
const REQUESTS_OF_DEVICE: usize = 20;
/// Maximum number of assignment periods on a device's page.
const TURNS_OF_DEVICE: usize = 50;
/// Number of devices that are read at once to find those whose serial numbers differ.
const MISMATCH_BATCH: usize = 500;
/// Maximum number of records to read for one name; enough to detect an ambiguous name.
const NAMESAKES: usize = 8;

/// A device, as shown to staff.
#[derive(Debug, Clone)]
pub struct DevicePage {
    /// The asset's record key.
    pub key: RecordKey,
    /// The asset.
    pub asset: Asset,
    /// Time of the last read.
    pub read_at: Timestamp,
    /// Whether the service desk still has the asset, so that it can be assigned.
    pub is_there: bool,
    /// Whether its two serial numbers differ.
    pub serials_differ: bool,
    /// The holder, if any.
    pub holder: Option<Holder>,
    /// The latest device writes, newest first.
    pub writes: Vec<DeviceWrite>,
    /// The latest readings, latest first.
    pub readings: Vec<DeviceReading>,
}

/// A load with a page of its lines.
#[derive(Debug, Clone)]
pub struct DeviceLoadPage {
    /// The load.
    pub load: DeviceLoad,
    /// The writes that were requested, by state.
    pub progress: Progress,
    /// The lines, in order.
    pub lines: Vec<LoadLineState>,
}

/// The holder of a device.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The requester in the service desk.
    pub requester: RecordKey,
    /// The requester's name, if known.
    pub name: Option<String>,
    /// The customer of the requester, if linked.
    pub customer: Option<CustomerId>,
}

/// A device at one of a person's places, as shown to the person.
#[derive(Debug, Clone)]
pub struct OwnDevice {
    /// The device.
    pub device: Device,
    /// The periods in which it was assigned to the person's customer, newest first.
    pub history: Vec<(Timestamp, Option<Timestamp>)>,
    /// The newest requests about the device that are visible to the person.
    pub requests: Vec<ServiceRequest>,
}

impl Queries<'_> {
    /// The customer of a sign-in, unless the person is inactive.
    pub async fn customer_of_identity(&self, key: &IdentityKey) -> Result<Option<Customer>, StoreError> {
        self.reads().customer_of_identity(key).await
    }

    /// The devices at a person's places, by display id.
    pub async fn devices_at_places_of(&self, person: PersonId) -> Result<Vec<Device>, StoreError> {
        Ok(self.reads().devices_visible_to(person).await?.into_iter().map(|(_, device)| device).collect())
    }

    /// The devices with a normalised serial number, each with its customer.
    pub async fn devices_by_serial(&self, serial: &str, size: usize) -> Result<Vec<FoundDevice>, StoreError> {
        self.reads().devices_by_serial(serial, size).await
    }

    /// A page of the inventory: devices in stock, assigned, or with serial numbers that differ, by display id.
    pub async fn inventory(&self, filter: InventoryFilter<'_>, size: usize) -> Result<Vec<InventoryItem>, StoreError> {
        let system = self.hub.desk.name();
        match filter.holding {
            Holding::Mismatched => mismatched(&self.snapshot().await?, system, filter, size).await,
            Holding::All | Holding::Stock | Holding::Assigned => self.reads().inventory(system, filter, size).await,
        }
    }

    /// The newest loads of devices or assignments, before a cursor: the last one of the previous page.
    pub async fn device_loads(&self, before: Option<DeviceLoadId>, size: usize) -> Result<Vec<DeviceLoad>, StoreError> {
        self.reads().device_loads(before, size).await
    }

    /// A load with its progress, and a page of its lines after a line: all, or those with one kind of plan.
    pub async fn device_load_page(
        &self,
        id: DeviceLoadId,
        (after, plan): (i64, &str),
        size: usize,
    ) -> Result<Option<DeviceLoadPage>, StoreError> {
        let store = self.snapshot().await?;
        let Some(load) = store.device_load(id).await? else { return Ok(None) };
        let progress = store.device_load_progress(id).await?;
        let lines = store.device_load_lines(id, after, plan, size).await?;
        Ok(Some(DeviceLoadPage { load, progress, lines }))
    }

    /// The name of a requester: the customer's, or the requester's own.
    pub async fn requester_name(&self, requester_id: &str) -> Result<Option<String>, StoreError> {
        let store = self.snapshot().await?;
        let requester = RecordKey::new(self.hub.desk.name(), Kind::Requester, requester_id);
        Ok(holder(&store, requester).await?.name)
    }

    /// A device, as shown to staff.
    pub async fn device_page(&self, display_id: &str) -> Result<Option<DevicePage>, StoreError> {
        self.device_page_in(&self.snapshot().await?, display_id).await
    }

    pub(super) async fn device_page_in(
        &self,
        store: &Reads,
        display_id: &str,
    ) -> Result<Option<DevicePage>, StoreError> {
        let Some(record) = store.record(&self.asset_key(display_id)).await? else { return Ok(None) };
        let Attributes::Asset(asset) = record.attributes else { return Ok(None) };
        let (key, is_there) = (record.key, is_there(&asset, record.gone_at));
        let device = store.device(&key.system, &key.external_id).await?;
        let holder = match asset.used_by.as_deref().filter(|_| is_there) {
            Some(requester) => Some(holder(store, RecordKey::new(&key.system, Kind::Requester, requester)).await?),
            None => None,
        };
        let subject = format!("asset:{}", key.external_id);
        Ok(Some(DevicePage {
            writes: store.device_writes_of(&key.system, &subject, WRITES).await?,
            readings: store.readings_of_device(&key.system, &key.external_id, READINGS).await?,
            serials_differ: device.as_ref().is_some_and(Device::serials_differ),
            read_at: record.read_at,
            key,
            asset,
            is_there,
            holder,
        }))
    }

    /// A device at one of the person's places. Any other device does not exist for the person.
    pub async fn own_device(&self, viewer: &Viewer, display_id: &str) -> Result<Option<OwnDevice>, StoreError> {
        let store = self.snapshot().await?;
        let mut devices = store.devices_visible_to(viewer.person).await?.into_iter().map(|(_, device)| device);
        let Some(device) = devices.find(|device| device.external_id == display_id) else { return Ok(None) };
        let history = store.device_history(viewer.customer_id, &device.record(), TURNS_OF_DEVICE).await?;
        let requests =
            store.requests_of_device_visible_to(viewer.person, &device.system, display_id, REQUESTS_OF_DEVICE).await?;
        Ok(Some(OwnDevice { device, history, requests }))
    }

    /// Resolves a requester entered by a user: by number, or by an e-mail address that exactly one requester has. Empty
    /// input yields `None`.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if no requester has the address; [`AmbiguousNameError`] if several have it.
    pub async fn requester_typed(&self, typed: &str) -> Result<Option<String>, HubError> {
        let typed = typed.trim();
        let Some(email) = normalise::email(typed) else {
            return Ok(Some(typed.to_owned()).filter(|id| !id.is_empty()));
        };
        let mut found = self.reads().records_by(HandleKind::PrimaryEmail, &email, NAMESAKES).await?;
        found.retain(|record| record.key.kind == Kind::Requester);
        match &found[..] {
            [one] => Ok(Some(one.key.external_id.clone())),
            [] => Err(HubError::NotFound(format!(
                "no requester known here has the address {typed}; use the requester’s number"
            ))),
            several => {
                let ids = several.iter().map(|record| record.key.external_id.clone()).collect();
                Err(AmbiguousNameError::Requester { address: typed.to_owned(), ids }.into())
            }
        }
    }

    /// Resolves a device entered by a user: by serial number, tag or display id.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if no device matches; [`AmbiguousNameError`] if several match.
    pub async fn device_typed(&self, typed: &str) -> Result<String, HubError> {
        let typed = typed.trim();
        let mut ids = self.devices_called(typed).await?;
        ids.sort();
        ids.dedup();
        match &ids[..] {
            [one] => Ok(one.clone()),
            [] => Err(HubError::NotFound(format!(
                "no device known here has the serial number, tag or id “{typed}”; if it is new, make it, or read the service desk again"
            ))),
            several => Err(AmbiguousNameError::Device { typed: typed.to_owned(), ids: several.to_vec() }.into()),
        }
    }

    async fn devices_called(&self, typed: &str) -> Result<Vec<String>, StoreError> {
        let store = self.snapshot().await?;
        let mut ids = Vec::new();
        if let Some(value) = normalise::serial(typed) {
            for handle in [HandleKind::Serial, HandleKind::Tag] {
                let found = store.records_by(handle, &value, NAMESAKES).await?;
                ids.extend(found.into_iter().map(|record| record.key.external_id));
            }
        }
        if ids.is_empty() && store.record(&self.asset_key(typed)).await?.is_some() {
            ids.push(typed.to_owned());
        }
        Ok(ids)
    }

    fn asset_key(self, display_id: &str) -> RecordKey {
        RecordKey::new(self.hub.desk.name(), Kind::Asset, display_id)
    }
}

/// A page of the devices whose serial numbers differ. The database finds those that are written differently; whether that
/// is a difference is the rule's (`A06`).
async fn mismatched(
    store: &Reads,
    system: &str,
    filter: InventoryFilter<'_>,
    size: usize,
) -> Result<Vec<InventoryItem>, StoreError> {
    let (mut found, mut after) = (Vec::new(), filter.after.to_owned());
    loop {
        let batch = store.inventory(system, InventoryFilter { after: &after, ..filter }, MISMATCH_BATCH).await?;
        let last = batch.last().filter(|_| batch.len() == MISMATCH_BATCH).map(|item| item.device.external_id.clone());
        found.extend(batch.into_iter().filter(|item| item.device.serials_differ()));
        match last {
            Some(last) if found.len() < size => after = last,
            _ => break,
        }
    }
    found.truncate(size);
    Ok(found)
}

async fn holder(store: &Reads, requester: RecordKey) -> Result<Holder, StoreError> {
    if let Some(customer) = store.customer_of(&requester).await? {
        return Ok(Holder { requester, name: Some(customer.name), customer: Some(customer.id) });
    }
    let known = store.record(&requester).await?;
    let name = known.map(|known| known.attributes.title().to_owned()).filter(|name| !name.is_empty());
    Ok(Holder { requester, name, customer: None })
}
