//! Webhooks of the service desk. A hook is a hint: it is kept durably, answered at once, and what it names is read again.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{App, Problem};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/freshservice/invite", post(invite))
}

/// The post-installation step (`A11`): invite the requester whose installation is done.
///
/// The workflow writes its body by replacing placeholders in a text, so ids may come as text or as numbers, and as JSON or as a form.
async fn invite(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    authenticate(&app, &headers)?;
    let requester_id = requester_id(&body).ok_or_else(|| {
        Problem::bad_request(
            "the body names no requester: send {\"requester_id\":\"{{ticket.requester.id}}\"}, as JSON or as a form",
        )
    })?;
    app.hub.ask_invitation(&requester_id, &format!("system:{}", app.hub.desk.name())).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

fn authenticate(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(auth) = &app.config.hook_auth else {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "hooks_disabled",
            "no secret is configured for hooks: set one under [hooks]",
        ));
    };
    let given = headers.get(&auth.header).map(HeaderValue::as_bytes).unwrap_or_default();
    let given = given.strip_prefix(b"Bearer ").unwrap_or(given);
    verify_slices_are_equal(given, auth.secret.expose_secret().as_bytes())
        .map_err(|_| Problem::unauthorized(format!("the header {} does not carry the configured secret", auth.header)))
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
    (!id.is_empty() && id.len() <= 20 && id.bytes().all(|b| b.is_ascii_digit())).then_some(id)
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
            "[1]",
            "\u{0}",
        ] {
            assert_eq!(requester_id(body.as_bytes()), None, "{body}");
        }
    }
}
