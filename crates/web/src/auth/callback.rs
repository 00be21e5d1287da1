//! The callback of the identity provider.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::ids::InvitationId;
use tessera_hub::ports::CallbackParams;
use tessera_hub::{BeginError, CallbackError, Claimed, HubError, Purpose, SignedIn};

use super::attempts::begins_too_many;
use super::caller::session_of;
use super::{provider_sign_out, reauthenticate};
use crate::activation::refused;
use crate::auth::ClientDescription;
use crate::auth::route_access::{Routes, Rule, get, post};
use crate::auth::session_cookie::{self, Kind};
use crate::extract::client_addr::ClientAddr;
use crate::respond::page::{Answer, PageError, append_cookie};
use crate::{App, auth, console, portal};

/// Each provider has a callback address of its own, so that no provider can impersonate another (RFC 9700 §4.4).
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::SignIn)
        .route("/auth/{provider}/callback", get(callback))
        .route("/auth/{provider}/sign-out", post(provider_sign_out::sign_out))
}

async fn callback(
    State(app): State<App>,
    method: Method,
    Path(provider): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientDescription(visit): ClientDescription,
    Query(parameters): Query<CallbackParams>,
) -> Answer {
    // Neither a mail scanner nor a browser that loads pages ahead uses a sign-in up.
    let ahead = match method {
        Method::HEAD => Some(StatusCode::NO_CONTENT),
        _ => is_prefetch(&headers).then_some(StatusCode::SERVICE_UNAVAILABLE),
    };
    if let Some(status) = ahead {
        return Ok((status, [(header::CACHE_CONTROL, "no-store")]).into_response());
    }
    let browser = session_cookie::read(&app, &headers, Kind::Browser);
    let signed_in = match app.hub.finish_sign_in(&provider, &parameters, browser.as_deref()).await {
        Ok(signed_in) => signed_in,
        Err(CallbackError::Hub(error)) => return Err(error.into()),
        Err(CallbackError::GoOn(url)) => return Ok(Redirect::to(url.as_str()).into_response()),
        Err(CallbackError::Rejected { purpose, why }) => {
            return not_signed_in(&app, &headers, &uri, purpose, why).await;
        }
    };
    let (proved_at, provider_session) = (Some(signed_in.proved_at()), signed_in.provider_session());
    let visit = tessera_hub::Visit { proved_at, provider_session, ..visit };
    let SignedIn { sign_in, purpose, .. } = &signed_in;
    match purpose {
        Purpose::AddIdentity { session } => portal::identities::come_back(&app, &headers, session, sign_in).await,
        Purpose::Reauthenticate { session, return_to } => {
            let here = session_of(&app, &headers).await?.filter(|here| here.hash == *session);
            let Some(here) = here else {
                return auth::sign_in_failed(&app, &headers, &uri, ActivationError::SignInOver, Some(return_to));
            };
            reauthenticate::come_back(&app, &here, &headers, &uri, return_to.clone(), &signed_in).await
        }
        Purpose::Staff { return_to } => {
            console::sign_in::from_company(&app, &headers, &uri, &signed_in, return_to).await
        }
        Purpose::Portal { return_to } => {
            let mut response = Redirect::to(return_to).into_response();
            auth::enter(&app, &mut response, app.hub.open_session(sign_in, &visit).await?);
            Ok(response)
        }
        Purpose::Activate { invitation_id } => {
            let Claimed { session_token, refusal } = app.hub.claim_and_sign_in(*invitation_id, sign_in, &visit).await?;
            let mut response = match refusal {
                None => Redirect::to("/activation").into_response(),
                Some(refusal) => {
                    let page = refused(&app, &headers, &uri).signed_in(sign_in);
                    let page = page.switch(activation_path(&app, *invitation_id).await?);
                    page.for_invitation(*invitation_id).await?.show(refusal)?
                }
            };
            auth::enter(&app, &mut response, session_token);
            Ok(response)
        }
    }
}

