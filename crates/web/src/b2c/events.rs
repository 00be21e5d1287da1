//! Events of Entra's custom authentication extensions. Entra waits for two seconds at most, and issues no token without
//! a response.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tessera_core::activation::requester_id_link;
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::customer::IdentityKey;

use super::answer::Failure;
use super::request::is_attribute;
use super::{B2c, claims};
use crate::extract::body::Utf8Body;
use crate::{App, Problem};

const EVENTS: &str = "microsoft.graph.authenticationEvent.";

/// Authenticates Entra. Its bearer token is checked like any other: issuer, audience, and the application it was issued
/// to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entra;

impl FromRequestParts<App> for Entra {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let verifier = app.config.b2c.as_ref().and_then(|b2c| b2c.events.as_ref());
        let verifier =
            verifier.ok_or_else(|| Problem::not_found("no events are expected here: configure [b2c.events]"))?;
        let token = crate::auth::caller::bearer(&parts.headers)?;
        verifier.verify(token).await.map_err(|error| {
            tracing::warn!(%error, "an event was not accepted");
            Problem::unauthorized(error.to_string())
        })?;
        Ok(Self)
    }
}

/// Handles an event. The response is always 200 with JSON, because Entra accepts no other.
pub(super) async fn event(
    State(app): State<App>,
    _entra: Entra,
    Utf8Body(body): Utf8Body,
) -> Result<Response, Problem> {
    let event: Value = serde_json::from_slice(&body).map_err(|_| Problem::bad_request("the body is no JSON object"))?;
    let b2c = app.config.b2c.as_ref().ok_or_else(|| Problem::not_found("no events are expected here"))?;
    let kind = event["type"].as_str().and_then(|kind| kind.strip_prefix(EVENTS)).unwrap_or_default();
    let data = match kind {
        "tokenIssuanceStart" => token_issuance(&app, b2c, &event["data"]).await?,
        "attributeCollectionSubmit" => attribute_collection(&app, b2c, &event["data"]).await?,
        _ => {
            return Err(Problem::bad_request(
                "the event's `type` is neither tokenIssuanceStart nor attributeCollectionSubmit",
            ));
        }
    };
    let mut response = (StatusCode::OK, Json(json!({ "data": data }))).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Token issuance: returns the claims about the user. Entra accepts text values only.
async fn token_issuance(app: &App, b2c: &B2c, data: &Value) -> Result<Value, Problem> {
    let subject = data["authenticationContext"]["user"]["id"].as_str().unwrap_or_default();
    let issuer = app.hub.provider(&b2c.provider).map(|provider| provider.issuer().to_owned()).unwrap_or_default();
    let identity = IdentityKey { issuer, subject: subject.to_owned() };
    let known = claims::about(app, b2c, &identity).await?;
    let told: Map<String, Value> = known
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(_) => (name, value),
            other => (name, Value::String(other.to_string())),
        })
        .collect();
    Ok(json!({
        "@odata.type": "microsoft.graph.onTokenIssuanceStartResponseData",
        "actions": [{ "@odata.type": "microsoft.graph.tokenIssuanceStart.provideClaimsForToken", "claims": told }],
    }))
}

/// Attribute collection during sign-up: rejects an invalid activation token immediately.
async fn attribute_collection(app: &App, b2c: &B2c, data: &Value) -> Result<Value, Problem> {
    let attributes = data["userSignUpInfo"]["attributes"].as_object();
    let given = attributes.and_then(|attributes| {
        b2c.names.given.iter().find_map(|name| {
            let is_it = |key: &String| key == name || is_attribute(key, name);
            let (key, attribute) = attributes.iter().find(|(key, _)| is_it(key))?;
            let value = attribute["value"].as_str().map(str::trim).filter(|value| !value.is_empty())?;
            Some((key.clone(), value.to_owned()))
        })
    });
    let refused = match given {
        Some((key, given)) if !(b2c.numbers && requester_id_link::is_requester_id(&given)) => {
            match app.hub.check_token(&given).await {
                Ok(()) => None,
                Err(error) if error.rejection::<ActivationError>().is_some() => {
                    Some((key, Failure::from(error).user_message))
                }
                Err(error) => return Err(error.into()),
            }
        }
        _ => None,
    };
    let action = match refused {
        None => json!({ "@odata.type": "microsoft.graph.attributeCollectionSubmit.continueWithDefaultBehavior" }),
        Some((key, message)) => json!({
            "@odata.type": "microsoft.graph.attributeCollectionSubmit.showValidationError",
            "message": "Please check the activation code.",
            "attributeErrors": { key: message },
        }),
    };
    Ok(json!({
        "@odata.type": "microsoft.graph.onAttributeCollectionSubmitResponseData",
        "actions": [action],
    }))
}
