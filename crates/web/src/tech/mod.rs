//! The Tech Portal (`P05`): a technician's work by day, a work order with customer and device at hand, and its steps.
//!
//! A technician sees what is assigned to them, and what they may take. Anything else is reported as not found.

mod order;
mod work;

use crate::auth::route_access::{Routes, Rule, get, post};

pub(crate) const HOME: &str = "/portal/tech";
/// The work orders.
const WORK: &str = "/portal/tech/work";

/// The portal's routes, relative to `/portal/tech`.
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Workspace)
        .route("/", get(work::mine))
        .route("/list", get(work::list))
        .route("/vans", get(work::vans))
        .route("/work/{id}", get(order::show))
        .route("/work/{id}/steps", post(order::step))
        .route("/work/{id}/checks", post(order::check))
        .route("/work/{id}/parts", post(order::part))
        .route("/work/{id}/notes", post(order::note))
        .route("/work/{id}/files/{file}", get(order::file))
}
