//! Portals without work for the person: those that have no workspace yet, and those of the operating company for a
//! customer's person.

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::access::{Portal, Worker};
use tessera_hub::{PortalSession, StaffPerson};
use url::form_urlencoded;

use super::{NamedPortal, home};
use crate::auth::reauthenticate;
use crate::auth::session_cookie::{self, Kind};
use crate::locale::{portal_title, text};
use crate::pages::Chrome;
use crate::pages::auth::{Emptiness, NotLetIn, Workspace};
use crate::respond::page::{Answer, PageError, append_cookie, chrome, chrome_of_person, page, page_with, portal_links};
use crate::{App, portal};

pub(crate) async fn show(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let Some(session) = session_of(&app, &headers).await? else { return Ok(to_sign_in(portal)) };
    let person = reauthenticate::person_of(&app, &session).await?;
    let (Some(person), Some(access)) = (person, app.hub.access_subject(&session, portal).await?) else {
        return nobody(&app, portal, &headers, &uri);
    };
    if !access.allowed {
        return portal::keep_out(&app, &headers, &uri, person.name, &access, portal);
    }
    if portal == Portal::SmartClient && app.hub.staff_person(&session).await? != StaffPerson::NoStaff {
        return Ok(Redirect::to("/console").into_response());
    }
    let around = Chrome { signed_in: None, ..chrome_of_person(&app, &headers, &uri, &person).await };
    page(&app, &around, &empty(portal, person.name, person.person_id, Emptiness::NotBuilt))
}

/// The page of a portal for a customer's person: the work behind it is the operating company's.
pub(super) fn guest(app: &App, headers: &HeaderMap, uri: &Uri, portal: Portal, guest: &Worker) -> Answer {
    let around = Chrome { portals: portal_links(&guest.portals, uri), ..chrome(app, headers, uri, None) };
    page(app, &around, &empty(portal, guest.name.clone(), guest.person_id.clone(), Emptiness::NotTheirs))
}

fn empty(portal: Portal, name: String, person_id: String, why: Emptiness) -> Workspace {
    Workspace {
        portal: portal_title(portal),
        name,
        person_id,
        why,
        sign_out_action: format!("{}/sign-out", home(portal)),
    }
}

async fn session_of(app: &App, headers: &HeaderMap) -> Result<Option<PortalSession>, PageError> {
    match session_cookie::read(app, headers, Kind::Customer) {
        Some(token) => Ok(app.hub.portal_session(&token).await?),
        None => Ok(None),
    }
}

fn to_sign_in(portal: Portal) -> Response {
    let home = home(portal);
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &home).finish();
    Redirect::to(&format!("{home}/sign-in?{query}")).into_response()
}

/// The page for a sign-in that is not connected to a person.
pub(super) fn nobody(app: &App, portal: Portal, headers: &HeaderMap, uri: &Uri) -> Answer {
    let content = NotLetIn {
        portal: portal_title(portal),
        title: text!("auth-nobody"),
        explanation: text!("auth-nobody-why"),
        sign_in_url: format!("{}/sign-in", home(portal)),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, axum::http::StatusCode::FORBIDDEN)
}

pub(crate) async fn sign_out(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if let Some(token) = session_cookie::read(&app, &headers, Kind::Customer) {
        app.hub.close_session(&token).await?;
    }
    let mut response = Redirect::to(&format!("{}/sign-in", home(portal))).into_response();
    append_cookie(&mut response, &session_cookie::removal(&app, Kind::Customer));
    Ok(response)
}
