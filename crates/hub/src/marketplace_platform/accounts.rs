//! Accounts of the marketplace: created and changed by staff and systems of the operator.

use serde_json::Value;
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::change::RecordChange;
use tessera_core::kernel::record::{Attributes, Observation};
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::matching::{Compare, Source};
use tessera_core::marketplace::provision::{self, Candidates, Known, Named, Terms};
use tessera_core::marketplace::{Account, MatchRule};
use tessera_core::marketplace_platform::account::{MAX_DEPTH, check_reseller, record_of};
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::{AccountProfile, AccountState, MarketplaceAccount, PlatformError, SYSTEM};
use tessera_core::sync::correlate::Slot;

use crate::commit::{Tx, commit, commit_once};
use crate::marketplace::MarketplaceConfig;
use crate::{Ctx, Hub, HubError, hash};

/// Purpose of the idempotency keys of new accounts.
const PURPOSE: &str = "marketplace_account";
/// Name of the slot in which moves within the tree meet, so that two of them do not close a circle together.
const TREE: &str = "marketplace_accounts:tree";

impl Hub {
    /// Creates an account, and correlates it with the customers of the hub by its e-mail address. An ambiguous match
    /// becomes a review.
    ///
    /// # Errors
    /// [`PlatformError`] if the profile or the reseller does not fit.
    pub async fn create_marketplace_account(
        &self,
        profile: AccountProfile,
        reseller: Option<MarketplaceAccountId>,
        ctx: &Ctx,
    ) -> Result<MarketplaceAccount, HubError> {
        let profile = profile.checked()?;
        let request = serde_json::to_string(&(&profile, reseller)).unwrap_or_default();
        let made: Result<(MarketplaceAccountId, bool), HubError> =
            commit_once!(self, ctx, (PURPOSE, &request), |tx| { self.plan_new_account(&profile, reseller, tx).await });
        self.marketplace_account(made?.0).await
    }

    /// Plans a new account with a checked profile, and whose it is.
    pub(crate) async fn plan_new_account(
        &self,
        profile: &AccountProfile,
        reseller: Option<MarketplaceAccountId>,
        tx: &mut Tx<'_>,
    ) -> Result<MarketplaceAccountId, HubError> {
        let id: MarketplaceAccountId = tx.stamp.id();
        if let Some(reseller) = reseller {
            self.attach_to_reseller(None, reseller, tx).await?;
        }
        let account = MarketplaceAccount {
            id,
            reseller,
            is_reseller: false,
            attached: 0,
            profile: profile.clone(),
            state: AccountState::Active,
            version: 1,
            created_at: tx.stamp.now,
            created_by: tx.stamp.actor.to_string(),
        };
        let create = PlatformChange::CreateAccount(Box::new(account));
        tx.push(create, "vendors are called for it from now on");
        self.correlate_new(id, &profile.as_record(reseller), tx).await?;
        Ok(id)
    }

    /// Changes an account, and its customer with it. The vendors hear of it at the next synchronization.
    ///
    /// # Errors
    /// [`PlatformError`] if the profile or the reseller does not fit, or the account is deleted.
    pub async fn change_marketplace_account(
        &self,
        id: MarketplaceAccountId,
        profile: AccountProfile,
        reseller: Option<MarketplaceAccountId>,
        ctx: &Ctx,
    ) -> Result<MarketplaceAccount, HubError> {
        self.change_seen_marketplace_account(id, None, profile, reseller, ctx).await
    }

    /// The same, if the account is still as it was seen: `seen` is its [`account_hash`] then.
    ///
    /// # Errors
    /// [`PlatformError::SavedMeanwhile`] if it is not.
    pub async fn change_seen_marketplace_account(
        &self,
        id: MarketplaceAccountId,
        seen: Option<[u8; 32]>,
        profile: AccountProfile,
        reseller: Option<MarketplaceAccountId>,
        ctx: &Ctx,
    ) -> Result<MarketplaceAccount, HubError> {
        let profile = profile.checked()?;
        commit!(self, ctx, |tx| {
            let account = self.marketplace_account(id).await?;
            if seen.is_some_and(|seen| seen != account_hash(&account.profile, account.reseller)) {
                return Err(PlatformError::SavedMeanwhile.into());
            }
            self.plan_account_change(&account, &profile, reseller, tx).await
        })?;
        self.marketplace_account(id).await
    }

    /// Plans that an account has another profile, which was checked, or another reseller.
    pub(super) async fn plan_account_change(
        &self,
        account: &MarketplaceAccount,
        profile: &AccountProfile,
        reseller: Option<MarketplaceAccountId>,
        tx: &mut Tx<'_>,
    ) -> Result<(), HubError> {
        let id = account.id;
        if account.state != AccountState::Active {
            return Err(PlatformError::AccountDeleted.into());
        }
        if account.profile == *profile && account.reseller == reseller {
            return Ok(());
        }
        if let Some(reseller) = reseller.filter(|reseller| Some(*reseller) != account.reseller) {
            self.attach_to_reseller(Some(id), reseller, tx).await?;
        }
        let (version, profile) = (account.version, Box::new(profile.clone()));
        let record = profile.as_record(reseller);
        tx.push(PlatformChange::UpdateAccount { id, version, profile, reseller }, "staff changed it");
        let plan = self.plan_changed_record(id, &record, tx.stamp).await?;
        tx.extend(plan);
        Ok(())
    }

