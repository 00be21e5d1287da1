//! Devices: who has them, what was wanted of them, and the device that somebody means.

use jiff::Timestamp;
use tessera_core::access::Viewer;
use tessera_core::devices::device_writes::DeviceWrite;
use tessera_core::devices::{AmbiguousNameError, Device, is_there};
use tessera_core::kernel::customer::{Customer, IdentityKey};
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Asset, Attributes, HandleKind, Kind, RecordKey};
use tessera_core::service_requests::ServiceRequest;
use tessera_store::{Reads, StoreError};

use super::Queries;
use crate::HubError;

pub use tessera_store::FoundDevice;

/// How many writes of one device are listed.
const WRITES: usize = 20;
/// How many requests a device's page lists.
const REQUESTS_OF_DEVICE: usize = 20;
/// How many times a device came and went that are shown on its page.
const TURNS_OF_DEVICE: usize = 50;
/// How many records of one name are looked at, to tell that it is ambiguous.
const NAMESAKES: usize = 8;

/// What staff see of a device.
#[derive(Debug, Clone)]
pub struct DevicePage {
    /// The record of the asset.
    pub key: RecordKey,
    /// What it says.
    pub asset: Asset,
    /// When it was last read.
    pub read_at: Timestamp,
    /// Whether the service desk has it, so that somebody can be given it.
    pub is_there: bool,
    /// Whether its two serial numbers differ.
    pub serials_differ: bool,
    /// Who has it.
    pub holder: Option<Holder>,
    /// What was last wanted of it, newest first.
    pub writes: Vec<DeviceWrite>,
}

/// Who has a device.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The requester in the service desk.
    pub requester: RecordKey,
    /// Their name, if it is known.
    pub name: Option<String>,
    /// The customer they are linked to.
    pub customer: Option<CustomerId>,
}

/// What a person sees of a device at one of their places.
#[derive(Debug, Clone)]
pub struct OwnDevice {
    /// The device.
    pub device: Device,
    /// Since when, and until when, it was their customer's, newest first.
    pub history: Vec<(Timestamp, Option<Timestamp>)>,
    /// The newest requests about it that they see.
    pub requests: Vec<ServiceRequest>,
}

impl Queries<'_> {
    /// The customer that somebody signs in for, unless that has ended.
    pub async fn customer_of_identity(&self, key: &IdentityKey) -> Result<Option<Customer>, StoreError> {
        self.reads().customer_of_identity(key).await
    }

    /// The devices at a person's places, by display id.
    pub async fn devices_at_places_of(&self, person: PersonId) -> Result<Vec<Device>, StoreError> {
        Ok(self.reads().devices_visible_to(person).await?.into_iter().map(|(_, device)| device).collect())
    }

    /// The devices with a serial number, as it is compared, each with whose it is.
    pub async fn devices_by_serial(&self, serial: &str, size: usize) -> Result<Vec<FoundDevice>, StoreError> {
        self.reads().devices_by_serial(serial, size).await
    }

    /// What staff see of a device.
    pub async fn device_page(&self, display_id: &str) -> Result<Option<DevicePage>, StoreError> {
        let store = self.snapshot().await?;
        let Some(record) = store.record(&self.asset_key(display_id)).await? else { return Ok(None) };
        let Attributes::Asset(asset) = record.attributes else { return Ok(None) };
        let (key, is_there) = (record.key, is_there(&asset, record.gone_at));
        let device = store.device(&key.system, &key.external_id).await?;
        let holder = match asset.used_by.as_deref().filter(|_| is_there) {
            Some(requester) => Some(holder(&store, RecordKey::new(&key.system, Kind::Requester, requester)).await?),
            None => None,
        };
        let subject = format!("asset:{}", key.external_id);
        Ok(Some(DevicePage {
            writes: store.device_writes_of(&key.system, &subject, WRITES).await?,
            serials_differ: device.as_ref().is_some_and(Device::serials_differ),
            read_at: record.read_at,
            key,
            asset,
            is_there,
            holder,
        }))
    }

    /// A device at one of a person's places: another one does not exist for them.
    pub async fn own_device(&self, viewer: &Viewer, display_id: &str) -> Result<Option<OwnDevice>, StoreError> {
        let store = self.snapshot().await?;
        let mut devices = store.devices_visible_to(viewer.person).await?.into_iter().map(|(_, device)| device);
        let Some(device) = devices.find(|device| device.external_id == display_id) else { return Ok(None) };
        let history = store.device_history(viewer.customer_id, &device.record(), TURNS_OF_DEVICE).await?;
        let requests =
            store.requests_of_device_visible_to(viewer.person, &device.system, display_id, REQUESTS_OF_DEVICE).await?;
        Ok(Some(OwnDevice { device, history, requests }))
    }

    /// The requester that somebody typed: by number, or by the e-mail address that only one of them has. Nothing typed names nobody.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when no requester has the address; [`AmbiguousNameError`] when several have.
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

    /// The device that somebody typed: by serial number, tag or display id.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when no device is called so; [`AmbiguousNameError`] when several are.
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

async fn holder(store: &Reads, requester: RecordKey) -> Result<Holder, StoreError> {
    if let Some(customer) = store.customer_of(&requester).await? {
        return Ok(Holder { requester, name: Some(customer.name), customer: Some(customer.id) });
    }
    let known = store.record(&requester).await?;
    let name = known.map(|known| known.attributes.title().to_owned()).filter(|name| !name.is_empty());
    Ok(Holder { requester, name, customer: None })
}
