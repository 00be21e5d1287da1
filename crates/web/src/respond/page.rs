//! Responses with pages.

use std::sync::LazyLock;

use axum::extract::OriginalUri;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::Cookie;
use tessera_core::access::{Portal, Viewer};
use tessera_core::persons::Person;
use tessera_hub::{HubError, PortalSession, StoreError, random_token};

use crate::auth::session_cookie::{self, Kind};
use crate::auth::{self, preview};
use crate::middleware::form_once::not_carried_out;
use crate::middleware::request_id::ServiceRequestId;
use crate::pages::{self, Chrome, Flash, Page, PortalLink, Support};
use crate::{App, Problem, locale};

/// The result of a handler of pages.
pub type Answer = Result<Response, PageError>;

/// An error that the reader sees as an error page.
#[derive(Debug)]
pub struct PageError(pub StatusCode);

impl PageError {
    /// Nothing exists at this address.
    pub const NOT_FOUND: Self = Self(StatusCode::NOT_FOUND);
}

impl PageError {
    /// The response to a form that was sent in a preview by staff.
    pub(crate) fn read_only_preview(self) -> Response {
        let mut response = self.into_response();
        response.extensions_mut().insert(Because::InPreview);
        response
    }

    /// The response to a member of staff who signed in with a password alone.
    pub(crate) fn needs_second_factor(self) -> Response {
        let mut response = self.into_response();
        response.extensions_mut().insert(Because::NeedsSecondFactor);
        response
    }

    /// The response to a member of staff whose roles do not permit the request.
    pub(crate) fn not_permitted(self) -> Response {
        let mut response = self.into_response();
        response.extensions_mut().insert(Because::NotPermitted);
        response
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        // `middleware::error_pages` adds the page, because it has access to the request.
        let mut response = self.0.into_response();
        response.extensions_mut().insert(NeedsPage);
        response
    }
}

/// Marks a response that has a status, but no page yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NeedsPage;

/// Why a request was refused, if its status alone does not say enough.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Because {
    /// A form was sent in a preview by staff, which is read-only.
    InPreview,
    /// The roles of the member of staff do not permit it.
    NotPermitted,
    /// The member of staff signed in with a password alone.
    NeedsSecondFactor,
}

