//! Marketplaces: options in force, accounts, and the calls kept for staff.

use jiff::Timestamp;
use tessera_core::kernel::customer::Link;
use tessera_core::kernel::ids::CallId;
use tessera_core::kernel::record::RecordKey;
use tessera_core::marketplace::{Call, Operation, SyncOption};
use tessera_core::sync::correlate::Slot;

use crate::engine::Row;
use crate::kernel::reads::{link, read_all, read_one};
use crate::kernel::records::record;
use crate::kernel::sql;
use crate::{Reads, StoreError, StoredRecord, Undecodable, values};

/// Sync options that staff put in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOptions {
    /// The options; none: those of the configuration.
    pub options: Vec<SyncOption>,
    /// Counts changes, from 1.
    pub version: i64,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// By whom.
    pub changed_by: String,
}

impl Reads {
    /// The options that staff put in force, if they ever did.
    pub async fn option_set(&self, instance: &str) -> Result<Option<StoredOptions>, StoreError> {
        read_one(self.one(sql::OPTION_SET, values![instance]).await?, |row| {
            Ok(StoredOptions {
                options: row.json("options")?,
                version: row.get("version")?,
                changed_at: row.get("changed_at")?,
                changed_by: row.get("changed_by")?,
            })
        })
    }

    /// A page of a marketplace's accounts, in the order of their ids.
    pub async fn accounts(&self, instance: &str, after: &str, limit: usize) -> Result<Vec<StoredRecord>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::ACCOUNTS_AFTER, values![instance, after, limit]).await?, record)
    }

    /// All links of a record, ended ones too, newest first.
    pub async fn links_of_record(&self, record: &RecordKey) -> Result<Vec<Link>, StoreError> {
        let values = values![&record.system, record.kind.as_str(), &record.external_id];
        read_all(self.query(sql::LINKS_OF_RECORD, values).await?, link)
    }

    /// The version of a slot; 0: nobody took it yet.
    pub async fn correlation_slot(&self, slot: Slot) -> Result<i64, StoreError> {
        Ok(read_one(self.one(sql::SLOT, values![slot.0]).await?, |row| row.get("version"))?.unwrap_or(0))
    }

    /// The newest calls of a marketplace, newest first.
    pub async fn calls(&self, instance: &str, before: Option<CallId>, limit: usize) -> Result<Vec<Call>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let before = before.unwrap_or(CallId(uuid::Uuid::max()));
        read_all(self.query(sql::CALLS, values![instance, before, limit]).await?, call)
    }

    /// The newest calls about an account, newest first.
    pub async fn calls_about(&self, instance: &str, account: &str, limit: usize) -> Result<Vec<Call>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::CALLS_OF_ACCOUNT, values![instance, account, limit]).await?, call)
    }

    /// One call.
    pub async fn call(&self, id: CallId) -> Result<Option<Call>, StoreError> {
        read_one(self.one(sql::CALL, values![id]).await?, call)
    }
}

fn call(row: &Row) -> Result<Call, Undecodable> {
    Ok(Call {
        id: row.id("id")?,
        instance: row.get("instance")?,
        operation: row.get::<Option<String>>("operation")?.as_deref().and_then(Operation::parse),
        account_id: row.get("account_id")?,
        at: row.get("at")?,
        micros: row.get("micros")?,
        code: i32::try_from(row.get::<i64>("code")?).unwrap_or(i32::MIN),
        is_test: row.get("is_test")?,
        request: row.get("request")?,
        answer: row.get("answer")?,
    })
}
