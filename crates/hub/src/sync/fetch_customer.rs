//! Reads one customer's records from the outside systems.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use jiff::Timestamp;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::record::{Kind, Observation, RecordKey};
use tessera_core::sync::reconcile::Facts;
use tessera_store::StoreError;

use crate::ports::{ConnectError, Priority};
use crate::sync::apply_observation::ReadRecord;
use crate::sync::sweep::Verdict;
use crate::{Ctx, Hub, HubError};

/// Number of one customer's assets read concurrently.
const AT_ONCE: usize = 8;

/// Records read from the outside systems.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    pub requester: Observation,
    pub contacts: Vec<Observation>,
    /// The linked contact, if the search did not find it.
    pub linked_contact: Option<Observation>,
    pub assets: Vec<Observation>,
    pub read_at: Timestamp,
}

/// Assets that may belong to a requester.
#[derive(Debug)]
pub(crate) struct Assets {
    /// Assets that do.
    pub theirs: Vec<Observation>,
    /// Assets that now belong to another requester or to none.
    pub elsewhere: Vec<Observation>,
    /// The requester's devices that were not found by their id, with evidence of what became of them.
    pub missing: Vec<ReadRecord>,
}

/// The stored counterparts of the records that were read.
#[derive(Debug, Default)]
struct Stored {
    /// Time of the stored reading, by record.
    known: BTreeMap<RecordKey, Timestamp>,
    /// Records with a held change, with the time of the present reading.
    waiting: Vec<(RecordKey, Timestamp)>,
}

impl Hub {
    /// Contacts with the requester's primary e-mail address (`A04`).
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

    /// The assets of a requester. The service desk's list by user lags by minutes, so it is used only to find
    /// candidates: each listed device, and each device known before, is read by its id, and belongs to the requester if
    /// its own record says so.
    pub(crate) async fn fetch_assets(&self, requester_id: &str, priority: Priority) -> Result<Assets, HubError> {
        let listed = self.desk.assets_of(requester_id, priority).await?;
        let known = self.reads().devices_held(self.desk.name(), requester_id).await?;
        let (devices, mut theirs): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|asset| Device::of(asset, &self.config.device_type).is_some());
        let mut ids: Vec<String> = devices.into_iter().map(|asset| asset.key.external_id).collect();
        ids.extend(known.iter().map(|device| device.external_id.clone()));
        ids.sort();
        ids.dedup();
        // The listed attributes lag, too: a device that is still listed as another type is read by its id.
        theirs.retain(|asset| ids.binary_search(&asset.key.external_id).is_err());

