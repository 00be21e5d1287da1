//! Products and orders, as shown by the storefront, the console and the API.

use std::collections::BTreeMap;

use tessera_core::kernel::attachment::MediaType;
use tessera_core::kernel::ids::{MarketplaceAccountId, OrderId, ProductId, ServiceManagerId};
use tessera_core::marketplace_platform::{MarketplaceAccount, VendorLink};
use tessera_core::storefront::{Order, Product};
use tessera_store::StoreError;

use super::Queries;

/// Maximum number of service managers that staff choose from.
const VENDORS: usize = 500;

/// An order as staff see it.
#[derive(Debug, Clone)]
pub struct OrderPage {
    /// The order.
    pub order: Order,
    /// The account that buys.
    pub account: Option<MarketplaceAccount>,
    /// The names of the vendors.
    pub vendors: BTreeMap<ServiceManagerId, String>,
}

impl Queries<'_> {
    /// A product, whether or not customers see it.
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        self.reads().product(id).await
    }

    /// A product that customers see.
    pub async fn product_on_sale(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        Ok(self.reads().product(id).await?.filter(|product| product.draft.visible))
    }

    /// The picture of a product, with the product; only of one that customers see, if `sold`.
    pub async fn product_picture(
        &self,
        id: ProductId,
        sold: bool,
    ) -> Result<Option<(Product, MediaType, Vec<u8>)>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(product) = reads.product(id).await?.filter(|product| product.draft.visible || !sold) else {
            return Ok(None);
        };
        Ok(reads.product_picture(id).await?.map(|(media_type, bytes)| (product, media_type, bytes)))
    }

    /// Products in the order of their creation; only those that customers see, if `sold`.
    pub async fn products(
        &self,
        sold: bool,
        after: Option<ProductId>,
        limit: usize,
    ) -> Result<Vec<Product>, StoreError> {
        self.reads().products(sold, after, limit).await
    }

    /// The products of a basket that are sold, with their quantities, in the basket's order.
    pub async fn basket(&self, items: &[(ProductId, u32)]) -> Result<Vec<(Product, u32)>, StoreError> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<ProductId> = items.iter().map(|(id, _)| *id).collect();
        let found = self.reads().products_listed(&ids).await?;
        let sold = |id: &ProductId| found.iter().find(|it| it.id == *id && it.draft.visible).cloned();
        Ok(items.iter().filter_map(|(id, quantity)| Some((sold(id)?, *quantity))).collect())
    }

    /// The names of all service managers.
    pub async fn vendor_names(&self) -> Result<BTreeMap<ServiceManagerId, String>, StoreError> {
        let vendors = self.reads().service_managers(None, VENDORS).await?;
        Ok(vendors.into_iter().map(|vendor| (vendor.id, vendor.name)).collect())
    }

    /// Orders of everyone, newest first.
    pub async fn orders(&self, before: Option<OrderId>, limit: usize) -> Result<Vec<Order>, StoreError> {
        let reads = self.snapshot().await?;
        reads.orders(before, limit).await
    }

    /// An order of anyone.
    pub async fn order(&self, id: OrderId) -> Result<Option<OrderPage>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(order) = reads.order(id).await? else { return Ok(None) };
        let account = reads.marketplace_account(order.account).await?;
        let vendors = reads.service_managers(None, VENDORS).await?;
        let vendors = vendors.into_iter().map(|vendor| (vendor.id, vendor.name)).collect();
        Ok(Some(OrderPage { order, account, vendors }))
    }

    /// The orders of a buyer's account, newest first.
    pub async fn orders_of(
        &self,
        account: MarketplaceAccountId,
        before: Option<OrderId>,
        limit: usize,
    ) -> Result<Vec<Order>, StoreError> {
        let reads = self.snapshot().await?;
        reads.orders_of_account(account, before, limit).await
    }

    /// An order of a buyer's account, with the account's links with vendors. That of another account is not found.
    pub async fn order_of(
        &self,
        account: MarketplaceAccountId,
        id: OrderId,
    ) -> Result<Option<(Order, Vec<VendorLink>)>, StoreError> {
        let reads = self.snapshot().await?;
        let Some(order) = reads.order(id).await?.filter(|order| order.account == account) else { return Ok(None) };
        Ok(Some((order, reads.vendor_links(account).await?)))
    }

    /// The vendors that have a buyer's account, with their names.
    pub async fn services_of(&self, account: MarketplaceAccountId) -> Result<Vec<(String, VendorLink)>, StoreError> {
        let reads = self.snapshot().await?;
        let links = reads.vendor_links(account).await?;
        let names = reads.service_managers(None, VENDORS).await?;
        let named = |link: VendorLink| {
            let vendor = names.iter().find(|vendor| vendor.id == link.service_manager)?;
            link.active_id()?;
            Some((vendor.name.clone(), link))
        };
        Ok(links.into_iter().filter_map(named).collect())
    }
}
