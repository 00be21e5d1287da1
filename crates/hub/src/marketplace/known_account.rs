//! Known facts about an account.

use std::collections::BTreeMap;

use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Handle, HandleKind, Kind, RecordKey};
use tessera_core::marketplace::matching::{Compare, Source};
use tessera_core::marketplace::provision::{self, Candidates, Named, OwnCustomer, Owner};
use tessera_core::marketplace::{Account, Found, MatchRule, Matched, matching, remove};
use tessera_core::marketplace_platform::SYSTEM;
use tessera_core::persons::Person;
use tessera_store::StoreError;

use super::{AccountRequest, MarketplaceConfig, OptionSet};
use crate::Hub;

/// Maximum number of records to examine for one rule. More matches would be a coincidence, not one customer.
const LOOKED_AT: usize = 20;

impl Hub {
    /// The customer of an account.
    pub(crate) async fn owner_of(&self, key: &RecordKey) -> Result<Option<Owner>, StoreError> {
        let Some(customer) = self.reads().customer_of(key).await? else { return Ok(None) };
        let (links, identities) =
            tokio::try_join!(self.reads().links(customer.id), self.reads().identities(customer.id))?;
        let alone = remove::leads(&links, key);
        Ok(Some(Owner { customer, alone, activated: !identities.is_empty() }))
    }

    /// The person whose address follows the account's: created from the account, and not changed by the person since.
    pub(crate) async fn person_of_account(
        &self,
        before: &Account,
        now: &Account,
        owner: &Owner,
    ) -> Result<Option<Person>, StoreError> {
        if !owner.alone || before.address_for_mail() == now.address_for_mail() {
            return Ok(None);
        }
        let of = owner.customer.id;
        match provision::person_of(self.reads().people(of).await?, before) {
            // Read again, to include the places.
            Some(person) => self.reads().person(person.id).await,
            None => Ok(None),
        }
    }

    /// The customer that a request names by external id. If this marketplace was never given the id, it counts only if
    /// a rule finds the same customer: an external id proves nothing.
    pub(super) async fn named_customer(
        &self,
        marketplace: &MarketplaceConfig,
        key: &RecordKey,
        request: &AccountRequest,
    ) -> Result<Named, StoreError> {
        if request.external_id.is_empty() {
            return Ok(Named::Nobody);
        }
        let Ok(id) = request.external_id.parse::<CustomerId>() else { return Ok(Named::Unknown) };
        let Some(customer) = self.reads().customer(id).await? else { return Ok(Named::Unknown) };
        let links = self.reads().links(id).await?;
        let active = || links.iter().filter(|link| link.ended.is_none());
        let was_theirs = links.iter().any(|link| link.record == *key);
        let account = active().find(|link| is_other_account(&link.record, key));
        let account = account.map(|link| link.record.external_id.clone());
        if active().all(|link| link.record.kind == Kind::User) {
            // The former customer of this account is not a customer any more. For this account, that allows a new
            // start.
            return Ok(if was_theirs { Named::Former } else { Named::Unknown });
        }
        if was_theirs && account.is_some() && !active().any(|link| link.record == *key) {
            return Ok(Named::Former);
        }
        let is_known =
            was_theirs || account.is_some() || self.rules_find(marketplace, key, &request.account, id).await?;
        Ok(if is_known { Named::Customer { customer: Box::new(customer), account } } else { Named::Unknown })
    }

    async fn rules_find(
        &self,
        marketplace: &MarketplaceConfig,
        key: &RecordKey,
        account: &Account,
        id: CustomerId,
    ) -> Result<bool, StoreError> {
        Ok(match self.candidates(marketplace, key, account).await? {
            Candidates::One { customer, .. } => customer.id == id,
            Candidates::Many(found) => found.iter().any(|found| found.customer == id),
            Candidates::Own(own) => own.customer.id == id,
            Candidates::None | Candidates::Taken(_) | Candidates::Undecided => false,
        })
    }

