//! The storefront: its products and orders.

pub(super) mod orders;
pub(super) mod pictures;
pub(super) mod products;

use serde::{Deserialize, Serialize};
use tessera_core::kernel::money::Money as Exact;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;

/// The page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// The object in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// Its id.
    id: Uuid,
}

/// A price, exact.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Price {
    /// A decimal number with a point.
    #[schema(example = "12.50")]
    amount: String,
    /// The currency's code.
    #[schema(example = "EUR")]
    currency: String,
}

impl From<Exact> for Price {
    fn from(money: Exact) -> Self {
        Self { amount: money.number(), currency: money.currency.code().to_owned() }
    }
}
