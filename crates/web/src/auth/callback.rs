//! The callback of the identity provider.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tessera_core::invitations::ActivationError;
use tessera_hub::ports::CallbackParams;
use tessera_hub::{BeginError, Claimed, Purpose, SignedIn};

use crate::activation::refused;
use crate::auth::ClientDescription;
use crate::auth::route_access::{Routes, Rule, get};
use crate::auth::session_cookie::{self, Kind};
use crate::respond::page::{Answer, PageError, append_cookie};
use crate::{App, auth, portal};

/// Each provider has a callback address of its own, so that no provider can impersonate another (RFC 9700 §4.4).
pub(crate) fn routes() -> Routes {
    Routes::of(Rule::SignIn).route("/auth/{provider}/callback", get(callback))
}

async fn callback(
    State(app): State<App>,
    Path(provider): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    ClientDescription(visit): ClientDescription,
    Query(parameters): Query<CallbackParams>,
) -> Answer {
    let browser = session_cookie::read(&app, &headers, Kind::Browser);
    let SignedIn { sign_in, purpose } = match app.hub.finish_sign_in(&provider, &parameters, browser.as_deref()).await {
        Ok(signed_in) => signed_in,
        Err((purpose, error)) => {
            let Some(&refusal) = error.rejection::<ActivationError>() else { return Err(error.into()) };
            let page = refused(&app, &headers, &uri);
            return match purpose {
                Some(Purpose::Activate { invitation_id }) => {
                    page.retry(app.hub.activation_path(invitation_id)).show(refusal)
                }
                Some(Purpose::Portal { .. }) => auth::sign_in_failed(&app, &headers, &uri, refusal),
                Some(Purpose::AddIdentity { .. }) => Ok(portal::identities::not_added(&app, refusal)),
                None => page.show(refusal),
            };
        }
    };

    match purpose {
        Purpose::AddIdentity { session } => portal::identities::come_back(&app, &headers, &session, &sign_in).await,
        Purpose::Portal { return_to } => {
            let mut response = Redirect::to(&return_to).into_response();
            auth::enter(&app, &mut response, app.hub.open_session(&sign_in, &visit).await?);
            Ok(response)
        }
        Purpose::Activate { invitation_id } => {
            let Claimed { session_token, refusal } = app.hub.claim_and_sign_in(invitation_id, &sign_in, &visit).await?;
            let mut response = match refusal {
                None => Redirect::to("/activation").into_response(),
                Some(refusal) => {
                    let page = refused(&app, &headers, &uri).signed_in(&sign_in);
                    let page = page.switch(app.hub.activation_path(invitation_id));
                    page.for_invitation(invitation_id).await?.show(refusal)?
                }
            };
            auth::enter(&app, &mut response, session_token);
            Ok(response)
        }
    }
}

/// Redirects the browser to the identity provider.
pub(crate) async fn begin(
    app: &App,
    headers: &HeaderMap,
    provider: Option<&str>,
    purpose: Purpose,
    other_account: bool,
) -> Result<Response, BeginFailed> {
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
