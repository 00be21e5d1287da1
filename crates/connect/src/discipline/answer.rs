//! Answers of outside systems.

use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::de::IgnoredAny;
use serde_json::Value;
use tessera_core::kernel::encoding::without_mark;
use tessera_hub::ports::{ConnectError, FieldError};
use url::Url;

use super::call::Call;
use super::client::Client;
use super::redact::redact;

/// An HTTP answer with a status below 500, except 429. The client handles those itself.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The configured name of the system.
    pub system: String,
    /// The requested object, in words.
    pub object: String,
    /// HTTP status.
    pub status: StatusCode,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// Body, as received.
    pub body: Vec<u8>,
    /// When the request was sent, by the reading clock.
    pub read_at: Timestamp,
    /// The client that sent the request, notified if the answer turns out to be unusable.
    pub(super) client: Option<Client>,
}

impl Answer {
    /// The answer if the request succeeded, else the error for its status.
    pub fn checked(self) -> Result<Self, ConnectError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let (system, object) = (self.system.clone(), self.object.clone());
        Err(match self.status {
            StatusCode::NOT_FOUND => ConnectError::NotFound { system, object },
            StatusCode::UNAUTHORIZED => ConnectError::Unauthorized { system, object },
            StatusCode::FORBIDDEN => ConnectError::Forbidden { system, object },
            StatusCode::BAD_REQUEST | StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY => {
                ConnectError::Invalid { system, object, fields: field_errors(&self.body) }
            }
            _ => self.unexpected(self.described()),
        })
    }

    /// A fault of the answer that does not depend on the request: a redirect, or something other than JSON where JSON
    /// was requested.
    pub(super) fn fault(&self, call: &Call) -> Option<String> {
        if self.status.is_redirection() && self.status != StatusCode::NOT_MODIFIED {
            return Some(self.described());
        }
        let wants_json = call.headers.get(header::ACCEPT).is_some_and(|kind| kind == "application/json");
        let is_json = || serde_json::from_slice::<IgnoredAny>(without_mark(&self.body)).is_ok();
        (self.status.is_success() && wants_json && !self.body.is_empty() && !is_json()).then(|| self.not_json())
    }

    /// The status, and the target of a redirect: only the host, since the rest may hold personal data.
    fn described(&self) -> String {
        let location = self.headers.get(header::LOCATION).and_then(|location| location.to_str().ok());
        let host = location.and_then(|location| Url::parse(location).ok()?.host_str().map(ToOwned::to_owned));
        match (self.status.is_redirection(), host) {
            (true, Some(host)) => format!("status {}, a redirect to {host}", self.status),
            (true, None) => format!("status {}, a redirect", self.status),
            (false, _) => format!("status {}", self.status),
        }
    }

    fn not_json(&self) -> String {
        let kind = self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("no type");
        let title = title(&self.body).map_or_else(String::new, |title| format!(", a page with the title “{title}”"));
        format!("{} bytes of {} that are not JSON{title}", self.body.len(), redact(kind))
    }

    /// Parses the body as JSON.
    pub fn json(&self) -> Result<Value, ConnectError> {
        serde_json::from_slice(without_mark(&self.body)).map_err(|_| self.unexpected(self.not_json()))
    }

    /// An error for an answer that breaks the contract. The system counts as unhealthy until a better answer arrives.
    pub fn unexpected(&self, found: impl Into<String>) -> ConnectError {
        let found = found.into();
        if let Some(client) = &self.client {
            client.note_failing(&format!("it answered {found} for {}", self.object));
        }
        ConnectError::Unexpected { system: self.system.clone(), object: self.object.clone(), found }
    }

    /// The answer of an address that always exists, such as a list. A 404 means that the base URL is wrong, and must not be
    /// interpreted as an empty list or a missing object.
    pub(crate) fn existing(self, call: &Call) -> Result<Self, ConnectError> {
        match self.status {
            StatusCode::NOT_FOUND => Err(self.unexpected(format!("404 for {}", call.template))),
            _ => self.checked(),
        }
    }

    /// Whether the `Link` header names a next page (RFC 8288).
    pub fn has_next(&self) -> bool {
        let links = self.headers.get_all(header::LINK).iter().filter_map(|link| link.to_str().ok());
        links.flat_map(|link| link.split(';')).any(|part| {
            let rel = part
                .trim()
                .strip_prefix("rel=")
                .map(|rel| rel.split(',').next().unwrap_or(rel).trim().trim_matches('"'));
            rel.is_some_and(|rel| rel.eq_ignore_ascii_case("next"))
        })
    }
}

