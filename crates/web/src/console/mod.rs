//! The staff console, `/console`: what waits, search, customers and their linked records, invitations, reviews, systems (`H01`,
//! `H03`, `H05`, `H06`).
//!
//! Every handler that shows or changes something has the extractor [`Staff`], so only the sign-in page is available
//! without a session.

mod access;
mod alarm;
pub(crate) mod customers;
mod device_loads;
mod devices;
mod doctor;
mod explain;
mod form_errors;
mod forum;
mod home;
mod inventory;
mod invitations;
mod invoices;
mod marketplace;
mod marketplace_platform;
pub(crate) mod persons;
mod presenter;
mod returns;
pub(crate) mod search;
mod service_requests;
pub(crate) mod sign_in;
mod staff;
mod storefront;
pub(crate) mod sync;
mod work_orders;

use axum::http::{HeaderMap, Uri};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::staff::Area;
use tessera_hub::HubError;

use crate::App;
use crate::auth::caller::Staff;
use crate::auth::permissions;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::devices::Urls;
use crate::pages::{Chrome, Flash};
use crate::respond::page::{self, Answer, PageError, redirect_with};

pub(crate) use form_errors::DeviceFormError;
pub(crate) use presenter::{actor, asset_state, done, sentence, stale};

/// Maximum number of items in a list on a page.
const PAGE_SIZE: usize = 50;

/// The addresses of the pages about devices.
const URLS: Urls = Urls {
    list: "/console/devices",
    table: "/console/devices/inventory.csv",
    devices: "/console/devices",
    writes: "/console/device-writes",
    loads: "/console/device-loads",
};

/// The console's routes, relative to `/console`.
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Staff)
        .route("/", get(home::home))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/customers/{id}", get(customers::customer::customer))
        .route("/customers/{id}/assign", post(customers::customer::assign))
        .route("/customers/{id}/invite", post(customers::customer::invite))
        .route("/customers/{id}/reread", post(customers::customer::reread))
        .route("/customers/{id}/links/{link}/unlink", post(customers::customer::unlink))
        .route("/customers/{id}/domains", post(customers::domains::add))
        .route("/customers/{id}/domains/{domain}/remove", post(customers::domains::remove))
        .route("/records/{system}/{kind}/{id}", get(customers::records::record))
        .route("/records/{system}/{kind}/{id}/tickets", get(customers::dealings::tickets))
        .route("/records/{system}/{kind}/{id}/invite", post(customers::records::invite))
        .route("/records/{system}/{kind}/{id}/withdraw", post(customers::records::withdraw))
        .route("/records/{system}/{kind}/{id}/reread", post(customers::records::reread))
        .route("/devices", get(inventory::list).post(devices::create))
        .route("/devices/inventory.csv", get(inventory::export))
        .route("/devices/new", get(devices::new))
        .route("/devices/{id}", get(devices::device))
        .route("/devices/{id}/hand", post(devices::hand))
        .route("/devices/{id}/reread", post(devices::reread))
        .route("/device-loads", get(device_loads::list).post(device_loads::plan))
        .route("/device-loads/{id}", get(device_loads::show))
        .route("/device-loads/{id}/start", post(device_loads::start))
        .route("/device-loads/{id}/end", post(device_loads::end))
        .route("/device-writes/{id}", get(devices::write))
        .route("/device-writes/{id}/cancel", post(devices::cancel))
        .route("/boards", get(forum::list))
        .route("/boards/new", get(forum::fresh).post(forum::create))
        .route("/boards/{id}", get(forum::form).post(forum::update))
        .route("/boards/posts/{id}", get(forum::post).post(forum::decide))
        .route("/boards/posts/{id}/topic", post(forum::decide_topic))
        .route("/boards/posts/{id}/mute", post(forum::mute))
        .route("/reviews", get(sync::review::list))
        .route("/reviews/{id}", get(sync::review::review).post(sync::review::decide))
        .route("/invoices", get(invoices::list))
        .route("/invoices/read", post(invoices::read))
        .route("/returns", get(returns::list).post(returns::new::open))
        .route("/returns/new", get(returns::new::new))
        .route("/returns/{id}", get(returns::show).post(returns::act))
        .route("/persons", get(persons::person::list).post(persons::person::create))
        .route("/persons/new", get(persons::person::new))
        .route("/persons/{id}", get(persons::person::show).post(persons::person::change))
        .route("/persons/{id}/preview", post(persons::preview::begin))
        .route("/persons/{id}/privacy", get(persons::privacy::show))
        .route("/persons/{id}/export", get(persons::privacy::export))
        .route("/persons/{id}/erasure", post(persons::privacy::erase))
        .route("/persons/{id}/message-keys", post(persons::messages::issue))
        .route("/persons/{id}/message-keys/{key}/revoke", post(persons::messages::revoke))
        .route("/preview/end", post(persons::preview::end))
        .route("/customers/{id}/places", get(persons::places::show).post(persons::places::create))
        .route("/customers/{id}/contacts", post(persons::places::add_contact))
        .route("/customers/{id}/places/{place}", post(persons::places::change))
        .route("/customers/{id}/device-places/{device}", post(persons::places::put_device))
        .route("/licences", get(access::list))
        .route("/licences/{licence}/seats/{number}/free", post(access::free))
        .route("/requests", get(service_requests::list))
        .route("/requests/{id}", get(service_requests::show))
        .route("/requests/{id}/retry", post(service_requests::retry))
        .route("/requests/{id}/reread", post(service_requests::reread))
        .route("/requests/{id}/files/{file}", get(service_requests::file))
        .route("/work-orders", get(work_orders::list).post(work_orders::new::create))
        .route("/work-orders/new", get(work_orders::new::new))
        .route("/work-orders/parts", get(work_orders::parts::show).post(work_orders::parts::count))
        .route("/work-orders/{id}", get(work_orders::show).post(work_orders::act))
        .route("/work-orders/{id}/files/{file}", get(work_orders::file))
        .route("/staff", get(staff::accounts::list).post(staff::accounts::invite))
        .route("/staff/persons", post(staff::accounts::employ))
        .route("/staff/{id}/link", post(staff::accounts::new_link))
        .route("/staff/{id}/roles", post(staff::accounts::set_roles))
        .route("/staff/{id}/remove", post(staff::accounts::remove))
        .route("/api-keys", get(staff::api_keys::list).post(staff::api_keys::issue))
        .route("/api-keys/{id}/revoke", post(staff::api_keys::revoke))
        .route("/why", get(explain::why))
        .route("/sweeps", get(sync::sweeps::list).post(sync::sweeps::start))
        .route("/sweeps/{id}", get(sync::sweeps::show))
        .route("/sweeps/{id}/changes.csv", get(sync::sweeps::export))
        .route("/sweeps/{id}/apply", post(sync::sweeps::apply))
        .route("/sweeps/{id}/discard", post(sync::sweeps::discard))
        .route("/doctor", get(doctor::form).post(doctor::examine))
        .route("/systems", get(sync::systems::systems))
        .route("/systems/read", post(sync::systems::read_everything))
        .nest("/marketplaces", marketplace::routes())
        .merge(marketplace_platform::routes())
        .merge(storefront::routes())
        .route("/jobs/{id}/retry", post(sync::systems::retry))
        .route("/jobs/{id}/dismiss", post(sync::systems::dismiss))
        .route("/failed-jobs/kinds/{kind}/retry", post(sync::systems::retry_kind))
        .route("/failed-jobs/systems/{system}/retry", post(sync::systems::retry_system))
        .route("/systems/{system}/pause", post(sync::systems::pause))
        .route("/systems/{system}/resume", post(sync::systems::resume))
        .route("/registrations", get(persons::registrations::list))
        .route("/registrations/{id}", get(persons::registrations::show))
        .route("/registrations/{id}/approve", post(persons::registrations::approve))
        .route("/registrations/{id}/refuse", post(persons::registrations::refuse))
        .route("/persons/{id}/security", get(persons::security::show))
        .route("/persons/{id}/security/send-link", post(persons::security::send_link))
        .route("/persons/{id}/security/remove-factor", post(persons::security::remove_factor))
        .route("/persons/{id}/security/passkeys/{passkey}/remove", post(persons::security::remove_passkey))
        .route("/persons/{id}/security/sign-out", post(persons::security::sign_out))
        .route("/persons/{id}/security/sessions/{session}/end", post(persons::security::end_session))
        .merge(Routes::of(Rule::Link).route("/welcome/{token}", get(staff::welcome::form).post(staff::welcome::choose)))
        .merge(
            Routes::of(Rule::SignIn)
                .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
                .route("/sign-in/company", post(sign_in::at_company)),
        )
}

