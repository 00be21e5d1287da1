//! Reads one customer's records from the outside systems.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use jiff::Timestamp;
use tessera_core::devices::Device;
use tessera_core::kernel::customer::{Customer, Link};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Kind, Observation, RecordKey};
use tessera_core::sync::reconcile::Facts;
use tessera_store::{StoreError, StoredRecord};

use crate::ports::{ConnectError, Priority};
use crate::sync::apply_observation::ReadRecord;
use crate::sync::sweep::Verdict;
use crate::{Ctx, Hub, HubError};

/// Number of one customer's assets read concurrently.
const AT_ONCE: usize = 8;
/// Maximum number of contacts with one address that are read in full. More become a review, for which this is not
/// needed.
const CONTACTS_IN_FULL: usize = 3;

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
#[derive(Debug)]
struct Stored(BTreeMap<RecordKey, StoredRecord>);

impl Stored {
    /// The reading, or the stored record if it was read later.
    fn latest(&self, read: &Observation) -> Observation {
        let Some(record) = self.0.get(&read.key) else { return read.clone() };
        if record.read_at > read.read_at && record.gone_at.is_none() {
            return record.clone().observation();
        }
        let mut read = read.clone();
        read.attributes.complete(&record.attributes);
        read
    }

    /// Time of the stored reading.
    fn read_at(&self, key: &RecordKey) -> Option<(RecordKey, Timestamp)> {
        self.0.get(key).map(|record| (key.clone(), record.read_at))
    }

    /// Whether a record has a held change.
    fn waits(&self, key: &RecordKey) -> bool {
        self.0.get(key).is_some_and(|record| record.held_at.is_some())
    }
}

impl Hub {
    /// Contacts with the requester's primary e-mail address (`A04`). A search can omit the lifecycle stage and the deals
    /// (`A02`), so the contacts that it finds are read in full.
    pub(crate) async fn read_contacts(
        &self,
        requester: &Observation,
        priority: Priority,
    ) -> Result<Vec<Observation>, ConnectError> {
        let Some(email) = requester.attributes.primary_email() else { return Ok(Vec::new()) };
        let found = self.crm.contacts_by_email(email, priority).await?;
        if found.len() > CONTACTS_IN_FULL {
            return Ok(found);
        }
        let mut contacts = join_all(found.into_iter().map(|contact| self.in_full(contact, priority))).await;
        // The search lags, so the address may have changed since.
        let wanted = normalise::email(email);
        contacts.retain(|contact| contact.attributes.primary_email().and_then(normalise::email) == wanted);
        Ok(contacts)
    }

