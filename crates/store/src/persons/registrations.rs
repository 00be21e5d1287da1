//! Registrations (`P12`).

use tessera_core::kernel::ids::RegistrationId;
use tessera_core::persons::registration::Registration;

use super::rows::registration;
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// One registration.
    pub async fn registration(&self, id: RegistrationId) -> Result<Option<Registration>, StoreError> {
        read_one(self.one(sql::REGISTRATION, values![id]).await?, registration)
    }

    /// Registrations by id, in any order.
    pub async fn registrations_listed(&self, ids: &[RegistrationId]) -> Result<Vec<Registration>, StoreError> {
        read_all(self.rows_of(sql::REGISTRATIONS_LISTED, ids).await?, registration)
    }

    /// The registration with this token hash.
    pub async fn registration_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<Registration>, StoreError> {
        read_one(self.one(sql::REGISTRATION_BY_TOKEN, values![token_hash]).await?, registration)
    }

    /// The registrations that wait for a decision, oldest first.
    pub async fn registrations_waiting(&self, limit: usize) -> Result<Vec<Registration>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        read_all(self.query(sql::REGISTRATIONS_WAITING, values![limit]).await?, registration)
    }
}
