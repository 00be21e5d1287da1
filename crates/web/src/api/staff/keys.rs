//! API keys of the company's other systems.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tessera_core::kernel::ids::ApiKeyId;
use tessera_core::staff::{ApiKey as Kept, ApiKeyDraft, Permission, Permissions};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// An API key, without the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ApiKey {
    /// The key's id.
    id: Uuid,
    /// Name of the machine that uses it.
    #[schema(example = "billing")]
    name: String,
    /// What it may do: the names of areas, with `:read` where it may only read.
    #[schema(example = json!(["customers:read", "devices"]))]
    scopes: Vec<String>,
    /// When it was issued.
    created_at: Timestamp,
    /// When it stops working; `null` for a key that does not expire.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// When a newer key of the same name was issued; `null` for the current one.
    #[schema(required)]
    replaced_at: Option<Timestamp>,
    /// When it was last used, accurate to an hour.
    #[schema(required)]
    last_used_at: Option<Timestamp>,
}

impl From<Kept> for ApiKey {
    fn from(key: Kept) -> Self {
        Self {
            id: key.id.0,
            name: key.name,
            scopes: key.scopes.iter().map(|scope| scope.to_string()).collect(),
            created_at: key.created_at,
            expires_at: key.expires_at,
            replaced_at: key.replaced_at,
            last_used_at: key.last_used_at,
        }
    }
}

/// All API keys.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ApiKeys {
    /// The keys, in the order of their issue.
    items: Vec<ApiKey>,
}

/// A new API key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewApiKey {
    /// Name of the machine that uses it. Older keys of the same name stop working.
    #[schema(example = "billing")]
    name: String,
    /// What it may do: `customers`, `devices`, `requests`, `returns`, `persons`, `community`, `marketplace`, `operations` or
    /// `administration`, with `:read` where it may only read. Defaults to everything.
    #[serde(default)]
    #[schema(example = json!(["customers:read", "devices"]))]
    scopes: Option<Vec<String>>,
    /// When it stops working. Defaults to never.
    #[serde(default)]
    expires_at: Option<Timestamp>,
    /// For how many hours older keys of the same name go on working. Defaults to none.
    #[serde(default)]
    #[schema(maximum = 8760)]
    keep_older_hours: u16,
}

/// A new API key with the key itself.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct IssuedApiKey {
    /// The key's id.
    id: Uuid,
    /// Name of the machine that uses it.
    #[schema(example = "billing")]
    name: String,
    /// What it may do.
    #[schema(example = json!(["customers:read", "devices"]))]
    scopes: Vec<String>,
    /// When it was issued.
    created_at: Timestamp,
    /// When it stops working; `null` for a key that does not expire.
    #[schema(required)]
    expires_at: Option<Timestamp>,
    /// The key. It is not shown again.
    key: String,
}

/// The key in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ById {
    /// The key's id.
    id: Uuid,
}

/// List API keys
#[utoipa::path(
    get, path = "/api-keys", operation_id = "listApiKeys", tag = "Admin", security(("apiKey" = [])),
    responses((status = 200, description = "The keys", body = ApiKeys), problems::Any),
)]
pub(in crate::api) async fn list(State(app): State<App>, _machine: Machine) -> Result<Json<ApiKeys>, Problem> {
    let items = app.hub.queries().api_keys().await?.into_iter().map(ApiKey::from).collect();
    Ok(Json(ApiKeys { items }))
}

/// Issue an API key
///
/// To rotate a key, issue one with the same name and let the older one work for a few more hours.
#[utoipa::path(
    post, path = "/api-keys", operation_id = "issueApiKey", tag = "Admin", security(("apiKey" = [])),
    request_body = NewApiKey,
    responses((status = 201, description = "The key", body = IssuedApiKey), problems::Any, problems::Refused),
)]
pub(in crate::api) async fn issue(
    State(app): State<App>,
    machine: Machine,
    Json(new): Json<NewApiKey>,
) -> Result<Response, Problem> {
    let older = SignedDuration::from_hours(new.keep_older_hours.into());
    let draft = ApiKeyDraft {
        name: new.name.trim().to_owned(),
        scopes: new.scopes.map_or_else(|| Ok(Permissions::all()), |names| scopes(&names))?,
        expires_at: new.expires_at,
        older_until: (!older.is_zero()).then(|| app.hub.env.now() + older),
    };
    let (about, key) = app.hub.issue_api_key(&draft, &machine.ctx()).await?;
    let ApiKey { id, name, scopes, created_at, expires_at, .. } = about.into();
    Ok((StatusCode::CREATED, Json(IssuedApiKey { id, name, scopes, created_at, expires_at, key })).into_response())
}

/// Revoke an API key
///
/// It stops working at once. A key can revoke itself.
#[utoipa::path(
    delete, path = "/api-keys/{id}", operation_id = "revokeApiKey", tag = "Admin", security(("apiKey" = [])), params(ById),
    responses((status = 204, description = "The key is revoked"), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn revoke(
    State(app): State<App>,
    machine: Machine,
    Path(ById { id }): Path<ById>,
) -> Result<StatusCode, Problem> {
    app.hub.revoke_api_key(ApiKeyId(id), &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn scopes(names: &[String]) -> Result<Permissions, Problem> {
    let parsed = names.iter().map(|name| name.parse::<Permission>());
    parsed.collect::<Result<_, _>>().map_err(|unknown| {
        let detail = format!("scopes: {:?} is no scope", unknown.0);
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_scope", detail)
    })
}
