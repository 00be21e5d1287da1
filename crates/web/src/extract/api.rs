//! Extractors of the API. An unreadable request results in a problem that names the field.

use std::error::Error;

use axum::body::Body;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::Utf8Body;
use super::by_name::ByName;
use crate::{App, Problem};

/// A JSON body of a request or a response.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let request = in_utf8(request, app).await?;
        let axum::Json(ByName(body)) = axum::Json::from_request(request, app).await.map_err(|rejection| {
            let code = match rejection {
                JsonRejection::JsonDataError(_) => "invalid_body",
                JsonRejection::JsonSyntaxError(_) => "invalid_json",
                JsonRejection::MissingJsonContentType(_) => "not_json",
                _ => "unreadable_body",
            };
            Problem::new(rejection.status(), code, cause(&rejection))
        })?;
        Ok(Self(body))
    }
}

/// The request with its body in UTF-8.
async fn in_utf8(request: Request, app: &App) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let Utf8Body(body) = Utf8Body::from_request(Request::from_parts(parts.clone(), body), app).await?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// Reads a body in UTF-8 that may be left out, in the same way as [`Json`].
pub(crate) fn json_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let read = serde_json::from_slice::<ByName<T>>(body);
    read.map(|ByName(body)| body).map_err(|error| {
        let (status, code) = if error.is_data() {
            (StatusCode::UNPROCESSABLE_ENTITY, "invalid_body")
        } else {
            (StatusCode::BAD_REQUEST, "invalid_json")
        };
        Problem::new(status, code, error.to_string())
    })
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// The query parameters.
#[derive(Debug)]
pub(crate) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let read = axum::extract::Query::from_request_parts(parts, app).await;
        read.map(|query| Self(query.0)).map_err(|rejection: QueryRejection| {
            bad_parameter(format!("the query does not fit: {}", cause(&rejection)))
        })
    }
}

/// The path parameters.
#[derive(Debug)]
pub(crate) struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let read = axum::extract::Path::from_request_parts(parts, app).await;
        read.map(|path| Self(path.0))
            .map_err(|rejection: PathRejection| bad_parameter(format!("the path does not fit: {}", cause(&rejection))))
    }
}

/// The problem for an invalid parameter.
pub(crate) fn bad_parameter(detail: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_parameter", detail)
}

/// The cause of a rejection, with the path to the field. The outer error only says that the request could not be read.
pub(super) fn cause(rejection: &dyn Error) -> String {
    rejection.source().map_or_else(|| rejection.to_string(), ToString::to_string)
}
