//! The app's signed-in user and their devices (`A15`). Every response comes from the hub's own data (`A16`).

use std::fmt::Write as _;

use aws_lc_rs::digest;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::activation::Activation;
use super::devices::Device;
use super::problems;
use crate::auth::caller::Bearer;
use crate::extract::api::{Json, Path, bad_parameter};
use crate::{App, Problem};

/// Maximum length of an `If-None-Match` header.
pub(super) const MAX_IF_NONE_MATCH_LENGTH: usize = 4000;

/// The signed-in user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Me {
    /// The user's identity. The e-mail address is not part of it.
    identity: Identity,
    /// The e-mail address according to the identity provider.
    #[schema(required, example = "ada@example.com")]
    email: Option<String>,
    /// Whether the identity provider has verified the address.
    email_verified: bool,
    /// The name according to the identity provider.
    #[schema(required, example = "Ada Example")]
    name: Option<String>,
    /// The customer the user signs in for; `null` before activation.
    #[schema(required)]
    customer: Option<CustomerRef>,
    /// The user's newest activation; `null` if there is none.
    #[schema(required)]
    activation: Option<Activation>,
}

/// The issuer and subject that identify a user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Identity {
    /// The issuer, exactly as in the token.
    #[schema(example = "https://login.example.com/v2.0/")]
    issuer: String,
    /// The subject, unique at the issuer.
    #[schema(example = "6e1f6c0e-5c43-4c58-8b0a-0d8c7c0f3a11")]
    subject: String,
}

/// A reference to a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerRef {
    /// The customer's id.
    pub id: Uuid,
    /// The customer's name.
    #[schema(example = "Ada Example")]
    pub name: String,
}

/// The user's devices, or the reason why there are none.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MyDevices {
    /// The devices, in a stable order.
    devices: Vec<Device>,
    /// The reason why there are no devices; `null` if there are any.
    #[schema(required)]
    reason: Option<Reason>,
    /// When the complete list was last read from the service desk; `null` before activation.
    #[schema(required)]
    as_of: Option<Timestamp>,
}

/// The reason why there are no devices. Every interface of the hub gives the same reason (`A21`).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reason {
    /// Code of the reason.
    #[schema(example = "nothing_assigned")]
    code: &'static str,
    /// Heading.
    title: String,
    /// Explanation of the reason.
    explanation: String,
    /// What the user can do next.
    next_step: String,
    /// Code of the next step.
    #[schema(example = "contact_support")]
    action: &'static str,
}

impl From<tessera_core::explain::Reason> for Reason {
    fn from(reason: tessera_core::explain::Reason) -> Self {
        let words = crate::explain::for_customer(reason);
        Self {
            code: reason.code(),
            title: words.title,
            explanation: words.explanation,
            next_step: words.next_step,
            action: reason.customer_action().as_str(),
        }
    }
}

/// Get the signed-in user
///
/// The identity of the token, the customer it signs in for, and the state of the activation.
#[utoipa::path(
    get, path = "/me", operation_id = "getMe", tag = "App", security(("bearer" = [])),
    responses((status = 200, description = "The signed-in user", body = Me), problems::Any, problems::Ended),
)]
pub(super) async fn show(State(app): State<App>, bearer: Bearer) -> Result<Json<Me>, Problem> {
    let key = bearer.identity();
    app.hub.check_active(&key).await?;
    let customer = app.hub.queries().customer_of_identity(&key).await?;
    let activation = app.hub.my_activation(&key).await?.map(|view| Activation::of(&view));
    Ok(Json(Me {
        identity: Identity { issuer: key.issuer, subject: key.subject },
        email: bearer.0.email,
        email_verified: bearer.0.email_verified,
        name: bearer.0.name,
        customer: customer.map(|customer| CustomerRef { id: customer.id.0, name: customer.name }),
        activation,
    }))
}