    /// The resellers above an account, nearest first.
    pub(super) async fn resellers_above(
        &self,
        account: &MarketplaceAccount,
    ) -> Result<Vec<MarketplaceAccount>, HubError> {
        let (mut above, mut next) = (Vec::new(), account.reseller);
        // A tree that was moved may be a little deeper than one that is built.
        while let Some(id) = next.filter(|_| above.len() <= 2 * MAX_DEPTH) {
            let reseller = self.marketplace_account(id).await?;
            next = reseller.reseller;
            above.push(reseller);
        }
        Ok(above)
    }

    /// Plans that an account, or a new one, becomes the customer of a reseller.
    async fn attach_to_reseller(
        &self,
        account: Option<MarketplaceAccountId>,
        reseller: MarketplaceAccountId,
        tx: &mut Tx<'_>,
    ) -> Result<(), HubError> {
        let slot = Slot::of(TREE);
        let version = self.reads().correlation_slot(slot).await?;
        let problem = |text: &str| PlatformError::Invalid(vec![FieldProblem::new("reseller_id", text)]);
        let found = self.reads().marketplace_account(reseller).await?;
        let found = found.ok_or_else(|| problem("there is no such account"))?;
        if found.state != AccountState::Active {
            return Err(problem("this account is deleted, or its deletion was requested").into());
        }
        let mut chain = vec![reseller];
        chain.extend(self.resellers_above(&found).await?.iter().map(|above| above.id));
        check_reseller(account, &chain)?;
        if account.is_some() {
            let take = MarketplaceChange::TakeSlots(vec![(slot, version)]);
            tx.push(take, "nobody has moved another account meanwhile");
        }
        tx.push(PlatformChange::Attach(reseller), "the reseller is not deleted meanwhile");
        Ok(())
    }

    /// Plans whose account a new one is.
    async fn correlate_new(
        &self,
        id: MarketplaceAccountId,
        account: &Account,
        tx: &mut Tx<'_>,
    ) -> Result<(), HubError> {
        let (key, rules) = (record_of(id), correlation());
        let (public, country) = (&self.config.public_mail_domains, self.config.locale.country);
        let handles = rules.matching.iter().flat_map(|rule| rule.handles(account, public, country));
        let mut slots: Vec<Slot> = handles.map(|handle| Slot::of(&handle.slot_name())).collect();
        slots.sort_unstable();
        slots.dedup();
        let mut taken = Vec::new();
        for slot in slots {
            taken.push((slot, self.reads().correlation_slot(slot).await?));
        }
        let candidates = self.candidates(&rules, &key, account).await?;
        let observation = observed(id, account, tx.stamp);
        let plan = if let Candidates::Taken(found) = candidates {
            // A customer with another account: nobody but staff knows whether this is a second one.
            provision::ask(observation, &[*found], tx.stamp)
        } else {
            let known = Known {
                before: None,
                same: false,
                owner: None,
                named: Named::Nobody,
                candidates,
                invitation: None,
                fresh: None,
                person: None,
            };
            provision::synchronize(observation, account, "", known, Terms { licence: None }, tx.stamp).plan
        };
        tx.push(MarketplaceChange::TakeSlots(taken), "nobody else has correlated by the same names since");
        tx.extend(plan);
        Ok(())
    }

    /// Plans that the record of an account changed, and its customer with it.
    pub(crate) async fn plan_changed_record(
        &self,
        id: MarketplaceAccountId,
        account: &Account,
        stamp: Stamp<'_>,
    ) -> Result<Plan, HubError> {
        let key = record_of(id);
        let observation = observed(id, account, stamp);
        let Some(owner) = self.owner_of(&key).await? else {
            // Staff have not decided yet whose it is. They see the account as it is now.
            let mut plan = Plan::default();
            plan.push(RecordChange::Put(Box::new(observation)), "the account as staff entered it");
            return Ok(plan);
        };
        let before = match self.reads().record(&key).await?.map(|record| record.attributes) {
            Some(Attributes::Account(before)) => Some(*before),
            _ => None,
        };
        let person = match &before {
            Some(before) => self.person_of_account(before, account, &owner).await?,
            None => None,
        };
        let known = Known {
            same: before.as_ref() == Some(account),
            before,
            owner: Some(owner),
            named: Named::Nobody,
            candidates: Candidates::None,
            invitation: None,
            fresh: None,
            person,
        };
        Ok(provision::synchronize(observation, account, "", known, Terms { licence: None }, stamp).plan)
    }
}

/// What tells whether an account was changed since someone saw it.
pub fn account_hash(profile: &AccountProfile, reseller: Option<MarketplaceAccountId>) -> [u8; 32] {
    hash(&serde_json::to_string(&(profile, reseller)).unwrap_or_default())
}

fn observed(id: MarketplaceAccountId, account: &Account, stamp: Stamp<'_>) -> Observation {
    let raw = serde_json::to_value(account).unwrap_or(Value::Null);
    provision::observation(record_of(id), account, raw, stamp.reading)
}

/// How accounts are correlated: by their e-mail address, as requesters and contacts are.
fn correlation() -> MarketplaceConfig {
    MarketplaceConfig {
        name: SYSTEM.to_owned(),
        display_name: "Marketplace".to_owned(),
        prefix: String::new(),
        applications: Vec::new(),
        settings: Vec::new(),
        options: Vec::new(),
        matching: vec![MatchRule { by: Source::Email, compare: Compare::Email }],
        licence: None,
        invite: false,
        own_platform: false,
    }
}
