//! Reads of timelines.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use tessera_core::access::Viewer;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::{Entry, Hash, Head};
use uuid::Uuid;

use super::rows::{ReadHead, entry, head};
use super::sql;
use crate::engine::Row;
use crate::kernel::reads::{read_all, read_one};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Undecoded, Value, values};

impl Reads {
    /// The timeline of a person's customer, newest first, if the person has the customer's home place.
    pub async fn timeline_visible_to(
        &self,
        of: &Viewer,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = values![of.person, of.customer_id, before.unwrap_or(i64::MAX), limit];
        read_all(self.query(sql::TIMELINE_READ, values).await?, entry)
    }

    /// The subset of these returns, invoices, places and contacts that a person can see.
    pub async fn named_visible_to(&self, of: &Viewer, ids: &[Uuid]) -> Result<BTreeSet<Uuid>, StoreError> {
        let mut found = BTreeSet::new();
        for some in ids.chunks(ROOM) {
            let mut values = filled(some.iter().map(|id| Value::from(*id)));
            values.extend(values![of.person, of.customer_id]);
            found.extend(read_all(self.query(sql::TIMELINE_NAMED_READ, values).await?, |row| row.id::<Uuid>("id"))?);
        }
        Ok(found)
    }

    /// The head of a customer's timeline. `None`: there is no such customer.
    pub async fn timeline_head(&self, of: CustomerId) -> Result<Option<Head>, StoreError> {
        read_one(self.one(sql::TIMELINE_HEAD, values![of]).await?, head)
    }

    /// The newest entries of a timeline older than `before`, newest first.
    pub async fn timeline(&self, of: CustomerId, before: Option<i64>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = values![of, before.unwrap_or(i64::MAX), limit];
        read_all(self.query(sql::TIMELINE_NEWEST, values).await?, entry)
    }

    /// The heads of timelines, by customer id from `from` on. An unreadable head does not stop the others.
    pub async fn heads(&self, from: CustomerId, limit: usize) -> Result<Vec<(CustomerId, ReadHead)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let read = |row: &Row| match head(row) {
            Err(error) if error.problem == Undecoded::Missing => Err(error),
            head => Ok((row.id("id")?, head)),
        };
        read_all(self.query(sql::HEADS_FROM, values![from, limit]).await?, read)
    }

    /// The oldest entries of a timeline with these sequence numbers, oldest first.
    pub async fn timeline_between(
        &self,
        of: CustomerId,
        numbers: RangeInclusive<i64>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = values![of, *numbers.start(), *numbers.end(), limit];
        read_all(self.query(sql::TIMELINE_BETWEEN, values).await?, entry)
    }

    /// The first sequence number from `from` on.
    pub async fn timeline_seq_from(&self, of: CustomerId, from: i64) -> Result<Option<i64>, StoreError> {
        read_one(self.one(sql::TIMELINE_SEQ_FROM, values![of, from]).await?, |row| row.get("seq"))
    }

    /// The hash of an entry. `None`: there is no such entry.
    pub async fn timeline_hash(&self, of: CustomerId, seq: i64) -> Result<Option<Hash>, StoreError> {
        read_one(self.one(sql::TIMELINE_HASH, values![of, seq]).await?, |row| row.get("hash"))
    }

    /// The first entry whose customer has no row: customer id and sequence number.
    pub async fn orphaned_entry(&self) -> Result<Option<(CustomerId, i64)>, StoreError> {
        let found = self.one(sql::TIMELINE_ORPHAN, values![]).await?;
        read_one(found, |row| Ok((row.id("customer_id")?, row.get("seq")?)))
    }

    /// A whole timeline, oldest first, for verification.
    pub async fn whole_timeline(&self, of: CustomerId) -> Result<Vec<Entry>, StoreError> {
        read_all(self.query(sql::TIMELINE_ALL, values![of]).await?, entry)
    }
}
