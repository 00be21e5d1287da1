//! Exists: whether the account's customer already exists (`M16`). Read-only, except that an ambiguous match becomes a
//! review.

use tessera_core::invitations::{Invitation, InvitationState};
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::RecordKey;
use tessera_core::marketplace::provision::{self, Candidates, Named};
use tessera_core::marketplace::{Answer, Code, MarketplaceError};

use super::{AccountRequest, MarketplaceConfig, account_key};
use crate::{Hub, HubError};

const OF_ANOTHER: &str = "This customer has another account already. Compare the two accounts, or contact us.";

const NOT_ITS_OWN: &str = "The ExternalID is not the one this account was given. Clear it, then synchronize again.";

impl Hub {
    /// Plans the answer to an Exists call, with its review if there is one.
    pub(super) async fn plan_exists(
        &self,
        marketplace: &MarketplaceConfig,
        request: &AccountRequest,
        stamp: Stamp<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        let key = account_key(&marketplace.name, &request.id);
        let (owner, named) =
            tokio::try_join!(self.reads().customer_of(&key), self.named_customer(marketplace, &key, request))?;
        let answer = match (owner, named) {
            (Some(owner), Named::Nobody) => self.known_to_us_alone(&key, request, owner).await?,
            (Some(owner), Named::Former) => Answer::Exists(owner.id),
            (Some(owner), Named::Customer { customer, .. }) if customer.id == owner.id => Answer::Exists(owner.id),
            (Some(_), Named::Unknown) => Answer::Invalid(NOT_ITS_OWN.to_owned()),
            (Some(_), Named::Customer { .. }) | (None, Named::Customer { account: Some(_), .. }) => {
                Answer::Invalid(OF_ANOTHER.to_owned())
            }
            (None, Named::Customer { customer, account: None }) => Answer::Exists(customer.id),
            (None, Named::Nobody | Named::Former | Named::Unknown) => {
                return self.correlate(marketplace, request, stamp).await;
            }
        };
        Ok((answer, Plan::default()))
    }

    /// The customer of an account whose platform names none. While the invitation is open, the answer that told of it is
    /// repeated, because the platform may not have heard it.
    async fn known_to_us_alone(
        &self,
        key: &RecordKey,
        request: &AccountRequest,
        customer: Customer,
    ) -> Result<Answer, HubError> {
        let customer_id = customer.id;
        let invitations = self.reads().invitations(&key.system, &key.external_id).await?;
        let now = self.env.now();
        let address = request.account.address_for_mail().unwrap_or_default();
        let is_theirs = |it: &&Invitation| it.state(now) == InvitationState::Open && it.email == address;
        let Some(open) = invitations.iter().find(is_theirs) else { return Ok(Answer::Exists(customer_id)) };
        if !self.reads().identities(customer_id).await?.is_empty() {
            return Ok(Answer::Exists(customer_id));
        }
        let extra = self.extra_of(Some((self.invitation_url(open), open.expires_at)));
        Ok(Answer::Unheard { customer_id, extra, notify: !request.is_test })
    }

    async fn correlate(
        &self,
        marketplace: &MarketplaceConfig,
        request: &AccountRequest,
        stamp: Stamp<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        let key = account_key(&marketplace.name, &request.id);
        Ok(match self.candidates(marketplace, &key, &request.account).await? {
            // An account of the own platform has its customer here already, who is no customer of the vendor yet.
            Candidates::None | Candidates::Own(_) => (Answer::Absent, Plan::default()),
            Candidates::Undecided => {
                (Answer::Invalid(MarketplaceError::plain(Code::SeveralCustomers).message()), Plan::default())
            }
            Candidates::One { customer, .. } => (Answer::Exists(customer.id), Plan::default()),
            Candidates::Taken(found) => {
                let refusal = MarketplaceError::new(Code::CustomerTaken, found.by);
                (Answer::Invalid(refusal.message()), Plan::default())
            }
            Candidates::Many(found) => {
                let read_at = stamp.reading;
                let seen = provision::observation(key, &request.account, request.raw.clone(), read_at);
                let plan = provision::ask(seen, &found, stamp);
                (Answer::Invalid(MarketplaceError::plain(Code::SeveralCustomers).message()), plan)
            }
        })
    }
}
