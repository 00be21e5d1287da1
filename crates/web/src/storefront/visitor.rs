//! The extractors for pages of the storefront. Without a storefront in the configuration, there is nothing at its
//! addresses.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use tessera_core::kernel::customer::SignIn;
use tessera_core::kernel::ids::ProductId;
use tessera_core::storefront::Product;
use tessera_hub::KnownBuyer;

use super::basket;
use crate::App;
use crate::auth::caller::{Session, session_of};
use crate::pages::storefront::{PricedLine, ShopFrame};
use crate::pages::{Chrome, Flash, Page};
use crate::portal;
use crate::respond::page::{Answer, PageError, chrome, page_with, redirect_with};

/// Someone in the storefront, signed in or not.
pub(crate) struct ShopVisitor {
    pub(super) app: App,
    pub(super) chrome: Chrome,
    /// The products in the basket with their quantities.
    pub(super) items: Vec<(ProductId, u32)>,
    title: String,
}

impl FromRequestParts<App> for ShopVisitor {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session = session_of(app, &parts.headers).await.map_err(IntoResponse::into_response)?;
        Self::of(parts, app, session.map(|session| portal::shown_as(&session.sign_in)))
            .map_err(IntoResponse::into_response)
    }
}

impl ShopVisitor {
    fn of(parts: &Parts, app: &App, signed_in: Option<String>) -> Result<Self, PageError> {
        let storefront = app.hub.config.storefront.as_ref().ok_or(PageError::NOT_FOUND)?;
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let chrome = chrome(app, &parts.headers, uri, signed_in);
        let items = basket::read(app, &parts.headers);
        Ok(Self { app: app.clone(), chrome, items, title: storefront.title.clone() })
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.chrome.signed_in.is_some()
    }

    /// What is around the page.
    pub(super) fn frame(&self) -> ShopFrame {
        ShopFrame { title: self.title.clone(), basket: self.items.len() }
    }

    pub(super) fn page<P: Page>(&self, content: &P) -> Answer {
        page_with(&self.app, &self.chrome, content, StatusCode::OK)
    }

    /// The page of a rejected form, with status 422.
    pub(super) fn refused<P: Page>(&self, content: &P) -> Answer {
        page_with(&self.app, &self.chrome, content, StatusCode::UNPROCESSABLE_ENTITY)
    }

    pub(super) fn with_status<P: Page>(&self, content: &P, status: StatusCode) -> Answer {
        page_with(&self.app, &self.chrome, content, status)
    }

    pub(super) fn redirect(&self, to: &str, flash: Option<&Flash>) -> Response {
        redirect_with(&self.app, to, flash)
    }

    /// The products of the basket that are sold.
    pub(super) async fn products(&self) -> Result<Vec<(Product, u32)>, PageError> {
        Ok(self.app.hub.queries().basket(&self.items).await?)
    }
}

/// Someone who is signed in, and may buy. Without a session, redirects to the sign-in.
pub(crate) struct ShopBuyer {
    pub(super) here: ShopVisitor,
    pub(super) sign_in: SignIn,
}

impl FromRequestParts<App> for ShopBuyer {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Session(session) = Session::from_request_parts(parts, app).await?;
        let shown_as = portal::shown_as(&session.sign_in);
        let here = ShopVisitor::of(parts, app, Some(shown_as)).map_err(IntoResponse::into_response)?;
        Ok(Self { here, sign_in: session.sign_in })
    }
}

impl ShopBuyer {
    /// The buyer as the hub knows them.
    pub(super) async fn known(&self) -> Result<KnownBuyer, PageError> {
        Ok(self.here.app.hub.buyer(&self.sign_in).await?)
    }
}

/// A product with its quantity and price.
pub(super) fn priced(product: &Product, quantity: u32) -> PricedLine {
    let price = product.draft.price;
    let amount = price.minor.saturating_mul(i64::from(quantity));
    PricedLine {
        product: product.id.to_string(),
        url: format!("{}/products/{}", super::HOME, product.id),
        name: product.draft.name.clone(),
        price: price.to_string(),
        quantity,
        amount: tessera_core::kernel::money::Money::new(amount, price.currency).to_string(),
    }
}
