//! The customer portal: "My devices" (`A15`, `A19`). Everything is read from the hub alone (`A16`).

mod access_denied;
pub(crate) mod attachments;
pub(crate) mod community;
pub(crate) mod contacts;
pub(crate) mod forum;
pub(crate) mod identities;
pub(crate) mod invoices;
pub(crate) mod news;
mod presenter;
pub(crate) mod profile;
pub(crate) mod returns;
pub(crate) mod search;
pub(crate) mod service_requests;
pub(crate) mod visitor;

use axum::extract::{FromRequestParts, OriginalUri, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::access::{Access, Portal};
use tessera_core::kernel::customer::SignIn;
use tessera_hub::{DevicesAnswer, Entry};

use crate::auth::caller::{InPortal, Session, previewed};
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::auth::session_cookie::{self, Kind};
use crate::pages::{Chrome, portal as view};
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page, page_with};
use crate::{App, auth};

pub(crate) use returns::{Offered as OfferedForReturn, ReturnForm as TypedReturn};

pub(crate) const HOME: &str = "/portal/customer";
/// How many requests a device's page lists.
const REQUESTS_OF_DEVICE: usize = 20;
/// How many times a device came and went that are shown on its page.
const TURNS_OF_DEVICE: usize = 50;

/// The portal's routes, below `/portal/customer`.
pub(crate) fn routes() -> Routes {
    let signed_in = Routes::of(Rule::SignedIn)
        .route("/", get(devices))
        .route("/identities", get(identities::list))
        .route("/identities/confirm", post(identities::confirm))
        .route("/identities/add", post(identities::add))
        .route("/identities/{id}/remove", get(identities::confirm_removal).post(identities::remove));
    let way_out = Routes::of(Rule::WayIn).route("/sign-out", post(sign_out)).route("/signed-out", get(signed_out));
    Routes::of(Rule::CustomerPortal)
        .route("/devices/{id}", get(device))
        .nest("/returns", returns::routes())
        .nest("/invoices", invoices::routes())
        .merge(signed_in)
        .merge(way_out)
        .merge(auth::inside())
        .merge(community::routes())
        .merge(service_requests::routes())
}

/// The portal's first page. Whoever has no person yet, or whose marketplace closed the account, reads here why there is nothing.
async fn devices(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    mut parts: Parts,
) -> Answer {
    if let Some(entry) = previewed(&parts, &app).await {
        return match entry? {
            (Entry::In(viewer), name) => {
                let answer = app.hub.devices_visible_to(&viewer).await?;
                devices_page(&app, &chrome(&app, &headers, &uri, Some(name)), &answer)
            }
            (Entry::Refused { access, .. }, name) => keep_out(&app, &headers, &uri, name, &access, Portal::Customer),
            (Entry::Nobody, _) => Err(PageError::NOT_FOUND),
        };
    }
    let session = match Session::from_request_parts(&mut parts, &app).await {
        Ok(Session(session)) => session,
        Err(sign_in) => return Ok(sign_in),
    };
    let sign_in = &session.sign_in;
    match app.hub.enter(&session).await? {
        Entry::Refused { access, inactive_why } if inactive_why.as_deref() != Some("account_deleted") => {
            return keep_out(&app, &headers, &uri, shown_as(sign_in), &access, Portal::Customer);
        }
        Entry::In(_) | Entry::Nobody | Entry::Refused { .. } => {}
    }
    let answer = app.hub.my_devices(sign_in).await?;
    devices_page(&app, &chrome(&app, &headers, &uri, Some(shown_as(sign_in))), &answer)
}

fn devices_page(app: &App, chrome: &Chrome, answer: &DevicesAnswer) -> Answer {
    match answer.reason {
        Some(reason) => page(app, chrome, &presenter::no_devices(answer, reason)),
        None => page(app, chrome, &presenter::devices(app, answer)),
    }
}

/// The page of somebody whom the rules keep out.
pub(crate) fn keep_out(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    shown_as: String,
    access: &Access,
    portal: Portal,
) -> Answer {
    page_with(
        app,
        &chrome(app, headers, uri, Some(shown_as)),
        &access_denied::words(access, portal),
        StatusCode::FORBIDDEN,
    )
}

async fn device(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let devices = app.hub.store.devices_visible_to(viewer.person).await?;
    // Looked for among the devices at the person's places only: another one does not exist here.
    let found = devices.iter().find(|(_, device)| device.external_id == id);
    let (_, device) = found.ok_or(PageError::NOT_FOUND)?;
    let history = app.hub.store.device_history(viewer.customer_id, &device.record(), TURNS_OF_DEVICE).await?;
    let theirs =
        app.hub.store.requests_of_device_visible_to(viewer.person, &device.system, &id, REQUESTS_OF_DEVICE).await?;
    let chrome = chrome(&app, &headers, &uri, Some(viewer.name));
    let requests =
        theirs.iter().map(|request| service_requests::presenter::line(&app, service_requests::HOME, request)).collect();
    page(&app, &chrome, &view::DeviceDetail { requests, ..presenter::device(&app, device, &history) })
}

/// What the page's corner calls whoever is signed in.
pub(crate) fn shown_as(sign_in: &SignIn) -> String {
    sign_in.name.clone().or_else(|| sign_in.email.clone()).unwrap_or_else(|| "Signed in".to_owned())
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(token) = session_cookie::read(&app, &headers, Kind::Customer) {
        app.hub.close_session(&token).await?;
    }
    let mut response = Redirect::to("/portal/customer/signed-out").into_response();
    append_cookie(&mut response, &session_cookie::removal(&app, Kind::Customer));
    Ok(response)
}

async fn signed_out(State(app): State<App>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Answer {
    let content = view::SignedOut { sign_in_url: format!("{HOME}/sign-in") };
    page(&app, &chrome(&app, &headers, &uri, None), &content)
}
