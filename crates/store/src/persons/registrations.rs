//! Who asks to be let in (`P12`).

use tessera_core::kernel::ids::RegistrationId;
use tessera_core::persons::registration::{Registration, RegistrationState};

use crate::engine::{Row, Statement};
use crate::kernel::reads::{read_all, read_one};
use crate::kernel::sql;
use crate::{Conflict, Reads, StoreError, Undecodable, values};

impl Reads {
    /// One registration.
    pub async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, StoreError> {
        read_one(self.one(sql::REGISTRATION, values![id]).await?, registration)
    }

    /// The registration that a token's hash belongs to.
    pub async fn registration_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<Registration>, StoreError> {
        read_one(self.one(sql::REGISTRATION_BY_TOKEN, values![token_hash]).await?, registration)
    }

    /// Those that wait for a decision, the oldest first.
    pub async fn registrations_waiting(&self, limit: usize) -> Result<Vec<Registration>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::REGISTRATIONS_WAITING, values![limit]).await?, registration)
    }
}

pub(crate) fn create(registration: &Registration) -> Statement {
    let Registration { id, name, email, message, token_hash, created_at, expires_at, state, .. } = registration;
    let values = values![*id, name, email, message.as_deref(), token_hash, *created_at, *expires_at, state.as_str()];
    Statement::one(sql::REGISTRATION_CREATE, values, Conflict::Exists)
}

pub(crate) fn update(registration: &Registration, from: RegistrationState) -> Statement {
    let Registration { id, state, person, decided_by, decided_at, reason, .. } = registration;
    let values =
        values![state.as_str(), *person, decided_by.as_deref(), *decided_at, reason.as_deref(), *id, from.as_str(),];
    Statement::one(sql::REGISTRATION_UPDATE, values, Conflict::Registration)
}

fn registration(row: &Row) -> Result<Registration, Undecodable> {
    Ok(Registration {
        id: row.id("id")?,
        name: row.get("name")?,
        email: row.get("email")?,
        message: row.get("message")?,
        token_hash: row.get("token_hash")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        state: row.text("state", RegistrationState::parse)?,
        person: row.optional_id("person_id")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.get("decided_at")?,
        reason: row.get("reason")?,
    })
}
