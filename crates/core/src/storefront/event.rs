//! Timeline events of the storefront.

use serde::{Deserialize, Serialize};
use strum::VariantNames;

use crate::kernel::timeline::FeatureEvent;

/// Timeline events of the storefront.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, VariantNames)]
#[serde(tag = "event", content = "detail", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum StorefrontEvent {
    /// An order was placed in the storefront (`M06`).
    OrderPlaced {
        /// Its number.
        number: String,
    },
    /// An order was cancelled before anything was sent to a vendor.
    OrderCancelled {
        /// Its number.
        number: String,
    },
    /// A product of the storefront was created, changed, shown or hidden.
    ProductSaved {
        /// Its name.
        name: String,
    },
    /// A product of the storefront was deleted.
    ProductDeleted {
        /// Its name.
        name: String,
    },
}

impl FeatureEvent for StorefrontEvent {
    const NAMES: &'static [&'static str] = Self::VARIANTS;

    fn name(&self) -> &'static str {
        self.into()
    }
}
