//! Invitations (`A11`): issue, read, list and withdraw.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use tessera_core::invitations::Invitation as Kept;
use tessera_core::kernel::ids::InvitationId;
use tessera_core::kernel::mask;
use tessera_core::kernel::record::Kind;
use tessera_hub::Invited;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{BASE, problems};
use crate::api::idempotency_key::idempotency_key;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, Query};
use crate::{App, Problem};

const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The requester to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewInvitation {
    /// The requester's id in the service desk, as text or as a number.
    #[serde(deserialize_with = "text_or_number")]
    #[schema(schema_with = text_or_number_schema)]
    requester_id: String,
}

/// An invitation that was just issued.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Issued {
    /// The invitation's id.
    id: Uuid,
    /// The activation link. It appears only here and in the e-mail.
    #[schema(example = "https://hub.example.com/activate/4bWb…")]
    url: String,
    /// When the link expires.
    expires_at: Timestamp,
    /// The invited requester.
    #[schema(example = "21000418006")]
    requester_id: String,
    /// The e-mail's recipient, masked.
    #[schema(example = "a•••@example.com")]
    email: String,
    /// The link in the form of a B2C policy, by environment, if any are configured. It has the same token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    b2c_urls: BTreeMap<String, String>,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invitation {
    /// The invitation's id.
    id: Uuid,
    /// The invited requester; `null` if the invitation is for a marketplace account.
    #[schema(example = "21000418006", required)]
    requester_id: Option<String>,
    /// The invited record, as `system:kind:id`.
    #[schema(example = "freshservice:requester:21000418006")]
    record: String,
    /// The e-mail's recipient, masked.
    #[schema(example = "a•••@example.com")]
    email: String,
    /// The invitation's state: `open`, `claimed`, `used`, `expired` or `revoked`.
    #[schema(example = "open")]
    state: &'static str,
    /// When it was issued.
    created_at: Timestamp,
    /// Who issued it.
    #[schema(example = "api_key:installer")]
    created_by: String,
    /// When the link expires.
    expires_at: Timestamp,
    /// When the link was first opened. Mail scanners open links too.
    #[schema(required)]
    opened_at: Option<Timestamp>,
    /// The sign-in that claimed the invitation.
    #[schema(required)]
    claimed: Option<Claimed>,
    /// When the activation was completed.
    #[schema(required)]
    consumed_at: Option<Timestamp>,
    /// When and why the invitation was revoked.
    #[schema(required)]
    revoked: Option<Revoked>,
}

/// The sign-in that claimed an invitation: the first one through its link.
#[derive(Debug, Serialize, ToSchema)]
struct Claimed {
    /// When it was claimed.
    at: Timestamp,
    /// The address that signed in, masked.
    #[schema(example = "a•••@example.com")]
    by: String,
}

/// The revocation of an unused invitation.
#[derive(Debug, Serialize, ToSchema)]
struct Revoked {
    /// When it was revoked.
    at: Timestamp,
    /// `superseded`, `withdrawn`, `email_changed` or `requester_gone`.
    #[schema(example = "superseded")]
    why: &'static str,
}

/// The invitations of a requester.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Invitations {
    /// The newest 50, newest first.
    items: Vec<Invitation>,
}

impl Invitation {
    fn of(kept: Kept, now: Timestamp) -> Self {
        Self {
            id: kept.id.0,
            state: kept.state(now).as_str(),
            email: mask::email(&kept.email),
            record: kept.record().to_string(),
            requester_id: Some(kept.external_id).filter(|_| kept.kind == Kind::Requester),
            created_at: kept.created_at,
            created_by: kept.created_by,
            expires_at: kept.expires_at,
            opened_at: kept.opened_at,
            claimed: kept.claim.map(|claim| Claimed { at: claim.at, by: claim.shown_as }),
            consumed_at: kept.consumed_at,
            revoked: kept.revoked.map(|(at, why)| Revoked { at, why: why.as_str() }),
        }
    }
}

