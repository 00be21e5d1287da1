//! The marketplace that the operator runs, as shown on pages for staff.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use tessera_core::kernel::ids::{
    AccountImportId, AccountOperationId, CustomerId, MarketplaceAccountId, ServiceManagerCallId, ServiceManagerId,
};
use tessera_core::kernel::job::JobKind;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{HandleKind, words};
use tessera_core::marketplace::remove;
use tessera_core::marketplace_platform::account::MAX_DEPTH;
use tessera_core::marketplace_platform::jobs::RunAccountOperation;
use tessera_core::marketplace_platform::{
    AccountImport, AccountOperation, ImportLine, ImportProgress, MarketplaceAccount, OperationState, ServiceManager,
    ServiceManagerCall, VendorLink,
};
use tessera_store::{JobState, Reads, StoreError};

use super::Queries;

/// Maximum number of service managers on a page of an account.
const MANAGERS: usize = 200;
/// Maximum number of accounts that a search finds.
const FOUND: usize = 200;
/// Number of operations on the page of an account.
const OPERATIONS: i64 = 25;
/// Number of accounts that the preview of an e-mail offers.
const OFFERED: usize = 25;

/// The number of accounts that have a value, by field.
pub type EnteredValues = BTreeMap<String, i64>;
/// A call, with the name of the account in it.
pub type NamedCall = (ServiceManagerCall, Option<String>);

/// Which accounts a list shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccountFilter<'a> {
    /// The beginning of words of the name, or of an e-mail address.
    pub search: &'a str,
    /// Only customers of this reseller.
    pub reseller: Option<MarketplaceAccountId>,
    /// Whether customers of resellers are listed, too.
    pub all: bool,
    /// The last account of the previous page.
    pub after: Option<MarketplaceAccountId>,
}

/// A page of accounts.
#[derive(Debug, Clone)]
pub struct AccountsPage {
    /// The accounts.
    pub lines: Vec<AccountLine>,
    /// The reseller of the filter, with the resellers above it, the highest first.
    pub chain: Vec<MarketplaceAccount>,
    /// Whether a search found more than is listed.
    pub truncated: bool,
}

/// An account in a list.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// The account.
    pub account: MarketplaceAccount,
    /// The name of its reseller.
    pub reseller: Option<String>,
    /// The vendors that it has something to do with.
    pub vendors: Vec<VendorState>,
}

/// How an account stands at a vendor.
#[derive(Debug, Clone)]
pub struct VendorState {
    /// The service manager.
    pub id: ServiceManagerId,
    /// Its name.
    pub name: String,
    /// The link.
    pub link: Option<VendorLink>,
    /// The operation that has not ended.
    pub pending: Option<AccountOperation>,
}

/// The page of an account.
#[derive(Debug, Clone)]
pub struct AccountDetail {
    /// The account.
    pub account: MarketplaceAccount,
    /// Its customer in the hub. `None`: nobody has decided yet, or the account is deleted.
    pub customer: Option<(CustomerId, String)>,
    /// The resellers above it, the highest first.
    pub above: Vec<MarketplaceAccount>,
    /// A page of its customers.
    pub customers: Vec<MarketplaceAccount>,
    /// Every service manager, with the account's state there and the number of entered values.
    pub vendors: Vec<(VendorState, usize)>,
    /// The newest operations, newest first.
    pub operations: Vec<AccountOperation>,
}

/// What a deletion of an account would do.
#[derive(Debug, Clone)]
pub struct AccountDeletion {
    /// The account.
    pub account: MarketplaceAccount,
    /// Its customer in the hub, and whether nothing else makes that one a customer.
    pub customer: Option<(CustomerId, String, bool)>,
    /// The vendors that have it, or may have it.
    pub vendors: Vec<VendorState>,
    /// Accounts that are its customers, which are in the way.
    pub customers: Vec<MarketplaceAccount>,
    /// Operations that would be cancelled.
    pub pending: Vec<AccountOperation>,
}

/// The synchronization options of an account at a vendor.
#[derive(Debug, Clone)]
pub struct AccountSynchronization {
    /// The account.
    pub account: MarketplaceAccount,
    /// The service manager.
    pub service_manager: ServiceManager,
    /// The entered values by field.
    pub values: BTreeMap<String, String>,
    /// The link.
    pub link: Option<VendorLink>,
    /// The operation that has not ended.
    pub pending: Option<AccountOperation>,
}

/// An operation with the names of what it is about.
#[derive(Debug, Clone)]
pub struct OperationDetail {
    /// The operation.
    pub operation: AccountOperation,
    /// The account's name.
    pub account: String,
    /// The vendor's name.
    pub service_manager: Option<String>,
    /// When the next attempt is due.
    pub next_at: Option<Timestamp>,
}

