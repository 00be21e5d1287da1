//! Activation pages: the link, the progress and the result (`A11`–`A14`).

mod presenter;
mod rejection;

use axum::body::Bytes;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Json, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use tessera_core::activation::ActivationState;
use tessera_core::devices::Device;
use tessera_core::invitations::{self, ActivationError};
use tessera_core::kernel::mask;
use tessera_core::kernel::record::Kind;
use tessera_hub::{ActivationView, Purpose};

use crate::auth::callback::{BeginFailed, begin};
use crate::auth::caller::Customer;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::auth::session_cookie;
use crate::extract::client_addr::ClientAddr;
use crate::extract::link_token::LinkToken;
use crate::locale::{Arg, text};
use crate::pages::activation::{Activated, ActivatedDevice, Invitation, Poll, Progress, RenewSent};
use crate::pages::portal::Reason;
use crate::respond::page::{Answer, PageError, chrome, page};
use crate::{App, pages};

pub(crate) use rejection::refused;

/// Maximum number of unknown links that an address may try per minute: enough for typing errors, too few for guessing.
const GUESSES: u32 = 30;
/// Limit of renewed invitations per client address and minute.
const RENEWALS: u32 = 5;
/// Limit of returns from a policy per client address and minute. Many customers may share an address.
const RETURNS: u32 = 60;

/// The routes of the activation pages.
pub(crate) fn routes() -> Routes {
    let link = Routes::of(Rule::Link)
        .route("/activate/{token}", get(open).post(start))
        .route("/activate/{token}/renew", post(renew));
    let back = Routes::of(Rule::SignIn).route("/activation/return", get(back_from_policy));
    Routes::of(Rule::SignedIn)
        .route("/activation", get(progress))
        .route("/activation/state", get(poll))
        .merge(link)
        .merge(back)
}

/// Shows what the link is for. Read-only, because mail scanners open links too.
async fn open(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
) -> Answer {
    let now = app.hub.env.now();
    let refusal_page = refused(&app, &headers, &uri);
    let opened = app.hub.open_invitation(&token).await?;
    match (opened.invitation, opened.refusal) {
        (Some(invitation), None) => {
            if let Some(own) = own_activation(&app, &headers, &invitation).await? {
                return show_activation(&app, &headers, &uri, &own, true).await;
            }
            let content = Invitation {
                action: uri.path().to_owned(),
                sender: app.hub.config.brand.name.clone(),
                masked_email: mask::email(&invitation.email),
                what: what(&invitation, &app.hub.config.brand.name),
                expires_at: invitation.expires_at,
                used_at: invitation.consumed_at,
                providers: providers(&app),
            };
            page(&app, &chrome(&app, &headers, &uri, None), &content)
        }
        (Some(_), Some(refusal)) => refusal_page.renew(format!("/activate/{token}/renew")).show(refusal),
        (None, _) => refusal_page.show(unknown_link(&app, &address, now).await),
    }
}

/// What the activation links: a requester's devices, or a marketplace account.
fn what(invitation: &invitations::Invitation, brand: &str) -> String {
    match invitation.kind {
        Kind::Account => text!("activation-what-account", brand = Arg::shown(&brand)),
        _ => text!("activation-what-devices", brand = Arg::shown(&brand)),
    }
}

/// Counts a try of an unknown link. After too many, the client has to wait. A valid link always works, however many
/// unknown links the same address has tried.
async fn unknown_link(app: &App, address: &ClientAddr, now: Timestamp) -> ActivationError {
    if app.throttle.failed(&format!("unknown links {}", address.network()), now).await > GUESSES {
        return ActivationError::TooManyAttempts;
    }
    ActivationError::UnknownLink
}

/// The form of the sign-in button. It may be empty: then the first provider is used.
#[derive(Debug, Default)]
struct Start {
    /// The provider to sign in at. Defaults to the first one.
    provider: Option<String>,
    /// Whether to sign in with a different account than the one the provider remembers.
    switch: Option<String>,
}