        let mut read = Vec::with_capacity(ids.len());
        for some in ids.chunks(AT_ONCE) {
            let keys: Vec<RecordKey> = some.iter().map(|id| self.asset_key(id)).collect();
            read.extend(join_all(keys.iter().map(|key| self.read(key, priority))).await);
        }
        let mut assets = Assets { theirs, elsewhere: Vec::new(), missing: Vec::new() };
        for read in read {
            match read? {
                ReadRecord::There(asset) if asset.holder() == Some(requester_id) => assets.theirs.push(*asset),
                ReadRecord::There(asset) => assets.elsewhere.push(*asset),
                missing @ ReadRecord::Missing { .. } => assets.missing.push(missing),
            }
        }
        Ok(assets)
    }

    /// The assets of a requester. Assets that belong to others, are gone, or changed are applied at once.
    pub(crate) async fn read_assets(
        &self,
        requester_id: &str,
        priority: Priority,
    ) -> Result<Vec<Observation>, HubError> {
        let Assets { theirs, elsewhere, missing } = self.fetch_assets(requester_id, priority).await?;
        for asset in elsewhere {
            self.observed(asset, &Ctx::background()).await?;
        }
        for missing in &missing {
            self.apply_observation(missing, &Ctx::background()).await?;
        }
        // An asset that changed or changed owner is first applied on its own, which notifies the previous owner. If the
        // brake holds it, it is left out of this requester's assets.
        let mut kept = Vec::with_capacity(theirs.len());
        for asset in theirs {
            let before = self.reads().device(&asset.key.system, &asset.key.external_id).await?;
            let now = Device::of(&asset, &self.config.device_type);
            let differs = |before: Device| now.as_ref() != Some(&Device { read_at: asset.read_at, ..before });
            let concerns = before.is_some_and(differs) || self.reads().binding(&asset.key).await?.is_some();
            if !concerns || self.observed(asset.clone(), &Ctx::background()).await? == Verdict::Go {
                kept.push(asset);
            }
        }
        Ok(kept)
    }

    /// Combines the readings with the stored state. A later stored reading replaces an older one.
    pub(crate) async fn facts(&self, reading: &Fetch, customer: Option<&Customer>) -> Result<Facts<'_>, StoreError> {
        let mut stored = Stored::default();
        let requester = self.latest(&reading.requester, &mut stored).await?;
        let (mut contacts, mut assets, mut contested) = (Vec::new(), Vec::new(), Vec::new());
        for contact in &reading.contacts {
            contacts.push(self.latest(contact, &mut stored).await?);
        }
        let linked_contact = match &reading.linked_contact {
            Some(contact) => Some(self.latest(contact, &mut stored).await?),
            None => None,
        };
        let Stored { mut known, waiting } = stored;
        let ids: Vec<&str> = reading.assets.iter().map(|asset| asset.key.external_id.as_str()).collect();
        let devices = self.reads().devices_among(self.desk.name(), &ids).await?;
        for asset in &reading.assets {
            let mut stored = Stored::default();
            let asset = self.latest(asset, &mut stored).await?;
            if asset.holder() != Some(requester.key.external_id.as_str()) {
                continue;
            }
            // An asset of another customer is applied on its own, not here: so the customer who loses it is notified,
            // and the brake counts it.
            let device = devices.iter().find(|device| device.external_id == asset.key.external_id);
            if stored.waiting.is_empty() && !self.is_anothers(device, &requester.key, customer).await? {
                known.append(&mut stored.known);
                assets.push(asset);
            } else {
                contested.push(asset.key);
            }
        }
        let mut contact_owners = Vec::new();
        for contact in &contacts {
            if let Some(owner) = self.reads().customer_of(&contact.key).await?
                && customer.is_none_or(|customer| customer.id != owner.id)
            {
                contact_owners.push((contact.key.clone(), owner.id));
            }
        }
        let (mut contact_link, mut asked, mut assigned) = (None, Vec::new(), BTreeSet::new());
        if let Some(customer) = customer {
            let links = self.reads().links(customer.id).await?;
            contact_link = links.into_iter().find(|link| link.ended.is_none() && link.record.kind == Kind::Contact);
            asked = self.reads().reviews_of(customer.id).await?.into_iter().map(|review| review.question).collect();
            assigned = self.reads().devices_assigned(customer.id).await?;
        }
        Ok(Facts {
            requester,
            contacts,
            assets,
            known,
            contact_link,
            linked_contact,
            contact_owners,
            asked,
            assigned,
            waiting,
            contested,
            read_at: reading.read_at,
            device_type: &self.config.device_type,
        })
    }

    /// Whether a device belongs to another customer, according to the stored state.
    async fn is_anothers(
        &self,
        device: Option<&Device>,
        requester: &RecordKey,
        customer: Option<&Customer>,
    ) -> Result<bool, StoreError> {
        let holder = device.and_then(|device| device.holder.as_ref());
        let Some(holder) = holder.filter(|holder| **holder != requester.external_id) else { return Ok(false) };
        let owner = self.reads().customer_of(&self.requester_key(holder)).await?;
        Ok(owner.is_some_and(|owner| customer.is_none_or(|customer| customer.id != owner.id)))
    }

    /// The reading, or the stored record if it was read later.
    async fn latest(&self, read: &Observation, stored: &mut Stored) -> Result<Observation, StoreError> {
        let Some(record) = self.reads().record(&read.key).await? else { return Ok(read.clone()) };
        stored.known.insert(record.key.clone(), record.read_at);
        if record.held_at.is_some() {
            stored.waiting.push((record.key.clone(), read.read_at));
        }
        if record.read_at > read.read_at && record.gone_at.is_none() {
            return Ok(record.observation());
        }
        let mut read = read.clone();
        read.attributes.complete(&record.attributes);
        Ok(read)
    }

    pub(crate) fn requester_key(&self, requester_id: &str) -> RecordKey {
        RecordKey::new(self.desk.name(), Kind::Requester, requester_id)
    }
}