/// An import with its progress, and a page of its lines.
#[derive(Debug, Clone)]
pub struct AccountImportPage {
    /// The import.
    pub import: AccountImport,
    /// The progress.
    pub progress: ImportProgress,
    /// The lines.
    pub lines: Vec<ImportLine>,
}

impl Queries<'_> {
    /// A page of accounts, each with its state at the vendors.
    pub async fn accounts_page(&self, filter: AccountFilter<'_>, size: usize) -> Result<AccountsPage, StoreError> {
        let reads = self.snapshot().await?;
        let (accounts, truncated) = listed(&reads, filter, size).await?;
        let mut chain = Vec::new();
        if let Some(reseller) = filter.reseller
            && let Some(reseller) = reads.marketplace_account(reseller).await?
        {
            chain = above(&reads, &reseller).await?;
            chain.push(reseller);
        }
        let resellers: BTreeSet<_> = accounts.iter().filter_map(|account| account.reseller).collect();
        let resellers = reads.marketplace_accounts_listed(&resellers.into_iter().collect::<Vec<_>>()).await?;
        let ids: Vec<MarketplaceAccountId> = accounts.iter().map(|account| account.id).collect();
        let (links, pending) = (reads.vendor_links_listed(&ids).await?, reads.pending_operations_listed(&ids).await?);
        let managers = names(&reads.service_managers(None, MANAGERS).await?);
        let line = |account: MarketplaceAccount| AccountLine {
            reseller: account.reseller.and_then(|id| resellers.get(&id)).map(|it| it.profile.name.clone()),
            vendors: managers
                .iter()
                .map(|(id, name)| state(*id, name, account.id, &links, &pending))
                .filter(|state| state.link.is_some() || state.pending.is_some())
                .collect(),
            account,
        };
        Ok(AccountsPage { lines: accounts.into_iter().map(line).collect(), chain, truncated })
    }

    /// The accounts that are meant by an id, or by the beginning of a name or of an e-mail address.
    pub async fn accounts_found(&self, typed: &str, size: usize) -> Result<Vec<MarketplaceAccount>, StoreError> {
        let reads = self.snapshot().await?;
        Ok(listed(&reads, AccountFilter { search: typed, ..AccountFilter::default() }, size).await?.0)
    }

    /// The page of an account.
    pub async fn account_detail(
        &self,
        id: MarketplaceAccountId,
        after: Option<MarketplaceAccountId>,
        size: usize,
    ) -> Result<Option<AccountDetail>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(account) = reads.marketplace_account(id).await? else { return Ok(None) };
        let customer = reads.customer_of(&account.record()).await?.map(|customer| (customer.id, customer.name));
        let (links, pending) = (reads.vendor_links(id).await?, reads.pending_operations(id).await?);
        let values = reads.marketplace_account_values(id).await?;
        let managers = names(&reads.service_managers(None, MANAGERS).await?);
        let of = |(manager, name): &(ServiceManagerId, String)| {
            let entered = values.iter().filter(|value| value.service_manager == *manager).count();
            (state(*manager, name, id, &links, &pending), entered)
        };
        Ok(Some(AccountDetail {
            customer,
            above: above(&reads, &account).await?,
            customers: reads.marketplace_accounts(Some(id), after, size).await?,
            vendors: managers.iter().map(of).collect(),
            operations: reads.account_operations(id, OPERATIONS).await?,
            account,
        }))
    }

    /// What a deletion of an account would do.
    pub async fn account_deletion(&self, id: MarketplaceAccountId) -> Result<Option<AccountDeletion>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(account) = reads.marketplace_account(id).await? else { return Ok(None) };
        let key = account.record();
        let customer = match reads.customer_of(&key).await? {
            Some(customer) => {
                let alone = remove::is_alone(&reads.links(customer.id).await?, &key);
                Some((customer.id, customer.name, alone))
            }
            None => None,
        };
        let (links, pending) = (reads.vendor_links(id).await?, reads.pending_operations(id).await?);
        let managers = names(&reads.service_managers(None, MANAGERS).await?);
        let states = managers.iter().map(|(manager, name)| state(*manager, name, id, &links, &pending));
        let there = |state: &VendorState| state.link.as_ref().is_some_and(VendorLink::may_be_there);
        let customers = reads.marketplace_accounts(Some(id), None, FOUND).await?;
        Ok(Some(AccountDeletion {
            customer,
            vendors: states.filter(there).collect(),
            customers: customers.into_iter().filter(|it| <&str>::from(it.state) != "deleted").collect(),
            pending,
            account,
        }))
    }

    /// The synchronization options of an account at a vendor.
    pub async fn account_synchronization(
        &self,
        id: MarketplaceAccountId,
        service_manager: ServiceManagerId,
    ) -> Result<Option<AccountSynchronization>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(account) = reads.marketplace_account(id).await? else { return Ok(None) };
        let Some(service_manager) = reads.service_manager(service_manager).await? else { return Ok(None) };
        let values = reads.marketplace_account_values(id).await?.into_iter();
        let values = values.filter(|value| value.service_manager == service_manager.id);
        let mut pending = reads.pending_operations(id).await?.into_iter();
        Ok(Some(AccountSynchronization {
            values: values.map(|value| (value.field, value.value)).collect(),
            link: reads.vendor_link(id, service_manager.id).await?,
            pending: pending.rfind(|it| it.service_manager.is_none_or(|of| of == service_manager.id)),
            account,
            service_manager,
        }))
    }

    /// A service manager, with the number of accounts that have a value for each field.
    pub async fn service_manager_detail(
        &self,
        id: ServiceManagerId,
    ) -> Result<Option<(ServiceManager, EnteredValues)>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(service_manager) = reads.service_manager(id).await? else { return Ok(None) };
        let entered = reads.entered_values(id).await?;
        Ok(Some((service_manager, entered)))
    }

    /// Some accounts that are customers of a vendor now, for the preview of its e-mail.
    pub async fn accounts_at_vendor(&self, id: ServiceManagerId) -> Result<Vec<MarketplaceAccount>, StoreError> {
        let reads = self.snapshot().await?;
        let links = reads.vendor_links_of_manager(id, OFFERED).await?;
        let ids: Vec<MarketplaceAccountId> = links.into_iter().map(|link| link.account).collect();
        Ok(reads.marketplace_accounts_listed(&ids).await?.into_values().collect())
    }

    /// The newest calls of a service manager, those about one account if given, with the names of the accounts.
    pub async fn calls_page(
        &self,
        of: ServiceManagerId,
        account: Option<MarketplaceAccountId>,
        before: Option<ServiceManagerCallId>,
        size: usize,
    ) -> Result<Option<(ServiceManager, Vec<NamedCall>)>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(service_manager) = reads.service_manager(of).await? else { return Ok(None) };
        let calls = match account {
            Some(account) => reads.service_manager_calls_of_account(of, account, before, size).await?,
            None => reads.service_manager_calls(of, before, size).await?,
        };
        let ids: BTreeSet<_> = calls.iter().filter_map(|call| call.account).collect();
        let accounts = reads.marketplace_accounts_listed(&ids.into_iter().collect::<Vec<_>>()).await?;
        let named = |call: ServiceManagerCall| {
            let name = call.account.and_then(|id| accounts.get(&id)).map(|account| account.profile.name.clone());
            (call, name)
        };
        Ok(Some((service_manager, calls.into_iter().map(named).collect())))
    }

    /// A call of a service manager, with the account in it.
    pub async fn call_detail(
        &self,
        of: ServiceManagerId,
        id: ServiceManagerCallId,
    ) -> Result<Option<(ServiceManager, ServiceManagerCall, Option<MarketplaceAccount>)>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(service_manager) = reads.service_manager(of).await? else { return Ok(None) };
        let call = reads.service_manager_call(id).await?.filter(|call| call.service_manager == of);
        let Some(call) = call else { return Ok(None) };
        let account = match call.account {
            Some(account) => reads.marketplace_account(account).await?,
            None => None,
        };
        Ok(Some((service_manager, call, account)))
    }

    /// An operation with the names of what it is about.
    pub async fn operation_detail(&self, id: AccountOperationId) -> Result<Option<OperationDetail>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(operation) = reads.account_operation(id).await? else { return Ok(None) };
        let account = reads.marketplace_account(operation.account).await?.map(|account| account.profile.name);
        let service_manager = match operation.service_manager {
            Some(id) => reads.service_manager(id).await?.map(|it| it.name),
            None => None,
        };
        let job = RunAccountOperation { operation_id: id, service_manager_id: None, bulk: false, since: None };
        let jobs = reads.jobs_in_trouble(&job.key()).await?;
        let next_at = jobs.iter().find(|job| job.state == JobState::Waiting).map(|job| job.run_at);
        Ok(Some(OperationDetail { operation, account: account.unwrap_or_default(), service_manager, next_at }))
    }

    /// The newest operations with the names of what they are about; those in one state if given, and of them those that
    /// were cancelled or were not.
    pub async fn operations_page(
        &self,
        state: Option<(OperationState, bool)>,
        before: Option<AccountOperationId>,
        size: usize,
    ) -> Result<Vec<OperationDetail>, StoreError> {
        let reads = self.snapshot().await?;
        let operations = reads.newest_operations(state, before, size).await?;
        let ids: BTreeSet<_> = operations.iter().map(|operation| operation.account).collect();
        let accounts = reads.marketplace_accounts_listed(&ids.into_iter().collect::<Vec<_>>()).await?;
        let managers: BTreeMap<_, _> = names(&reads.service_managers(None, MANAGERS).await?).into_iter().collect();
        let named = |operation: AccountOperation| OperationDetail {
            account: accounts.get(&operation.account).map(|it| it.profile.name.clone()).unwrap_or_default(),
            service_manager: operation.service_manager.and_then(|id| managers.get(&id).cloned()),
            next_at: None,
            operation,
        };
        Ok(operations.into_iter().map(named).collect())
    }

    /// The newest imports of accounts, before a cursor: the last one of the previous page.
    pub async fn account_imports(
        &self,
        before: Option<AccountImportId>,
        size: usize,
    ) -> Result<Vec<AccountImport>, StoreError> {
        self.reads().account_imports(before, size).await
    }

    /// An import with its progress, and a page of its lines after a line: all, or those with one kind of plan.
    pub async fn account_import_page(
        &self,
        id: AccountImportId,
        (after, plan): (i64, &str),
        size: usize,
    ) -> Result<Option<AccountImportPage>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(import) = reads.account_import(id).await? else { return Ok(None) };
        let progress = reads.account_import_progress(id).await?;
        let lines = reads.account_import_lines(id, after, plan, size).await?;
        Ok(Some(AccountImportPage { import, progress, lines }))
    }
}