/// Invite a requester
///
/// Sends the link to the requester's primary e-mail and returns it in the response. Earlier unused invitations of the
/// requester are revoked. With an `Idempotency-Key`, the same request sent again within a day returns the same
/// invitation.
#[utoipa::path(
    post, path = "/invitations", operation_id = "createInvitation", tag = "Admin", security(("apiKey" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "A fresh text for every new request, at most 255 characters")),
    request_body = NewInvitation,
    responses(
        (status = 201, description = "The invitation is created", body = Issued, headers(
            ("location" = String, description = "The invitation"),
            ("idempotency-replayed" = Option<String>, description = "`true` when this is the answer to an earlier request"),
        )),
        problems::Any, problems::NotFound, problems::Refused, problems::Upstream,
    ),
)]
pub(super) async fn create(
    State(app): State<App>,
    machine: Machine,
    headers: HeaderMap,
    Json(NewInvitation { requester_id }): Json<NewInvitation>,
) -> Result<Response, Problem> {
    let ctx = machine.ctx_with(idempotency_key(&headers)?, StatusCode::CREATED);
    let Invited { id, url, token, expires_at, email, repeated } = app.hub.invite(&requester_id, &ctx).await?;
    let forms = app.config.b2c.iter().flat_map(|b2c| &b2c.links);
    let b2c_urls = forms.map(|(environment, form)| (environment.clone(), form.url(&token))).collect();
    let issued = Issued { id: id.0, url, expires_at, requester_id, email: mask::email(&email), b2c_urls };
    let mut response = (StatusCode::CREATED, Json(issued)).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{BASE}/invitations/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    if repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The invitation in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// The invitation's id.
    id: Uuid,
}

/// Get an invitation
///
/// The response does not include the activation link.
#[utoipa::path(
    get, path = "/invitations/{id}", operation_id = "getInvitation", tag = "Admin", security(("apiKey" = [])),
    params(ById),
    responses((status = 200, description = "The invitation", body = Invitation), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<Json<Invitation>, Problem> {
    let kept = app.hub.queries().invitation(InvitationId(id)).await?;
    let kept = kept.ok_or_else(|| Problem::not_found(format!("there is no invitation {id}")))?;
    Ok(Json(Invitation::of(kept, app.hub.env.now())))
}

/// The requester in the query.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OfRequester {
    /// The requester's id in the service desk.
    #[param(example = "21000418006")]
    requester_id: String,
}

/// List a requester's invitations
#[utoipa::path(
    get, path = "/invitations", operation_id = "listInvitations", tag = "Admin", security(("apiKey" = [])),
    params(OfRequester),
    responses((status = 200, description = "The newest invitations", body = Invitations), problems::Any),
)]
pub(super) async fn list(
    State(app): State<App>,
    _machine: Machine,
    Query(OfRequester { requester_id }): Query<OfRequester>,
) -> Result<Json<Invitations>, Problem> {
    let now = app.hub.env.now();
    let kept = app.hub.queries().invitations_of_requester(&requester_id).await?;
    Ok(Json(Invitations { items: kept.into_iter().map(|kept| Invitation::of(kept, now)).collect() }))
}

/// Withdraw a requester's invitations
///
/// Revokes all unused invitations of the requester. The response is the same if there are none.
#[utoipa::path(
    delete, path = "/invitations", operation_id = "withdrawInvitations", tag = "Admin", security(("apiKey" = [])),
    params(OfRequester),
    responses((status = 204, description = "The open invitations are revoked"), problems::Any),
)]
pub(super) async fn withdraw(
    State(app): State<App>,
    machine: Machine,
    Query(OfRequester { requester_id }): Query<OfRequester>,
) -> Result<StatusCode, Problem> {
    app.hub.withdraw_invitations(&requester_id, &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts an id as text or as a number, because workflow tools and spreadsheets turn ids into numbers.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) if number.is_u64() => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("expected the id as text, or as a whole number")),
    }
}

fn text_or_number_schema() -> Schema {
    let text = ObjectBuilder::new().schema_type(Type::String).examples(["21000418006"]);
    let number = ObjectBuilder::new().schema_type(Type::Integer);
    OneOfBuilder::new().item(text).item(number).into()
}
