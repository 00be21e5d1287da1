//! Portals that have no workspace yet: sign-in, access rules, and a page that says so.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::access::Portal;
use tessera_core::persons::Person;
use tessera_hub::{PortalSession, StaffPerson};
use url::form_urlencoded;

use super::{NamedPortal, home};
use crate::auth::reauthenticate;
use crate::auth::session_cookie::{self, Kind};
use crate::pages::auth::{NotLetIn, Workspace};
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page, page_with};
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
    let customer_portal =
        app.hub.access_subject(&session, Portal::Customer).await?.is_some_and(|access| access.allowed);
    let chrome = chrome(&app, &headers, &uri, None);
    page(&app, &chrome, &workspace(portal, person, customer_portal))
}

fn workspace(portal: Portal, person: Person, customer_portal: bool) -> Workspace {
    Workspace {
        portal: portal.title().to_owned(),
        name: person.name,
        person_id: person.person_id,
        licence: person.licence.map_or("none", tessera_core::access::licence::LicenceType::as_str).to_owned(),
        sign_out_action: format!("{}/sign-out", home(portal)),
        customer_portal: customer_portal.then(|| home(Portal::Customer)),
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

fn nobody(app: &App, portal: Portal, headers: &HeaderMap, uri: &axum::http::Uri) -> Answer {
    let content = NotLetIn {
        portal: portal.title().to_owned(),
        title: "This sign-in is nobody's here".to_owned(),
        explanation: "It is not connected to a person yet. Sign in with your person id, or ask us for help.".to_owned(),
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