/// The title of an HTML page, such as a sign-in page or a proxy's error page.
fn title(body: &[u8]) -> Option<String> {
    const LENGTH: usize = 60;
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    let from = lower.find("<title>")? + "<title>".len();
    let to = from + lower[from..].find("</title>")?;
    let words: Vec<&str> = text[from..to].split_whitespace().collect();
    let title: String = redact(&words.join(" ")).chars().take(LENGTH).collect();
    Some(title).filter(|title| !title.is_empty())
}

/// When the system may be called again: seconds, or an HTTP date (RFC 9110 §10.2.3), which is relative to the wall clock
/// `wall`.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp, wall: Timestamp) -> Option<Timestamp> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return now.saturating_add(SignedDuration::from_secs(seconds.max(0))).ok();
    }
    let wait = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().duration_since(wall);
    now.saturating_add(wait).ok()
}

/// The time of the `Date` header (RFC 9110 §6.6.1).
pub(super) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(header::DATE)?.to_str().ok()?;
    jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp())
}

/// A numeric header.
pub(super) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// Field errors in the known formats: `errors: [{field, message, code}]`, `errors: {message: […]}` and `{message}`.
fn field_errors(body: &[u8]) -> Vec<FieldError> {
    let Ok(body) = serde_json::from_slice::<Value>(without_mark(body)) else { return Vec::new() };
    let text = |value: Option<&Value>| redact(value.and_then(Value::as_str).unwrap_or_default());
    let plain =
        |message: &Value| FieldError { field: String::new(), message: redact(message.as_str().unwrap_or_default()) };
    let errors = body.get("errors").unwrap_or(&body);
    let fields: Vec<FieldError> = match (errors, errors.get("message").or_else(|| body.get("description"))) {
        (Value::Array(errors), _) => errors
            .iter()
            .map(|error| match error.get("message") {
                Some(message) => FieldError { field: text(error.get("field")), message: text(Some(message)) },
                None => plain(error),
            })
            .collect(),
        (_, Some(Value::Array(messages))) => messages.iter().map(plain).collect(),
        (_, Some(message)) => vec![plain(message)],
        _ => Vec::new(),
    };
    fields.into_iter().filter(|error| !error.message.is_empty()).take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(link: &str) -> Answer {
        let headers = HeaderMap::from_iter([(header::LINK, link.parse().unwrap())]);
        let (system, object) = ("s".to_owned(), "o".to_owned());
        let (status, body, read_at) = (StatusCode::OK, Vec::new(), Timestamp::UNIX_EPOCH);
        Answer { system, object, status, headers, body, read_at, client: None }
    }

    #[test]
    fn the_next_link_is_found_among_others() {
        assert!(answer("<https://x.example/api?page=2>;rel=\"next\"").has_next());
        assert!(answer("<https://x.example/1>; rel=prev, <https://x.example/3>; rel=next").has_next());
        assert!(!answer("<https://x.example/1>; rel=\"prev\"").has_next());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let headers = |value: &str| HeaderMap::from_iter([(header::RETRY_AFTER, value.parse().unwrap())]);
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(retry_after(&headers("1521"), now, now), Timestamp::from_second(1521).ok());
        assert_eq!(retry_after(&headers("Thu, 01 Jan 1970 00:01:00 GMT"), now, now), Timestamp::from_second(60).ok());
        assert_eq!(retry_after(&headers("soon"), now, now), None);
    }

    #[test]
    fn a_byte_order_mark_before_an_answer_is_skipped() {
        let body = "\u{feff}{\"errors\":[{\"field\":\"name\",\"message\":\"is missing\"}]}".as_bytes().to_vec();
        assert_eq!(field_errors(&body)[0].to_string(), "name: is missing");
        assert!(Answer { body, ..answer("") }.json().is_ok());
    }

    #[test]
    fn validation_errors_of_both_systems_are_read_without_addresses() {
        let desk = br#"{"description":"Validation failed","errors":[{"field":"product_21000855267","message":"This field cannot be empty","code":"missing_field"}]}"#;
        assert_eq!(field_errors(desk)[0].to_string(), "product_21000855267: This field cannot be empty");
        let crm = br#"{"errors":{"code":400,"message":["x@y.example already exists."]}}"#;
        assert_eq!(field_errors(crm)[0].to_string(), "[address] already exists.");
        assert!(field_errors(b"<html>").is_empty());
    }
}
