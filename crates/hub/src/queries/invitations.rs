//! Invitations (`A11`).

use tessera_core::invitations::Invitation;
use tessera_core::kernel::ids::InvitationId;
use tessera_store::StoreError;

use super::Queries;

impl Queries<'_> {
    /// One invitation.
    pub async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        self.reads().invitation(id).await
    }

    /// The newest invitations of a requester, newest first.
    pub async fn invitations_of_requester(&self, requester_id: &str) -> Result<Vec<Invitation>, StoreError> {
        self.reads().invitations(self.hub.desk.name(), requester_id).await
    }

    /// The owner of an invitation's record, masked: the sign-in of the linked customer, else the one that claimed the
    /// invitation.
    pub async fn sign_in_of_invitation(&self, id: InvitationId) -> Result<Option<String>, StoreError> {
        let store = self.snapshot().await?;
        let Some(invitation) = store.invitation(id).await? else { return Ok(None) };
        let linked = match store.customer_of(&invitation.record()).await? {
            Some(customer) => store.identities(customer.id).await?.first().map(|identity| identity.sign_in.masked()),
            None => None,
        };
        Ok(linked.or_else(|| invitation.claim.map(|claim| claim.shown_as)))
    }
}
