//! Request parameters according to OAuth: from the query or a form, each at most once, and an empty one counts as
//! absent (RFC 6749 §3.1).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode, header};
use url::form_urlencoded;

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn parse(encoded: &[u8]) -> Self {
        Self(form_urlencoded::parse(encoded).into_owned().filter(|(_, value)| !value.is_empty()).collect())
    }

    /// The first value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of `name`, or an empty string.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// A repeated parameter, if any.
    pub(super) fn repeated(&self) -> Option<&str> {
        let mut rest = self.0.as_slice();
        while let Some(((name, _), tail)) = rest.split_first() {
            if tail.iter().any(|(other, _)| other == name) {
                return Some(name);
            }
            rest = tail;
        }
        None
    }
}

impl<S: Send + Sync> FromRequest<S> for Params {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        if request.method() != Method::POST {
            return Ok(Self::parse(request.uri().query().unwrap_or_default().as_bytes()));
        }
        let is_form = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        if is_form || body.is_empty() {
            Ok(Self::parse(&body))
        } else {
            Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/x-www-form-urlencoded\n").into_response())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn empty_is_absent_and_repeats_are_seen() {
        let params = Params::parse(b"a=1&b=&c=%20x&c=2");
        assert_eq!(params.get("a"), Some("1"));
        assert_eq!(params.get("b"), None);
        assert_eq!(params.get("c"), Some(" x"));
        assert_eq!(params.repeated(), Some("c"));
        assert_eq!(Params::parse(b"a=1&b=1").repeated(), None);
    }
}
