//! A policy's REST step: links the user who signed in through the policy to a record, by the token or number sent along
//! (`A18`, `A20`).
//!
//! Every answer comes from the hub's own data, because the policy waits for it, and a person waits for the policy.
//! Steps that need the outside systems run in the background, in the same journey as an activation in the browser.

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

/// The state of the link of a sign-in through a policy.
#[derive(Debug, Clone)]
pub enum LinkStatus {
    /// The sign-in is linked to this customer.
    Linked(Customer),
    /// The background steps are not done yet.
    Pending,
    /// Staff must decide.
    PendingReview,
}

/// The claims about a customer that tokens may contain.
#[derive(Debug, Clone)]
pub struct CustomerClaims {
    /// The customer.
    pub customer_id: CustomerId,
    /// Requester id in the service desk.
    pub requester_id: Option<String>,
    /// Contact id in the CRM.
    pub contact_id: Option<String>,
    /// Number of devices.
    pub devices: usize,
}

impl Hub {
    /// Links a signed-in user by the value sent along: a token or, if `numbers` is set, a requester id. Idempotent: a
    /// repeated call returns the same result.
    ///
    /// # Errors
    /// [`HubError::Rejected`] if the token belongs to another sign-in, or if staff declined the link.
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

    /// Checks whether a token can still be used. Works before anyone has signed in.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the reason if it cannot.
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
                // A record that has been closed, or unlinked from this sign-in, is not disclosed.
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

    /// The status for a sign-in that sent this requester id before.
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

    /// The claims about the customer of an identity. `None` if the identity is not linked.
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
