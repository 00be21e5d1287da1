//! Customers who buy in the storefront: the checkout, the order as the vendor provisions it, a second purchase, and the
//! deletion of their account.

use std::time::Instant;

use anyhow::{Context, ensure};
use reqwest::Method;
use serde_json::json;
use tokio::time::sleep;

use super::vendors::{GLANCE, TIMEOUT};
use super::{BREATH, Load, Ordered, in_turn};
use crate::hubs::{Answer, Visitor};
use crate::outside::email;
use crate::outside::point::{ACCOUNTS, CHECKOUT, System, When};

/// Contact and billing address.
const BILLING: [(&str, &str); 6] = [
    ("first_name", "Ada"),
    ("last_name", "Example"),
    ("address1", "1 Example Way"),
    ("post_code", "94903"),
    ("city", "Springfield"),
    ("country", "US"),
];

impl Load {
    /// Customers who buy, one after the other.
    pub(super) async fn shoppers(&self) {
        let products = match self.stock().await {
            Ok(products) => products,
            Err(error) => return self.wrong(format!("the products: {error:#}")),
        };
        while let Some(n) = self.next_customer() {
            if let Err(error) = self.shop(n, in_turn(&products, n)).await {
                self.wrong(format!("buyer {n}: {error:#}"));
            }
        }
    }

    /// The products, one of each vendor. Their ids.
    async fn stock(&self) -> anyhow::Result<Vec<String>> {
        let mut products = Vec::new();
        for (n, vendor) in self.connect_vendors().await?.iter().enumerate() {
            let price = json!({ "amount": "12.50", "currency": "EUR" });
            let body = json!({ "name": format!("Backup {n}"), "price": price, "service_manager_id": vendor });
            products.push(self.made("/products", &body, &format!("product {n}")).await?);
        }
        Ok(products)
    }

    async fn shop(&self, n: u64, product: &str) -> anyhow::Result<()> {
        let plan = self.0.schedule.purchase(n);
        let mut visitor = Visitor::new(self.0.client.clone(), n, email(n));
        let link = self.invite(n).await?;
        self.activate(n, &mut visitor, &link).await?;
        for _ in 0..=usize::from(plan.again) {
            if self.is_stopping() {
                return Ok(());
            }
            let order = self.buy(&mut visitor, product).await?;
            let shown = self.0.client.get(&format!("/orders/{order}")).await?;
            let account = shown["account_id"].as_str().context("no account")?.to_owned();
            self.0.ledger.note(|entries| entries.orders.push(Ordered { order: order.clone(), account }));
            self.0.ledger.count("orders");
            if !self.is_active(&order).await? {
                return Ok(());
            }
        }
        if plan.deletes && !self.is_stopping() {
            let account = self.0.ledger.note(|entries| entries.orders.last().map(|last| last.account.clone()));
            self.leave(&account.context("no order")?).await?;
        }
        Ok(())
    }

    /// From the basket to the order. Its id.
    async fn buy(&self, visitor: &mut Visitor, product: &str) -> anyhow::Result<String> {
        let chosen = [("act", "add"), ("product", product), ("quantity", "1")];
        let basket = visitor.post("/shop/basket", &chosen).await?;
        ensure!(basket.status == 303, "the basket: {}", basket.status);
        let contact = visitor.open(CHECKOUT).await?;
        let overview = self.step(visitor, &contact, "contact").await?;
        ensure!(overview.status == 200, "the overview: {}", overview.status);
        // The hub is killed while it places the order, or when it has acknowledged it.
        let (placed, ()) =
            tokio::join!(self.step(visitor, &overview, "place"), self.meets("POST", CHECKOUT, When::Before));
        let placed = placed?;
        self.meets("POST", CHECKOUT, When::After).await;
        let order = placed.location.as_deref().and_then(|to| to.strip_prefix("/shop/orders/"));
        Ok(order.with_context(|| format!("no order: {} {:?}", placed.status, placed.location))?.to_owned())
    }

    /// Sends the form of a step of the checkout.
    async fn step(&self, visitor: &mut Visitor, page: &Answer, step: &str) -> anyhow::Result<Answer> {
        let typed = if step == "contact" { &BILLING[..] } else { &[] };
        let typed: Vec<(&str, &str)> = typed.iter().copied().chain([("step", step)]).collect();
        let mut fields = page.fields();
        fields.retain(|(name, _)| !typed.iter().any(|(known, _)| known == name));
        let kept = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        visitor.post(CHECKOUT, &kept.chain(typed).collect::<Vec<_>>()).await
    }

    /// Waits until an order is provisioned; false: it takes too long, or the load is stopped.
    async fn is_active(&self, order: &str) -> anyhow::Result<bool> {
        let began = Instant::now();
        while began.elapsed() < TIMEOUT && !self.is_stopping() {
            let state = self.0.client.get(&format!("/orders/{order}")).await?["state"].clone();
            ensure!(state != "failed" && state != "cancelled", "order {order} is {state}");
            if state == "active" {
                sleep(BREATH).await;
                return Ok(true);
            }
            sleep(GLANCE).await;
        }
        Ok(false)
    }

    /// Staff delete the account of a buyer.
    async fn leave(&self, account: &str) -> anyhow::Result<()> {
        let path = format!("/marketplace-accounts/{account}");
        let (answer, ()) = tokio::join!(
            self.0.client.api((Method::DELETE, &path), None, None),
            self.meets("DELETE", ACCOUNTS, When::Before)
        );
        let (status, body) = answer?;
        // Also if the answer to the first request was lost, and the account is deleted since.
        let is_asked = status == 202 || body["code"] == "account_deleted";
        ensure!(is_asked, "deleting an account: {status} {body}");
        self.0.ledger.note(|entries| entries.left.insert(account.to_owned()));
        self.0.ledger.count("buyers who left");
        self.meets("DELETE", ACCOUNTS, When::After).await;
        match body["id"].as_str() {
            Some(operation) => self.ends(operation).await.map(drop),
            None => Ok(()),
        }
    }

    /// A moment of a request to the hub at which the hub may be killed.
    pub(super) async fn meets(&self, method: &str, path: &str, when: When) {
        let _: bool = self.0.outside.traps[0].pass(System::Hub, method, path, when).await;
    }
}
