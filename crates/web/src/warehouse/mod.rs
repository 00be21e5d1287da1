//! The Warehouse Portal (`P05`): stock, serial numbers, receiving, issuing, moving and taking back devices (`A06`–`A09`).
//!
//! Rules, queries and requests are those of the console. What is a customer's is shown as far as the work needs it: name,
//! number and address.

mod device;
mod loads;
mod receive;
mod stock;

use crate::auth::route_access::{Routes, Rule, get, post};
use crate::devices::Urls;

pub(crate) const HOME: &str = "/portal/warehouse";

/// The addresses of the pages about devices.
const URLS: Urls = Urls {
    list: HOME,
    table: "/portal/warehouse/stock.csv",
    devices: "/portal/warehouse/devices",
    writes: "/portal/warehouse/changes",
    loads: "/portal/warehouse/tables",
};

/// The portal's routes, relative to `/portal/warehouse`.
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Workspace)
        .route("/", get(stock::list))
        .route("/find", get(stock::find))
        .route("/stock.csv", get(stock::export))
        .route("/devices", post(receive::create))
        .route("/devices/new", get(receive::form))
        .route("/devices/{id}", get(device::show))
        .route("/devices/{id}/issue", get(device::issue))
        .route("/devices/{id}/hand", post(device::hand))
        .route("/devices/{id}/place", post(device::place))
        .route("/devices/{id}/reread", post(device::reread))
        .route("/changes/{id}", get(receive::change))
        .route("/changes/{id}/cancel", post(receive::cancel))
        .route("/tables", get(loads::list).post(loads::plan))
        .route("/tables/{id}", get(loads::show))
        .route("/tables/{id}/start", post(loads::start))
        .route("/tables/{id}/end", post(loads::end))
}
