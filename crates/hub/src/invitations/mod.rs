//! Inviting a requester to activate (`A11`): through API, CLI, console, or the service desk's post-installation
//! workflow.

mod emails;

use jiff::Timestamp;
use tessera_core::activation::requester_id_link::is_requester_id;
use tessera_core::invitations::change::InvitationChange;
use tessera_core::invitations::event::InvitationEvent;
use tessera_core::invitations::jobs::Invite;
use tessera_core::invitations::{self, Entitlement, Invitation, InvitationState, Revocation};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::job::Leased;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{CustomerEdit, Stamp};
use tessera_core::kernel::record::{Attributes, Kind, RecordKey, Requester};

use crate::commit::{commit, commit_once};
use crate::jobs::{JobOutcome, Run};
use crate::ports::Priority;
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

/// An issued invitation. The link is disclosed here and in the e-mail, and nowhere else.
#[derive(Debug, Clone)]
pub struct Invited {
    /// Its id.
    pub id: InvitationId,
    /// The activation link.
    pub url: String,
    /// Its token, for links of another form.
    pub token: String,
    /// End of validity.
    pub expires_at: Timestamp,
    /// Recipient of the e-mail.
    pub email: String,
    /// Whether this repeats an earlier request, and the invitation is the one made then.
    pub repeated: bool,
}

/// Options of an invitation.
#[derive(Debug, Clone, Copy)]
struct How {
    /// Priority of the read of the requester.
    priority: Priority,
    /// Whether the hub sends the link by e-mail. Otherwise the caller passes it on.
    mail: bool,
}

/// Namespace of the idempotency keys of invitations.
const PURPOSE: &str = "invite";

impl Run for Invite {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        if self.asked_by == Actor::Customer && !hub.may_mail_invitation(&self.requester_id).await? {
            return Ok(JobOutcome::Done);
        }
        let ctx = Ctx::new(self.asked_by.clone(), Channel::Hook).ending(job);
        let how = How { priority: Priority::Background, mail: true };
        let (grace, now) = (&hub.config.grace, hub.env.now());
        match hub.invite_how(&self.requester_id, how, &ctx).await {
            Err(HubError::NotFound(_))
                if is_requester_id(&self.requester_id) && !grace.confirms(self.missing_since, now) =>
            {
                let missing_since = self.missing_since.or(Some(now));
                hub.look_again_later(job, Self { missing_since, ..self.clone() }).await
            }
            invited => invited.map(|_| JobOutcome::Already),
        }
    }
}

impl Hub {
    /// Invites a requester. A new invitation revokes the requester's earlier unused ones. A repeated request with the
    /// same idempotency key returns the first invitation.
    ///
    /// [`HubError::NotFound`] if the service desk has no such requester, [`HubError::Rejected`] if it is deactivated or
    /// has no e-mail address, [`HubError::Connect`] if the service desk does not answer.
    pub async fn invite(&self, requester_id: &str, ctx: &Ctx) -> Result<Invited, HubError> {
        self.invite_how(requester_id, How { priority: Priority::Interactive, mail: true }, ctx).await
    }

    /// Invites a requester without an e-mail from the hub. The caller passes the link on.
    ///
    /// # Errors
    /// As for [`Hub::invite`].
    pub async fn invite_without_mail(&self, requester_id: &str, ctx: &Ctx) -> Result<Invited, HubError> {
        let how = How { priority: Priority::Interactive, mail: false };
        self.invite_how(requester_id, how, ctx).await
    }

    async fn invite_how(&self, requester_id: &str, how: How, ctx: &Ctx) -> Result<Invited, HubError> {
        let requester_id = requester_id.trim();
        let request = (PURPOSE, requester_id);
        if let Some(before) = self.answered(ctx, request).await? {
            return self.invited(before, true).await;
        }
        let not_found = || HubError::NotFound(format!("the service desk has no requester {requester_id}"));
        // Anything else would only become part of a URL.
        if !is_requester_id(requester_id) {
            return Err(not_found());
        }
        let observation = self.desk.requester(requester_id, how.priority).await?.ok_or_else(not_found)?;
        let Attributes::Requester(requester) = observation.attributes.clone() else { return Err(not_found()) };
        let email = invitations::address_of(&requester, requester_id)?.to_owned();
        self.observed(observation, &ctx.going_on()).await?;
        let (id, repeated) = commit_once!(self, ctx, request, |tx| {
            let invitation = self.draft(&requester, requester_id, &email, tx.stamp);
            let id = invitation.id;
            if let Some(customer) = self.reads().customer_of(&invitation.record()).await? {
                tx.extend(invitations::noted(&invitation, customer, tx.stamp));
            }
            tx.extend(invitations::issue(invitation, how.mail, tx.stamp));
            Ok(id)
        })?;
        self.invited(id, repeated).await
    }

