//! Linking by requester id alone (`A20`, compatibility mode): automatic if the verified address matches, otherwise by a
//! review.

use tessera_core::activation::ClaimAttempt;
use tessera_core::activation::jobs::LinkByRequesterId;
use tessera_core::activation::requester_id_link;
use tessera_core::activation::requester_id_link::RequesterDeclinedError;
use tessera_core::invitations::ActivationError;
use tessera_core::invitations::{Entitlement, Invitation};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, RecordKey};
use tessera_core::marketplace::change::MarketplaceChange;

use crate::activation::activate::actor_of;
use crate::commit::commit;
use crate::jobs::{JobOutcome, Run};
use crate::ports::Priority;
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

impl Run for LinkByRequesterId {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.link_by_requester_id_with_review(self, job).await
    }
}

impl Hub {
    /// Plans the start of an activation without an invitation link, with this entitlement.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the sign-in is linked to another record, or the requester to another sign-in.
    pub(crate) async fn admit_number(
        &self,
        sign_in: &SignIn,
        requester: &RecordKey,
        attributes: &Attributes,
        ground: Entitlement,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let (identity_of, requester_of) = self.owners(&sign_in.identity, requester).await?;
        let invitation = self.without_link(requester, attributes, ground, stamp);
        let attempt = ClaimAttempt { invitation: &invitation, sign_in: sign_in.clone(), identity_of, requester_of };
        Ok(requester_id_link::admit(attempt, stamp)?)
    }

    fn without_link(
        &self,
        requester: &RecordKey,
        attributes: &Attributes,
        ground: Entitlement,
        stamp: Stamp<'_>,
    ) -> Invitation {
        let id: InvitationId = stamp.id();
        Invitation {
            id,
            system: requester.system.clone(),
            kind: requester.kind,
            external_id: requester.external_id.clone(),
            name: attributes.title().to_owned(),
            email: attributes.primary_email().unwrap_or_default().to_owned(),
            token_hash: hash(&self.config.secret_key.invitation_token(id)),
            created_at: stamp.now,
            created_by: stamp.actor.to_string(),
            expires_at: stamp.now + self.config.invitation_lifetime,
            opened_at: None,
            claim: None,
            consumed_at: None,
            revoked: None,
            ground,
        }
    }

    /// Enqueues a job that checks the requester id. The policy's answer must not depend on the service desk.
    pub(crate) async fn request_requester_id_link(&self, sign_in: &SignIn, requester_id: &str) -> Result<(), HubError> {
        let sign_in = Box::new(sign_in.clone());
        let task = LinkByRequesterId { sign_in, requester_id: requester_id.to_owned(), missing_since: None };
        commit!(self, &Ctx::new(Actor::Hub, Channel::B2c), |tx| {
            tx.enqueue(task.clone(), "a sign-in came with nothing but a number");
            Ok(())
        })
    }

    /// Reads the requester and links the sign-in if its verified address matches the requester's; otherwise creates a
    /// review.
    async fn link_by_requester_id_with_review(
        &self,
        of: &LinkByRequesterId,
        job: &Leased,
    ) -> Result<JobOutcome, HubError> {
        let LinkByRequesterId { sign_in, requester_id, missing_since } = of;
        let Some(requester) = self.desk.requester(requester_id, Priority::Interactive).await? else {
            let now = self.env.now();
            if !self.config.grace.confirms(*missing_since, now) {
                let missing_since = missing_since.or(Some(now));
                return self.look_again_later(job, LinkByRequesterId { missing_since, ..of.clone() }).await;
            }
            tracing::info!(
                requester = requester_id,
                "a sign-in came with the number of a requester that does not exist"
            );
            return Ok(JobOutcome::Done);
        };
        self.observed(requester.clone(), &Ctx::background()).await?;
        let ctx = Ctx::new(actor_of(&sign_in.identity), Channel::B2c).ending(job);
        commit!(self, &ctx, |tx| {
            match self.known_by_number(sign_in, &requester.key).await {
                Ok(None) => {}
                // Already linked, in progress, in review, or declined.
                Ok(Some(_)) => return Ok(()),
                Err(error) if error.rejection::<RequesterDeclinedError>().is_some() => return Ok(()),
                Err(error) => return Err(error),
            }
            let (key, said) = (&requester.key, &requester.attributes);
            if requester_id_link::shared_address(sign_in, said).is_none() {
                // Read before the reviews, whose number is limited.
                let slot = requester_id_link::slot(&sign_in.identity);
                let version = self.reads().correlation_slot(slot).await?;
                let before = self.reads().reviews_about(&sign_in.identity).await?;
                let plan = requester_id_link::ask(sign_in, key.clone(), &before, tx.stamp);
                if !plan.is_empty() {
                    let slots = MarketplaceChange::TakeSlots(vec![(slot, version)]);
                    tx.push(slots, "no other review of the sign-in was opened meanwhile");
                    tx.extend(plan);
                }
                return Ok(());
            }
            match self.admit_number(sign_in, key, said, Entitlement::VerifiedEmail, tx.stamp).await {
                Ok(plan) => tx.extend(plan),
                // The current owner keeps the record. The next call returns the refusal.
                Err(error) => {
                    let Some(refusal) = error.rejection::<ActivationError>() else { return Err(error) };
                    tracing::info!(requester = requester_id, %refusal, "a number was not linked");
                }
            }
            Ok(())
        })?;
        Ok(JobOutcome::Already)
    }
}
