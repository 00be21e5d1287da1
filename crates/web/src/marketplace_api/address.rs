//! Addresses of the marketplace API: `/API/Accounts/…` below the prefix of a marketplace, in any letter case, with or
//! without slashes at the end, and with repeated slashes, as behind a base address that ends with one. Routes match none
//! of these, so such a path is replaced by the operation's own before a route is chosen.

use axum::extract::{FromRequestParts, OriginalUri, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Response;
use tessera_core::marketplace::Operation;
use tessera_hub::marketplace::MarketplaceConfig;

use crate::App;
use crate::respond::page;

/// The path between a marketplace's prefix and the operation.
const BASE: &str = "/API/Accounts/";
/// A path on the route of unknown operations.
const UNKNOWN: &str = "/API/Accounts/Unknown";

/// The address of a call.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// The prefix of the marketplaces that the call may be for.
    pub(super) prefix: String,
    /// The operation, as the path names it.
    pub(super) name: String,
}

/// The path of an operation's route. `None`: any other operation.
pub(super) const fn route(operation: Option<Operation>) -> &'static str {
    match operation {
        Some(Operation::SyncOptions) => "/API/Accounts/SyncOptions",
        Some(Operation::Synchronize) => "/API/Accounts/Synchronize",
        Some(Operation::Exists) => "/API/Accounts/Exists",
        Some(Operation::Delete) => "/API/Accounts/Delete",
        None => "/API/Accounts/{operation}",
    }
}

/// Directs a call of the marketplace API to its route.
pub(crate) fn direct(app: &App, request: &mut Request) {
    let marketplaces = &app.hub.config.marketplaces;
    let path = single_slashes(request.uri().path());
    let Some(address) = marketplaces.iter().find_map(|it| Address::below(it, &path)) else { return };
    *request.uri_mut() = Uri::from_static(address.operation().map_or(UNKNOWN, |operation| route(Some(operation))));
    request.extensions_mut().insert(address);
}

/// A path without repeated slashes.
fn single_slashes(path: &str) -> String {
    let mut single = String::with_capacity(path.len());
    for letter in path.chars() {
        if letter != '/' || !single.ends_with('/') {
            single.push(letter);
        }
    }
    single
}

impl Address {
    fn below(marketplace: &MarketplaceConfig, path: &str) -> Option<Self> {
        let (prefix, rest) = path.split_at_checked(marketplace.prefix.len())?;
        let (base, name) = rest.split_at_checked(BASE.len())?;
        let fits = prefix.eq_ignore_ascii_case(&marketplace.prefix) && base.eq_ignore_ascii_case(BASE);
        fits.then(|| Self { prefix: prefix.to_owned(), name: name.trim_end_matches('/').to_owned() })
    }

    pub(super) fn operation(&self) -> Option<Operation> {
        Operation::parse(&self.name)
    }

    /// The marketplaces with the prefix.
    pub(super) fn marketplaces<'a>(&self, app: &'a App) -> Vec<&'a MarketplaceConfig> {
        let all = app.hub.config.marketplaces.iter();
        all.filter(|marketplace| marketplace.prefix.eq_ignore_ascii_case(&self.prefix)).collect()
    }
}

/// Response 404 if no marketplace has its calls at this path: a hub may have none without a prefix.
impl FromRequestParts<App> for Address {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        if let Some(address) = parts.extensions.get::<Self>() {
            return Ok(address.clone());
        }
        let Ok(uri) = OriginalUri::from_request_parts(parts, app).await;
        Err(page::not_found(uri).await)
    }
}
