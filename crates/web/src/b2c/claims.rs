//! Claims about a customer, for use in tokens.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Value, json};
use tessera_core::kernel::customer::IdentityKey;
use tessera_hub::HubError;

use super::answer::{self, Claims, Failure};
use super::request::Sent;
use super::sender::Policy;
use super::{B2c, TokenClaim};
use crate::App;
use crate::middleware::request_id::ServiceRequestId;

/// The claims for an object id; empty if the identity is unknown.
pub(super) async fn claims(
    State(app): State<App>,
    _policy: Policy,
    Extension(id): Extension<ServiceRequestId>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let known = async {
        let sent = Sent::read(&app, &headers, &body)?;
        sent.log("claims");
        Ok(answer::claims(about(&app, sent.b2c(), &sent.identity()?).await?))
    };
    known.await.unwrap_or_else(|failure: Failure| failure.answer(&app, &id))
}

/// The configured claims for an identity.
pub(super) async fn about(app: &App, b2c: &B2c, identity: &IdentityKey) -> Result<Claims, HubError> {
    let Some(known) = app.hub.customer_claims(identity).await? else { return Ok(Claims::new()) };
    let value = |claim: &TokenClaim| -> Value {
        match claim {
            TokenClaim::CustomerId => json!(known.customer_id),
            TokenClaim::RequesterId => json!(known.requester_id),
            TokenClaim::ContactId => json!(known.contact_id),
            TokenClaim::DeviceCount => json!(known.devices),
        }
    };
    let told = b2c.token_claims.iter().map(|(name, claim)| (name.clone(), value(claim)));
    Ok(told.filter(|(_, value)| !value.is_null()).collect())
}
