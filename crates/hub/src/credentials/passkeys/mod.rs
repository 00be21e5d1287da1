//! Passkeys: the hub sends a challenge to the device, and the `WebAuthn` library verifies the signed answer.
//!
//! A challenge is stored here, works once, and expires soon. It is bound to the browser that requested it: to its
//! session, its pending sign-in, or its own secret before anyone has signed in.

mod registration;
mod sign_in;

use jiff::SignedDuration;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tessera_core::credentials::PasskeyError;
use tessera_store::Ceremony;
use url::Url;
use webauthn_rs::prelude::WebauthnError;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::secret::{hash, random_token};
use crate::{Hub, HubError};

/// Time limit of a `WebAuthn` ceremony, which includes unlocking the device.
const CEREMONY_TIMEOUT: SignedDuration = SignedDuration::from_mins(5);

/// A challenge for the browser.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Id of the challenge, sent back with the answer.
    pub ceremony: String,
    /// The options of `navigator.credentials`, binary fields in base64url.
    #[serde(rename = "publicKey")]
    pub options: Value,
}

/// The device's signed answer.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Id of the challenge.
    pub ceremony: String,
    /// The device's answer, as JSON.
    pub credential: String,
}

/// The purpose of a challenge. An answer to a challenge of one purpose is not valid for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Register,
    SignIn,
    SecondStep,
    Prove,
}

impl Purpose {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::SecondStep => "second_step",
            Self::Prove => "prove",
        }
    }
}

/// The relying party: this site. `None`: browsers do not offer passkeys for its address, which needs a domain name and
/// TLS.
pub(crate) fn relying_party(url: &Url, name: &str) -> Option<Webauthn> {
    let domain = url.domain()?;
    if url.scheme() != "https" && domain != "localhost" {
        return None;
    }
    WebauthnBuilder::new(domain, url).and_then(|builder| builder.rp_name(name).build()).ok()
}

impl Hub {
    /// Whether browsers offer passkeys for the address of this hub.
    pub fn has_passkeys(&self) -> bool {
        self.passkeys().is_some()
    }

    fn party(&self) -> Result<&Webauthn, HubError> {
        Ok(self.passkeys().ok_or(PasskeyError::Unavailable)?)
    }

    async fn asked(
        &self,
        purpose: Purpose,
        bound_to: [u8; 32],
        state: &impl Serialize,
        options: Value,
    ) -> Result<Asked, HubError> {
        let token = random_token();
        let ceremony = Ceremony {
            purpose: purpose.as_str().to_owned(),
            bound_to,
            state: written(state).to_string(),
            expires_at: self.env.now() + CEREMONY_TIMEOUT,
        };
        self.technical().begin_ceremony(&hash(&token), &ceremony).await?;
        Ok(Asked { ceremony: token, options })
    }

    /// Takes the stored state of a challenge, if it has this purpose, belongs to this browser, and has not expired. The
    /// challenge is consumed in any case.
    async fn come_back<S: DeserializeOwned>(
        &self,
        purpose: Purpose,
        bound_to: [u8; 32],
        signed: &Signed,
    ) -> Result<Option<S>, HubError> {
        let Some(kept) = self.technical().take_ceremony(&hash(&signed.ceremony)).await? else { return Ok(None) };
        let right = kept.purpose == purpose.as_str() && kept.bound_to == bound_to && kept.expires_at > self.env.now();
        Ok(right.then(|| serde_json::from_str(&kept.state).ok()).flatten())
    }
}

/// The library's own types are plain data, so serialising them cannot fail.
fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn unusable(error: WebauthnError) -> HubError {
    PasskeyError::Unusable(error.to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p03_passkeys_need_a_domain_name_and_tls() {
        let has = |url: &str| relying_party(&url.parse().unwrap(), "Sunfield Energy").is_some();
        assert!(
            has("https://hub.example.com")
                && has("https://hub.example.com:8443/portal")
                && has("http://localhost:8080")
        );
        for none in ["http://hub.example.com", "https://192.0.2.7", "http://127.0.0.1:8080", "https://[2001:db8::1]"] {
            assert!(!has(none), "{none}");
        }
    }
}
