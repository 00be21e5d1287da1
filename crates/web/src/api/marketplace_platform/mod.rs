//! The marketplace that the operator runs: its accounts, the vendors that it calls, and the operations at them.

pub(super) mod accounts;
pub(super) mod calls;
pub(super) mod imports;
pub(super) mod operations;
pub(super) mod service_managers;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::{BASE, problems};
use crate::extract::api::Json;

/// The page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// Maximum number of items per page, 1 to 200; 50 by default.
    limit: Option<u16>,
    /// The `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// The object in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// Its id.
    id: Uuid,
}

/// A response about a new object, with its address.
fn made(status: StatusCode, list: &str, id: Uuid, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{BASE}/{list}/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
