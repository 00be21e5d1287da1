//! Operations as staff ask for them: requested, tried again, cancelled.

use std::collections::BTreeMap;

use tessera_core::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId};
use tessera_core::kernel::plan::Stamp;
use tessera_core::marketplace_platform::change::PlatformChange;
use tessera_core::marketplace_platform::fields::{check_entered, filled};
use tessera_core::marketplace_platform::jobs::RunAccountOperation;
use tessera_core::marketplace_platform::{
    AccountOperation, AccountState, MarketplaceAccount, OperationKind, OperationState, Outcome, PlatformError,
    ServiceManager,
};

use crate::commit::{Tx, commit, commit_once};
use crate::{Ctx, Hub, HubError};

/// Purpose of the idempotency keys of operations.
const PURPOSE: &str = "account_operation";

impl Hub {
    /// Requests that an account be synchronized with a vendor (`M14`). The given values of the vendor's custom fields are
    /// stored; a blank one is removed.
    ///
    /// # Errors
    /// [`PlatformError`] if a value does not fit, the account is deleted, or another operation of it has not ended.
    pub async fn synchronize_account(
        &self,
        id: MarketplaceAccountId,
        service_manager: ServiceManagerId,
        sync_options: &BTreeMap<String, String>,
        ctx: &Ctx,
    ) -> Result<AccountOperationId, HubError> {
        self.request_synchronization(id, service_manager, sync_options, false, ctx).await
    }

    /// The same for work of which nobody awaits the end, such as a request of the API with `bulk`. It gives way to
    /// operations that a person is waiting for.
    ///
    /// # Errors
    /// As for [`Self::synchronize_account`].
    pub async fn synchronize_account_in_bulk(
        &self,
        id: MarketplaceAccountId,
        service_manager: ServiceManagerId,
        sync_options: &BTreeMap<String, String>,
        ctx: &Ctx,
    ) -> Result<AccountOperationId, HubError> {
        self.request_synchronization(id, service_manager, sync_options, true, ctx).await
    }

