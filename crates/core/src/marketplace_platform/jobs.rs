//! Jobs of the marketplace's platform.
//!
//! Jobs that call vendors have places of their own, of which each vendor has a share: a vendor that is silent takes its share
//! only, and never a place of the hub's other work.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::kernel::ids::{AccountImportId, AccountOperationId, ServiceManagerId, VendorNotificationId};
use crate::kernel::job::{JobKind, Lane, Pool};
use crate::marketplace_platform::operation::MAX_WAITING;

/// Carry out an operation of an account at its vendors (`M14`, `M15`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunAccountOperation {
    /// The operation.
    pub operation_id: AccountOperationId,
    /// The vendor whose share of the places it takes. `None`: that of operations at several vendors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_manager_id: Option<ServiceManagerId>,
    /// Whether nobody waits for it: it gives way to operations that a person is waiting for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub bulk: bool,
    /// When it was asked for, or was to be tried again: nobody waits for a vendor for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
}

impl RunAccountOperation {
    /// Whether it has waited for as long as an operation may. One of an earlier version does not say since when it waits.
    pub fn has_waited_long(&self, now: Timestamp) -> bool {
        self.since.is_some_and(|since| now.duration_since(since) >= MAX_WAITING)
    }
}

impl JobKind for RunAccountOperation {
    const KIND: &'static str = "run_account_operation";
    const LANE: Lane = Lane::Interactive;

    fn subject(&self) -> String {
        self.operation_id.to_string()
    }

    fn pool(&self) -> Pool {
        Pool::Vendors
    }

    fn lane(&self) -> Lane {
        if self.bulk { Lane::Bulk } else { Self::LANE }
    }

    fn share(&self) -> Option<Uuid> {
        Some(self.service_manager_id.map_or(Uuid::nil(), |id| id.0))
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
        Pool::Vendors
    }

    fn share(&self) -> Option<Uuid> {
        Some(self.service_manager_id.0)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m20_an_operation_does_not_wait_for_ever() {
        let began = Timestamp::UNIX_EPOCH;
        let since = |since| RunAccountOperation {
            operation_id: AccountOperationId(Uuid::nil()),
            service_manager_id: None,
            bulk: false,
            since,
        };
        assert!(!since(Some(began)).has_waited_long(began + MAX_WAITING - jiff::SignedDuration::from_secs(1)));
        assert!(since(Some(began)).has_waited_long(began + MAX_WAITING));
        assert!(!since(Some(began + MAX_WAITING)).has_waited_long(began), "the clock was set back");
        assert!(!since(None).has_waited_long(began + MAX_WAITING), "an earlier version asked for it");
    }
}
