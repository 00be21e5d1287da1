//! The storefront of the marketplace that the operator runs: products, orders, and the "Service Details" that a vendor
//! asks a new customer for (`M03`, `M06`).
//!
//! An order is provisioned by operations of the [platform](crate::marketplace_platform), one for each vendor. Its state is
//! derived from them, never stored.

pub mod billing;
pub mod change;
pub mod details;
mod error;
pub mod event;
pub mod order;
pub mod product;

pub use billing::BillingDetails;
pub use details::Standing;
pub use error::StorefrontError;
pub use order::{Buyer, Fulfilment, LineState, Order, OrderLine, OrderState, Progress};
pub use product::{Product, ProductDraft, ProductPicture};
