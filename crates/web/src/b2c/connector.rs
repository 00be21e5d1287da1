//! API connectors of user flows. A connector names the step of the flow and expects the next action.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tessera_core::activation::requester_id_link;
use tessera_core::invitations::ActivationError;
use tessera_hub::HubError;

use super::answer::{Claims, Failure};
use super::request::Sent;
use super::{claims, link};
use crate::App;
use crate::middleware::request_id::ServiceRequestId;

const VERSION: &str = "1.0.0";

/// The next action of the user flow.
enum Next {
    Continue(Claims),
    Block(String),
    Correct(String),
}

/// Answers a request of an API connector.
pub(super) async fn answer(app: &App, sent: &Sent<'_>, step: &str, id: &ServiceRequestId) -> Result<Response, Failure> {
    let next = match step {
        // At this step there is no object id yet, so only the activation token can be checked.
        "PostFederationSignup" => check(app, sent).await?.map_or_else(go_on, Next::Block),
        "PostAttributeCollection" => check(app, sent).await?.map_or_else(go_on, Next::Correct),
        _ => before_token(app, sent).await?,
    };
    tracing::debug!(step, id = id.0, "an API connector was answered");
    Ok(shaped(next))
}

fn go_on() -> Next {
    Next::Continue(Claims::new())
}

/// Why the activation token, if there is one, cannot be used.
async fn check(app: &App, sent: &Sent<'_>) -> Result<Option<String>, Failure> {
    match sent.given() {
        Some(given) if !(sent.b2c().numbers && requester_id_link::is_requester_id(&given)) => {
            match app.hub.check_token(&given).await {
                Ok(()) => Ok(None),
                Err(error) if error.rejection::<ActivationError>().is_some() => {
                    Ok(Some(Failure::from(error).user_message))
                }
                Err(error) => Err(error.into()),
            }
        }
        _ => Ok(None),
    }
}

/// Handles the step before the token is issued, when the account exists. The directory stores the activation token it
/// was given for ever, so a used token must not lock out a user who is already linked.
async fn before_token(app: &App, sent: &Sent<'_>) -> Result<Next, Failure> {
    let identity = sent.identity()?;
    let mut known = claims::about(app, sent.b2c(), &identity).await?;
    let Some(given) = sent.given() else { return Ok(Next::Continue(known)) };
    match app.hub.link_by_policy(&sent.sign_in()?, &given, sent.b2c().numbers).await {
        Ok(status) => {
            known.extend(link::status_claims(sent.b2c(), &status)?);
            Ok(Next::Continue(known))
        }
        Err(HubError::Rejected(_)) if !known.is_empty() => Ok(Next::Continue(known)),
        Err(error @ HubError::Rejected(_)) => Ok(Next::Block(Failure::from(error).user_message)),
        Err(error) => Err(error.into()),
    }
}

fn shaped(next: Next) -> Response {
    let (status, body) = match next {
        Next::Continue(claims) => {
            let mut body = json!({ "version": VERSION, "action": "Continue" });
            if let Value::Object(fields) = &mut body {
                fields.extend(claims);
            }
            (StatusCode::OK, body)
        }
        Next::Block(message) => {
            (StatusCode::OK, json!({ "version": VERSION, "action": "ShowBlockPage", "userMessage": message }))
        }
        Next::Correct(message) => {
            let body =
                json!({ "version": VERSION, "status": 400, "action": "ValidationError", "userMessage": message });
            (StatusCode::BAD_REQUEST, body)
        }
    };
    (status, Json(body)).into_response()
}
