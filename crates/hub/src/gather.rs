//! Reading one customer's records from the outside systems.

use jiff::Timestamp;
use tessera_connect::{ConnectError, Priority};
use tessera_core::customer::Customer;
use tessera_core::device::Device;
use tessera_core::reconcile::Facts;
use tessera_core::record::{Kind, Observation, RecordKey};
use tessera_store::StoreError;

use crate::{Hub, HubError};

/// What the outside systems said.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub requester: Observation,
    pub contacts: Vec<Observation>,
    pub assets: Vec<Observation>,
    pub read_at: Timestamp,
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

    /// The assets of a requester. The service desk's filter lags behind by minutes, so what the hub knew and the list lacks is read one by
    /// one: only the object itself tells that it is no longer theirs.
    pub(crate) async fn read_assets(
        &self,
        requester_id: &str,
        priority: Priority,
    ) -> Result<Vec<Observation>, HubError> {
        let mut listed = self.desk.assets_of(requester_id, priority).await?;
        let known = self.store.devices_held(self.desk.name(), requester_id).await?;
        for device in known {
            if listed.iter().any(|asset| asset.key.external_id == device.external_id) {
                continue;
            }
            match self.desk.asset(&device.external_id, priority).await? {
                Some(asset) if asset.holder() == Some(requester_id) => listed.push(asset),
                Some(asset) => self.observe_asset(asset, "hub", "job").await?,
                None => self.asset_gone(&device).await?,
            }
        }
        // For the same reason a listed one may be somebody else's by now; it is theirs only if it says so itself.
        listed.retain(|asset| asset.holder() == Some(requester_id));
        Ok(listed)
    }

    /// Puts what was read beside what the hub knows.
    pub(crate) async fn facts(&self, reading: &Reading, customer: Option<&Customer>) -> Result<Facts<'_>, StoreError> {
        let mut contact_owners = Vec::new();
        for contact in &reading.contacts {
            if let Some(owner) = self.store.customer_of(&contact.key).await? {
                if customer.is_none_or(|customer| customer.id != owner.id) {
                    contact_owners.push((contact.key.clone(), owner.id));
                }
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