/// List my devices
///
/// The devices of the signed-in user, and when they were last read. If there are none, the reason and the next step.
/// Send the `ETag` as `If-None-Match` to find out whether anything has changed.
#[utoipa::path(
    get, path = "/me/devices", operation_id = "listMyDevices", tag = "App", security(("bearer" = [])),
    params(("if-none-match" = Option<String>, Header, description = "The `ETag` of an earlier answer")),
    responses(
        (status = 200, description = "The devices, or why there are none", body = MyDevices,
            headers(("etag" = String, description = "Entity tag of the answer"))),
        (status = 304, description = "Not modified"),
        problems::Any, problems::Denied,
    ),
)]
pub(super) async fn devices(State(app): State<App>, bearer: Bearer, headers: HeaderMap) -> Result<Response, Problem> {
    if headers.get_all(header::IF_NONE_MATCH).iter().any(|sent| sent.len() > MAX_IF_NONE_MATCH_LENGTH) {
        let detail = format!("`If-None-Match` has more than {MAX_IF_NONE_MATCH_LENGTH} characters");
        return Err(bad_parameter(detail));
    }
    check_access(&app, &bearer).await?;
    let answer = app.hub.my_devices(&bearer.sign_in(&app)).await?;
    let body = MyDevices {
        devices: answer.devices.into_iter().map(Device::from).collect(),
        reason: answer.reason.map(Reason::from),
        as_of: answer.as_of,
    };
    let body = serde_json::to_vec(&body).map_err(|error| Problem::internal(&error))?;
    let tag = entity_tag(&body);
    let unchanged = headers.get_all(header::IF_NONE_MATCH).iter().any(|sent| names(sent, &tag));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    // The response may be stored by the app only, which must revalidate it before every use.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// The device in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct DeviceId {
    /// The device's id, as listed.
    #[param(example = "1042")]
    id: String,
}

/// Get one of my devices
///
/// The device of another customer is reported as not found, like a device that does not exist.
#[utoipa::path(
    get, path = "/me/devices/{id}", operation_id = "getMyDevice", tag = "App", security(("bearer" = [])),
    params(DeviceId),
    responses((status = 200, description = "The device", body = Device), problems::Any, problems::Denied, problems::NotFound),
)]
pub(super) async fn device(
    State(app): State<App>,
    bearer: Bearer,
    Path(DeviceId { id }): Path<DeviceId>,
) -> Result<Json<Device>, Problem> {
    check_access(&app, &bearer).await?;
    let answer = app.hub.my_devices(&bearer.sign_in(&app)).await?;
    let mine = answer.devices.into_iter().find(|device| device.external_id == id);
    let device = mine.ok_or_else(|| Problem::not_found("you have no such device"))?;
    Ok(Json(device.into()))
}

/// Checks the user by the rules of the customer portal (`P18`).
async fn check_access(app: &App, bearer: &Bearer) -> Result<(), Problem> {
    let identity = bearer.identity();
    app.hub.check_active(&identity).await?;
    Ok(app.hub.check_app_access(&identity).await?)
}

/// A weak entity tag, because the same content may be encoded differently in transit (RFC 9110 §8.8.1).
fn entity_tag(body: &[u8]) -> String {
    let digest = digest::digest(&digest::SHA256, body);
    let mut tag = "W/\"".to_owned();
    for byte in &digest.as_ref()[..16] {
        let _infallible = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether `If-None-Match` contains the tag, by weak comparison (RFC 9110 §13.1.2).
fn names(sent: &HeaderValue, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    sent.to_str().is_ok_and(|sent| sent.trim() == "*" || sent.split(',').any(|sent| opaque(sent) == opaque(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a15_an_entity_tag_follows_the_content_and_is_found_in_lists() {
        let tag = entity_tag(b"one");
        assert_eq!(tag, entity_tag(b"one"));
        assert_ne!(tag, entity_tag(b"two"));
        let sent = |text: &str| HeaderValue::from_str(text).unwrap();
        assert!(names(&sent(&tag), &tag));
        assert!(names(&sent(&format!("\"x\", {}", tag.trim_start_matches("W/"))), &tag));
        assert!(names(&sent("*"), &tag));
        assert!(!names(&sent("\"x\""), &tag));
    }
}
