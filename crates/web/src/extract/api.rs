//! Extractors of the API. An unreadable request results in a problem that names the field.

use std::error::Error;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded;
use utoipa::openapi::path::ParameterIn;

use super::body::Utf8Body;
use super::bounds::Bounds;
use super::by_name::ByName;
use crate::{App, Problem};

/// Up to this size, in bytes, a body that cannot be read is compared with the bounds nevertheless.
const MAX_WRONG_BODY: usize = 64 * 1024;

/// A JSON body of a request or a response.
#[derive(Debug)]
pub(crate) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = in_utf8(request, app).await?;
        let bounds = Bounds::of(&parts);
        let request = Request::from_parts(parts, Body::from(body.clone()));
        let read = axum::Json::<ByName<T>>::from_request(request, app).await;
        // What is too long is said first: it is as long whatever it is. A large body that is wrong anyway is not read once more, because
        // it can take many times its size.
        if let Some(bounds) = bounds
            && !matches!(read, Err(JsonRejection::MissingJsonContentType(_)))
            && (read.is_ok() || body.len() <= MAX_WRONG_BODY)
        {
            bounds.check_body(&body)?;
        }
        let axum::Json(ByName(body)) = read.map_err(|rejection| {
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

/// A JSON body of a request that may be left out: without a body, everything has its default.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalJson<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = in_utf8(request, app).await?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        if let Some(bounds) = Bounds::of(&parts) {
            bounds.check_body(&body)?;
        }
        json_object(&body).map(Self)
    }
}

/// A request and its body in UTF-8.
async fn in_utf8(request: Request, app: &App) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let Utf8Body(body) = Utf8Body::from_request(Request::from_parts(parts.clone(), body), app).await?;
    Ok((parts, body))
}

fn json_object<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
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
        if let Some(bounds) = Bounds::of(parts) {
            for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
                bounds.check_parameter(ParameterIn::Query, &name, &value)?;
            }
        }
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
        if let Some(bounds) = Bounds::of(parts)
            && let Ok(named) = RawPathParams::from_request_parts(parts, app).await
        {
            for (name, value) in &named {
                bounds.check_parameter(ParameterIn::Path, name, value)?;
            }
        }
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
