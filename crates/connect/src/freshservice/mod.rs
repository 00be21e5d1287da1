//! The service desk Freshservice (API v2): requesters, assets and tickets.

mod asset_type;
mod catalogue;
mod check;
mod config;
mod departments;
mod finding;
mod lists;
mod port;
mod rate_limits;
mod reading;
mod tickets;
mod writing;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::Observation;
use url::Url;

pub use asset_type::AssetType;
pub use config::{Config, Fields, IN_STOCK, IN_USE, NotesBy};
pub use rate_limits::Plan;

use crate::discipline::{Answer, Call, Charge, Client, Environment, SetupError};
use crate::lenient_json;
use asset_type::AssetTypes;
use catalogue::Catalogue;
use departments::Departments;
use tessera_hub::ports::{ConnectError, Health, Order, Page, Priority};

/// Rows per page, where configurable.
const PER_PAGE: u32 = 100;
/// Rows per page of a filter, which is fixed.
const FILTER_PER_PAGE: usize = 30;
/// Maximum number of pages that a filter returns.
const FILTER_PAGES: u32 = 40;
/// Maximum number of pages read for one lookup or catalogue.
const MAX_PAGES: u32 = 100;

const LIST_REQUESTERS: Charge = Charge { credits: 1, limit: Some(rate_limits::LIST_REQUESTERS) };
/// With `include=type_fields`, a list of assets costs three credits.
const LIST_ASSETS: Charge = Charge { credits: 3, limit: Some(rate_limits::LIST_ASSETS) };
/// With `include=type_fields`, one asset costs two credits.
const SHOW_ASSET: Charge = Charge { credits: 2, limit: None };

/// The Freshservice client.
#[derive(Debug)]
pub struct Freshservice {
    client: Client,
    base: Url,
    config: Config,
    types: AssetTypes,
    products: Catalogue,
    vendors: Catalogue,
    departments: Departments,
}

impl Freshservice {
    /// Creates a client for one account, without calling it.
    pub fn new(config: Config, environment: Environment) -> Result<Self, SetupError> {
        let client = Client::new(config.client(), environment)?;
        let base = config.api_base()?;
        let (types, products, vendors) = (AssetTypes::new(), Catalogue::new("products"), Catalogue::new("vendors"));
        Ok(Self { client, base, config, types, products, vendors, departments: Departments::default() })
    }

    /// The configured name of the system.
    pub fn name(&self) -> &str {
        &self.config.name
    }

    /// Base URL of the API.
    pub fn address(&self) -> &Url {
        &self.base
    }

    /// Health of the connection.
    pub fn health(&self) -> Health {
        self.client.health()
    }

    /// Forecast of the time at which a full pass over these numbers of requesters and assets would be complete.
    pub fn forecast(&self, priority: Priority, requesters: u64, assets: u64) -> Timestamp {
        let pages = |objects: u64| objects.div_ceil(PER_PAGE.into());
        let requesters = self.client.forecast(priority, LIST_REQUESTERS, pages(requesters));
        requesters.max(self.client.forecast(priority, LIST_ASSETS, pages(assets)))
    }

    /// The requester with this id. `None` if it was deleted permanently, merged into another, or never existed.
    pub async fn requester(&self, id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        if !lenient_json::is_number(id) {
            return Ok(None);
        }
        let call =
            self.call(&["requesters", id], &[], "/requesters/{id}", format!("requester {id}"), priority, Charge::ONE);
        let Some(answer) = self.found(self.client.exchange(&call).await?, priority).await? else { return Ok(None) };
        let body = answer.json()?;
        let seen = self.read_requester(reading::unwrapped(body, &["requester", "agent"]), answer.read_at);
        let mut seen = same_object(&answer, seen, id)?;
        self.add_company_domains(std::slice::from_mut(&mut seen), priority).await;
        Ok(Some(seen))
    }

    /// All requesters with this address, primary or secondary, active or not.
    ///
    /// After a merge, the surviving requester has the other one's address as a secondary address.
    pub async fn requesters_by_email(&self, email: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        let Some(wanted) = normalise::email(email) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for page in 1..=MAX_PAGES {
            let email = normalise::clean_address(email);
            let query = [("email", email), ("per_page", PER_PAGE.to_string()), ("page", page.to_string())];
            let list = self.requester_list(&query, "the requesters of an e-mail address", priority).await?;
            found.extend(list.items.into_iter().filter(|seen| has_email(seen, &wanted)));
            if !list.next {
                return Ok(found);
            }
        }
        Err(self.too_long("the requesters of an e-mail address"))
    }

