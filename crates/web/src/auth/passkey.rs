//! Passkeys over HTTP: sign-in, second factor, and adding a passkey. A script passes the challenge to the device, puts
//! the device's response into the form, and submits it.

use axum::Json;
use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::credentials::passkey_name;
use tessera_core::persons::Person;
use tessera_hub::{Asked, HubError, MfaOutcome, SignInOutcome, Signed};

use super::sign_in::{SignInQuery, inactive_page, show, too_many};
use super::{Browser, ClientDescription, NamedPortal, enter, home, remember, within};
use crate::App;
use crate::auth::caller::Session;
use crate::auth::own_credentials::{METHODS, entitled, show_codes};
use crate::auth::second_factor::{ask, entered_with, over};
use crate::auth::session_cookie::{self, Kind};
use crate::pages::Flash;
use crate::pages::passkeys::{OwnPasskey, PasskeyForm};
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page_with, redirect_with};

/// The page for adding passkeys.
pub(crate) const PAGE: &str = "/portal/customer/passkeys";
const NOT_VERIFIED: &str = "This passkey could not be verified. Try again, or sign in another way.";

/// The form that the script submits.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignedForm {
    ceremony: String,
    credential: String,
    pub(crate) return_to: Option<String>,
    name: String,
}

impl SignedForm {
    pub(crate) fn signed(&self) -> Signed {
        Signed { ceremony: self.ceremony.clone(), credential: self.credential.clone() }
    }
}

/// The challenge for the device, as the script expects it.
pub(crate) fn challenge(asked: &Asked) -> Response {
    Json(asked).into_response()
}

/// The challenge for signing in with any passkey. The response is bound to this browser.
pub(crate) async fn ask_sign_in(
    State(app): State<App>,
    NamedPortal(_): NamedPortal,
    headers: HeaderMap,
    browser: Browser,
) -> Answer {
    let now = app.hub.env.now();
    if browser.is_here_blocked(&app, now) || browser.asks_for_too_many_challenges(&app, now) {
        return Err(PageError(StatusCode::TOO_MANY_REQUESTS));
    }
    let secret = session_cookie::browser_secret(&app, &headers);
    let mut response = challenge(&app.hub.begin_sign_in_by_passkey(&secret).await?);
    append_cookie(&mut response, &session_cookie::cookie(&app, Kind::Browser, secret));
    Ok(response)
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    browser: Browser,
    ClientDescription(visit): ClientDescription,
    Form(form): Form<SignedForm>,
) -> Answer {
    let said = SignInQuery { return_to: form.return_to.as_deref(), ..SignInQuery::default() };
    let now = app.hub.env.now();
    if browser.is_here_blocked(&app, now) {
        return too_many(&app, portal, &headers, &uri, &said);
    }
    let secret = session_cookie::read(&app, &headers, Kind::Browser);
    match app.hub.sign_in_by_passkey(&form.signed(), secret.as_deref(), &visit).await? {
        SignInOutcome::In(token, person) => {
            let mut response = Redirect::to(&within(form.return_to.as_deref(), portal)).into_response();
            enter(&app, &mut response, token);
            remember(&app, &mut response, person).await?;
            Ok(response)
        }
        SignInOutcome::Inactive(inactive) => {
            let content = inactive_page(portal, &inactive.why);
            page_with(&app, &chrome(&app, &headers, &uri, None), &content, StatusCode::FORBIDDEN)
        }
        SignInOutcome::Wrong | SignInOutcome::Half(_) => {
            browser.failed_here(&app, now);
            let said = SignInQuery { error: Some(NOT_VERIFIED), ..said };
            show(&app, portal, &headers, &uri, &said, StatusCode::FORBIDDEN)
        }
    }
}

pub(crate) async fn ask_second_step(State(app): State<App>, NamedPortal(_): NamedPortal, headers: HeaderMap) -> Answer {
    let asked = match session_cookie::read(&app, &headers, Kind::Half) {
        Some(token) => app.hub.begin_mfa_by_passkey(&token).await?,
        None => None,
    };
    asked.map(|asked| challenge(&asked)).ok_or(PageError(StatusCode::GONE))
}

pub(crate) async fn second_step(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientDescription(visit): ClientDescription,
    Form(form): Form<SignedForm>,
) -> Answer {
    let Some(token) = session_cookie::read(&app, &headers, Kind::Half) else { return Ok(over(&app, portal)) };
    let entered = app.hub.finish_mfa_by_passkey(&token, &form.signed(), &visit).await?;
    if let MfaOutcome::Wrong(person) = entered {
        let error = "This passkey could not be verified. Try again.";
        return ask(&app, portal, &headers, &uri, person, Some(error), StatusCode::FORBIDDEN).await;
    }
    entered_with(&app, portal, entered).await
}

pub(crate) async fn form(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientDescription(visit): ClientDescription,
) -> Answer {
    match entitled(&app, &session, PAGE).await? {
        Ok(person) => show_own(&app, &headers, &uri, &person, &visit.device, None).await,
        Err(way) => Ok(way),
    }
}

async fn show_own(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    person: &Person,
    name: &str,
    error: Option<String>,
) -> Answer {
    if !app.hub.has_passkeys() {
        return Err(PageError::NOT_FOUND);
    }
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let content = OwnPasskey {
        form: PasskeyForm::at(PAGE.to_owned()),
        name: name.to_owned(),
        after_password: app.hub.queries().credentials(person.id).await?.password_hash.is_some(),
        error,
        back_url: METHODS.to_owned(),
    };
    page_with(app, &chrome(app, headers, uri, Some(person.name.clone())), &content, status)
}

/// The challenge for adding a passkey. The response is bound to this session.
pub(crate) async fn ask_new(State(app): State<App>, Session(session): Session) -> Answer {
    match entitled(&app, &session, PAGE).await? {
        Ok(person) => Ok(challenge(&app.hub.begin_passkey_registration(&person, session.hash).await?)),
        Err(_) => Err(PageError(StatusCode::FORBIDDEN)),
    }
}

pub(crate) async fn add(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Form(form): Form<SignedForm>,
) -> Answer {
    let person = match entitled(&app, &session, PAGE).await? {
        Ok(person) => person,
        Err(way) => return Ok(way),
    };
    match app.hub.add_passkey(&person, session.hash, &form.signed(), &form.name).await {
        Ok(codes) if codes.is_empty() => {
            let flash = Flash::done(format!("Added. You can sign in with {} now.", passkey_name(&form.name)));
            Ok(redirect_with(&app, METHODS, Some(&flash)))
        }
        Ok(codes) => show_codes(&app, &headers, &uri, &person, codes),
        Err(HubError::Rejected(rejection)) => {
            let error = format!("Nothing was added: {rejection}.");
            show_own(&app, &headers, &uri, &person, &form.name, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form for signing in with a passkey alone; `None` if passkeys are not available on this hub.
pub(crate) fn form_for(app: &App, portal: Portal) -> Option<PasskeyForm> {
    app.hub.has_passkeys().then(|| PasskeyForm::at(format!("{}/sign-in/passkey", home(portal))))
}