/// The chrome of a page for staff.
async fn chrome(app: &App, headers: &HeaderMap, uri: &Uri, staff: &Staff) -> Result<Chrome, PageError> {
    let state = app.hub.queries().console_state(PAGE_SIZE).await?;
    let number = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let may_see_alarms = staff.0.permissions.level(Area::Operations).is_some();
    Ok(Chrome {
        alarm: may_see_alarms.then(|| alarm::line(app, &state)).flatten(),
        open_reviews: number(state.reviews),
        registrations: number(state.registrations),
        portals: page::portal_links(&staff.0.portals, uri),
        closed: permissions::closed(&staff.0.permissions),
        read_only: !permissions::may_change(&staff.0.permissions, uri.path()),
        ..page::chrome(app, headers, uri, Some(staff.0.name.clone()))
    })
}

/// Redirects to a page with the result of an action. Errors of the hub are shown there, because they say what to do;
/// errors of the database get an error page.
fn back(app: &App, to: &str, outcome: Result<String, HubError>) -> Answer {
    let flash = match outcome {
        Ok(done) => Flash::done(done),
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => Flash::failed(presenter::sentence(&error.to_string())),
    };
    Ok(redirect_with(app, to, Some(&flash)))
}

/// Parses an id of the path. Invalid text is reported as not found.
fn id<Id: std::str::FromStr>(text: &str) -> Result<Id, PageError> {
    text.parse().map_err(|_| PageError::NOT_FOUND)
}

fn customer_url(id: CustomerId) -> String {
    format!("/console/customers/{id}")
}

fn device_url(display_id: &str) -> String {
    URLS.device(display_id)
}

fn record_url(key: &RecordKey) -> String {
    if key.system == tessera_core::marketplace_platform::SYSTEM {
        return format!("{}/{}", marketplace_platform::ACCOUNTS, key.external_id);
    }
    if key.kind == Kind::Account {
        return marketplace::account_url(key);
    }
    format!("/console/records/{}/{}/{}", key.system, key.kind, key.external_id)
}
