//! Requests of policies: flat claims. Claims without a value are left out.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Map, Value};
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::normalise;

use super::B2c;
use super::answer::Failure;
use crate::App;
use crate::extract::body::utf8;

/// Maximum length of a claim's value; legitimate values are shorter.
const MAX_LENGTH: usize = 320;

/// The claims of a request.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    app: &'a App,
    b2c: &'a B2c,
    claims: Map<String, Value>,
}

impl<'a> Sent<'a> {
    /// Parses a body.
    pub(super) fn read(app: &'a App, headers: &HeaderMap, body: &Bytes) -> Result<Self, Failure> {
        let b2c = app.config.b2c.as_ref();
        let b2c = b2c.ok_or_else(|| Failure::malformed("b2c_disabled", "this hub serves no policies"))?;
        let body = utf8(headers, body).map_err(|error| Failure::malformed("unsupported_charset", error.to_string()))?;
        match serde_json::from_slice(&body) {
            Ok(Value::Object(claims)) => Ok(Self { app, b2c, claims }),
            _ => Err(Failure::malformed("invalid_json", "the body is no JSON object")),
        }
    }

    /// The configuration.
    pub(super) const fn b2c(&self) -> &'a B2c {
        self.b2c
    }

    /// A claim's value as text. The name may be a path (`signInNames.emailAddress`).
    pub(super) fn text(&self, name: &str) -> Option<String> {
        text_of(self.claim(name)?)
    }

    fn claim(&self, name: &str) -> Option<&Value> {
        let nested = || {
            name.split('.').try_fold(None, |at: Option<&Value>, part| {
                let found = at.map_or_else(|| self.claims.get(part), |value| value.get(part));
                found.map(Some)
            })
        };
        self.claims.get(name).or_else(|| nested().flatten())
    }

    /// A claim's value, which may also come from a custom attribute of the directory. People fill those in themselves, so
    /// nothing that proves who they are is read from one.
    fn claim_or_attribute(&self, name: &str) -> Option<String> {
        let attribute = || self.claims.iter().find(|(key, _)| is_attribute(key, name)).map(|(_, value)| value);
        text_of(self.claim(name).or_else(attribute)?)
    }

    /// The token or requester id that identifies the record to link.
    pub(super) fn given(&self) -> Option<String> {
        self.b2c.names.given.iter().find_map(|name| self.claim_or_attribute(name))
    }

    /// The identity: the provider's issuer and the account's object id.
    pub(super) fn identity(&self) -> Result<IdentityKey, Failure> {
        let name = &self.b2c.names.object_id;
        let subject = self.text(name).filter(|subject| subject.len() <= MAX_LENGTH);
        let subject = subject.ok_or_else(|| {
            Failure::malformed("object_id_missing", format!("the claim `{name}` is missing or too long"))
        })?;
        let provider = self.app.hub.provider(&self.b2c.provider);
        let provider =
            provider.ok_or_else(|| Failure::malformed("provider_unknown", "b2c.provider names no provider"))?;
        Ok(IdentityKey { issuer: provider.issuer().to_owned(), subject })
    }

    /// The sign-in, according to the policy's claims.
    pub(super) fn sign_in(&self) -> Result<SignIn, Failure> {
        let names = &self.b2c.names;
        let short = |text: &String| text.len() <= MAX_LENGTH;
        let sign_in_name = self.text(&names.sign_in_name).filter(short);
        let email = self.text(&names.email).filter(short).or_else(|| sign_in_name.clone());
        let told = self.text(&names.email_verified).is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
        let compared = |text: &Option<String>| text.as_deref().and_then(normalise::email);
        let by_name = self.b2c.sign_in_name_is_verified
            && compared(&email).is_some()
            && compared(&email) == compared(&sign_in_name);
        Ok(SignIn {
            identity: self.identity()?,
            provider: self.b2c.provider.clone(),
            email_verified: email.is_some() && (told || by_name),
            email,
            name: self.claim_or_attribute(&names.name).filter(short),
        })
    }

    /// Logs the request with the ids needed to find it in the policy's own log.
    pub(super) fn log(&self, what: &'static str) {
        let names = &self.b2c.names;
        let told = |name: &str| self.text(name).unwrap_or_default();
        tracing::info!(
            what,
            correlation = told(&names.correlation_id),
            policy = told(&names.policy),
            client = told(&names.client_id),
            "a policy asked"
        );
    }
}

fn text_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Whether the directory calls its custom attribute `name` so: `extension_<application id without hyphens>_<name>`.
pub(super) fn is_attribute(key: &str, name: &str) -> bool {
    const ID_LENGTH: usize = 32;
    let of_application = key.strip_prefix("extension_").and_then(|rest| rest.split_at_checked(ID_LENGTH));
    of_application.is_some_and(|(application, rest)| {
        application.bytes().all(|byte| byte.is_ascii_hexdigit()) && rest.strip_prefix('_') == Some(name)
    })
}
