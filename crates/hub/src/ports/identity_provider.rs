//! Identity providers: where people sign in (`A01`).

use std::fmt::Debug;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tessera_core::kernel::record::{Attributes, Kind, Observation, RecordKey, User};
use tessera_core::staff::{Groups, Strength};
use url::Url;

use super::error::ConnectError;
use super::health::Health;

/// An identity provider that people sign in at.
#[async_trait]
pub trait IdentityProvider: Debug + Send + Sync {
    /// The configured name.
    fn name(&self) -> &str;

    /// What people read on the button.
    fn display_name(&self) -> &str;

    /// The `iss` of its tokens.
    fn issuer(&self) -> &str;

    /// Where it sends people back to.
    fn redirect_uri(&self) -> &Url;

    /// What the provider is doing.
    fn health(&self) -> Health;

    /// Starts a sign-in. `extra` parameters (`prompt`, `login_hint`…) replace configured ones of the same name.
    async fn begin(&self, extra: &[(&str, &str)]) -> Result<SignInStart, SignInError>;

    /// Starts a reset of the password, if the provider has a place of its own for that. It signs nobody in.
    async fn begin_password_reset(&self) -> Result<Option<SignInStart>, SignInError> {
        Ok(None)
    }

    /// Ends a sign-in: checks what the browser brought, redeems the code and verifies the ID token.
    async fn finish(&self, pending: &SignInPending, callback: &CallbackParams) -> Result<Claims, SignInError>;

    /// Reads a notice that a session ended there (OpenID Connect Back-Channel Logout 1.0): a token of the provider for this client.
    async fn read_sign_out(&self, token: &str) -> Result<ProviderSignOut, SignInError>;

    /// Why the last token was not accepted, until one is. It names no person.
    fn last_refusal(&self) -> Option<String> {
        None
    }

    /// Reads metadata and keys again and returns what they contain.
    async fn probe_metadata(&self) -> Result<ProviderProbe, ConnectError>;

    /// Whether the provider accepts the client and its secret.
    async fn probe_client(&self) -> Result<bool, SignInError>;
}

/// A verified notice that somebody was signed out at the provider. It names the user, the session, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSignOut {
    /// Who issued it.
    pub issuer: String,
    /// Who was signed out.
    pub subject: Option<String>,
    /// The session there that ended; `None`: all of the user.
    pub session: Option<String>,
    /// The id of the notice.
    pub id: String,
}

/// What metadata and keys say, beside what the configuration needs of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProviderProbe {
    /// Number of published keys.
    pub keys: usize,
    /// The issuer, as the provider writes it.
    pub issuer: String,
    /// Algorithms that ID tokens are signed with; empty if it does not say.
    pub signs_with: Vec<String>,
    /// Algorithms that are accepted.
    pub accepted_algorithms: Vec<String>,
    /// The configured subject claim, if the provider does not have it among its claims.
    pub missing_subject: Option<String>,
    /// Claims of the provider that could name the user instead.
    pub other_subjects: Vec<String>,
    /// Whether tokens may say when the user proved who they are; also if the provider names no claims.
    pub tells_auth_time: bool,
}

/// What has to be remembered between the start and the end of a sign-in, on the server or sealed in a cookie of the same browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPending {
    /// Binds the callback to the browser that started (RFC 6749 §10.12). Random, 128 bits.
    pub state: String,
    /// Binds the ID token to this sign-in. Random, 128 bits.
    pub nonce: String,
    /// Proves to the provider that the party that redeems the code is the one that started (RFC 7636).
    pub pkce_verifier: String,
    /// The issuer that the browser was sent to.
    pub issuer: String,
    /// The user must have proved who they are after this time (`auth_time`).
    #[serde(default)]
    pub authenticated_after: Option<Timestamp>,
}

impl std::fmt::Debug for SignInPending {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInPending").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// A sign-in that is about to start.
#[derive(Debug, Clone)]
pub struct SignInStart {
    /// Where to send the browser.
    pub authorize_url: Url,
    /// What to remember until it comes back.
    pub pending: SignInPending,
}

/// What the browser brings back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallbackParams {
    /// The code, when the person signed in.
    pub code: Option<String>,
    /// The state of the start.
    pub state: Option<String>,
    /// Who sent the browser back (RFC 9207).
    pub iss: Option<String>,
    /// What went wrong, otherwise.
    pub error: Option<String>,
    /// The same, for people.
    pub error_description: Option<String>,
}

impl std::fmt::Debug for CallbackParams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallbackParams").field("iss", &self.iss).field("error", &self.error).finish_non_exhaustive()
    }
}

/// Why a sign-in did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The person turned back at the provider.
    #[error("the sign-in was cancelled at {provider}. It can be started again.")]
    Cancelled {
        /// The configured name of the provider.
        provider: String,
    },
    /// The person asked to reset the password, which the provider does elsewhere.
    #[error("the password was forgotten at {provider}, which resets it in another policy")]
    PasswordForgotten {
        /// The configured name of the provider.
        provider: String,
    },
    /// The provider does not answer.
    #[error("{provider} is not available: {reason}. Try again at {retry_at}.")]
    ProviderUnavailable {
        /// The configured name of the provider.
        provider: String,
        /// What happened.
        reason: String,
        /// When trying again makes sense.
        retry_at: Timestamp,
    },
    /// The answer cannot be trusted or is not acceptable.
    #[error(
        "the answer of {provider} was not accepted: {why}. Start the sign-in again; if it happens again, check the provider's configuration."
    )]
    Rejected {
        /// The configured name of the provider.
        provider: String,
        /// Which check failed.
        why: String,
    },
}

/// The verified content of an ID token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// Who issued it.
    pub issuer: String,
    /// Who signed in: stable and never reused within the issuer.
    pub subject: String,
    /// The address, as told.
    pub email: Option<String>,
    /// Whether the issuer says that it verified the address; silence is a no.
    pub email_verified: bool,
    /// The name.
    pub name: Option<String>,
    /// Through which account the person signed in at the provider, if it tells (`google.com`…).
    pub idp: Option<String>,
    /// The groups, if the provider is asked for them.
    pub groups: Groups,
    /// How the user proved who they are.
    pub strength: Strength,
    /// Time of the person's last authentication there, if the provider sends it.
    pub authenticated_at: Option<Timestamp>,
    /// The session there, if the provider names it.
    pub session: Option<String>,
    /// The ID token itself, for signing out there.
    pub id_token: String,
    /// When the read was started.
    pub read_at: Timestamp,
}

impl Claims {
    /// The account at the provider as a record of the system `system`.
    pub fn observation(&self, system: &str) -> Observation {
        let user = User {
            issuer: self.issuer.clone(),
            email: self.email.clone(),
            email_verified: self.email_verified,
            name: self.name.clone(),
        };
        let raw = serde_json::json!({
            "iss": self.issuer, "sub": self.subject, "email": self.email, "email_verified": self.email_verified,
            "name": self.name, "idp": self.idp,
        });
        Observation {
            key: RecordKey::new(system, Kind::User, self.subject.clone()),
            attributes: Attributes::User(user),
            raw,
            updated_at: None,
            read_at: self.read_at,
        }
    }
}
