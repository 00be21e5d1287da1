//! Reading one customer's records from the outside systems.

use futures_util::future::join_all;
use jiff::Timestamp;
use tessera_connect::{ConnectError, Priority};
use tessera_core::customer::Customer;
use tessera_core::device::Device;
use tessera_core::reconcile::Facts;
use tessera_core::record::{Kind, Observation, RecordKey};
use tessera_store::StoreError;

use crate::{Hub, HubError};

/// How many assets of one customer are read at once.
const AT_ONCE: usize = 8;

/// What the outside systems said.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub requester: Observation,
    pub contacts: Vec<Observation>,
    pub assets: Vec<Observation>,
    pub read_at: Timestamp,
}

/// The assets that may be a requester's.
#[derive(Debug)]
pub(crate) struct Assets {
    /// Those that are.
    pub theirs: Vec<Observation>,
    /// Those that are somebody else's by now, or nobody's.
    pub elsewhere: Vec<Observation>,
    /// Devices of theirs that the service desk no longer has.
    pub gone: Vec<Device>,
}

impl Hub {
    /// The contacts that may be a requester's, by its primary e-mail (`A04`).
    pub(crate) async fn read_contacts(
        &self,
        requester: &Observation,
        priority: Priority,
    ) -> Result<Vec<Observation>, ConnectError> {
        match requester.attributes.primary_email() {
            Some(email) => self.crm.contacts_by_email(email, priority).await,
            None => Ok(Vec::new()),
        }
    }

    /// The assets of a requester. The service desk's list by user lags behind by minutes, so it only says which assets to look at: each
    /// device on it, and each the hub knew, is read by itself, and is theirs if it says so itself.
    pub(crate) async fn look_at_assets(&self, requester_id: &str, priority: Priority) -> Result<Assets, HubError> {
        let listed = self.desk.assets_of(requester_id, priority).await?;
        let known = self.store.devices_held(self.desk.name(), requester_id).await?;
        let (devices, theirs): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|asset| Device::of(asset, &self.config.device_type).is_some());
        let mut ids: Vec<String> = devices.into_iter().map(|asset| asset.key.external_id).collect();
        ids.extend(known.iter().map(|device| device.external_id.clone()));
        ids.sort();
        ids.dedup();

        let mut read = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            read.extend(join_all(some.iter().map(|id| self.desk.asset(id, priority))).await);
        }
        let mut assets = Assets { theirs, elsewhere: Vec::new(), gone: Vec::new() };
        for (id, read) in ids.iter().zip(read) {
            match read? {
                Some(asset) if asset.holder() == Some(requester_id) => assets.theirs.push(asset),
                Some(asset) => assets.elsewhere.push(asset),
                None => assets.gone.extend(known.iter().find(|device| device.external_id == *id).cloned()),
            }
        }
        Ok(assets)
    }

    /// The same, with what turned out to be somebody else's, or gone, written down at once.
    pub(crate) async fn read_assets(
        &self,
        requester_id: &str,
        priority: Priority,
    ) -> Result<Vec<Observation>, HubError> {
        let assets = self.look_at_assets(requester_id, priority).await?;
        for asset in assets.elsewhere {
            self.observe_asset(asset, "hub", "job").await?;
        }
        for device in &assets.gone {
            self.asset_gone(device).await?;
        }
        Ok(assets.theirs)
    }

    /// Puts what was read beside what the hub knows.
    pub(crate) async fn facts(&self, reading: &Reading, customer: Option<&Customer>) -> Result<Facts<'_>, StoreError> {
        let mut contact_owners = Vec::new();
        for contact in &reading.contacts {
            if let Some(owner) = self.store.customer_of(&contact.key).await?
                && customer.is_none_or(|customer| customer.id != owner.id)
            {
                contact_owners.push((contact.key.clone(), owner.id));
            }
        }
        let (mut contact_link, mut asked) = (None, Vec::new());
        if let Some(customer) = customer {
            let links = self.store.links(customer.id).await?;
            contact_link = links.into_iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Contact);
            asked = self.store.reviews_of(customer.id).await?.into_iter().map(|review| review.question).collect();
        }
        let key = &reading.requester.key;
        let devices_before: Vec<Device> = self.store.devices_held(&key.system, &key.external_id).await?;
        Ok(Facts {
            requester: reading.requester.clone(),
            contacts: reading.contacts.clone(),
            assets: reading.assets.clone(),
            contact_link,
            contact_owners,
            asked,
            devices_before,
            read_at: reading.read_at,
            device_type: &self.config.device_type,
        })
    }

    pub(crate) fn requester_key(&self, requester_id: &str) -> RecordKey {
        RecordKey::new(self.desk.name(), Kind::Requester, requester_id)
    }
}