/// The accounts of a filter, and whether a search found more.
async fn listed(
    reads: &Reads,
    filter: AccountFilter<'_>,
    size: usize,
) -> Result<(Vec<MarketplaceAccount>, bool), StoreError> {
    let AccountFilter { search, reseller, all, after } = filter;
    if search.trim().is_empty() {
        let found = match (reseller, all) {
            (None, false) => reads.direct_marketplace_accounts(after, size).await?,
            (reseller, _) => reads.marketplace_accounts(reseller, after, size).await?,
        };
        return Ok((found, false));
    }
    let ids = found(reads, search.trim()).await?;
    let truncated = ids.len() >= FOUND;
    let accounts = reads.marketplace_accounts_listed(&ids.into_iter().collect::<Vec<_>>()).await?;
    let wanted: Vec<String> = words(search).collect();
    let fits = |account: &MarketplaceAccount| {
        let name: Vec<String> = words(&account.profile.name).collect();
        let has = |word: &String| name.iter().any(|known| known.starts_with(word.as_str()));
        search.contains('@') || search.trim() == account.id.to_string() || wanted.iter().all(has)
    };
    let fits_reseller = |account: &MarketplaceAccount| reseller.is_none_or(|id| account.reseller == Some(id));
    let found = accounts.into_values().filter(|account| after.is_none_or(|after| account.id > after));
    Ok((found.filter(fits).filter(fits_reseller).take(size).collect(), truncated))
}

