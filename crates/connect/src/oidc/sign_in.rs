//! The words of a sign-in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::discipline::ConnectError;

/// What has to be remembered between the start and the end of a sign-in, on the server or sealed in a cookie of the same browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInPending {
    /// Binds the callback to the browser that started (RFC 6749 §10.12). Random, 128 bits.
    pub state: String,
    /// Binds the ID token to this sign-in. Random, 128 bits.
    pub nonce: String,
    /// Proves to the provider that whoever redeems the code is who started (RFC 7636).
    pub pkce_verifier: String,
    /// The issuer that the browser was sent to.
    pub issuer: String,
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

impl SignInError {
    pub(super) fn rejected(provider: &str, why: impl Into<String>) -> Self {
        Self::Rejected { provider: provider.to_owned(), why: why.into() }
    }

    pub(super) fn from_connect(error: ConnectError, now: Timestamp) -> Self {
        let provider = error.system().to_owned();
        match error {
            ConnectError::Unavailable { reason, retry_at, .. } => {
                Self::ProviderUnavailable { provider, reason, retry_at }
            }
            ConnectError::Throttled { until, .. } => Self::ProviderUnavailable {
                provider,
                reason: "it allows no more calls for the moment".to_owned(),
                retry_at: until,
            },
            // Nobody who signs in can do anything about a provider that answers nonsense; the operator sees it in the health.
            other => Self::ProviderUnavailable { provider, reason: other.to_string(), retry_at: now },
        }
    }
}
