//! Timeline events of the marketplace platform.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::ids::AccountImportId;
use crate::kernel::timeline::FeatureEvent;

/// Timeline events of the marketplace platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum PlatformEvent {
    /// The settings of a service manager were saved (`M04`).
    ServiceManagerSaved {
        /// Its name.
        name: String,
    },
    /// A service manager was deleted.
    ServiceManagerDeleted {
        /// Its name.
        name: String,
    },
    /// A marketplace account is a customer of a vendor from now on (`M14`, `M17`).
    VendorCustomerLinked {
        /// Name of the service manager.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
        /// Whether the customer existed there before.
        existed: bool,
    },
    /// A marketplace account is no customer of a vendor any more: staff decided that the customer is another account's.
    VendorCustomerUnlinked {
        /// Name of the service manager.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
    },
    /// The customer was deleted at a vendor (`M15`).
    VendorCustomerDeleted {
        /// Name of the service manager.
        service_manager: String,
        /// The customer's id at the vendor.
        external_id: String,
    },
    /// Staff started, stopped or discarded an import of marketplace accounts. On the operator's timeline.
    AccountImportDecided {
        /// The import.
        import: AccountImportId,
        /// The decision: `running`, `stopped` or `discarded`.
        decision: String,
        /// Number of accounts to add or change.
        changes: i64,
    },
}

impl FeatureEvent for PlatformEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
