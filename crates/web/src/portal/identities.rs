//! Sign-in methods: a customer lists, adds and removes the identities linked to their record (`A23`).
//!
//! Changes require recent re-authentication, to protect a browser that was left open.

use axum::extract::{Form, OriginalUri, Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use tessera_core::access::Portal;
use tessera_core::credentials;
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::customer::{Identity, SignIn};
use tessera_core::kernel::ids::IdentityId;
use tessera_hub::queries::credentials::{LocalSignInMethods, OwnSignInMethods};
use tessera_hub::{HubError, PortalSession, Purpose};

use super::shown_as;
use crate::App;
use crate::activation::providers;
use crate::auth::callback::{BeginFailed, begin};
use crate::auth::caller::{Session, session_of};
use crate::auth::session_cookie::{self, Kind};
use crate::auth::sessions::passkey_shown;
use crate::auth::{own_passkeys, reauthenticate, within};
use crate::extract::client_addr::ClientAddr;
use crate::locale::{Arg, rejected, text};
use crate::pages::Flash;
use crate::pages::sign_in_methods::{LocalSignIn, RemoveSignIn, SignInMethod, SignInMethods};
use crate::respond::page::{Answer, PageError, append_cookie, chrome_of_session, page, redirect_with};

/// The page of the sign-in methods.
pub(crate) const PAGE: &str = "/portal/customer/identities";
const CHANNEL: Channel = Channel::Portal;

pub(super) async fn list(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let OwnSignInMethods { identities, local: known } =
        app.hub.queries().own_ways_in(&session.sign_in.identity).await?;
    let content = SignInMethods {
        methods: identities.iter().map(|identity| method(&app, &session, identity, identities.len())).collect(),
        recent: session.is_recent(app.hub.env.now()),
        prove_action: format!("{PAGE}/confirm"),
        add_action: format!("{PAGE}/add"),
        providers: providers(&app),
        local: known.map(|known| local(&app, known)),
    };
    let chrome = chrome_of_session(&app, &headers, &uri, &session, shown_as(&session.sign_in)).await;
    page(&app, &chrome, &content)
}

/// The part of the page about person id, password, second factor and sessions.
fn local(app: &App, known: LocalSignInMethods) -> LocalSignIn {
    let LocalSignInMethods { person, credentials, sessions } = known;
    LocalSignIn {
        has_person_id: person.person_id != person.id.to_string(),
        person_id: person.person_id,
        password_since: credentials.password_set_at,
        password_url: "/portal/customer/password".to_owned(),
        passkeys: u32::try_from(credentials.passkeys).unwrap_or_default(),
        passkey_url: app.hub.has_passkeys().then(|| own_passkeys::PAGE.to_owned()),
        factor_since: credentials.second_factor.map(|factor| factor.since),
        factor_url: "/portal/customer/second-factor".to_owned(),
        sessions: u32::try_from(sessions).unwrap_or(u32::MAX),
        sessions_url: "/portal/customer/sessions".to_owned(),
    }
}

fn method(app: &App, session: &PortalSession, identity: &Identity, count: usize) -> SignInMethod {
    let sign_in = &identity.sign_in;
    let current = sign_in.identity == session.sign_in.identity;
    // A customer signed in before the activation linked this sign-in, so the time of the sign-in is known only from the
    // session.
    let since = Some(session.since).filter(|_| current);
    let provider = app.hub.provider(&sign_in.provider);
    let is_local = credentials::person_of(&sign_in.identity).is_some();
    let is_passkey = credentials::passkey_of(&sign_in.identity).is_some();
    SignInMethod {
        provider: match provider {
            Some(provider) => provider.display_name().to_owned(),
            None if is_local || is_passkey => app.hub.config.brand.name.clone(),
            None => sign_in.provider.clone(),
        },
        shown_as: match (is_local, is_passkey) {
            (true, _) => text!("auth-by-password"),
            (_, true) => passkey_shown(sign_in),
            _ => sign_in.masked(),
        },
        passkey: is_passkey,
        since: identity.created_at,
        last_used_at: identity.last_used_at.max(since),
        current,
        remove_url: (count > 1).then(|| format!("{PAGE}/{}/remove", identity.id)),
    }
}

/// Query: the address to return to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Confirmed {
    return_to: Option<String>,
}

/// Re-authenticates the same user before a change.
pub(super) async fn confirm(
    State(app): State<App>,
    Session(session): Session,
    OriginalUri(uri): OriginalUri,
    Query(confirmed): Query<Confirmed>,
    headers: HeaderMap,
    address: ClientAddr,
) -> Answer {
    let return_to = within(confirmed.return_to.as_deref().or(Some(PAGE)), Portal::Customer);
    let here = &session.sign_in.identity;
    if credentials::person_of(here).is_some() || credentials::passkey_of(here).is_some() {
        return Ok(reauthenticate::first(&return_to));
    }
    let provider = Some(session.sign_in.provider.as_str());
    reauthenticate::begin_at_provider(&app, &session, &headers, &uri, &address, provider, return_to).await
}

