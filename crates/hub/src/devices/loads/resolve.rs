//! Finds what the cells of a table mean, for all lines at once.

use std::collections::{BTreeMap, BTreeSet};

use tessera_core::devices::is_there;
use tessera_core::devices::load::{KnownAsset, KnownRequester, Meant};
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Attributes, HandleKind, RecordKey};
use tessera_store::{StoreError, StoredRecord};

use crate::Hub;

impl Hub {
    /// The assets that serial numbers, tags or display ids mean.
    pub(super) async fn assets_meant<'a>(
        &self,
        typed: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<&'a str, Meant<KnownAsset>>, StoreError> {
        let typed: BTreeSet<&str> = typed.filter(|typed| !typed.is_empty()).collect();
        let values = normalised(&typed, normalise::serial);
        let mut found = self.records_called(&[HandleKind::Serial, HandleKind::Tag], &values).await?;
        found.extend(self.records_with_ids(&typed, |id| self.asset_key(id)).await?);
        Ok(meant(&typed, &found, |record| asset(self.desk.name(), record), |asset| &asset.display_id))
    }

    /// The assets that have these serial numbers.
    pub(super) async fn assets_with_serial<'a>(
        &self,
        typed: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<&'a str, Meant<KnownAsset>>, StoreError> {
        let typed: BTreeSet<&str> = typed.filter(|typed| !typed.is_empty()).collect();
        let values = normalised(&typed, normalise::serial);
        let found = self.records_called(&[HandleKind::Serial], &values).await?;
        Ok(meant(&typed, &found, |record| asset(self.desk.name(), record), |asset| &asset.display_id))
    }

    /// The requesters that numbers or primary e-mail addresses mean.
    pub(super) async fn requesters_meant<'a>(
        &self,
        typed: impl Iterator<Item = &'a str>,
    ) -> Result<BTreeMap<&'a str, Meant<KnownRequester>>, StoreError> {
        let typed: BTreeSet<&str> = typed.filter(|typed| !typed.is_empty()).collect();
        let values = normalised(&typed, normalise::email);
        let mut found = self.records_called(&[HandleKind::PrimaryEmail], &values).await?;
        found.extend(self.records_with_ids(&typed, |id| self.requester_key(id)).await?);
        Ok(meant(&typed, &found, |record| requester(self.desk.name(), record), |requester| &requester.id))
    }

    /// The records that these values find, each with what was typed for it.
    async fn records_called<'a>(
        &self,
        handles: &[HandleKind],
        values: &BTreeMap<String, Vec<&'a str>>,
    ) -> Result<Vec<(&'a str, StoredRecord)>, StoreError> {
        let wanted: Vec<&str> = values.keys().map(String::as_str).collect();
        let mut found = Vec::new();
        for handle in handles {
            for (value, record) in self.reads().records_by_any(*handle, &wanted).await? {
                let typed = values.get(&value).into_iter().flatten();
                found.extend(typed.map(|typed| (*typed, record.clone())));
            }
        }
        Ok(found)
    }

    /// The records with these ids.
    async fn records_with_ids<'a>(
        &self,
        typed: &BTreeSet<&'a str>,
        key: impl Fn(&str) -> RecordKey,
    ) -> Result<Vec<(&'a str, StoredRecord)>, StoreError> {
        let keys: Vec<(&str, RecordKey)> = typed.iter().map(|typed| (*typed, key(typed))).collect();
        let records = self.reads().records_among(&keys.iter().map(|(_, key)| key).collect::<Vec<_>>()).await?;
        Ok(keys.iter().filter_map(|(typed, key)| Some((*typed, records.get(key)?.clone()))).collect())
    }
}

/// What was typed, by its normalised value.
fn normalised<'a>(
    typed: &BTreeSet<&'a str>,
    normalise: impl Fn(&str) -> Option<String>,
) -> BTreeMap<String, Vec<&'a str>> {
    let mut values: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for typed in typed {
        if let Some(value) = normalise(typed) {
            values.entry(value).or_default().push(typed);
        }
    }
    values
}

/// Groups what was found by what was typed.
fn meant<'a, T>(
    typed: &BTreeSet<&'a str>,
    found: &[(&'a str, StoredRecord)],
    known: impl Fn(&StoredRecord) -> Option<T>,
    id: impl Fn(&T) -> &String,
) -> BTreeMap<&'a str, Meant<T>> {
    let mut meant = BTreeMap::new();
    for typed in typed {
        let records = found.iter().filter(|(of, _)| of == typed).filter_map(|(_, record)| known(record));
        let distinct: BTreeMap<String, T> = records.map(|it| (id(&it).clone(), it)).collect();
        let one = match distinct.len() {
            0 => Meant::Nothing,
            1 => distinct.into_values().next().map_or(Meant::Nothing, Meant::One),
            _ => Meant::Several(distinct.into_keys().collect()),
        };
        meant.insert(*typed, one);
    }
    meant
}

fn asset(system: &str, record: &StoredRecord) -> Option<KnownAsset> {
    let Attributes::Asset(asset) = &record.attributes else { return None };
    (record.key.system == system && is_there(asset, record.gone_at)).then(|| KnownAsset {
        display_id: record.key.external_id.clone(),
        name: asset.name.clone(),
        holder: asset.used_by.clone(),
    })
}

fn requester(system: &str, record: &StoredRecord) -> Option<KnownRequester> {
    let Attributes::Requester(requester) = &record.attributes else { return None };
    (record.key.system == system && record.gone_at.is_none())
        .then(|| KnownRequester { id: record.key.external_id.clone(), active: requester.active })
}
