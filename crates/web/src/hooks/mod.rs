//! Webhooks of the service desk. A delivery is only a hint: it is stored durably and acknowledged at once, and the
//! objects it names are read again.

mod naming;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use tessera_core::activation::requester_id_link;
use tessera_core::sync::change::UnusableDelivery;

use crate::auth::route_access::{Routes, Rule, post};
use crate::extract::body;
use crate::extract::limits::MAX_HOOK_BODY;
use crate::{App, Problem};

pub use naming::HookFields;

/// The webhook of changed objects.
const CHANGED: &str = "freshservice";
/// The webhook of finished installations.
const INVITE: &str = "freshservice/invite";

pub(crate) fn routes() -> Routes {
    Routes::of(Rule::Hook)
        .route("/freshservice", post(changed).put(changed).at_most(MAX_HOOK_BODY))
        .route("/freshservice/invite", post(invite).at_most(MAX_HOOK_BODY))
}

/// An object changed in the service desk (`A17`). The object is read again; nothing else in the delivery is trusted.
/// The response is sent after the hint is stored.
async fn changed(State(app): State<App>, RawQuery(query): RawQuery, headers: HeaderMap, body: Bytes) -> Response {
    let answer = take_change(&app, query.as_deref().unwrap_or_default(), &headers, &body).await.into_response();
    app.metrics.webhook(CHANGED, answer.status());
    answer
}

async fn take_change(app: &App, query: &str, headers: &HeaderMap, sent: &Bytes) -> Result<Response, Problem> {
    authenticate(app, headers)?;
    let body = &readable(app, CHANGED, headers, sent).await?;
    let fields = &app.config.hook_fields;
    let hints = naming::hints(fields, query, body);
    if hints.is_empty() {
        let why = format!("it names nothing: looked for {}", fields.all().join(", "));
        return unusable(app, CHANGED, why, body).await;
    }
    app.hub.hook_named(CHANGED, hints).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// The post-installation step (`A11`): invites the requester whose installation is complete.
///
/// The workflow creates its body by replacing placeholders in a text. So ids can be text or numbers, in JSON or in a
/// form.
async fn invite(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = take_invitation(&app, &headers, &body).await.into_response();
    app.metrics.webhook(INVITE, answer.status());
    answer
}

async fn take_invitation(app: &App, headers: &HeaderMap, sent: &Bytes) -> Result<Response, Problem> {
    authenticate(app, headers)?;
    let body = &readable(app, INVITE, headers, sent).await?;
    let Some(requester_id) = requester_id(body) else {
        let why = "it names no requester: send {\"requester_id\":\"{{ticket.requester.id}}\"}, as JSON or as a form";
        app.hub.hook_unusable(INVITE, of(why.to_owned(), body)).await?;
        return Err(Problem::bad_request(format!("the body cannot be used: {why}")));
    };
    app.hub.hook_asked_invitation(INVITE, &requester_id).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// The body in UTF-8. One in an unknown encoding is recorded as an unusable delivery.
async fn readable(app: &App, hook: &str, headers: &HeaderMap, sent: &Bytes) -> Result<Bytes, Problem> {
    match body::utf8(headers, sent) {
        Ok(body) => Ok(body),
        Err(error) => {
            app.hub.hook_unusable(hook, of(error.to_string(), sent)).await?;
            Err(error.into())
        }
    }
}

/// Records an unusable delivery, and returns an error to its sender.
async fn unusable(app: &App, hook: &str, why: String, body: &[u8]) -> Result<Response, Problem> {
    let detail = format!("the delivery cannot be used: {why}");
    app.hub.hook_unusable(hook, of(why, body)).await?;
    Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unusable_delivery", detail))
}

fn of(why: String, body: &[u8]) -> UnusableDelivery {
    UnusableDelivery { why, excerpt: naming::excerpt(body) }
}

/// Checks the secret, which may be the header's value, a bearer token, or the password of HTTP Basic.
fn authenticate(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(auth) = &app.config.hook_auth else {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "hooks_disabled",
            "no secret is configured for hooks: set one under [hooks]",
        ));
    };
    let given = headers.get(&auth.header).map(HeaderValue::as_bytes).unwrap_or_default();
    let password = credentials(given, b"basic").and_then(|basic| BASE64_STANDARD.decode(basic).ok());
    let given = match &password {
        Some(login) => login.splitn(2, |byte| *byte == b':').nth(1).unwrap_or_default(),
        None => credentials(given, b"bearer").unwrap_or(given),
    };
    if auth.secret.matches(given) {
        return Ok(());
    }
    Err(Problem::unauthorized(format!("the header {} does not carry the configured secret", auth.header)))
}

/// The credentials behind a scheme, whose case does not matter (RFC 9110 §11.1).
fn credentials<'a>(given: &'a [u8], scheme: &[u8]) -> Option<&'a [u8]> {
    let (named, rest) = given.split_at_checked(scheme.len())?;
    (named.eq_ignore_ascii_case(scheme) && rest.first() == Some(&b' ')).then(|| rest.trim_ascii())
}

fn requester_id(body: &[u8]) -> Option<String> {
    let id = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(fields)) => match fields.get("requester_id")? {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        },
        _ => url::form_urlencoded::parse(body).find(|(name, _)| name == "requester_id")?.1.into_owned(),
    };
    let id = id.trim().to_owned();
    requester_id_link::is_requester_id(&id).then_some(id)
}

/// Reads a delivery of each webhook, for the fuzz targets.
#[cfg(feature = "fuzzing")]
pub(crate) fn read_any(query: &str, body: &[u8]) {
    assert!(naming::hints(&HookFields::default(), query, body).len() <= 3, "an asset, a requester and a ticket");
    let _ = (naming::excerpt(body), requester_id(body));
}

#[cfg(test)]
mod tests {
    use super::requester_id;

    #[test]
    fn a11_the_requester_is_found_however_the_workflow_writes_it() {
        for body in
            [r#"{"requester_id":"21000418006"}"#, r#"{"requester_id": 21000418006}"#, "requester_id=21000418006&x=1"]
        {
            assert_eq!(requester_id(body.as_bytes()).as_deref(), Some("21000418006"), "{body}");
        }
        for body in [
            "",
            "{}",
            r#"{"requester_id":""}"#,
            r#"{"requester_id":null}"#,
            r#"{"requester_id":"../1"}"#,
            r#"{"requester_id":"021000418006"}"#,
            "[1]",
            "\u{0}",
        ] {
            assert_eq!(requester_id(body.as_bytes()), None, "{body}");
        }
    }
}