/// Form: the provider of the new sign-in method.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Added {
    provider: Option<String>,
}

pub(super) async fn add(
    State(app): State<App>,
    Session(session): Session,
    headers: HeaderMap,
    address: ClientAddr,
    Form(form): Form<Added>,
) -> Answer {
    if !session.is_recent(app.hub.env.now()) {
        return Ok(sign_in_again(&app));
    }
    let purpose = Purpose::AddIdentity { session: session.hash };
    match begin(&app, &headers, &address, form.provider.as_deref(), purpose, true).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(refusal)) => Ok(not_added(&app, refusal)),
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// Handles the callback for a sign-in method to add. The session that requested it must still be the browser's session.
pub(crate) async fn come_back(app: &App, headers: &HeaderMap, asked_by: &[u8; 32], added: &SignIn) -> Answer {
    let Some(session) = session_of(app, headers).await?.filter(|session| session.hash == *asked_by) else {
        return Ok(not_added(app, ActivationError::OtherBrowser));
    };
    match app.hub.add_identity(&session.sign_in.identity, added, Some(session.hash), CHANNEL).await {
        Ok(()) => Ok(back_with(app, &Flash::done(text!("auth-method-added", method = Arg::shown(&added.masked()))))),
        Err(error @ HubError::Store(_)) => Err(error.into()),
        Err(error) => {
            Ok(back_with(app, &Flash::failed(text!("auth-nothing-added-error", error = rejected(&error.to_string())))))
        }
    }
}

/// Reports that the sign-in for a method to add failed.
pub(crate) fn not_added(app: &App, refusal: ActivationError) -> axum::response::Response {
    let words = match refusal {
        ActivationError::SignInCancelled => text!("auth-not-added-turned-back"),
        ActivationError::PasswordForgotten => text!("auth-not-added-password"),
        ActivationError::TooManyAttempts => text!("auth-not-added-too-many"),
        ActivationError::ProviderUnavailable => text!("auth-not-added-provider"),
        ActivationError::OtherBrowser | ActivationError::SignInOver => text!("auth-not-added-signed-out"),
        _ => text!("auth-not-added-unverified"),
    };
    back_with(app, &Flash::failed(words))
}

pub(super) async fn confirm_removal(
    State(app): State<App>,
    Session(session): Session,
    Path(id): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    if !session.is_recent(app.hub.env.now()) {
        return Ok(sign_in_again(&app));
    }
    let identities = app.hub.identities_beside(&session.sign_in.identity).await?;
    let identity = identities.iter().find(|identity| identity.id.to_string() == id).ok_or(PageError::NOT_FOUND)?;
    let content = RemoveSignIn {
        method: method(&app, &session, identity, identities.len()),
        is_last: identities.len() < 2,
        action: format!("{PAGE}/{}/remove", identity.id),
        back_url: PAGE.to_owned(),
    };
    let chrome = chrome_of_session(&app, &headers, &uri, &session, shown_as(&session.sign_in)).await;
    page(&app, &chrome, &content)
}

pub(super) async fn remove(State(app): State<App>, Session(session): Session, Path(id): Path<String>) -> Answer {
    if !session.is_recent(app.hub.env.now()) {
        return Ok(sign_in_again(&app));
    }
    let id: IdentityId = id.parse().map_err(|_| PageError::NOT_FOUND)?;
    let mine = &session.sign_in.identity;
    let in_use = app.hub.queries().identity(mine).await?.is_some_and(|identity| identity.id == id);
    match app.hub.remove_identity(mine, id, Some(session.hash), CHANNEL).await {
        // Removing the method has ended all its sessions, including this one.
        Ok(()) if in_use => {
            let mut response = Redirect::to("/portal/customer/signed-out").into_response();
            append_cookie(&mut response, &session_cookie::removal(&app, Kind::Customer));
            Ok(response)
        }
        Ok(()) => Ok(back_with(&app, &Flash::done(text!("auth-method-removed")))),
        Err(error @ (HubError::Store(_) | HubError::NotFound(_))) => Err(error.into()),
        Err(error) => {
            Ok(back_with(&app, &Flash::failed(text!("auth-nothing-removed", error = rejected(&error.to_string())))))
        }
    }
}

fn sign_in_again(app: &App) -> axum::response::Response {
    back_with(app, &Flash::failed(text!("auth-confirm-first")))
}

fn back_with(app: &App, flash: &Flash) -> axum::response::Response {
    redirect_with(app, PAGE, Some(flash))
}
