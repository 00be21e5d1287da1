//! Reads of invitations.

use tessera_core::invitations::Invitation;
use tessera_core::kernel::ids::InvitationId;

use super::rows::invitation;
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::search::records::{ROOM, filled};
use crate::{Reads, StoreError, Value, values};

impl Reads {
    /// The invitations of several requesters that are not revoked, newest first.
    pub async fn open_invitations(&self, system: &str, requester_ids: &[&str]) -> Result<Vec<Invitation>, StoreError> {
        let mut found = Vec::new();
        for some in requester_ids.chunks(ROOM) {
            let mut values = values![system];
            values.extend(filled(some.iter().map(|id| Value::from(*id))));
            found.extend(read_all(self.query(sql::INVITATIONS_STANDING, values).await?, invitation)?);
        }
        Ok(found)
    }

    /// One invitation.
    pub async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        read_one(self.one(sql::INVITATION, values![id]).await?, invitation)
    }

    /// Invitations by id, in any order.
    pub async fn invitations_listed(&self, ids: &[InvitationId]) -> Result<Vec<Invitation>, StoreError> {
        read_all(self.rows_of(sql::INVITATIONS_LISTED, ids).await?, invitation)
    }

    /// The invitation with this token hash.
    pub async fn invitation_by_token(&self, token_hash: &[u8; 32]) -> Result<Option<Invitation>, StoreError> {
        read_one(self.one(sql::INVITATION_BY_TOKEN, values![token_hash]).await?, invitation)
    }

    /// The newest invitations of a requester or an account, newest first.
    pub async fn invitations(&self, system: &str, external_id: &str) -> Result<Vec<Invitation>, StoreError> {
        read_all(self.query(sql::INVITATIONS, values![system, external_id, 50_i64]).await?, invitation)
    }
}