    /// A contact with everything that the search omitted. If it cannot be read now, it is used as it was found: the link
    /// does not depend on its deals, and a later reading adds them.
    async fn in_full(&self, found: Observation, priority: Priority) -> Observation {
        if !found.attributes.leaves_something_out() {
            return found;
        }
        match self.crm.contact(&found.key.external_id, priority).await {
            Ok(Some(contact)) => contact,
            Ok(None) => found,
            Err(error) => {
                tracing::debug!(%error, contact = %found.key, "read without its lifecycle stage and deals");
                found
            }
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
        let keys: Vec<&RecordKey> = theirs.iter().map(|asset| &asset.key).collect();
        let known = self.known_devices(&keys).await?;
        let held = self.reads().held_among(&keys).await?;
        let mut kept = Vec::with_capacity(theirs.len());
        for asset in theirs {
            let now = Device::of(&asset, &self.config.device_type);
            let differs = |before: &Device| now.as_ref() != Some(&Device { read_at: asset.read_at, ..before.clone() });
            let concerns = known.get(&asset.key).is_some_and(differs) || held.contains(&asset.key);
            if !concerns || self.observed(asset.clone(), &Ctx::background()).await? == Verdict::Go {
                kept.push(asset);
            }
        }
        Ok(kept)
    }

    /// The stored devices among some of the service desk's assets.
    async fn known_devices(&self, keys: &[&RecordKey]) -> Result<BTreeMap<RecordKey, Device>, StoreError> {
        let ids: Vec<&str> = keys.iter().map(|key| key.external_id.as_str()).collect();
        let devices = self.reads().devices_among(self.desk.name(), &ids).await?;
        Ok(devices.into_iter().map(|device| (self.asset_key(&device.external_id), device)).collect())
    }

    /// Combines the readings with the stored state. A later stored reading replaces an older one.
    pub(crate) async fn facts(&self, reading: &Fetch, customer: Option<&Customer>) -> Result<Facts<'_>, HubError> {
        let people = || [&reading.requester].into_iter().chain(&reading.contacts).chain(&reading.linked_contact);
        let keys: Vec<&RecordKey> = people().chain(&reading.assets).map(|read| &read.key).collect();
        let stored = Stored(self.reads().records_among(&keys).await?);
        self.check_order(people().chain(&reading.assets), &stored)?;
        let mut facts = Facts {
            requester: stored.latest(&reading.requester),
            contacts: reading.contacts.iter().map(|contact| stored.latest(contact)).collect(),
            assets: Vec::new(),
            known: people().filter_map(|read| stored.read_at(&read.key)).collect(),
            contact_link: None,
            linked_contact: reading.linked_contact.as_ref().map(|contact| stored.latest(contact)),
            contact_owners: self.other_owners(&reading.contacts, customer).await?,
            asked: Vec::new(),
            assigned: BTreeSet::new(),
            waiting: people()
                .filter(|read| stored.waits(&read.key))
                .map(|read| (read.key.clone(), read.read_at))
                .collect(),
            contested: Vec::new(),
            read_at: reading.read_at,
            device_type: &self.config.device_type,
        };
        self.share_out_assets(&reading.assets, &stored, customer, &mut facts).await?;
        if let Some(customer) = customer {
            let links = self.reads().links(customer.id).await?;
            let is_contact = |link: &Link| link.ended.is_none() && link.record.kind == Kind::Contact;
            facts.contact_link = links.into_iter().find(is_contact);
            let reviews = self.reads().reviews_of(customer.id).await?;
            facts.asked = reviews.into_iter().map(|review| review.question).collect();
            facts.assigned = self.reads().devices_assigned(customer.id).await?;
        }
        Ok(facts)
    }

    /// Adds the requester's assets. One that has a held change or belongs to another customer is contested: it is applied on
    /// its own, so that the customer who loses it is notified, and the brake counts it.
    async fn share_out_assets(
        &self,
        read: &[Observation],
        stored: &Stored,
        customer: Option<&Customer>,
        facts: &mut Facts<'_>,
    ) -> Result<(), StoreError> {
        let keys: Vec<&RecordKey> = read.iter().map(|asset| &asset.key).collect();
        let devices = self.known_devices(&keys).await?;
        for asset in read {
            let asset = stored.latest(asset);
            if asset.holder() != Some(facts.requester.key.external_id.as_str()) {
                continue;
            }
            let device = devices.get(&asset.key);
            if stored.waits(&asset.key) || self.is_anothers(device, &facts.requester.key, customer).await? {
                facts.contested.push(asset.key);
            } else {
                facts.known.extend(stored.read_at(&asset.key));
                facts.assets.push(asset);
            }
        }
        Ok(())
    }

    /// The contacts that belong to other customers, with those.
    async fn other_owners(
        &self,
        contacts: &[Observation],
        customer: Option<&Customer>,
    ) -> Result<Vec<(RecordKey, CustomerId)>, StoreError> {
        let keys: Vec<&RecordKey> = contacts.iter().map(|contact| &contact.key).collect();
        let owners = self.reads().owners_among(&keys).await?.into_iter().map(|(key, owner)| (key, owner.id));
        Ok(owners.filter(|(_, owner)| customer.is_none_or(|customer| customer.id != *owner)).collect())
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

    /// Reports the stored records that were read later to the reading clock. [`HubError::Busy`] if the order of a reading and
    /// its stored record is unknown, so that the record has to be read again.
    fn check_order<'a>(&self, read: impl Iterator<Item = &'a Observation>, stored: &Stored) -> Result<(), HubError> {
        let readings = self.env.readings();
        for read in read {
            let Some(record) = stored.0.get(&read.key).filter(|record| record.gone_at.is_none()) else { continue };
            if record.read_at > read.read_at {
                readings.observe(record.read_at);
                if readings.is_order_unknown(read.read_at, record.read_at) {
                    return Err(HubError::Busy);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn requester_key(&self, requester_id: &str) -> RecordKey {
        RecordKey::new(self.desk.name(), Kind::Requester, requester_id)
    }
}
