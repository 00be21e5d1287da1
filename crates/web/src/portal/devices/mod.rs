//! The page "My devices" (`A15`), or the reason why there are none (`A19`), and the page of a device.

mod documents;
mod presenter;

use axum::extract::{FromRequestParts, OriginalUri, Path, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use tessera_core::access::Portal;
use tessera_core::devices::Device;
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::actor::Actor;
use tessera_hub::{DevicesAnswer, Entry};

use super::{HOME, keep_out, service_requests, shown_as};
use crate::App;
use crate::activation;
use crate::auth::caller::{Customer, InPortal, Session, previewed};
use crate::auth::route_access::{Routes, Rule, get};
use crate::extract::client_addr::ClientAddr;
use crate::locale::text;
use crate::pages::{Chrome, Flash, portal as view};
use crate::respond::page::{Answer, PageError, chrome, chrome_of, page, portal_links, redirect_with};

/// Where the page of a person who is not activated asks for the activation link.
const LINK_URL: &str = "/portal/customer/activation-link";
/// Limit of requested links per client address and minute.
const LINKS_PER_CLIENT: u32 = 5;
/// Limit of requested links per mailbox within 15 minutes.
const LINKS_PER_MAILBOX: u32 = 2;

pub(super) fn routes() -> Routes {
    Routes::of(Rule::CustomerPortal)
        .route("/devices/{id}", get(device))
        .route("/devices/{id}/documents", get(documents::documents))
}

/// The portal's home page. It explains why it is empty to users without a person and to users whose marketplace has
/// closed the account.
pub(super) async fn list(
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
    let portals = match app.hub.enter(&session).await? {
        Entry::Refused { access, inactive_why } if inactive_why.as_deref() != Some("account_deleted") => {
            return keep_out(&app, &headers, &uri, shown_as(sign_in), &access, Portal::Customer);
        }
        Entry::In(viewer) => portal_links(&viewer.portals, &uri),
        Entry::Nobody | Entry::Refused { .. } => Vec::new(),
    };
    let answer = app.hub.my_devices(sign_in).await?;
    let chrome = Chrome { portals, ..chrome(&app, &headers, &uri, Some(shown_as(sign_in))) };
    devices_page(&app, &chrome, &answer)
}

fn devices_page(app: &App, chrome: &Chrome, answer: &DevicesAnswer) -> Answer {
    match answer.reason {
        Some(reason) => page(app, chrome, &presenter::no_devices(answer, reason)),
        None => page(app, chrome, &presenter::devices(app, answer)),
    }
}

/// Has the activation link sent to the address that the service desk has. The response is the same whether or not a link
/// is sent, so that it reveals nothing about an address that was not verified.
pub(super) async fn send_link(
    State(app): State<App>,
    Customer(sign_in): Customer,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
) -> Answer {
    let now = app.hub.env.now();
    if app.throttle.failed(&format!("activation link {}", address.network()), now).await > LINKS_PER_CLIENT {
        return activation::refused(&app, &headers, &uri).show(ActivationError::TooManyAttempts);
    }
    if let Some(requester) = app.hub.requester_to_invite(&sign_in).await? {
        let mailbox = format!("activation link to {requester}");
        if app.slow_throttle.failed(&mailbox, now).await <= LINKS_PER_MAILBOX {
            app.hub.ask_invitation(&requester, Actor::Customer).await?;
        }
    }
    let flash = Flash::done(text!("portal-link-sent"));
    Ok(redirect_with(&app, HOME, Some(&flash)))
}

async fn device(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let own = app.hub.queries().own_device(&viewer, &id).await?.ok_or(PageError::NOT_FOUND)?;
    let chrome = chrome_of(&app, &headers, &uri, &viewer);
    let line = |request| service_requests::presenter::line(&app, service_requests::HOME, request);
    let requests = own.requests.iter().map(line).collect();
    page(&app, &chrome, &view::DeviceDetail { requests, ..presenter::device(&app, &own.device, &own.history) })
}

fn device_url(device: &Device) -> String {
    format!("{HOME}/devices/{}", device.external_id)
}
