//! The storefront, for staff: products and orders (`M06`, `M14`).

mod orders;
mod pictures;
mod products;

use crate::auth::route_access::{Routes, Rule, get, post};
use crate::extract::limits::MAX_PICTURE_FORM;

/// The routes, relative to `/console`.
pub(super) fn routes() -> Routes {
    Routes::of(Rule::Staff)
        .route("/products", get(products::list))
        .route("/products/new", get(products::fresh).post(products::create))
        .route("/products/{id}", get(products::form).post(products::change))
        .route("/products/{id}/picture", get(pictures::show).post(pictures::put).at_most(MAX_PICTURE_FORM))
        .route("/products/{id}/picture/remove", post(pictures::remove))
        .route("/products/{id}/hide", post(products::hide))
        .route("/products/{id}/show", post(products::show))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::show))
        .route("/orders/{id}/execute", post(orders::execute))
        .route("/orders/{id}/retry", post(orders::retry))
        .route("/orders/{id}/cancel", post(orders::cancel))
}
