//! Signing in with a passkey, alone or as the second factor. A script passes the challenge to the device, puts the
//! device's response into the form, and submits it.

use axum::Json;
use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_hub::{Asked, MfaOutcome, SignInOutcome, Signed};

use super::sign_in::{SignInQuery, inactive_page, show, too_many};
use super::{Browser, ClientDescription, NamedPortal, enter, home, remember, within};
use crate::App;
use crate::auth::second_factor::{ask, entered_with, over};
use crate::auth::session_cookie::{self, Kind};
use crate::locale::text;
use crate::pages::passkeys::PasskeyForm;
use crate::respond::page::{Answer, PageError, append_cookie, chrome, page_with};

/// The form that the script submits.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SignedForm {
    ceremony: String,
    credential: String,
    pub(crate) return_to: Option<String>,
    pub(super) name: String,
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
    if browser.is_here_blocked(&app, now).await || browser.asks_for_too_many_challenges(&app, now).await {
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
    let Some(guess) = browser.begin_here(&app, app.hub.env.now()).await else {
        return too_many(&app, portal, &headers, &uri, &said);
    };
    let secret = session_cookie::read(&app, &headers, Kind::Browser);
    let entered = app.hub.sign_in_by_passkey(&form.signed(), secret.as_deref(), &visit).await;
    let is_done = |entered: &SignInOutcome| matches!(entered, SignInOutcome::In(..) | SignInOutcome::Inactive(_));
    match guess.settle(entered, is_done).await? {
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
            browser.was_wrong(&app, app.hub.env.now()).await;
            let said = SignInQuery { error: Some(&text!("auth-passkey-not-verified")), ..said };
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
        let error = text!("auth-passkey-again");
        return ask(&app, portal, &headers, &uri, person, Some(&error), StatusCode::FORBIDDEN).await;
    }
    entered_with(&app, portal, entered).await
}

/// The form for signing in with a passkey alone; `None` if passkeys are not available on this hub.
pub(crate) fn form_for(app: &App, portal: Portal) -> Option<PasskeyForm> {
    app.hub.has_passkeys().then(|| PasskeyForm::at(format!("{}/sign-in/passkey", home(portal))))
}
