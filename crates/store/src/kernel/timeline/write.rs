//! Lowers changes of timelines to statements.

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
            Self::Rewrite { customer_id, seq, before, after, original } => {
                let values = values![&after.0, &after.1, original, *customer_id, *seq, &before.0, &before.1];
                to.push(Statement::one(sql::TIMELINE_REWRITE, values, Conflict::Customer));
            }
            Self::ErasePersonal { customer_id, seq } => {
                to.push(Statement::any(sql::TIMELINE_ERASE, values![*customer_id, *seq]));
            }
        }
    }
}

/// Appends entries to the timeline of a customer, in order.
///
/// The head advances first, once for all entries. On PostgreSQL, at READ COMMITTED, that update waits for any
/// concurrent update of the same head, in this process or another, and then computes from the committed value. It keeps
/// the row locked until the commit, so the entries, which read their sequence numbers from the head afterwards, find it
/// unchanged. (An insert that read the head first could get the same number as another one.) On SQLite there is only
/// one writer.
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
