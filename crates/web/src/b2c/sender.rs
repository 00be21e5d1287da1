//! Authentication of policies, as an extractor, so that no handler can omit it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Senders;
use super::answer::Failure;
use crate::App;
use crate::middleware::request_id::ServiceRequestId;

/// An authenticated policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy;

impl FromRequestParts<App> for Policy {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let id = parts.extensions.get::<ServiceRequestId>().cloned().unwrap_or_else(|| ServiceRequestId(String::new()));
        let Some(b2c) = &app.config.b2c else {
            let failure = Failure::malformed("b2c_disabled", "this hub serves no policies: configure [b2c]");
            return Err(Failure { status: StatusCode::NOT_FOUND, ..failure }.answer(app, &id));
        };
        if b2c.senders.admit(&parts.headers) {
            return Ok(Self);
        }
        let said = "the request carries none of the credentials configured under [b2c.senders]";
        let failure = Failure::malformed("unauthorized", said);
        Err(Failure { status: StatusCode::UNAUTHORIZED, ..failure }.answer(app, &id))
    }
}

impl Senders {
    /// Whether the request has any of the configured credentials.
    fn admit(&self, headers: &HeaderMap) -> bool {
        self.has_key(headers) || self.has_password(headers) || self.has_certificate(headers)
    }

    fn has_key(&self, headers: &HeaderMap) -> bool {
        let Some((name, key)) = &self.api_key else { return false };
        headers.get(name).is_some_and(|given| key.matches(given.as_bytes()))
    }

    fn has_password(&self, headers: &HeaderMap) -> bool {
        let Some((user, password)) = &self.basic else { return false };
        let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let (scheme, encoded) = given.and_then(|value| value.split_once(' ')).unwrap_or_default();
        let decoded = STANDARD.decode(encoded.trim()).unwrap_or_default();
        let given = decoded.strip_prefix(user.as_bytes()).and_then(|rest| rest.strip_prefix(b":"));
        scheme.eq_ignore_ascii_case("basic") && given.is_some_and(|given| password.matches(given))
    }

    /// The header can be trusted, because the proxy has verified the certificate and overwrites the header of the
    /// client.
    fn has_certificate(&self, headers: &HeaderMap) -> bool {
        let Some((name, accepted)) = &self.certificate else { return false };
        let mut given = headers.get_all(name).iter();
        match (given.next().and_then(|value| value.to_str().ok()), given.next()) {
            (Some(given), None) => accepted.iter().any(|accepted| same_certificate(accepted, given)),
            _ => false,
        }
    }
}

/// Compares two certificate names. Fingerprints match with or without colons and in any letter case; subjects must be
/// equal.
fn same_certificate(accepted: &str, given: &str) -> bool {
    let hex = |text: &str| text.chars().filter(|c| *c != ':').collect::<String>().to_ascii_lowercase();
    let is_fingerprint = |text: &str| text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (accepted, given) = (accepted.trim(), given.trim());
    !given.is_empty() && (accepted == given || (is_fingerprint(&hex(given)) && hex(accepted) == hex(given)))
}

#[cfg(test)]
mod tests {
    use super::same_certificate;

    #[test]
    fn a20_a_certificate_is_named_by_fingerprint_or_subject() {
        let fingerprint = "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01";
        assert!(same_certificate(fingerprint, "abcdef0123456789abcdef0123456789abcdef01"));
        assert!(same_certificate("CN=policy.example.com", "CN=policy.example.com"));
        for other in ["", "CN=policy.example.com.evil.example", "cn=POLICY.example.com", "abcdef"] {
            assert!(!same_certificate("CN=policy.example.com", other), "{other}");
        }
    }
}
