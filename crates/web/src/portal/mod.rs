//! The customer portal: "My devices" (`A15`, `A19`). Everything is read from the hub alone (`A16`).

pub(crate) mod community;
pub(crate) mod identities;
mod kept_out;
mod returns;
mod words;

use axum::Router;
use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use tessera_core::access::{Access, Portal};
use tessera_core::customer::SignIn;
use tessera_core::invitation::Refusal;
use tessera_hub::{Entry, Purpose};

use crate::App;
use crate::access::{InPortal, Session};
use crate::activation::providers;
use crate::page::{Answer, PageError, append_cookie, chrome, page, page_with};
use crate::session::{self, Kind};
use crate::sign_in::{BeginFailed, begin};
use crate::view::portal as view;

const HOME: &str = "/portal/customer";

/// The portal's routes, below `/portal/customer`.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(devices))
        .route("/devices/{id}", get(device))
        .route("/identities", get(identities::list))
        .route("/identities/confirm", post(identities::confirm))
        .route("/identities/add", post(identities::add))
        .route("/identities/{id}/remove", get(identities::confirm_removal).post(identities::remove))
        .nest("/returns", returns::routes())
        .route("/sign-in", get(sign_in_page).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/signed-out", get(signed_out))
        .merge(community::routes())
}

/// The portal's first page. Whoever has no person yet, or whose marketplace closed the account, reads here why there is nothing.
async fn devices(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let sign_in = &session.sign_in;
    match app.hub.enter(sign_in, Portal::Customer).await? {
        Entry::Refused { access, inactive_why } if inactive_why.as_deref() != Some("account_deleted") => {
            return keep_out(&app, &headers, &uri, shown_as(sign_in), &access, Portal::Customer);
        }
        Entry::In(_) | Entry::Nobody | Entry::Refused { .. } => {}
    }
    let answer = app.hub.my_devices(sign_in).await?;
    let chrome = chrome(&app, &headers, &uri, Some(shown_as(sign_in)));
    match answer.reason {
        Some(reason) => page(&app, &chrome, &words::no_devices(&answer, reason)),
        None => page(&app, &chrome, &words::devices(&app, &answer)),
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
    page_with(app, &chrome(app, headers, uri, Some(shown_as)), &kept_out::words(access, portal), StatusCode::FORBIDDEN)
}

async fn device(
    State(app): State<App>,
    InPortal(viewer): InPortal,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let devices = app.hub.store.devices_in_places(viewer.person).await?;
    // Looked for among the devices at the person's places only: another one does not exist here.
    let found = devices.iter().find(|(_, device)| device.external_id == id);
    let (_, device) = found.ok_or(PageError::NOT_FOUND)?;
    let timeline = app.hub.store.timeline(viewer.customer_id, None, 200).await?;
    let chrome = chrome(&app, &headers, &uri, Some(viewer.name));
    page(&app, &chrome, &words::device(&app, device, &timeline))
}

/// What the page's corner calls whoever is signed in.
pub(crate) fn shown_as(sign_in: &SignIn) -> String {
    sign_in.name.clone().or_else(|| sign_in.email.clone()).unwrap_or_else(|| "Signed in".to_owned())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct SignInForm {
    provider: Option<String>,
    return_to: Option<String>,
}

async fn sign_in_page(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(form): Query<SignInForm>,
) -> Answer {
    show_sign_in(&app, &headers, &uri, form.return_to.as_deref(), None, StatusCode::OK)
}

fn show_sign_in(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    return_to: Option<&str>,
    notice: Option<&str>,
    status: StatusCode,
) -> Answer {
    let content = view::SignIn {
        action: format!("{HOME}/sign-in"),
        providers: providers(app),
        return_to: return_to.map(inside),
        notice: notice.map(ToOwned::to_owned),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}

async fn sign_in(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Answer {
    let purpose = Purpose::Portal { return_to: inside(form.return_to.as_deref().unwrap_or(HOME)) };
    match begin(&app, &headers, form.provider.as_deref(), purpose, false).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(refusal)) => sign_in_failed(&app, &headers, &uri, refusal),
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// The sign-in page again, with what went wrong.
pub(crate) fn sign_in_failed(app: &App, headers: &HeaderMap, uri: &Uri, refusal: Refusal) -> Answer {
    let (notice, status) = match refusal {
        Refusal::SignInCancelled => ("You turned back before signing in. You can start again here.", StatusCode::OK),
        Refusal::ProviderUnavailable => {
            ("The sign-in service does not answer right now. Try again in a minute.", StatusCode::SERVICE_UNAVAILABLE)
        }
        _ => ("The sign-in could not be verified. Start again here.", StatusCode::FORBIDDEN),
    };
    show_sign_in(app, headers, uri, None, Some(notice), status)
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageError> {
    if let Some(token) = session::read(&app, &headers, Kind::Customer) {
        app.hub.close_session(&token).await?;
    }
    let mut response = Redirect::to("/portal/customer/signed-out").into_response();
    append_cookie(&mut response, &session::removal(&app, Kind::Customer));
    Ok(response)
}

async fn signed_out(State(app): State<App>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Answer {
    let content = view::SignedOut { sign_in_url: format!("{HOME}/sign-in") };
    page(&app, &chrome(&app, &headers, &uri, None), &content)
}

/// A path of this site; anything else leads home. `//host` and `/\host` are other sites to a browser.
fn inside(path: &str) -> String {
    let second = path.as_bytes().get(1);
    let safe = path.starts_with('/') && !matches!(second, Some(b'/' | b'\\')) && !path.chars().any(char::is_control);
    if safe { path.to_owned() } else { HOME.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn return_addresses_stay_on_this_site() {
        assert_eq!(inside("/portal/customer/devices/4"), "/portal/customer/devices/4");
        for elsewhere in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/a\nb"] {
            assert_eq!(inside(elsewhere), "/portal/customer", "{elsewhere}");
        }
    }
}
