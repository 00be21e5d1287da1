//! A policy's REST step: somebody signed in there, and what came with it says whose record is theirs (`A18`, `A20`).
//!
//! Everything is answered from the hub's own data, since the policy waits for the answer and a person waits for the policy. What needs the
//! outside systems is done in the background, by the same journey as an activation in the browser.

use tessera_core::activation::ActivationState;
use tessera_core::activation::requester_id_link;
use tessera_core::activation::requester_id_link::RequesterDeclinedError;
use tessera_core::invitations::{ActivationError, Entitlement};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::customer::{Customer, IdentityKey, SignIn};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::sync::review::Decision;

use crate::activation::activate::actor_of;
use crate::commit::commit;
use crate::secret::hash;
use crate::{Ctx, Hub, HubError};

/// How a sign-in through a policy stands.
#[derive(Debug, Clone)]
pub enum LinkStatus {
    /// The record is theirs.
    Linked(Customer),
    /// It will be, as soon as the background steps are done.
    Pending,
    /// A person decides.
    PendingReview,
}

/// What tokens may tell about a customer.
#[derive(Debug, Clone)]
pub struct CustomerClaims {
    /// The customer.
    pub customer_id: CustomerId,
    /// The requester in the service desk.
    pub requester_id: Option<String>,
    /// The contact in the CRM.
    pub contact_id: Option<String>,
    /// How many devices are theirs.
    pub devices: usize,
}

impl Hub {
    /// Links whoever signed in by what came along: a token, or where `numbers` are accepted a requester's number. Asking again with the
    /// same gets the same answer.
    ///
    /// # Errors
    /// [`HubError::Rejected`] when the token is not for this sign-in, [`HubError::Rejected`] when staff declined it.
    pub async fn link_by_policy(&self, sign_in: &SignIn, given: &str, numbers: bool) -> Result<LinkStatus, HubError> {
        if numbers && requester_id_link::is_requester_id(given) {
            return self.link_by_requester_id(sign_in, given).await;
        }
        let Some(invitation) = self.reads().invitation_by_token(&hash(given)).await? else {
            return Err(ActivationError::UnknownLink.into());
        };
        self.claim_invitation(invitation.id, sign_in, Channel::B2c).await?;
        self.standing_of(&sign_in.identity).await
    }

    /// Whether a token may still be used by somebody: what can be said before anybody has signed in.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the reason when it cannot.
    pub async fn check_token(&self, token: &str) -> Result<(), HubError> {
        match self.open_invitation(token).await?.refusal {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }

    async fn standing_of(&self, identity: &IdentityKey) -> Result<LinkStatus, HubError> {
        let activation = self.reads().activation_of_identity(identity).await?;
        match activation.map(|activation| (activation.state, activation.customer_id)) {
            Some((ActivationState::Done, Some(customer_id))) => {
                // A record that was closed, or unlinked from this sign-in since, is named to nobody.
                let customer = self.reads().customer_of_identity(identity).await?;
                let customer = customer.filter(|customer| customer.id == customer_id);
                customer.map(LinkStatus::Linked).ok_or_else(|| ActivationError::Revoked.into())
            }
            Some((ActivationState::Refused(refusal), _)) => Err(refusal.into()),
            Some(_) | None => Ok(LinkStatus::Pending),
        }
    }

    async fn link_by_requester_id(&self, sign_in: &SignIn, requester_id: &str) -> Result<LinkStatus, HubError> {
        let requester = self.requester_key(requester_id);
        let ctx = Ctx::new(actor_of(&sign_in.identity), Channel::B2c);
        let known = commit!(self, &ctx, |tx| {
            if let Some(known) = self.known_by_number(sign_in, &requester).await? {
                return Ok(Some(Some(known)));
            }
            let record = self.reads().record(&requester).await?;
            let theirs =
                record.filter(|record| requester_id_link::shared_address(sign_in, &record.attributes).is_some());
            let Some(record) = theirs else { return Ok(None) };
            let ground = Entitlement::VerifiedEmail;
            tx.extend(self.admit_number(sign_in, &requester, &record.attributes, ground, tx.stamp).await?);
            Ok(Some(None))
        })?;
        match known {
            Some(Some(known)) => Ok(known),
            Some(None) => self.standing_of(&sign_in.identity).await,
            None => {
                self.request_requester_id_link(sign_in, requester_id).await?;
                Ok(LinkStatus::PendingReview)
            }
        }
    }

    /// How it stands when this sign-in came with this number before.
    pub(crate) async fn known_by_number(
        &self,
        sign_in: &SignIn,
        requester: &RecordKey,
    ) -> Result<Option<LinkStatus>, HubError> {
        let identity = &sign_in.identity;
        if let (Some(mine), Some(customer)) =
            (self.reads().identity(identity).await?, self.reads().customer_of(requester).await?)
            && mine.customer_id == customer.id
        {
            return Ok(Some(LinkStatus::Linked(customer)));
        }
        if let Some(activation) = self.reads().activation_of_identity(identity).await?
            && activation.state == ActivationState::Pending
            && let Some(invitation) = self.reads().invitation(activation.invitation_id).await?
            && invitation.record() == *requester
        {
            return Ok(Some(LinkStatus::Pending));
        }
        let reviews = self.reads().reviews_about(identity).await?;
        let mine = reviews.into_iter().find(|review| requester_id_link::is_about(&review.question, requester));
        match mine.map(|review| review.decided) {
            Some(Some((_, _, Decision::NoneOfThese))) => Err(RequesterDeclinedError.into()),
            Some(None) => Ok(Some(LinkStatus::PendingReview)),
            Some(Some(_)) | None => Ok(None),
        }
    }

    /// What the hub knows of whoever has an identity; nothing when it is nobody's.
    pub async fn customer_claims(&self, identity: &IdentityKey) -> Result<Option<CustomerClaims>, HubError> {
        let Some(customer) = self.reads().customer_of_identity(identity).await? else { return Ok(None) };
        let customer_id = customer.id;
        let links = self.reads().links(customer_id).await?;
        let linked = |kind: Kind| {
            let link = links.iter().find(|link| link.ended.is_none() && link.record.kind == kind);
            link.map(|link| link.record.external_id.clone())
        };
        Ok(Some(CustomerClaims {
            customer_id,
            requester_id: linked(Kind::Requester),
            contact_id: linked(Kind::Contact),
            devices: self.reads().devices_of(customer_id).await?.len(),
        }))
    }
}