    async fn request_synchronization(
        &self,
        id: MarketplaceAccountId,
        service_manager: ServiceManagerId,
        sync_options: &BTreeMap<String, String>,
        bulk: bool,
        ctx: &Ctx,
    ) -> Result<AccountOperationId, HubError> {
        let request = format!("synchronize {id} {service_manager} {sync_options:?}");
        let asked: Result<(AccountOperationId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let account = self.marketplace_account(id).await?;
            let vendor = self.service_manager(service_manager).await?;
            check_entered(vendor.known_fields(), sync_options)?;
            self.check_sendable(&account, &vendor, sync_options).await?;
            self.check_no_operation(&account, OperationKind::Synchronize, Some(service_manager)).await?;
            let (account, at) = (account.id, tx.stamp.now);
            let values = PlatformChange::PutValues { account, service_manager, values: sync_options.clone(), at };
            tx.push(values, "staff entered them");
            self.touch_account(id, AccountState::Active, AccountState::Active, tx).await?;
            let share = Some(service_manager);
            Ok(request_operation((OperationKind::Synchronize, id, Some(service_manager)), share, bulk, tx))
        });
        Ok(asked?.0)
    }

    /// Requests that an account be deleted, here and at every vendor (`M15`). Other operations of it are cancelled. Asked
    /// again while it is under way, it is the same operation.
    ///
    /// # Errors
    /// [`PlatformError`] if the account has customers.
    pub async fn delete_account(&self, id: MarketplaceAccountId, ctx: &Ctx) -> Result<AccountOperationId, HubError> {
        let request = format!("delete {id}");
        let asked: Result<(AccountOperationId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let account = self.marketplace_account(id).await?;
            let pending = self.reads().pending_operations(id).await?;
            if let Some(same) = pending.iter().find(|pending| pending.kind == OperationKind::Delete) {
                return Ok(same.id);
            }
            if account.state == AccountState::Deleted {
                return Err(PlatformError::AccountDeleted.into());
            }
            if self.reads().has_customers(id).await? {
                return Err(PlatformError::HasCustomers.into());
            }
            for other in &pending {
                cancel(other, "cancelled, because the account is deleted", tx);
            }
            self.touch_account(id, account.state, AccountState::Deleting, tx).await?;
            let share = self.vendor_of_deletion(id).await?;
            Ok(request_operation((OperationKind::Delete, id, None), share, false, tx))
        });
        Ok(asked?.0)
    }

    /// Has an operation tried again that failed.
    ///
    /// # Errors
    /// [`PlatformError`] if it has not failed, or its account does not allow it any more.
    pub async fn retry_account_operation(
        &self,
        id: AccountOperationId,
        ctx: &Ctx,
    ) -> Result<AccountOperation, HubError> {
        commit!(self, ctx, |tx| {
            let operation = self.account_operation(id).await?;
            if operation.state != OperationState::Failed {
                return Err(PlatformError::NotFailed.into());
            }
            let account = self.marketplace_account(operation.account).await?;
            let state = match operation.kind {
                OperationKind::Synchronize => {
                    self.check_no_operation(&account, operation.kind, operation.service_manager).await?;
                    AccountState::Active
                }
                OperationKind::Delete => {
                    if let Some(other) = self.reads().pending_operations(account.id).await?.first() {
                        return Err(PlatformError::OperationPending(other.id).into());
                    }
                    if account.state == AccountState::Deleted {
                        return Err(PlatformError::AccountDeleted.into());
                    }
                    if self.reads().has_customers(account.id).await? {
                        return Err(PlatformError::HasCustomers.into());
                    }
                    AccountState::Deleting
                }
            };
            self.touch_account(account.id, account.state, state, tx).await?;
            tx.push(PlatformChange::RetryOperation(id), "staff want it tried again");
            let service_manager_id = match operation.kind {
                OperationKind::Synchronize => operation.service_manager,
                OperationKind::Delete => self.vendor_of_deletion(account.id).await?,
            };
            let since = Some(tx.stamp.now);
            let job = RunAccountOperation { operation_id: id, service_manager_id, bulk: false, since };
            tx.enqueue(job, "staff want it tried again");
            Ok(())
        })?;
        self.account_operation(id).await
    }

    /// Cancels an operation that has not ended. What a vendor has done already stays, and the hub keeps what it hears of
    /// it.
    ///
    /// # Errors
    /// [`PlatformError::OperationEnded`] if it has ended.
    pub async fn cancel_account_operation(
        &self,
        id: AccountOperationId,
        ctx: &Ctx,
    ) -> Result<AccountOperation, HubError> {
        commit!(self, ctx, |tx| {
            let operation = self.account_operation(id).await?;
            if operation.has_ended() {
                return Err(PlatformError::OperationEnded.into());
            }
            cancel(&operation, &format!("cancelled by {}", tx.stamp.actor), tx);
            let account = self.marketplace_account(operation.account).await?;
            if operation.kind == OperationKind::Delete && account.state == AccountState::Deleting {
                self.touch_account(account.id, AccountState::Deleting, AccountState::Active, tx).await?;
            }
            Ok(())
        })?;
        self.account_operation(id).await
    }

    /// The only vendor at which an account has to be deleted.
    async fn vendor_of_deletion(&self, account: MarketplaceAccountId) -> Result<Option<ServiceManagerId>, HubError> {
        let links = self.reads().vendor_links(account).await?;
        let mut there = links.iter().filter(|link| link.may_be_there());
        match (there.next(), there.next()) {
            (Some(only), None) => Ok(Some(only.service_manager)),
            _ => Ok(None),
        }
    }

    pub(crate) async fn account_operation(&self, id: AccountOperationId) -> Result<AccountOperation, HubError> {
        let operation = self.reads().account_operation(id).await?;
        operation.ok_or_else(|| HubError::NotFound(format!("there is no operation {id}")))
    }

    /// Checks that what is entered, together with what was entered before, can be sent. Fields that were never fetched
    /// are checked when the operation runs.
    async fn check_sendable(
        &self,
        account: &MarketplaceAccount,
        vendor: &ServiceManager,
        entered: &BTreeMap<String, String>,
    ) -> Result<(), HubError> {
        let Some(fields) = vendor.known_fields() else { return Ok(()) };
        let mut values = self.values_at(account.id, vendor.id).await?;
        values.extend(entered.clone());
        filled(fields, &values, &account.profile)?;
        Ok(())
    }

    /// The entered values of a vendor's custom fields.
    pub(crate) async fn values_at(
        &self,
        account: MarketplaceAccountId,
        vendor: ServiceManagerId,
    ) -> Result<BTreeMap<String, String>, HubError> {
        let values = self.reads().marketplace_account_values(account).await?.into_iter();
        let of_vendor = values.filter(|value| value.service_manager == vendor);
        Ok(of_vendor.map(|value| (value.field, value.value)).collect())
    }

    /// Checks that no other operation is in the way.
    pub(super) async fn check_no_operation(
        &self,
        account: &MarketplaceAccount,
        kind: OperationKind,
        vendor: Option<ServiceManagerId>,
    ) -> Result<(), HubError> {
        if account.state != AccountState::Active {
            return Err(PlatformError::AccountDeleted.into());
        }
        let pending = self.reads().pending_operations(account.id).await?;
        let in_the_way = |other: &&AccountOperation| other.kind != kind || other.service_manager == vendor;
        match pending.iter().find(in_the_way) {
            Some(other) => Err(PlatformError::OperationPending(other.id).into()),
            None => Ok(()),
        }
    }

    /// Changes the state of an account, or only its version, so that of two requests at once one plans again.
    pub(crate) async fn touch_account(
        &self,
        id: MarketplaceAccountId,
        from: AccountState,
        to: AccountState,
        tx: &mut Tx<'_>,
    ) -> Result<(), HubError> {
        let MarketplaceAccount { version, attached, .. } = self.marketplace_account(id).await?;
        let change = PlatformChange::SetAccountState { id, version, from, to, attached, at: tx.stamp.now };
        tx.push(change, "nothing else was requested for the account meanwhile");
        Ok(())
    }
}

