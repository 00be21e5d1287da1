//! How changes of timelines are written.

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::timeline::change::TimelineChange;
use tessera_core::kernel::timeline::{GENESIS, NewEntry, PersonalPart};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, values};

impl Lower for TimelineChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Append(entry) => append(entry.customer_id, &[entry], to),
            Self::ErasePersonal { customer_id, seq } => {
                to.push(Statement::any(sql::TIMELINE_ERASE, values![*customer_id, *seq]));
            }
        }
    }
}

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