    /// The customers found by the rules of a marketplace.
    pub(crate) async fn candidates(
        &self,
        marketplace: &MarketplaceConfig,
        key: &RecordKey,
        account: &Account,
    ) -> Result<Candidates, StoreError> {
        if marketplace.own_platform
            && let Some(own) = self.own_candidate(marketplace, key, account).await?
        {
            return Ok(own);
        }
        let mut matches = Vec::new();
        for rule in &marketplace.matching {
            for handle in rule.handles(account, &self.config.public_mail_domains, self.config.locale.country) {
                let records = self.records_matching(&handle).await?;
                matches.extend(records.into_iter().filter(|record| record != key).map(|record| (rule, record)));
            }
        }
        if matches.is_empty() {
            return Ok(Candidates::None);
        }
        let options = OptionSet::in_force(marketplace, self.reads().option_set(&marketplace.name).await?).options;
        let mut found = Vec::new();
        // Read before their links, so that the plan conflicts when they change.
        let mut customers = BTreeMap::new();
        for (rule, record) in matches {
            if let Some(customer) = self.reads().customer_of(&record).await? {
                found.push(self.found_account(key, record, &customer, rule.what(account, &options)).await?);
                customers.entry(customer.id).or_insert(customer);
            }
        }
        Ok(match matching::settle(found) {
            Matched::None => Candidates::None,
            Matched::Taken(found) => Candidates::Taken(Box::new(found)),
            Matched::Many(found) => Candidates::Many(found),
            Matched::One(found) => match customers.remove(&found.customer) {
                Some(customer) => Candidates::One { customer: Box::new(customer), by: found.by },
                None => Candidates::None,
            },
        })
    }

    /// The customer of the same account at the hub's own platform. It has been correlated there, and is not correlated a
    /// second time. `None` if the platform has no such account.
    async fn own_candidate(
        &self,
        marketplace: &MarketplaceConfig,
        key: &RecordKey,
        account: &Account,
    ) -> Result<Option<Candidates>, StoreError> {
        let own = RecordKey::new(SYSTEM, Kind::Account, &key.external_id);
        if self.reads().record(&own).await?.is_none_or(|record| record.gone_at.is_some()) {
            return Ok(None);
        }
        let Some(customer) = self.reads().customer_of(&own).await? else { return Ok(Some(Candidates::Undecided)) };
        let (links, identities, people) = tokio::try_join!(
            self.reads().links(customer.id),
            self.reads().identities(customer.id),
            self.reads().people(customer.id),
        )?;
        if remove::is_alone(&links, &own) || self.has_proved_address(&own, account, customer.id).await? {
            let (activated, has_people) = (!identities.is_empty(), !people.is_empty());
            return Ok(Some(Candidates::Own(Box::new(OwnCustomer { customer, activated, has_people }))));
        }
        let options = OptionSet::in_force(marketplace, self.reads().option_set(&marketplace.name).await?).options;
        let by = MatchRule { by: Source::Email, compare: Compare::Email }.what(account, &options);
        let found = self.found_account(key, own, &customer, by).await?;
        Ok(Some(match found.taken_by {
            Some(_) => Candidates::Taken(Box::new(found)),
            None => Candidates::One { customer: Box::new(customer), by: found.by },
        }))
    }

    /// Whether an account is that of a buyer in the storefront, who has proved the e-mail address by which other systems
    /// know the customer. Then an activation link to this address proves as much as one that staff send.
    async fn has_proved_address(
        &self,
        own: &RecordKey,
        account: &Account,
        customer: CustomerId,
    ) -> Result<bool, StoreError> {
        let Ok(id) = own.external_id.parse() else { return Ok(false) };
        if !self.reads().is_account_of_buyer(id).await? {
            return Ok(false);
        }
        let (public, country) = (&self.config.public_mail_domains, self.config.locale.country);
        for handle in (MatchRule { by: Source::Email, compare: Compare::Email }).handles(account, public, country) {
            for record in self.records_matching(&handle).await?.into_iter().filter(|record| record != own) {
                if self.reads().customer_of(&record).await?.is_some_and(|known| known.id == customer) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// The records with a search key. Among the records of a customer, the requester comes first, because staff know it
    /// best.
    async fn records_matching(&self, handle: &Handle) -> Result<Vec<RecordKey>, StoreError> {
        let mut records = if handle.kind == HandleKind::Domain {
            self.reads().records_of_domain(&handle.value, LOOKED_AT).await?
        } else {
            let found = self.reads().records_by(handle.kind, &handle.value, LOOKED_AT).await?;
            found.into_iter().map(|record| record.key).collect()
        };
        records.sort_by_key(|record| record.kind);
        Ok(records)
    }

    async fn found_account(
        &self,
        key: &RecordKey,
        record: RecordKey,
        customer: &Customer,
        by: String,
    ) -> Result<Found, StoreError> {
        let links = self.reads().links(customer.id).await?;
        let other = links.iter().find(|link| link.ended.is_none() && is_other_account(&link.record, key));
        let taken_by = other.map(|link| link.record.external_id.clone());
        Ok(Found { by, record, customer: customer.id, taken_by })
    }
}

fn is_other_account(record: &RecordKey, key: &RecordKey) -> bool {
    record.system == key.system && record.kind == Kind::Account && record != key
}
