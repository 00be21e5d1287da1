//! Lowers changes of marketplaces to statements.

use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::{Call, Operation};
use tessera_core::sync::correlate::Slot;

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::{Lower, json};
use crate::{Conflict, values};

impl Lower for MarketplaceChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::KeepCall(call) => to.push(keep_call(call)),
            Self::PutOptions { marketplace, options, version, at, by } => {
                let values = values![marketplace, json(options), *at, by, *version];
                to.push(Statement::one(sql::OPTIONS_PUT, values, Conflict::Options));
            }
            Self::TakeSlots(slots) => to.extend(slots.iter().map(take_slot)),
        }
    }
}

fn keep_call(call: &Call) -> Statement {
    let values = values![
        call.id,
        &call.marketplace,
        call.operation.map(Operation::as_str),
        call.account_id.as_deref(),
        call.at,
        call.micros,
        i64::from(call.code),
        call.is_test,
        &call.request,
        &call.answer,
    ];
    Statement::one(sql::CALL_KEEP, values, Conflict::Exists)
}

fn take_slot((slot, version): &(Slot, i64)) -> Statement {
    match version {
        0 => Statement::one(sql::SLOT_FIRST, values![slot.0], Conflict::Slot),
        version => Statement::one(sql::SLOT_TAKE, values![slot.0, *version], Conflict::Slot),
    }
}