impl Start {
    fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            match &*name {
                "provider" => form.provider = Some(value.into_owned()).filter(|name| !name.is_empty()),
                "switch" => form.switch = Some(value.into_owned()),
                _ => {}
            }
        }
        form
    }
}

/// Handles the sign-in button: redirects to the identity provider.
async fn start(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
    body: Bytes,
) -> Answer {
    let form = Start::read(&body);
    let opened = app.hub.open_invitation(&token).await?;
    let Some(invitation) = opened.invitation else {
        return refused(&app, &headers, &uri).show(unknown_link(&app, &address, app.hub.env.now()).await);
    };
    if let Some(refusal) = opened.refusal {
        return refused(&app, &headers, &uri).renew(format!("/activate/{token}/renew")).show(refusal);
    }
    let purpose = Purpose::Activate { invitation_id: invitation.id };
    match begin(&app, &headers, &address, form.provider.as_deref(), purpose, form.switch.is_some()).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(refusal)) => refused(&app, &headers, &uri).retry(uri.path().to_owned()).show(refusal),
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// Sends a new link to the recipient of the old one. The response does not reveal whether a link was sent.
async fn renew(
    State(app): State<App>,
    LinkToken(token): LinkToken,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
) -> Answer {
    let now = app.hub.env.now();
    if app.throttle.failed(&format!("renew {}", address.network()), now).await > RENEWALS {
        return refused(&app, &headers, &uri).show(ActivationError::TooManyAttempts);
    }
    app.hub.renew(&token).await?;
    page(&app, &chrome(&app, &headers, &uri, None), &RenewSent { wait_minutes: 5 })
}

/// Shows the progress of the signed-in user's activation. It works without a script, because the page reloads itself.
async fn progress(
    State(app): State<App>,
    Customer(sign_in): Customer,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let Some(view) = app.hub.my_activation(&sign_in.identity).await? else {
        return Ok(Redirect::to("/portal/customer").into_response());
    };
    show_activation(&app, &headers, &uri, &view, false).await
}

/// The page of an activation in its present state. `again`: its owner opened the link once more.
async fn show_activation(app: &App, headers: &HeaderMap, uri: &Uri, view: &ActivationView, again: bool) -> Answer {
    match view.activation.state {
        ActivationState::Pending => pending(app, headers, uri, view),
        ActivationState::Done => activated(app, headers, uri, view, again).await,
        ActivationState::Refused(refusal) => {
            let page = refused(app, headers, uri).signed_in(&view.activation.sign_in);
            page.switch(app.hub.activation_path(&view.invitation))
                .for_invitation(view.invitation.id)
                .await?
                .show(refusal)
        }
    }
}

fn pending(app: &App, headers: &HeaderMap, uri: &Uri, view: &ActivationView) -> Answer {
    let content = Progress {
        steps: presenter::steps(&view.activation.progress),
        poll_url: "/activation/state".to_owned(),
        signed_in_as: Some(view.activation.sign_in.masked()),
        pending: presenter::pending(app, view),
    };
    page(app, &chrome(app, headers, uri, None), &content)
}

/// The success page: what is linked, and which portals the sign-in opens. Without devices, it has the reason that portal
/// and app give.
async fn activated(app: &App, headers: &HeaderMap, uri: &Uri, view: &ActivationView, again: bool) -> Answer {
    let sign_in = &view.activation.sign_in;
    // A sign-in that was unlinked since is no longer activated; the portal says why.
    let Some(linked) = app.hub.customer_claims(&sign_in.identity).await? else {
        return Ok(Redirect::to("/portal/customer").into_response());
    };
    let answer = app.hub.my_devices(sign_in).await?;
    let portals = app.hub.portals_of(&sign_in.identity).await?;
    let device = |it: &Device| ActivatedDevice { name: it.name.clone(), serial: it.serial.clone() };
    let content = Activated {
        devices: answer.devices.iter().map(device).collect(),
        reason: answer.reason.map(Reason::of),
        records: presenter::records(&linked, &view.invitation),
        portals: portals.into_iter().map(presenter::portal).collect(),
        devices_url: "/portal/customer".to_owned(),
        signed_in_as: Some(sign_in.masked()),
        again,
    };
    page(app, &chrome(app, headers, uri, None), &content)
}

