//! Reading one customer's records from the outside systems.

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

/// How many assets of one customer are read at once.
const AT_ONCE: usize = 8;

/// What the outside systems said.
#[derive(Debug, Clone)]
pub(crate) struct Fetch {
    pub requester: Observation,
    pub contacts: Vec<Observation>,
    /// The contact linked already, when it is not among those found.
    pub linked_contact: Option<Observation>,
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
    /// Devices of theirs that did not answer by their id, and what became of them.
    pub missing: Vec<ReadRecord>,
}

/// What is stored of what was read.
#[derive(Debug, Default)]
struct Stored {
    /// When each was read.
    known: BTreeMap<RecordKey, Timestamp>,
    /// Of which a change waits for a decision, with when it was read now.
    waiting: Vec<(RecordKey, Timestamp)>,
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
    pub(crate) async fn fetch_assets(&self, requester_id: &str, priority: Priority) -> Result<Assets, HubError> {
        let listed = self.desk.assets_of(requester_id, priority).await?;
        let known = self.reads().devices_held(self.desk.name(), requester_id).await?;
        let (devices, mut theirs): (Vec<_>, Vec<_>) =
            listed.into_iter().partition(|asset| Device::of(asset, &self.config.device_type).is_some());
        let mut ids: Vec<String> = devices.into_iter().map(|asset| asset.key.external_id).collect();
        ids.extend(known.iter().map(|device| device.external_id.clone()));
        ids.sort();
        ids.dedup();
        // The list lags behind in what it says, too: a device that it still shows as something else is read by itself.
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

    /// The same, with what turned out to be somebody else's, gone, or changed, written down at once.
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
        // What was somebody else's, or said something else, is told to whomever it concerns before it is reconciled with this requester, and
        // not at all while the brake holds it.
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

    /// Puts what was read beside what the hub knows. What was read later by somebody else takes the place of what is older.
    pub(crate) async fn facts(&self, reading: &Fetch, customer: Option<&Customer>) -> Result<Facts<'_>, HubError> {
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
            // Whoever loses it hears of it, and the brake sees it: not here, but where one asset is read.
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

    /// Whether a device is with another customer, as far as the hub knows.
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

    /// The reading, or the stored record if that was read later. [`HubError::Busy`] if their order is unknown, so that the
    /// record has to be read again.
    async fn latest(&self, read: &Observation, stored: &mut Stored) -> Result<Observation, HubError> {
        let Some(record) = self.reads().record(&read.key).await? else { return Ok(read.clone()) };
        stored.known.insert(record.key.clone(), record.read_at);
        if record.held_at.is_some() {
            stored.waiting.push((record.key.clone(), read.read_at));
        }
        if record.read_at > read.read_at && record.gone_at.is_none() {
            let readings = self.env.readings();
            readings.observe(record.read_at);
            if readings.is_order_unknown(read.read_at, record.read_at) {
                return Err(HubError::Busy);
            }
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
