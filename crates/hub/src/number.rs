//! Somebody signed in with nothing but a requester's number (`A20`, compatibility mode): linked on a verified address, else a person
//! decides.

use tessera_connect::Priority;
use tessera_core::activation::Knock;
use tessera_core::customer::SignIn;
use tessera_core::id::InvitationId;
use tessera_core::invitation::{Ground, Invitation};
use tessera_core::job::{Job, Leased, Task};
use tessera_core::number;
use tessera_core::plan::{Change, Plan, Stamp};
use tessera_core::record::{Attributes, RecordKey};

use crate::activate::actor_of;
use crate::error::again;
use crate::secret::hash;
use crate::{ATTEMPTS, Hub, HubError};

impl Hub {
    /// The plan that begins an activation without a link, on this ground.
    ///
    /// # Errors
    /// [`HubError::Refused`] when the sign-in belongs to another record, or the requester to another sign-in.
    pub(crate) async fn admit_number(
        &self,
        sign_in: &SignIn,
        requester: &RecordKey,
        attributes: &Attributes,
        ground: Ground,
        actor: &str,
        channel: &str,
    ) -> Result<Plan, HubError> {
        let (identity_of, requester_of) = self.owners(&sign_in.identity, requester).await?;
        let plan = self.stamped(actor, channel, |stamp| {
            let invitation = self.without_link(requester, attributes, ground, stamp);
            let knock = Knock { invitation: &invitation, sign_in: sign_in.clone(), identity_of, requester_of };
            number::admit(knock, stamp)
        });
        Ok(plan?)
    }

    fn without_link(
        &self,
        requester: &RecordKey,
        attributes: &Attributes,
        ground: Ground,
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
            created_by: stamp.actor.to_owned(),
            expires_at: stamp.now + self.config.invitation_lifetime,
            opened_at: None,
            claim: None,
            consumed_at: None,
            revoked: None,
            ground,
        }
    }

    /// Asks for a number to be weighed soon: the answer to whoever waits must not depend on the service desk.
    pub(crate) async fn ask_weighing(&self, sign_in: &SignIn, requester_id: &str) -> Result<(), HubError> {
        let task = Task::WeighNumber { sign_in: Box::new(sign_in.clone()), requester_id: requester_id.to_owned() };
        let job: Job = self.stamped("hub", "b2c", |stamp| stamp.job(task));
        Ok(self.store.enqueue(&job).await?)
    }

    /// Reads the requester and links the sign-in if its verified address is the requester's; otherwise staff are asked.
    pub(crate) async fn weigh_number(
        &self,
        sign_in: &SignIn,
        requester_id: &str,
        job: &Leased,
    ) -> Result<(), HubError> {
        let Some(requester) = self.desk.requester(requester_id, Priority::Interactive).await? else {
            tracing::info!(
                requester = requester_id,
                "a sign-in came with the number of a requester that does not exist"
            );
            return Ok(self.store.finish_job(job, self.env.now()).await?);
        };
        self.observed(requester.clone(), "hub", "job").await?;
        let actor = actor_of(&sign_in.identity);
        for _ in 0..ATTEMPTS {
            match self.known_by_number(sign_in, &requester.key).await {
                Ok(None) => {}
                // Linked, under way, asked or declined already: there is nothing left to do.
                Ok(Some(_)) | Err(HubError::Precondition { .. }) => {
                    return Ok(self.store.finish_job(job, self.env.now()).await?);
                }
                Err(error) => return Err(error),
            }
            let theirs = number::shared_address(sign_in, &requester.attributes).is_some();
            let (key, said) = (&requester.key, &requester.attributes);
            let admitted = if theirs {
                self.admit_number(sign_in, key, said, Ground::VerifiedEmail, &actor, "b2c").await.map(Some)
            } else {
                Ok(None)
            };
            let mut plan = match admitted {
                Ok(Some(plan)) => plan,
                // Whoever has the record keeps it, and whoever asks is told so the next time.
                Err(HubError::Refused(refusal)) => {
                    tracing::info!(requester = requester_id, %refusal, "a number was not linked");
                    Plan::default()
                }
                Ok(None) => {
                    let before = self.store.reviews_about(&sign_in.identity).await?;
                    self.stamped(&actor, "b2c", |stamp| number::ask(sign_in, key.clone(), &before, stamp))
                }
                Err(error) => return Err(error),
            };
            let (id, attempt, at) = (job.id, job.attempt, self.env.now());
            plan.push(Change::FinishJob { id, attempt, at }, "this was the job");
            match self.store.apply(&plan).await {
                Ok(()) => return Ok(()),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }
}