async fn found(reads: &Reads, search: &str) -> Result<BTreeSet<MarketplaceAccountId>, StoreError> {
    if let Ok(id) = search.parse() {
        return Ok(BTreeSet::from([id]));
    }
    let mut ids = BTreeSet::new();
    if search.contains('@') {
        let prefix = normalise::email(search).unwrap_or_else(|| search.to_lowercase());
        for handle in [HandleKind::PrimaryEmail, HandleKind::Email] {
            ids.extend(reads.marketplace_accounts_found(handle, &prefix, FOUND).await?);
        }
    } else if let Some(longest) = words(search).max_by_key(String::len) {
        ids.extend(reads.marketplace_accounts_found(HandleKind::Name, &longest, FOUND).await?);
    }
    Ok(ids)
}

/// The resellers above an account, the highest first.
async fn above(reads: &Reads, account: &MarketplaceAccount) -> Result<Vec<MarketplaceAccount>, StoreError> {
    let (mut above, mut next) = (Vec::new(), account.reseller);
    while let Some(id) = next.filter(|_| above.len() <= 2 * MAX_DEPTH) {
        let Some(reseller) = reads.marketplace_account(id).await? else { break };
        next = reseller.reseller;
        above.push(reseller);
    }
    above.reverse();
    Ok(above)
}

fn names(managers: &[ServiceManager]) -> Vec<(ServiceManagerId, String)> {
    managers.iter().map(|it| (it.id, it.name.clone())).collect()
}

fn state(
    id: ServiceManagerId,
    name: &str,
    account: MarketplaceAccountId,
    links: &[VendorLink],
    pending: &[AccountOperation],
) -> VendorState {
    let link = links.iter().find(|link| link.account == account && link.service_manager == id);
    let of_account = |it: &&AccountOperation| it.account == account && it.service_manager == Some(id);
    VendorState { id, name: name.to_owned(), link: link.cloned(), pending: pending.iter().find(of_account).cloned() }
}