impl From<HubError> for PageError {
    fn from(error: HubError) -> Self {
        Self(StatusCode::from_u16(Problem::from(error).status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        HubError::from(error).into()
    }
}

impl From<pages::RenderError> for PageError {
    fn from(error: pages::RenderError) -> Self {
        tracing::error!(%error, "a page cannot be rendered");
        Self(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// The chrome (header and footer) of a page for this request.
pub fn chrome(app: &App, headers: &HeaderMap, uri: &Uri, signed_in: Option<String>) -> Chrome {
    let brand = &app.hub.config.brand;
    let support = Support { email: brand.support_email.clone(), phone: brand.support_phone.clone() };
    Chrome {
        help_url: brand.help_url.clone(),
        signed_in,
        flash: session_cookie::read(app, headers, Kind::Flash).and_then(|text| read_flash(&text)),
        preview: uri.path().starts_with("/portal/customer") && preview::person(app, headers).is_some(),
        // Random, because a password can be part of what it is hashed with.
        form_key: Some(random_token()),
        languages: locale::links(),
        ..Chrome::new(brand.name.clone(), support, uri.path(), app.hub.env.now())
    }
}

/// The chrome of a page of the customer portal.
pub(crate) fn chrome_of(app: &App, headers: &HeaderMap, uri: &Uri, viewer: &Viewer) -> Chrome {
    Chrome { portals: portal_links(&viewer.portals, uri), ..chrome(app, headers, uri, Some(viewer.name.clone())) }
}

/// The chrome of a page for a session, whether or not it belongs to a person. The menu is not worth an error page.
pub(crate) async fn chrome_of_session(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    session: &PortalSession,
    name: String,
) -> Chrome {
    let open = app.hub.portals_of(&session.sign_in.identity).await.unwrap_or_default();
    Chrome { portals: portal_links(&open, uri), ..chrome(app, headers, uri, Some(name)) }
}

/// The chrome of a page for a person who is signed in. The menu is not worth an error page, least of all in the place of
/// recovery codes that are shown once.
pub(crate) async fn chrome_of_person(app: &App, headers: &HeaderMap, uri: &Uri, person: &Person) -> Chrome {
    let open = app.hub.portals_of_person(person.id).await.unwrap_or_default();
    Chrome { portals: portal_links(&open, uri), ..chrome(app, headers, uri, Some(person.name.clone())) }
}

/// The menu of the open portals on a page at this address.
pub(crate) fn portal_links(portals: &[Portal], uri: &Uri) -> Vec<PortalLink> {
    let here = portal_at(uri.path());
    let link = |portal: &Portal| PortalLink {
        title: locale::portal_title(*portal),
        url: auth::home(*portal),
        current: here == Some(*portal),
    };
    portals.iter().map(link).collect()
}

/// The start page of the console or of a portal other than the customer portal, for a path in it.
pub(crate) fn home_of(path: &str) -> Option<String> {
    match portal_at(path)? {
        Portal::Customer => None,
        Portal::SmartClient if path.starts_with("/console") => Some("/console".to_owned()),
        portal => Some(auth::home(portal)),
    }
}

/// The portal that a path belongs to. The console is the SMART Client (`P16`).
pub(crate) fn portal_at(path: &str) -> Option<Portal> {
    if path.starts_with("/console") {
        return Some(Portal::SmartClient);
    }
    Portal::parse(path.strip_prefix("/portal/")?.split('/').next()?)
}

/// Renders a page. A flash message that it shows is removed.
pub fn page<P: Page>(app: &App, chrome: &Chrome, content: &P) -> Answer {
    page_with(app, chrome, content, StatusCode::OK)
}

/// Renders a page with a given status.
pub fn page_with<P: Page>(app: &App, chrome: &Chrome, content: &P, status: StatusCode) -> Answer {
    let html = app.renderer.page(content, chrome)?;
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if chrome.flash.is_some() {
        append_cookie(&mut response, &session_cookie::removal(app, Kind::Flash));
    }
    Ok(response)
}

/// Redirects to another page, with a message to show there. If it says that the request failed, the form was not carried
/// out, and may be sent again.
pub fn redirect_with(app: &App, to: &str, flash: Option<&Flash>) -> Response {
    let mut response = Redirect::to(to).into_response();
    let Some(flash) = flash else { return response };
    append_cookie(&mut response, &session_cookie::cookie(app, Kind::Flash, write_flash(flash)));
    if flash.is_failure() { not_carried_out(response) } else { response }
}

/// Adds a cookie to a response.
pub fn append_cookie(response: &mut Response, cookie: &Cookie<'_>) {
    if let Ok(value) = HeaderValue::from_str(&cookie.encoded().to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Encodes a flash message for its cookie, so that a reload does not show it again. Users could forge the cookie, but
/// only see it themselves.
fn write_flash(flash: &Flash) -> String {
    use base64::Engine as _;
    let tone = match flash.tone {
        pages::Tone::Bad => "!",
        pages::Tone::Warn => "~",
        pages::Tone::Good | pages::Tone::Plain => "+",
    };
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("{tone}{}", flash.text))
}

fn read_flash(cookie: &str) -> Option<Flash> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(cookie).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    match text.split_at_checked(1)? {
        ("!", text) => Some(Flash::failed(text)),
        ("~", text) => Some(Flash::partly(text)),
        ("+", text) => Some(Flash::done(text)),
        _ => None,
    }
}

/// The page for a request that failed.
pub(crate) fn problem_page(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    status: StatusCode,
    id: &ServiceRequestId,
    because: Option<Because>,
) -> Response {
    let home = home_of(uri.path()).unwrap_or_else(|| "/".to_owned());
    let content = match because {
        Some(Because::InPreview) => {
            pages::problem::Problem::read_only_preview(id.0.clone()).with_home("/portal/customer")
        }
        Some(Because::NotPermitted) => pages::problem::Problem::not_permitted(id.0.clone()).with_home(&home),
        Some(Because::NeedsSecondFactor) => {
            pages::problem::Problem::needs_second_factor(id.0.clone()).with_home("/portal/customer/second-factor")
        }
        None => pages::problem::Problem::of(status.as_u16(), id.0.clone()).with_home(&home),
    };
    let chrome = chrome(app, headers, uri, None);
    page_with(app, &chrome, &content, status).unwrap_or_else(|_| status.into_response())
}

/// Response 404: nothing exists at this address. If only the slash at its end is too much, the client is sent to the
/// address without it, with the same method and body.
pub(crate) async fn not_found(OriginalUri(uri): OriginalUri) -> Response {
    if let Some(to) = without_slash(&uri) {
        return Redirect::permanent(&to).into_response();
    }
    if ["/api/", "/hooks/", "/b2c/"].iter().any(|face| uri.path().starts_with(face)) {
        return Problem::not_found(format!("there is nothing at {}", uri.path())).into_response();
    }
    PageError::NOT_FOUND.into_response()
}

/// The address of a route without the slash at its end. Only known routes count, so the result never names another
/// host, as `//host` would.
fn without_slash(uri: &Uri) -> Option<String> {
    static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| crate::routes().into_iter().map(|it| it.path).collect());
    let path = uri.path().strip_suffix('/')?.trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    PATHS.iter().any(|template| fits(template, path)).then(|| format!("{path}{query}"))
}

fn fits(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    let alike = |(known, found): (&&str, &&str)| known == found || known.starts_with('{') && !found.is_empty();
    template.len() == path.len() && template.iter().zip(&path).all(alike)
}

/// Response 405: the address exists, but not with this method.
pub(crate) async fn method_not_allowed(method: Method, OriginalUri(uri): OriginalUri) -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    if ["/api/", "/hooks/", "/b2c/"].iter().any(|face| uri.path().starts_with(face)) {
        return Problem::new(status, "method_not_allowed", format!("{} does not accept {method}", uri.path()))
            .into_response();
    }
    PageError(status).into_response()
}
