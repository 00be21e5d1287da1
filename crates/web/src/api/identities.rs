//! The sign-in methods of the app's signed-in user (`A23`).

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::actor::Channel;
use tessera_core::kernel::ids::IdentityId;
use tessera_hub::RECENT;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::problems;
use crate::auth::caller::Bearer;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// A sign-in method.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInMethod {
    /// The sign-in method's id.
    id: Uuid,
    /// The identity provider's display name.
    #[schema(example = "Sunfield account")]
    provider: String,
    /// The e-mail address, masked.
    #[schema(example = "a•••@example.com")]
    shown_as: String,
    /// When the sign-in method was added.
    since: Timestamp,
    /// When it was last used to sign in to the portal; `null` if unknown.
    #[schema(required)]
    last_used_at: Option<Timestamp>,
    /// Whether the token of this request belongs to this sign-in method.
    current: bool,
}

/// The user's sign-in methods.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInMethods {
    /// The sign-in methods, oldest first; empty before activation.
    items: Vec<SignInMethod>,
}

/// List my sign-in methods
///
/// All identities that sign in for the same customer. A new one is added in the portal, because adding it needs a visit
/// to its identity provider.
#[utoipa::path(
    get, path = "/me/identities", operation_id = "listMyIdentities", tag = "App", security(("bearer" = [])),
    responses((status = 200, description = "The sign-in methods", body = SignInMethods), problems::Any, problems::Ended),
)]
pub(super) async fn list(State(app): State<App>, bearer: Bearer) -> Result<Json<SignInMethods>, Problem> {
    let mine = bearer.identity();
    app.hub.check_active(&mine).await?;
    let identities = app.hub.identities_beside(&mine).await?;
    let items = identities.into_iter().map(|identity| SignInMethod {
        id: identity.id.0,
        provider: app
            .hub
            .provider(&identity.sign_in.provider)
            .map_or_else(|| identity.sign_in.provider.clone(), |provider| provider.display_name().to_owned()),
        shown_as: identity.sign_in.masked(),
        since: identity.created_at,
        last_used_at: identity.last_used_at,
        current: identity.sign_in.identity == mine,
    });
    Ok(Json(SignInMethods { items: items.collect() }))
}

/// The sign-in method in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The sign-in method's id, as listed.
    id: Uuid,
}

/// Remove one of my sign-in methods
///
/// The last one cannot be removed (409 `last_identity`). All portal sessions of the customer end, and a notice is sent
/// to the known address. The token's `auth_time` must show a sign-in within the last 15 minutes; otherwise the response
/// is 401 `sign_in_again`, with the challenge of RFC 9470.
#[utoipa::path(
    delete, path = "/me/identities/{id}", operation_id = "removeMyIdentity", tag = "App", security(("bearer" = [])),
    params(ById),
    responses(
        (status = 204, description = "The sign-in method is removed"),
        problems::Any, problems::Ended, problems::NotFound, problems::Refused,
    ),
)]
pub(super) async fn remove(
    State(app): State<App>,
    bearer: Bearer,
    Path(ById { id }): Path<ById>,
) -> Result<Response, Problem> {
    let now = app.hub.env.now();
    if bearer.0.authenticated_at.is_none_or(|at| now.duration_since(at) > RECENT) {
        return Ok(sign_in_again());
    }
    app.hub.remove_identity(&bearer.identity(), IdentityId(id), None, Channel::Api).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The challenge of RFC 9470 §3: the maximum age of the sign-in.
fn sign_in_again() -> Response {
    let detail = "this changes how you sign in: sign in again, then send the new token, whose `auth_time` must be no \
                  older than 15 minutes";
    let mut response = Problem::new(StatusCode::UNAUTHORIZED, "sign_in_again", detail).into_response();
    let challenge = format!("Bearer error=\"insufficient_user_authentication\", max_age=\"{}\"", RECENT.as_secs());
    if let Ok(challenge) = HeaderValue::from_str(&challenge) {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}