    /// An invitation, as returned to the caller. The link is not stored: it is derived again from the invitation's id.
    async fn invited(&self, id: InvitationId, repeated: bool) -> Result<Invited, HubError> {
        let invitation = self.reads().invitation(id).await?;
        let invitation = invitation.ok_or_else(|| HubError::NotFound(format!("there is no invitation {id}")))?;
        let (url, token) = (self.invitation_url(&invitation), self.token_of_invitation(&invitation));
        Ok(Invited { id, url, token, expires_at: invitation.expires_at, email: invitation.email, repeated })
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
            created_by: stamp.actor.to_string(),
            expires_at: stamp.now + self.config.invitation_lifetime,
            opened_at: None,
            claim: None,
            consumed_at: None,
            revoked: None,
            ground: Entitlement::Token,
        }
    }

    /// The activation URL of an invitation.
    pub fn invitation_url(&self, invitation: &Invitation) -> String {
        self.config.url(&self.activation_path(invitation))
    }

    /// The path of the activation URL.
    pub fn activation_path(&self, invitation: &Invitation) -> String {
        format!("/activate/{}", self.token_of_invitation(invitation))
    }

    /// The path of the activation URL of an invitation that is still known.
    pub async fn activation_path_of(&self, id: InvitationId) -> Result<Option<String>, HubError> {
        Ok(self.reads().invitation(id).await?.map(|invitation| self.activation_path(&invitation)))
    }

    /// The token, made with the key that was the current one when the invitation was issued.
    pub fn token_of_invitation(&self, invitation: &Invitation) -> String {
        self.config.secret_key.kept(&invitation.token_hash, |key| key.invitation_token(invitation.id))
    }

    /// Enqueues an invitation, durably. The service desk does not need to answer now.
    pub async fn ask_invitation(&self, requester_id: &str, asked_by: Actor) -> Result<(), HubError> {
        let task = Invite { requester_id: requester_id.to_owned(), asked_by: asked_by.clone(), missing_since: None };
        commit!(self, &Ctx::new(asked_by, Channel::Hook), |tx| {
            tx.enqueue(task.clone(), "somebody asked for an invitation");
            Ok(())
        })
    }

    /// Revokes all unused invitations of a requester.
    pub async fn withdraw_invitations(&self, requester_id: &str, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let (system, external_id) = (self.desk.name().to_owned(), requester_id.to_owned());
            let (at, why) = (tx.stamp.now, Revocation::Withdrawn);
            let invitations = self.reads().invitations(&system, &external_id).await?;
            let is_open = invitations.iter().any(|invitation| invitation.state(at) == InvitationState::Open);
            let requester = self.requester_key(&external_id);
            if let Some(customer) = self.reads().customer_of(&requester).await?.filter(|_| is_open) {
                let mut draft = CustomerEdit::of(customer, tx.stamp);
                draft.note(InvitationEvent::InvitationWithdrawn { requester });
                tx.extend(draft.finish());
            }
            tx.push(InvitationChange::Revoke { system, external_id, at, why }, "staff take it back");
            Ok(())
        })
    }

    /// Sends a new link to the owner of an old one. The caller learns nothing about it (`A20`).
    pub async fn renew(&self, token: &str) -> Result<(), HubError> {
        let Some(old) = self.reads().invitation_by_token(&hash(token)).await? else { return Ok(()) };
        if old.kind == Kind::Account {
            return self.renew_for_account(&old).await;
        }
        let record = RecordKey::new(&old.system, Kind::Requester, &old.external_id);
        let may = self.may_invite_again(&record).await? && self.may_mail_invitation(&old.external_id).await?;
        if old.claim.is_some() || !may {
            return Ok(());
        }
        self.ask_invitation(&old.external_id, Actor::Customer).await
    }

    /// Whether a link that a customer asks for would be sent. If not, the one they have stays valid.
    async fn may_mail_invitation(&self, requester_id: &str) -> Result<bool, HubError> {
        let newest = self.reads().invitations(self.desk.name(), requester_id).await?.into_iter().next();
        match newest {
            Some(newest) => self.may_mail_invitation_to(&newest.email).await,
            None => Ok(true),
        }
    }

    /// Whether a link that a customer asks for would be sent to this address.
    pub(crate) async fn may_mail_invitation_to(&self, address: &str) -> Result<bool, HubError> {
        self.may_mail_for_strangers::<emails::InvitationEmail>(address).await
    }

    /// The id of the requester with the address of a sign-in, if a customer may have a link sent to it. The address need
    /// not be verified: the link always goes to the address that the service desk has.
    pub async fn requester_to_invite(&self, sign_in: &SignIn) -> Result<Option<String>, HubError> {
        if self.reads().identity(&sign_in.identity).await?.is_some() {
            return Ok(None);
        }
        let Some(email) = sign_in.email.as_deref().and_then(normalise::email) else { return Ok(None) };
        let Some(requester) = self.requester_with(&email).await? else { return Ok(None) };
        Ok(if self.may_invite_again(&requester).await? { Some(requester.external_id) } else { None })
    }

    /// Whether a customer may have a link of this requester sent: nobody has activated, and staff have not withdrawn the
    /// latest invitation.
    async fn may_invite_again(&self, requester: &RecordKey) -> Result<bool, HubError> {
        if let Some(customer) = self.reads().customer_of(requester).await?
            && !self.reads().identities(customer.id).await?.is_empty()
        {
            return Ok(false);
        }
        let newest = self.reads().invitations(&requester.system, &requester.external_id).await?.into_iter().next();
        Ok(newest
            .is_none_or(|newest| newest.claim.is_none() && !matches!(newest.revoked, Some((_, Revocation::Withdrawn)))))
    }
}
