//! Responses in the format that policies expect: flat claims, or an error in a specific format.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use tessera_core::invitations::ActivationError;
use tessera_hub::{HubError, StoreError};

use crate::App;
use crate::middleware::request_id::ServiceRequestId;
use crate::pages::activation::Refused;

/// Claims for the policy or for a token.
pub(super) type Claims = Map<String, Value>;

/// Response 200 with flat JSON.
pub(super) fn claims(claims: Claims) -> Response {
    Json(Value::Object(claims)).into_response()
}

/// An error response to a policy.
#[derive(Debug)]
pub(super) struct Failure {
    /// The HTTP status. The status in the body is always 409, because B2C accepts no other.
    pub status: StatusCode,
    /// The error's code.
    pub code: &'static str,
    /// The message for the user who signs in.
    pub user_message: String,
    /// The message for the policy's developer, which B2C shows in its log.
    pub developer_message: String,
}

/// The error in the format of B2C.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    version: &'static str,
    status: u16,
    code: &'static str,
    request_id: String,
    user_message: String,
    developer_message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    more_info: Option<String>,
}

impl Failure {
    /// The request is malformed. The policy's author has to fix it.
    pub(super) fn malformed(code: &'static str, developer_message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code,
            user_message: "Something is not set up correctly on our side. Please contact support.".to_owned(),
            developer_message: developer_message.into(),
        }
    }

    /// Converts the error into a response.
    pub(super) fn answer(self, app: &App, id: &ServiceRequestId) -> Response {
        let body = Body {
            version: "1.0.0",
            status: StatusCode::CONFLICT.as_u16(),
            code: self.code,
            request_id: id.0.clone(),
            user_message: self.user_message,
            developer_message: self.developer_message,
            more_info: app.config.b2c.as_ref().and_then(|b2c| b2c.more_info.clone()),
        };
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Basic"));
        }
        response
    }
}

/// Converts an error that the framework returned before any handler ran into the format of B2C.
pub(crate) fn refused(app: &App, status: StatusCode, id: &ServiceRequestId) -> Response {
    let developer_message = format!("{}: POST a JSON object", status.canonical_reason().unwrap_or("refused"));
    Failure { status, ..Failure::malformed("refused", developer_message) }.answer(app, id)
}

impl From<ActivationError> for Failure {
    fn from(refusal: ActivationError) -> Self {
        let words = Refused::new(refusal);
        Self {
            status: StatusCode::CONFLICT,
            code: refusal.code(),
            user_message: format!("{}. {}", words.title, words.explanation),
            developer_message: refusal.to_string(),
        }
    }
}

impl From<HubError> for Failure {
    fn from(error: HubError) -> Self {
        if let Some(&refusal) = error.rejection::<ActivationError>() {
            return refusal.into();
        }
        match error {
            HubError::Rejected(rejection) => Self {
                status: StatusCode::CONFLICT,
                code: rejection.code(),
                user_message: "This account could not be connected to your customer record. Please contact support."
                    .to_owned(),
                developer_message: rejection.to_string(),
            },
            HubError::Store(error @ StoreError::CommitUnknown(_)) => {
                tracing::error!(%error, "the database did not confirm a change");
                Self {
                    status: StatusCode::CONFLICT,
                    code: "commit_unknown",
                    user_message:
                        "We do not know whether your account was connected. Please try again in a minute: that is safe."
                            .to_owned(),
                    developer_message: "the database did not confirm the change; the same request may be sent again"
                        .to_owned(),
                }
            }
            other => {
                // The hub logs an outage of its database. A line for each request would bury it.
                if other.is_database_outage() {
                    tracing::debug!(error = %other, "a policy's request could not be answered");
                } else {
                    tracing::error!(error = %other, "a policy's request could not be answered");
                }
                Self {
                    status: StatusCode::CONFLICT,
                    code: "unavailable",
                    user_message: "We cannot connect your account right now. Please try again in a minute.".to_owned(),
                    developer_message: "the hub cannot answer at present; the same request may be sent again"
                        .to_owned(),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tessera_hub::Cause;

    use super::*;

    #[test]
    fn h04_a_policy_gets_commit_unknown_when_a_change_is_not_confirmed() {
        let lost = Failure::from(HubError::from(StoreError::CommitUnknown(Cause::new("connection closed"))));
        assert_eq!(lost.code, "commit_unknown");
        assert!(lost.user_message.starts_with("We do not know whether"), "{}", lost.user_message);
    }
}
