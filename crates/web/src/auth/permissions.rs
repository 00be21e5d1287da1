//! Which permission each page of the console and each operation of the admin API needs. What the roles permit is in
//! `tessera_core::staff::permissions`.

use axum::extract::{MatchedPath, OriginalUri};
use axum::http::Method;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use tessera_core::staff::{Area, Level, Permission, Permissions};
use tessera_hub::HubError;

use crate::App;

/// The area of each address: the part of the path after `/console` or `/api/v1`.
const AREAS: &[(&str, Area)] = &[
    ("access", Area::Persons),
    ("api-keys", Area::Administration),
    ("boards", Area::Community),
    ("contacts", Area::Persons),
    ("customers", Area::Customers),
    ("device-form", Area::Devices),
    ("device-loads", Area::Devices),
    ("device-writes", Area::Devices),
    ("devices", Area::Devices),
    ("doctor", Area::Operations),
    ("failed-jobs", Area::Operations),
    ("inventory", Area::Devices),
    ("invitations", Area::Customers),
    ("invoices", Area::Customers),
    ("jobs", Area::Operations),
    ("licences", Area::Persons),
    ("marketplace-accounts", Area::Marketplace),
    ("marketplaces", Area::Marketplace),
    ("operations", Area::Marketplace),
    ("orders", Area::Marketplace),
    ("persons", Area::Persons),
    ("places", Area::Persons),
    ("products", Area::Marketplace),
    ("records", Area::Customers),
    ("registrations", Area::Persons),
    ("requesters", Area::Customers),
    ("requests", Area::Requests),
    ("returns", Area::Returns),
    ("reviews", Area::Customers),
    ("service-managers", Area::Marketplace),
    ("staff", Area::Administration),
    ("sweeps", Area::Operations),
    ("systems", Area::Operations),
    ("tickets", Area::Customers),
    ("why", Area::Customers),
    ("work-orders", Area::Requests),
];

/// Addresses of a person that show or erase everything about them: also what belongs to other areas.
const EVERYTHING_OF_A_PERSON: &[&str] = &["/persons/{id}/privacy", "/persons/{id}/export", "/persons/{id}/erasure"];

/// Addresses that every member of staff may use. The home page shows to each what their roles permit.
const EVERYBODY: &[&str] = &["/console", "/console/sign-out", "/console/preview/end"];

/// The address of the search for customers: the home page, with a query.
const SEARCH: &str = "/console?q=";

/// Forms that only ask something.
const QUESTIONS: &[&str] = &["/console/doctor", "/api/v1/doctor"];

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To be signed in.
    Nothing,
    /// A permission.
    Permission(Permission),
    /// The address belongs to no area, so nobody may use it. A test finds such addresses.
    Undecided,
}

/// What a request to a route of the console or the admin API needs. `path` is the route's, with parameters as `{…}`.
pub fn need(method: &Method, path: &str) -> Need {
    if EVERYBODY.contains(&path.trim_end_matches('/')) {
        return Need::Nothing;
    }
    let level = if method.is_safe() || QUESTIONS.contains(&path) { Level::Read } else { Level::Change };
    let below = path.strip_prefix("/console").or_else(|| path.strip_prefix("/api/v1"));
    let Some(below) = below else { return Need::Undecided };
    if EVERYTHING_OF_A_PERSON.contains(&below) {
        return Need::Permission(Permission { area: Area::Administration, level });
    }
    let area = match below.trim_start_matches('/').split('/').next() {
        Some(first) => AREAS.iter().find(|(name, _)| *name == first).map(|(_, area)| *area),
        None => None,
    };
    area.map_or(Need::Undecided, |area| Need::Permission(Permission { area, level }))
}

/// The permission that a caller lacks for a request; `Ok` if they lack none.
pub(super) fn check(parts: &Parts, held: &Permissions) -> Result<(), Option<Permission>> {
    let path = parts.extensions.get::<MatchedPath>().map_or(parts.uri.path(), MatchedPath::as_str);
    match need(&parts.method, path) {
        Need::Nothing => Ok(()),
        Need::Permission(wanted) if held.allow(wanted) => Ok(()),
        Need::Permission(wanted) => Err(Some(wanted)),
        Need::Undecided => Err(None),
    }
}

/// Whether a request changes a person who works in the console, without the permission to administer staff: with another e-mail
/// address or password link, a colleague could take over their account.
pub(super) async fn changes_colleague(app: &App, parts: &Parts, held: &Permissions) -> Result<bool, HubError> {
    let staff = Permission { area: Area::Administration, level: Level::Change };
    if parts.method.is_safe() || held.allow(staff) {
        return Ok(false);
    }
    let path = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri).path();
    let below = path.strip_prefix("/console/persons/").or_else(|| path.strip_prefix("/api/v1/persons/"));
    let Some(person) = below.and_then(|below| below.split('/').next()) else { return Ok(false) };
    let person = percent_decode_str(person).decode_utf8_lossy();
    app.hub.is_staff_person(&person).await
}

/// The addresses of the console whose pages the permissions do not open.
pub(crate) fn closed(held: &Permissions) -> Vec<String> {
    let shut = |area: &Area| held.level(*area).is_none();
    let closed = AREAS.iter().filter(|(_, area)| shut(area)).map(|(name, _)| format!("/console/{name}"));
    let search = shut(&Area::Customers).then(|| SEARCH.to_owned());
    search.into_iter().chain(closed).collect()
}

/// Whether the permissions let someone change what the page at this address shows.
pub(crate) fn may_change(held: &Permissions, path: &str) -> bool {
    match need(&Method::POST, path) {
        Need::Permission(wanted) => held.allow(wanted),
        Need::Nothing | Need::Undecided => true,
    }
}
