//! The second step of a sign-in: a code of the authenticator app, a recovery code, or a passkey.

use axum::extract::{Form, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::kernel::ids::PersonId;
use tessera_hub::MfaOutcome;

use super::{ClientDescription, NamedPortal, enter, home, remember};
use crate::App;
use crate::auth::session_cookie::{self, Kind};
use crate::locale::text;
use crate::pages::Flash;
use crate::pages::auth::AskCode;
use crate::pages::passkeys::PasskeyForm;
use crate::respond::page::{Answer, append_cookie, chrome, page_with, redirect_with};

/// Maximum number of wrong codes per person within 15 minutes, over all sign-ins that began with the right password.
/// Recovery codes are still accepted beyond it, because they are too long to be guessed.
const WRONG_CODES: u32 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CodeForm {
    code: String,
}

pub(crate) async fn form(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let half = match session_cookie::read(&app, &headers, Kind::Half) {
        Some(token) => app.hub.pending_mfa(&token).await?,
        None => None,
    };
    match half {
        Some(person) => ask(&app, portal, &headers, &uri, person, None, StatusCode::OK).await,
        None => Ok(over(&app, portal)),
    }
}

pub(crate) async fn answer(
    State(app): State<App>,
    NamedPortal(portal): NamedPortal,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientDescription(visit): ClientDescription,
    Form(form): Form<CodeForm>,
) -> Answer {
    let Some(token) = session_cookie::read(&app, &headers, Kind::Half) else { return Ok(over(&app, portal)) };
    let Some(person) = app.hub.pending_mfa(&token).await? else { return Ok(over(&app, portal)) };
    let entered = if is_short(&form.code) {
        let limit = vec![(format!("sign-in codes {person}"), WRONG_CODES)];
        let Some(guess) = app.slow_throttle.guess(limit, app.hub.env.now()).await else {
            let error = text!("auth-codes-often");
            return ask(&app, portal, &headers, &uri, person, Some(&error), StatusCode::TOO_MANY_REQUESTS).await;
        };
        let checked = app.hub.finish_mfa(&token, &form.code, &visit).await;
        guess.settle(checked, |entered| !matches!(entered, MfaOutcome::Wrong(_))).await?
    } else {
        app.hub.finish_mfa(&token, &form.code, &visit).await?
    };
    if let MfaOutcome::Wrong(person) = entered {
        let error = text!("auth-code-wrong");
        return ask(&app, portal, &headers, &uri, person, Some(&error), StatusCode::FORBIDDEN).await;
    }
    entered_with(&app, portal, entered).await
}

/// Whether a code is short enough to be guessed: a code of the app, not a recovery code.
fn is_short(code: &str) -> bool {
    code.chars().filter(char::is_ascii_alphanumeric).count() <= 6
}

/// Starts the session after a successful second step, or reports that the sign-in has expired.
pub(crate) async fn entered_with(app: &App, portal: Portal, entered: MfaOutcome) -> Answer {
    let MfaOutcome::In(token, person, return_to) = entered else { return Ok(over(app, portal)) };
    let mut response = Redirect::to(&return_to).into_response();
    enter(app, &mut response, token);
    append_cookie(&mut response, &session_cookie::removal(app, Kind::Half));
    remember(app, &mut response, person).await?;
    Ok(response)
}

pub(crate) async fn ask(
    app: &App,
    portal: Portal,
    headers: &HeaderMap,
    uri: &Uri,
    person: PersonId,
    error: Option<&str>,
    status: StatusCode,
) -> Answer {
    let home = home(portal);
    let credentials = app.hub.queries().credentials(person).await?;
    let passkey = credentials.passkeys > 0 && app.hub.has_passkeys();
    let content = AskCode {
        action: format!("{home}/sign-in/code"),
        app: credentials.second_factor.is_some(),
        passkey: passkey.then(|| PasskeyForm::at(format!("{home}/sign-in/code/passkey"))),
        error: error.map(ToOwned::to_owned),
        sign_in_url: format!("{home}/sign-in"),
    };
    page_with(app, &chrome(app, headers, uri, None), &content, status)
}

pub(crate) fn over(app: &App, portal: Portal) -> Response {
    let flash = Flash::failed(text!("auth-code-too-late"));
    let mut response = redirect_with(app, &format!("{}/sign-in", home(portal)), Some(&flash));
    append_cookie(&mut response, &session_cookie::removal(app, Kind::Half));
    response
}
