//! The customer portal. All pages are made from the hub's own data (`A16`), and every read is for a person: what the
//! person may not see is reported as not found.

pub(crate) mod access_denied;
pub(crate) mod attachments;
pub(crate) mod contacts;
mod devices;
pub(crate) mod forum;
pub(crate) mod identities;
pub(crate) mod invoices;
pub(crate) mod news;
pub(crate) mod profile;
pub(crate) mod returns;
pub(crate) mod search;
pub(crate) mod service_requests;
pub(crate) mod visitor;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::access::{Access, Portal};
use tessera_core::kernel::customer::SignIn;

use crate::auth::route_access::{Routes, Rule, get, post};
use crate::auth::session_cookie::{self, Kind};
use crate::locale::text;
use crate::pages::portal as view;
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page, page_with};
use crate::{App, auth};

pub(crate) use returns::{Offered as OfferedForReturn, ReturnForm as TypedReturn, ReturnFormError};

pub(crate) const HOME: &str = "/portal/customer";

/// The portal's routes, relative to `/portal/customer`.
pub(crate) fn routes() -> Routes {
    let signed_in = Routes::of(Rule::SignedIn)
        .route("/", get(devices::list))
        .route("/activation-link", post(devices::send_link))
        .route("/identities", get(identities::list))
        .route("/identities/confirm", post(identities::confirm))
        .route("/identities/add", post(identities::add))
        .route("/identities/{id}/remove", get(identities::confirm_removal).post(identities::remove));
    let way_out = Routes::of(Rule::SignIn).route("/sign-out", post(sign_out)).route("/signed-out", get(signed_out));
    Routes::of(Rule::CustomerPortal)
        .nest("/returns", returns::routes())
        .nest("/invoices", invoices::routes())
        .merge(devices::routes())
        .merge(signed_in)
        .merge(way_out)
        .merge(auth::inside())
        .merge(news::routes())
        .merge(attachments::routes())
        .merge(forum::routes())
        .merge(search::routes())
        .merge(profile::routes())
        .merge(contacts::routes())
        .merge(service_requests::routes())
}

/// The page shown to a user without access to the portal.
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

/// The name of the signed-in user in the page's header.
pub(crate) fn shown_as(sign_in: &SignIn) -> String {
    sign_in.name.clone().or_else(|| sign_in.email.clone()).unwrap_or_else(|| text!("portal-identities-list-signed-in"))
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
