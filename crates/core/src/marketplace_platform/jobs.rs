//! Jobs of the marketplace's platform.
//!
//! They are in the hub's own pool: the client of the service managers limits how many calls one vendor, and all of them
//! together, keep waiting, and a job that finds no room gives its place back.

use serde::{Deserialize, Serialize};

use crate::kernel::ids::{AccountImportId, AccountOperationId, ServiceManagerId, VendorNotificationId};
use crate::kernel::job::{JobKind, Lane, Pool};

/// Carry out an operation of an account at its vendors (`M14`, `M15`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAccountOperation {
    /// The operation.
    pub operation_id: AccountOperationId,
}

impl JobKind for RunAccountOperation {
    const KIND: &'static str = "run_account_operation";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.operation_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}

/// Send the e-mail that a vendor wants a new customer to get (`M12`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailVendorNotification {
    /// The notification.
    pub notification_id: VendorNotificationId,
}

impl JobKind for MailVendorNotification {
    const KIND: &'static str = "mail_vendor_notification";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.notification_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// Fetch the sync options of a vendor, after its settings were saved (`M04`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchSyncOptions {
    /// The service manager.
    pub service_manager_id: ServiceManagerId,
}

impl JobKind for FetchSyncOptions {
    const KIND: &'static str = "fetch_sync_options";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        self.service_manager_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}

/// Create and change the accounts of an import, one line after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAccountImport {
    /// The import.
    pub import_id: AccountImportId,
}

impl JobKind for RunAccountImport {
    const KIND: &'static str = "run_account_import";
    const LANE: Lane = Lane::Bulk;

    fn subject(&self) -> String {
        self.import_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Own
    }
}