/// The activation of the signed-in user, if it came from this invitation.
async fn own_activation(
    app: &App,
    headers: &HeaderMap,
    invitation: &invitations::Invitation,
) -> Result<Option<ActivationView>, PageError> {
    let Some(claim) = &invitation.claim else { return Ok(None) };
    let Some(token) = session_cookie::read(app, headers, session_cookie::Kind::Customer) else { return Ok(None) };
    let Some(session) = app.hub.portal_session(&token).await? else { return Ok(None) };
    if session.sign_in.identity != claim.identity {
        return Ok(None);
    }
    let view = app.hub.my_activation(&claim.identity).await?;
    Ok(view.filter(|view| view.invitation.id == invitation.id))
}

/// What a policy sends back with the browser.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct PolicyReturn {
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Where the browser arrives from a policy of Azure AD B2C. The code in the address proves nothing here: it is bound to no
/// browser, because the link in an e-mail cannot be. So the person signs in to the portal; they have just signed in at the
/// provider, which does not ask again. Then they see their activation.
async fn back_from_policy(
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    address: ClientAddr,
    Query(sent): Query<PolicyReturn>,
) -> Answer {
    if let Some(error) = &sent.error {
        tracing::warn!(%error, description = sent.error_description.as_deref().unwrap_or_default(), "a policy refused");
        let cancelled = error == "access_denied";
        let refusal = if cancelled { ActivationError::SignInCancelled } else { ActivationError::SignInFailed };
        return refused(&app, &headers, &uri).show(refusal);
    }
    let session = match session_cookie::read(&app, &headers, session_cookie::Kind::Customer) {
        Some(token) => app.hub.portal_session(&token).await?,
        None => None,
    };
    // A session may be of another account than the one that has just been linked. A code indicates a recent sign-in.
    if sent.code.is_none() {
        let to = if session.is_some() { "/activation" } else { "/portal/customer/sign-in?return_to=%2Factivation" };
        return Ok(Redirect::to(to).into_response());
    }
    let now = app.hub.env.now();
    if app.throttle.failed(&format!("policy return {}", address.network()), now).await > RETURNS {
        return refused(&app, &headers, &uri).show(ActivationError::TooManyAttempts);
    }
    let provider = app.config.b2c.as_ref().map(|b2c| b2c.provider.clone());
    let purpose = Purpose::Portal { return_to: "/activation".to_owned() };
    match begin(&app, &headers, &address, provider.as_deref(), purpose, false).await {
        Ok(response) => Ok(response),
        Err(BeginFailed::Refused(refusal)) => refused(&app, &headers, &uri).show(refusal),
        Err(BeginFailed::Page(error)) => Err(error),
    }
}

/// State of the activation, which the progress page polls every second.
async fn poll(State(app): State<App>, Customer(sign_in): Customer) -> Result<Response, PageError> {
    let Some(view) = app.hub.my_activation(&sign_in.identity).await? else { return Err(PageError::NOT_FOUND) };
    let ended = view.activation.state != ActivationState::Pending;
    let steps = presenter::steps(&view.activation.progress);
    let poll = Poll {
        steps,
        next: ended.then(|| "/activation".to_owned()),
        reload: presenter::pending(&app, &view).is_some(),
    };
    Ok(Json(poll).into_response())
}

/// The identity providers to choose from.
pub(crate) fn providers(app: &App) -> Vec<pages::Provider> {
    let providers = app.hub.providers.iter().filter(|provider| !app.hub.is_company_provider(provider.name()));
    providers.map(|p| pages::Provider { id: p.name().to_owned(), label: p.display_name().to_owned() }).collect()
}
