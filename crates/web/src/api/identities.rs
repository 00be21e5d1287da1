//! The sign-ins of whoever is signed in to the app (`A23`).

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

/// A way to sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInMethod {
    /// Its id.
    id: Uuid,
    /// The identity provider, as people call it.
    #[schema(example = "Sunfield account")]
    provider: String,
    /// The address, masked.
    #[schema(example = "a•••@example.com")]
    shown_as: String,
    /// Since when it is theirs.
    since: Timestamp,
    /// When it last signed in to the portal; `null`: not known.
    #[schema(required)]
    last_used_at: Option<Timestamp>,
    /// It is the one this token is of.
    current: bool,
}

/// The ways to sign in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignInMethods {
    /// Oldest first; none before activation.
    items: Vec<SignInMethod>,
}

/// My sign-in methods
///
/// Everything that signs in for the same customer. One is added in the portal, where its provider can be visited.
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

/// Names one sign-in method.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The sign-in method's id, as in the list.
    id: Uuid,
}

/// Remove one of my sign-in methods
///
/// Never the last one (409 `last_identity`). All portal sessions of the customer end, and the known address is told. The token must come
/// of a sign-in no longer than 15 minutes ago, told by its `auth_time`; otherwise 401 `sign_in_again`, with the challenge of RFC 9470.
#[utoipa::path(
    delete, path = "/me/identities/{id}", operation_id = "removeMyIdentity", tag = "App", security(("bearer" = [])),
    params(ById),
    responses(
        (status = 204, description = "It is removed"),
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

/// RFC 9470 §3: which sign-in would do.
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
