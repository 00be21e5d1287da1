//! Reads of marketplaces.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tessera_core::kernel::ids::CallId;
use tessera_core::marketplace::{Call, SyncOption};
use tessera_core::sync::correlate::Slot;

use super::rows::call;
use super::sql;
use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, Undecodable, values};

/// Options stored by staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOptions {
    /// The options. Empty: those of the configuration apply.
    pub options: Vec<SyncOption>,
    /// Number of changes, from 1.
    pub version: i64,
    /// Time of the last change.
    pub changed_at: Timestamp,
    /// Author of the last change.
    pub changed_by: String,
}

impl Reads {
    /// The options stored by staff, if any.
    pub async fn option_set(&self, marketplace: &str) -> Result<Option<StoredOptions>, StoreError> {
        read_one(self.one(sql::OPTION_SET, values![marketplace]).await?, stored_options)
    }

    /// The options stored by staff for several marketplaces, by name.
    pub async fn option_sets(&self, marketplaces: &[&str]) -> Result<BTreeMap<String, StoredOptions>, StoreError> {
        let rows = self.rows_of(sql::OPTION_SETS, marketplaces).await?;
        Ok(read_all(rows, |row| Ok((row.get("marketplace")?, stored_options(row)?)))?.into_iter().collect())
    }

    /// The version of a correlation slot. 0: not used yet.
    pub async fn correlation_slot(&self, slot: Slot) -> Result<i64, StoreError> {
        Ok(read_one(self.one(sql::SLOT, values![slot.0]).await?, |row| row.get("version"))?.unwrap_or(0))
    }

    /// The newest calls of a marketplace, newest first.
    pub async fn calls(
        &self,
        marketplace: &str,
        before: Option<CallId>,
        limit: usize,
    ) -> Result<Vec<Call>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let before = before.unwrap_or(CallId(uuid::Uuid::max()));
        read_all(self.query(sql::CALLS, values![marketplace, before, limit]).await?, call)
    }

    /// The latest call of each of several marketplaces.
    pub async fn last_calls(&self, marketplaces: &[&str]) -> Result<Vec<Call>, StoreError> {
        read_all(self.rows_of(sql::CALLS_LAST, marketplaces).await?, call)
    }

    /// The newest calls about an account, newest first.
    pub async fn calls_about(&self, marketplace: &str, account: &str, limit: usize) -> Result<Vec<Call>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::CALLS_OF_ACCOUNT, values![marketplace, account, limit]).await?, call)
    }

    /// One call.
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, StoreError> {
        read_one(self.one(sql::CALL, values![id]).await?, call)
    }
}

fn stored_options(row: &Row) -> Result<StoredOptions, Undecodable> {
    Ok(StoredOptions {
        options: row.json("options")?,
        version: row.get("version")?,
        changed_at: row.get("changed_at")?,
        changed_by: row.get("changed_by")?,
    })
}
