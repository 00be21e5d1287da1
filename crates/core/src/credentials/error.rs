//! Rejections when setting up a passkey or an authenticator app.

use crate::kernel::rejection::Rejection;

/// Reason why a passkey cannot be requested or is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The hub's public address does not allow passkeys.
    #[error("passkeys need the hub to be reached by a domain name and https")]
    Unavailable,
    /// The passkey configuration is invalid.
    #[error("passkeys cannot be used here: {0}")]
    Unusable(String),
    /// The challenge has expired or was answered before.
    #[error("it took too long, or was sent before; start again")]
    Late,
    /// The response does not match the challenge.
    #[error("the answer of your device is not valid; start again")]
    Wrong,
    /// The device does not store the passkey.
    #[error("this device cannot store a passkey for signing in; use another device")]
    NotKept,
    /// The passkey is already registered.
    #[error("this passkey is registered already")]
    Known,
}

impl Rejection for PasskeyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unavailable | Self::Unusable(_) => "passkeys_unavailable",
            Self::Late => "passkey_late",
            Self::Wrong => "passkey_wrong",
            Self::NotKept => "passkey_not_kept",
            Self::Known => "passkey_known",
        }
    }
}

/// An authenticator app cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SecondFactorError(pub String);

impl Rejection for SecondFactorError {
    fn code(&self) -> &'static str {
        "second_factor"
    }
}
