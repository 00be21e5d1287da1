//! Activation: the customer opens the link and signs in, and background steps create one linked record (`A11`–`A14`).

use jiff::{SignedDuration, Timestamp};
use tessera_core::activation::jobs::RunActivation;
use tessera_core::activation::{
    self, Activation, ActivationState, ClaimAttempt, ClaimOutcome, FetchedRecords, Home, Owner, Progress, StepState,
};
use tessera_core::credentials::change::CredentialChange;
use tessera_core::invitations::{ActivationError, Invitation};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::{ActivationId, CustomerId, InvitationId};
use tessera_core::kernel::job::{Leased, Retries};
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_store::StoreError;

use crate::commit::commit;
use crate::jobs::{JobOutcome, OnUpstreamError, Run};
use crate::ports::{ConnectError, Priority};
use crate::secret::{hash, random_token};
use crate::sync::fetch_customer::Fetch;
use crate::{Ctx, Hub, HubError, Visit};

/// An invitation, as found by the token of its link.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The invitation, if the token matches one.
    pub invitation: Option<Invitation>,
    /// The reason why it cannot be used, if any.
    pub refusal: Option<ActivationError>,
}

/// An activation's state, as shown to its owner.
#[derive(Debug, Clone)]
pub struct ActivationView {
    /// The activation.
    pub activation: Activation,
    /// Its invitation.
    pub invitation: Invitation,
}

/// The result of a sign-in through an invitation.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The token of the new session.
    pub session_token: String,
    /// The reason why this sign-in cannot claim the invitation, if any.
    pub refusal: Option<ActivationError>,
}

impl Run for RunActivation {
    const ON_UPSTREAM_ERROR: OnUpstreamError = OnUpstreamError::KeepTrying;
    const RETRIES: Retries = Retries::FOR_EVER;

    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        hub.run_activation(self.activation_id, self.missing_since, job).await?;
        Ok(JobOutcome::Already)
    }
}

impl Hub {
    /// Reads an invitation by its token. Opening does not consume the invitation, because mail scanners open links too.
    pub async fn open_invitation(&self, token: &str) -> Result<Opened, HubError> {
        let now = self.env.now();
        let Some(invitation) = self.reads().invitation_by_token(&hash(token)).await? else {
            return Ok(Opened { invitation: None, refusal: Some(ActivationError::UnknownLink) });
        };
        if invitation.opened_at.is_none() {
            self.technical().invitation_opened(invitation.id, now).await?;
        }
        let refusal = invitation.may_open(now).err();
        Ok(Opened { invitation: Some(invitation), refusal })
    }

    /// Claims an invitation for a sign-in. When several sign-ins race, exactly one starts the activation.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the reason if this sign-in cannot claim the invitation.
    pub async fn claim_invitation(&self, id: InvitationId, sign_in: &SignIn, channel: Channel) -> Result<(), HubError> {
        let ctx = &Ctx::new(actor_of(&sign_in.identity), channel);
        commit!(self, ctx, |tx| {
            tx.extend(self.plan_claim(id, sign_in, tx.stamp).await?);
            Ok(())
        })
    }

    /// Claims the invitation and opens a session in one transaction, after the callback from the identity provider. The
    /// session is opened even if the claim is rejected: it belongs to the user's own account and shows only their own
    /// data.
    pub async fn claim_and_sign_in(
        &self,
        id: InvitationId,
        sign_in: &SignIn,
        visit: &Visit,
    ) -> Result<Claimed, HubError> {
        let ctx = &Ctx::new(actor_of(&sign_in.identity), Channel::Activation);
        let session_token = random_token();
        let refusal = commit!(self, ctx, |tx| {
            let refusal = match self.plan_claim(id, sign_in, tx.stamp).await {
                Ok(plan) => {
                    tx.extend(plan);
                    None
                }
                Err(error) => {
                    let Some(refusal) = error.rejection::<ActivationError>() else { return Err(error) };
                    Some(*refusal)
                }
            };
            let session = self.new_session(sign_in, visit, &session_token, tx.stamp.now);
            tx.push(CredentialChange::OpenSession(Box::new(session)), "the person signed in");
            Ok(refusal)
        })?;
        Ok(Claimed { session_token, refusal })
    }

