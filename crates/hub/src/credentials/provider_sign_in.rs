//! Sign-in at an identity provider, and its callback.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tessera_core::invitations::ActivationError;
use tessera_core::kernel::customer::{IdentityKey, SignIn};
use tessera_core::kernel::ids::InvitationId;
use tessera_core::staff::{Groups, Strength};
use tessera_store::SignInPending as Kept;
use url::Url;

use super::provider_sign_out::provider_session;
use crate::ports::{CallbackParams, IdentityProvider, SignInError, SignInPending, SignInStart};
use crate::secret::hash;
use crate::{Hub, HubError};

/// Time limit of a sign-in at the identity provider. It allows for a sign-up and for the e-mail with the code.
const SIGN_IN_TIMEOUT: SignedDuration = SignedDuration::from_mins(60);
/// Maximum number of sign-ins that are kept. Beyond it, the oldest are dropped, because a stranger can begin any number.
const MAX_SIGN_INS: u32 = 10_000;

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
    /// To prove again who they are, for a change of their own credentials.
    Reauthenticate {
        /// SHA-256 of the token of the session that continues. The callback must come from the same session.
        session: [u8; 32],
        /// The path to go to afterwards.
        return_to: String,
    },
    /// To work in the console, at the company's provider.
    Staff {
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
    /// The user must prove who they are after this time.
    #[serde(default)]
    authenticated_after: Option<Timestamp>,
    /// The user resets the password first.
    #[serde(default)]
    password_reset: bool,
}

/// A completed sign-in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The sign-in.
    pub sign_in: SignIn,
    /// Its purpose.
    pub purpose: Purpose,
    /// The groups that the provider names.
    pub groups: Groups,
    /// How the user proved who they are, as the provider says.
    pub strength: Strength,
    /// Time of authentication, if the provider sends it.
    pub authenticated_at: Option<Timestamp>,
    /// The session at the provider, if it names one.
    pub session: Option<String>,
}

impl SignedIn {
    /// When the user proved who they are. A provider that does not tell may have let them in by a session of its own, so
    /// that nothing was proved now.
    pub fn proved_at(&self) -> Timestamp {
        self.authenticated_at.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The session at the provider, as it is kept.
    pub fn provider_session(&self) -> Option<[u8; 32]> {
        self.session.as_deref().map(|session| provider_session(&self.sign_in.identity.issuer, session))
    }
}

/// Reason why a callback signs nobody in.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// The sign-in did not succeed.
    #[error("{why}")]
    Rejected {
        /// The purpose of the sign-in, if it is this browser's.
        purpose: Option<Purpose>,
        /// The reason.
        why: ActivationError,
    },
    /// The browser has to go to the provider again, for example after the password was reset.
    #[error("the sign-in continues at the provider")]
    GoOn(Url),
    /// The hub failed, for example its store.
    #[error(transparent)]
    Hub(#[from] HubError),
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
        let is_for_staff = matches!(purpose, Purpose::Staff { .. });
        let mut suited =
            self.providers.iter().map(AsRef::as_ref).filter(|it| self.is_company_provider(it.name()) == is_for_staff);
        let found = suited.find(|it| provider.is_none_or(|name| it.name() == name));
        let provider = found.ok_or_else(|| BeginError::UnknownProvider(provider.unwrap_or("(none)").to_owned()))?;
        let again = matches!(purpose, Purpose::Reauthenticate { .. });
        let extra: &[(&str, &str)] = match (again, other_account) {
            // `max_age` makes the provider tell when the user proved who they are (OpenID Connect Core §3.1.2.1).
            (true, _) => &[("prompt", "login"), ("max_age", "0")],
            (false, true) => &[("prompt", "login")],
            (false, false) => &[],
        };
        let authenticated_after = again.then(|| self.env.now());
        let start = provider.begin(extra).await?;
        let issuer = start.pending.issuer.clone();
        let begun = Begun { issuer, purpose, authenticated_after, password_reset: false };
        Ok(self.keep_sign_in(provider, start, &begun, hash(browser)).await?)
    }

    /// Stores a sign-in that begins, and returns the provider's address.
    async fn keep_sign_in(
        &self,
        provider: &dyn IdentityProvider,
        start: SignInStart,
        begun: &Begun,
        browser_hash: [u8; 32],
    ) -> Result<Url, HubError> {
        let kept = Kept {
            browser_hash,
            provider: provider.name().to_owned(),
            nonce: start.pending.nonce,
            verifier: start.pending.pkce_verifier,
            purpose: serde_json::to_string(begun).unwrap_or_default(),
            expires_at: self.env.now() + SIGN_IN_TIMEOUT,
            used_at: None,
        };
        self.technical().begin_sign_in(&hash(&start.pending.state), &kept, MAX_SIGN_INS).await?;
        Ok(start.authorize_url)
    }

    /// Completes a sign-in. The state works once, in the browser and at the provider where the sign-in began. Any other
    /// request leaves it as it is, because mail scanners open links, too.
    pub async fn finish_sign_in(
        &self,
        provider: &str,
        callback: &CallbackParams,
        browser: Option<&str>,
    ) -> Result<SignedIn, CallbackError> {
        let ended = self.check_callback(provider, callback, browser).await;
        self.counted().callback(&ended);
        ended
    }

