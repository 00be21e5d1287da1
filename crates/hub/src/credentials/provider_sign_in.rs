//! Sign-in at an identity provider, and its callback.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::InvitationId;
use tessera_store::SignInPending as Kept;
use url::Url;

use crate::ports::{CallbackParams, SignInError, SignInPending};
use crate::secret::hash;
use crate::{Hub, HubError};

/// Time limit of a sign-in at the identity provider. It allows for a sign-up and for the e-mail with the code.
const SIGN_IN_TIMEOUT: SignedDuration = SignedDuration::from_mins(60);

/// The purpose of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Purpose {
    /// To activate through an invitation.
    Activate {
        /// The invitation.
        invitation_id: InvitationId,
    },
    /// To use the portal.
    Portal {
        /// The path to go to afterwards.
        return_to: String,
    },
    /// To add a sign-in to a customer's own (`A23`).
    AddIdentity {
        /// SHA-256 of the token of the session that started it. The callback must come from the same session.
        session: [u8; 32],
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Begun {
    issuer: String,
    purpose: Purpose,
}

/// A completed sign-in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The sign-in.
    pub sign_in: SignIn,
    /// Its purpose.
    pub purpose: Purpose,
}

/// Errors at the start of a sign-in.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// No provider is configured with this name.
    #[error("no identity provider is called {0}")]
    UnknownProvider(String),
    /// The provider does not answer.
    #[error(transparent)]
    Provider(#[from] SignInError),
    /// The hub failed, for example its store.
    #[error(transparent)]
    Hub(#[from] HubError),
}

impl Hub {
    /// Begins a sign-in. `browser` is a secret known only to the browser that begins; the callback must present it.
    pub async fn begin_sign_in(
        &self,
        provider: Option<&str>,
        purpose: Purpose,
        browser: &str,
        other_account: bool,
    ) -> Result<Url, BeginError> {
        let found = provider.map_or_else(|| self.providers.first().map(AsRef::as_ref), |name| self.provider(name));
        let provider = found.ok_or_else(|| BeginError::UnknownProvider(provider.unwrap_or("(none)").to_owned()))?;
        let extra: &[(&str, &str)] = if other_account { &[("prompt", "login")] } else { &[] };
        let start = provider.begin(extra).await?;
        let kept = Kept {
            browser_hash: hash(browser),
            provider: provider.name().to_owned(),
            nonce: start.pending.nonce,
            verifier: start.pending.pkce_verifier,
            purpose: serde_json::to_string(&Begun { issuer: start.pending.issuer, purpose }).unwrap_or_default(),
            expires_at: self.env.now() + SIGN_IN_TIMEOUT,
        };
        self.technical().begin_sign_in(&hash(&start.pending.state), &kept).await.map_err(HubError::from)?;
        Ok(start.authorize_url)
    }

    /// Completes a sign-in. The state works once, in the browser and at the provider where the sign-in began.
    ///
    /// The purpose is returned even if the sign-in failed, so that the page can offer a next step.
    pub async fn finish_sign_in(
        &self,
        provider: &str,
        callback: &CallbackParams,
        browser: Option<&str>,
    ) -> Result<SignedIn, (Option<Purpose>, HubError)> {
        let elsewhere = |purpose| (purpose, HubError::from(ActivationError::OtherBrowser));
        let state = callback.state.as_deref().ok_or_else(|| elsewhere(None))?;
        let kept = self.technical().take_sign_in(&hash(state)).await.map_err(|error| (None, error.into()))?;
        let kept = kept.ok_or_else(|| elsewhere(None))?;
        // Compares hashes instead of secrets, so that the response time reveals nothing.
        if browser.map(hash) != Some(kept.browser_hash)
            || kept.provider != provider
            || kept.expires_at <= self.env.now()
        {
            return Err(elsewhere(None));
        }
        let Ok(Begun { issuer, purpose }) = serde_json::from_str(&kept.purpose) else { return Err(elsewhere(None)) };
        let Some(provider) = self.provider(provider) else { return Err(elsewhere(Some(purpose))) };
        let pending =
            SignInPending { state: state.to_owned(), nonce: kept.nonce, pkce_verifier: kept.verifier, issuer };
        match provider.finish(&pending, callback).await {
            Ok(claims) => {
                let sign_in = SignIn {
                    identity: IdentityKey { issuer: claims.issuer, subject: claims.subject },
                    provider: provider.name().to_owned(),
                    email: claims.email,
                    email_verified: claims.email_verified,
                    name: claims.name,
                };
                Ok(SignedIn { sign_in, purpose })
            }
            Err(error) => {
                tracing::warn!(%error, "a sign-in did not succeed");
                let refusal = match error {
                    SignInError::Cancelled { .. } => ActivationError::SignInCancelled,
                    SignInError::ProviderUnavailable { .. } => ActivationError::ProviderUnavailable,
                    SignInError::Rejected { .. } => ActivationError::SignInFailed,
                };
                Err((Some(purpose), refusal.into()))
            }
        }
    }
}
