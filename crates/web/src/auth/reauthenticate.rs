//! Re-authentication (step-up): before an important change, the signed-in user confirms their identity. The session
//! continues with a new token.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, OriginalUri, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::credentials::{self, normal_code};
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::actor::Channel;
use tessera_core::persons::Person;
use tessera_hub::queries::credentials::SignInMethodList;
use tessera_hub::{PortalSession, Purpose, SignedIn};
use url::form_urlencoded;

use super::passkey::{SignedForm, challenge};
use super::{sign_in_failed, within};
use crate::App;
use crate::activation::providers;
use crate::auth::callback::{BeginFailed, begin};
use crate::auth::caller::Session;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;
use crate::locale::text;
use crate::middleware::form_once::{SentForm, not_carried_out};
use crate::pages::auth::ProveAgain;
use crate::pages::passkeys::PasskeyForm;
use crate::respond::page::{Answer, PageError, append_cookie, chrome_of_person, page_with};

const PAGE: &str = "/portal/customer/confirm";
/// Maximum number of failed re-authentications per person within 15 minutes, over all their sessions.
const WRONG_PROOFS: u32 = 10;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Proof {
    return_to: Option<String>,
    password: Option<String>,
    code: Option<String>,
    provider: Option<String>,
}

/// Redirects to the page that re-authenticates the user and returns to `return_to` afterwards.
pub(crate) fn first(return_to: &str) -> Response {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
    not_carried_out(Redirect::to(&format!("{PAGE}?{query}")).into_response())
}

/// The person the session belongs to; `None` if its sign-in belongs to no person.
pub(crate) async fn person_of(app: &App, session: &PortalSession) -> Result<Option<Person>, PageError> {
    Ok(app.hub.queries().person_of_sign_in(&session.sign_in.identity).await?)
}

pub(crate) async fn form(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(proof): Query<Proof>,
) -> Answer {
    let return_to = within(proof.return_to.as_deref(), Portal::Customer);
    ask(&app, &session, &headers, &uri, return_to, None, StatusCode::OK).await
}

pub(crate) async fn submit(
    State(app): State<App>,
    session: Result<Session, Response>,
    sent: SentForm,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    proof: Result<Form<Proof>, FormRejection>,
) -> Answer {
    let proof = match proof {
        Ok(Form(proof)) => proof,
        Err(rejection) => return Ok(unreadable(session, rejection)),
    };
    let return_to = within(proof.return_to.as_deref(), Portal::Customer);
    let session = match session {
        Ok(Session(session)) => session,
        Err(to_sign_in) => return Ok(sent_again(&app, &headers, sent, &return_to).await?.unwrap_or(to_sign_in)),
    };
    let person = person_of(&app, &session).await?.ok_or(PageError::NOT_FOUND)?;
    // Otherwise an attacker with the password alone could remove the second factor.
    let has_second_step = app.hub.queries().credentials(person.id).await?.has_second_step();
    let right = async || {
        Ok(match (&proof.password, &proof.code) {
            (Some(password), None)
                if !has_second_step && password.chars().count() <= credentials::password::MAX_LENGTH =>
            {
                app.hub.reauthenticate_by_password(&person, password).await?
            }
            (None, Some(code)) => app.hub.reauthenticate_by_code(&person, &normal_code(code), Channel::Portal).await?,
            _ => false,
        })
    };
    judge(&app, &session, (&headers, &uri), sent, return_to, right).await
}

/// The challenge for the signed-in user's passkey.
pub(crate) async fn ask_passkey(State(app): State<App>, Session(session): Session) -> Answer {
    let person = person_of(&app, &session).await?.ok_or(PageError::NOT_FOUND)?;
    Ok(challenge(&app.hub.begin_reauthentication_by_passkey(&person, session.hash).await?))
}

/// The response to a form that cannot be read. Anyone who is not signed in is sent to the sign-in first.
fn unreadable(session: Result<Session, Response>, rejection: FormRejection) -> Response {
    session.map_or_else(|to_sign_in| to_sign_in, |_| rejection.into_response())
}

pub(crate) async fn by_passkey(
    State(app): State<App>,
    session: Result<Session, Response>,
    sent: SentForm,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    form: Result<Form<SignedForm>, FormRejection>,
) -> Answer {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return Ok(unreadable(session, rejection)),
    };
    let return_to = within(form.return_to.as_deref(), Portal::Customer);
    let session = match session {
        Ok(Session(session)) => session,
        Err(to_sign_in) => return Ok(sent_again(&app, &headers, sent, &return_to).await?.unwrap_or(to_sign_in)),
    };
    let person = person_of(&app, &session).await?.ok_or(PageError::NOT_FOUND)?;
    let right = async || Ok(app.hub.reauthenticate_by_passkey(&person, session.hash, &form.signed()).await?);
    judge(&app, &session, (&headers, &uri), sent, return_to, right).await
}