    /// A page (from 1) of all requesters, including deactivated ones, sorted by first name. A requester renamed during
    /// a pass can be missed or listed twice.
    pub async fn requesters_page(&self, page: u32, priority: Priority) -> Result<Page, ConnectError> {
        let query = [("per_page", PER_PAGE.to_string()), ("page", page.to_string())];
        self.requester_list(&query, &format!("page {page} of the requesters"), priority).await
    }

    /// The assets of all types that are assigned to a requester.
    ///
    /// The index behind this filter lags by minutes, so it can return the previous state after a change. To read an
    /// asset that is known to have changed, use [`Freshservice::asset`]. Rows of other requesters are filtered out.
    pub async fn assets_of(&self, requester_id: &str, priority: Priority) -> Result<Vec<Observation>, ConnectError> {
        if !lenient_json::is_number(requester_id) {
            return Ok(Vec::new());
        }
        let filter = ("filter", format!("\"user_id:{requester_id}\""));
        let mut assets = self.indexed_assets(filter, format!("assets of requester {requester_id}"), priority).await?;
        assets.retain(|seen| seen.holder() == Some(requester_id));
        Ok(assets)
    }

    /// All assets of a filter or search. Their pages have no link to the next one: a full page may be followed by
    /// another.
    async fn indexed_assets(
        &self,
        condition: (&'static str, String),
        object: String,
        priority: Priority,
    ) -> Result<Vec<Observation>, ConnectError> {
        let mut assets = Vec::new();
        for page in 1..=FILTER_PAGES {
            let query = [condition.clone(), ("include", "type_fields".to_owned()), ("page", page.to_string())];
            let call = self.asset_list(&query, object.clone(), priority);
            let (rows, answer) = self.rows(&call, "assets").await?;
            let full = rows.len() >= FILTER_PER_PAGE;
            for row in rows {
                assets.push(self.read_asset(row, &answer, priority).await?);
            }
            if !full {
                return Ok(assets);
            }
        }
        let system = self.name().to_owned();
        let found = format!(
            "{} assets or more, where its filter ends; read all assets page by page instead",
            FILTER_PER_PAGE * FILTER_PAGES as usize
        );
        Err(ConnectError::Unexpected { system, object, found })
    }

    /// The asset with this display id, or `None`. This read does not lag.
    pub async fn asset(&self, display_id: &str, priority: Priority) -> Result<Option<Observation>, ConnectError> {
        if !lenient_json::is_number(display_id) {
            return Ok(None);
        }
        let query = [("include", "type_fields".to_owned())];
        let object = format!("asset {display_id}");
        let call = self.call(&["assets", display_id], &query, "/assets/{display_id}", object, priority, SHOW_ASSET);
        let Some(answer) = self.found(self.client.exchange(&call).await?, priority).await? else { return Ok(None) };
        let row = reading::unwrapped(answer.json()?, &["asset"]);
        let seen = self.read_asset(row, &answer, priority).await?;
        same_object(&answer, Ok(seen), display_id).map(Some)
    }

    /// A page (from 1) of all assets that are not in the trash.
    pub async fn assets_page(&self, page: u32, order: Order, priority: Priority) -> Result<Page, ConnectError> {
        let query = asset_page(page, order, &[]);
        let call = self.asset_list(&query, format!("page {page} of the assets"), priority);
        let (rows, answer) = self.rows(&call, "assets").await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.read_asset(row, &answer, priority).await?);
        }
        Ok(Page { items, next: answer.has_next(), total: None })
    }

    /// The asset types, cached while fresh.
    pub async fn asset_types(&self, priority: Priority) -> Result<Vec<AssetType>, ConnectError> {
        Ok(self.types.all(self, priority).await?.values().cloned().collect())
    }

    /// Ids of the configured device type and of all its descendants.
    pub async fn device_type_ids(&self, priority: Priority) -> Result<BTreeSet<String>, ConnectError> {
        let types = self.types.all(self, priority).await?;
        asset_type::with_descendants(&types, &self.config.device_asset_type).ok_or_else(|| {
            let names: Vec<&str> = types.values().map(|known| known.name.as_str()).collect();
            ConnectError::Unexpected {
                system: self.name().to_owned(),
                object: format!("asset type `{}`", self.config.device_asset_type),
                found: format!("no such asset type among: {}", names.join(", ")),
            }
        })
    }

    async fn requester_list(
        &self,
        query: &[(&str, String)],
        object: &str,
        priority: Priority,
    ) -> Result<Page, ConnectError> {
        let call = self.call(&["requesters"], query, "/requesters", object.to_owned(), priority, LIST_REQUESTERS);
        let (rows, answer) = self.rows(&call, "requesters").await?;
        let read = |row| self.read_requester(row, answer.read_at).map_err(|found| answer.unexpected(found));
        let mut items = rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        self.add_company_domains(&mut items, priority).await;
        Ok(Page { items, next: answer.has_next(), total: None })
    }

    fn asset_list(&self, query: &[(&str, String)], object: String, priority: Priority) -> Call {
        let workspace = self.config.workspace_id.map(|id| ("workspace_id", id.to_string()));
        let query: Vec<_> = query.iter().cloned().chain(workspace).collect();
        self.call(&["assets"], &query, "/assets", object, priority, LIST_ASSETS)
    }

    /// The answer, or `None` for an object that does not exist.
    async fn found(&self, answer: Answer, priority: Priority) -> Result<Option<Answer>, ConnectError> {
        let query = [("per_page", "1".to_owned()), ("page", "1".to_owned())];
        let probe = || self.call(&["requesters"], &query, "/requesters", "the requesters", priority, LIST_REQUESTERS);
        self.client.found(answer, probe).await
    }

    fn call(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        template: &'static str,
        object: impl Into<String>,
        priority: Priority,
        charge: Charge,
    ) -> Call {
        Call::get(crate::discipline::address(&self.base, path, query), template, object, priority, charge)
    }
}

