//! What somebody reads who follows a link of an invitation.

use tessera_core::kernel::ids::InvitationId;
use tessera_store::StoreError;

use super::Queries;

impl Queries<'_> {
    /// The masked sign-in that an invitation's record belongs to, or that claims it. Whoever holds the link may know it.
    pub async fn sign_in_that_has(&self, invitation: InvitationId) -> Result<Option<String>, StoreError> {
        let store = self.snapshot().await?;
        let Some(invitation) = store.invitation(invitation).await? else { return Ok(None) };
        let linked = match store.customer_of(&invitation.record()).await? {
            Some(customer) => store.identities(customer.id).await?.first().map(|identity| identity.sign_in.masked()),
            None => None,
        };
        Ok(linked.or_else(|| invitation.claim.map(|claim| claim.shown_as)))
    }
}
