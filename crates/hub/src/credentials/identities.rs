//! A customer's sign-ins, which the customer can add and remove (`A23`).

use tessera_core::credentials;
use tessera_core::credentials::identity::{self, CustomerIdentities, IdentityError};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::customer::{Customer, Identity, IdentityKey, SignIn};
use tessera_core::kernel::ids::{IdentityId, PersonId};
use tessera_core::persons::{ACCOUNT_DELETED, Inactive};

use crate::activation::activate::actor_of;
use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// The sign-ins of the person who owns `mine`, oldest first. Empty if `mine` is not linked.
    pub async fn identities_beside(&self, mine: &IdentityKey) -> Result<Vec<Identity>, HubError> {
        match self.reads().identity(mine).await? {
            Some(identity) => Ok(self.reads().identities_of_person(identity.person_id).await?),
            None => Ok(Vec::new()),
        }
    }

    /// Adds a sign-in to the person who owns `mine`. Ends all of the person's other sessions except `session`.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the new sign-in is already linked, or `mine` is no longer linked to a customer.
    pub async fn add_identity(
        &self,
        mine: &IdentityKey,
        added: &SignIn,
        session: Option<[u8; 32]>,
        channel: Channel,
    ) -> Result<(), HubError> {
        commit!(self, &Ctx::new(actor_of(mine), channel), |tx| {
            let (customer, identities) = self.customer_identities(mine).await?;
            let owner = self.reads().identity(&added.identity).await?.map(|identity| identity.customer_id);
            let household = CustomerIdentities { customer, identities: &identities, session };
            let plan = identity::add(household, added, owner, tx.stamp);
            tx.extend(plan?);
            Ok(())
        })
    }

    /// Removes a sign-in from the person who owns `mine`, unless it is the last. Ends its sessions, and those of the
    /// person's other sign-ins except `session`.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if the customer has no such sign-in, [`HubError::Rejected`] if it is the last.
    pub async fn remove_identity(
        &self,
        mine: &IdentityKey,
        id: IdentityId,
        session: Option<[u8; 32]>,
        channel: Channel,
    ) -> Result<(), HubError> {
        if let Some(passkey) = self.passkey_beside(mine, id).await? {
            return self.remove_own_passkey(passkey, id, session, channel).await;
        }
        commit!(self, &Ctx::new(actor_of(mine), channel), |tx| {
            let (customer, identities) = self.customer_identities(mine).await?;
            let going = identities.iter().find(|identity| identity.id == id);
            let link = match going {
                Some(identity) => self.reads().link_of(&identity::record_of(&identity.sign_in)).await?,
                None => None,
            };
            let link = link.filter(|link| link.customer_id == customer.id);
            let household = CustomerIdentities { customer, identities: &identities, session };
            let plan = identity::remove(household, id, link.as_ref(), tx.stamp);
            tx.extend(plan?);
            Ok(())
        })
    }

    /// Rejects an inactive person: their tokens are still valid at the provider, but no longer grant access here
    /// (`P04`). A person whose marketplace account was deleted is not rejected; they get that as the reason why there
    /// is no data (`M15`).
    ///
    /// # Errors
    /// [`HubError::Rejected`] `access_ended`.
    pub async fn check_active(&self, mine: &IdentityKey) -> Result<(), HubError> {
        let inactive = self.inactive(mine).await?;
        if inactive.is_none_or(|inactive| inactive.why == ACCOUNT_DELETED) {
            Ok(())
        } else {
            Err(IdentityError::AccessEnded.into())
        }
    }

    async fn inactive(&self, mine: &IdentityKey) -> Result<Option<Inactive>, HubError> {
        let Some(identity) = self.reads().identity(mine).await? else { return Ok(None) };
        Ok(self.reads().person(identity.person_id).await?.and_then(|person| person.inactive))
    }

    /// The owner of a passkey, if it belongs to the person who owns `mine`.
    async fn passkey_beside(&self, mine: &IdentityKey, id: IdentityId) -> Result<Option<PersonId>, HubError> {
        let identities = self.identities_beside(mine).await?;
        let passkey = identities.into_iter().find(|identity| identity.id == id);
        let passkey = passkey.filter(|identity| credentials::passkey_of(&identity.sign_in.identity).is_some());
        Ok(passkey.map(|identity| identity.person_id))
    }

    async fn customer_identities(&self, mine: &IdentityKey) -> Result<(Customer, Vec<Identity>), HubError> {
        let unknown = || HubError::from(IdentityError::Unknown);
        if self.inactive(mine).await?.is_some() {
            return Err(IdentityError::AccessEnded.into());
        }
        let identity = self.reads().identity(mine).await?.ok_or_else(unknown)?;
        let customer = self.reads().customer(identity.customer_id).await?.ok_or_else(unknown)?;
        let identities = self.reads().identities_of_person(identity.person_id).await?;
        Ok((customer, identities))
    }
}
