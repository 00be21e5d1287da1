//! Changes of products and orders.

use jiff::Timestamp;

use super::order::{Buyer, Order};
use super::product::Product;
use crate::kernel::attachment::File;
use crate::kernel::ids::{AccountOperationId, MarketplaceAccountId, OrderId, ProductId};
use crate::kernel::plan::FeatureChange;
use crate::marketplace_platform::Outcome;

use super::order::Fulfilment;

/// A change of the storefront.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorefrontChange {
    /// Insert a product.
    CreateProduct(Box<Product>),
    /// Change a product of the version before this one.
    UpdateProduct(Box<Product>),
    /// Give a product of the version before this one a picture, or another one.
    PutPicture {
        /// The product, with the picture.
        product: Box<Product>,
        /// The picture.
        file: Box<File>,
    },
    /// Take the picture of a product of the version before this one away.
    RemovePicture(Box<Product>),
    /// Delete a product. Orders keep what they were.
    DeleteProduct(ProductId),
    /// The account with which someone buys. With `replaces`, it takes the place of one that was deleted.
    PutBuyer {
        /// Who.
        buyer: Buyer,
        /// The account.
        account: MarketplaceAccountId,
        /// The account before.
        replaces: Option<MarketplaceAccountId>,
        /// Time.
        at: Timestamp,
    },
    /// Insert an order with its lines.
    PlaceOrder(Box<Order>),
    /// A line that waits for staff is provisioned from now on.
    Fulfil {
        /// The order.
        order: OrderId,
        /// Place of the line in the order.
        line: usize,
        /// How.
        fulfilment: Fulfilment,
    },
    /// Cancel an order that is not cancelled.
    CancelOrder {
        /// The order.
        order: OrderId,
        /// Time.
        at: Timestamp,
        /// Who.
        by: String,
    },
    /// End an operation of which nothing was sent.
    CancelUnsent {
        /// The operation.
        operation: AccountOperationId,
        /// How it ends.
        outcome: Box<Outcome>,
        /// Time.
        at: Timestamp,
    },
}

impl FeatureChange for StorefrontChange {}
