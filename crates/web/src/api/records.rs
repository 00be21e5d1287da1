//! Records: objects of outside systems, as last read.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_hub::queries::records::StoredRecord;
use utoipa::{IntoParams, ToSchema};

use super::me::CustomerRef;
use super::problems;
use crate::auth::caller::Machine;
use crate::extract::api::{Json, Path, bad_parameter};
use crate::{App, Problem};

/// A record, and the customer it belongs to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Record {
    /// The outside system's configured name.
    #[schema(example = "freshservice")]
    system: String,
    /// `requester`, `contact`, `asset`, `user` or `account`.
    #[schema(example = "requester")]
    kind: &'static str,
    /// The object's id in that system.
    #[schema(example = "21000418006")]
    external_id: String,
    /// The object's title.
    #[schema(example = "Ada Example")]
    title: String,
    /// The object's data, in the hub's own format.
    #[schema(value_type = Object)]
    attributes: Value,
    /// When the object was last changed in its system.
    #[schema(required)]
    updated_at: Option<Timestamp>,
    /// When the hub first read it.
    first_seen_at: Timestamp,
    /// When the hub first read its current content.
    changed_at: Timestamp,
    /// When the hub last read it.
    read_at: Timestamp,
    /// When the object was found to be deleted.
    #[schema(required)]
    gone_at: Option<Timestamp>,
    /// When the object was first not found by its id. It counts as deleted after a grace period.
    #[schema(required)]
    missing_since: Option<Timestamp>,
    /// The id of the object it was merged into.
    #[schema(required)]
    merged_into: Option<String>,
    /// The customer linked to this record, or to the record it was merged into.
    #[schema(required)]
    customer: Option<CustomerRef>,
}

impl Record {
    /// The JSON of a record.
    pub(super) fn of(stored: StoredRecord, customer: Option<tessera_core::kernel::customer::Customer>) -> Self {
        Self {
            title: stored.attributes.title().to_owned(),
            attributes: serde_json::to_value(&stored.attributes).unwrap_or_default(),
            system: stored.key.system,
            kind: stored.key.kind.as_str(),
            external_id: stored.key.external_id,
            updated_at: stored.updated_at,
            first_seen_at: stored.first_seen_at,
            changed_at: stored.changed_at,
            read_at: stored.read_at,
            gone_at: stored.gone_at,
            missing_since: stored.missing_since,
            merged_into: stored.merged_into,
            customer: customer.map(|customer| CustomerRef { id: customer.id.0, name: customer.name }),
        }
    }
}

/// The record in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ByKey {
    /// The outside system's configured name.
    #[param(example = "freshservice")]
    system: String,
    /// `requester`, `contact`, `asset`, `user` or `account`.
    #[param(example = "requester", pattern = "^(requester|contact|asset|user|account)$")]
    kind: String,
    /// The object's id in that system; for an asset, the display id.
    #[param(example = "21000418006")]
    external_id: String,
}

/// Get a record of an outside system
///
/// The record as the hub last read it, without a call to the outside system.
#[utoipa::path(
    get, path = "/records/{system}/{kind}/{external_id}", operation_id = "getRecord", tag = "Admin",
    security(("apiKey" = [])), params(ByKey),
    responses((status = 200, description = "The record", body = Record), problems::Any, problems::NotFound),
)]
pub(super) async fn show(
    State(app): State<App>,
    _machine: Machine,
    Path(ByKey { system, kind, external_id }): Path<ByKey>,
) -> Result<Json<Record>, Problem> {
    let kind: Kind = kind.parse().map_err(|error| bad_parameter(format!("`kind`: {error}")))?;
    let key = RecordKey::new(system, kind, external_id);
    let found = app.hub.queries().record_with_owner(&key).await?;
    let (stored, customer) = found.ok_or_else(|| Problem::not_found(format!("the hub has not read {key}")))?;
    Ok(Json(Record::of(stored, customer)))
}
