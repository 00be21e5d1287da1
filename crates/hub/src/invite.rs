//! Inviting a requester to activate (`A11`): by API, CLI, console, or the service desk's post-installation workflow.

use jiff::Timestamp;
use tessera_connect::Priority;
use tessera_core::id::InvitationId;
use tessera_core::invitation::{Ground, Invitation, Revocation};
use tessera_core::job::{Leased, Task};
use tessera_core::normalise;
use tessera_core::plan::{Change, Plan, Stamp};
use tessera_core::record::{Attributes, Kind, RecordKey, Requester};
use tessera_store::{ApplyError, Conflict};

use crate::error::again;
use crate::secret::hash;
use crate::{ATTEMPTS, Hub, HubError};

/// An invitation that was issued. The link is told here and in the mail, and nowhere else.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Its id.
    pub id: InvitationId,
    /// The activation link.
    pub url: String,
    /// Until when it may be used.
    pub expires_at: Timestamp,
    /// Where the mail goes.
    pub email: String,
}

/// How a machine marks requests that are one request, sent again because its answer was lost.
#[derive(Debug, Clone)]
pub struct Once {
    /// By what a repetition is recognised, within one machine.
    pub key: String,
    /// The status that the first answer has, and every repetition.
    pub status: u16,
}

impl Once {
    /// Keys of different machines have nothing to do with each other.
    fn key_of(&self, actor: &str) -> String {
        format!("invite {actor} {}", self.key)
    }
}

/// What else happens in the transaction that writes an invitation.
#[derive(Debug, Clone, Copy, Default)]
struct Along<'a> {
    job: Option<&'a Leased>,
    once: Option<&'a Once>,
    /// Somebody else hands the link over.
    no_mail: bool,
}

impl Hub {
    /// Invites a requester. A new invitation takes back the ones before that nobody has used.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when the service desk has no such requester, [`HubError::Precondition`] when it is deactivated or has no
    /// e-mail address, [`HubError::Connect`] when the service desk does not answer.
    pub async fn invite(&self, requester_id: &str, actor: &str, channel: &str) -> Result<Invited, HubError> {
        self.invite_and_finish(requester_id, actor, channel, Priority::Interactive, Along::default()).await
    }

    /// Invites a requester without a mail of ours: whoever asked hands the link over.
    ///
    /// # Errors
    /// Those of [`Hub::invite`].
    pub async fn invite_without_mail(
        &self,
        requester_id: &str,
        actor: &str,
        channel: &str,
    ) -> Result<Invited, HubError> {
        let along = Along { no_mail: true, ..Along::default() };
        self.invite_and_finish(requester_id, actor, channel, Priority::Interactive, along).await
    }

    /// Invites a requester, unless the same request was answered before: then that invitation is told again, and the second value is
    /// `true`. The invitation and the note that the request was answered are one transaction, so no crash and no race makes two of it.
    ///
    /// # Errors
    /// Those of [`Hub::invite`]; [`HubError::Precondition`] `idempotency_key_reused` when the key came with another requester.
    pub async fn invite_once(
        &self,
        requester_id: &str,
        actor: &str,
        channel: &str,
        once: &Once,
    ) -> Result<(Invited, bool), HubError> {
        if let Some(before) = self.invited_before(requester_id, actor, once).await? {
            return Ok((before, true));
        }
        let along = Along { once: Some(once), ..Along::default() };
        match self.invite_and_finish(requester_id, actor, channel, Priority::Interactive, along).await {
            // The same request came twice at once, and the other one was first.
            Err(HubError::Busy) => match self.invited_before(requester_id, actor, once).await? {
                Some(before) => Ok((before, true)),
                None => Err(HubError::Busy),
            },
            invited => invited.map(|invited| (invited, false)),
        }
    }

