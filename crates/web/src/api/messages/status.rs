//! The state of a message.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::messages::{Message, Outcome};
use utoipa::{IntoParams, ToSchema};

use crate::api::problems;
use crate::auth::caller::MessageSender;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

/// A message and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct MessageStatus {
    /// The message's id.
    #[schema(example = "2026-11-29-0001")]
    id: String,
    /// The type.
    #[serde(rename = "type")]
    #[schema(example = "open_service_request")]
    kind: String,
    /// `received`, `carried_out` or `rejected`.
    state: MessageState,
    /// When it was received.
    received_at: Timestamp,
    /// When it was carried out or rejected; `null` until then.
    #[schema(required)]
    finished_at: Option<Timestamp>,
    /// What it made or changed; `null` unless it was carried out.
    #[schema(required)]
    result: Option<MessageResult>,
    /// Why it was rejected; `null` unless it was.
    #[schema(required)]
    reason: Option<MessageReason>,
}

/// The state of a message.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MessageState {
    /// Stored, and not carried out yet.
    Received,
    /// Carried out.
    CarriedOut,
    /// Rejected. Send a corrected message with another id.
    Rejected,
}

/// What a message made or changed.
#[derive(Debug, Serialize, ToSchema)]
struct MessageResult {
    /// `service_request`, `return` or `device`.
    #[schema(example = "service_request")]
    kind: &'static str,
    /// Its id.
    #[schema(example = "01890a5d-ac96-774b-bcce-b302099a8057")]
    id: String,
}

/// Why a message was rejected.
#[derive(Debug, Serialize, ToSchema)]
struct MessageReason {
    /// Code, for programs.
    #[schema(example = "no_such_device")]
    code: String,
    /// The reason, for people.
    #[schema(example = "there is no such device at the places of this person")]
    detail: String,
}

impl From<Message> for MessageStatus {
    fn from(message: Message) -> Self {
        let (finished_at, outcome) = message.outcome.unzip();
        let (state, result, reason) = match outcome {
            None => (MessageState::Received, None, None),
            Some(Outcome::CarriedOut(made)) => {
                (MessageState::CarriedOut, Some(MessageResult { kind: made.kind.as_str(), id: made.id }), None)
            }
            Some(Outcome::Rejected { code, reason }) => {
                (MessageState::Rejected, None, Some(MessageReason { code, detail: reason }))
            }
        };
        Self {
            id: message.external_id,
            kind: message.kind,
            state,
            received_at: message.received_at,
            finished_at,
            result,
            reason,
        }
    }
}

/// The message in the path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(in crate::api) struct ById {
    /// The message's id, as it was sent.
    id: String,
}

/// Get the state of a message
///
/// Only messages of the key's own person are found. They are kept for the configured retention period.
#[utoipa::path(
    get, path = "/messages/{id}", operation_id = "getMessage", tag = "Messages", security(("messageKey" = [])),
    params(ById),
    responses((status = 200, description = "The message", body = MessageStatus), problems::Any, problems::Sender, problems::NotFound),
)]
pub(in crate::api) async fn show(
    State(app): State<App>,
    MessageSender(sender): MessageSender,
    Path(ById { id }): Path<ById>,
) -> Result<Json<MessageStatus>, Problem> {
    let found = app.hub.queries().message(sender.person, &id).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found(format!("there is no message {id}")))?.into()))
}
