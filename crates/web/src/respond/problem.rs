//! Errors of the hub's APIs as problem details (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tessera_core::kernel::rejection::RejectionKind;
use tessera_core::staff::Permission;
use tessera_hub::HubError;
use tessera_hub::StoreError;
use tessera_hub::ports::ConnectError;
use utoipa::ToSchema;

/// An error: what happened, to which object, and what to do next (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`; the `code` identifies the type of problem.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: &'static str,
    /// The HTTP status as text.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Identifies the type of problem, for example `requester_without_email`.
    pub code: &'static str,
    /// What happened and what to do, for people.
    pub detail: String,
    /// Number of seconds after which a retry makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
}

impl Problem {
    /// Creates a problem.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            code,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// The object does not exist.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// The request is malformed.
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail)
    }

    /// The caller is not authenticated.
    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// The caller's API key lacks a scope. `None`: no scope permits the request.
    pub(crate) fn scope_missing(key: &str, lacking: Option<Permission>) -> Self {
        let detail = match lacking {
            Some(scope) => format!("the API key {key} lacks the scope {scope}; issue a key that has it"),
            None => format!("no scope permits the API key {key} to do this"),
        };
        Self::new(StatusCode::FORBIDDEN, "scope_missing", detail)
    }

    /// An internal error. Its cause is logged, but not sent to the client.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(error = %cause, "a request could not be answered");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here. It was recorded; try again.",
        )
    }

    fn unavailable(code: &'static str, detail: String, retry_after: i64) -> Self {
        Self { retry_after: Some(retry_after.max(1)), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// Detail if the confirmation of a commit was lost. The details of other errors of the store do not claim that nothing
/// was changed either, because the request may have changed something before.
const COMMIT_UNKNOWN: &str = "The database did not confirm the change in time, so it is not known whether it was made. Look first whether \
                              it was; it is safe to try again.";

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::CommitUnknown(_) => {
                tracing::error!(%error, "the database did not confirm a change");
                let status = StatusCode::GATEWAY_TIMEOUT;
                Self { retry_after: Some(5), ..Self::new(status, "commit_unknown", COMMIT_UNKNOWN) }
            }
            StoreError::Unavailable(_) | StoreError::DiskFull(_) | StoreError::ReadOnly(_) => {
                // The hub logs the outage. A line for each request would bury it.
                tracing::debug!(%error, "the database cannot do what was asked");
                let (code, detail) = match error {
                    StoreError::DiskFull(_) => ("database_full", "The disk of the database is full."),
                    StoreError::ReadOnly(_) => ("database_read_only", "The database cannot be written at present."),
                    _ => ("database_unavailable", "The database does not answer."),
                };
                Self::unavailable(code, format!("{detail} Try again later."), 5)
            }
            other => Self::internal(&other),
        }
    }
}

impl From<HubError> for Problem {
    fn from(error: HubError) -> Self {
        let detail = error.to_string();
        match error {
            HubError::NotFound(_) | HubError::Connect(ConnectError::NotFound { .. }) => Self::not_found(detail),
            HubError::Rejected(rejection) => {
                let status = match rejection.kind() {
                    RejectionKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                    RejectionKind::Forbidden => StatusCode::FORBIDDEN,
                    RejectionKind::Conflict => StatusCode::CONFLICT,
                    RejectionKind::NotFound => return Self::not_found(detail),
                };
                Self::new(status, rejection.code(), detail)
            }
            HubError::Busy => Self::unavailable("busy", detail, 1),
            HubError::Store(error) => error.into(),
            HubError::Connect(ConnectError::Unsupported { .. }) => {
                Self::new(StatusCode::CONFLICT, "unsupported", detail)
            }
            HubError::Connect(error) if error.is_temporary() => Self::unavailable("upstream_unavailable", detail, 10),
            HubError::Connect(error) => Self::new(StatusCode::BAD_GATEWAY, "upstream_refused", error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use tessera_hub::Cause;

    use super::*;
    use crate::respond::page::PageError;

    #[test]
    fn h04_every_face_says_when_it_is_not_known_whether_a_change_was_made() {
        let lost = || HubError::from(StoreError::CommitUnknown(Cause::new("connection closed")));
        let problem = Problem::from(lost());
        assert_eq!((problem.status, problem.code), (504, "commit_unknown"));
        assert!(
            problem.detail.contains("not known whether it was made") && problem.detail.contains("safe to try again")
        );
        assert!(!problem.detail.contains("connection closed"), "the cause is in the log");

        let page = crate::pages::problem::Problem::of(PageError::from(lost()).0.as_u16(), "id");
        assert_eq!(page.title, "We don’t know whether that worked");
        assert!(page.next_step.contains("safely try again"), "{}", page.next_step);

        assert!(lost().to_string().contains("not known whether it was made"), "as the command line and jobs say it");
    }

    #[test]
    fn h04_no_face_says_that_nothing_was_changed_when_that_is_not_known() {
        let cause = || Cause::new("it is gone");
        let errors = [
            StoreError::Unavailable(cause()),
            StoreError::DiskFull(cause()),
            StoreError::ReadOnly(cause()),
            StoreError::CommitUnknown(cause()),
            StoreError::Constraint { name: "links_active".to_owned(), cause: cause() },
        ];
        let codes = ["database_unavailable", "database_full", "database_read_only", "commit_unknown", "internal"];
        for (error, code) in errors.into_iter().zip(codes) {
            let problem = Problem::from(error);
            assert_eq!(problem.code, code);
            assert!(!problem.detail.contains("othing was"), "{}", problem.detail);
            let page = crate::pages::problem::Problem::of(problem.status, "id");
            assert!(!page.explanation.contains("othing"), "{}", page.explanation);
        }
    }
}
