//! Rows of messages.

use tessera_core::messages::{DeviceReading, Message, MessageCredential, Outcome, Reference, Referred};

use crate::Undecodable;
use crate::engine::Row;

/// Column list of a table.
macro_rules! columns {
    (message_credentials) => {
        "id, person_id, name, created_at, created_by, last_used_at, revoked_at, revoked_by"
    };
    (messages) => {
        "id, person_id, external_id, credential_id, kind, body, digest, received_at, finished_at, result_kind, result_id, \
        reason_code, reason"
    };
}
pub(super) use columns;

pub(super) fn credential(row: &Row) -> Result<MessageCredential, Undecodable> {
    let (revoked_at, revoked_by) = (row.get::<Option<_>>("revoked_at")?, row.get::<Option<String>>("revoked_by")?);
    Ok(MessageCredential {
        id: row.id("id")?,
        person: row.id("person_id")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        created_by: row.get("created_by")?,
        last_used_at: row.get("last_used_at")?,
        revoked: revoked_at.map(|at| (at, revoked_by.unwrap_or_default())),
    })
}

pub(super) fn message(row: &Row) -> Result<Message, Undecodable> {
    let (kind, id) = (row.get::<Option<String>>("result_kind")?, row.get::<Option<String>>("result_id")?);
    let (code, reason) = (row.get::<Option<String>>("reason_code")?, row.get::<Option<String>>("reason")?);
    let outcome = match kind.as_deref().and_then(Referred::parse) {
        Some(kind) => Outcome::CarriedOut(Reference { kind, id: id.unwrap_or_default() }),
        None => Outcome::Rejected { code: code.unwrap_or_default(), reason: reason.unwrap_or_default() },
    };
    Ok(Message {
        id: row.id("id")?,
        person: row.id("person_id")?,
        external_id: row.get("external_id")?,
        credential: row.id("credential_id")?,
        kind: row.get("kind")?,
        body: row.get("body")?,
        digest: row.get("digest")?,
        received_at: row.get("received_at")?,
        outcome: row.get::<Option<_>>("finished_at")?.map(|at| (at, outcome)),
    })
}

pub(super) fn reading(row: &Row) -> Result<DeviceReading, Undecodable> {
    Ok(DeviceReading {
        system: row.get("system")?,
        external_id: row.get("external_id")?,
        measure: row.get("measure")?,
        measured_at: row.get("measured_at")?,
        value: row.get("value")?,
        unit: row.get("unit")?,
        message: row.id("message_id")?,
    })
}
