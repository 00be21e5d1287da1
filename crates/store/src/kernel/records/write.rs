//! Lowers changes of records to statements.

use jiff::Timestamp;
use tessera_core::kernel::readings::Reservation;
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Attributes, Observation, RecordKey};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for RecordChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Put(observation) => put_record(observation, to),
            Self::Bury { key, at } => {
                to.push(Statement::any(
                    sql::RECORD_BURY,
                    values![*at, &key.system, key.kind.as_str(), &key.external_id],
                ));
            }
            Self::Expect { key, read_at } => to.push(expect(key, *read_at)),
            Self::MarkMissing { key, at } => {
                to.push(Statement::any(
                    sql::RECORD_MISSING,
                    values![*at, &key.system, key.kind.as_str(), &key.external_id],
                ));
            }
            Self::Merge { key, into, at } => {
                let values = values![into, *at, &key.system, key.kind.as_str(), &key.external_id];
                to.push(Statement::any(sql::RECORD_MERGE, values));
            }
            Self::Reserve(reservation) => to.push(reserve(*reservation)),
        }
    }
}

pub(crate) fn reserve(Reservation { latest, until }: Reservation) -> Statement {
    Statement::any(sql::READINGS_RESERVE, values![latest, until])
}

fn put_record(observation: &Observation, to: &mut Vec<Statement>) {
    let key = &observation.key;
    to.push(Statement::any(
        sql::RECORD_PUT,
        values![
            &key.system,
            key.kind.as_str(),
            &key.external_id,
            observation.attributes.title(),
            json(&observation.attributes),
            json(&observation.raw),
            observation.content_hash(),
            observation.holder(),
            observation.updated_at,
            observation.read_at,
        ],
    ));
    put_handles(key, &observation.attributes, observation.read_at, to);
}

/// Replaces the search keys of a record as it was read at this time. If a later read was stored already, the record kept
/// its `read_at`, and these statements match no row.
pub(crate) fn put_handles(key: &RecordKey, attributes: &Attributes, read_at: Timestamp, to: &mut Vec<Statement>) {
    let clear = values![&key.system, key.kind.as_str(), &key.external_id, read_at];
    to.push(Statement::any(sql::HANDLES_CLEAR, clear));
    for handle in attributes.handles() {
        let add =
            values![handle.kind.as_str(), handle.value, &key.system, key.kind.as_str(), &key.external_id, read_at];
        to.push(Statement::any(sql::HANDLE_ADD, add));
    }
}

fn expect(key: &RecordKey, read_at: Option<Timestamp>) -> Statement {
    let mut values = values![&key.system, key.kind.as_str(), &key.external_id];
    let statement = if let Some(read_at) = read_at {
        values.push(read_at.into());
        sql::RECORD_EXPECT
    } else {
        values.push([0_u8; 32].into());
        sql::RECORD_EXPECT_NONE
    };
    Statement::one(statement, values, Conflict::Record)
}
