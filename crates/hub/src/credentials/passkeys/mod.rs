//! Passkeys: a device is asked to sign a challenge of the hub, and what it signed is checked by the `WebAuthn` library.
//!
//! A challenge is kept here, works once and not for long, and only for the browser that asked: for its session, its sign-in half done, or its
//! own secret when nobody is signed in yet.

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

/// How long somebody may take to unlock their device.
const CEREMONY_TIMEOUT: SignedDuration = SignedDuration::from_mins(5);

/// What a browser passes to its device.
#[derive(Debug, Clone, Serialize)]
pub struct Asked {
    /// Names the challenge; comes back with what was signed.
    pub ceremony: String,
    /// The options of `navigator.credentials`, binary fields in base64url.
    #[serde(rename = "publicKey")]
    pub options: Value,
}

/// What a device answered.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Names the challenge.
    pub ceremony: String,
    /// The device's answer, as JSON.
    pub credential: String,
}

/// What a challenge is for. One for the one thing is of no use for the other.
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

/// This site, for which passkeys are made; none: browsers have no passkeys for its address, which needs a domain name and TLS.
pub(crate) fn relying_party(url: &Url, name: &str) -> Option<Webauthn> {
    let domain = url.domain()?;
    if url.scheme() != "https" && domain != "localhost" {
        return None;
    }
    WebauthnBuilder::new(domain, url).and_then(|builder| builder.rp_name(name).build()).ok()
}

impl Hub {
    /// Whether browsers have passkeys for the address of this hub.
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

    /// What was asked, if it was this, by this browser, and a short while ago. It is used up, whatever becomes of it.
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

/// The library's own types are plain data: writing them cannot fail.
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