    async fn plan_claim(&self, id: InvitationId, sign_in: &SignIn, stamp: Stamp<'_>) -> Result<Plan, HubError> {
        let Some(invitation) = self.reads().invitation(id).await? else {
            return Err(ActivationError::UnknownLink.into());
        };
        if invitation.kind == Kind::Account {
            return self.plan_account_claim(&invitation, sign_in, stamp).await;
        }
        let requester = self.requester_key(&invitation.external_id);
        let (identity_of, requester_of) = self.owners(&sign_in.identity, &requester).await?;
        let attempt = ClaimAttempt { invitation: &invitation, sign_in: sign_in.clone(), identity_of, requester_of };
        Ok(match activation::claim_invitation(attempt, stamp)? {
            ClaimOutcome::AlreadyClaimed => Plan::default(),
            ClaimOutcome::Begin(plan, _) => plan,
        })
    }

    /// The signed-in user's latest activation.
    pub async fn my_activation(&self, identity: &IdentityKey) -> Result<Option<ActivationView>, StoreError> {
        let Some(activation) = self.reads().activation_of_identity(identity).await? else { return Ok(None) };
        let Some(invitation) = self.reads().invitation(activation.invitation_id).await? else { return Ok(None) };
        Ok(Some(ActivationView { activation, invitation }))
    }

    /// Runs the background steps of `A13`. If an outside system does not answer, the activation stays pending and the
    /// job runs again. The progress names the system that is down.
    pub(crate) async fn run_activation(
        &self,
        id: ActivationId,
        missing_since: Option<Timestamp>,
        job: &Leased,
    ) -> Result<(), HubError> {
        let now = self.env.now();
        let Some(activation) = self.reads().activation(id).await? else {
            return Ok(self.technical().finish_job(job, now).await?);
        };
        let Some(invitation) = self.reads().invitation(activation.invitation_id).await? else {
            return Ok(self.technical().finish_job(job, now).await?);
        };
        if activation.state != ActivationState::Pending {
            return Ok(self.technical().finish_job(job, now).await?);
        }
        let mut steps = Steps { hub: self, id, progress: activation.progress.clone() };
        let reading = self.read_for(&invitation, &mut steps).await?;
        if reading.is_none() && !self.is_absence_confirmed(&invitation, missing_since).await? {
            return self.confirm_absence_later(&mut steps, missing_since.unwrap_or(now), job).await;
        }
        self.write_record(&activation, reading, job).await
    }

    /// Reads the records from the outside systems. Progress is stored once after the requester, and whenever a system
    /// is down: each time costs a durable write while the person waits.
    async fn read_for(&self, invitation: &Invitation, steps: &mut Steps<'_>) -> Result<Option<Fetch>, HubError> {
        let read_at = self.env.reading();
        let requester = self.desk.requester(&invitation.external_id, Priority::Interactive).await;
        let requester = requester.map_err(HubError::Connect);
        steps.progress.requester = steps.outcome(&requester);
        if requester.is_err() {
            steps.save().await?;
        }
        let Some(requester) = requester? else { return Ok(None) };
        steps.progress.contact = StepState::Running;
        steps.progress.devices = StepState::Running;
        steps.save().await?;
        let (contacts, assets) = tokio::join!(
            self.read_contacts(&requester, Priority::Interactive),
            self.read_assets(&invitation.external_id, Priority::Interactive),
        );
        let contacts = contacts.map_err(HubError::Connect);
        steps.progress.contact = steps.outcome(&contacts);
        steps.progress.devices = steps.outcome(&assets);
        if contacts.is_err() || assets.is_err() {
            steps.save().await?;
        }
        Ok(Some(Fetch { requester, contacts: contacts?, linked_contact: None, assets: assets?, read_at }))
    }

    /// Whether an earlier failed lookup, by this activation or by others, confirms that the requester is gone.
    async fn is_absence_confirmed(&self, invitation: &Invitation, since: Option<Timestamp>) -> Result<bool, HubError> {
        let known = self.reads().record(&self.requester_key(&invitation.external_id)).await?;
        let grace = &self.config.grace;
        Ok(grace.confirms(since, self.env.now())
            || known.is_some_and(|known| {
                known.gone_at.is_some() || grace.confirms(known.missing_since, self.env.reading())
            }))
    }

    /// Keeps an activation pending until a second lookup. A single answer is not believed.
    async fn confirm_absence_later(
        &self,
        steps: &mut Steps<'_>,
        since: Timestamp,
        job: &Leased,
    ) -> Result<(), HubError> {
        let retry_at = self.env.now() + self.config.grace.confirm_after;
        steps.progress.requester = StepState::Delayed { system: self.desk.name().to_owned(), retry_at };
        steps.save().await?;
        let again = RunActivation { activation_id: steps.id, missing_since: Some(since) };
        self.look_again_later(job, again).await?;
        Ok(())
    }

