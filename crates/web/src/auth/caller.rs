//! Extractors for the caller. A handler gets its caller only through them, so it cannot skip the check.

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::access::{Portal, Viewer, Worker};
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::messages::Sender;
use tessera_core::staff::{Area, Level, Permission};
use tessera_hub::ports::{BearerClaims, BearerError};
use tessera_hub::{Ctx, Entry, IdempotencyKey, PortalSession, StaffMember, StaffPerson, WorkEntry};
use url::form_urlencoded;

use crate::auth::session_cookie::{self, Kind};
use crate::auth::{self, permissions, preview, workspace};
use crate::extract::uploads;
use crate::middleware::form_once::not_carried_out;
use crate::respond::page::portal_at;
use crate::{App, PageError, Problem, locale, portal};

/// A customer with a session. Without one, redirects to the portal's sign-in.
#[derive(Debug, Clone)]
pub struct Customer(pub SignIn);

impl FromRequestParts<App> for Customer {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Session::from_request_parts(parts, app).await.map(|Session(session)| Self(session.sign_in))
    }
}

/// A customer with their session's id and age.
#[derive(Debug, Clone)]
pub struct Session(pub PortalSession);

impl FromRequestParts<App> for Session {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        match session_of(app, &parts.headers).await {
            Ok(Some(session)) => Ok(Self(session)),
            Ok(None) => Err(to_sign_in(parts, "/portal/customer")),
            Err(error) => Err(error.into_response()),
        }
    }
}

/// The customer's session of a browser.
pub(crate) async fn session_of(app: &App, headers: &HeaderMap) -> Result<Option<PortalSession>, PageError> {
    match session_cookie::read(app, headers, Kind::Customer) {
        Some(token) => {
            let session = app.hub.portal_session(&token).await?;
            if let Some(session) = &session {
                locale::prefer(&session.preferences);
            }
            Ok(session)
        }
        None => Ok(None),
    }
}

/// A person with access to the customer portal, checked by the rules at every request (`P08`, `P13`).
///
/// Without a session, redirects to sign-in; without access, shows the page with the reason. A sign-in that belongs to
/// no person is redirected to the portal's home page, which explains it.
#[derive(Debug, Clone)]
pub struct InPortal(pub Viewer);

impl FromRequestParts<App> for InPortal {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let (entry, shown_as) = match previewed(parts, app).await {
            // A preview is read-only.
            Some(Ok((Entry::In(_), _))) if !parts.method.is_safe() => {
                return Err(PageError(StatusCode::FORBIDDEN).read_only_preview());
            }
            Some(looked) => looked.map_err(IntoResponse::into_response)?,
            None => {
                let Session(session) = Session::from_request_parts(parts, app).await?;
                let entry = app.hub.enter(&session).await;
                (entry.map_err(|error| PageError::from(error).into_response())?, portal::shown_as(&session.sign_in))
            }
        };
        match entry {
            Entry::In(viewer) => {
                parts.extensions.insert(uploads::Sender(viewer.person));
                Ok(Self(viewer))
            }
            Entry::Nobody => Err(not_carried_out(Redirect::to("/portal/customer").into_response())),
            Entry::Refused { access, .. } => {
                let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
                Err(portal::keep_out(app, &parts.headers, uri, shown_as, &access, Portal::Customer).into_response())
            }
        }
    }
}

/// A person of the operating company with access to the portal that the path begins with, checked by the rules at every
/// request (`P05`).
///
/// Without a session, redirects to sign-in; without access, shows the page with the reason. A customer's person may have
/// access too: what the company works on is not theirs to see (`P08`), so the portal is empty for them.
#[derive(Debug, Clone)]
pub struct AtWork(pub Worker);

impl FromRequestParts<App> for AtWork {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
        let portal = portal_at(uri.path()).ok_or_else(|| PageError::NOT_FOUND.into_response())?;
        let home = auth::home(portal);
        let session = session_of(app, &parts.headers).await.map_err(IntoResponse::into_response)?;
        let Some(session) = session else { return Err(to_sign_in(parts, &home)) };
        let entry = app.hub.enter_work(&session, portal).await;
        let answer = match entry.map_err(|error| PageError::from(error).into_response())? {
            WorkEntry::In(worker) => return Ok(Self(worker)),
            WorkEntry::Guest(_) if uri.path() != home => {
                return Err(not_carried_out(Redirect::to(&home).into_response()));
            }
            WorkEntry::Guest(guest) => workspace::guest(app, &parts.headers, uri, portal, &guest),
            WorkEntry::Refused { name, access } => portal::keep_out(app, &parts.headers, uri, name, &access, portal),
            WorkEntry::Nobody => workspace::nobody(app, portal, &parts.headers, uri),
        };
        Err(answer.into_response())
    }
}

/// The person's view and name in a preview by staff (`P14`); `None` outside a preview.
pub(crate) async fn previewed(parts: &Parts, app: &App) -> Option<Result<(Entry, String), PageError>> {
    let person = preview::person(app, &parts.headers)?;
    let look = async || {
        let StaffPerson::Member(staff) = staff_member(app, &parts.headers).await? else { return Ok(None) };
        let name = app.hub.queries().person(person).await?.map(|person| person.name).unwrap_or_default();
        Ok(Some((app.hub.preview_as(person, &staff.login).await?, name)))
    };
    look().await.transpose()
}

/// A member of staff with a session, whose roles permit the request. Without a session, redirects to the console's sign-in.
#[derive(Debug, Clone)]
pub struct Staff(pub StaffMember);