    async fn invited_before(&self, requester_id: &str, actor: &str, once: &Once) -> Result<Option<Invited>, HubError> {
        let Some((request_hash, _, answer)) = self.store.kept_answer(&once.key_of(actor)).await? else {
            return Ok(None);
        };
        if request_hash != hash(requester_id.trim()) {
            return Err(HubError::precondition(
                "idempotency_key_reused",
                "this Idempotency-Key came with another request before; use a fresh key for every new request",
            ));
        }
        // The link is not kept: it is made again from the invitation's id.
        let Ok(id) = answer.parse::<InvitationId>() else { return Ok(None) };
        Ok(self.store.invitation(id).await?.map(|invitation| Invited {
            id,
            url: self.invitation_url(id),
            expires_at: invitation.expires_at,
            email: invitation.email,
        }))
    }

    /// Invites a requester as a job asks for it; the job ends in the same transaction.
    pub(crate) async fn invite_for_job(
        &self,
        requester_id: &str,
        asked_by: &str,
        job: &Leased,
    ) -> Result<Invited, HubError> {
        let along = Along { job: Some(job), ..Along::default() };
        self.invite_and_finish(requester_id, asked_by, "hook", Priority::Background, along).await
    }

    async fn invite_and_finish(
        &self,
        requester_id: &str,
        actor: &str,
        channel: &str,
        priority: Priority,
        along: Along<'_>,
    ) -> Result<Invited, HubError> {
        let requester_id = requester_id.trim();
        let not_found = || HubError::NotFound(format!("the service desk has no requester {requester_id}"));
        // Ids are digits everywhere in the service desk; anything else would only become part of a URL.
        if requester_id.is_empty() || requester_id.len() > 20 || !requester_id.bytes().all(|b| b.is_ascii_digit()) {
            return Err(not_found());
        }
        let observation = self.desk.requester(requester_id, priority).await?.ok_or_else(not_found)?;
        let Attributes::Requester(requester) = observation.attributes.clone() else { return Err(not_found()) };
        let email = address_of(&requester, requester_id)?;
        self.observed(observation, actor, channel).await?;

        for _ in 0..ATTEMPTS {
            let invitation = self.stamped(actor, channel, |stamp| self.draft(&requester, requester_id, &email, stamp));
            let plan = self.stamped(actor, channel, |stamp| issue(&invitation, along, stamp));
            match self.store.apply(&plan).await {
                Ok(()) => {
                    return Ok(Invited {
                        id: invitation.id,
                        url: self.invitation_url(invitation.id),
                        expires_at: invitation.expires_at,
                        email,
                    });
                }
                // An answer kept meanwhile under the same key stays there: planning again would meet it again.
                Err(ApplyError::Conflict(Conflict::Exists)) if along.once.is_some() => return Err(HubError::Busy),
                Err(error) => again(error)?,
            }
        }
        Err(HubError::Busy)
    }

    fn draft(&self, requester: &Requester, requester_id: &str, email: &str, stamp: Stamp<'_>) -> Invitation {
        let id: InvitationId = stamp.id();
        Invitation {
            id,
            system: self.desk.name().to_owned(),
            kind: Kind::Requester,
            external_id: requester_id.to_owned(),
            name: requester.name.clone(),
            email: email.to_owned(),
            token_hash: hash(&self.config.secret_key.invitation_token(id)),
            created_at: stamp.now,
            created_by: stamp.actor.to_owned(),
            expires_at: stamp.now + self.config.invitation_lifetime,
            opened_at: None,
            claim: None,
            consumed_at: None,
            revoked: None,
            ground: Ground::Token,
        }
    }

    /// The link of an invitation.
    pub fn invitation_url(&self, id: InvitationId) -> String {
        self.config.url(&self.activation_path(id))
    }

    /// The path of an invitation's link.
    pub fn activation_path(&self, id: InvitationId) -> String {
        format!("/activate/{}", self.invitation_token(id))
    }

    /// The token of an invitation, for a link of another form.
    pub fn invitation_token(&self, id: InvitationId) -> String {
        self.config.secret_key.invitation_token(id)
    }