    async fn check_callback(
        &self,
        provider: &str,
        callback: &CallbackParams,
        browser: Option<&str>,
    ) -> Result<SignedIn, CallbackError> {
        let state = callback.state.as_deref().unwrap_or_default();
        let taken = match browser {
            // The statement compares hashes instead of secrets, so that the response time reveals nothing.
            Some(browser) => {
                let (state, browser) = (hash(state), hash(browser));
                self.technical().take_sign_in(&state, &browser, provider, self.env.now()).await
            }
            None => Ok(None),
        };
        let Some(kept) = taken.map_err(HubError::from)? else { return Err(self.not_taken(state, browser).await?) };
        let failed = CallbackError::Rejected { purpose: None, why: ActivationError::SignInFailed };
        let Ok(begun) = serde_json::from_str::<Begun>(&kept.purpose) else { return Err(failed) };
        let Some(provider) = self.provider(provider) else { return Err(failed) };
        if begun.password_reset && callback.error.is_none() {
            return Err(self.sign_in_after_reset(provider.name(), begun.purpose, browser.unwrap_or_default()).await?);
        }
        let pending = SignInPending {
            state: state.to_owned(),
            nonce: kept.nonce,
            pkce_verifier: kept.verifier,
            issuer: begun.issuer.clone(),
            authenticated_after: begun.authenticated_after,
        };
        match provider.finish(&pending, callback).await {
            Ok(claims) => {
                let sign_in = SignIn {
                    identity: IdentityKey { issuer: claims.issuer, subject: claims.subject },
                    provider: provider.name().to_owned(),
                    email: claims.email,
                    email_verified: claims.email_verified,
                    name: claims.name,
                };
                let (purpose, groups, strength) = (begun.purpose, claims.groups, claims.strength);
                let (authenticated_at, session) = (claims.authenticated_at, claims.session);
                Ok(SignedIn { sign_in, purpose, groups, strength, authenticated_at, session })
            }
            Err(SignInError::PasswordForgotten { .. }) => {
                Err(self.reset_password(provider, begun, kept.browser_hash).await?)
            }
            Err(error) => {
                tracing::warn!(%error, "a sign-in did not succeed");
                Err(CallbackError::Rejected { purpose: Some(begun.purpose), why: rejection(&error) })
            }
        }
    }

    /// Why a state could not be taken. Only an unfinished sign-in of another browser is one: a browser that lost its
    /// cookies opens a finished one again, too.
    async fn not_taken(&self, state: &str, browser: Option<&str>) -> Result<CallbackError, HubError> {
        let rejected = |purpose, why| CallbackError::Rejected { purpose, why };
        let Some(kept) = self.reads().sign_in_begun(&hash(state)).await? else {
            return Ok(rejected(None, ActivationError::SignInOver));
        };
        let over = kept.used_at.is_some() || kept.expires_at <= self.env.now();
        let is_here = browser.map(hash) == Some(kept.browser_hash);
        let purpose = serde_json::from_str::<Begun>(&kept.purpose).ok().map(|begun| begun.purpose);
        Ok(match (over, is_here) {
            (true, _) => rejected(purpose.filter(|_| is_here), ActivationError::SignInOver),
            (false, true) => rejected(purpose, ActivationError::SignInFailed),
            (false, false) => rejected(None, ActivationError::OtherBrowser),
        })
    }

    /// Sends the browser to the provider's reset of the password, if it has one.
    async fn reset_password(
        &self,
        provider: &dyn IdentityProvider,
        begun: Begun,
        browser_hash: [u8; 32],
    ) -> Result<CallbackError, HubError> {
        match provider.begin_password_reset().await {
            Ok(Some(start)) => {
                let begun = Begun { password_reset: true, ..begun };
                Ok(CallbackError::GoOn(self.keep_sign_in(provider, start, &begun, browser_hash).await?))
            }
            Ok(None) => {
                tracing::warn!(provider = provider.name(), "somebody forgot their password: set password_reset_policy");
                Ok(CallbackError::Rejected { purpose: Some(begun.purpose), why: ActivationError::PasswordForgotten })
            }
            Err(error) => Ok(CallbackError::Rejected { purpose: Some(begun.purpose), why: rejection(&error) }),
        }
    }

    /// Begins the sign-in again after the password was reset, because the reset signs nobody in.
    async fn sign_in_after_reset(
        &self,
        provider: &str,
        purpose: Purpose,
        browser: &str,
    ) -> Result<CallbackError, HubError> {
        match self.begin_sign_in(Some(provider), purpose.clone(), browser, false).await {
            Ok(url) => Ok(CallbackError::GoOn(url)),
            Err(BeginError::Hub(error)) => Err(error),
            Err(BeginError::Provider(error)) => {
                Ok(CallbackError::Rejected { purpose: Some(purpose), why: rejection(&error) })
            }
            Err(BeginError::UnknownProvider(_)) => {
                Ok(CallbackError::Rejected { purpose: Some(purpose), why: ActivationError::SignInFailed })
            }
        }
    }
}

/// Message about a failure at the provider, for the user.
const fn rejection(error: &SignInError) -> ActivationError {
    match error {
        SignInError::Cancelled { .. } => ActivationError::SignInCancelled,
        SignInError::PasswordForgotten { .. } => ActivationError::PasswordForgotten,
        SignInError::ProviderUnavailable { .. } => ActivationError::ProviderUnavailable,
        SignInError::Rejected { .. } => ActivationError::SignInFailed,
    }
}
