//! Links: which records belong to a customer and on what evidence, and ending a link (`H01`).

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_core::kernel::customer::{Ended, Evidence as Kept, Link as KeptLink, Suspension};
use tessera_core::kernel::ids::{CustomerId, LinkId};
use tessera_core::kernel::input;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::problems;
use crate::auth::caller::Machine;
use crate::explain::end_of_link;
use crate::extract::api::{Json, Path};
use crate::timeline::events;
use crate::{App, Problem};

pub(in crate::api) const MAX_REASON_LENGTH: usize = 500;

/// A record that is or was linked to the customer.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Link {
    /// The link's id.
    id: Uuid,
    /// The outside system's configured name.
    #[schema(example = "freshservice")]
    system: String,
    /// `requester`, `contact` or `user`.
    #[schema(example = "requester")]
    kind: &'static str,
    /// The record's id in that system; for a `user`, the subject.
    #[schema(example = "21000418006")]
    external_id: String,
    /// The issuer of the subject; only for a `user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "https://login.example.com/v2.0/")]
    issuer: Option<String>,
    /// How the link was created: `activation`, `email`, `staff` or `merge`.
    #[schema(example = "activation")]
    origin: &'static str,
    /// Who created the link.
    #[schema(example = "user:6e1f6c0e-5c43-4c58-8b0a-0d8c7c0f3a11")]
    actor: String,
    /// The evidence for the link.
    evidence: Evidence,
    /// When the link was created.
    created_at: Timestamp,
    /// Why the link is suspended, for example `requester_deactivated`; `null` otherwise. A suspended link shows nothing
    /// to the customer.
    #[schema(required)]
    suspended_why: Option<&'static str>,
    /// When the link was ended; `null` while it is active.
    #[schema(required)]
    ended_at: Option<Timestamp>,
    /// Who ended it.
    #[schema(required)]
    ended_by: Option<String>,
    /// Why it was ended.
    #[schema(required)]
    ended_why: Option<String>,
}

/// The evidence for a link.
#[derive(Debug, Serialize, ToSchema)]
struct Evidence {
    /// `invitation_token`, `sign_in`, `primary_email`, `decision` or `merged`.
    #[schema(example = "primary_email")]
    kind: String,
    /// The evidence in a sentence.
    #[schema(example = "the only contact whose primary e-mail is ada@example.com")]
    sentence: String,
    /// Data that depends on `kind`.
    #[schema(value_type = Object)]
    detail: Value,
}

impl From<Kept> for Evidence {
    fn from(kept: Kept) -> Self {
        let sentence = events::evidence(&kept);
        let mut detail = serde_json::to_value(kept).unwrap_or_default();
        let kind = detail.as_object_mut().and_then(|fields| fields.shift_remove("kind"));
        let kind = kind.and_then(|kind| kind.as_str().map(ToOwned::to_owned)).unwrap_or_default();
        Self { kind, sentence, detail }
    }
}

impl From<KeptLink> for Link {
    fn from(kept: KeptLink) -> Self {
        let issuer = match &kept.evidence {
            Kept::SignIn { issuer, .. } => Some(issuer.clone()),
            _ => None,
        };
        let (ended_at, ended_by, ended_why) = match kept.ended {
            Some(Ended { at, by, why }) => (Some(at), Some(by), Some(end_of_link(&kept.record, &why))),
            None => (None, None, None),
        };
        Self {
            id: kept.id.0,
            system: kept.record.system,
            kind: kept.record.kind.as_str(),
            external_id: kept.record.external_id,
            issuer,
            origin: kept.origin.as_str(),
            actor: kept.actor,
            evidence: kept.evidence.into(),
            created_at: kept.created_at,
            suspended_why: kept.suspended.map(Suspension::as_str),
            ended_at,
            ended_by,
            ended_why,
        }
    }
}

/// The customer and the link in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ByIds {
    /// The customer's id.
    id: Uuid,
    /// The link's id.
    link_id: Uuid,
}

/// Request body for ending a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct EndLink {
    /// The reason, for the timeline: 1 to 500 characters.
    #[schema(example = "linked to the wrong contact", min_length = 1)]
    reason: String,
}

/// End a link
///
/// The link stays in the customer's history. Ending the link of a sign-in releases the identity and ends its sessions.
#[utoipa::path(
    delete, path = "/customers/{id}/links/{link_id}", operation_id = "endLink", tag = "Admin", security(("apiKey" = [])),
    params(ByIds), request_body = EndLink,
    responses((status = 204, description = "The link has ended"), problems::Any, problems::NotFound, problems::Refused),
)]
pub(in crate::api) async fn end(
    State(app): State<App>,
    machine: Machine,
    Path(ByIds { id, link_id }): Path<ByIds>,
    Json(EndLink { reason }): Json<EndLink>,
) -> Result<StatusCode, Problem> {
    let Ok(reason) = input::text(reason.trim(), MAX_REASON_LENGTH) else {
        let detail =
            format!("`reason` must hold 1 to {MAX_REASON_LENGTH} characters: it goes on the customer's timeline");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail));
    };
    app.hub.unlink(CustomerId(id), LinkId(link_id), &reason, &machine.ctx()).await?;
    Ok(StatusCode::NO_CONTENT)
}
