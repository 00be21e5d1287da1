//! Reads of devices.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{CustomerId, PersonId, PlaceId};
use tessera_core::kernel::record::RecordKey;

use super::rows::{asset_key, device};
use super::sql;
use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Value, values};

/// The devices of a signed-in user's customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyDevices {
    /// The customer.
    pub customer_id: CustomerId,
    /// The customer's name.
    pub name: String,
    /// When the complete list was last read from the service desk.
    pub as_of: Option<Timestamp>,
    /// The devices.
    pub devices: Vec<Device>,
}

/// A device found by a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDevice {
    /// The device.
    pub device: Device,
    /// The customer whose requester holds it, with their name.
    pub customer: Option<(CustomerId, String)>,
}

impl Reads {
    /// The place of a device, if one is set.
    pub async fn device_place(&self, system: &str, external_id: &str) -> Result<Option<PlaceId>, StoreError> {
        read_one(self.one(sql::DEVICE_PLACE, values![system, external_id]).await?, |row| row.id("place_id"))
    }

    /// The places of a system's devices, by device id.
    pub async fn places_of_devices(&self, system: &str, ids: &[&str]) -> Result<BTreeMap<String, PlaceId>, StoreError> {
        let mut put = BTreeMap::new();
        for some in ids.chunks(ROOM) {
            let mut values = filled(some.iter().map(|id| Value::from(*id)));
            values.extend(values![system]);
            let read = |row: &Row| Ok((row.get("external_id")?, row.id("place_id")?));
            put.extend(read_all(self.query(sql::DEVICE_PLACES, values).await?, read)?);
        }
        Ok(put)
    }

    /// The devices at a person's places, each with its place, by display id: exactly the devices that the person may see (`P08`).
    pub async fn devices_visible_to(&self, person: PersonId) -> Result<Vec<(PlaceId, Device)>, StoreError> {
        let rows = self.query(sql::DEVICES_IN_PLACES, values![person]).await?;
        let mut found = read_all(rows, |row| {
            let place = row.id("place_id")?;
            Ok((place, device(row)?))
        })?;
        found.sort_by(|(_, a), (_, b)| (&a.system, &a.external_id).cmp(&(&b.system, &b.external_id)));
        Ok(found)
    }

    /// The devices announced to a customer as assigned.
    pub async fn devices_assigned(&self, of: CustomerId) -> Result<BTreeSet<RecordKey>, StoreError> {
        let rows = self.query(sql::DEVICES_ASSIGNED, values![of]).await?;
        Ok(read_all(rows, asset_key)?.into_iter().collect())
    }

    /// The devices most recently announced to a customer, including those unassigned since.
    pub async fn devices_assigned_ever(&self, of: CustomerId, limit: usize) -> Result<BTreeSet<RecordKey>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.query(sql::DEVICES_ASSIGNED_EVER, values![of, limit]).await?;
        Ok(read_all(rows, asset_key)?.into_iter().collect())
    }

    /// Periods in which customers held a device, newest first.
    pub async fn device_history(
        &self,
        of: CustomerId,
        device: &RecordKey,
        limit: usize,
    ) -> Result<Vec<(Timestamp, Option<Timestamp>)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = values![of, &device.system, &device.external_id, limit];
        read_all(self.query(sql::DEVICE_HISTORY, values).await?, |row| Ok((row.get("since")?, row.get("ended_at")?)))
    }

    /// One device.
    pub async fn device(&self, system: &str, external_id: &str) -> Result<Option<Device>, StoreError> {
        read_one(self.one(sql::DEVICE, values![system, external_id]).await?, device)
    }

    /// Devices of a system by id, in any order.
    pub async fn devices_among(&self, system: &str, ids: &[&str]) -> Result<Vec<Device>, StoreError> {
        let mut found = Vec::new();
        for some in ids.chunks(ROOM) {
            let mut values = filled(some.iter().map(|id| Value::from(*id)));
            values.extend(values![system]);
            found.extend(read_all(self.query(sql::DEVICES_AMONG, values).await?, device)?);
        }
        Ok(found)
    }

    /// The devices assigned to a requester.
    pub async fn devices_held(&self, system: &str, requester_id: &str) -> Result<Vec<Device>, StoreError> {
        read_all(self.query(sql::DEVICES_HELD, values![system, requester_id]).await?, device)
    }

    /// The devices of a customer.
    pub async fn devices_of(&self, customer: CustomerId) -> Result<Vec<Device>, StoreError> {
        read_all(self.query(sql::DEVICES_OF_CUSTOMER, values![customer]).await?, device)
    }

    /// A customer's devices, each with its place, if one is set.
    pub async fn devices_with_places(
        &self,
        customer: CustomerId,
    ) -> Result<Vec<(Device, Option<PlaceId>)>, StoreError> {
        read_all(self.query(sql::DEVICES_PUT_OF_CUSTOMER, values![customer]).await?, |row| {
            let place = row.optional_id("place_id")?;
            Ok((device(row)?, place))
        })
    }

    /// The devices with a normalised serial number, each with the customer whose requester holds it.
    pub async fn devices_by_serial(&self, serial: &str, limit: usize) -> Result<Vec<FoundDevice>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::DEVICES_BY_SERIAL, values![serial, limit]).await?, |row| {
            let (id, name): (Option<CustomerId>, Option<String>) =
                (row.optional_id("customer_id")?, row.get("customer_name")?);
            Ok(FoundDevice { customer: id.zip(name), device: device(row)? })
        })
    }

    /// The subset of these devices whose place is none of the person's.
    pub async fn devices_put_elsewhere(
        &self,
        person: PersonId,
        system: &str,
        ids: &[&str],
    ) -> Result<Vec<RecordKey>, StoreError> {
        let mut found = Vec::new();
        for some in ids.chunks(ROOM) {
            let mut values = filled(some.iter().map(|id| Value::from(*id)));
            values.extend(values![system, person, CustomerId::OPERATOR]);
            found.extend(read_all(self.query(sql::DEVICES_PUT_ELSEWHERE, values).await?, asset_key)?);
        }
        Ok(found)
    }

    /// Number of a customer's assets that are not devices.
    pub async fn other_assets_of(&self, customer: CustomerId) -> Result<usize, StoreError> {
        let row = self.one(sql::OTHER_ASSETS_OF_CUSTOMER, values![customer]).await?;
        Ok(row.map_or(Ok(0), |row| row.get("count"))?)
    }

    /// The devices of the customer with this identity; none when the identity belongs to no customer.
    pub async fn my_devices(&self, identity: &IdentityKey) -> Result<Option<MyDevices>, StoreError> {
        let rows = self.query(sql::MY_DEVICES, values![&identity.issuer, &identity.subject]).await?;
        let mut mine: Option<MyDevices> = None;
        for row in rows {
            let (customer_id, name, as_of) =
                (row.id("customer_id")?, row.get("customer_name")?, row.get("devices_as_of")?);
            let mine = mine.get_or_insert(MyDevices { customer_id, name, as_of, devices: Vec::new() });
            if row.get::<Option<String>>("system")?.is_some() {
                mine.devices.push(device(&row)?);
            }
        }
        if let Some(mine) = &mut mine {
            mine.devices.sort_by(|a, b| (&a.system, &a.external_id).cmp(&(&b.system, &b.external_id)));
        }
        Ok(mine)
    }
}
