//! Sign-out at an identity provider, which tells the hub (OpenID Connect Back-Channel Logout 1.0).

use jiff::SignedDuration;
use tessera_core::kernel::customer::IdentityKey;
use tessera_core::staff;

use super::sessions::session_owner;
use crate::ports::{ProviderSignOut, SignInError};
use crate::secret::hash;
use crate::{Hub, HubError};

/// How long the id of a notice is kept, so that it counts once. Older notices are refused.
const NOTICES_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// The result of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOutNotice {
    /// The sessions have ended.
    Carried,
    /// It came before.
    Repeated,
    /// No provider is configured with this name.
    UnknownProvider,
    /// It is no notice of this provider to this hub, for the log.
    Refused(String),
    /// The provider's keys cannot be read now, so it cannot be verified. It can be sent again. The reason, for the log.
    Unverifiable(String),
}

impl Hub {
    /// Ends the sessions of somebody who signed out at a provider.
    pub async fn sign_out_by_provider(&self, provider: &str, token: &str) -> Result<SignOutNotice, HubError> {
        let Some(provider) = self.provider(provider) else { return Ok(SignOutNotice::UnknownProvider) };
        let notice = match provider.read_sign_out(token).await {
            Ok(notice) => notice,
            Err(error @ SignInError::ProviderUnavailable { .. }) => {
                return Ok(SignOutNotice::Unverifiable(error.to_string()));
            }
            Err(error) => return Ok(SignOutNotice::Refused(error.to_string())),
        };
        let key = format!("sign-out {} {}", notice.issuer, notice.id);
        if self.attempts(&key, NOTICES_KEPT).await? > 0 {
            return Ok(SignOutNotice::Repeated);
        }
        // Counted last, so that the provider may send it again if this ends before the sessions have. Several at once end the same
        // sessions.
        self.end_sessions_of_notice(&notice).await?;
        self.take_attempt(&key, 1, NOTICES_KEPT).await?;
        tracing::info!(provider = provider.name(), "somebody signed out at the identity provider");
        Ok(SignOutNotice::Carried)
    }

    /// If the notice names a session there, those that began with it end, and those of which it is not known with which they
    /// began; otherwise all of the user.
    async fn end_sessions_of_notice(&self, notice: &ProviderSignOut) -> Result<(), HubError> {
        let technical = self.technical();
        if let Some(session) = &notice.session {
            technical.end_provider_session(&provider_session(&notice.issuer, session)).await?;
        }
        for owner in self.owners_of(notice).await? {
            match notice.session {
                Some(_) => technical.end_unnamed_sessions(&owner).await?,
                None => technical.end_sessions(&owner).await?,
            }
        }
        Ok(())
    }

    /// The user as a customer and as a member of staff.
    async fn owners_of(&self, notice: &ProviderSignOut) -> Result<Vec<String>, HubError> {
        let Some(subject) = notice.subject.clone() else { return Ok(Vec::new()) };
        let identity = IdentityKey { issuer: notice.issuer.clone(), subject };
        let account = self.reads().staff_of_identity(&identity).await?;
        let staff = account.map(|account| staff::session_owner(&account.login));
        Ok(std::iter::once(session_owner(&identity)).chain(staff).collect())
    }
}

/// A session at a provider, as it is kept.
pub(super) fn provider_session(issuer: &str, session: &str) -> [u8; 32] {
    hash(&format!("{issuer} {session}"))
}
