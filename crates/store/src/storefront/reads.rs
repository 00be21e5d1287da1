//! Reads of the storefront.

use std::collections::BTreeMap;

use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::kernel::ids::{
    AccountOperationId, MarketplaceAccountId, OrderId, PersonId, ProductId, ServiceManagerId,
};
use tessera_core::storefront::{Order, OrderLine, Product};
use uuid::Uuid;

use super::rows::{line, order, picture_file, product, progress};
use super::sql;
use crate::kernel::reads::{read_all, read_one};
use crate::{Reads, StoreError, values};

/// Maximum number of orders that share an operation.
const MANY: i64 = 1000;

impl Reads {
    /// Whether the storefront has products of a vendor, or orders for them.
    pub async fn is_sold_in_storefront(&self, vendor: ServiceManagerId) -> Result<bool, StoreError> {
        Ok(self.one(sql::VENDOR_SOLD, values![vendor]).await?.is_some())
    }

    /// One product.
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        read_one(self.one(sql::PRODUCT, values![id]).await?, product)
    }

    /// The content of a product's picture.
    pub async fn product_picture(&self, of: ProductId) -> Result<Option<(MediaType, Vec<u8>)>, StoreError> {
        read_one(self.one(sql::PICTURE, values![of]).await?, picture_file)
    }

    /// Products in the order of their creation; only those that customers see, if `sold`.
    pub async fn products(
        &self,
        sold: bool,
        after: Option<ProductId>,
        limit: usize,
    ) -> Result<Vec<Product>, StoreError> {
        let statement = if sold { sql::PRODUCTS_SOLD } else { sql::PRODUCTS_AFTER };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = after.unwrap_or(ProductId(Uuid::nil()));
        read_all(self.query(statement, values![after, limit]).await?, product)
    }

    /// Products by id, in the order of their creation.
    pub async fn products_listed(&self, ids: &[ProductId]) -> Result<Vec<Product>, StoreError> {
        read_all(self.rows_of(sql::PRODUCTS_LISTED, ids).await?, product)
    }

    /// The account with which a person buys.
    pub async fn account_of_buyer(&self, person: PersonId) -> Result<Option<MarketplaceAccountId>, StoreError> {
        read_one(self.one(sql::BUYER_PERSON, values![person]).await?, |row| row.id("account_id"))
    }

    /// Whether someone buys with an account, so that its e-mail address was proved.
    pub async fn is_account_of_buyer(&self, account: MarketplaceAccountId) -> Result<bool, StoreError> {
        Ok(self.one(sql::BUYER_OF_ACCOUNT, values![account]).await?.is_some())
    }

    /// The account with which a sign-in buys that belonged to nobody.
    pub async fn account_of_sign_in(&self, key: &IdentityKey) -> Result<Option<MarketplaceAccountId>, StoreError> {
        let row = self.one(sql::BUYER_SIGN_IN, values![&key.issuer, &key.subject]).await?;
        read_one(row, |row| row.id("account_id"))
    }

    /// One order.
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        let found = read_one(self.one(sql::ORDER, values![id]).await?, order)?;
        Ok(self.with_lines(found.into_iter().collect()).await?.pop())
    }

    /// Orders, newest first.
    pub async fn orders(&self, before: Option<OrderId>, limit: usize) -> Result<Vec<Order>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let before = before.unwrap_or(OrderId(Uuid::max()));
        self.with_lines(read_all(self.query(sql::ORDERS_BEFORE, values![before, limit]).await?, order)?).await
    }

    /// The orders of an account, newest first.
    pub async fn orders_of_account(
        &self,
        of: MarketplaceAccountId,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let before = before.unwrap_or(OrderId(Uuid::max()));
        let rows = self.query(sql::ORDERS_OF_ACCOUNT, values![of, before, limit]).await?;
        self.with_lines(read_all(rows, order)?).await
    }

    /// The orders with a line that an operation provisions.
    pub async fn orders_on_operation(&self, operation: AccountOperationId) -> Result<Vec<OrderId>, StoreError> {
        let rows = self.query(sql::ORDERS_ON_OPERATION, values![operation, MANY]).await?;
        read_all(rows, |row| row.id("order_id"))
    }

    /// Whether an account has ordered something of a vendor.
    pub async fn has_ordered(&self, account: MarketplaceAccountId, of: ServiceManagerId) -> Result<bool, StoreError> {
        Ok(self.one(sql::ORDERED_OF_VENDOR, values![account, of]).await?.is_some())
    }

    async fn with_lines(&self, orders: Vec<Order>) -> Result<Vec<Order>, StoreError> {
        let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
        if ids.is_empty() {
            return Ok(orders);
        }
        let found = read_all(self.rows_of(sql::ORDER_LINES, &ids).await?, line)?;
        let mut operations: Vec<AccountOperationId> = found.iter().filter_map(|(_, line)| line.operation()).collect();
        operations.sort_unstable();
        operations.dedup();
        let mut progresses = BTreeMap::new();
        if !operations.is_empty() {
            progresses.extend(read_all(self.rows_of(sql::OPERATIONS_PROGRESS, &operations).await?, progress)?);
        }
        let mut lines: BTreeMap<OrderId, Vec<OrderLine>> = BTreeMap::new();
        for (order, line) in found {
            let progress = line.operation().and_then(|operation| progresses.get(&operation).cloned());
            lines.entry(order).or_default().push(OrderLine { progress, ..line });
        }
        let with = |order: Order| Order { lines: lines.remove(&order.id).unwrap_or_default(), ..order };
        Ok(orders.into_iter().map(with).collect())
    }
}
