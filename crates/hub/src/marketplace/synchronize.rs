//! Synchronize: creates, links or updates the customer of a marketplace account (`M07`, `M08`, `M14`, `M20`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::invitations::{Invitation, InvitationState};
use tessera_core::kernel::ids::{CustomerId, InvitationId};
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, Observation, RecordKey};
use tessera_core::marketplace::account::{MAX_NAME_LENGTH, one_line};
use tessera_core::marketplace::provision::{self, Candidates, Done, Known, Named, Settled, Terms};
use tessera_core::marketplace::{Account, Answer, Code, MarketplaceError, values};

use super::{MarketplaceConfig, account_key};
use crate::secret::hash;
use crate::{Hub, HubError};

/// An account as sent by a marketplace.
#[derive(Debug, Clone)]
pub struct AccountRequest {
    /// The account's id at the marketplace.
    pub id: String,
    /// The external id, which is the customer's id. Empty if the marketplace has none yet.
    pub external_id: String,
    /// The account.
    pub account: Account,
    /// The original request body.
    pub raw: Value,
    /// Test mode: nothing is applied.
    pub is_test: bool,
}

impl Hub {
    /// Plans a Synchronize call and its answer.
    pub(super) async fn plan_synchronize(
        &self,
        marketplace: &MarketplaceConfig,
        request: &AccountRequest,
        stamp: Stamp<'_>,
    ) -> Result<(Answer, Plan), HubError> {
        let account = match self.checked(marketplace, &request.account).await? {
            Ok(account) => account,
            Err(refusal) => return Ok((Answer::Refused(refusal), Plan::default())),
        };
        let key = account_key(&marketplace.name, &request.id);
        if let Some(refusal) = self.reseller_contradicts(marketplace, &account).await? {
            return Ok((Answer::Refused(refusal), Plan::default()));
        }
        let read_at = stamp.reading;
        let observation = provision::observation(key.clone(), &account, request.raw.clone(), read_at);
        let known = Box::pin(self.known(marketplace, &key, &account, request, &observation, stamp)).await?;
        let terms = Terms { licence: marketplace.licence };
        let open = known.invitation.clone();
        let Settled { plan, answer } =
            provision::synchronize(observation, &account, &request.external_id, known, terms, stamp);
        let answer = match answer {
            Ok(done) => self.answer(done, open.as_ref(), request.external_id.is_empty()),
            Err(refusal) => Answer::Refused(refusal),
        };
        Ok(match answer {
            Answer::Synchronized { customer_id, extra, .. } if request.is_test => {
                (Answer::Synchronized { customer_id, extra, notify: false }, plan)
            }
            answer => (answer, plan),
        })
    }

    /// Builds the answer about a customer. `open` is the invitation that was open before. `is_new_to_them`: the marketplace does not know the external id yet, so an
    /// earlier answer, and with it the e-mail, may have been lost.
    fn answer(&self, done: Done, open: Option<&Invitation>, is_new_to_them: bool) -> Answer {
        let url_of = |id: InvitationId| match open.filter(|open| open.id == id) {
            Some(open) => self.invitation_url(open),
            None => self.config.url(&format!("/activate/{}", self.config.secret_key.invitation_token(id))),
        };
        let extra = self.extra_of(done.invitation.map(|(id, until)| (url_of(id), until)));
        let notify = done.issued || (is_new_to_them && done.invitation.is_some());
        Answer::Synchronized { customer_id: done.customer_id, extra, notify }
    }

    /// The extra values of an answer: the portal, and the link of an invitation with the time until which it works.
    pub(super) fn extra_of(&self, invitation: Option<(String, Timestamp)>) -> BTreeMap<String, String> {
        let mut extra = BTreeMap::from([("portal_url".to_owned(), self.config.url("/portal/customer"))]);
        if let Some((url, until)) = invitation {
            extra.insert("activation_url".to_owned(), url);
            extra.insert("activation_expires".to_owned(), until.strftime("%Y-%m-%d").to_string());
        }
        extra
    }

    /// Validates and normalises the account.
    async fn checked(
        &self,
        marketplace: &MarketplaceConfig,
        account: &Account,
    ) -> Result<Result<Account, MarketplaceError>, HubError> {
        let name = one_line(&account.name);
        if name.is_empty() {
            return Ok(Err(MarketplaceError::plain(Code::NameMissing)));
        }
        if name.chars().count() > MAX_NAME_LENGTH {
            return Ok(Err(MarketplaceError::new(Code::NameTooLong, MAX_NAME_LENGTH.to_string())));
        }
        let options = self.options_of(marketplace).await?.options;
        Ok(values::check_all(&options, account).map(|options| Account { name, options, ..account.clone() }))
    }

    async fn known(
        &self,
        marketplace: &MarketplaceConfig,
        key: &RecordKey,
        account: &Account,
        request: &AccountRequest,
        observation: &Observation,
        stamp: Stamp<'_>,
    ) -> Result<Known, HubError> {
        let (stored, owner, named, invitations) = tokio::try_join!(
            self.reads().record(key),
            self.owner_of(key),
            self.named_customer(marketplace, key, request),
            self.reads().invitations(&key.system, &key.external_id),
        )?;
        let correlated = owner.is_none() && matches!(named, Named::Nobody | Named::Former);
        let candidates = if correlated { self.candidates(marketplace, key, account).await? } else { Candidates::None };
        let stored = stored.filter(|stored| stored.gone_at.is_none());
        let same = stored.as_ref().is_some_and(|stored| {
            // Fields that the hub does not interpret are kept for staff, so the raw data is compared exactly.
            stored.content_hash == observation.content_hash() && stored.raw == observation.raw
        });
        let before = stored.and_then(|stored| match stored.attributes {
            Attributes::Account(account) => Some(*account),
            _ => None,
        });
        let fresh = marketplace.invite.then(|| self.draft_for_account(key, account, stamp));
        let now = self.env.now();
        let invitation = invitations.into_iter().find(|it| it.state(now) == InvitationState::Open);
        let person = match (&before, &owner) {
            (Some(before), Some(owner)) if !same => self.person_of_account(before, account, owner).await?,
            _ => None,
        };
        Ok(Known { before, same, owner, named, candidates, invitation, fresh, person })
    }

    /// A draft of an invitation for an account.
    pub(super) fn draft_for_account(&self, key: &RecordKey, account: &Account, stamp: Stamp<'_>) -> Invitation {
        let id: InvitationId = stamp.id();
        let token_hash = hash(&self.config.secret_key.invitation_token(id));
        provision::invitation(key, account, token_hash, id, stamp.now + self.config.invitation_lifetime, stamp)
    }

    /// If both `ResellerID` and `ResellerExternalID` are known here, they must name the same reseller. Either may
    /// arrive first.
    async fn reseller_contradicts(
        &self,
        marketplace: &MarketplaceConfig,
        account: &Account,
    ) -> Result<Option<MarketplaceError>, HubError> {
        let (Some(reseller), Some(told)) = (&account.reseller, &account.reseller_external_id) else { return Ok(None) };
        let known = self.reads().customer_of(&account_key(&marketplace.name, reseller)).await?;
        Ok(known.filter(|known| told.parse::<CustomerId>() != Ok(known.id)).map(|known| {
            let detail = format!("{reseller} is {}, not {told}", known.id);
            MarketplaceError::new(Code::ResellerMismatch, detail)
        }))
    }
}
