//! The address at which an identity provider tells the hub that somebody signed out there (OpenID Connect Back-Channel Logout
//! 1.0). It sends no cookie, and proves itself by the signature of its token.

use axum::extract::{Form, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use tessera_hub::SignOutNotice;

use crate::extract::client_addr::ClientAddr;
use crate::{App, PageError};

/// Maximum number of notices of one client address within a minute that are refused.
const REFUSED: u32 = 60;

/// What the provider sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Notice {
    logout_token: String,
}

pub(super) async fn sign_out(
    State(app): State<App>,
    Path(provider): Path<String>,
    address: ClientAddr,
    Form(notice): Form<Notice>,
) -> Result<Response, PageError> {
    let limits = vec![(format!("sign-out notices {}", address.network()), REFUSED)];
    let Some(guess) = app.throttle.guess(limits, app.hub.env.now()).await else {
        return Err(PageError(StatusCode::TOO_MANY_REQUESTS));
    };
    let ended = app.hub.sign_out_by_provider(&provider, &notice.logout_token).await;
    let is_known = |ended: &SignOutNotice| !matches!(ended, SignOutNotice::UnknownProvider | SignOutNotice::Refused(_));
    match guess.settle(ended, is_known).await? {
        SignOutNotice::Carried => Ok((StatusCode::OK, [(header::CACHE_CONTROL, "no-store")]).into_response()),
        SignOutNotice::UnknownProvider => Err(PageError::NOT_FOUND),
        SignOutNotice::Repeated => Ok(refused("this logout token was used before")),
        SignOutNotice::Unverifiable(why) => {
            tracing::warn!(provider, why, "a notice of a sign-out cannot be verified now");
            Ok((StatusCode::SERVICE_UNAVAILABLE, [(header::CACHE_CONTROL, "no-store"), (header::RETRY_AFTER, "30")])
                .into_response())
        }
        SignOutNotice::Refused(why) => {
            tracing::warn!(provider, why, "a notice of a sign-out was refused");
            Ok(refused("this is no logout token of the provider for this client"))
        }
    }
}

/// The answer of §2.8. What exactly is wrong stands in the log only.
fn refused(description: &str) -> Response {
    let body = json!({ "error": "invalid_request", "error_description": description });
    (StatusCode::BAD_REQUEST, [(header::CACHE_CONTROL, "no-store")], axum::Json(body)).into_response()
}