/// Where the sign-in of an invitation begins again.
async fn activation_path(app: &App, invitation: InvitationId) -> Result<String, HubError> {
    Ok(app.hub.activation_path_of(invitation).await?.unwrap_or_else(|| "/portal/customer".to_owned()))
}

/// Whether the request is a prefetch.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-moz"].into_iter().any(|name| {
        let value = headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.to_ascii_lowercase().split([',', ';']).any(|word| word.trim() == "prefetch")
    })
}

/// Answers a callback that signs nobody in. A browser that opens a finished one again, by Back, a reload or a restored tab,
/// goes on if it is signed in.
async fn not_signed_in(
    app: &App,
    headers: &HeaderMap,
    uri: &Uri,
    purpose: Option<Purpose>,
    why: ActivationError,
) -> Answer {
    let session = session_of(app, headers).await?;
    let is_staff = matches!(purpose, Some(Purpose::Staff { .. }));
    if why == ActivationError::SignInOver && session.is_some() && !is_staff {
        let wanted = match &purpose {
            Some(
                Purpose::Portal { return_to }
                | Purpose::Reauthenticate { return_to, .. }
                | Purpose::Staff { return_to },
            ) => return_to.as_str(),
            Some(Purpose::Activate { .. }) => "/activation",
            Some(Purpose::AddIdentity { .. }) => portal::identities::PAGE,
            None => "/portal/customer",
        };
        return Ok(Redirect::to(wanted).into_response());
    }
    match (purpose, session) {
        (Some(Purpose::Reauthenticate { return_to, .. }), Some(session)) => {
            reauthenticate::not_confirmed(app, &session, headers, uri, return_to, why).await
        }
        // Opened again by Back or a reload: the console sends anyone who is not signed in to its sign-in.
        (Some(Purpose::Staff { return_to }), _) if why == ActivationError::SignInOver => {
            Ok(Redirect::to(&return_to).into_response())
        }
        (Some(Purpose::Staff { return_to }), _) => console::sign_in::not_at_company(app, headers, uri, why, &return_to),
        (Some(Purpose::Portal { return_to } | Purpose::Reauthenticate { return_to, .. }), _) => {
            auth::sign_in_failed(app, headers, uri, why, Some(&return_to))
        }
        (Some(Purpose::Activate { invitation_id }), _) => {
            refused(app, headers, uri).retry(activation_path(app, invitation_id).await?).show(why)
        }
        (Some(Purpose::AddIdentity { .. }), _) => Ok(portal::identities::not_added(app, why)),
        (None, _) => refused(app, headers, uri).portal().show(why),
    }
}

/// Redirects the browser to the identity provider.
pub(crate) async fn begin(
    app: &App,
    headers: &HeaderMap,
    address: &ClientAddr,
    provider: Option<&str>,
    purpose: Purpose,
    other_account: bool,
) -> Result<Response, BeginFailed> {
    if begins_too_many(app, address).await {
        return Err(BeginFailed::Refused(ActivationError::TooManyAttempts));
    }
    let browser = session_cookie::browser_secret(app, headers);
    match app.hub.begin_sign_in(provider, purpose, &browser, other_account).await {
        Ok(url) => {
            let mut response = Redirect::to(url.as_str()).into_response();
            append_cookie(&mut response, &session_cookie::cookie(app, Kind::Browser, browser));
            Ok(response)
        }
        Err(BeginError::UnknownProvider(_)) => Err(BeginFailed::Page(PageError(StatusCode::BAD_REQUEST))),
        Err(BeginError::Provider(error)) => {
            tracing::warn!(%error, "a sign-in cannot begin");
            Err(BeginFailed::Refused(ActivationError::ProviderUnavailable))
        }
        Err(BeginError::Hub(error)) => Err(BeginFailed::Page(error.into())),
    }
}

/// Why the browser could not be redirected to the identity provider.
pub(crate) enum BeginFailed {
    Refused(ActivationError),
    Page(PageError),
}
