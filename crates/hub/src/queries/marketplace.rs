//! Queries on marketplaces for staff (`M01`–`M20`).

use tessera_core::invitations::Invitation;
use tessera_core::kernel::customer::Customer;
use tessera_core::kernel::ids::CallId;
use tessera_core::kernel::record::Attributes;
use tessera_core::marketplace::Call;
use tessera_store::{Reads, StoreError, StoredRecord};

use super::Queries;
use crate::marketplace::{MarketplaceConfig, OptionSet, account_key};

/// A marketplace in a list.
#[derive(Debug)]
pub struct MarketplaceLine<'a> {
    /// The configuration.
    pub config: &'a MarketplaceConfig,
    /// The effective options.
    pub options: OptionSet,
    /// The latest call.
    pub last: Option<Call>,
}

/// A marketplace with some of its accounts and calls.
#[derive(Debug)]
pub struct MarketplacePage {
    /// The effective options.
    pub options: OptionSet,
    /// The accounts, by id, each with whether it is linked.
    pub accounts: Vec<(StoredRecord, bool)>,
    /// The newest calls.
    pub calls: Vec<Call>,
}

/// An account of a marketplace.
#[derive(Debug)]
pub struct AccountPage {
    /// The account as the marketplace last sent it.
    pub record: StoredRecord,
    /// The customer, if linked.
    pub owner: Option<Customer>,
    /// Whether it has been deleted, which staff can reverse.
    pub deleted: bool,
    /// The customer before the deletion.
    pub owner_before: Option<Customer>,
    /// The id of the reseller's account, with the account if known.
    pub reseller: Option<(String, Option<StoredRecord>)>,
    /// The accounts that this reseller serves.
    pub serves: Vec<StoredRecord>,
    /// The invitations of the account, newest first.
    pub invitations: Vec<Invitation>,
    /// The newest calls about it.
    pub calls: Vec<Call>,
}

impl<'a> Queries<'a> {
    /// All marketplaces, in the order of the configuration.
    pub async fn marketplaces(&self) -> Result<Vec<MarketplaceLine<'a>>, StoreError> {
        let store = self.snapshot().await?;
        let configured = &self.hub.config.marketplaces;
        let names: Vec<&str> = configured.iter().map(|config| config.name.as_str()).collect();
        let mut options = store.option_sets(&names).await?;
        let mut last = store.last_calls(&names).await?;
        let line = |config: &'a MarketplaceConfig| MarketplaceLine {
            options: OptionSet::in_force(config, options.remove(&config.name)),
            last: last.iter().position(|call| call.marketplace == config.name).map(|at| last.swap_remove(at)),
            config,
        };
        Ok(configured.iter().map(line).collect())
    }

    /// A marketplace with its accounts after one, and its newest calls.
    pub async fn marketplace(
        &self,
        config: &MarketplaceConfig,
        after: &str,
        (accounts, calls): (usize, usize),
    ) -> Result<MarketplacePage, StoreError> {
        let store = self.snapshot().await?;
        let options = OptionSet::in_force(config, store.option_set(&config.name).await?);
        let accounts = store.accounts(&config.name, after, accounts).await?;
        let keys: Vec<_> = accounts.iter().map(|account| &account.key).collect();
        let owners = store.owners_among(&keys).await?;
        let with_owner = |account: StoredRecord| {
            let linked = owners.contains_key(&account.key);
            (account, linked)
        };
        let accounts = accounts.into_iter().map(with_owner).collect();
        let calls = store.calls(&config.name, None, calls).await?;
        Ok(MarketplacePage { options, accounts, calls })
    }

    /// An account with the newest calls about it.
    pub async fn marketplace_account(
        &self,
        marketplace: &str,
        account: &str,
        calls: usize,
    ) -> Result<Option<AccountPage>, StoreError> {
        let store = self.snapshot().await?;
        let key = account_key(marketplace, account);
        let Some(record) = store.record(&key).await? else { return Ok(None) };
        let owner = store.customer_of(&key).await?;
        let deleted = record.gone_at.is_some() && owner.is_none();
        let owner_before = if deleted { owner_before(&store, &record).await? } else { None };
        let reseller = match &record.attributes {
            Attributes::Account(account) => account.reseller.clone(),
            _ => None,
        };
        let reseller = match reseller {
            Some(id) => Some((id.clone(), store.record(&account_key(marketplace, &id)).await?)),
            None => None,
        };
        let serves = store.records_held(marketplace, account).await?;
        let invitations = store.invitations(marketplace, account).await?;
        let calls = store.calls_about(marketplace, account, calls).await?;
        Ok(Some(AccountPage { record, owner, deleted, owner_before, reseller, serves, invitations, calls }))
    }

    /// A call of a marketplace.
    pub async fn marketplace_call(&self, marketplace: &str, id: CallId) -> Result<Option<Call>, StoreError> {
        Ok(self.reads().call(id).await?.filter(|call| call.marketplace == marketplace))
    }
}

async fn owner_before(store: &Reads, account: &StoredRecord) -> Result<Option<Customer>, StoreError> {
    let links = store.links_of_record(&account.key).await?;
    match links.into_iter().find(|link| link.ended.is_some()) {
        Some(link) => store.customer(link.customer_id).await,
        None => Ok(None),
    }
}
