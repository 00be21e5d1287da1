//! Searches by tag and serial number, and reads of objects that are no longer found by their id.

use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Attributes, Observation};
use tessera_hub::ports::{ConnectError, Order, Priority};

use super::{Freshservice, asset_page, lenient_json, reading, same_object};
use crate::discipline::Charge;

/// Maximum number of trash pages searched, most recently trashed first.
const TRASH_PAGES: u32 = 2;

impl Freshservice {
    /// The assets with this tag, in any spelling. The search index lags by minutes.
    pub async fn assets_by_tag(&self, tag: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.assets_found("asset_tag", tag, priority).await
    }

    /// The assets with this hardware serial number, in any spelling. The search index lags by minutes.
    pub async fn assets_by_serial(&self, serial: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        self.assets_found("serial_number", serial, priority).await
    }

    async fn assets_found(
        &self,
        field: &str,
        typed: &str,
        priority: Priority,
    ) -> Result<Vec<Observation>, ConnectError> {
        let Some(wanted) = normalise::serial(typed) else { return Ok(Vec::new()) };
        // A quote would end the search term, and cannot be escaped.
        let term: String =
            typed.trim().chars().filter(|c| !matches!(c, '\'' | '"' | '\\') && !c.is_control()).collect();
        // The search matches prefixes: `ASSET-1` also finds `ASSET-10`.
        let search = ("search", format!("\"{field}:'{term}'\""));
        let mut assets = self.indexed_assets(search, format!("the assets with this {field}"), priority).await?;
        assets.retain(|seen| {
            let Attributes::Asset(asset) = &seen.attributes else { return false };
            let value = if field == "asset_tag" { &asset.asset_tag } else { &asset.serial };
            value.as_deref().and_then(normalise::serial).as_ref() == Some(&wanted)
        });
        Ok(assets)
    }

    /// A trashed asset, which is not found by its id. Only recently trashed assets are searched.
    pub async fn trashed_asset(
        &self,
        display_id: &str,
        priority: Priority,
    ) -> Result<Option<Observation>, ConnectError> {
        for page in 1..=TRASH_PAGES {
            let query = asset_page(page, Order::LatestChange, &[("trashed", "true".to_owned())]);
            let call = self.asset_list(&query, format!("page {page} of the trash"), priority);
            let (rows, answer) = self.rows(&call, "assets").await?;
            let trashed =
                rows.into_iter().find(|row| lenient_json::text(row, "display_id").as_deref() == Some(display_id));
            if let Some(row) = trashed {
                let mut seen = self.read_asset(row, &answer, priority).await?;
                if let Attributes::Asset(asset) = &mut seen.attributes {
                    asset.trashed = true;
                }
                return Ok(Some(seen));
            }
            if !answer.has_next() {
                break;
            }
        }
        Ok(None)
    }

    /// A requester who was converted to an agent and is only available as such. `None` if there is no such agent, or
    /// the API key may not read agents.
    pub async fn agent(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        if !lenient_json::is_number(id) {
            return Ok(None);
        }
        let call = self.call(&["agents", id], &[], "/agents/{id}", format!("agent {id}"), priority, Charge::ONE);
        let answer = match self.found(self.client.exchange(&call).await?, priority).await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(ConnectError::Forbidden { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let raw = reading::unwrapped(answer.json()?, &["agent"]);
        let mut seen = same_object(&answer, self.read_requester(raw, answer.read_at), id)?;
        if let Attributes::Requester(requester) = &mut seen.attributes {
            requester.is_agent = true;
        }
        self.add_company_domains(std::slice::from_mut(&mut seen), priority).await;
        Ok(Some(seen))
    }
}
