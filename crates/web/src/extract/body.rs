//! Bodies from programs, as text in UTF-8. Every interface for programs reads its bodies through this module, so that
//! each of them understands the same encodings.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use tessera_core::kernel::encoding::{EncodingError, to_utf8};

use super::api::cause;
use crate::{App, Problem};

/// A body in UTF-8, without a byte order mark.
#[derive(Debug)]
pub(crate) struct Utf8Body(pub(crate) Bytes);

impl FromRequest<App> for Utf8Body {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let headers = request.headers().clone();
        let body = Bytes::from_request(request, app).await;
        let body = body.map_err(|rejection| Problem::new(rejection.status(), "unreadable_body", cause(&rejection)))?;
        Ok(Self(utf8(&headers, &body)?))
    }
}

/// A body in UTF-8, without a byte order mark, from the encoding of its mark or the one that its content type names.
pub(crate) fn utf8(headers: &HeaderMap, body: &Bytes) -> Result<Bytes, EncodingError> {
    Ok(match to_utf8(body, charset(headers))? {
        Cow::Borrowed(text) => body.slice_ref(text),
        Cow::Owned(text) => text.into(),
    })
}

/// The encoding that the content type names.
fn charset(headers: &HeaderMap) -> Option<&str> {
    let content_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, charset) = parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim().trim_matches(['"', '\'']).trim()).filter(|charset| !charset.is_empty())
}

impl From<EncodingError> for Problem {
    fn from(error: EncodingError) -> Self {
        let (status, code) = match error {
            EncodingError::Unknown(_) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_charset"),
            EncodingError::Invalid(_) => (StatusCode::BAD_REQUEST, "unreadable_body"),
        };
        Self::new(status, code, error.to_string())
    }
}