impl Staff {
    /// The actor.
    pub fn actor(&self) -> Actor {
        Actor::staff(self.0.login.clone())
    }

    /// The context of the console.
    pub fn ctx(&self) -> Ctx {
        Ctx::new(self.actor(), Channel::Console)
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let member = match staff_member(app, &parts.headers).await.map_err(IntoResponse::into_response)? {
            StaffPerson::Member(member) => member,
            StaffPerson::NeedsSecondFactor => return Err(PageError(StatusCode::FORBIDDEN).needs_second_factor()),
            StaffPerson::NoStaff => return Err(to_sign_in(parts, "/console")),
        };
        if permissions::check(parts, &member.permissions).is_err() {
            return Err(PageError(StatusCode::FORBIDDEN).not_permitted());
        }
        match permissions::changes_colleague(app, parts, &member.permissions).await {
            Ok(false) => Ok(Self(member)),
            Ok(true) => Err(PageError(StatusCode::FORBIDDEN).not_permitted()),
            Err(error) => Err(PageError::from(error).into_response()),
        }
    }
}

/// The member of staff of a browser: by a local account, or else as a person of the operating company (`P06`).
async fn staff_member(app: &App, headers: &HeaderMap) -> Result<StaffPerson, PageError> {
    if let Some(token) = session_cookie::read(app, headers, Kind::Staff)
        && let Some(member) = app.hub.staff_session(&token).await?
    {
        return Ok(StaffPerson::Member(member));
    }
    match session_of(app, headers).await? {
        Some(session) => Ok(app.hub.staff_person(&session).await?),
        None => Ok(StaffPerson::NoStaff),
    }
}

/// Redirects to the interface's sign-in page and back afterwards. A form is not sent again by itself, and was not carried out.
fn to_sign_in(parts: &Parts, home: &str) -> Response {
    let wanted = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |OriginalUri(uri)| uri);
    let wanted = wanted.path_and_query().map_or(home, PathAndQuery::as_str);
    if !parts.method.is_safe() || wanted == home {
        return not_carried_out(Redirect::to(&format!("{home}/sign-in")).into_response());
    }
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", wanted).finish();
    Redirect::to(&format!("{home}/sign-in?{query}")).into_response()
}

/// A client with an API key whose scopes permit the request.
#[derive(Debug, Clone)]
pub struct Machine(pub String);

impl Machine {
    /// The actor.
    pub fn actor(&self) -> Actor {
        Actor::ApiKey(self.0.clone().into())
    }

    /// The context of the API.
    pub fn ctx(&self) -> Ctx {
        Ctx::new(self.actor(), Channel::Api)
    }

    /// The context of a request with an idempotency key. `status` is the status of the first response and of every
    /// repeated one.
    pub fn ctx_with(&self, key: Option<String>, status: StatusCode) -> Ctx {
        self.ctx().with_idempotency(key.map(|key| IdempotencyKey { key, status: status.as_u16() }))
    }
}

impl FromRequestParts<App> for Machine {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = bearer(&parts.headers)?;
        match app.hub.api_key(key).await? {
            Some(key) => match permissions::check(parts, &key.scopes) {
                Ok(()) if permissions::changes_colleague(app, parts, &key.scopes).await? => {
                    let staff = Permission { area: Area::Administration, level: Level::Change };
                    Err(Problem::scope_missing(&key.name, Some(staff)))
                }
                Ok(()) => Ok(Self(key.name)),
                Err(lacking) => Err(Problem::scope_missing(&key.name, lacking)),
            },
            None => Err(Problem::unauthorized("this API key is not known here; make one with `tessera api-key NAME`")),
        }
    }
}

/// A person's machine with a message key. The person may send messages, which is checked for each request.
#[derive(Debug, Clone)]
pub struct MessageSender(pub Sender);

impl FromRequestParts<App> for MessageSender {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let key = bearer(&parts.headers)?;
        match app.hub.message_sender(key).await? {
            Some(sender) => Ok(Self(sender)),
            None => Err(Problem::unauthorized("this message key is not in use; ask the operator for one")),
        }
    }
}

/// An app's user with a token of a configured issuer.
#[derive(Debug, Clone)]
pub struct Bearer(pub BearerClaims);

impl Bearer {
    /// The user's identity.
    pub fn identity(&self) -> IdentityKey {
        IdentityKey { issuer: self.0.issuer.clone(), subject: self.0.subject.clone() }
    }

    /// The user's sign-in, from the token's claims.
    pub fn sign_in(&self, app: &App) -> SignIn {
        let provider = app.hub.providers.iter().find(|provider| provider.issuer() == self.0.issuer);
        SignIn {
            identity: self.identity(),
            provider: provider.map(|provider| provider.name().to_owned()).unwrap_or_default(),
            email: self.0.email.clone(),
            email_verified: self.0.email_verified,
            name: self.0.name.clone(),
        }
    }
}

impl FromRequestParts<App> for Bearer {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(&parts.headers)?;
        app.verifier.verify(token).await.map(Self).map_err(|error| match error {
            BearerError::KeysUnavailable { .. } => Problem {
                retry_after: Some(30),
                ..Problem::new(axum::http::StatusCode::SERVICE_UNAVAILABLE, "keys_unavailable", error.to_string())
            },
            other => Problem::unauthorized(other.to_string()),
        })
    }
}

/// The bearer key or token of a request.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) = value.and_then(|value| value.split_once(' ')).unwrap_or_default();
    if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() {
        Ok(token.trim())
    } else {
        Err(Problem::unauthorized("send `Authorization: Bearer <key or token>`"))
    }
}
