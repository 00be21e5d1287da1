//! Changes of accounts, service managers and operations.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::import::ImportChange;
use super::{
    AccountOperation, AccountProfile, AccountState, MarketplaceAccount, OperationState, Outcome, ServiceManager,
    ServiceManagerCall, VendorLink,
};
use crate::kernel::ids::{AccountOperationId, MarketplaceAccountId, ServiceManagerId, VendorNotificationId};
use crate::kernel::plan::FeatureChange;
use crate::marketplace::SyncOption;

/// A change of the marketplace's platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlatformChange {
    /// Insert an account.
    CreateAccount(Box<MarketplaceAccount>),
    /// Change an account in use, of this version.
    UpdateAccount {
        /// The account.
        id: MarketplaceAccountId,
        /// Its version before.
        version: i64,
        /// The profile from now on.
        profile: Box<AccountProfile>,
        /// The reseller from now on.
        reseller: Option<MarketplaceAccountId>,
    },
    /// A customer is attached to a reseller, which must be in use.
    Attach(MarketplaceAccountId),
    /// An account in use, of this version, changes its state; or nothing but its version. With `attached`, no customer
    /// may have been attached meanwhile.
    SetAccountState {
        /// The account.
        id: MarketplaceAccountId,
        /// Its version before.
        version: i64,
        /// Its state before.
        from: AccountState,
        /// Its state from now on.
        to: AccountState,
        /// The expected number of attached customers.
        attached: i64,
        /// Time.
        at: Timestamp,
    },
    /// Store values of custom fields. A blank one is removed.
    PutValues {
        /// The account.
        account: MarketplaceAccountId,
        /// The service manager whose fields they are.
        service_manager: ServiceManagerId,
        /// The values by field.
        values: BTreeMap<String, String>,
        /// Time.
        at: Timestamp,
    },
    /// Insert a service manager.
    CreateServiceManager {
        /// The service manager.
        service_manager: Box<ServiceManager>,
        /// Key of its name.
        name_key: String,
    },
    /// Save the settings of a service manager of the version before this one.
    SaveServiceManager {
        /// The service manager.
        service_manager: Box<ServiceManager>,
        /// Key of its name.
        name_key: String,
    },
    /// Store fetched fields, if the settings are still those with which they were fetched.
    PutFields {
        /// The service manager.
        id: ServiceManagerId,
        /// Version of the settings.
        version: i64,
        /// The fields.
        fields: Vec<SyncOption>,
        /// Time.
        at: Timestamp,
    },
    /// Note that the fields could not be fetched.
    NoteFetchError {
        /// The service manager.
        id: ServiceManagerId,
        /// Version of the settings.
        version: i64,
        /// Why.
        error: String,
    },
    /// Delete a service manager of this version that no account needs, with its values, calls and finished operations.
    DeleteServiceManager {
        /// The service manager.
        id: ServiceManagerId,
        /// Its version.
        version: i64,
    },
    /// Insert an operation.
    RequestOperation(Box<AccountOperation>),
    /// Begin an attempt of an operation that has not ended.
    BeginAttempt(AccountOperationId),
    /// Note what an attempt left. The operation waits for another one.
    AwaitRetry {
        /// The operation.
        id: AccountOperationId,
        /// What went wrong.
        outcome: Box<Outcome>,
    },
    /// End an operation that has not ended.
    EndOperation {
        /// The operation.
        id: AccountOperationId,
        /// Done or failed.
        state: OperationState,
        /// How.
        outcome: Box<Outcome>,
        /// Time.
        at: Timestamp,
    },
    /// Have an operation that failed tried again.
    RetryOperation(AccountOperationId),
    /// Go on with an operation that has not ended, for an account in this state. It is committed with what must not happen
    /// once the operation was cancelled or the account deleted.
    GoOn {
        /// The operation.
        operation: AccountOperationId,
        /// The account that a vendor is called for: that of the operation, or a reseller of it.
        account: MarketplaceAccountId,
        /// The state of the account.
        state: AccountState,
    },
    /// Mark that a call with an effect is under way for an account, or that none is. Nobody else may have changed the
    /// mark meanwhile.
    MarkSent {
        /// The account.
        account: MarketplaceAccountId,
        /// The vendor.
        service_manager: ServiceManagerId,
        /// The mark before.
        was: Option<Timestamp>,
        /// The mark from now on.
        at: Option<Timestamp>,
    },
    /// Store a link. No other account may have its external id at the vendor, and nobody else may have changed the mark
    /// of a call under way.
    PutLink {
        /// The link.
        link: Box<VendorLink>,
        /// The mark before.
        was: Option<Timestamp>,
    },
    /// The customer was deleted at the vendor. Nobody else may have changed the mark of a call under way.
    EndLink {
        /// The account.
        account: MarketplaceAccountId,
        /// The vendor.
        service_manager: ServiceManagerId,
        /// The mark before.
        was: Option<Timestamp>,
        /// Time.
        at: Timestamp,
    },
    /// Store an e-mail that waits to be sent, encrypted: it may have a password in it.
    KeepNotification {
        /// Id.
        id: VendorNotificationId,
        /// The e-mail, encrypted.
        sealed: String,
        /// Time.
        at: Timestamp,
    },
    /// Delete an e-mail that was sent.
    DropNotification(VendorNotificationId),
    /// Store a call, for staff.
    KeepCall(Box<ServiceManagerCall>),
    /// A change of an import of accounts.
    Import(ImportChange),
}

impl FeatureChange for PlatformChange {}