/// Plans an operation, and the job that carries it out in the share of a vendor.
pub(crate) fn request_operation(
    (kind, account, service_manager): (OperationKind, MarketplaceAccountId, Option<ServiceManagerId>),
    share: Option<ServiceManagerId>,
    bulk: bool,
    tx: &mut Tx<'_>,
) -> AccountOperationId {
    let id: AccountOperationId = tx.stamp.id();
    let operation = AccountOperation {
        id,
        kind,
        account,
        service_manager,
        state: OperationState::Waiting,
        cancelled: false,
        attempts: 0,
        external_id: None,
        code: None,
        message: None,
        customer_message: None,
        requested_by: tx.stamp.actor.to_string(),
        created_at: tx.stamp.now,
        finished_at: None,
    };
    tx.push(PlatformChange::RequestOperation(Box::new(operation)), "staff asked for it");
    let job = RunAccountOperation { operation_id: id, service_manager_id: share, bulk, since: Some(tx.stamp.now) };
    tx.enqueue(job, "vendors are called in the background");
    id
}

/// Plans that an operation ends before it is done. Staff still read what went wrong before.
fn cancel(operation: &AccountOperation, why: &str, tx: &mut Tx<'_>) {
    let message = match &operation.message {
        Some(last) => format!("{why}; before, {last}"),
        None => why.to_owned(),
    };
    let outcome = Outcome::cancelled(operation.code, &message);
    tx.push(ended(operation, OperationState::Failed, outcome, tx.stamp), "it was cancelled");
}

/// The end of an operation.
pub(super) fn ended(
    operation: &AccountOperation,
    state: OperationState,
    outcome: Outcome,
    stamp: Stamp<'_>,
) -> PlatformChange {
    PlatformChange::EndOperation { id: operation.id, state, outcome: Box::new(outcome), at: stamp.now }
}