    async fn write_record(&self, of: &Activation, reading: Option<Fetch>, job: &Leased) -> Result<(), HubError> {
        let ctx = Ctx::new(actor_of(&of.sign_in.identity), Channel::Activation).ending(job);
        let done = commit!(self, &ctx, |tx| {
            let Some(activation) = self.reads().activation(of.id).await? else { return Ok(None) };
            if activation.state != ActivationState::Pending {
                return Ok(None);
            }
            let Some(invitation) = self.reads().invitation(activation.invitation_id).await? else { return Ok(None) };
            let invitation = &invitation;
            let identity_of =
                self.reads().identity(&activation.sign_in.identity).await?.map(|identity| identity.customer_id);
            let home = self.home(invitation, identity_of).await?;
            let facts = match &reading {
                Some(reading) => Some(self.facts(reading, home.as_ref().map(|home| &home.customer)).await?),
                None => None,
            };
            let licence = self.config.activation_licence;
            let gathered =
                FetchedRecords { activation: activation.clone(), invitation, home, identity_of, facts, licence };
            let completed = activation::complete(gathered, tx.stamp);
            let done = completed.is_ok();
            tx.extend(completed.unwrap_or_else(|why| activation::refuse(activation, invitation, why, tx.stamp)));
            Ok(Some(done))
        })?;
        if let Some(done) = done {
            tracing::info!(activation = %of.id, done, "an activation ended");
            self.counted().activation(done);
        }
        Ok(())
    }
}

impl Hub {
    /// The current owners of an identity and of a requester.
    pub(crate) async fn owners(
        &self,
        identity: &IdentityKey,
        requester: &RecordKey,
    ) -> Result<(Option<Owner>, Option<(CustomerId, bool)>), StoreError> {
        let requester_of = match self.reads().customer_of(requester).await? {
            Some(customer) => Some((customer.id, !self.reads().identities(customer.id).await?.is_empty())),
            None => None,
        };
        let identity_of = match self.reads().identity(identity).await? {
            Some(identity) => {
                let customer_id = identity.customer_id;
                Some(Owner { customer_id, has_requester: self.has_requester(customer_id).await? })
            }
            None => None,
        };
        Ok((identity_of, requester_of))
    }

    async fn has_requester(&self, customer: CustomerId) -> Result<bool, StoreError> {
        let links = self.reads().links(customer).await?;
        Ok(links.iter().any(|link| link.ended.is_none() && link.record.kind == Kind::Requester))
    }

    /// The existing customer that the record will belong to, if any.
    async fn home(&self, invitation: &Invitation, identity_of: Option<CustomerId>) -> Result<Option<Home>, StoreError> {
        let link = self.reads().link_of(&self.requester_key(&invitation.external_id)).await?;
        let Some(id) = link.as_ref().map(|link| link.customer_id).or(identity_of) else { return Ok(None) };
        // Read before its links, so that the plan conflicts when they change.
        let Some(customer) = self.reads().customer(id).await? else { return Ok(None) };
        if link.is_none() && self.has_requester(id).await? {
            return Ok(None);
        }
        let identities = self.reads().identities(id).await?;
        Ok(Some(Home { customer, identities, requester_since: link.map(|link| link.created_at) }))
    }
}

/// The actor for a signed-in user.
pub(crate) fn actor_of(identity: &IdentityKey) -> Actor {
    Actor::User(identity.subject.clone().into())
}

/// The progress page's view of the background steps.
struct Steps<'a> {
    hub: &'a Hub,
    id: ActivationId,
    progress: Progress,
}

impl Steps<'_> {
    async fn save(&self) -> Result<(), HubError> {
        Ok(self.hub.technical().activation_progress(self.id, &self.progress).await?)
    }

    /// The state of a step after its read.
    fn outcome<T>(&self, result: &Result<T, HubError>) -> StepState {
        match result {
            Ok(_) => StepState::Done,
            Err(HubError::Connect(error)) => self.delayed(error),
            Err(_) => StepState::Waiting,
        }
    }

    fn delayed(&self, error: &ConnectError) -> StepState {
        let retry_at = error.retry_at().unwrap_or_else(|| self.hub.env.now() + SignedDuration::from_secs(60));
        StepState::Delayed { system: error.system().to_owned(), retry_at }
    }
}
