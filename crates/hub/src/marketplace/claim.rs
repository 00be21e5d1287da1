//! Activation through the link from a marketplace (`M13`): the sign-in activates immediately, without a call to an
//! outside system.

use tessera_core::credentials::identity;
use tessera_core::invitations::{self, Invitation};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, Kind};
use tessera_core::marketplace::activate::{self, ClaimAttempt, Held};
use tessera_core::marketplace::remove;
use tessera_store::StoreError;

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Plans the claim of an account's invitation by a sign-in. The plan is empty if the same sign-in has claimed it
    /// before.
    pub(crate) async fn plan_account_claim(
        &self,
        invitation: &Invitation,
        sign_in: &SignIn,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let customer = self.reads().customer_of(&invitation.record()).await?;
        let (identities, people) = match &customer {
            Some(customer) => tokio::try_join!(self.reads().identities(customer.id), self.reads().people(customer.id))?,
            None => (Vec::new(), Vec::new()),
        };
        let attempt = ClaimAttempt {
            invitation,
            sign_in: sign_in.clone(),
            customer,
            identities: &identities,
            people: &people,
            identity_of: self.held(sign_in).await?,
            licence: self.config.activation_licence,
        };
        Ok(activate::claim_invitation(attempt, stamp)?.unwrap_or_default())
    }

    async fn held(&self, sign_in: &SignIn) -> Result<Option<Held>, StoreError> {
        let Some(identity) = self.reads().identity(&sign_in.identity).await? else { return Ok(None) };
        let Some(customer) = self.reads().customer(identity.customer_id).await? else { return Ok(None) };
        let link = self.reads().link_of(&identity::record_of(&identity.sign_in)).await?;
        let links = self.reads().links(customer.id).await?;
        let is_over = links.iter().all(|link| link.ended.is_some() || link.record.kind == Kind::User);
        Ok(Some(Held { identity, customer, link, is_over }))
    }

    /// Sends a new link to the address of an account whose link has expired (`A20`).
    pub(crate) async fn renew_for_account(&self, old: &Invitation) -> Result<(), HubError> {
        let key = old.record();
        commit!(self, &Ctx::new(Actor::Customer, Channel::Activation), |tx| {
            let Some(owner) = self.reads().customer_of(&key).await? else { return Ok(()) };
            let activated = !self.reads().identities(owner.id).await?.is_empty();
            let alone = remove::is_alone(&self.reads().links(owner.id).await?, &key);
            let Some(record) = self.reads().record(&key).await? else { return Ok(()) };
            let read_at = record.read_at;
            let Attributes::Account(account) = record.attributes else { return Ok(()) };
            let Some(address) = account.address_for_mail() else { return Ok(()) };
            if activated || !alone || !self.may_mail_invitation_to(address).await? {
                return Ok(());
            }
            let invitation = self.draft_for_account(&key, &account, tx.stamp);
            let mut plan = Plan::default();
            // A deletion of the account at the same moment ends its invitations.
            plan.expect(&key, Some(read_at));
            plan.extend(invitations::issue(invitation, true, tx.stamp));
            tx.extend(plan);
            Ok(())
        })
    }
}
