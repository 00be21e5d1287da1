//! Timelines: entries get their place in the chain, and their hash, at the commit.

use std::ops::RangeInclusive;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::{Entry, GENESIS, Hash, Head, NewEntry, PersonalPart, chain_hash};

use crate::engine::{Row, Statement};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, Undecodable, Undecoded, values};

/// Appends entries to the timeline of a customer, in their order.
///
/// The head moves first, over all of the entries at once. On PostgreSQL, at READ COMMITTED, that update waits for whoever else moves the
/// same head and then computes from what they committed, in this process or another; and it keeps the row locked until the commit. So the
/// entries, which read their places from the head afterwards, cannot find it moved by anybody else. (An insert that read the head first
/// could take the same place as another one.) On SQLite there is one writer anyway.
pub(crate) fn append(to: CustomerId, entries: &[&NewEntry], statements: &mut Vec<Statement>) {
    let digests: Vec<_> = entries.iter().map(|entry| entry.digest()).collect();
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    statements.push(Statement::one(sql::TIMELINE_ADVANCE, values![count, digests.concat(), to], Conflict::Customer));
    for (entry, (digest, behind)) in entries.iter().zip(digests.iter().zip((0..count).rev())) {
        let personal = entry.personal.as_ref();
        let values = values![
            behind,
            entry.at,
            &entry.actor,
            &entry.channel,
            &entry.event,
            personal.map(|part| part.document.as_str()),
            personal.map(|part| part.salt.to_vec()),
            personal.map(PersonalPart::commitment),
            GENESIS,
            digest,
            to,
        ];
        statements.push(Statement::one(sql::TIMELINE_APPEND, values, Conflict::Customer));
    }
}

/// Teaches an SQLite connection the function `chain_hash`, which PostgreSQL has from its schema.
pub fn teach_chain_hash(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("chain_hash", 3, flags, |context: &Context<'_>| {
        let (before, digests) = (context.get_raw(0).as_blob()?, context.get_raw(2).as_blob()?);
        Ok(chain_hash(before, context.get(1)?, digests))
    })
}

/// The end of a timeline as it stands in the database, where somebody may have written past the hub.
pub type ReadHead = Result<Head, Undecodable>;

impl Reads {
    /// Where the timeline of a customer ends, if there is such a customer.
    pub async fn timeline_head(&self, of: CustomerId) -> Result<Option<Head>, StoreError> {
        read_one(self.one(sql::TIMELINE_HEAD, values![of]).await?, head)
    }

    /// The newest entries of a timeline that come before `before`, newest first.
    pub async fn timeline(&self, of: CustomerId, before: Option<i64>, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = values![of, before.unwrap_or(i64::MAX), limit];
        read_all(self.query(sql::TIMELINE_NEWEST, values).await?, entry)
    }

    /// The ends of timelines, by customers' ids from `from` on. One that cannot be read does not stand in the way of the others.
    pub async fn heads(&self, from: CustomerId, limit: usize) -> Result<Vec<(CustomerId, ReadHead)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let read = |row: &Row| match head(row) {
            Err(error) if error.problem == Undecoded::Missing => Err(error),
            head => Ok((row.id("id")?, head)),
        };
        read_all(self.query(sql::HEADS_FROM, values![from, limit]).await?, read)
    }

    /// The oldest entries of a timeline among those numbered so, oldest first.
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

    /// The number of the first entry from this number on.
    pub async fn timeline_seq_from(&self, of: CustomerId, from: i64) -> Result<Option<i64>, StoreError> {
        read_one(self.one(sql::TIMELINE_SEQ_FROM, values![of, from]).await?, |row| row.get("seq"))
    }

    /// The hash of an entry, if there is such an entry.
    pub async fn timeline_hash(&self, of: CustomerId, seq: i64) -> Result<Option<Hash>, StoreError> {
        read_one(self.one(sql::TIMELINE_HASH, values![of, seq]).await?, |row| row.get("hash"))
    }

    /// The first entry whose customer has no row: whose, and its number.
    pub async fn orphaned_entry(&self) -> Result<Option<(CustomerId, i64)>, StoreError> {
        let found = self.one(sql::TIMELINE_ORPHAN, values![]).await?;
        read_one(found, |row| Ok((row.id("customer_id")?, row.get("seq")?)))
    }

    /// A whole timeline, oldest first, to verify its chain.
    pub async fn whole_timeline(&self, of: CustomerId) -> Result<Vec<Entry>, StoreError> {
        read_all(self.query(sql::TIMELINE_ALL, values![of]).await?, entry)
    }
}

fn head(row: &Row) -> ReadHead {
    Ok(Head { length: row.get("head_length")?, hash: row.get("head_hash")? })
}

pub(crate) fn entry(row: &Row) -> Result<Entry, Undecodable> {
    Ok(Entry {
        customer_id: row.id("customer_id")?,
        seq: row.get("seq")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        channel: row.get("channel")?,
        event: row.get("event")?,
        personal: match (row.get("personal")?, row.get("salt")?) {
            (Some(document), Some(salt)) => Some(PersonalPart { document, salt }),
            _ => None,
        },
        commitment: row.get("commitment")?,
        hash: row.get("hash")?,
    })
}