    /// Asks for a requester to be invited soon. It is written down durably; the service desk need not answer now.
    pub async fn ask_invitation(&self, requester_id: &str, asked_by: &str) -> Result<(), HubError> {
        let task = Task::Invite { requester_id: requester_id.to_owned(), asked_by: asked_by.to_owned() };
        let job = self.stamped(asked_by, "hook", |stamp| stamp.job(task));
        Ok(self.store.enqueue(&job).await?)
    }

    /// Takes back every invitation of a requester that nobody has used.
    pub async fn withdraw_invitations(&self, requester_id: &str, actor: &str, channel: &str) -> Result<(), HubError> {
        let mut plan = Plan::default();
        self.stamped(actor, channel, |stamp| {
            let (system, external_id) = (self.desk.name().to_owned(), requester_id.to_owned());
            let why = Revocation::Withdrawn;
            plan.push(Change::RevokeInvitations { system, external_id, at: stamp.now, why }, "staff take it back");
        });
        Ok(self.store.apply(&plan).await?)
    }

    /// Sends a new link to whoever an old one belongs to, and says nothing about it to whoever asks (`A20`).
    pub async fn renew(&self, token: &str) -> Result<(), HubError> {
        let Some(old) = self.store.invitation_by_token(&hash(token)).await? else { return Ok(()) };
        if old.kind == Kind::Account {
            return self.renew_for_account(&old).await;
        }
        let record = RecordKey::new(&old.system, Kind::Requester, &old.external_id);
        let activated = match self.store.customer_of(&record).await? {
            Some(customer) => !self.store.identities(customer.id).await?.is_empty(),
            None => false,
        };
        // What staff took back stays back, whichever link of this requester is held.
        let newest = self.store.invitations(&old.system, &old.external_id).await?.into_iter().next();
        let withdrawn = newest.is_some_and(|newest| matches!(newest.revoked, Some((_, Revocation::Withdrawn))));
        if activated || withdrawn || old.claim.is_some() {
            return Ok(());
        }
        self.ask_invitation(&old.external_id, "customer").await
    }
}

fn address_of(requester: &Requester, requester_id: &str) -> Result<String, HubError> {
    if !requester.active {
        return Err(HubError::precondition(
            "requester_inactive",
            format!(
                "requester {requester_id} is deactivated in the service desk; reactivate it there, then invite again"
            ),
        ));
    }
    let Some(email) = requester.primary_email.clone().filter(|email| !email.trim().is_empty()) else {
        return Err(HubError::precondition(
            "requester_without_email",
            format!(
                "requester {requester_id} has no e-mail address in the service desk; enter one there, then invite again"
            ),
        ));
    };
    if normalise::deliverable(&email).is_none() {
        return Err(HubError::precondition(
            "address_not_deliverable",
            format!(
                "requester {requester_id} has an e-mail address in the service desk that no mail can be sent to; correct it there, then invite again"
            ),
        ));
    }
    Ok(email)
}

fn issue(invitation: &Invitation, along: Along<'_>, stamp: Stamp<'_>) -> Plan {
    let mut plan = Plan::default();
    let (system, external_id) = (invitation.system.clone(), invitation.external_id.clone());
    let why = Revocation::Superseded;
    plan.push(
        Change::RevokeInvitations { system, external_id, at: stamp.now, why },
        "a new invitation takes back the old ones",
    );
    plan.push(Change::CreateInvitation(Box::new(invitation.clone())), "the requester is invited");
    if !along.no_mail {
        let mail = stamp.job(Task::MailInvitation { invitation_id: invitation.id });
        plan.push(Change::Enqueue(mail), "the link goes to the requester's address");
    }
    if let Some(once) = along.once {
        let kept = Change::KeepAnswer {
            key: once.key_of(stamp.actor),
            request_hash: hash(&invitation.external_id),
            status: once.status,
            answer: invitation.id.to_string(),
            at: stamp.now,
        };
        plan.push(kept, "a repetition of this request gets the same answer");
    }
    if let Some(job) = along.job {
        plan.push(Change::FinishJob { id: job.id, attempt: job.attempt, at: stamp.now }, "this was the job");
    }
    plan
}
