//! The JSON Schema of each type of message, for tools that check a message before it is sent. Public, like the API's
//! description.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tessera_core::messages::MessageType;

use super::types;
use crate::api::BASE;
use crate::extract::api::{Json, Path};
use crate::{App, Problem};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

fn url(app: &App, kind: MessageType) -> String {
    app.hub.config.url(&format!("{BASE}/message-types/{}", kind.as_str()))
}

/// The types of messages, with the addresses of their schemas.
pub(in crate::api) async fn list(State(app): State<App>) -> Response {
    let row = |kind: MessageType| json!({ "type": kind.as_str(), "title": kind.title(), "schema": url(&app, kind) });
    Json(json!({ "items": MessageType::ALL.map(row) })).into_response()
}

/// The JSON Schema of the body of one type of message.
pub(in crate::api) async fn show(State(app): State<App>, Path(kind): Path<String>) -> Result<Response, Problem> {
    let found = MessageType::parse(&kind);
    let kind = found.ok_or_else(|| Problem::not_found(format!("there is no type of message called {kind}")))?;
    let schema = document(&url(&app, kind), kind);
    Ok(([(header::CONTENT_TYPE, "application/schema+json")], schema.to_string()).into_response())
}

/// A complete schema: references lead into the document itself.
fn document(id: &str, kind: MessageType) -> Value {
    let (schema, referred) = types::schema(kind);
    let mut document = Map::new();
    document.insert("$schema".to_owned(), DIALECT.into());
    document.insert("$id".to_owned(), id.into());
    document.insert("title".to_owned(), kind.title().into());
    if let Value::Object(members) = own(serde_json::to_value(schema).unwrap_or_default()) {
        document.extend(members);
    }
    let definitions =
        referred.into_iter().map(|(name, schema)| (name, own(serde_json::to_value(schema).unwrap_or_default())));
    document.insert("$defs".to_owned(), Value::Object(definitions.collect()));
    Value::Object(document)
}

/// The schema with references into its own definitions instead of the API's description.
fn own(schema: Value) -> Value {
    match schema {
        Value::String(text) => Value::String(text.replace("#/components/schemas/", "#/$defs/")),
        Value::Array(items) => items.into_iter().map(own).collect(),
        Value::Object(members) => Value::Object(members.into_iter().map(|(name, value)| (name, own(value))).collect()),
        other => other,
    }
}
