//! The vendor that is a process of its own: another hub on a database of its own, which the hub's marketplace calls at its vendor
//! interface.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

use super::{Client, MARKET, Place, Process};
use crate::Options;
use crate::outside::Outside;

/// The vendor.
#[derive(Debug)]
pub struct VendorHub {
    /// Its process.
    pub process: Process,
    /// The client of its API.
    pub client: Client,
}

impl VendorHub {
    /// Starts it at an address.
    pub(super) async fn start(
        options: &Options,
        (folder, url): (&Path, &str),
        outside: &Outside,
        http: &reqwest::Client,
    ) -> anyhow::Result<Self> {
        let database = format!("sqlite:{}", folder.join("vendor.db").display());
        let place = Place { folder, name: "vendor", url, public_url: url, database: &database };
        let mut process = place.prepare(options, outside, &outside.addresses[0])?;
        let client = Client::new(vec![url.to_owned()], process.api_key().await?, true)?;
        process.start(http).await?;
        Ok(Self { process, client })
    }

    /// The ids of its customers, by the account that each was made for. A customer without an account is under the empty one.
    pub async fn customers(&self) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
        let mut by_account = BTreeMap::<String, Vec<String>>::new();
        for listed in self.client.list("/customers").await? {
            let id = listed["id"].as_str().context("no id")?.to_owned();
            let customer = self.client.get(&format!("/customers/{id}")).await?;
            let accounts = |member: &str| -> Vec<String> {
                let links = customer[member].as_array().into_iter().flatten();
                let ours = links.filter(|link| link["system"] == MARKET);
                ours.filter_map(|link| link["external_id"].as_str().map(ToOwned::to_owned)).collect()
            };
            let linked = accounts("links");
            if linked.is_empty() && accounts("ended_links").is_empty() {
                by_account.entry(String::new()).or_default().push(id.clone());
            }
            for account in linked {
                by_account.entry(account).or_default().push(id.clone());
            }
        }
        Ok(by_account)
    }
}