/// Continues the session with a new token if the proof is right. Each proof is counted before it is checked.
async fn judge(
    app: &App,
    session: &PortalSession,
    (headers, uri): (&HeaderMap, &Uri),
    sent: SentForm,
    return_to: String,
    right: impl AsyncFnOnce() -> Result<bool, PageError>,
) -> Answer {
    let person = person_of(app, session).await?.ok_or(PageError::NOT_FOUND)?;
    let limit = vec![(format!("sign-in proofs {}", person.id), WRONG_PROOFS)];
    let Some(guess) = app.slow_throttle.guess(limit, app.hub.env.now()).await else {
        let error = text!("auth-proofs-often");
        return ask(app, session, headers, uri, return_to, Some(&error), StatusCode::TOO_MANY_REQUESTS).await;
    };
    if !guess.settle(right().await, |right| *right).await? {
        let error = text!("auth-proof-wrong");
        return ask(app, session, headers, uri, return_to, Some(&error), StatusCode::FORBIDDEN).await;
    }
    let before = session_cookie::read(app, headers, Kind::Customer).unwrap_or_default();
    let Some(token) = app.hub.renew_session(&before, sent.0.as_ref()).await? else { return Ok(first(&return_to)) };
    Ok(goes_on(app, token, &return_to))
}

/// The answer to a form that was sent twice, by a double click: the first one has replaced the session's token.
async fn sent_again(
    app: &App,
    headers: &HeaderMap,
    sent: SentForm,
    return_to: &str,
) -> Result<Option<Response>, PageError> {
    let (Some(before), Some(form)) = (session_cookie::read(app, headers, Kind::Customer), sent.0) else {
        return Ok(None);
    };
    let token = app.hub.session_renewed_by(&before, &form).await?;
    Ok(token.map(|token| goes_on(app, token, return_to)))
}

/// Leads to a page, and gives the browser the session's new token.
fn goes_on(app: &App, token: String, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    append_cookie(&mut response, &session_cookie::cookie(app, Kind::Customer, token));
    response
}

pub(crate) async fn at_provider(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
    Form(proof): Form<Proof>,
) -> Answer {
    let return_to = within(proof.return_to.as_deref(), Portal::Customer);
    begin_at_provider(&app, &session, &headers, &uri, &address, proof.provider.as_deref(), return_to).await
}

/// Redirects the browser to an identity provider, which must ask the user to prove who they are.
pub(crate) async fn begin_at_provider(
    app: &App,
    session: &PortalSession,
    headers: &HeaderMap,
    uri: &Uri,
    address: &ClientAddr,
    provider: Option<&str>,
    return_to: String,
) -> Answer {
    let purpose = Purpose::Reauthenticate { session: session.hash, return_to: return_to.clone() };
    match begin(app, headers, address, provider, purpose, true).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(why)) => not_confirmed(app, session, headers, uri, return_to, why).await,
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// Handles the callback: the session continues with a new token if the person proved at the provider who they are.
pub(crate) async fn come_back(
    app: &App,
    session: &PortalSession,
    headers: &HeaderMap,
    uri: &Uri,
    return_to: String,
    signed_in: &SignedIn,
) -> Answer {
    let Some(token) = app.hub.reauthenticate_at_provider(session, signed_in).await? else {
        let error = text!("auth-proof-other-account");
        return ask(app, session, headers, uri, return_to, Some(&error), StatusCode::FORBIDDEN).await;
    };
    Ok(goes_on(app, token, &return_to))
}

/// Shows the page again after nothing was proved at the provider.
pub(crate) async fn not_confirmed(
    app: &App,
    session: &PortalSession,
    headers: &HeaderMap,
    uri: &Uri,
    return_to: String,
    why: ActivationError,
) -> Answer {
    // A sign-in that belongs to no person can do no more than sign in again.
    if person_of(app, session).await?.is_none() {
        return sign_in_failed(app, headers, uri, why, Some(&return_to));
    }
    let (error, status) = match why {
        ActivationError::SignInCancelled => (text!("auth-proof-turned-back"), StatusCode::OK),
        ActivationError::PasswordForgotten => (text!("auth-proof-new-password"), StatusCode::OK),
        ActivationError::ProviderUnavailable => (text!("auth-provider-silent"), StatusCode::SERVICE_UNAVAILABLE),
        ActivationError::TooManyAttempts => (text!("auth-too-many-tries"), StatusCode::TOO_MANY_REQUESTS),
        _ => (text!("auth-proof-not-confirmed"), StatusCode::FORBIDDEN),
    };
    ask(app, session, headers, uri, return_to, Some(&error), status).await
}

async fn ask(
    app: &App,
    session: &PortalSession,
    headers: &HeaderMap,
    uri: &Uri,
    return_to: String,
    error: Option<&str>,
    status: StatusCode,
) -> Answer {
    let person = person_of(app, session).await?.ok_or(PageError::NOT_FOUND)?;
    let SignInMethodList { credentials, identities } = app.hub.queries().ways_in(person.id).await?;
    let linked = |id: &str| identities.iter().any(|identity| identity.sign_in.provider == id);
    let chrome = chrome_of_person(app, headers, uri, &person).await;
    let content = ProveAgain {
        action: PAGE.to_owned(),
        return_to,
        password: credentials.password_hash.is_some() && !credentials.has_second_step(),
        code: credentials.second_factor.is_some() || (credentials.has_second_step() && credentials.codes_left > 0),
        passkey: (credentials.passkeys > 0 && app.hub.has_passkeys())
            .then(|| PasskeyForm::at(format!("{PAGE}/passkey"))),
        person_id: person.person_id,
        provider_action: format!("{PAGE}/provider"),
        providers: providers(app).into_iter().filter(|provider| linked(&provider.id)).collect(),
        error: error.map(ToOwned::to_owned),
    };
    page_with(app, &chrome, &content, status)
}
