//! Reads of activations.

use tessera_core::activation::Activation;
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{ActivationId, InvitationId};

use super::rows::activation;
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

impl Reads {
    /// One activation.
    pub async fn activation(&self, id: ActivationId) -> Result<Option<Activation>, StoreError> {
        read_one(self.one(sql::ACTIVATION, values![id]).await?, activation)
    }

    /// Some activations, in any order.
    pub async fn activations_listed(&self, ids: &[ActivationId]) -> Result<Vec<Activation>, StoreError> {
        read_all(self.rows_of(sql::ACTIVATIONS_LISTED, ids).await?, activation)
    }

    /// The newest activations of an invitation, newest first.
    pub async fn activations_of(&self, invitation: InvitationId) -> Result<Vec<Activation>, StoreError> {
        read_all(self.query(sql::ACTIVATIONS_OF_INVITATION, values![invitation]).await?, activation)
    }

    /// The newest activation of an identity.
    pub async fn activation_of_identity(&self, key: &IdentityKey) -> Result<Option<Activation>, StoreError> {
        read_one(self.one(sql::ACTIVATION_OF_SUBJECT, values![&key.issuer, &key.subject]).await?, activation)
    }
}