/// Query parameters of a page of assets.
fn asset_page(page: u32, order: Order, more: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let (by, direction) = match order {
        Order::Created => ("created_at", "asc"),
        Order::LatestChange => ("updated_at", "desc"),
    };
    let mut query = vec![
        ("include", "type_fields".to_owned()),
        ("order_by", by.to_owned()),
        ("order_type", direction.to_owned()),
        ("per_page", PER_PAGE.to_string()),
        ("page", page.to_string()),
    ];
    query.extend_from_slice(more);
    query
}

/// Rejects an answer about another object than the one requested.
fn same_object(answer: &Answer, seen: Result<Observation, String>, id: &str) -> Result<Observation, ConnectError> {
    match seen {
        Ok(seen) if seen.key.external_id == id => Ok(seen),
        Ok(seen) => Err(answer.unexpected(format!("object {}", seen.key.external_id))),
        Err(found) => Err(answer.unexpected(found)),
    }
}

fn has_email(seen: &Observation, wanted: &str) -> bool {
    let tessera_core::kernel::record::Attributes::Requester(requester) = &seen.attributes else { return false };
    let mut addresses = requester.primary_email.iter().chain(&requester.secondary_emails);
    addresses.any(|address| normalise::email(address).as_deref() == Some(wanted))
}

/// The rows of a list, wrapped or bare.
fn rows_of(body: Value, wrapper: &str) -> Option<Vec<Value>> {
    match body {
        Value::Array(rows) => Some(rows),
        Value::Object(mut object) => match object.remove(wrapper) {
            Some(Value::Array(rows)) => Some(rows),
            _ => None,
        },
        _ => None,
    }
}

/// Reads a tree of asset types and the `type_fields` of an asset, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any(bytes: &[u8]) {
    let Ok(read) = serde_json::from_slice::<Value>(bytes) else { return };
    let rows = read.get("asset_types").and_then(Value::as_array).cloned().unwrap_or_default();
    let tree = asset_type::tree_of(&rows);
    let Some(asset) = read.get("asset") else { return };
    let type_id = lenient_json::text(asset, "asset_type_id").unwrap_or_default();
    let _ = asset_type::with_descendants(&tree, "inverter");
    if let Some(fields) = asset.get("type_fields") {
        for configured in ["Serial Number", "product", ""] {
            let name = reading::field_of(fields, configured, &tree, &type_id);
            let _ = name.and_then(|name| fields.get(&name).and_then(lenient_json::scalar));
        }
    }
    let _ = (
        lenient_json::time(asset, "updated_at"),
        lenient_json::flag(asset, "trashed"),
        lenient_json::texts(asset, "emails"),
    );
}
