//! Lowers changes of messages to statements.

use jiff::Timestamp;
use tessera_core::kernel::ids::MessageId;
use tessera_core::messages::change::MessageChange;
use tessera_core::messages::{DeviceReading, Message, Outcome};

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::{Conflict, values};

impl Lower for MessageChange {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::PutCredential { credential: it, hash } => {
                let values = values![it.id, it.person, &it.name, hash, it.created_at, &it.created_by];
                to.push(Statement::one(sql::MESSAGE_CREDENTIAL_PUT, values, Conflict::Exists));
            }
            Self::RevokeCredential { id, at, by } => {
                let values = values![*at, by, *id];
                to.push(Statement::one(sql::MESSAGE_CREDENTIAL_REVOKE, values, Conflict::Credentials));
            }
            Self::Receive(message) => receive(message, to),
            Self::Settle { id, at, outcome } => to.push(settle(*id, *at, outcome)),
            Self::KeepReading(reading) => to.push(keep_reading(reading)),
        }
    }
}

fn receive(message: &Message, to: &mut Vec<Statement>) {
    let used = values![message.received_at, message.credential];
    to.push(Statement::one(sql::MESSAGE_CREDENTIAL_USED, used, Conflict::Credentials));
    let values = values![
        message.id,
        message.person,
        &message.external_id,
        message.credential,
        &message.kind,
        &message.body,
        message.digest,
        message.received_at,
    ];
    to.push(Statement::one(sql::MESSAGE_RECEIVE, values, Conflict::Exists));
}

fn settle(id: MessageId, at: Timestamp, outcome: &Outcome) -> Statement {
    let (kind, result, code, reason) = match outcome {
        Outcome::CarriedOut(made) => (Some(made.kind.as_str()), Some(made.id.as_str()), None, None),
        Outcome::Rejected { code, reason } => (None, None, Some(code.as_str()), Some(reason.as_str())),
    };
    Statement::one(sql::MESSAGE_SETTLE, values![at, kind, result, code, reason, id], Conflict::Exists)
}

fn keep_reading(it: &DeviceReading) -> Statement {
    let values =
        values![it.message, &it.system, &it.external_id, &it.measure, it.measured_at, &it.value, it.unit.as_deref()];
    Statement::any(sql::READING_KEEP, values)
}
