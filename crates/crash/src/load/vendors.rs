//! Accounts of the operator's own marketplace, which are brought to a vendor, changed, and deleted there.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{BREATH, Load, Resold};
use crate::hubs::MARKETPLACE;
use crate::outside::point::When;

/// How long an operation is waited for before the account is left alone.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);
pub(super) const GLANCE: Duration = Duration::from_millis(100);

impl Load {
    /// Everything that happens to account `n`, at the vendor with this id.
    pub(super) async fn resell(&self, n: u64, vendor: &str) -> anyhow::Result<()> {
        let plan = self.0.schedule.resale(n);
        let reseller = if plan.has_reseller { Some(self.resold(&format!("reseller-{n}"), None).await?) } else { None };
        let account = self.resold(&format!("resold-{n}"), reseller.as_deref()).await?;
        let operation = self.bring(&account, vendor, &format!("bring {n}")).await?;
        let at = self.0.ledger.note(|entries| {
            entries.resold.push(Resold {
                account: account.clone(),
                reseller,
                operation: operation.clone(),
                deleted: false,
            });
            entries.resold.len() - 1
        });
        self.0.ledger.count("resold accounts");
        if !self.ends(&operation).await? {
            return Ok(());
        }
        if plan.updates && !self.is_stopping() {
            let operation = self.bring(&account, vendor, &format!("bring {n} again")).await?;
            self.0.ledger.note(|entries| operation.clone_into(&mut entries.resold[at].operation));
            self.0.ledger.count("resale updates");
            if !self.ends(&operation).await? {
                return Ok(());
            }
        }
        if plan.deletes && !self.is_stopping() {
            let deletion = self.remove(&account).await?;
            self.0.ledger.note(|entries| {
                let resold = &mut entries.resold[at];
                resold.deleted = true;
                resold.operation = deletion.clone().unwrap_or_else(|| resold.operation.clone());
            });
            self.0.ledger.count("resale deletions");
            if let Some(deletion) = deletion {
                self.ends(&deletion).await?;
            }
        }
        Ok(())
    }

    /// The service managers of the vendors. Their ids.
    pub(super) async fn connect_vendors(&self) -> anyhow::Result<Vec<String>> {
        let (url, (application, key)) = (&self.0.outside.vendor_url, MARKETPLACE);
        let body =
            json!({ "name": "Vendor", "base_url": url, "application_id": "crash", "api_key": "a key of the vendor" });
        let mut vendors = vec![self.made("/service-managers", &body, "vendor").await?];
        if let Some(url) = &self.0.outside.vendor_hub_url {
            let body = json!({ "name": "Hub", "base_url": url, "application_id": application, "api_key": key });
            vendors.push(self.made("/service-managers", &body, "vendor hub").await?);
        }
        Ok(vendors)
    }

    async fn resold(&self, name: &str, reseller: Option<&str>) -> anyhow::Result<String> {
        let body = json!({ "name": name, "email": format!("{name}@resold.example.com"), "reseller_id": reseller });
        self.made("/marketplace-accounts", &body, name).await
    }

    async fn bring(&self, account: &str, vendor: &str, once: &str) -> anyhow::Result<String> {
        let (body, path) =
            (json!({ "service_manager_id": vendor }), format!("/marketplace-accounts/{account}/synchronize"));
        // The hub is killed while it takes the request, or when it has acknowledged it.
        let (made, ()) = tokio::join!(self.made(&path, &body, once), self.meets("POST", &path, When::Before));
        self.meets("POST", &path, When::After).await;
        made
    }

    /// Creates an object. Its id.
    pub(super) async fn made(&self, path: &str, body: &Value, once: &str) -> anyhow::Result<String> {
        let (status, made) = self.0.client.api((Method::POST, path), Some(body), Some(once)).await?;
        ensure!([201, 202].contains(&status), "{path}: {status} {made}");
        Ok(made["id"].as_str().context("no id")?.to_owned())
    }

    /// Deletes an account. The operation, unless it was deleted by a request whose answer was lost.
    async fn remove(&self, account: &str) -> anyhow::Result<Option<String>> {
        let path = format!("/marketplace-accounts/{account}");
        let (status, body) = self.0.client.api((Method::DELETE, &path), None, None).await?;
        match (status, body["code"].as_str()) {
            (202, _) => Ok(Some(body["id"].as_str().context("no id")?.to_owned())),
            (409, Some("account_deleted")) => Ok(None),
            _ => bail!("deleting an account: {status} {body}"),
        }
    }

    /// Waits until an operation has ended; false: it takes too long, or the load is stopped.
    pub(super) async fn ends(&self, operation: &str) -> anyhow::Result<bool> {
        let began = Instant::now();
        while began.elapsed() < TIMEOUT && !self.is_stopping() {
            let state = self.0.client.get(&format!("/operations/{operation}")).await?["state"].clone();
            match state.as_str() {
                Some("done") => {
                    sleep(BREATH).await;
                    return Ok(true);
                }
                Some("failed") => bail!("operation {operation} failed"),
                _ => sleep(GLANCE).await,
            }
        }
        Ok(false)
    }
}
