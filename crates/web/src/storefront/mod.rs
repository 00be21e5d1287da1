//! The storefront, `/shop` (`M03`, `M06`): catalogue, basket, sign-up, checkout, orders and services.
//!
//! Everyone sees the products and has a basket. Anyone who buys is signed in as a customer, and sees only what their own
//! marketplace account has ordered.

mod basket;
mod catalogue;
mod checkout;
mod fields;
mod orders;
mod services;
mod sign_up;
pub(crate) mod visitor;

use tessera_core::storefront::{OrderState, Product};

use crate::App;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::pages::Tone;
use crate::pages::storefront::State;

/// The catalogue.
const HOME: &str = "/shop";
/// The checkout.
pub(crate) const CHECKOUT: &str = "/shop/checkout";
/// The sign-up.
pub(crate) const SIGN_UP: &str = "/shop/sign-up";

/// The routes, relative to `/shop`.
pub(crate) fn routes() -> Routes {
    let open = Routes::of(Rule::Anyone)
        .route("/", get(catalogue::list))
        .route("/products/{id}", get(catalogue::product))
        .route("/products/{id}/pictures/{since}", get(catalogue::picture))
        .route("/basket", get(basket::show).post(basket::change));
    let sign_up = Routes::of(Rule::SignIn).route("/sign-up", get(sign_up::form).post(sign_up::sign_up));
    Routes::of(Rule::SignedIn)
        .route("/checkout", get(checkout::begin).post(checkout::go_on))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/state", get(orders::poll))
        .route("/orders/{id}/cancel", post(orders::cancel))
        .route("/orders/{id}/details", get(orders::details).post(orders::mend))
        .route("/services", get(services::list))
        .merge(open)
        .merge(sign_up)
}

/// Whether a sign-in leads to the storefront, if there is one.
pub(crate) fn is_shop(app: &App, return_to: Option<&str>) -> bool {
    let path = return_to.map(|to| to.split('?').next().unwrap_or_default()).unwrap_or_default();
    app.hub.config.storefront.is_some() && (path == HOME || path.starts_with("/shop/"))
}

/// The path of a product's picture, and what it shows.
pub(crate) fn picture_of(product: &Product) -> Option<(String, String)> {
    let picture = product.picture.as_ref()?;
    Some((format!("{HOME}/products/{}/pictures/{}", product.id, picture.since), picture.alt.clone()))
}

/// The state of an order, as customers and staff read it.
pub(crate) const fn state_of(state: OrderState) -> State {
    match state {
        OrderState::Placed => State { text: "Placed", tone: Tone::Plain },
        OrderState::Provisioning => State { text: "Being set up", tone: Tone::Warn },
        OrderState::Active => State { text: "Active", tone: Tone::Good },
        OrderState::Failed => State { text: "Not set up", tone: Tone::Bad },
        OrderState::Cancelled => State { text: "Cancelled", tone: Tone::Plain },
    }
}
