//! The staff console, `/console`: search, the record and the systems around it, invitations, reviews, systems (`H01`, `H03`, `H05`, `H06`).
//!
//! Every handler that shows or changes something takes [`Staff`]: without a session there is nothing but the sign-in page.

mod boards;
mod choose;
mod compare;
mod customer;
mod devices;
mod doctor;
mod find;
mod invitations;
mod invoices;
mod licences;
mod links;
mod marketplaces;
mod persons;
mod places;
mod preview;
mod records;
mod registrations;
mod requests;
mod returns;
mod review;
mod search;
mod security;
mod sign_in;
mod sweeps;
mod systems;
mod why;
mod words;

use axum::http::{HeaderMap, Uri};
use tessera_core::kernel::ids::{AssetWriteId, CustomerId};
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::HubError;

use crate::App;
use crate::access::Staff;
use crate::page::{self, Answer, PageError, redirect_with};
use crate::routes::{Routes, Rule, get, post};
use crate::view::{Chrome, Flash};

pub(crate) use words::sentence;

/// The most of anything that one page lists.
const MOST: usize = 50;

/// The console's routes, below `/console`.
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Staff)
        .route("/", get(search::search))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/customers/{id}", get(customer::customer))
        .route("/customers/{id}/assign", post(customer::assign))
        .route("/customers/{id}/invite", post(customer::invite))
        .route("/customers/{id}/reread", post(customer::reread))
        .route("/customers/{id}/links/{link}/unlink", post(customer::unlink))
        .route("/records/{system}/{kind}/{id}", get(records::record))
        .route("/records/{system}/{kind}/{id}/invite", post(records::invite))
        .route("/records/{system}/{kind}/{id}/withdraw", post(records::withdraw))
        .route("/records/{system}/{kind}/{id}/reread", post(records::reread))
        .route("/devices", post(devices::create))
        .route("/devices/new", get(devices::new))
        .route("/devices/{id}", get(devices::device))
        .route("/devices/{id}/hand", post(devices::hand))
        .route("/devices/{id}/reread", post(devices::reread))
        .route("/device-writes/{id}", get(devices::write))
        .route("/device-writes/{id}/cancel", post(devices::cancel))
        .route("/boards", get(boards::list))
        .route("/boards/new", get(boards::fresh).post(boards::create))
        .route("/boards/{id}", get(boards::form).post(boards::update))
        .route("/boards/posts/{id}", get(boards::post).post(boards::decide))
        .route("/boards/posts/{id}/topic", post(boards::decide_topic))
        .route("/boards/posts/{id}/mute", post(boards::mute))
        .route("/reviews", get(review::list))
        .route("/reviews/{id}", get(review::review).post(review::decide))
        .route("/invoices", get(invoices::list))
        .route("/invoices/read", post(invoices::read))
        .route("/returns", get(returns::list).post(returns::new::open))
        .route("/returns/new", get(returns::new::new))
        .route("/returns/{id}", get(returns::show).post(returns::act))
        .route("/persons", get(persons::list).post(persons::create))
        .route("/persons/new", get(persons::new))
        .route("/persons/{id}", get(persons::show).post(persons::change))
        .route("/persons/{id}/preview", post(preview::begin))
        .route("/preview/end", post(preview::end))
        .route("/customers/{id}/places", get(places::show).post(places::create))
        .route("/customers/{id}/contacts", post(places::add_contact))
        .route("/customers/{id}/places/{place}", post(places::change))
        .route("/customers/{id}/device-places/{device}", post(places::put_device))
        .route("/licences", get(licences::list))
        .route("/licences/{licence}/seats/{number}/free", post(licences::free))
        .route("/requests", get(requests::list))
        .route("/requests/{id}", get(requests::show))
        .route("/requests/{id}/retry", post(requests::retry))
        .route("/requests/{id}/reread", post(requests::reread))
        .route("/requests/{id}/files/{file}", get(requests::file))
        .route("/why", get(why::why))
        .route("/sweeps", get(sweeps::list).post(sweeps::start))
        .route("/sweeps/{id}", get(sweeps::show))
        .route("/sweeps/{id}/changes.csv", get(sweeps::export))
        .route("/sweeps/{id}/apply", post(sweeps::apply))
        .route("/sweeps/{id}/discard", post(sweeps::discard))
        .route("/doctor", get(doctor::form).post(doctor::examine))
        .route("/systems", get(systems::systems))
        .route("/systems/read", post(systems::read_everything))
        .nest("/marketplaces", marketplaces::routes())
        .route("/jobs/{id}/retry", post(systems::retry))
        .route("/registrations", get(registrations::list))
        .route("/registrations/{id}", get(registrations::show))
        .route("/registrations/{id}/approve", post(registrations::approve))
        .route("/registrations/{id}/refuse", post(registrations::refuse))
        .route("/persons/{id}/security", get(security::show))
        .route("/persons/{id}/security/send-link", post(security::send_link))
        .route("/persons/{id}/security/remove-factor", post(security::remove_factor))
        .route("/persons/{id}/security/passkeys/{passkey}/remove", post(security::remove_passkey))
        .route("/persons/{id}/security/sign-out", post(security::sign_out))
        .route("/persons/{id}/security/sessions/{session}/end", post(security::end_session))
        .merge(Routes::of(Rule::WayIn).route("/sign-in", get(sign_in::form).post(sign_in::sign_in)))
}

/// What surrounds a page that a member of staff sees.
async fn chrome(app: &App, headers: &HeaderMap, uri: &Uri, staff: &Staff) -> Result<Chrome, PageError> {
    let open = app.hub.store.open_reviews(MOST).await?.len();
    let open_reviews = u32::try_from(open).unwrap_or(u32::MAX);
    let waiting = app.hub.store.registrations_waiting(MOST).await?.len();
    let registrations = u32::try_from(waiting).unwrap_or(u32::MAX);
    Ok(Chrome { open_reviews, registrations, ..page::chrome(app, headers, uri, Some(staff.0.name.clone())) })
}

/// Back to a page with what came of an action. What the hub refuses says itself what to do; trouble with our own database is a page.
fn back(app: &App, to: &str, outcome: Result<String, HubError>) -> Answer {
    let flash = match outcome {
        Ok(done) => Flash::done(done),
        Err(error @ HubError::Store(_)) => return Err(error.into()),
        Err(error) => Flash::failed(words::sentence(&error.to_string())),
    };
    Ok(redirect_with(app, to, Some(&flash)))
}

/// An id out of a path; text that is none names nothing.
fn id<Id: std::str::FromStr>(text: &str) -> Result<Id, PageError> {
    text.parse().map_err(|_| PageError::NOT_FOUND)
}

fn customer_url(id: CustomerId) -> String {
    format!("/console/customers/{id}")
}

fn device_url(display_id: &str) -> String {
    format!("/console/devices/{display_id}")
}

fn write_url(id: AssetWriteId) -> String {
    format!("/console/device-writes/{id}")
}

fn record_url(key: &RecordKey) -> String {
    if key.kind == Kind::Account {
        return marketplaces::account_url(key);
    }
    format!("/console/records/{}/{}/{}", key.system, key.kind, key.external_id)
}
