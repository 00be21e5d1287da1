//! Sending a message.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tessera_core::messages::{MessageError, MessageType};
use utoipa::ToSchema;

use super::types;
use crate::api::{BASE, problems};
use crate::auth::caller::MessageSender;
use crate::extract::api::Json;
use crate::{App, Problem};

/// Maximum number of messages of one key in a minute.
const PER_MINUTE: u32 = 120;

/// A message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewMessage {
    /// The message's id, chosen by the sender, unique for the person. The same message sent again is the first one.
    #[schema(example = "2026-11-29-0001", min_length = 1, pattern = "^[A-Za-z0-9._-]+$")]
    id: String,
    /// The type of message, which decides what `body` holds.
    #[serde(rename = "type")]
    #[schema(example = "open_service_request")]
    kind: String,
    /// What the message says, at most 32 KiB. `GET /api/v1/message-types/{type}` answers its schema.
    #[schema(value_type = types::Body)]
    body: Value,
}

/// The acknowledgement of a message: it is stored, and will be carried out.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct AcceptedMessage {
    /// The message's id.
    #[schema(example = "2026-11-29-0001")]
    id: String,
    /// The type.
    #[serde(rename = "type")]
    #[schema(example = "open_service_request")]
    kind: String,
    /// When it was first received.
    received_at: Timestamp,
    /// Where its state can be read.
    #[schema(example = "/api/v1/messages/2026-11-29-0001")]
    status_url: String,
}

/// Send a message
///
/// The message is stored before it is acknowledged, and carried out with the rights and places that the person has
/// then. The same id with the same type and body gets the same answer; with another body, it is rejected.
#[utoipa::path(
    post, path = "/messages", operation_id = "sendMessage", tag = "Messages", security(("messageKey" = [])),
    request_body = NewMessage,
    responses(
        (status = 202, description = "The message is stored", body = AcceptedMessage, headers(("location" = String, description = "The message's state"))),
        problems::Any, problems::Sender, problems::Refused, problems::TooMany,
    ),
)]
pub(in crate::api) async fn send(
    State(app): State<App>,
    MessageSender(sender): MessageSender,
    Json(NewMessage { id, kind, body }): Json<NewMessage>,
) -> Result<Response, Problem> {
    let key = format!("messages {}", sender.credential);
    let attempt = app.messages.begin(key, PER_MINUTE, app.hub.env.now()).await.ok_or_else(too_many)?;
    let found = MessageType::parse(&kind);
    let Some(known) = found else {
        attempt.counts();
        let types = MessageType::ALL.map(MessageType::as_str).join(", ");
        return Err(invalid("unknown_type", format!("`type`: there is no type {kind}; send one of {types}")));
    };
    let content = match types::read(known, body) {
        Ok(content) => content,
        Err(problem) => {
            attempt.counts();
            return Err(invalid("invalid_body", problem));
        }
    };
    let received = app.hub.receive_message(&sender, &id, &content).await;
    // A failure of the hub does not count.
    if received.as_ref().map_or_else(|error| error.rejection::<MessageError>().is_some(), |_| true) {
        attempt.counts();
    }
    let message = received?;
    let status_url = format!("{BASE}/messages/{}", message.external_id);
    let location = HeaderValue::from_str(&status_url).map_err(|error| Problem::internal(&error))?;
    let accepted =
        AcceptedMessage { id: message.external_id, kind: message.kind, received_at: message.received_at, status_url };
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(accepted)).into_response())
}

fn invalid(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
}

fn too_many() -> Problem {
    let detail = format!("a key sends at most {PER_MINUTE} messages a minute; wait a minute, then go on");
    Problem { retry_after: Some(60), ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_messages", detail) }
}
