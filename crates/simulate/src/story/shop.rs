//! Customers who buy in the storefront, cancel and buy again, and staff who have orders tried again and delete accounts.

use std::collections::BTreeMap;

use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::{OrderId, ProductId, ServiceManagerId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::storefront::{BillingDetails, ProductDraft};
use tessera_hub::{Checkout, Hub};

use super::vendors::staff;
use super::{Client, Said};
use crate::outside::ISSUER;

impl Client {
    /// What one buyer does, and what staff do about it.
    pub(super) async fn shop(&self, number: u64) {
        let dice = &self.world.scene.clients;
        let Some(vendors) = self.vendors().await else { return };
        let mut products = Vec::new();
        for (n, vendor) in vendors.into_iter().enumerate() {
            let Some(product) = self.product(n, vendor).await else { return };
            products.push(product);
        }
        let buyer = buyer(number);
        let mut order = None;
        for _ in 0..2 + dice.below(7) {
            tokio::time::sleep(dice.short(25_000)).await;
            match dice.below(10) {
                0 | 1 => self.cancel_order(order).await,
                2 => self.retry_order(order).await,
                3 | 4 => self.delete_buyer(&buyer).await,
                _ => order = self.buy(&buyer, dice.pick(&products)).await.or(order),
            }
        }
    }

    async fn product(&self, n: usize, service_manager: ServiceManagerId) -> Option<ProductId> {
        let once = format!("product {n}");
        let price = Money::new(1_250, Currency::parse("EUR").expect("it is a currency"));
        let (name, description, visible) = (once.clone(), String::new(), true);
        let draft = ProductDraft { service_manager, name, description, price, visible };
        self.sure(&once, move |hub, ctx| {
            let draft = draft.clone();
            async move { hub.create_product(draft, &ctx).await.map(|made| made.id) }
        })
        .await
    }

    /// One checkout, which is sent until it is answered, and at times once more after that. No two checkouts have the same
    /// quantity, so that each can be told from the others at the end.
    async fn buy(&self, buyer: &SignIn, product: ProductId) -> Option<OrderId> {
        let quantity = {
            let mut acknowledged = self.acknowledged();
            acknowledged.checkouts += 1;
            acknowledged.checkouts
        };
        let mut placed = None;
        for tries in 0.. {
            let what = format!("checkout {quantity} of {}", buyer.identity.subject);
            let (buyer, key) = (buyer.clone(), what.clone());
            let order = move |hub: Hub| async move {
                let (items, billing, details) = ([(product, quantity)], billing(), BTreeMap::new());
                let checkout = Checkout { key, items: &items, seen: None, billing: &billing, details: &details };
                hub.place_order(&buyer, &checkout).await
            };
            match self.order(&what, order).await {
                Said::Done(id) => {
                    if placed.replace(id).is_some_and(|before| before != id) {
                        self.world.scene.broken(format!("{what} is two orders"));
                    }
                    if tries > 3 || !self.world.scene.clients.chance(150) {
                        break;
                    }
                }
                Said::Nothing if self.again(tries).await => {}
                Said::Refused | Said::Nothing => break,
            }
        }
        self.acknowledged().orders.extend(placed.map(|id| (quantity, id)));
        placed
    }

    async fn cancel_order(&self, order: Option<OrderId>) {
        let Some(id) = order else { return };
        let asks = move |hub: Hub| async move { hub.cancel_order(id, &staff()).await };
        let _ = self.order(&format!("cancel order {id}"), asks).await;
    }

    async fn retry_order(&self, order: Option<OrderId>) {
        let Some(id) = order else { return };
        let asks = move |hub: Hub| async move { hub.retry_order(id, &staff()).await };
        let _ = self.order(&format!("retry order {id}"), asks).await;
    }

    /// Staff delete the account with which somebody buys. For the next order, they get another one.
    async fn delete_buyer(&self, buyer: &SignIn) {
        let buyer = buyer.clone();
        let known = self.ask(move |hub, _| async move { hub.buyer(&buyer).await }).await;
        if let Some(Ok(known)) = known
            && let Some(account) = known.account
        {
            self.remove(account.id).await;
        }
    }
}

/// The e-mail address of a buyer, which no other system knows.
pub fn email(number: u64) -> String {
    format!("buyer-{number}@shop.example.com")
}

fn buyer(number: u64) -> SignIn {
    let email = email(number);
    SignIn {
        identity: IdentityKey { issuer: ISSUER.to_owned(), subject: format!("subject of {email}") },
        provider: "idp".to_owned(),
        email: Some(email),
        email_verified: true,
        name: None,
    }
}

fn billing() -> BillingDetails {
    BillingDetails::read(|name| match name {
        "first_name" => "Ada",
        "last_name" => "Example",
        "address1" => "1 Example Way",
        "post_code" => "94903",
        "city" => "Springfield",
        "country" => "US",
        _ => "",
    })
}
