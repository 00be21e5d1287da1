//! Devices: changed in the service desk and reported by webhooks, created and given away through the API.

use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use reqwest::Method;
use serde_json::json;
use tokio::time::sleep;

use super::{Device, Load};
use crate::hubs::HOOK_SECRET;
use crate::outside::{requester, serial};

/// How many customers back a created device goes.
const BACK: u64 = 8;
/// How long a device is waited for before it can be given away.
const TIMEOUT: Duration = Duration::from_secs(30);
const GLANCE: Duration = Duration::from_millis(150);

impl Load {
    /// Renames a customer's device in the service desk, which reports the change.
    pub(super) async fn rename(&self, n: u64, round: usize) -> anyhow::Result<()> {
        let asset = self.0.outside.assets_with(&serial(n)).into_iter().next().context("no device")?;
        let name = format!("PACE {n}, renamed {round}");
        self.0.outside.rename(asset, &name);
        let body = json!({ "display_id": asset }).to_string();
        let reported = self
            .0
            .client
            .send((Method::POST, "/hooks/freshservice"), |request| request.bearer_auth(HOOK_SECRET).body(body.clone()));
        let reported = reported.await?;
        ensure!(reported.status == 202, "a webhook: {}", reported.status);
        self.0.ledger.life(n, "webhooks", |life| life.name = Some(name));
        Ok(())
    }

    /// Creates a device for a customer, and gives it to another one.
    pub(super) async fn device(&self, n: u64, hands: bool) -> anyhow::Result<()> {
        let serial = format!("NEW-{n}");
        let order = json!({
            "name": format!("PACE new {n}"),
            "fields": { "product": "PACE", "vendor": "Wetility", "asset_state": "In Use", "serial_number": serial },
            "requester_id": requester(n).to_string(),
        });
        let once = format!("device {n}");
        let (status, write) = self.0.client.api((Method::POST, "/devices"), Some(&order), Some(&once)).await?;
        ensure!(status == 202, "a device: {status} {write}");
        let write = write["id"].as_str().context("no id")?.to_owned();
        let device = Device { serial, write: write.clone(), handed: None };
        self.0.ledger.life(n, "created devices", |life| life.device = Some(device));
        let (true, Some(to)) = (hands, n.checked_sub(BACK)) else { return Ok(()) };
        let Some(device) = self.created(&write).await? else { return Ok(()) };
        let order = json!({ "requester_id": requester(to).to_string() });
        let (path, once) = (format!("/devices/{device}/holder"), format!("hand {n}"));
        let (status, write) = self.0.client.api((Method::PUT, &path), Some(&order), Some(&once)).await?;
        ensure!(status == 202, "giving a device away: {status} {write}");
        let write = write["id"].as_str().context("no id")?.to_owned();
        self.0.ledger.life(n, "moved devices", |life| {
            if let Some(device) = &mut life.device {
                device.handed = Some((to, write));
            }
        });
        Ok(())
    }

    /// The id of a device when it has been created; none: that takes too long now.
    async fn created(&self, write: &str) -> anyhow::Result<Option<String>> {
        let began = Instant::now();
        while began.elapsed() < TIMEOUT && !self.is_stopping() {
            let state = self.0.client.get(&format!("/device-writes/{write}")).await?;
            match state["state"].as_str() {
                Some("done") => return Ok(state["device_id"].as_str().map(ToOwned::to_owned)),
                Some("waiting") => sleep(GLANCE).await,
                _ => bail!("a device was not created: {state}"),
            }
        }
        Ok(None)
    }
}
